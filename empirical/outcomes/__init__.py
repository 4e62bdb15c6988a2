"""Outcomes: numbers that are read off a recorded run beside its sharpness."""
