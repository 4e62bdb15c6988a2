"""The symbols of the theory, all positive reals."""

from sympy import Symbol

__all__ = ["epsilon", "eta0", "lam", "nu", "s", "t"]

s = Symbol("s", positive=True)
"""Dimensionless time s = 4η₀t."""
t = Symbol("t", positive=True)
"""Time in steps."""
lam = Symbol("lambda", positive=True)
"""λ = d/N_train."""
eta0 = Symbol("eta_0", positive=True)
"""Gradient-flow rate η₀ per step."""
epsilon = Symbol("epsilon", positive=True)
"""Squared-error threshold ε of a correct answer."""
nu = Symbol("nu", positive=True)
"""Eigenvalue ν of the empirical covariance."""
