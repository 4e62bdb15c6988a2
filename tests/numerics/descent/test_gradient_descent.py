from dataclasses import replace

import mpmath
import numpy as np
import pytest
from scipy import stats
from scipy.special import ive
from sympy import Rational

from numerics import (
    LinearData,
    LinearProblem,
    SpectralModes,
    descend_by_spectrum,
    descend_in_distribution,
    descend_step_by_step,
    evaluate,
    generalization_loss,
    plateau,
    sample_linear_data,
    spectral_modes,
    training_loss,
)
from theory import LinearStudent
from theory.symbols import s


def plain_loop(data, steps, eta, weight_decay=0.0):
    """S ← S − 2η[(1/N) Σ x(xᵀS − y) + (γ/2)S], typed out, with y = Tᵀx + ξ; losses on the labels and without noise."""
    n, d = data.inputs.shape
    teacher = data.teacher.reshape(d, -1)
    student = teacher + data.difference.reshape(d, -1)
    clean_labels = data.inputs @ teacher
    labels = clean_labels + (0 if data.noise is None else data.noise.reshape(n, -1))
    losses = []
    for _ in range(max(steps) + 1):
        answers = data.inputs @ student
        losses.append(
            (
                ((answers - labels) ** 2).sum() / n,
                ((student - teacher) ** 2).sum(),
                ((answers - clean_labels) ** 2).sum() / n,
            )
        )
        gradient = sum(np.outer(x, x @ student - y) for x, y in zip(data.inputs, labels, strict=True)) / n
        student = student - 2 * eta * (gradient + weight_decay / 2 * student)
    return np.array(losses)[steps].T


@pytest.mark.parametrize(
    ("d", "n", "d_out"), [(30, 40, 1), (40, 30, 1), (20, 20, 1), (12, 30, 3), (30, 12, 2), (1, 1, 1)]
)
@pytest.mark.parametrize(("weight_decay", "variance"), [(0.0, 0.0), (0.4, 0.0), (0.0, 0.5), (0.4, 0.5)])
def test_three_routes_agree(d, n, d_out, weight_decay, variance):
    problem = LinearProblem(d, n, d_out, variance, seed=d + n)
    data, steps = problem.data(), [0, 1, 2, 17, 300]
    expected = plain_loop(data, steps, 0.05, weight_decay)
    for route in (descend_by_spectrum, descend_step_by_step):
        for given in (data, problem):
            curves = route(given, steps, eta=0.05, weight_decay=weight_decay)
            # Relative to each loss, and to the rounding of S − T at losses far below the first.
            for found, exact in zip((curves.train, curves.gen, curves.clean_train), expected, strict=True):
                np.testing.assert_allclose(found, exact, rtol=1e-12, atol=1e-16)
            np.testing.assert_array_equal(curves.steps, steps)
            assert (curves.log_clean_train is None) == (variance == 0)


@pytest.mark.parametrize(("d", "n"), [(10, 15), (15, 10)])
def test_the_route_without_data_has_the_law_of_the_others(d, n):
    steps = [5, 60, 2000]
    losses = {}
    for route in (descend_by_spectrum, descend_in_distribution):
        problems = (LinearProblem(d, n, 2, 0.2, replica=k) for k in range(800))
        curves = [route(problem, steps, eta=0.05, weight_decay=0.01) for problem in problems]
        losses[route] = np.array([[c.train, c.gen, c.clean_train] for c in curves])
    ours, theirs = losses.values()
    for loss in range(3):
        for step in range(len(steps)):
            assert stats.ks_2samp(ours[:, loss, step], theirs[:, loss, step]).pvalue > 0.005


def test_data_have_no_distribution():
    data = sample_linear_data(3, 4, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match="Need a LinearProblem, the law of a data set, got LinearData"):
        descend_in_distribution(data, [1], eta=0.1)


# Averaged over the weights exactly and over spectra by sampling: theory plus O(1/d).
LARGE, FLOW, TIMES = 600, 1e-7, [1.0, 4.0, 8.0]


def assert_expected(problem, expected, loss, *, eta=FLOW, scale=1.0, weight_decay=0.0):
    """``expected`` holds the theory's values at TIMES and, if there are four, its plateau."""
    steps = np.array([*np.array(TIMES) / (4 * FLOW), 1e12][: len(expected)])
    values = []
    for k in range(24):
        draw = replace(problem, replica=k)
        curves = descend_in_distribution(draw, steps, eta=eta, weight_decay=weight_decay, weights="mean")
        values.append(getattr(curves, loss) * scale)
    error = np.std(values, axis=0) / np.sqrt(len(values))
    assert (error < 0.01 * np.array(expected) + 1e-30).all()
    distance = abs(np.mean(values, axis=0) - expected)
    assert (distance < 4 * error + 4e-3 * np.array(expected) + 1e-30).all()


