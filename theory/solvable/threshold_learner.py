"""A threshold between two exponential classes: grokking with a gap, a sharpness and a probability in closed form."""

from dataclasses import dataclass, field

from sympy import Add, Expr, Integer, Max, Rational, Sum, Symbol, binomial, exp, factorial, log, sympify

from theory.annotations import Sympifiable
from theory.parameters import Parametric
from theory.requirements import expression, not_negative, positive, whole
from theory.sharpness import relative_gap, relative_sharpness
from theory.systems import NoClosedFormError

__all__ = ["ThresholdLearner"]

_HALF = Rational(1, 2)


@dataclass(frozen=True)
class ThresholdLearner(Parametric):
    """A student sign(x − b) between samples +(ε + x) and −(ε + x′), x and x′ exponential (Z, section 3.1).

    Gradient flow on the squared error with penalties λ₁|b| + λ₂b²/2 is b' = x̄ − λ₁ sgn b − (1+λ₂)b, where x̄ is the
    mean of all 2N samples. From b(0) > ε the threshold falls by b = b_∞ + (b(0) − b_∞)e^{−κt}, κ = 1+λ₂, as long as it
    is positive, to b_∞ = ε − g, g = (e − x̄)/κ, e = ε(1+λ₂) + λ₁. Of the samples on the positive side those below b are
    wrong; y = b − ε is what the threshold has yet to go.

    Generalization accuracy is (1 + e^{−y})/2. The training accuracy of given data is a staircase; its curve here is the
    mean over all data with the same mean m of x and the same x̄, (1 + (1 − y/(Nm))^{N−1})/2, since x is then uniform on
    a simplex. Both rise from about 1/2, and jump where they pass 3/4.

    Attributes
    ----------
    epsilon
        ε, half of the gap between the classes.
    samples
        N ≥ 2 of each class.
    l1, l2
        λ₁, λ₂.
    offset
        x̄, above −e: below it the threshold passes the gap and ends among the samples of the other side.
    positive_mean
        m, the mean of x; 1 + x̄ unless given, so that both means add up to 2. That of x′ is m − 2x̄.
    start
        b(0) > ε.

    Raises
    ------
    ValueError
        If a parameter is known to make no sense.

    Examples
    --------
    >>> from theory.symbols import t
    >>> system = ThresholdLearner(epsilon=1, samples=2, start=4)
    >>> system.threshold(t), system.distance
    (4*exp(-t), 1)
    >>> system.generalization_curve(log(2)), system.training_curve(log(2))
    (exp(-1)/2 + 1/2, 3/4)
    """

    epsilon: Expr = field(default=Rational(1, 10), kw_only=True)
    samples: Expr = field(default=Integer(10), kw_only=True)
    l1: Expr = field(default=Integer(0), kw_only=True)
    l2: Expr = field(default=Integer(0), kw_only=True)
    offset: Expr = field(default=Integer(0), kw_only=True)
    positive_mean: Expr = field(default=None, kw_only=True)  # 1 + x̄, once made
    start: Expr = field(default=Integer(4), kw_only=True)

    def __post_init__(self) -> None:
        offset = expression(self.offset, "The offset x̄")
        mean = 1 + offset if self.positive_mean is None else self.positive_mean
        for name, value in (
            ("epsilon", positive(self.epsilon, "Half of the gap, ε,")),
            ("samples", whole(self.samples, 2, "The number of samples of a class")),
            ("l1", not_negative(self.l1, "The penalty λ₁")),
            ("l2", not_negative(self.l2, "The penalty λ₂")),
            ("offset", offset),
            ("positive_mean", positive(mean, "The mean of x")),
            ("start", positive(self.start, "The threshold's start")),
        ):
            object.__setattr__(self, name, value)
        not_negative(self.positive_mean - 2 * offset, "The mean of x′, that of x less 2x̄,")
        positive(self.margin + offset, "What x̄ is above −e")
        positive(self.start - self.epsilon, "What the threshold starts above ε")

    @property
    def margin(self) -> Expr:
        """e = ε(1+λ₂) + λ₁: the largest |x̄| with which the test error vanishes."""
        return self.epsilon * self.rate + self.l1

    @property
    def rate(self) -> Expr:
        """κ = 1+λ₂, at which the threshold settles."""
        return 1 + self.l2

    @property
    def distance(self) -> Expr:
        """g = (e − x̄)/κ, from where the threshold would end to the gap; at g < 0 the test error does not vanish."""
        return (self.margin - self.offset) / self.rate

    def threshold(self, t: Sympifiable) -> Expr:
        """b(t), as long as it is positive."""
        return self.epsilon - self.distance + self._way * exp(-self.rate * sympify(t))

    def training_curve(self, t: Sympifiable) -> Expr:
        """Training accuracy at time t, the mean over all data with these means."""
        return (1 + self._right_in_training(self._excess(t))) / 2

    def generalization_curve(self, t: Sympifiable) -> Expr:
        """Generalization accuracy at time t."""
        return (1 + exp(-self._excess(t))) / 2

    @property
    def training_plateau(self) -> Expr:
        """The training error for t → ∞."""
        return (1 - self._right_in_training(Max(0, -self.distance))) / 2

    @property
    def generalization_plateau(self) -> Expr:
        """The test error for t → ∞, 0 if x̄ ≤ e.

        >>> ThresholdLearner(offset=Rational(3, 10)).generalization_plateau
        1/2 - exp(-1/5)/2
        """
        return (1 - exp(-Max(0, -self.distance))) / 2

    def training_jump_time(self) -> Expr:
        """Time of the accuracy 3/4: y = Nm(1 − 2^{−1/(N−1)}).

        Raises
        ------
        NoClosedFormError
            If the accuracy never gets there, or starts there.
        """
        return self._time_at(self._training_excess, "training")

    def generalization_jump_time(self) -> Expr:
        """Time of the accuracy 3/4: y = ln 2.

        >>> ThresholdLearner(epsilon=1, start=4).generalization_jump_time()
        log(4/(log(2) + 1))

        Raises
        ------
        NoClosedFormError
            If the accuracy never gets there, or starts there.
        """
        return self._time_at(log(2), "generalization")

    def relative_gap(self) -> Expr:
        """G of the two jump times."""
        return relative_gap(self.training_jump_time(), self.generalization_jump_time())

    def relative_sharpness(self) -> Expr:
        """S_rel, the ratio of the slopes at the two jumps: q(g + ln 2)/(g + y_train), q as in `law_at`."""
        left = (self.distance + excess for excess in (self._training_excess, log(2)))
        return relative_sharpness(*left) * self._slope_ratio

    def absolute_sharpness(self) -> Expr:
        """S_abs, the slope of the generalization curve at its jump: κ(g + ln 2)/4.

        >>> ThresholdLearner(epsilon=1).absolute_sharpness()
        log(2)/4 + 1/4
        """
        return self.rate * (self.distance + log(2)) / 4

    def law_at(self, gap: Sympifiable) -> Expr:
        """S_rel at a relative gap G: q·e^{−κ t_train G}, q = Nm/(N−1)·2^{−1/(N−1)}.

        Exponential in G where κ and t_train stay, as along λ₁ near the edge; not at all where S_rel stays and t_train
        does not, as along b(0).
        """
        return self._slope_ratio * exp(-self.rate * self.training_jump_time() * sympify(gap))

    def absolute_law_at(self, delay: Sympifiable) -> Expr:
        """S_abs at a delay t_gen − t_train: κ(y_train − ln 2)/(4(e^{κ·delay} − 1))."""
        return self.rate * (self._training_excess - log(2)) / (4 * (exp(self.rate * sympify(delay)) - 1))

    def grokking_time(self, smallest: Sympifiable) -> Expr:
        """From the last training error to the last test error, of data whose smallest x is given.

        t_G = ln(1 + (1+λ₂)x_min/(e − x̄))/(1+λ₂); Z's Eq. 8 has no divisor 1+λ₂.

        Raises
        ------
        ValueError
            If the test error is known not to vanish, or x_min is not positive.
        """
        smallest = positive(smallest, "The smallest x")
        positive(self.distance, "With the test error to vanish, e − x̄")
        return log(1 + smallest / self.distance) / self.rate

    def final_slope(self) -> Expr:
        """(e − x̄)/2, at which the test error comes to 0; the threshold falls at e − x̄ there."""
        return (self.margin - self.offset) / 2

    def final_slope_at(self, time: Sympifiable, smallest: Sympifiable) -> Expr:
        """Z's sharpness against its grokking time: (1+λ₂)x_min/(2(e^{(1+λ₂)t_G} − 1))."""
        return self.rate * sympify(smallest) / (2 * (exp(self.rate * sympify(time)) - 1))

    def grokking_probability(self) -> Expr:
        """Probability that |x̄| < e, over all data of N samples of each class; it takes neither x̄ nor m.

        1 − 2e^{−z} Σ_{j<N} z^j/j! Σ_{i<N−j} C(N−1+i, i) 2^{−(N+i)}, z = 2Ne; for N → ∞ erf(e√N).

        >>> ThresholdLearner(epsilon=1, samples=2).grokking_probability()
        1 - 3*exp(-4)
        """
        N, z = self.samples, 2 * self.samples * self.margin
        i, j = (Symbol(name, integer=True, nonnegative=True) for name in "ij")
        chance = binomial(N - 1 + i, i) / 2 ** (N + i)
        if not N.is_Integer:
            return 1 - 2 * exp(-z) * Sum(z**j / factorial(j) * Sum(chance, (i, 0, N - 1 - j)), (j, 0, N - 1))
        tails = [Integer(0)]
        for k in range(int(N)):
            tails.append(tails[-1] + chance.subs(i, k))
        terms = (z**k / factorial(k) * tails[int(N) - k] for k in range(int(N)))
        return 1 - 2 * exp(-z) * Add(*terms)

    @property
    def horizon(self) -> Expr:
        """The generalization jump and five times 1/κ; without a jump ten times 1/κ."""
        ends = (self.distance + log(2)).is_extended_nonpositive
        return 10 / self.rate if ends else log(self._way / (self.distance + log(2))) / self.rate + 5 / self.rate

    @property
    def _way(self) -> Expr:
        """b(0) − b_∞."""
        return self.start - self.epsilon + self.distance

    @property
    def _training_excess(self) -> Expr:
        """y at which half of the positive training samples are right on average."""
        return self.samples * self.positive_mean * (1 - 2 ** (-1 / (self.samples - 1)))

    @property
    def _slope_ratio(self) -> Expr:
        """Slope of the generalization over that of the training accuracy in y, each at its jump."""
        others = self.samples - 1
        return self.samples * self.positive_mean / others * 2 ** (-1 / others)

    def _excess(self, t: Sympifiable) -> Expr:
        return Max(0, self.threshold(t) - self.epsilon)

    def _right_in_training(self, excess: Expr) -> Expr:
        return Max(0, 1 - excess / (self.samples * self.positive_mean)) ** (self.samples - 1)

    def _time_at(self, excess: Expr, curve: str) -> Expr:
        if (self.distance + excess).is_extended_nonpositive:
            raise NoClosedFormError(f"The {curve} accuracy stays below 3/4: x̄ = {self.offset} is too far above e.")
        if (self.start - self.epsilon - excess).is_extended_nonpositive:
            raise NoClosedFormError(f"The {curve} accuracy starts above 3/4: let the threshold start further out.")
        return log(self._way / (self.distance + excess)) / self.rate
