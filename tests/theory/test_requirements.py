import math

import pytest
from sympy import I, Rational, Symbol, nan, oo, symbols, zoo

from theory import (
    CovarianceTrainingLoss,
    DescentAverage,
    DescentTrainingLoss,
    EdgeExcess,
    FiniteSize,
    FiniteSizeTrainingLoss,
    FiniteStep,
    InverseLowerGamma,
    LinearStudent,
    MarchenkoPastur,
    RegularizedLowerGamma,
    accuracy,
    accuracy_slope,
    decay_profile,
    decay_rate,
    generalization_jump_time,
    generalization_remainder,
    jump_time,
    law_exponent,
    law_gap,
    law_relative_sharpness,
    limiting_law,
    linear_absolute_sharpness,
    linear_relative_gap,
    linear_relative_sharpness,
    published_generalization_loss,
    published_training_loss,
    rate_ratio,
    slowest_decay,
    threshold_balance,
    threshold_gen_time,
    threshold_loss,
    threshold_slope,
    training_jump_time,
    training_remainder,
)
from theory.linear.jumps.jump_times import late_amplitude, late_logarithmic_slope

x, h = symbols("x h", positive=True)
POSITIVE = {
    "published_training_loss lam": lambda v: published_training_loss(3, v),
    "published_generalization_loss lam": lambda v: published_generalization_loss(3, v),
    "training_remainder lam": lambda v: training_remainder(3, v, 2),
    "generalization_remainder lam": lambda v: generalization_remainder(3, v, 2),
    "threshold_loss epsilon": threshold_loss,
    "accuracy epsilon": lambda v: accuracy(1, v),
    "accuracy_slope epsilon": lambda v: accuracy_slope(1, v),
    "decay_rate eta0": lambda v: decay_rate(2, v),
    "decay_rate lam": lambda v: decay_rate(v, 1),
    "training_jump_time lam": lambda v: training_jump_time(v, 1, 1),
    "training_jump_time epsilon": lambda v: training_jump_time(2, v, 1),
    "training_jump_time eta0": lambda v: training_jump_time(2, 1, v),
    "generalization_jump_time lam": lambda v: generalization_jump_time(v, 1, 1),
    "generalization_jump_time eta0": lambda v: generalization_jump_time(2, 1, v),
    "jump_time amplitude": lambda v: jump_time(v, 1, 1),
    "jump_time level": lambda v: jump_time(1, 1, v),
    "late_amplitude lam": lambda v: late_amplitude(v, 1),
    "late_logarithmic_slope t": lambda v: late_logarithmic_slope(v, 1),
    "linear_relative_gap": lambda v: linear_relative_gap(v, 1, 1),
    "linear_relative_sharpness": lambda v: linear_relative_sharpness(2, v, 1),
    "linear_absolute_sharpness": lambda v: linear_absolute_sharpness(2, 1, v),
    "rate_ratio": rate_ratio,
    "law_gap": lambda v: law_gap(v, 1),
    "law_relative_sharpness": lambda v: law_relative_sharpness(v, 2),
    "law_exponent": lambda v: law_exponent(v, 2),
    "slowest_decay": lambda v: slowest_decay(1, v),
    "threshold_balance": lambda v: threshold_balance(1, 2, v),
    "threshold_gen_time": lambda v: threshold_gen_time(1, v),
    "limiting_law span": lambda v: limiting_law(1, v),
    "MarchenkoPastur": MarchenkoPastur,
    "LinearStudent lam": LinearStudent,
    "LinearStudent epsilon": lambda v: LinearStudent(2, epsilon=v),
    "LinearStudent eta0": lambda v: LinearStudent(2, eta0=v),
    "late correction s": lambda v: FiniteSize(10).late_relative_correction(v, 2),
    "needed lam": lambda v: FiniteSize.needed(10, v),
    "needed tolerance": lambda v: FiniteSize.needed(10, 2, v),
    "flow_distance h": lambda v: FiniteStep.flow_distance(1, v, 2),
    "EdgeExcess": lambda v: EdgeExcess(0, x, v),
    "FiniteSizeTrainingLoss lam": lambda v: FiniteSizeTrainingLoss(x, v, 10),
    "DescentTrainingLoss lam": lambda v: DescentTrainingLoss(3, h, v),
    "DescentAverage lam": lambda v: DescentAverage(2, 3, h, v),
    "CovarianceTrainingLoss lam": lambda v: CovarianceTrainingLoss(x, v, ((1, 1),), (1,)),
    "RegularizedLowerGamma a": lambda v: RegularizedLowerGamma(v, x),
    "InverseLowerGamma a": lambda v: InverseLowerGamma(v, x / (1 + x)),
}
NOT_NEGATIVE = {
    "accuracy loss": lambda v: accuracy(v, 1),
    "accuracy_slope loss": lambda v: accuracy_slope(v, 1),
    "decay_profile": decay_profile,
    "jump_time rate": lambda v: jump_time(1, v, 1),
    "limiting_law gap": lambda v: limiting_law(v, 1),
    "label noise": lambda v: LinearStudent(2).with_label_noise(v),
    "weight decay": lambda v: LinearStudent(2).with_weight_decay(v),
    "DescentTrainingLoss h": lambda v: DescentTrainingLoss(3, v, 2),
}
FRACTION = {
    "threshold_loss level": lambda v: threshold_loss(1, v),
    "threshold_loss of outputs": lambda v: threshold_loss(1, v, 3),
    "threshold_slope": threshold_slope,
    "jump level": lambda v: training_jump_time(2, 1, 1, v),
    "student level": lambda v: LinearStudent(Rational(1, 2)).training_jump_time(v),
}
WHOLE = {
    "outputs": lambda v: accuracy(1, 1, v),
    "moment": MarchenkoPastur(2).moment,
    "steps": lambda v: DescentTrainingLoss(v, h, 2),
    "EdgeExcess k": lambda v: EdgeExcess(v, x, 2),
    "DescentAverage m": lambda v: DescentAverage(2, v, h, 2),
}


