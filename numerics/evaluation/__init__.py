"""Float64 values of SymPy expressions: numbers that neither overflow nor lose digits unnoticed, and integrals."""
