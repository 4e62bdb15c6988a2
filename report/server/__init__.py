"""A page on this machine that measures a log which is dropped on it."""
