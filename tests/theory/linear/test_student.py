import itertools

import numpy as np
import pytest
from sympy import Expr, Float, Integral, Rational, Symbol, erf, lambdify, oo, pi, sqrt, symbols

from theory import (
    GeneralizationLoss,
    LinearStudent,
    NoClosedFormError,
    SolvableSystem,
    TrainingLoss,
    generalization_jump_time,
    published_generalization_loss,
    published_training_loss,
    threshold_loss,
    training_jump_time,
)

s, lam, t = symbols("s lambda t", positive=True)
LOSSES = ("training_loss", "generalization_loss", "clean_training_loss")
SMALL, STEP = Rational(1, 10**10), Rational(1, 100)


def number(expression):
    """Value of an expression, its integrals over the angle by the midpoint rule, which is exact to rounding here."""
    points = (np.arange(4000) + 0.5) * np.pi / 4000
    for node in expression.atoms(Integral):
        ((theta, low, high),) = node.limits
        assert (low, high) == (0, pi)
        expression = expression.xreplace({node: Float(np.pi * np.mean(lambdify(theta, node.function)(points)))})
    return float(expression.evalf())


def spectrum(ratio, points=4000):
    """Eigenvalues that are not zero and their weights, by the midpoint rule over the angle of the spectrum."""
    angle = (np.arange(points) + 0.5) * np.pi / points
    nu = (1 - np.sqrt(ratio)) ** 2 + 4 * np.sqrt(ratio) * np.sin(angle / 2) ** 2
    return nu, 2 * np.sin(angle) ** 2 / nu / points


def shares(nu, eta, steps, pull, outputs):
    """Factors of S₀, T and the push after gradient descent along one eigenvector, step by step."""
    start, teacher, push = np.ones_like(nu), np.zeros_like(nu), np.zeros_like(nu)
    for _ in range(steps):
        start = start - 2 * eta / outputs * (nu + pull) * start
        teacher = teacher - 2 * eta / outputs * (nu * (teacher - 1) + pull * teacher)
        push = push - 2 * eta / outputs * ((nu + pull) * push - 1)
    return start, teacher - 1, push


def by_modes(ratio, eta, steps, *, alpha=1.0, gamma=0.0, variance=0.0, outputs=1):
    """The three losses from the modes' own descent: no formula of the toolkit."""
    nu, weights = spectrum(ratio)
    start, teacher, pushed = shares(np.append(nu, 0.0), eta, steps, gamma / 2, outputs)
    (*error, still), pushed = (alpha**2 * start**2 + teacher**2) / 2, pushed[:-1]
    touched, untouched = min(1.0, 1 / ratio), max(0.0, 1 - 1 / ratio) * still
    training = weights @ (nu * error)
    generalization = weights @ error + untouched
    residual = ratio * weights @ (nu * pushed - 1) ** 2 + 1 - ratio * touched
    noise = variance * ratio * weights @ (nu * pushed**2)
    clean = variance * ratio * weights @ (nu**2 * pushed**2)
    return np.array([training + variance * residual, generalization + noise, training + clean]) / outputs


def composed(ratio, eta, *, alpha=None, gamma=None, variance=None, outputs=None, steps=False):
    student = LinearStudent(ratio, eta0=eta)
    student = student if alpha is None else student.with_initial_scale(alpha)
    student = student if gamma is None else student.with_weight_decay(gamma)
    student = student if variance is None else student.with_label_noise(variance)
    student = student if outputs is None else student.with_outputs(outputs)
    return student.with_finite_step() if steps else student


KNOBS = {"alpha": 3, "gamma": Rational(2, 5), "variance": 2, "outputs": 2}
CHOICES = [
    {knob: KNOBS[knob] for knob in chosen}
    for count in range(len(KNOBS) + 1)
    for chosen in itertools.combinations(KNOBS, count)
]


@pytest.mark.parametrize(("k", "chosen"), list(enumerate(CHOICES)), ids=["+".join(c) or "plain" for c in CHOICES])
def test_finite_steps_of_any_combination(k, chosen):
    ratio, eta, steps = (Rational(1, 2), Rational(1), Rational(5, 2))[k % 3], Rational(1, 16), 12
    student = composed(ratio, eta, steps=True, **chosen)
    found = [number(getattr(student, loss)(4 * eta * steps)) for loss in LOSSES]
    numbers = {knob: float(value) for knob, value in chosen.items()}
    assert found == pytest.approx(by_modes(float(ratio), float(eta), steps, **numbers), rel=1e-9, abs=0)


