"""Readers of single files: each kind is told by what the file begins with."""
