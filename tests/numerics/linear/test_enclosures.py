from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from numerics import (
    accuracy,
    enclose_accuracy,
    enclose_generalization_loss,
    enclose_jump_time,
    enclose_log_generalization_loss,
    enclose_log_training_loss,
    enclose_training_loss,
    generalization_loss,
    log_generalization_loss,
    log_training_loss,
    spectral_generalization_loss,
    spectral_training_loss,
    threshold_loss,
    training_loss,
)
from numerics.linear.enclosures import Enclosure

flint = pytest.importorskip("flint")
LOSSES = [
    (enclose_training_loss, training_loss, enclose_log_training_loss, log_training_loss),
    (enclose_generalization_loss, generalization_loss, enclose_log_generalization_loss, log_generalization_loss),
]
# Tiny and huge times, λ next to 1 and far from it, and both at once.
ADVERSARIAL = [
    ("1e-300", "0.5"),
    ("1e-40", "3"),
    ("1e300", "1." + "0" * 149 + "1"),
    ("1e300", "0." + "9" * 150),
    ("1e12", "1.000001"),
    ("1e12", "0.5"),
    ("7", "1." + "0" * 400 + "1"),
    ("1e-3", "1e60"),
    ("1e60", "1e60"),
    ("3", "1e-300"),
    ("1e299", "1e-300"),
    ("40", "1e300"),
    ("86.3", "1"),
    (Fraction(1, 3), Fraction(22, 7)),
    (Decimal("0.1"), 0.1),
]


def grid(size=60):
    rng = np.random.default_rng(77)
    s = 10 ** rng.uniform(-6, 9, size)
    near = 1 + rng.choice([-1, 1], size) * 10 ** rng.uniform(-12, -1, size)
    return zip(s.tolist(), np.where(np.arange(size) % 2, near, 10 ** rng.uniform(-3, 3, size)).tolist(), strict=True)


@pytest.mark.parametrize(("enclose", "loss", "_log", "_float"), LOSSES, ids=["train", "gen"])
@pytest.mark.parametrize("digits", [5, 50])
def test_the_digits_asked_for_are_certain(enclose, loss, _log, _float, digits):
    for s, lam in [*ADVERSARIAL, *grid(30)]:
        certain = enclose(s, lam, digits=digits + 15)
        with mpmath.workdps(digits + 30):
            assert abs(loss(s, lam, digits=digits) - certain.midpoint) < mpmath.mpf(10) ** (1 - digits) * certain.lower
            assert certain.radius < mpmath.mpf(10) ** -(digits + 14) * certain.lower


@pytest.mark.parametrize(("enclose", "_loss", "enclose_log", "log_loss"), LOSSES, ids=["train", "gen"])
def test_floats_to_twelve_digits(enclose, _loss, enclose_log, log_loss):
    for s, lam in grid():
        with mpmath.workdps(40):
            assert abs(float(log_loss(s, lam)) / enclose_log(s, lam, digits=20).midpoint - 1) < 5e-15
            value, certain = float(np.exp(log_loss(s, lam))), enclose(s, lam, digits=20).midpoint
            assert abs(value / certain - 1) < 1e-12 or certain < 1e-300


@pytest.mark.parametrize(
    ("enclose", "spectral"),
    [(enclose_training_loss, spectral_training_loss), (enclose_generalization_loss, spectral_generalization_loss)],
)
def test_quadrature_over_the_spectrum_is_enclosed_within_its_error(enclose, spectral):
    for s, lam in [("0.1", "0.3"), ("25", "0.97"), ("25", "1.003"), ("1e4", "4")]:
        value, error = spectral(s, lam, digits=30)
        with mpmath.workdps(60):
            assert abs(value - enclose(s, lam, digits=45).midpoint) <= error


def test_a_neighbour_is_outside():
    certain = enclose_generalization_loss(3, "0.7", digits=20)
    with mpmath.workdps(50):
        assert not certain.contains(certain.midpoint * (1 + mpmath.mpf(10) ** -18))
        assert not certain.contains(certain.midpoint * (1 - mpmath.mpf(10) ** -18))
    assert certain.contains(certain.lower)
    assert certain.contains(certain.upper)


def test_limits_are_exact():
    for enclose in (enclose_training_loss, enclose_generalization_loss):
        assert enclose(0, "0.3").contains(1)
    assert enclose_log_training_loss(0, 1) == Enclosure(mpmath.mpf(0), mpmath.mpf(0))
    assert not enclose_generalization_loss(20, 4).contains("0.75")  # a little is always left
    assert enclose_generalization_loss(Fraction(10**6), 4, digits=8).midpoint == pytest.approx(0.75)


def test_accuracy_is_enclosed():
    for s, lam, data, loss in ((100, 0.5, "gen", generalization_loss), (40, 0.9, "train", training_loss)):
        certain = enclose_accuracy(s, lam, 1e-3, data=data, digits=25)
        assert float(certain.midpoint) == pytest.approx(float(accuracy(loss(s, lam), 1e-3)), rel=1e-12, abs=0)
        assert certain.radius < 1e-25