def values_at(student, which):
    return evaluate(getattr(student, f"{which}_loss")(s), {s: TIMES}).tolist()


HALF = Rational(1, 2)


@pytest.mark.parametrize("lam", [HALF, 2])
@pytest.mark.parametrize(("loss", "which"), [("train", "training"), ("gen", "generalization")])
def test_weight_decay_is_that_of_theory(lam, loss, which):
    gamma = Rational(1, 20)
    student = LinearStudent(lam).with_weight_decay(gamma)
    end = getattr(student, f"{which}_plateau")
    expected = [*values_at(student, which), float(end.evalf())]
    assert_expected(LinearProblem(LARGE, int(LARGE / lam)), expected, loss, weight_decay=float(gamma))


@pytest.mark.parametrize("lam", [HALF, 2])
@pytest.mark.parametrize(
    ("loss", "which"), [("train", "training"), ("gen", "generalization"), ("clean_train", "clean_training")]
)
def test_label_noise_is_that_of_theory(lam, loss, which):
    variance = Rational(3, 5)
    student = LinearStudent(lam).with_label_noise(variance)
    plateaus = [] if loss == "clean_train" else [float(getattr(student, f"{which}_plateau"))]
    expected = [*values_at(student, which), *plateaus]
    problem = LinearProblem(LARGE, int(LARGE / lam), noise_variance=float(variance))
    assert_expected(problem, expected, loss)


@pytest.mark.parametrize(("loss", "which"), [("train", "training"), ("gen", "generalization")])
def test_outputs_are_those_of_theory(loss, which):
    # Descent on the mean over outputs: rate and losses divided by their number.
    expected = values_at(LinearStudent(HALF).with_outputs(3), which)
    assert_expected(LinearProblem(LARGE, 2 * LARGE, d_out=3), expected, loss, eta=FLOW / 3, scale=1 / 3)


