"""The chapters on the effective theory of representations, in reading order."""
