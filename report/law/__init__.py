"""One law of sharpness, put to the test over every system and knob."""
