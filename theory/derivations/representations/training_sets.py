"""Training sets: when their structure is unique, the smallest that is, and the accuracy that they predict."""

from sympy import Eq, Sum, Symbol, binomial, floor, sqrt, symbols

from theory.registry import Registry
from theory.representations.critical_size import smallest_training_set, unique_probability
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.operation_table import OperationTable
from theory.sources import U
from theory.steps import Domain, Step, definition, identity

__all__ = ["equations"]

equations = Registry()

p, k = symbols("p k", integer=True, positive=True)
norm = Symbol("Z_0", positive=True)
_sizes: Domain = {p: (3, 40)}


@equations.register("U-predicted-accuracy", "Accuracy that a training set predicts", f"{U.brief}, section 3")
def predicted_accuracy() -> tuple[Step, ...]:
    """|D̄|/|D₀|, D̄ with the pairs that stand on a training pair; here 0+3, 1+2, 0+2, 2+2 of four symbols."""
    theory = EffectiveTheory(OperationTable.addition(4), ((0, 3), (1, 2), (0, 2), (2, 2)))
    alpha, pairs = Symbol("alpha", positive=True), Sum(k, (k, 1, 4))
    return (
        definition(alpha, theory.predicted_accuracy(), "no other pair follows", Eq(alpha * pairs, 4)),
        definition(
            alpha,
            theory.predicted_accuracy([0, 1, 2, 3]),
            "on a line 1+1 stands on 0+2 and 1+3 on 2+2",
            Eq(alpha * pairs, 6),
        ),
    )


@equations.register("U-smallest-set", "The smallest training set with a unique structure", "derived here")
def smallest() -> tuple[Step, ...]:
    """p pairs, those of i + j = p − 2 and p − 1: |D| less its results must reach p − 2, which takes two results.

    From E_i + E_{p−1−i} = a and E_i + E_{p−2−i} = b all steps E_{p−1−i} − E_{p−2−i} are a − b.
    """
    rate = Symbol("lambda_3", positive=True)
    four = EffectiveTheory(OperationTable.addition(4), smallest_training_set(4), norm=norm)
    return (
        identity(floor((p - 1) / 2) + 1 + floor((p - 2) / 2) + 1, p, "pairs of sum p − 1 and of p − 2", domain=_sizes),
        definition(
            rate,
            four.grokking_rate,
            "its rate for four symbols, from AAᵀ = ((6, 2), (2, 4))",
            Eq((norm * rate - 6) * (norm * rate - 4), 4),
        ),
        definition(rate, four.grokking_rate, "the smaller root", Eq(norm * rate + sqrt(Sum(1, (k, 1, 5))), 5)),
    )


@equations.register("U-unique-probability", "Probability of a unique structure, four symbols", "derived here")
def probability() -> tuple[Step, ...]:
    """[3C(6, N − 4) − 2C(4, N − 6)]/C(10, N): two of the three sums that have two pairs must be complete."""
    table = OperationTable.addition(4)
    return tuple(
        identity(
            unique_probability(table, size) * binomial(10, size, evaluate=False),
            3 * binomial(6, size - 4) - 2 * binomial(4, size - 6),
            f"{size} of the ten pairs",
        )
        for size in range(4, 8)
    )