@pytest.mark.parametrize(("data", "loss"), [("train", training_loss), ("gen", generalization_loss)])
def test_jump_time_brackets_the_threshold(data, loss):
    certain = enclose_jump_time("0.9", "1e-10", eta0="0.02", data=data, digits=15)
    with mpmath.workdps(40):
        assert 0 < certain.upper / certain.lower - 1 < mpmath.mpf(10) ** -14
        half = mpmath.mpf("1e-10") / (2 * mpmath.erfinv(0.5) ** 2)
        early, late = (loss(mpmath.mpf("0.08") * t, "0.9", digits=35) for t in (certain.lower, certain.upper))
        assert late < half < early
    assert float(half) == pytest.approx(threshold_loss(1e-10), rel=1e-14, abs=0)


def test_no_jump_gets_one_sentence():
    with pytest.raises(ValueError, match=r"never falls to 2\.198 ε"):
        enclose_jump_time("1.1", "1e-10")
    with pytest.raises(ValueError, match=r"starts at 1, below 2\.198 ε"):
        enclose_jump_time("0.9", 1)
    assert enclose_jump_time("1.1", "1e-10", data="train", digits=5).lower > 0


def test_the_printed_interval_is_outward():
    for s in ("2", "1e5", "1e-20"):
        certain = enclose_training_loss(s, "0.3", digits=12)
        ends = [Fraction(end) for end in str(certain).strip("[]").split(", ")]
        assert ends[0] < ends[1]
        # At most as wide again on either side.
        width = Fraction(int(certain.radius.man)) * Fraction(2) ** certain.radius.exp * 2
        assert ends[1] - ends[0] <= 3 * width
        assert not Enclosure(mpmath.mpf(0), certain.lower).contains(ends[1])
        with mpmath.workdps(80):
            assert mpmath.mpf(ends[0].numerator) / ends[0].denominator <= certain.lower
            assert mpmath.mpf(ends[1].numerator) / ends[1].denominator >= certain.upper


@pytest.mark.parametrize(("s", "lam"), [("-1", 1), (1, 0), (1, "-2")])
def test_ranges(s, lam):
    with pytest.raises(ValueError, match="Need finite s ≥ 0 and λ > 0"):
        enclose_training_loss(s, lam)


def test_inexact_and_infinite_numbers_are_refused():
    import sympy

    with pytest.raises(ValueError, match="exact numbers"):
        enclose_training_loss(sympy.sqrt(2), 1)
    with pytest.raises(ValueError, match="finite numbers"):
        enclose_training_loss("inf", 1)
    with pytest.raises(ValueError, match="whole number of at least 1"):
        enclose_training_loss(1, 1, digits=0)
    with pytest.raises(ValueError, match="'train' or 'gen'"):
        enclose_accuracy(1, 1, 1, data="test")


def test_the_precision_of_the_library_is_untouched():
    before = flint.ctx.prec, mpmath.mp.prec
    enclose_generalization_loss(30, "1.003", digits=60)
    with pytest.raises(ValueError):
        enclose_jump_time("1.1", "1e-10")
    assert (flint.ctx.prec, mpmath.mp.prec) == before


def test_without_the_library_one_sentence_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "flint", None)
    with pytest.raises(ImportError, match=r"install the optional extra, pip install 'groksharp\[certified\]'"):
        enclose_training_loss(1, 1)


def exactly(number):
    sign, mantissa, exponent, _ = number._mpf_
    return (-1) ** sign * mantissa * Fraction(2) ** exponent


def test_middle_and_radius_are_exact_at_any_precision():
    certain = enclose_generalization_loss(3, "0.7", digits=60)
    lower, upper = exactly(certain.lower), exactly(certain.upper)
    assert exactly(certain.midpoint) == (lower + upper) / 2
    assert exactly(certain.radius) == (upper - lower) / 2
    assert 0 < upper - lower < Fraction(1, 10**60)


def test_the_ends_belong_to_the_interval_and_nothing_beyond_them():
    certain = enclose_generalization_loss(3, "0.7", digits=60)
    lower, upper = exactly(certain.lower), exactly(certain.upper)
    beyond = (upper - lower) / 10
    assert certain.contains(certain.lower)
    assert certain.contains(certain.upper)
    assert certain.contains(lower)
    assert certain.contains(upper)
    assert not certain.contains(lower - beyond)
    assert not certain.contains(upper + beyond)


