"""Trained networks: tasks, models, losses, optimizers, schedules; systems made of them; runs on disk; sweeps."""

from theory.on_demand import public_names

__getattr__, __dir__ = public_names(__name__, __file__)
