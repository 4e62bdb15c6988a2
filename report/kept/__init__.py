"""What is computed once and kept on disk, keyed by everything that made it."""
