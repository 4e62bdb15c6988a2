"""A diagonal linear network of which two weights are all: from the max-L2-margin to the max-L1-margin direction."""

from dataclasses import dataclass, field
from typing import NoReturn

from sympy import Expr, Integer, Max, Rational, acosh, cosh, coth, erf, erfinv, exp, log, pi, sinh, sqrt, sympify

from theory.annotations import Sympifiable
from theory.parameters import Parametric
from theory.requirements import fraction, positive, whole
from theory.systems import NoClosedFormError

__all__ = ["DiagonalNetwork"]

_HALF = Rational(1, 2)
_ERF_HALF = erfinv(_HALF)


@dataclass(frozen=True)
class DiagonalNetwork(Parametric):
    """f = ⟨u² − v², x⟩ under logistic loss and weight decay, u = v = α at first, on n samples that share one signal.

    Sample i is x_i = y_i(1, σe_i): the signal in the first coordinate, its own noise in a coordinate of its own. All
    samples have one margin m, and with I = 4∫r dt, r = 1/(1 + eᵐ), the weights are exactly

        w_signal = 2α²e^{−2λt} sinh I,  w_noise = 2α²e^{−2λt} sinh bI,  b = σ/n,  m = w_signal + σw_noise.

    A fresh input is y(1, ξ), ξ Gaussian in all noise coordinates and as long as that of a sample, |ξ|² ≈ σ².
    The accuracy is that of answers drawn by the network's own probabilities, above chance: the mean of tanh(yf/2).
    For m ≫ 1 that is P(yf > 0) − P(yf < 0).

    The time of the clock is that of the gradient flow. What is said of the front is its limit for α → ∞ and then
    λ → 0: errors fall like 1/ln(1/λ), those of the delay constant like 1/ln²(1/λ).

    Attributes
    ----------
    initial_scale
        α.
    weight_decay
        λ of the penalty (λ/2)(|u|² + |v|²), below 1.
    samples
        n.
    noise
        σ, less than n: with more the max-L1-margin direction would be the noise.
    training_plateau, generalization_plateau
        The loss for t → ∞, −ln(1 − λ/2) on samples and on fresh inputs.

    Raises
    ------
    ValueError
        If a parameter makes no sense.

    Examples
    --------
    >>> from sympy import symbols
    >>> alpha, lam = symbols("alpha lambda", positive=True)
    >>> network = DiagonalNetwork(alpha, lam)
    >>> network.training_jump_time()
    (log(3) + 2)/(208*alpha**2)
    >>> network.delay_constant.free_symbols
    {lambda}
    """

    initial_scale: Expr = field(default=Integer(100))
    weight_decay: Expr = field(default=Rational(1, 1000))
    samples: Expr = field(default=Integer(100))
    noise: Expr = field(default=Integer(50))
    training_plateau: Expr = field(init=False, repr=False)
    generalization_plateau: Expr = field(init=False, repr=False)

    def __post_init__(self) -> None:
        noise, samples = positive(self.noise, "The noise σ"), whole(self.samples, 1, "The number of samples")
        if (noise - samples).is_extended_nonnegative:
            raise ValueError(
                f"The noise σ must be less than the number of samples, {samples}, or the max-L1-margin direction is "
                f"the noise, got {noise}."
            )
        decay = fraction(self.weight_decay, "The weight decay λ")
        for name, value in (
            ("initial_scale", positive(self.initial_scale, "The initial scale α")),
            ("weight_decay", decay),
            ("samples", samples),
            ("noise", noise),
            ("training_plateau", -log(1 - decay / 2)),
            ("generalization_plateau", -log(1 - decay / 2)),
        ):
            object.__setattr__(self, name, value)

    @property
    def noise_rate(self) -> Expr:
        """b = σ/n, how fast noise is learned compared with the signal."""
        return self.noise / self.samples

    @property
    def l2_margin(self) -> Expr:
        """Largest margin of weights with |w|₂ = 1, √(1 + σ²/n), at w ∝ (1, σ/n): where the kernel phase ends."""
        return sqrt(1 + self.noise**2 / self.samples)

    @property
    def l1_margin(self) -> Expr:
        """Largest margin of weights with |w|₁ = 1, max(1, σ/n), at the signal alone: where training ends."""
        return Max(1, self.noise / self.samples)

    def weights(self, progress: Sympifiable, t: Sympifiable) -> tuple[Expr, Expr]:
        """Weight of the signal and of each noise coordinate, exact, at time t and I = 4∫r dt.

        >>> DiagonalNetwork(3, weight_decay="1/2").weights(2, 1)
        (18*exp(-1)*sinh(2), 18*exp(-1)*sinh(1))
        """
        amplitude, done = 2 * self.initial_scale**2 * exp(-2 * self.weight_decay * sympify(t)), sympify(progress)
        return amplitude * sinh(done), amplitude * sinh(self.noise_rate * done)

    def margin(self, progress: Sympifiable, t: Sympifiable) -> Expr:
        """The margin of every sample, m = w_signal + σw_noise, exact, at time t and I."""
        signal, noise = self.weights(progress, t)
        return signal + self.noise * noise

    def slow_margin(self, progress: Sympifiable) -> Expr:
        """The margin where weight decay and gradient hold each other, ln(2S′/(λS) − 1), S = sinh I + σ sinh bI.

        Exactly dm/dI = m(S′/S − λ(1 + eᵐ)/2), in which α does not occur; dm/dI is small against the two terms by 1/m.
        """
        size, growth = self._size(sympify(progress))
        return log(2 * growth / (self.weight_decay * size) - 1)

    def front_time(self, progress: Sympifiable) -> Expr:
        """Time at which I is reached after the kernel phase, (ln α + ½ ln(2S/m))/λ, m the `slow_margin`."""
        size, _ = self._size(sympify(progress))
        return (log(self.initial_scale) + log(2 * size / self.slow_margin(progress)) / 2) / self.weight_decay

    def front_accuracy(self, progress: Sympifiable) -> Expr:
        """Generalization accuracy above chance at I, erf(w_signal/(√2 σ w_noise)): of neither α nor λ nor the time."""
        done = sympify(progress)
        return erf(sinh(done) / (sqrt(2) * self.noise * sinh(self.noise_rate * done)))

    def front_slope(self, progress: Sympifiable) -> Expr:
        """Slope of the generalization accuracy in time at I, its I-derivative times dI/dt = 2λS/S′: λ, but no α.

        >>> network = DiagonalNetwork(weight_decay="1/1000")
        >>> network.front_slope(7).evalf(4)
        0.0006056
        """
        done, b = sympify(progress), self.noise_rate
        size, growth = self._size(done)
        level = sinh(done) / (sqrt(2) * self.noise * sinh(b * done))
        rate = level * (coth(done) - b * coth(b * done)) * 2 * self.weight_decay * size / growth
        return 2 / sqrt(pi) * exp(-(level**2)) * rate

    @property
    def jump_progress(self) -> Expr:
        """I at which the generalization accuracy above chance is one half; of b = 1/2, w_signal/w_noise = 2cosh(I/2).

        Raises
        ------
        NoClosedFormError
            If σ is not n/2.
        """
        if self.noise_rate != _HALF:
            raise NoClosedFormError(
                f"Where sinh I/sinh bI reaches a level has a closed form at b = 1/2, and b is {self.noise_rate}; solve "
                "front_accuracy(I) = 1/2 for I in numbers, or take noise = samples/2."
            )
        return 2 * acosh(self.noise * _ERF_HALF / sqrt(2))

    @property
    def delay_constant(self) -> Expr:
        """c in t_gen = (ln α + c)/λ: ½ ln(2S/m) at the jump. Of α it knows nothing, of λ through −½ ln m alone.

        Raises
        ------
        NoClosedFormError
            If σ is not n/2.
        """
        size, _ = self._size(self.jump_progress)
        return log(2 * size / self.slow_margin(self.jump_progress)) / 2

    def training_jump_time(self) -> Expr:
        """(2 + ln 3)/(8α²(1 + σ²/n)), in the kernel phase, where m + eᵐ − 1 = 8α²(1 + σ²/n)t."""
        return (2 + log(3)) / (8 * self.initial_scale**2 * self.l2_margin**2)

    @property
    def training_slope(self) -> Expr:
        """Slope of the training accuracy where it is one half, (3/4)α²(1 + σ²/n)."""
        return Rational(3, 4) * self.initial_scale**2 * self.l2_margin**2

    def generalization_jump_time(self) -> Expr:
        """(ln α + c)/λ.

        Raises
        ------
        NoClosedFormError
            If σ is not n/2.
        """
        return (log(self.initial_scale) + self.delay_constant) / self.weight_decay

    def training_curve(self, t: Sympifiable) -> NoReturn:
        """Not in closed form as a function of time, only of I.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_CURVE)

    def generalization_curve(self, t: Sympifiable) -> NoReturn:
        """Not in closed form in time; (front_time(I), front_accuracy(I)) is the curve after the kernel phase.

        Raises
        ------
        NoClosedFormError
            Always.
        """
        raise NoClosedFormError(_NO_CURVE)

    @property
    def horizon(self) -> Expr:
        """Time by which w_signal/w_noise is about 16σ, that of I = ln(16σ)/(1 − b) on the front."""
        return self.front_time(log(16 * self.noise) / (1 - self.noise_rate))

    def _size(self, progress: Expr) -> tuple[Expr, Expr]:
        """S = sinh I + σ sinh bI, the margin in units of 2α²e^{−2λt}, and S′."""
        b = self.noise_rate
        return (
            sinh(progress) + self.noise * sinh(b * progress),
            cosh(progress) + self.noise * b * cosh(b * progress),
        )


_NO_CURVE = (
    "The accuracies have no closed form in time, as I = 4∫r dt solves a differential equation: numerics.system_curves "
    "has the numbers, front_time(I) and front_accuracy(I) the curve after the kernel phase."
)
