"""The command line, figures, settings, claims and the comparison report."""

from theory.on_demand import public_names

__getattr__, __dir__ = public_names(__name__, __file__)
