"""Numbers: exact losses, gradient descent at finite size, curve fits, sharpness, trends, sweeps over λ."""

from theory.on_demand import public_names

__getattr__, __dir__ = public_names(__name__, __file__)