def sentence(error):
    text = str(error.value)
    assert text.endswith(".")
    assert " must " in text
    assert "got " in text
    assert "\n" not in text


@pytest.mark.parametrize("name", POSITIVE)
@pytest.mark.parametrize("bad", [0, -1, -0.5, I, 1 + I, nan, zoo, math.nan])
def test_positive(name, bad):
    with pytest.raises(ValueError, match="must be positive") as error:
        POSITIVE[name](bad)
    sentence(error)


@pytest.mark.parametrize("name", [name for name in POSITIVE if "Average" not in name and "Descent" not in name])
def test_finite(name):
    with pytest.raises(ValueError, match="must be finite") as error:
        POSITIVE[name](oo)
    sentence(error)


@pytest.mark.parametrize("name", NOT_NEGATIVE)
@pytest.mark.parametrize("bad", [-1, Rational(-1, 3), I, nan])
def test_not_negative(name, bad):
    with pytest.raises(ValueError, match="must not be negative") as error:
        NOT_NEGATIVE[name](bad)
    sentence(error)


@pytest.mark.parametrize("name", FRACTION)
@pytest.mark.parametrize("bad", [0, 1, -1, 1.5, I, nan, oo])
def test_fraction(name, bad):
    with pytest.raises(ValueError, match="strictly between 0 and 1") as error:
        FRACTION[name](bad)
    sentence(error)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("bad", [-1, Rational(3, 2), 2.5, I, nan])
def test_whole(name, bad):
    with pytest.raises(ValueError, match="must be a whole number") as error:
        WHOLE[name](bad)
    sentence(error)


@pytest.mark.parametrize("name", [*POSITIVE, *NOT_NEGATIVE, *FRACTION, *WHOLE])
def test_what_is_no_expression(name):
    call = next(calls[name] for calls in (POSITIVE, NOT_NEGATIVE, FRACTION, WHOLE) if name in calls)
    for bad in (True, None, [1]):
        with pytest.raises(ValueError, match="must be a number or an expression, got ") as error:
            call(bad)
        sentence(error)


@pytest.mark.parametrize("bad", ["x +", "", object()])
def test_what_sympy_does_not_read(bad):
    with pytest.raises(ValueError, match="rate η₀ must be a number or an expression, got ") as error:
        decay_rate(2, bad)
    sentence(error)


def test_probabilities_lie_in_their_interval():
    for bad in (-1, 2, I):
        with pytest.raises(ValueError, match="must lie between 0 and 1"):
            InverseLowerGamma(3, bad)


@pytest.mark.parametrize("calls", [POSITIVE, NOT_NEGATIVE, FRACTION])
def test_symbols_pass(calls):
    for name, call in calls.items():
        for symbol in (Symbol("v", positive=True), Symbol("w")):
            assert call(symbol) is not None, name


def test_what_is_whole_may_be_a_float():
    assert MarchenkoPastur(2).moment(3.0) == MarchenkoPastur(2).moment(3)
    assert accuracy(1, 1, 1.0) == accuracy(1, 1)
