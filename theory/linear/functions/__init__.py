"""Special functions that the linear student is written in, with what SymPy needs to take their limits."""
