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
from theory.derivations import extensions
from theory.derivations import noise
from theory.derivations import covariance
from theory.derivations import source_errors
# isort: on

__all__ = [
    "chain_rule",
    "corrections",
    "covariance",
    "extensions",
    "jump",
    "late",
    "law",
    "loss",
    "measures",
    "noise",
    "source_errors",
    "spectrum",
]
