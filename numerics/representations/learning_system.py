"""Numbers and random starts of `theory.RepresentationLearning`, the effective theory as a solvable system."""

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.representations.effective_accuracy import drawn_curves, effective_accuracy
from numerics.run_curves import RunCurves
from numerics.simulation import simulate
from numerics.system_sweep import system_times
from numerics.systems import system_curves
from theory import OperationTable, RepresentationLearning, SolvableSystem

__all__ = ["learning_curves", "simulate_learning"]


@system_curves.register
def learning_curves(system: RepresentationLearning, time: ArrayLike) -> tuple[Array, Array]:
    """Accuracies at times of the effective dynamics, from floats where the table is one of addition.

    A table of another operation is evaluated from its expressions.

    >>> table = OperationTable.addition(4)
    >>> held_out = RepresentationLearning(table, [pair for pair in table.pairs if pair != (0, 3)])
    >>> train, gen = learning_curves(held_out, [0.0, 5.0, 10.0])
    >>> train.round(3), gen.round(3)
    (array([0.033, 0.777, 1.   ]), array([0.04 , 0.458, 1.   ]))
    """
    known, modulus = _addition(system.table)
    if not known:
        return system_curves.dispatch(SolvableSystem)(system, time)
    pairs, symbols = np.array(system.pairs), system.table.symbols
    scale, dimension = float(system.scale), int(system.dimension)
    return effective_accuracy(
        pairs, symbols, time, tolerance=float(system.tolerance), start=scale, dimension=dimension,
        modulus=modulus, norm=float(system.norm),
    )  # fmt: skip


@simulate.register
def simulate_learning(
    system: RepresentationLearning, *, replica: int = 0, seed: int = 0, points: int = 5000
) -> RunCurves:
    """One random start under the effective dynamics: which parallelograms it has closed at equally spaced times.

    Raises
    ------
    ValueError
        If the table is not one of addition.

    Examples
    --------
    >>> table = OperationTable.addition(10)
    >>> held_out = {(3, 3), (4, 4), (2, 6), (5, 8)}
    >>> system = RepresentationLearning(table, [pair for pair in table.pairs if pair not in held_out])
    >>> run = simulate_learning(system, points=300)
    >>> dict(run.columns), run.measure().status
    ({'symbols': 10, 'pairs': 51, 'replica': 0}, 'ok')
    """
    known, modulus = _addition(system.table)
    if not known:
        raise ValueError("Random starts are drawn for tables of addition or modular addition, and this is another one.")
    pairs, symbols = np.array(system.pairs), system.table.symbols
    rng = np.random.default_rng([seed, replica])
    first = float(system.scale) * rng.standard_normal((1, symbols, int(system.dimension)))
    time = system_times(system, points=points)
    train, gen, _ = drawn_curves(
        first, pairs, time, tolerance=float(system.tolerance), modulus=modulus, norm=float(system.norm)
    )
    return RunCurves(time, train[:, 0], gen[:, 0], {"symbols": symbols, "pairs": len(pairs), "replica": replica})


def _addition(table: OperationTable) -> tuple[bool, int | None]:
    """Whether it is a table of addition, and its modulus."""
    if table == OperationTable.addition(table.symbols):
        return True, None
    return table == OperationTable.modular_addition(table.symbols), table.symbols