@pytest.mark.parametrize(("k", "chosen"), list(enumerate(CHOICES)), ids=["+".join(c) or "plain" for c in CHOICES])
def test_flow_of_any_combination(k, chosen):
    """Step by step at two small rates, of which Richardson's extrapolation leaves O(η²)."""
    ratio, time = (Rational(5, 2), Rational(1, 2), Rational(1))[k % 3], 3
    student = composed(ratio, STEP, **chosen)
    found = [number(getattr(student, loss)(time)) for loss in LOSSES]
    numbers = {knob: float(value) for knob, value in chosen.items()}
    coarse, fine = (by_modes(float(ratio), time / (4 * n), n, **numbers) for n in (1000, 2000))
    assert found == pytest.approx(2 * fine - coarse, rel=3e-6, abs=0)


@pytest.mark.parametrize(("k", "chosen"), list(enumerate(CHOICES)), ids=["+".join(c) or "plain" for c in CHOICES])
def test_plateaus_are_the_late_losses(k, chosen):
    # At λ = 1 only weight decay makes the losses end in a time short enough.
    ratio = (Rational(1), Rational(1, 2), Rational(5, 2))[k % 3 if "gamma" in chosen else 1 + k % 2]
    student, late = composed(ratio, STEP, **chosen), 4_000
    for loss, plateau in (("training_loss", "training_plateau"), ("generalization_loss", "generalization_plateau")):
        expected = number(getattr(student, plateau))
        assert number(getattr(student, loss)(late)) == pytest.approx(expected, rel=1e-8, abs=1e-12)
        assert getattr(student, loss)(oo) == getattr(student, plateau)


def descended(ratio, eta, steps, outputs, *, alpha, gamma, variance, size=300, draws=40, seed=0):
    """Gradient descent on drawn data, labels and students."""
    rng, n_train = np.random.default_rng(seed), int(size / ratio)
    data = rng.normal(size=(n_train, size))
    scale = np.sqrt(0.5 / size / outputs)
    start, teacher = (rng.normal(scale=scale, size=(size, draws, outputs)) for _ in range(2))
    noise = rng.normal(scale=np.sqrt(variance / outputs), size=(n_train, draws, outputs))
    flat = (size, draws * outputs)
    student, teacher, noise = alpha * start.reshape(flat), teacher.reshape(flat), noise.reshape(n_train, -1)
    labels = data @ teacher + noise
    for _ in range(steps):
        gradient = 2 * (data.T @ (data @ student - labels) / n_train + gamma / 2 * student)
        student = student - eta / outputs * gradient
    mean = draws * outputs
    return (
        np.sum((data @ student - labels) ** 2) / n_train / mean,
        np.sum((student - teacher) ** 2) / mean,
        np.sum((data @ (student - teacher)) ** 2) / n_train / mean,
    )


@pytest.mark.parametrize("ratio", [Rational(1, 2), Rational(2)])
def test_everything_at_once_follows_gradient_descent(ratio):
    eta, steps, outputs = 0.05, 30, 2
    student = composed(ratio, Rational(1, 20), alpha=2, gamma=Rational(1, 2), variance=2, outputs=2, steps=True)
    found = descended(float(ratio), eta, steps, outputs, alpha=2.0, gamma=0.5, variance=2.0)
    assert found == pytest.approx([number(getattr(student, loss)(4 * eta * steps)) for loss in LOSSES], rel=0.03, abs=0)


