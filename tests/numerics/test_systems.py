from dataclasses import dataclass, replace

import numpy as np
import pytest
from sympy import Expr, Integer, Rational, Symbol, erf, exp, sympify

import numerics
from numerics import RunCurves, linear_times, measure, simulate, sweep, sweep_linear, system_curves
from numerics.descent.linear_data import LinearProblem
from numerics.system_sweep import system_times
from numerics.systems import never_rises
from theory import LinearStudent, NoClosedFormError, SolvableSystem

STUDENT = LinearStudent(0.9, epsilon=1e-6, eta0=0.01)


@dataclass(frozen=True)
class ErfJumps:
    """A stranger's system: two erf-shaped accuracies, of known jump times and sharpness."""

    delay: Expr | float = 3
    slowness: Expr | float = 2
    ceiling: Expr | float = 1

    @property
    def parameters(self):
        return {"delay": sympify(self.delay), "slowness": sympify(self.slowness), "ceiling": sympify(self.ceiling)}

    def replace(self, **changes):
        return replace(self, **{name: sympify(value) for name, value in changes.items()})

    def training_curve(self, t):
        return (1 + erf((t - 100) / 20)) / 2

    def generalization_curve(self, t):
        return self.ceiling * (1 + erf((t - 100 * (1 + self.delay)) / (20 * self.slowness))) / 2

    training_plateau = Integer(0)

    @property
    def generalization_plateau(self):
        return 1 - self.ceiling

    def training_jump_time(self):
        return Integer(100)

    def generalization_jump_time(self):
        return 100 * (1 + self.delay)

    @property
    def horizon(self):
        return 200 * (2 + self.delay)


@dataclass(frozen=True)
class Relaxation(ErfJumps):
    """Two exponential approaches, 1 − e^{−t} and 1 − e^{−t/τ}: jumps at ln 2 and τ ln 2, slopes ½ and 1/(2τ) there."""

    def training_curve(self, t):
        return 1 - exp(-t)

    def generalization_curve(self, t):
        return 1 - exp(-t / self.slowness)

    @property
    def generalization_plateau(self):
        raise NoClosedFormError("The toy has no loss: ask for its accuracy.")

    @property
    def horizon(self):
        return 30 * self.slowness


def test_a_strangers_system_is_measured_exactly():
    assert isinstance(ErfJumps(), SolvableSystem)
    table = sweep(ErfJumps(), "delay", [0.5, 2, Rational(15, 2)], points=3000)
    assert table.columns[0] == "delay"
    assert table["status"].tolist() == ["ok"] * 3
    np.testing.assert_allclose(table["relative_gap"].astype(float), [0.5, 2, 7.5], rtol=1e-9)
    np.testing.assert_allclose(table["relative_sharpness"], 1 / 2, rtol=1e-9)
    np.testing.assert_allclose(table["absolute_sharpness"], 1 / (np.sqrt(np.pi) * 40), rtol=1e-9)


def test_a_short_course_is_recorded_from_its_beginning():
    table = sweep(Relaxation(), "slowness", [2, 5.0], points=20_000)
    train, gen = system_curves(Relaxation(slowness=5), [0.0, np.log(2), 5 * np.log(2)])
    np.testing.assert_allclose(train, [0, 0.5, 1 - 2.0**-5], atol=1e-15)
    np.testing.assert_allclose(gen, [0, 1 - 2 ** (-1 / 5), 0.5], atol=1e-15)
    assert system_times(Relaxation(), points=4).tolist() == [15, 30, 45, 60]
    # An erf is not their shape, but both have the same one, so gap and ratio of rates are exact.
    np.testing.assert_allclose(table["relative_gap"], [1, 4], rtol=2e-3)
    np.testing.assert_allclose(table["relative_sharpness"], [1 / 2, 1 / 5], rtol=4e-3)


def test_any_system_whose_plateau_is_too_high_says_so():
    row = next(iter(sweep(ErfJumps(ceiling=Rational(1, 4)), "delay", [2], points=500)))
    assert row["status"] == (
        "generalization accuracy never rises: the loss stays above its plateau 0.75, where 0.25 of the answers are "
        "correct"
    )
    assert never_rises(ErfJumps()) is None
    assert never_rises(Relaxation()) is None  # nothing is known of its loss


