"""The linear student–teacher model with all its variants, as one object."""

from dataclasses import dataclass

from sympy import Add, Eq, Expr, Integer, Piecewise, Rational, oo, sympify

from theory.annotations import Sympifiable
from theory.linear.composition import Composition
from theory.linear.dynamics import Dynamics, Part
from theory.linear.jumps.jump_times import decay_rate, jump_time, late_amplitude, late_generalization_jump
from theory.linear.marchenko_pastur import MarchenkoPastur
from theory.symbols import s as _s
from theory.systems import NoClosedFormError
from theory.threshold_accuracy import accuracy, accuracy_curvature, threshold_loss

__all__ = ["LinearStudent"]

_HALF = Rational(1, 2)


@dataclass(frozen=True)
class LinearStudent(Composition):
    """A linear student that gradient flow trains on a linear teacher's answers to Gaussian inputs, d, N → ∞.

    The `with_…` methods return the same student with one thing changed; they combine in any order wherever a closed
    form or an integral over the spectrum exists.

    Attributes
    ----------
    lam
        λ = d/N_train > 0.
    epsilon
        Squared error ε below which an answer is correct.
    eta0
        Rate η₀ of gradient flow per step.
    variants
        What has been changed.

    Raises
    ------
    ValueError
        If λ, ε or η₀ is known not to be positive.

    Examples
    --------
    >>> from theory.symbols import lam, s, t
    >>> student = LinearStudent(lam)
    >>> student.training_loss(s), student.generalization_loss(s)
    (TrainingLoss(s, lambda), GeneralizationLoss(s, lambda))
    >>> student.generalization_curve(t)
    erf(sqrt(2)*sqrt(epsilon)/(2*sqrt(GeneralizationLoss(4*eta_0*t, lambda))))
    >>> noisy = student.with_label_noise(2).with_initial_scale(3)
    >>> noisy.training_loss(s)
    2*lambda*GeneralizationLoss(s, lambda) - 2*lambda + 5*TrainingLoss(s, lambda) + 2
    >>> noisy.replace(lam=4).training_plateau, noisy.replace(lam=4).generalization_plateau
    (0, 53/12)
    """

    def training_loss(self, s: Sympifiable) -> Expr:
        """Expected training loss at dimensionless time s = 4η₀t, on the labels that are trained on.

        Raises
        ------
        NoClosedFormError
            If these variants together have no closed form; so for every method below.
        """
        return self._loss("training", s)

    def generalization_loss(self, s: Sympifiable) -> Expr:
        """Expected loss on fresh inputs with clean labels at dimensionless time s = 4η₀t."""
        return self._loss("generalization", s)

    def clean_training_loss(self, s: Sympifiable) -> Expr:
        """Expected training loss against the teacher's own answers, which differs only where labels are noisy.

        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam).clean_training_loss(s)
        TrainingLoss(s, lambda)
        """
        return self._loss("clean_training", s)

    def training_loss_variance(self, s: Sympifiable) -> Expr:
        """Variance of the training loss at time s over random starts, data and noise: 0 but at finite size.

        (2/d) E v(ν)² to first order, v(ν) the loss along an eigenvector; see `FiniteSize`.

        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam).with_size(100).training_loss_variance(s)
        EdgeExcess(2, 2*s, lambda)/10000 + SpectralAverage(2, 2*s, lambda)/50
        """
        return self._variance("training", s)

    def generalization_loss_variance(self, s: Sympifiable) -> Expr:
        """Variance of the generalization loss at time s, likewise.

        >>> from theory.symbols import lam, s
        >>> LinearStudent(lam).with_size(100).generalization_loss_variance(s)
        FiniteSizeGeneralizationLoss(2*s, lambda, 100)/50
        """
        return self._variance("generalization", s)

    @property
    def training_plateau(self) -> Expr:
        """Training loss for s → ∞."""
        return self._plateau("training")

    @property
    def generalization_plateau(self) -> Expr:
        """Generalization loss for s → ∞.

        >>> LinearStudent(4).generalization_plateau
        3/4
        """
        return self._plateau("generalization")

    @property
    def outputs(self) -> Expr:
        """Number of outputs, 1 unless changed."""
        return self.parameters.get("outputs", Integer(1))

    def training_accuracy(self, s: Sympifiable) -> Expr:
        """Probability that a training answer is correct at time s; at finite size to first order in 1/d."""
        return self._accuracy("training", s)

    def generalization_accuracy(self, s: Sympifiable) -> Expr:
        """Probability that the answer to a fresh input is correct at dimensionless time s.

        >>> from theory.symbols import s
        >>> LinearStudent(2).with_outputs(2).generalization_accuracy(s)
        RegularizedLowerGamma(1, 2*epsilon/GeneralizationLoss(s/2, 2))
        """
        return self._accuracy("generalization", s)

    def training_curve(self, t: Sympifiable) -> Expr:
        """Training accuracy after t steps."""
        return self.training_accuracy(4 * self.eta0 * sympify(t))

    def generalization_curve(self, t: Sympifiable) -> Expr:
        """Generalization accuracy after t steps."""
        return self.generalization_accuracy(4 * self.eta0 * sympify(t))

    def training_jump_time(self, level: Sympifiable = _HALF) -> Expr:
        """Step at which the late-time training accuracy reaches `level`, by Lambert's W; see `theory.jump_time`.

        >>> from sympy import Rational
        >>> student = LinearStudent(Rational(1003, 1000), epsilon=Rational(1, 10**10), eta0=Rational(1, 100))
        >>> student.training_jump_time().evalf(8), student.with_initial_scale(8).training_jump_time().evalf(8)
        (13293529., 35592888.)
        """
        dynamics, target = self._late_dynamics(), self._threshold(level)
        return jump_time(self._late_amplitude(dynamics), decay_rate(self.lam, dynamics.eta0), target)

    def generalization_jump_time(self, level: Sympifiable = _HALF) -> Expr:
        """Step at which the late-time generalization accuracy reaches `level`, about 1 % accurate.

        Raises
        ------
        NoClosedFormError
            Also if the plateau is known to keep the accuracy below `level`.

        Examples
        --------
        >>> from sympy import Rational
        >>> student = LinearStudent(Rational(1003, 1000), epsilon=Rational(1, 10**10), eta0=Rational(1, 100))
        >>> student.published().generalization_jump_time().evalf(8)
        1.2113926e+8
        >>> student.generalization_jump_time()
        Traceback (most recent call last):
        theory.systems.NoClosedFormError: The generalization accuracy never reaches 1/2: the loss stays above ...
        """
        dynamics, plateau = self._late_dynamics(), self.generalization_plateau
        target = self._threshold(level) - plateau
        if target.is_extended_nonpositive:
            raise NoClosedFormError(
                f"The generalization accuracy never reaches {level}: the loss stays above its plateau {plateau}; "
                "published() leaves that out, as M does."
            )
        return late_generalization_jump(self._late_amplitude(dynamics), self.lam, dynamics.eta0, target)

    @property
    def horizon(self) -> Expr:
        """A number of steps by which both curves have jumped, 50/(η₀(λ−1)²): M's 5000/(λ−1)² at its η₀ = 0.01.

        Raises
        ------
        NoClosedFormError
            At λ = 1.

        Examples
        --------
        >>> LinearStudent(3, eta0=1).horizon, LinearStudent(3, eta0=1).with_outputs(2).horizon
        (25/2, 25)
        """
        if (self.lam - 1).is_zero:
            raise NoClosedFormError(
                "At λ = 1 the losses fall as powers of the time, so that no number of steps is enough for every ε: "
                "take some multiple of generalization_jump_time()."
            )
        return 50 * self.outputs / (self.eta0 * (self.lam - 1) ** 2)

    def _dynamics(self, time: Expr) -> Dynamics:
        dynamics = Dynamics(self.lam, time, self.eta0, MarchenkoPastur(self.lam))
        for variant in self.variants:
            dynamics = variant.change(dynamics)
        return dynamics

    def _parts(self, dynamics: Dynamics, which: str) -> list[Part]:
        added = [dynamics.errors, *(variant.adds(dynamics) for variant in self.variants)]
        return [getattr(parts, which) for parts in added if parts is not None]

    def _loss(self, which: str, s: Sympifiable) -> Expr:
        s = sympify(s)
        if s is oo:
            return self._plateau(which)
        dynamics = self._dynamics(s)
        return dynamics.height * Add(*(dynamics.average(part) for part in self._parts(dynamics, which)))

    def _variance(self, which: str, s: Sympifiable) -> Expr:
        if "d" not in self.parameters:
            return Integer(0)
        dynamics = self._dynamics(sympify(s))
        square = dynamics.mean_square(self._parts(dynamics, which))
        return 2 * dynamics.height**2 / (self.outputs * self.parameters["d"]) * square

    def _accuracy(self, which: str, s: Sympifiable) -> Expr:
        """The accuracy at this loss and spread; where the loss is a plateau that may be zero, that is said apart."""
        loss = self._loss(which, s)
        found = accuracy(loss, self.epsilon, self.outputs)
        if loss.is_zero:
            return found
        if not (variance := self._variance(which, s)).is_zero:
            found += accuracy_curvature(loss, self.epsilon, self.outputs) * variance / 2
        if sympify(s) is not oo or loss.is_positive or isinstance(found, Piecewise) or not loss.free_symbols:
            return found
        return Piecewise((Integer(1), Eq(loss, 0)), (found, True))

    def _plateau(self, which: str) -> Expr:
        dynamics = self._dynamics(oo)
        return dynamics.height * Add(*(dynamics.rest(part) for part in self._parts(dynamics, which)))

    def _late_dynamics(self) -> Dynamics:
        """The dynamics, of a student whose losses have the late-time form C t^{−3/2} e^{−κt}."""
        if other := [type(variant).__name__ for variant in self.variants if not variant.keeps_late_time]:
            raise NoClosedFormError(
                f"The jump times of a student with {' and '.join(other)} have no closed form: "
                "solve its accuracy for the time, or measure its curves."
            )
        return self._dynamics(_s)

    def _threshold(self, level: Sympifiable) -> Expr:
        return threshold_loss(self.epsilon, level, self.outputs)

    def _late_amplitude(self, dynamics: Dynamics) -> Expr:
        return dynamics.height * (dynamics.start + _HALF) * late_amplitude(self.lam, dynamics.eta0)
