"""What theories say of the delay between the two jumps: for a trained run the number it should be proportional to."""

import numpy as np
import xarray as xr

from empirical import experiment_of, run_curves, steps_of
from empirical.outcomes.representation import grokking_rate

__all__ = ["decay_rate", "inverse_rate", "norm_separation", "scale_over_decay"]


def decay_rate(run: xr.Dataset) -> float:
    """By which share weight decay alone shrinks the weights in a unit of a run's time: ηγ a step, of SGD and of AdamW.

    NaN without weight decay, and where groups of parameters have rates of their own.

    >>> from empirical import recorded_runs
    >>> round(decay_rate(recorded_runs("quick")[0]), 6)  # an epoch has 24 steps, η = γ = 0.01
    0.0024
    """
    optimizer, time = experiment_of(run).optimizer, run_curves(run)[0]
    shrinking = optimizer.learning_rate * optimizer.weight_decay * float(steps_of(run)[-1] / time[-1])
    return shrinking if shrinking > 0 and not optimizer.groups else np.nan


def scale_over_decay(run: xr.Dataset) -> float:
    """ln α/(ηγ): how long weights that begin α times as large as usual take to decay to their usual size.

    Lyu et al. (2311.18817) prove that homogeneous networks under gradient flow begin to generalize after (ln α)/γ, for
    large α. It is known before the run. NaN for α ≤ 1 and where `decay_rate` is.

    >>> from empirical import recorded_runs
    >>> run = recorded_runs("initial_scale", "digits", initial_scale=8.0, seed=0)[0]
    >>> bool(np.isclose(scale_over_decay(run), np.log(8) / (3e-3 * 0.1)))
    True
    """
    scale = experiment_of(run).model.initial_scale
    return float(np.log(scale) / decay_rate(run)) if scale > 1 else np.nan


def norm_separation(run: xr.Dataset, jump_time_train: float) -> float:
    """ln(|w|²/|w_end|²)/(2ηγ), |w| the norm of the weights at the training jump and at the end of the run.

    The law of T, for the delay up to a constant factor; the half makes it the time in which weight decay alone leads
    from the one norm to the other. The second norm is known after both jumps only, so that this explains a delay more
    than it predicts one. It is negative where the weights grow: there the law's premise fails.

    >>> from empirical import measure_run, recorded_runs
    >>> run = recorded_runs("initial_scale", "digits", initial_scale=8.0, seed=0)[0]
    >>> time = measure_run(run).train.jump_time
    >>> 0 < norm_separation(run, time) < scale_over_decay(run)
    True
    """
    norm = np.asarray(run["weight_norm"].values, dtype=np.float64)
    at_jump = np.interp(jump_time_train, run_curves(run)[0], norm)
    return float(np.log(at_jump / norm[-1]) / decay_rate(run))


def inverse_rate(run: xr.Dataset) -> float:
    """1/(η_E λ₃): the time of U's effective theory, λ₃ being that of the run's training set, η_E the embeddings' rate.

    U says it of the time in which the embeddings find the structure. It is known before the run, and infinite where the
    training set does not determine the structure.

    >>> from empirical import recorded_runs
    >>> run = recorded_runs("many", "representation", train_pairs=45, seed=0)[0]
    >>> round(1 / inverse_rate(run) / 1e-3, 4)  # λ₃
    0.0329
    """
    optimizer = experiment_of(run).optimizer
    own = next(group.learning_rate for group in optimizer.groups if group.name == "embedding")
    rate = grokking_rate(run) * (own or optimizer.learning_rate)
    return 1 / rate if rate > 0 else np.inf
