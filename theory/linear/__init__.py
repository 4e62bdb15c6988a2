"""The linear student–teacher model: losses, jump times, the law of sharpness, and the student with its variants."""