@pytest.mark.parametrize(
    ("student", "words"),
    [
        (LinearStudent(1.003, epsilon=1e-10), ("for λ = 1.003 > 1", "plateau 1 − 1/λ = 0.00299", "2.198 ε")),
        (LinearStudent(0.5, epsilon=1e-10).with_weight_decay(0.1), ("its plateau 0.00614,", "2.198 ε")),
        (LinearStudent(0.5, epsilon=0.1).with_label_noise(1), ("its plateau 1, 4.5 times the loss 2.198 ε",)),
        (LinearStudent(4, epsilon=0.1).with_outputs(10), ("its plateau 0.075,",)),
    ],
)
def test_a_student_that_never_generalizes_says_by_how_much(student, words):
    if "outputs" in student.parameters:
        assert never_rises(student) is None  # 0.075 is below 0.107 = 1.07 ε
        student = student.replace(epsilon=0.01)
    sentence = never_rises(student)
    assert sentence.startswith("generalization accuracy never rises: ")
    for word in words:
        assert word in sentence


def test_a_student_below_its_threshold_says_nothing():
    assert never_rises(LinearStudent(1.003, epsilon=1.0)) is None
    assert never_rises(LinearStudent(1.003, epsilon=1e-10).published()) is None


VARIANTS = [
    STUDENT,
    STUDENT.published(),
    STUDENT.with_size(500),
    STUDENT.with_finite_step(),
    STUDENT.with_initial_scale(5),
    STUDENT.with_label_noise(1e-5),
    STUDENT.with_weight_decay(1e-3).with_label_noise(1e-4).with_initial_scale(2),
    STUDENT.with_outputs(2),
]


@pytest.mark.parametrize("student", VARIANTS, ids=lambda student: " ".join(student.parameters))
def test_the_students_fast_curves_are_those_of_its_expressions(student):
    time = np.array([1.0, 10.0, 2000.0, 4e4, 2e6])
    generic = system_curves.dispatch(object)
    for fast, slow in zip(system_curves(student, time), generic(student, time), strict=True):
        np.testing.assert_allclose(fast, slow, rtol=1e-11, atol=1e-13)


def test_a_loss_of_a_student_with_numbers():
    s = np.array([0.0, 1.0, 50.0, 3e4])
    for student, height, slower in ((STUDENT.with_outputs(3), 1 / 3, 3), (STUDENT.with_initial_scale(3), 5, 1)):
        found = numerics.training_loss(s, student)
        np.testing.assert_allclose(found, height * numerics.training_loss(s / slower, 0.9), rtol=1e-12)
    np.testing.assert_array_equal(numerics.log_training_loss(s, STUDENT), numerics.log_training_loss(s, 0.9))
    published = numerics.generalization_loss(s[1:], STUDENT.published())
    np.testing.assert_array_equal(published, numerics.generalization_loss(s[1:], 0.9, form="published"))


def test_any_number_of_digits_of_a_student():
    noisy = LinearStudent(Rational(3, 4)).with_label_noise(2)
    precise = numerics.generalization_loss("12.5", noisy, digits=40)
    assert float(precise) == pytest.approx(float(numerics.generalization_loss(12.5, noisy)), rel=1e-14)
    plain = numerics.training_loss("12.5", LinearStudent(Rational(3, 4)), digits=40)
    assert plain == numerics.training_loss("12.5", "0.75", digits=40)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: numerics.training_loss(1.0, LinearStudent(Symbol("lam"))), "lam has no value"),
        (
            lambda: numerics.training_loss(1.0, STUDENT, form="published"),
            r"take student.published\(\) instead of form=",
        ),
        (lambda: numerics.training_loss(-1.0, STUDENT.with_label_noise(1)), "Time must not be negative, got s = -1.0"),
        (lambda: system_curves(LinearStudent(2), [1.0]), "its epsilon is epsilon, give it a value"),
        (lambda: sweep(STUDENT, "gamma", [1]), "no knob 'gamma'; it has lam, epsilon, eta0"),
        (lambda: sweep(STUDENT, "lam", [1.0], points=100), "At λ = 1 the losses fall as powers of the time"),
        (lambda: sweep(STUDENT, "lam", [-1.0], points=100), "λ = d/N_train must be positive"),
        (lambda: simulate(STUDENT), r"needs a size, and this student has none: take student.with_size\(d\)"),
        (lambda: simulate(STUDENT.with_size(10.5)), "needs a whole number d ≥ 1, got 10.5"),
        (lambda: simulate(STUDENT.published().with_size(10)), "leave out Published"),
        (lambda: simulate(STUDENT.with_covariance([(1, 1)]).with_size(10)), "draws white inputs: leave out"),
        (lambda: simulate(LinearStudent(2).with_size(9)), "its epsilon is epsilon, give it a value"),
    ],
)
def test_bad_arguments_get_one_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_what_has_no_closed_form_says_so():
    bent = STUDENT.with_covariance([(1, Rational(1, 2)), (2, Rational(1, 2))]).with_weight_decay(0.1)
    with pytest.raises(NoClosedFormError):
        sweep(bent, "weight_decay", [0.1], points=100)


