"""Special functions that SymPy lacks, or has in a form that loses digits."""
