"""The effective theory of representations as a solvable system: accuracies in time, and so a gap and a sharpness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from sympy import Add, Basic, Expr, Integer, Rational, exp, log, oo, sqrt, sympify

from theory.annotations import Sympifiable
from theory.parameters import Parametric
from theory.representations.annotations import IntegerMatrix, Pair, Parallelogram
from theory.representations.effective_theory import EffectiveTheory
from theory.representations.operation_table import OperationTable
from theory.representations.parallelogram_matrix import parallelogram_matrix
from theory.representations.residual_weights import ClosingTerm, eigenvalue_numbers, residual_weights
from theory.requirements import positive, whole
from theory.systems import NoClosedFormError
from theory.threshold_accuracy import accuracy, threshold_loss

__all__ = ["RepresentationLearning"]

_HALF = Rational(1, 2)


@dataclass(frozen=True)
class RepresentationLearning(Parametric):
    """Embeddings that start at random and follow U's dR/dt = −HR; an answer is right once its parallelogram closes.

    All E_k(0) are independent Gaussians of variance σ² a dimension. The residual a = E_i + E_j − E_m − E_n of a
    parallelogram is then Gaussian with variance σ²V(t), V = aᵀe^{−2Ht}a, a finite sum of exponentials, and |a| ≤ δ has
    probability P(dim/2, δ²/(2σ²V)), erf(δ/√(2σ²V)) in one dimension. The training accuracy is its mean over the
    training pairs, and over the other training pairs with the same result; the generalization accuracy its mean over
    the held-out pairs, and over the training pairs with their result. A held-out pair whose result is in no training
    pair is never right. Training pairs whose result is in no other are left out: nothing acts on them.

    Rates and weights are exact where the eigenvalue of AᵀA is rational, else they have 30 digits.

    Attributes
    ----------
    table, pairs
        The operation and its training pairs.
    tolerance
        δ. U's figures take |a|² < 1/100 on standardized embeddings, δ = 1/10.
    norm
        Z₀ in H, held fixed; p unless given. It only sets the unit of time.
    scale
        σ.
    dimension
        Number of dimensions of the embeddings.
    training_plateau
        The training loss for t → ∞, 0.

    Raises
    ------
    ValueError
        If the training pairs have no parallelogram, or there is no other pair, or a parameter makes no sense.

    Examples
    --------
    >>> from theory.symbols import t
    >>> table = OperationTable.addition(4)
    >>> system = RepresentationLearning(table, [(0, 2), (1, 1), (0, 3), (1, 2)], tolerance=1)
    >>> system.training_curve(oo), system.generalization_curve(oo)
    (1, 0)
    >>> held_out = RepresentationLearning(table, [pair for pair in table.pairs if pair != (0, 3)])
    >>> held_out.rates
    (0, 1/2, 5/2)
    >>> held_out.generalization_loss(t)
    4*exp(-t)
    """

    table: OperationTable
    pairs: tuple[Pair, ...]
    tolerance: Expr = field(default=Rational(1, 10), kw_only=True)
    norm: Expr = field(default=None, kw_only=True)  # p, once made
    scale: Expr = field(default=Integer(1), kw_only=True)
    dimension: Expr = field(default=Integer(1), kw_only=True)
    training_plateau: Expr = field(default=Integer(0), init=False, repr=False)

    def __post_init__(self) -> None:
        theory = EffectiveTheory(self.table, self.pairs, self.norm)
        for name, value in (
            ("pairs", theory.pairs),
            ("norm", theory.norm),
            ("tolerance", positive(self.tolerance, "The tolerance δ")),
            ("scale", positive(self.scale, "The scale σ")),
            ("dimension", whole(self.dimension, 1, "The number of dimensions")),
        ):
            object.__setattr__(self, name, value)
        if not theory.parallelograms:
            raise ValueError(f"Without two training pairs of the same result nothing is learnt, got {self.pairs}.")
        if len(theory.pairs) == len(self.table.pairs):
            raise ValueError("All pairs of the table are training pairs, so that none is left to generalize to.")

    @property
    def theory(self) -> EffectiveTheory:
        """The effective theory of the training pairs."""
        return EffectiveTheory(self.table, self.pairs, self.norm)

    @property
    def parameters(self) -> Mapping[str, Basic]:
        """Tolerance, norm, scale and dimension, by name."""
        return {name: getattr(self, name) for name in ("tolerance", "norm", "scale", "dimension")}

    @property
    def rates(self) -> tuple[Basic, ...]:
        """The different rates of H, from 0: exact where rational, else to 30 digits. Variances decay at twice them."""
        return tuple(value * self._unit for value in eigenvalue_numbers(self._entries))

    @property
    def training_terms(self) -> tuple[ClosingTerm, ...]:
        """What the training accuracy is the sum of, in numbers."""
        groups = [group for group in self.table.by_result(self.pairs).values() if len(group) > 1]
        count = sum(map(len, groups))
        shares: dict[Parallelogram, Expr] = {}
        for group in groups:
            for pair in group:
                for other in group:
                    if other != pair:
                        shares[(*pair, *other)] = Rational(1, count * (len(group) - 1))
        return self._terms(shares)

    @property
    def generalization_terms(self) -> tuple[ClosingTerm, ...]:
        """What the generalization accuracy is the sum of, in numbers; the shares add up to its ceiling."""
        groups = self.table.by_result(self.pairs)
        held_out = sorted(set(self.table.pairs) - set(self.pairs))
        shares: dict[Parallelogram, Expr] = {}
        for pair in held_out:
            partners = groups.get(self.table.result(*pair), ())
            for other in partners:
                shares[(*pair, *other)] = Rational(1, len(held_out) * len(partners))
        return self._terms(shares)

    def training_loss(self, t: Sympifiable) -> Expr:
        """Expected squared residual of the training pairs, with the other training pairs of their result."""
        return self._loss(self.training_terms, t)

    def generalization_loss(self, t: Sympifiable) -> Expr:
        """Expected squared residual of the held-out pairs with a training pair of their result, against those.

        Raises
        ------
        NoClosedFormError
            If no held-out pair has one.
        """
        return self._loss(self.generalization_terms, t)

    def training_curve(self, t: Sympifiable) -> Expr:
        """Training accuracy at time t, the expected share of closed parallelograms."""
        return self._accuracy(self.training_terms, t)

    def generalization_curve(self, t: Sympifiable) -> Expr:
        """Generalization accuracy at time t.

        >>> from theory.symbols import t
        >>> table = OperationTable.addition(3)
        >>> RepresentationLearning(table, [(0, 2), (1, 1)]).generalization_curve(t)
        0
        >>> table = OperationTable.addition(4)
        >>> RepresentationLearning(table, [pair for pair in table.pairs if pair != (0, 3)]).generalization_curve(t)
        erf(sqrt(2)*exp(t/2)/40)
        """
        return self._accuracy(self.generalization_terms, t)

    @property
    def generalization_plateau(self) -> Expr:
        """The generalization loss for t → ∞, 0 where every held-out pair with a partner ends on it."""
        return self.generalization_loss(oo)

    def training_jump_time(self) -> NoReturn:
        """Not in closed form: the accuracy is a mean of many closing probabilities.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_JUMP)

    def generalization_jump_time(self) -> NoReturn:
        """Not in closed form, see `training_jump_time`.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_JUMP)

    def closing_time(self, parallelogram: Parallelogram, level: Sympifiable = _HALF) -> Expr:
        """Late time at which one parallelogram is closed with this probability: t = ln(σ²w/L*)/(2λ).

        Only the slowest mode that it has is left then, of rate λ and weight w in V; L* is the variance at which the
        probability is `level`. With faster modes of rate λ′ > λ and weight w′ the relative error of V is
        (w′/w) e^{−2(λ′−λ)t}.

        Parameters
        ----------
        parallelogram
            (i, j, m, n), of training pairs or others.

        Raises
        ------
        NoClosedFormError
            If the residual ends at a number other than 0, or always is 0.
        ValueError
            If these are no two pairs with the same result.

        Examples
        --------
        >>> table = OperationTable.addition(4)
        >>> system = RepresentationLearning(table, [pair for pair in table.pairs if pair != (0, 3)])
        >>> system.closing_time((0, 3, 1, 2)).evalf(8)
        5.2038670
        >>> system.generalization_curve(system.closing_time((0, 3, 1, 2))).evalf(8)
        0.50000000
        """
        i, j, m, n = parallelogram
        if self.table.result(i, j) != self.table.result(m, n):
            raise ValueError(f"A parallelogram has two pairs with the same result, got {tuple(parallelogram)}.")
        weights = residual_weights(self._entries, parallelogram)
        if not any(weights):
            raise NoClosedFormError(f"The parallelogram {tuple(parallelogram)} is closed from the beginning.")
        if weights[0] != 0:
            raise NoClosedFormError(
                f"The parallelogram {parallelogram} does not close: its residual keeps the variance "
                f"{self.scale**2 * weights[0]}, as the training pairs leave it free."
            )
        rate, weight = next((r, w) for r, w in zip(self.rates, weights, strict=True) if w != 0)
        target = threshold_loss(self.tolerance**2 / self.dimension, level, self.dimension)
        return log(self.scale**2 * weight / target) / (2 * rate)

    @property
    def horizon(self) -> Expr:
        """A time by which what closes has closed, ln(1 + 10σ√dim/δ)/λ, λ the smallest rate that is not 0.

        The slowest mode, in which a residual starts with less than σ√(6 dim), has then less than δ/4.
        """
        return log(1 + 10 * self.scale * sqrt(self.dimension) / self.tolerance) / self.rates[1]

    @property
    def _entries(self) -> IntegerMatrix:
        return parallelogram_matrix(self.table, self.pairs)

    @property
    def _unit(self) -> Expr:
        return 2 / (self.norm * len(self.theory.parallelograms))

    def _terms(self, shares: Mapping[Parallelogram, Expr]) -> tuple[ClosingTerm, ...]:
        known: dict[tuple[Expr, ...], Expr] = {}
        for parallelogram, share in shares.items():
            weights = residual_weights(self._entries, parallelogram)
            known[weights] = known.get(weights, Integer(0)) + share
        return tuple(ClosingTerm(share, weights) for weights, share in known.items())

    def _variance(self, term: ClosingTerm, t: Expr) -> Expr:
        parts = zip(self.rates, term.weights, strict=True)
        decayed = (w * (exp(-2 * r * t) if r != 0 else 1) for r, w in parts if w != 0 and (r == 0 or t is not oo))
        return self.scale**2 * Add(*decayed)

    def _loss(self, terms: Sequence[ClosingTerm], t: Sympifiable) -> Expr:
        if not terms:
            raise NoClosedFormError(
                "No held-out pair has the result of a training pair, so that there is no residual to be small."
            )
        time, total = sympify(t), Add(*(term.share for term in terms))
        return self.dimension * Add(*(term.share * self._variance(term, time) for term in terms)) / total

    def _accuracy(self, terms: Sequence[ClosingTerm], t: Sympifiable) -> Expr:
        time, epsilon = sympify(t), self.tolerance**2 / self.dimension
        return Add(*(term.share * accuracy(self._variance(term, time), epsilon, self.dimension) for term in terms))


_NO_JUMP = (
    "The jump times of representation learning have no closed form, as the accuracy is a mean over parallelograms that "
    "close at different times: closing_time(parallelogram) is that of one, numerics.measure has those of the curves."
)
