"""Numbers and simulations of the other solvable systems."""
