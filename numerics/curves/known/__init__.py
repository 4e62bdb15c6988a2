"""Many curves that are known as functions, measured at once from a few of their points."""
