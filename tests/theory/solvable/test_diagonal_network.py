import pytest
from sympy import Rational, symbols

from theory import DiagonalNetwork, NoClosedFormError, SolvableSystem
from theory.symbols import t


def test_it_is_a_solvable_system():
    network = DiagonalNetwork()
    assert isinstance(network, SolvableSystem)
    assert network.replace(noise=20).parameters["noise"] == 20
    with pytest.raises(ValueError, match="no parameter 'width'; it has initial_scale"):
        network.replace(width=3)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"initial_scale": -1}, "The initial scale α must be positive, got -1."),
        ({"weight_decay": 1}, "The weight decay λ must lie strictly between 0 and 1, got 1."),
        ({"samples": Rational(5, 2)}, "The number of samples must be a whole number ≥ 1"),
        ({"noise": 100}, "The noise σ must be less than the number of samples, 100,"),
    ],
)
def test_what_makes_no_sense_is_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        DiagonalNetwork(**change)


def test_what_has_no_closed_form_says_so():
    network = DiagonalNetwork(noise=20)
    for curve in (network.training_curve, network.generalization_curve):
        with pytest.raises(NoClosedFormError, match=r"numerics\.system_curves"):
            curve(t)
    with pytest.raises(NoClosedFormError, match="and b is 1/5"):
        network.generalization_jump_time()


def test_the_delay_constant_knows_nothing_of_the_initial_scale():
    alpha, lam = symbols("alpha lambda", positive=True)
    assert DiagonalNetwork(alpha, lam).delay_constant.free_symbols == {lam}
