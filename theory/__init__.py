"""The theory of solvable grokking in SymPy; every registered equation has its source and its check."""

from theory.on_demand import public_names

__getattr__, __dir__ = public_names(__name__, __file__)
