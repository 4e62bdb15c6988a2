"""Flatness of a minimum: how the training loss changes where the weights are moved."""