@pytest.mark.parametrize("n_train", [20, 80])
def test_a_finite_size_corrects_any_combination(n_train):
    """Averages over drawn spectra, with weight decay, noise and a scaled start."""
    size, rng, time, pull, variance, scale = 40, np.random.default_rng(5), 4.0, 0.2, 2.0, 2.0
    drawn = {loss: [] for loss in LOSSES}
    for _ in range(2000):
        inputs = rng.standard_normal((n_train, size))
        nu = np.clip(np.linalg.eigvalsh(inputs.T @ inputs / n_train), 0, None)
        kept = np.exp(-(nu + pull) * time / 2)
        left, learned = (nu * kept + pull) / (nu + pull), (1 - kept) / (nu + pull)
        error = (scale**2 * kept**2 + left**2) / 2
        residual = (np.sum((nu * learned - 1) ** 2) + n_train - size) / n_train
        drawn["training_loss"].append(np.mean(nu * error) + variance * residual)
        drawn["generalization_loss"].append(np.mean(error) + variance * np.sum(nu * learned**2) / n_train)
        drawn["clean_training_loss"].append(np.mean(nu * error) + variance * np.sum(nu**2 * learned**2) / n_train)
    infinite = composed(Rational(size, n_train), STEP, alpha=2, gamma=Rational(2, 5), variance=2)
    for loss, samples in drawn.items():
        mean, error = np.mean(samples), np.std(samples) / np.sqrt(len(samples))
        predicted, without = (number(getattr(student, loss)(4)) for student in (infinite.with_size(size), infinite))
        assert abs(mean - predicted) < 4 * error + 3 / size**2 * without
        assert abs(mean - predicted) < abs(mean - without)


def test_a_finite_size_and_a_finite_step():
    size, rng, steps, step = 40, np.random.default_rng(6), 20, 0.1
    samples = []
    for _ in range(2000):
        inputs = rng.standard_normal((60, size))
        samples.append(np.mean((1 - step * np.linalg.eigvalsh(inputs.T @ inputs / 60)) ** (2 * steps)))
    student = LinearStudent(Rational(2, 3), eta0=Rational(1, 20)).with_finite_step()
    predicted, without = (number(model.generalization_loss(4)) for model in (student.with_size(size), student))
    mean, error = np.mean(samples), np.std(samples) / np.sqrt(len(samples))
    assert abs(mean - predicted) < 4 * error + 3 / size**2 * without
    assert abs(mean - predicted) < abs(mean - without) / 2


def test_plateaus_at_finite_size():
    student = composed(Rational(5, 2), STEP, gamma=Rational(2, 5), variance=2).with_size(30)
    assert number(student.training_loss(4000)) == pytest.approx(number(student.training_plateau), rel=1e-9, abs=0)
    assert number(student.generalization_loss(4000)) == pytest.approx(
        number(student.generalization_plateau), rel=1e-9, abs=0
    )
    # Without weight decay E tr Σ⁺/d = N/(d(d − N − 1)) exactly; here to first order in 1/d.
    noisy = LinearStudent(Rational(5, 2)).with_label_noise(1).with_size(1000)
    assert float(noisy.generalization_plateau) == pytest.approx(
        1 - 400 / 1000 + 400 / (1000 - 400 - 1), rel=1e-5, abs=0
    )


def test_what_has_no_closed_form_says_so():
    white, published = LinearStudent(2).with_covariance([(1, 1)]), LinearStudent(2).published()
    for student in (white, published):
        for other in (
            student.with_weight_decay(1),
            student.with_label_noise(1),
            student.with_finite_step(),
            student.with_size(10),
        ):
            for loss in LOSSES:
                with pytest.raises(NoClosedFormError, match=r"(leave out|take one of the two)"):
                    getattr(other, loss)(1)
    with pytest.raises(NoClosedFormError, match="the published late-time forms"):
        white.published().training_loss(1)
    with pytest.raises(NoClosedFormError, match="jump times of a student with FiniteSize and LabelNoise"):
        LinearStudent(2).with_label_noise(1).with_size(10).training_jump_time()
    assert issubclass(NoClosedFormError, ValueError)


def test_covariance_and_published_combine_with_scale_and_outputs():
    student = LinearStudent(2).with_covariance([(1, 1)]).with_initial_scale(3).with_outputs(2)
    plain = 5 * GeneralizationLoss(2, 2) / 2
    assert float(student.generalization_loss(4).evalf()) == pytest.approx(float(plain.evalf()), rel=1e-12, abs=0)
    late = LinearStudent(lam).published().with_initial_scale(3).with_outputs(2)
    assert (late.training_loss(s) - 5 * published_training_loss(s / 2, lam) / 2).simplify() == 0
    assert (late.generalization_loss(s) - 5 * published_generalization_loss(s / 2, lam) / 2).simplify() == 0


