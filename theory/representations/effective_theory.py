"""The effective theory of one training set: its loss, what it conserves, and how fast the rest decays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sympy import Abs, Expr, ImmutableMatrix, Integer, Matrix, Rational, exp, sqrt, sympify

from theory.annotations import Sympifiable
from theory.representations.annotations import IntegerMatrix, Pair, Parallelogram
from theory.representations.mode import Mode
from theory.representations.operation_table import OperationTable
from theory.representations.parallelogram_matrix import eigenvalues, null_basis, parallelogram_matrix, projection
from theory.requirements import not_negative, positive

__all__ = ["EffectiveTheory"]


@dataclass(frozen=True, repr=False)
class EffectiveTheory:
    """Liu et al.'s effective theory of a training set, exact (U section 3).

    The embeddings E_k of the symbols, rows of R, minimise ℓ = ℓ₀/Z₀, where ℓ₀ is the mean of |E_i + E_j − E_m − E_n|²
    over the parallelograms of the training pairs, and Z₀ = Σ|E_k|². With Z₀ held fixed that is dR/dt = −HR,
    H = 2AᵀA/(Z₀|P₀|), A with a row e_i + e_j − e_m − e_n a parallelogram.

    Attributes
    ----------
    table
        The operation.
    pairs
        Training pairs D; all pairs unless given.
    norm
        Z₀; p unless given, that of standardized embeddings in one dimension.

    Raises
    ------
    ValueError
        If a pair is no entry of the table, or the norm is known not to be positive.

    Examples
    --------
    >>> theory = EffectiveTheory(OperationTable.addition(10))
    >>> theory.grokking_rate, theory.unique, theory.null_space.T
    (3/35, True, Matrix([
    [1, 0, -1, -2, -3, -4, -5, -6, -7, -8],
    [0, 1,  2,  3,  4,  5,  6,  7,  8,  9]]))
    >>> EffectiveTheory(OperationTable.addition(7)).grokking_rate
    CRootOf(x**3 - 65*x**2 + 1382*x - 9604, 0)/77
    >>> some = EffectiveTheory(OperationTable.addition(4), [(0, 2), (1, 1), (0, 3)])
    >>> some.nullity, some.unique, some.grokking_rate, some.predicted_accuracy()
    (3, False, 0, 3/10)
    >>> some
    EffectiveTheory(OperationTable(4 symbols, 7 results), 3 pairs, norm=4)
    """

    table: OperationTable
    pairs: tuple[Pair, ...] = None  # type: ignore[assignment]  # all of them, once made
    norm: Expr = None  # p, once made

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", self.table.subset(self.pairs))
        norm = self.table.symbols if self.norm is None else self.norm
        object.__setattr__(self, "norm", positive(norm, "The norm Z₀ = Σ|E_k|²"))

    def __repr__(self) -> str:
        return f"EffectiveTheory({self.table}, {len(self.pairs)} pairs, norm={self.norm})"

    @property
    def parallelograms(self) -> tuple[Parallelogram, ...]:
        """P₀(D): each two training pairs with the same result, once."""
        return self.table.parallelograms(self.pairs)

    def loss(self, representation: Sequence[Any] | Matrix) -> Expr:
        """Effective loss ℓ = ℓ₀/Z₀ of a representation, Z₀ its own norm; 0 where there are no parallelograms.

        Parameters
        ----------
        representation
            p embeddings: numbers, or rows of as many numbers as there are dimensions.

        Raises
        ------
        ValueError
            If there are not p of them, or all are zero.

        Examples
        --------
        >>> EffectiveTheory(OperationTable.addition(3)).loss([1, 0, 1])
        2
        """
        rows = self._rows(representation)
        return self._misfit(rows) / _own_norm(rows)

    def _misfit(self, rows: Matrix) -> Expr:
        count = max(len(self.parallelograms), 1)
        return (rows.T * self._matrix * rows).trace() / Integer(count)

    @property
    def hessian(self) -> ImmutableMatrix:
        """H = (1/Z₀) ∂²ℓ₀/∂E∂E = 2AᵀA/(Z₀|P₀|).

        >>> EffectiveTheory(OperationTable.addition(3)).hessian
        Matrix([
        [ 2/3, -4/3,  2/3],
        [-4/3,  8/3, -4/3],
        [ 2/3, -4/3,  2/3]])
        """
        return ImmutableMatrix(self._matrix * self._scale)

    @property
    def null_space(self) -> ImmutableMatrix:
        """Basis of what every parallelogram leaves free, a column each: p × nullity.

        In the full table of addition these are the arithmetic progressions: where the line starts and where its second
        symbol lies. Of a group, only the constants: the theory knows no structure but collapse.

        >>> EffectiveTheory(OperationTable.modular_addition(4)).null_space.T
        Matrix([[1, 1, 1, 1]])
        """
        return ImmutableMatrix([list(vector) for vector in null_basis(self._entries)]).T

    @property
    def nullity(self) -> int:
        """Dimension of the null space."""
        return len(null_basis(self._entries))

    @property
    def unique(self) -> bool:
        """Whether the training pairs leave no more free than all pairs do: 2 dimensions for addition, 1 for a group."""
        return self.nullity == self._least_nullity

    @property
    def _least_nullity(self) -> int:
        return len(null_basis(parallelogram_matrix(self.table, self.table.pairs)))

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The eigenspaces of H, from the smallest rate; their multiplicities add up to p.

        >>> EffectiveTheory(OperationTable.addition(4)).modes
        (Mode(rate=0, multiplicity=2), Mode(rate=1, multiplicity=1), Mode(rate=5/3, multiplicity=1))
        """
        return tuple(
            Mode(found.value * self._scale, found.multiplicity, self._entries, found)
            for found in eigenvalues(self._entries)
        )

    @property
    def grokking_rate(self) -> Expr:
        """The smallest eigenvalue of H beyond as many as the full table has zeros: λ₃ for addition, λ₂ for a group.

        An exact algebraic number. It is 0 where the structure is not `unique`, as U has it, and where p symbols leave
        nothing to decay.
        """
        left = self._least_nullity
        for found in eigenvalues(self._entries):
            left -= found.multiplicity
            if left < 0:
                return found.value * self._scale
        return Integer(0)

    def representation(
        self,
        t: Sympifiable,
        start: Sequence[Any] | Matrix,
        dynamics: Literal["linear", "gradient"] = "linear",
    ) -> ImmutableMatrix:
        """Embeddings at time t, p × dimensions, in closed form.

        `"linear"` is U's dR/dt = −HR: ΣE_k and Σ kE_k stay, Z₀ does not. `"gradient"` is the gradient flow of ℓ itself:
        Z₀ stays, whatever `norm` says, and ΣE_k does not. With H for that Z₀,

            R(t) = e^{−Ht}R₀    or    R(t) = √Z₀ e^{−Ht}R₀/|e^{−Ht}R₀|.

        Raises
        ------
        ValueError
            If the start has not p rows, is zero in the gradient flow, or there are no dynamics of this name.

        Examples
        --------
        >>> from theory.symbols import t
        >>> theory = EffectiveTheory(OperationTable.addition(3))
        >>> theory.representation(t, [1, 0, 1]).T
        Matrix([[2/3 + exp(-4*t)/3, 2/3 - 2*exp(-4*t)/3, 2/3 + exp(-4*t)/3]])
        """
        rows = self._rows(start)
        if dynamics not in ("linear", "gradient"):
            raise ValueError(f"The dynamics are 'linear' or 'gradient', got {dynamics!r}.")
        if dynamics == "linear":
            return self._decayed(sympify(t), rows, self._scale)
        norm = _own_norm(rows)
        free = self._decayed(sympify(t), rows, self._scale * self.norm / norm)
        return ImmutableMatrix(free * sqrt(norm / sum((entry**2 for entry in free), Integer(0))))

    def _decayed(self, t: Expr, rows: Matrix, scale: Expr) -> ImmutableMatrix:
        total = Matrix.zeros(*rows.shape)
        for found in eigenvalues(self._entries):
            parts = [projection(self._entries, list(rows.col(k)), found) for k in range(rows.cols)]
            total += exp(-found.value * scale * t) * Matrix(parts).T
        return ImmutableMatrix(total)

    def predicted_accuracy(
        self, representation: Sequence[Any] | Matrix | None = None, tolerance: Sympifiable = 0
    ) -> Expr:
        """|D̄|/|D₀|: the share of all pairs that are training pairs or stand on one by a parallelogram.

        D̄ = D ∪ {(i, j): some (m, n) in D has the same result, and |E_i + E_j − E_m − E_n| ≤ `tolerance`}. Without a
        representation a parallelogram counts if every vector of the null space has it.

        Examples
        --------
        >>> theory = EffectiveTheory(OperationTable.addition(4), [(0, 3), (1, 2), (0, 2), (2, 2)])
        >>> theory.predicted_accuracy(), theory.predicted_accuracy([0, 1, 2, 3])
        (2/5, 3/5)
        """
        limit = not_negative(tolerance, "The tolerance") ** 2
        rows = self.null_space if representation is None else self._rows(representation)
        groups = self.table.by_result(self.pairs)
        reached = len(self.pairs)
        for i, j in set(self.table.pairs) - set(self.pairs):
            sums = rows.row(i) + rows.row(j)
            partners = groups.get(self.table.result(i, j), ())
            reached += any(
                sum(Abs(entry) ** 2 for entry in sums - rows.row(m) - rows.row(n)) <= limit for m, n in partners
            )
        return Rational(reached, len(self.table.pairs))

    @property
    def _entries(self) -> IntegerMatrix:
        return parallelogram_matrix(self.table, self.pairs)

    @property
    def _matrix(self) -> ImmutableMatrix:
        return ImmutableMatrix([list(row) for row in self._entries])

    @property
    def _scale(self) -> Expr:
        """What an eigenvalue of AᵀA is multiplied by."""
        return 2 / (self.norm * max(len(self.parallelograms), 1))

    def _rows(self, representation: Sequence[Any] | Matrix) -> ImmutableMatrix:
        try:
            rows = ImmutableMatrix(representation)
        except (TypeError, ValueError):
            raise ValueError(
                "A representation is numbers, or rows of numbers, as many in each, got entries of another kind."
            ) from None
        if rows.rows != self.table.symbols:
            raise ValueError(f"A representation has a row for each of {self.table.symbols} symbols, got {rows.rows}.")
        return rows


def _own_norm(rows: ImmutableMatrix) -> Expr:
    norm = sum((entry**2 for entry in rows), Integer(0))
    if norm == 0:
        raise ValueError("The effective loss divides by Z₀ = Σ|E_k|², which is 0 here; not all embeddings may be zero.")
    return norm
