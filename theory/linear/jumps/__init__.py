"""When the linear student jumps and how sharply: jump times, measures, and the law of sharpness against the gap."""
