"""The engines there are, and which of them trains a job."""

from empirical.engines.decoder import DecoderKind
from empirical.engines.engine import EngineKind, Job
from empirical.engines.ensemble import EnsembleKind
from empirical.engines.fused import FusedKind
from empirical.engines.reference import ReferenceKind
from empirical.experiment.numbers import check_choice

__all__ = ["ENGINES", "choose_engine"]

# The fastest first; the last one trains everything.
ENGINES: tuple[EngineKind, ...] = (FusedKind(), EnsembleKind(), DecoderKind(), ReferenceKind())


def choose_engine(job: Job, name: str | None = None) -> EngineKind:
    """The engine of this job, by name or, without one, the fastest that is able.

    `"reference"` trains every job by autograd and PyTorch's optimizers. Two-class ReLU networks on the cross-entropy
    under plain SGD have two faster ones: `"ensemble"` and, in float32 on a processor where its kernel was built,
    `"fused"`. Embeddings with a decoder under AdamW have `"decoder"`, where `"fused"` would run. All take the same
    steps, within rounding.

    Raises ValueError with the reason if the named engine cannot train this job.

    >>> from empirical import CrossEntropy, SGD, Signature, TwoLayer
    >>> job = Job(TwoLayer(arithmetic="float64"), CrossEntropy(), SGD(), Signature((25,), 2))
    >>> choose_engine(job).name
    'ensemble'
    >>> choose_engine(Job(TwoLayer(activation="tanh"), CrossEntropy(), SGD(), Signature((25,), 2)), "ensemble")
    Traceback (most recent call last):
        ...
    ValueError: engine 'ensemble' trains ReLU networks, not activation 'tanh'; leave engine out for one that is able.
    """
    if name is None:
        return next(engine for engine in ENGINES if not engine.unable(job))
    check_choice("engine", name, tuple(engine.name for engine in ENGINES))
    engine = next(engine for engine in ENGINES if engine.name == name)
    if reason := engine.unable(job):
        raise ValueError(f"engine {name!r} {reason}; leave engine out for one that is able.")
    return engine
