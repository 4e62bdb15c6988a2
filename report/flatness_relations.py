"""Whether flat minima go with generalization or with sharp jumps: rank correlations, confounders taken out in turn."""

from dataclasses import dataclass

import numpy as np

from empirical import FLATNESS_MEASURES
from numerics import RankCorrelation, SharpnessTable, StratifiedCorrelation, rank_correlation, rank_correlation_within
from report.annotations import Array
from report.arrivals import column

__all__ = ["TARGETS", "Relation", "relations", "strata_of"]

TARGETS = {
    "gen_accuracy_end": ("end", "final generalization accuracy", ()),
    "steps_to_gen": ("before", "steps to generalize", ()),
    "relative_sharpness": ("jump", "relative sharpness of the jump", ("jump_time_gen",)),
    "absolute_sharpness": ("jump", "absolute sharpness of the jump", ("jump_time_gen",)),
}
"""What flatness is held against: the moment at which it is measured, words, and what is given besides the state.

A late jump is less sharp by its time alone, and the minimum changes with time: the time of a jump is given with it.
"""

_PERMUTATIONS = 1999


@dataclass(frozen=True)
class Relation:
    """One measure at its moment against one target, in rank correlations.

    Attributes
    ----------
    measure, target
        A name of `FLATNESS_MEASURES`, and one of `TARGETS`.
    plain
        Among all runs.
    same_data
        Among runs of equal training fraction.
    same_knobs
        Among runs that differ in nothing but their seed.
    same_state
        Among runs of equal training fraction, given the training loss and the weight norm at the same look, and what
        else `TARGETS` names.
    """

    measure: str
    target: str
    plain: RankCorrelation
    same_data: StratifiedCorrelation
    same_knobs: StratifiedCorrelation
    same_state: StratifiedCorrelation


def relations(table: SharpnessTable, target: str) -> tuple[Relation, ...]:
    """Every measure of flatness against one target; a run that never generalizes counts as the last of all to do so.

    Parameters
    ----------
    table
        With the outcomes of `FLATNESS_OUTCOMES` as columns.
    target
        A name of `TARGETS`.

    Examples
    --------
    >>> from numerics import tabulate
    >>> names = [f"{name}_end" for name in (*FLATNESS_MEASURES, "train_loss", "weight_norm", "gen_accuracy")]
    >>> rows = [dict.fromkeys(names, k / 10) | {"train_fraction": 0.5, "weight_decay": 1.0} for k in range(9)]
    >>> round(relations(tabulate(rows), "gen_accuracy_end")[0].plain.correlation, 6)
    1.0
    """
    moment, _, besides = TARGETS[target]
    values = column(table, target)
    if target == "steps_to_gen":
        values = np.where(np.isnan(values), np.inf, values)
    data, knobs = strata_of(table)
    state = [column(table, name) for name in (f"train_loss_{moment}", f"weight_norm_{moment}", *besides)]
    found = []
    for measure in FLATNESS_MEASURES:
        flatness = column(table, f"{measure}_{moment}")
        same_data, same_knobs, same_state = (
            rank_correlation_within(
                flatness, values, strata, given=given, permutations=_PERMUTATIONS, rng=np.random.default_rng(0)
            )
            for strata, given in ((data, ()), (knobs, ()), (data, state))
        )
        found.append(Relation(measure, target, rank_correlation(flatness, values), same_data, same_knobs, same_state))
    return tuple(found)


def strata_of(table: SharpnessTable) -> tuple[Array, Array]:
    """Numbers of the runs of equal training fraction, and of equal training fraction and weight decay.

    >>> from numerics import tabulate
    >>> runs = [{"train_fraction": f, "weight_decay": w} for f in (0.5, 0.6) for w in (1.0, 2.0)]
    >>> [numbers.tolist() for numbers in strata_of(tabulate(runs))]
    [[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 2.0, 3.0]]
    """
    pairs = np.column_stack([column(table, name) for name in ("train_fraction", "weight_decay")])
    numbers = [
        np.unique(values, axis=0, return_inverse=True)[1].ravel().astype(np.float64) for values in (pairs[:, :1], pairs)
    ]
    return numbers[0], numbers[1]