def test_the_plain_student_is_the_theory():
    student, epsilon = LinearStudent(lam), Symbol("epsilon", positive=True)
    assert student.training_loss(s) == TrainingLoss(s, lam)
    assert student.generalization_loss(s) == GeneralizationLoss(s, lam)
    assert student.training_curve(t) == student.training_accuracy(4 * student.eta0 * t)
    assert student.generalization_curve(t) == erf(sqrt(epsilon / (2 * GeneralizationLoss(4 * student.eta0 * t, lam))))
    assert (student.training_plateau, student.generalization_plateau) == (0, GeneralizationLoss(oo, lam))
    assert isinstance(student, SolvableSystem)


def test_the_order_does_not_matter_and_the_last_of_a_kind_counts():
    one = LinearStudent(lam).with_outputs(2).with_weight_decay(1).with_label_noise(3)
    other = LinearStudent(lam).with_label_noise(1).with_weight_decay(1).with_label_noise(3).with_outputs(2)
    assert one == other
    assert hash(one) == hash(other)
    assert len(other.variants) == 3


def test_parameters_can_be_replaced():
    student = LinearStudent(lam, epsilon=SMALL).with_weight_decay(1).with_size(50)
    assert set(student.parameters) == {"lam", "epsilon", "eta0", "weight_decay", "d"}
    changed = student.replace(lam=3, weight_decay=2, d=7, eta0=STEP)
    assert changed == LinearStudent(3, epsilon=SMALL, eta0=STEP).with_weight_decay(2).with_size(7)
    with pytest.raises(ValueError, match=r"no parameter 'outputs', only lam, epsilon, eta0, d, weight_decay"):
        student.replace(outputs=2)
    with pytest.raises(ValueError, match="γ must not be negative"):
        student.replace(weight_decay=-1)
    covered = LinearStudent(2).with_covariance([(1, 1)])
    assert covered.replace(spectrum=[(2, 1)]).parameters["spectrum"] == ((2, 1),)


def test_python_numbers_are_taken():
    student = LinearStudent(0.5, epsilon=1e-10, eta0=0.01)
    assert all(isinstance(parameter, Expr) for parameter in student.parameters.values())
    assert isinstance(student.generalization_curve(10.0), Float)


@pytest.mark.parametrize("bad", [{"lam": 0}, {"lam": -1}, {"lam": 1, "epsilon": 0}, {"lam": 1, "eta0": -1}])
def test_parameters_are_positive(bad):
    with pytest.raises(ValueError, match="must be positive, got"):
        LinearStudent(**bad)


def test_jump_times():
    epsilon, eta0 = symbols("epsilon eta_0", positive=True)
    assert LinearStudent(lam).training_jump_time() == training_jump_time(lam, epsilon, eta0)
    late = LinearStudent(lam).published()
    assert late.generalization_jump_time() == generalization_jump_time(lam, epsilon, eta0)
    below = LinearStudent(Rational(9, 10), epsilon=SMALL, eta0=STEP)
    assert below.generalization_jump_time() == generalization_jump_time(Rational(9, 10), SMALL, STEP)
    above = LinearStudent(Rational(11, 10), epsilon=Rational(1, 10), eta0=STEP)  # the plateau is below the threshold
    at = 4 * STEP * above.generalization_jump_time()
    reached = float(published_generalization_loss(at, above.lam).evalf() + above.generalization_plateau)
    assert reached == pytest.approx(float(threshold_loss(Rational(1, 10)).evalf()), rel=0.5, abs=0)
    with pytest.raises(NoClosedFormError, match=r"never reaches 1/2: the loss stays above its plateau 1/11"):
        LinearStudent(Rational(11, 10), epsilon=SMALL, eta0=STEP).generalization_jump_time()


@pytest.mark.parametrize("ratio", [Rational(1, 2), Rational(99, 100), Rational(1003, 1000)])
def test_both_curves_have_jumped_at_the_horizon(ratio):
    student = LinearStudent(ratio, epsilon=SMALL, eta0=STEP).published()
    assert student.horizon == 5000 / (ratio - 1) ** 2
    assert student.training_jump_time().evalf() < student.generalization_jump_time().evalf() < student.horizon