def test_the_linear_sweep_is_one_call_of_the_sweep():
    lam = [1.01, 1.1]
    own = LinearStudent(2, epsilon=1e-10, eta0=0.01).published()
    table = sweep(own, "lam", lam, times=lambda student: linear_times(float(student.lam), points=4000))
    assert list(table) == list(sweep_linear(lam, points=4000))


def test_weight_decay_closes_the_gap_at_the_price_of_a_plateau():
    table = sweep(STUDENT.replace(epsilon=1e-2).with_weight_decay(1), "weight_decay", [1e-3, 1e-2, 3.0], points=4000)
    assert table["status"].tolist()[:1] == ["ok"]
    assert "never rises" in table["status"][-1]


# --- simulation


def test_an_unknown_kind_of_system_says_how_to_join_it():
    with pytest.raises(TypeError, match="No simulation of a ErfJumps is known"):
        simulate(ErfJumps())


def test_a_simulation_of_ones_own_is_one_function():
    class Coin(ErfJumps):
        pass

    @simulate.register
    def flip(system: Coin, *, replica=0, seed=0, points=9):
        time = np.arange(points, dtype=float)
        return RunCurves(time, time / points, time / points, {"replica": replica})

    assert simulate(Coin(), replica=3).columns == {"replica": 3}


@pytest.mark.parametrize("route", ["bidiagonal", "data"])
def test_a_simulated_student_is_plain_gradient_descent(route):
    student = (
        LinearStudent(0.5, epsilon=1e-2, eta0=0.05)
        .with_finite_step().with_weight_decay(0.02).with_label_noise(0.04).with_outputs(2).with_initial_scale(2)
        .with_size(30)
    )  # fmt: skip
    run = simulate(student, seed=4, replica=2, points=50, route=route)
    assert dict(run.columns) == {"lam": 0.5, "d": 30, "replica": 2}
    assert (run.time == np.round(run.time)).all()
    problem = LinearProblem(30, 60, d_out=2, noise_variance=0.02, initial_scale=2.0, seed=4, replica=2)
    if route == "data":
        curves = numerics.descend_step_by_step(problem, run.time, eta=0.025, weight_decay=0.02)
    else:
        curves = numerics.descend_in_distribution(problem, run.time, eta=0.025, weight_decay=0.02)
    for found, loss in ((run.train_accuracy, curves.train), (run.gen_accuracy, curves.gen)):
        np.testing.assert_allclose(found, numerics.accuracy(loss / 2, 1e-2, d_out=2), rtol=1e-9)


def test_the_flow_of_many_replicas_is_the_theory():
    student = LinearStudent(Rational(1, 2), epsilon=1e-2, eta0=0.01).with_weight_decay(Rational(1, 20))
    time = None
    accuracies = []
    for replica in range(40):
        run = simulate(student.with_size(300), replica=replica, points=40)
        reached = np.linspace(1, 2000, 30)
        time = reached
        accuracies.append([np.interp(reached, run.time, curve) for curve in (run.train_accuracy, run.gen_accuracy)])
    train, gen = system_curves(student, time)
    for found, expected in zip(np.mean(accuracies, axis=0), (train, gen), strict=True):
        np.testing.assert_allclose(found, expected, atol=0.03)


def test_more_unknowns_than_samples_are_told_beforehand():
    run = simulate(LinearStudent(1.5, epsilon=1e-10, eta0=0.01).with_size(60), points=100)
    assert run.row()["status"] == "60 unknowns, 40 samples: the rest of the error is never learned"


def test_rows_are_the_measures_with_the_columns_before_them():
    time = np.linspace(1, 1000, 500)
    train, gen = system_curves(ErfJumps(), time)
    run = RunCurves(time, train, gen, {"d": 3})
    assert next(iter(run.row())) == "d"
    assert {**run.row()} == {"d": 3, **measure(time, train, gen).row()}
