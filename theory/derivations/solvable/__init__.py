"""Derivations of the other solvable systems."""
