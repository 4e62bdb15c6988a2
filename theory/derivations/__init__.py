"""The derivations behind the registered equations; importing this package registers them in reading order."""

# isort: off
from theory.derivations import measures
from theory.derivations import spectrum
from theory.derivations import loss
from theory.derivations import late
from theory.derivations import chain_rule
from theory.derivations import jump
# isort: on

__all__ = ["chain_rule", "jump", "late", "loss", "measures", "spectrum"]