@pytest.mark.parametrize(
    ("lower", "upper", "text"),
    [
        (0, 0, "[0.0, 0.0]"),
        (3, 3, "[3.0, 3.0]"),
        ("0.1", "0.1", "[0.10000000000000000555, 0.10000000000000000555]"),  # twenty digits of the binary number
        (0, mpmath.mpf(2) ** -10, "[0.0000, 0.0010]"),
        (-3, 8, "[-1E+1, 1E+1]"),
        (-(mpmath.mpf(2) ** -10), 0, "[-0.0010, 0.0000]"),
        (10, 109, "[1E+1, 1.1E+2]"),
        (10, 110, "[0E+2, 2E+2]"),  # the width is the unit
        ("1.25", "1.375", "[1.2, 1.4]"),
    ],
)
def test_the_text_of_an_interval(lower, upper, text):
    assert str(Enclosure(mpmath.mpf(lower), mpmath.mpf(upper))) == text


def test_what_is_too_long_to_write_is_about_its_middle():
    for power, written in ((299_999, True), (300_000, False), (-300_001, True), (-300_002, False)):
        low = mpmath.ldexp(mpmath.mpf(1), power)
        interval = Enclosure(low, mpmath.fmul(low, mpmath.mpf("1.5"), exact=True))
        assert str(interval).startswith("[") == written
    assert str(Enclosure(low, low)) == f"about {mpmath.nstr(low, 15)}"
    assert len(str(Enclosure(low, low)).split("e")[0]) == len("about 1.23456789012345")


def test_digits_up_to_the_largest_precision():
    assert enclose_training_loss(2, "0.5", digits=4900).contains(enclose_training_loss(2, "0.5", digits=4905).midpoint)
    with pytest.raises(ValueError, match=r"5000 digits at s = 2, λ = 0\.5 need more than 16384 bits"):
        enclose_training_loss(2, "0.5", digits=5000)


def test_a_loss_on_the_threshold_cannot_be_told_from_it():
    # The loss at the start is 1, ε/(2 erfinv(1/2)²) to twenty thousand bits.
    with flint.ctx.workprec(20_000):
        epsilon = (2 * flint.arb(flint.fmpq(1, 2)).erfinv() ** 2).mid()
    mantissa, exponent = (int(part) for part in epsilon.man_exp())
    with pytest.raises(ValueError, match="too close to the threshold"):
        enclose_jump_time(2, mantissa * Fraction(2) ** exponent, data="train", digits=10)


@pytest.mark.parametrize("digits", [1, 3, 10, 25])
@pytest.mark.parametrize(
    ("lam", "epsilon", "data"), [("1.1", "0.05", "gen"), ("3", "0.31", "gen"), ("3", "0.01", "train")]
)
def test_above_a_plateau_below_the_threshold_there_is_a_jump(lam, epsilon, data, digits):
    certain = enclose_jump_time(lam, epsilon, eta0="0.03", data=data, digits=digits)
    loss = {"gen": enclose_generalization_loss, "train": enclose_training_loss}[data]
    with mpmath.workdps(60):
        half = mpmath.mpf(epsilon) / (2 * mpmath.erfinv(mpmath.mpf("0.5")) ** 2)
        before, after = (loss(Fraction("0.12") * exactly(t), lam, digits=40) for t in (certain.lower, certain.upper))
        assert after.upper < half < before.lower
    assert exactly(certain.upper) - exactly(certain.lower) <= exactly(certain.upper) * Fraction(101, 100) / 10**digits


@pytest.mark.parametrize("bad", [0, -1, "-0.001"])
def test_rate_and_threshold_are_positive(bad):
    with pytest.raises(ValueError, match="rate η₀ must be positive"):
        enclose_jump_time("0.9", "1e-10", eta0=bad)
    for refuse in (lambda: enclose_jump_time("0.9", bad), lambda: enclose_accuracy(1, 1, bad)):
        with pytest.raises(ValueError, match="threshold ε must be positive"):
            refuse()


def test_digits_are_a_whole_number_from_one_on():
    assert enclose_training_loss(1, 1, digits=1).radius > 0
    for bad in (0, -3, 2.0, "5"):
        with pytest.raises(ValueError, match="whole number of at least 1"):
            enclose_training_loss(1, 1, digits=bad)


def test_at_equal_numbers_of_data_and_weights_the_loss_is_continuous():
    at, below, above = (
        enclose_generalization_loss(7, lam, digits=30)
        for lam in (1, 1 - Fraction(1, 10**25), "1.0000000000000000000000001")
    )
    with mpmath.workdps(40):
        assert abs(below.midpoint - at.midpoint) < 1e-24
        assert abs(above.midpoint - at.midpoint) < 2e-24


@pytest.mark.parametrize("digits", [6, 20, 47])
def test_the_digits_are_there_however_many_the_first_attempt_loses(digits):
    # e^{−(1+λ)s} loses as many bits as s has: the first working precision is just enough, just not enough, far off.
    for bits in np.arange(30, 50, 0.25):
        certain = enclose_training_loss(int(2**bits), Fraction(2, 3), digits=digits)
        with mpmath.workdps(80):
            assert (certain.upper - certain.lower) * mpmath.mpf(10) ** digits <= certain.upper