@pytest.mark.parametrize("scale", [0.0, 3.0])
def test_the_initial_scale_is_that_of_theory(scale):
    student = LinearStudent(2).with_initial_scale(Rational(scale)).with_weight_decay(Rational(1, 20))
    problem = LinearProblem(LARGE, LARGE // 2, initial_scale=scale)
    assert_expected(problem, values_at(student, "generalization"), "gen", weight_decay=0.05)


@pytest.mark.parametrize("route", [descend_by_spectrum, descend_in_distribution])
def test_the_initial_scale_scales_the_start_alone(route):
    # S₀ = (D₀ + T): at α = 0 the student starts at zero, so its error is the teacher's, E|T|² = ½.
    starts = [route(LinearProblem(400, 500, initial_scale=alpha), [0], eta=0.01).gen[0] for alpha in (0.0, 1.0, 7.0)]
    np.testing.assert_allclose(starts, [0.5, 1.0, 25.0], rtol=0.2)
    with pytest.raises(ValueError, match="initial scale α must be finite, got inf"):
        LinearProblem(3, 4, initial_scale=np.inf)


def test_weight_decay_needs_the_teacher():
    data = sample_linear_data(4, 6, rng=np.random.default_rng(0))
    bare = LinearData(data.inputs, data.difference)
    for route in (descend_by_spectrum, descend_step_by_step):
        route(bare, [3], eta=0.1)
        with pytest.raises(ValueError, match=r"γ = 0\.5 needs the teacher"):
            route(bare, [3], eta=0.1, weight_decay=0.5)
    with pytest.raises(ValueError, match="needs the teacher"):
        SpectralModes(np.array([1.0]), np.array([1.0])).descend([1], eta=0.1, weight_decay=0.5)


def test_a_teacher_at_zero_only_speeds_weight_decay_up():
    data = sample_linear_data(6, 9, rng=np.random.default_rng(1))
    data = LinearData(data.inputs, data.difference, np.zeros(6))
    modes = spectral_modes(data)
    faster = SpectralModes(modes.nu + 0.25, modes.weight).descend([0, 7, 10**5], eta=0.05)
    np.testing.assert_allclose(
        modes.descend([0, 7, 10**5], eta=0.05, weight_decay=0.5).log_gen, faster.log_gen, rtol=1e-12
    )


def test_large_steps_that_flip_the_sign_agree_too():
    data = sample_linear_data(10, 40, rng=np.random.default_rng(2))
    eta = 0.9 / spectral_modes(data).nu[-1]  # 1 − 2ην_max = −0.8
    slow, fast = (route(data, [0, 1, 2, 3, 50], eta=eta) for route in (descend_step_by_step, descend_by_spectrum))
    np.testing.assert_allclose(fast.train, slow.train, rtol=1e-10)
    np.testing.assert_allclose(fast.gen, slow.gen, rtol=1e-10)


def test_order_and_repetition_of_steps_do_not_matter():
    data = sample_linear_data(8, 10, rng=np.random.default_rng(0))
    for route in (descend_by_spectrum, descend_step_by_step):
        mixed, single = route(data, [9, 0, 9, 3], eta=0.1), route(data, [0, 3, 9], eta=0.1)
        np.testing.assert_allclose(mixed.gen, single.gen[[2, 0, 2, 1]], rtol=1e-13)


def test_one_eigenvalue_by_hand():
    data = LinearData(np.array([[2.0]]), np.array([3.0]))  # Σ = 4, D₀ = 3
    curves = descend_by_spectrum(data, [0, 1, 2], eta=0.1)  # factor 1 − 0.8 = 0.2
    np.testing.assert_allclose(curves.gen, 9 * 0.04 ** np.arange(3), rtol=1e-13)
    np.testing.assert_allclose(curves.train, 36 * 0.04 ** np.arange(3), rtol=1e-13)


def test_logarithms_survive_underflow():
    modes = SpectralModes(np.array([0.5, 1.0]), np.array([0.25, 0.75]))
    steps = [10**6, 10**10]
    curves = modes.descend(steps, eta=0.01)
    slowest = 2 * np.log1p(-0.01)
    np.testing.assert_allclose(curves.log_gen, np.log(0.25) + np.array(steps) * slowest, rtol=1e-12)
    np.testing.assert_allclose(curves.log_train, np.log(0.125) + np.array(steps) * slowest, rtol=1e-12)
    assert (curves.gen == 0).all()


def test_an_eigenvalue_learned_in_one_step():
    modes = SpectralModes(np.array([0.5]), np.array([1.0]))
    curves = modes.descend([0, 1], eta=1.0)  # 1 − 2ην = 0
    np.testing.assert_array_equal(curves.gen, [1.0, 0.0])


def test_null_space_is_never_learned():
    data = sample_linear_data(30, 12, rng=np.random.default_rng(7))
    modes = spectral_modes(data)
    assert (modes.nu[:18] == 0).all()
    assert (modes.nu[18:] > 1e-3).all()
    # What is left is D₀ projected off the rows of the inputs.
    rows = np.linalg.qr(data.inputs.T)[0]
    left = data.difference - rows @ (rows.T @ data.difference)
    final = descend_by_spectrum(data, [10**9], eta=0.05)
    assert final.gen[0] == pytest.approx(left @ left, rel=1e-10)
    assert final.log_train[0] < -1e5


def test_modes_keep_trace_and_norm():
    data = sample_linear_data(25, 30, rng=np.random.default_rng(1), d_out=4)
    modes = spectral_modes(data)
    assert modes.nu.sum() == pytest.approx((data.inputs**2).sum() / 30)
    assert modes.weight.sum() == pytest.approx((data.difference**2).sum())
    assert (np.diff(modes.nu) >= 0).all()
    np.testing.assert_allclose(modes.nu, np.linalg.svd(data.inputs, compute_uv=False)[::-1] ** 2 / 30, rtol=1e-9)


def test_large_data_follow_the_theory():
    # One sample at d = 750: fluctuations are O(1/d) of the spectrum, O(1/√d) of D₀.
    lam, eta = 0.75, 1e-3
    data = sample_linear_data(750, 1000, rng=np.random.default_rng(0))
    steps = np.array([10, 250, 2500])
    curves = descend_by_spectrum(data, steps, eta=eta)
    s = 4 * eta * steps
    np.testing.assert_allclose(curves.gen, generalization_loss(s, lam), rtol=0.15)
    np.testing.assert_allclose(curves.train, training_loss(s, lam), rtol=0.15)


def spectra(d, n, replicas, seed):
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((replicas, n, d))
    return np.linalg.eigvalsh(np.einsum("rni,rnj->rij", inputs, inputs) / n).clip(0)


@pytest.mark.parametrize(("d", "n"), [(20, 40), (20, 20), (20, 10)])
def test_finite_size_correction_of_the_expectation(d, n):
    # E L_gen = L_gen(∞) + (1/2d) e^{−(1+λ)s}[cosh z − I₀(z)] + O(1/d²); training loss: minus its derivative.
    lam, eta, replicas = d / n, 1e-5, 4000
    s = np.array([0.5, 2.0, 5.0])
    steps = np.round(s / (4 * eta))
    eigenvalues = spectra(d, n, replicas, seed=d * n)
    # D₀ averaged out: every direction carries 1/d.
    curves = [SpectralModes(nu, np.full(d, 1 / d)).descend(steps, eta=eta) for nu in eigenvalues]

    def correction(time):
        z = 2 * np.sqrt(lam) * time
        edge = np.exp(-((1 - np.sqrt(lam)) ** 2) * time)
        return edge * ((1 + np.exp(-2 * z)) / 2 - ive(0, z)) / (2 * d)

    slope = (correction(s + 1e-5) - correction(s - 1e-5)) / 2e-5
    for found, infinite, extra in (
        ([c.gen for c in curves], generalization_loss(s, lam), correction(s)),
        ([c.train for c in curves], training_loss(s, lam), -slope),
    ):
        excess = np.mean(found, axis=0) - infinite
        error = np.std(found, axis=0) / np.sqrt(replicas)
        assert (abs(excess - extra) < 4 * error + 2.0 / d**2 * abs(infinite) / 10 + 1e-4 * abs(extra)).all()
        # The correction is there: without it the average would be off by many standard errors somewhere.
        assert (abs(excess) > 6 * error).any()


def test_finite_step_is_the_hypergeometric_average():
    # E ν(1−hν)^m = a^m ₂F₁(−m/2, (1−m)/2; 2; (2h√λ/a)²), a = 1 − h(1+λ), m = 2n, h = 2η; one sample.
    lam, eta, n_steps = 0.5, 0.1, 7
    nu = spectra(500, 1000, 1, seed=3)[0]
    curves = SpectralModes(nu, np.full(500, 2e-3)).descend([n_steps], eta=eta)
    h, m = 2 * eta, 2 * n_steps
    a = 1 - h * (1 + lam)
    expected = float(a**m * mpmath.hyp2f1(-m / 2, (1 - m) / 2, 2, (2 * h * np.sqrt(lam) / a) ** 2))
    assert curves.train[0] == pytest.approx(expected, rel=0.02)
    # Gradient flow, h → 0, would be elsewhere: the step is finite.
    assert abs(training_loss(4 * eta * n_steps, lam) / expected - 1) > 0.1


def test_sampling_is_reproducible_and_isotropic():
    one, two = (sample_linear_data(40, 50, rng=np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(one.inputs, two.inputs)
    np.testing.assert_array_equal(one.difference, two.difference)
    other = sample_linear_data(40, 50, rng=np.random.default_rng(6))
    assert not np.array_equal(one.inputs, other.inputs)
    rng = np.random.default_rng(0)
    for d_out in (1, 3):
        norms = [(sample_linear_data(40, 5, rng=rng, d_out=d_out).difference ** 2).sum() for _ in range(2000)]
        # E|D₀|² = 1 with variance 2/(d·d_out)
        assert abs(np.mean(norms) - 1) < 4 * np.sqrt(2 / (40 * d_out * 2000))


def test_plateau_is_the_share_of_the_null_space():
    nu = spectra(60, 20, 1, seed=0)[0]
    assert (nu > 1e-9).sum() / 60 == pytest.approx(1 - plateau(3.0))


@pytest.mark.parametrize("route", [descend_by_spectrum, descend_step_by_step])
def test_divergence_is_refused_with_the_way_out(route):
    data = sample_linear_data(10, 20, rng=np.random.default_rng(0))
    limit = 1 / spectral_modes(data).nu[-1]
    route(data, [1], eta=0.999 * limit)
    with pytest.raises(ValueError, match=r"Gradient descent diverges: 2ην_max = 2.* must be below 2; take η below"):
        route(data, [1], eta=1.001 * limit)


@pytest.mark.parametrize("route", [descend_by_spectrum, descend_step_by_step])
@pytest.mark.parametrize(
    ("steps", "eta", "message"),
    [
        ([1], 0.0, "η must be positive and finite, got 0.0"),
        ([1], -1.0, "η must be positive"),
        ([1], np.nan, "η must be positive"),
        ([-1], 0.1, "finite and not negative"),
        ([np.inf], 0.1, "finite and not negative"),
    ],
)
def test_bad_arguments_get_one_sentence(route, steps, eta, message):
    data = sample_linear_data(3, 4, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=message):
        route(data, steps, eta=eta)


@pytest.mark.parametrize("route", [descend_by_spectrum, descend_step_by_step, descend_in_distribution])
def test_every_route_checks_its_arguments(route):
    problem = LinearProblem(5, 8)
    for weight_decay in (-0.1, np.nan):
        with pytest.raises(ValueError, match="weight decay γ must be finite and not negative"):
            route(problem, [1], eta=0.1, weight_decay=weight_decay)
    with pytest.raises(ValueError, match=r"2η\(ν_max \+ γ/2\) = .* must be below 2; take η below"):
        route(problem, [1], eta=0.1, weight_decay=30.0)
    with pytest.raises(ValueError, match="Gradient descent diverges"):
        route(problem, [1], eta=10.0)


@pytest.mark.parametrize("bad", [{"d": 0}, {"n_train": 0}, {"d_out": 0}])
def test_empty_data_are_refused(bad):
    with pytest.raises(ValueError, match=f"{next(iter(bad))} must be at least 1, got 0"):
        sample_linear_data(**{"d": 3, "n_train": 4, "rng": np.random.default_rng(0), **bad})
