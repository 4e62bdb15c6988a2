import pytest
from sympy import symbols

from theory import CommitteeMachine, NoClosedFormError, SolvableSystem
from theory.symbols import t


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="The output scale α must be positive, got 0"):
        CommitteeMachine(output_scale=0)
    with pytest.raises(ValueError, match="no parameter 'width'; it has output_scale"):
        CommitteeMachine().replace(width=3)
    assert CommitteeMachine().replace(replica=2).parameters["replica"] == 2


def test_what_has_no_closed_form_says_so():
    machine = CommitteeMachine()
    for ask in (
        lambda: machine.training_curve(t),
        lambda: machine.generalization_curve(t),
        machine.training_jump_time,
        machine.generalization_jump_time,
    ):
        with pytest.raises(NoClosedFormError, match=r"numerics\.sweep_committee"):
            ask()


def test_it_has_what_a_solvable_system_has():
    assert isinstance(CommitteeMachine(), SolvableSystem)


def test_lazy_times_have_no_output_scale():
    alpha, epsilon = symbols("alpha epsilon", positive=True)
    machine = CommitteeMachine(alpha, epsilon)
    assert {symbol for rate in machine.lazy_rates for symbol in rate.free_symbols} == {epsilon}
    # Twice the nonlinearity is four times as fast where it is lazy.
    assert [rate.subs(epsilon, 2 * epsilon) / rate for rate in machine.lazy_rates] == [4, 4]
