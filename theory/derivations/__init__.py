"""The derivations behind the registered equations; importing this package registers them in reading order."""

# isort: off
from theory.derivations import measures
from theory.derivations import spectrum
from theory.derivations import loss
from theory.derivations import late
from theory.derivations import chain_rule
from theory.derivations import jump
from theory.derivations import law
from theory.derivations import corrections
# isort: on

__all__ = ["chain_rule", "corrections", "jump", "late", "law", "loss", "measures", "spectrum"]
