"""A product of linear factors that learns a parity from ever fresh data: a jump without a gap, with its exact slope."""

from dataclasses import dataclass, field

from sympy import Expr, Integer, Piecewise, Rational, erf, erfinv, exp, log, pi, sqrt, sympify

from theory.annotations import Sympifiable
from theory.parameters import Parametric
from theory.requirements import positive, whole
from theory.systems import NoClosedFormError

__all__ = ["ParityProduct"]

_MIDDLE = Rational(3, 4)


@dataclass(frozen=True)
class ParityProduct(Parametric):
    """The disjoint product ∏ⱼ ⟨wⱼ, xⱼ⟩ of k factors that learns the parity of k bits online (H, section 4).

    The n input bits are ±1, in k blocks of n/k, and each block has one bit that matters. Gradient flow of the
    correlation loss −E y f leaves the weights of the other bits alone and lets the one that matters grow in all blocks,
    w' = η w^{k−1}, which ends in infinity after finite time. The answer is the product's sign; that of a factor is
    right with probability ½(1 + erf(w/√(2V))), V = σ²(n/k − 1) the variance of what the other bits add, Gaussian
    for n ≫ k and weights in general position, so that

        A = ½(1 + erf(w/√(2V))^k).

    Every step takes fresh data: the training accuracy is the generalization accuracy, and there is no gap. What is left
    is how sharp the jump is against its time. With u = erfinv((2A − 1)^{1/k}) and w* = √(2V) u at the accuracy A,

        S_abs = c η w*^{k−2},   S_abs (t_c − t*) = c/(k − 2),   c = k (2A − 1)^{1 − 1/k} u e^{−u²}/√π,

    t_c the time at which w is infinite: the slope is inversely proportional to what is left of that time. With more
    bits t* tends to t_c and the slope grows like n^{(k−2)/2}; a smaller start only shifts it; along the rate, and the
    scale of all weights, S_abs t* stays. For k = 2 the growth is exponential and the slope does not depend on the time.

    Attributes
    ----------
    parity_bits, input_size
        k ≥ 2 and n.
    start, spread
        Weights at the beginning: w₀ of the bits that matter, of root mean square σ those of the others. Were they all
        ±σ, what they add would come in steps of 2σ, and the accuracy with it.
    rate
        η, learned per unit of time.
    training_plateau, generalization_plateau
        The share of wrong answers for t → ∞, 0.

    Raises
    ------
    ValueError
        If a parameter is known to be out of range.

    Examples
    --------
    >>> from sympy import symbols
    >>> k, n, t = symbols("k n t", positive=True)
    >>> ParityProduct(k, n).weight(t)
    (-t*(k - 2) + 1)**(-1/(k - 2))
    >>> cubic = ParityProduct(3, 30)
    >>> cubic.blow_up_time, cubic.generalization_jump_time().evalf(6), cubic.absolute_sharpness().evalf(6)
    (1, 0.736247, 1.62554)
    """

    parity_bits: Expr
    input_size: Expr
    start: Expr = field(default=Integer(1), kw_only=True)
    spread: Expr = field(default=Integer(1), kw_only=True)
    rate: Expr = field(default=Integer(1), kw_only=True)
    training_plateau: Expr = field(default=Integer(0), init=False, repr=False)
    generalization_plateau: Expr = field(default=Integer(0), init=False, repr=False)

    def __post_init__(self) -> None:
        bits = whole(self.parity_bits, 2, "The number k of bits of the parity")
        size = positive(self.input_size, "The number n of input bits")
        if (size - bits).is_extended_nonpositive:
            raise ValueError(f"Each factor needs a bit that does not matter, n > k, got n = {size} and k = {bits}.")
        for name, value in (
            ("parity_bits", bits),
            ("input_size", size),
            ("start", positive(self.start, "The start w₀")),
            ("spread", positive(self.spread, "The spread σ")),
            ("rate", positive(self.rate, "The rate η")),
        ):
            object.__setattr__(self, name, value)

    @property
    def spread_of_factor(self) -> Expr:
        """√V = σ√(n/k − 1), the standard deviation of what the other bits add to a factor.

        >>> ParityProduct(3, 30).spread_of_factor
        3
        """
        return self.spread * sqrt(self.input_size / self.parity_bits - 1)

    @property
    def blow_up_time(self) -> Expr:
        """t_c = w₀^{2−k}/((k − 2) η), at which the weight is infinite.

        Raises
        ------
        NoClosedFormError
            For k = 2, where it grows exponentially.
        """
        if self.parity_bits == 2:
            raise NoClosedFormError("For k = 2 the weight grows exponentially and is never infinite.")
        growth = self.parity_bits - 2
        return self.start**-growth / (growth * self.rate)

    def weight(self, t: Sympifiable) -> Expr:
        """The weight w(t) = (w₀^{2−k} − (k − 2) η t)^{−1/(k−2)} of a bit that matters, before t_c; w₀ e^{ηt} for k = 2.

        >>> ParityProduct(2, 20).weight(3)
        exp(3)
        """
        t, growth = sympify(t), self.parity_bits - 2
        if growth == 0:
            return self.start * exp(self.rate * t)
        return (self.start**-growth - growth * self.rate * t) ** (-1 / growth)

    def time_of(self, weight: Sympifiable) -> Expr:
        """The time (w₀^{2−k} − w^{2−k})/((k − 2) η) at which the weight is `weight`; ln(w/w₀)/η for k = 2.

        >>> ParityProduct(4, 40).time_of(2)
        3/8
        """
        weight, growth = positive(weight, "The weight w"), self.parity_bits - 2
        if growth == 0:
            return log(weight / self.start) / self.rate
        return (self.start**-growth - weight**-growth) / (growth * self.rate)

    def accuracy(self, weight: Sympifiable) -> Expr:
        """A = ½(1 + erf(w/√(2V))^k) at this weight."""
        return (1 + erf(sympify(weight) / (sqrt(2) * self.spread_of_factor)) ** self.parity_bits) / 2

    def jump_weight(self, level: Sympifiable = _MIDDLE) -> Expr:
        """w* = √(2V) erfinv((2A − 1)^{1/k}), the weight at which the accuracy is `level`, between 1/2 and 1.

        Raises
        ------
        ValueError
            If the level is known not to be between; so for every method that takes one.
        """
        return sqrt(2) * self.spread_of_factor * self._erf_inverse(level)

    def training_curve(self, t: Sympifiable) -> Expr:
        """Training accuracy at time t, on data not seen before: the generalization accuracy."""
        return self.generalization_curve(t)

    def generalization_curve(self, t: Sympifiable) -> Expr:
        """Generalization accuracy at time t, from 1/2 to 1; 1 from t_c on."""
        t = sympify(t)
        if self.parity_bits == 2:
            return self.accuracy(self.weight(t))
        return Piecewise((self.accuracy(self.weight(t)), t < self.blow_up_time), (Integer(1), True))

    def training_jump_time(self, level: Sympifiable = _MIDDLE) -> Expr:
        """Time at which the training accuracy is `level`: that of generalization."""
        return self.generalization_jump_time(level)

    def generalization_jump_time(self, level: Sympifiable = _MIDDLE) -> Expr:
        """Time t* at which the accuracy is `level`, halfway from chance unless given; negative if it starts above.

        >>> ParityProduct(2, 20).generalization_jump_time().evalf(6)
        1.14911
        """
        return self.time_of(self.jump_weight(level))

    def slope_constant(self, level: Sympifiable = _MIDDLE) -> Expr:
        """c = k (2A − 1)^{1 − 1/k} u e^{−u²}/√π, u = erfinv((2A − 1)^{1/k}): dA/d ln w, a number of k alone.

        >>> [ParityProduct(k, 100).slope_constant().evalf(4) for k in (2, 3, 10)]
        [0.3413, 0.4287, 0.7314]
        """
        k, u = self.parity_bits, self._erf_inverse(level)
        return k * (2 * sympify(level) - 1) ** (1 - 1 / k) * u * exp(-(u**2)) / sqrt(pi)

    def absolute_sharpness(self, level: Sympifiable = _MIDDLE) -> Expr:
        """S_abs = c η w*^{k−2}, the slope dA/dt where the accuracy is `level`."""
        return self.slope_constant(level) * self.rate * self.jump_weight(level) ** (self.parity_bits - 2)

    @property
    def horizon(self) -> Expr:
        """Twice the jump time."""
        return 2 * self.generalization_jump_time()

    def _erf_inverse(self, level: Sympifiable) -> Expr:
        level = sympify(level)
        if not level.free_symbols and not Rational(1, 2) < level < 1:
            raise ValueError(f"The accuracy level must lie between chance, 1/2, and 1, got {level}.")
        return erfinv((2 * level - 1) ** (1 / self.parity_bits))
