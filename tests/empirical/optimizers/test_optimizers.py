import pytest
import torch

from empirical import SGD, AdamW, Group
from empirical.optimizers.gradient_filter import GradientFilter

NAMES = ["embed.weight", "embed.bias", "layers.0.weight", "layers.1.weight", "head.weight"]


def parameters():
    return [(name, torch.full((2,), float(k), requires_grad=True)) for k, name in enumerate(NAMES)]


def found_groups(optimizer):
    given = parameters()
    ids = {id(tensor): name for name, tensor in given}
    return [
        ([ids[id(tensor)] for tensor in group["params"]], group["lr"], group["weight_decay"])
        for group in optimizer.parameter_groups(given)
    ]


def test_parameters_are_grouped_by_the_patterns_of_their_names():
    slow = Group(name="slow", parameters="embed.*", learning_rate=0.001)
    decayed = Group(name="decayed", parameters="layers.0.*, head.weight", weight_decay=0.5)
    assert found_groups(SGD(learning_rate=0.1, weight_decay=0.02, groups=[slow, decayed])) == [
        (["layers.0.weight", "head.weight"], 0.1, 0.5),
        (["embed.weight", "embed.bias"], 0.001, 0.02),
        (["layers.1.weight"], 0.1, 0.02),
    ]
    everything = Group(name="all", parameters="*", learning_rate=0.3, weight_decay=0.0)
    assert found_groups(AdamW(groups=[everything])) == [(NAMES, 0.3, 0.0)]
    assert found_groups(AdamW(learning_rate=0.3, weight_decay=0.2)) == [(NAMES, 0.3, 0.2)]


def test_a_pattern_tells_upper_from_lower_case():
    assert Group(name="g", parameters="U,V*").holds("V2")
    assert not Group(name="g", parameters="U,V*").holds("u")


def test_a_group_without_a_pattern_holds_what_has_its_name_and_what_is_below_it():
    assert found_groups(SGD(learning_rate=0.1, weight_decay=0.0, groups=[Group(name="embed", learning_rate=0.01)])) == [
        (["embed.weight", "embed.bias"], 0.01, 0.0),
        (["layers.0.weight", "layers.1.weight", "head.weight"], 0.1, 0.0),
    ]
    holds = Group(name="U").holds
    assert [holds(name) for name in ("U", "U.weight", "U.0.bias", "U2", "U2.weight", "deep.U", "u")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"none is named like 'layer, layer\.\*'; the model has embed.weight"):
        found_groups(SGD(groups=[Group(name="layer")]))


def test_a_group_that_holds_nothing_is_refused():
    with pytest.raises(ValueError, match="Group 'none' must hold a parameter, and none is named like 'emb'; the model"):
        found_groups(SGD(groups=[Group(name="none", parameters="emb")]))


def test_a_parameter_in_two_groups_is_refused():
    groups = [Group(name="a", parameters="embed.*"), Group(name="b", parameters="*.bias")]
    with pytest.raises(ValueError, match=r"A parameter must be in one group, embed.bias is in two; make the patterns"):
        found_groups(SGD(groups=groups))
    with pytest.raises(ValueError, match=r"Groups must have different names, got \['a', 'a'\]"):
        SGD(groups=[groups[0], groups[0]])


def test_the_optimizers_are_pytorchs_with_these_numbers():
    sgd = SGD(learning_rate=0.1, weight_decay=0.2, momentum=0.5)
    built = sgd.build(sgd.parameter_groups(parameters()))
    assert type(built) is torch.optim.SGD
    assert {k: built.param_groups[0][k] for k in ("lr", "weight_decay", "momentum", "nesterov", "dampening")} == {
        "lr": 0.1, "weight_decay": 0.2, "momentum": 0.5, "nesterov": False, "dampening": 0,
    }  # fmt: skip
    adamw = AdamW(beta1=0.5, beta2=0.75, epsilon=0.125, weight_decay=0.25)
    built = adamw.build(adamw.parameter_groups(parameters()))
    assert type(built) is torch.optim.AdamW
    assert {k: built.param_groups[0][k] for k in ("lr", "weight_decay", "betas", "eps", "amsgrad")} == {
        "lr": 1e-3, "weight_decay": 0.25, "betas": (0.5, 0.75), "eps": 0.125, "amsgrad": False,
    }  # fmt: skip


# --- the filter of gradients ------------------------------------------------------------------------------------------


def amplified(gradients, **filter_knobs):
    """What a filter makes of these gradients of one weight, one after the other."""
    weight, slow = torch.zeros(1, dtype=torch.float64, requires_grad=True), GradientFilter(**filter_knobs)
    for gradient in gradients:
        weight.grad = torch.tensor([gradient], dtype=torch.float64)
        slow.amplify({"weight": weight})
        yield float(weight.grad)


def test_a_gradient_that_stays_is_larger_by_one_plus_the_gain_from_the_first_step_on():
    assert list(amplified([0.3] * 50, gain=2.0, memory=0.9)) == pytest.approx([0.9] * 50, rel=1e-12)


def test_a_gradient_that_alternates_is_amplified_as_the_transfer_function_says():
    """At the frequency ½ the mean has the gain (1 − α)/(1 + α); the first gradient is forgotten like αᵗ."""
    found = list(amplified([1.0, -1.0] * 100, gain=5.0, memory=0.8))
    assert found[-2:] == pytest.approx([1 + 5 * 0.2 / 1.8, -1 - 5 * 0.2 / 1.8], rel=1e-9)
    step = list(amplified([0.0] + [1.0] * 30, gain=5.0, memory=0.8))
    assert step[1:] == pytest.approx([1 + 5 * (1 - 0.8**t) for t in range(1, 31)], rel=1e-12)


def test_without_memory_or_gain_it_is_a_factor():
    gradients = [0.5, -1.0, 2.0]
    assert list(amplified(gradients, gain=3.0, memory=0.0)) == [4 * gradient for gradient in gradients]
    assert list(amplified(gradients, gain=0.0, memory=0.9)) == gradients


def test_parameters_have_means_of_their_own_and_those_without_gradients_are_left_alone():
    weights = {name: torch.zeros(2, requires_grad=True) for name in "ab"} | {"frozen": torch.zeros(2)}
    slow = GradientFilter(gain=1.0, memory=0.5)
    for step in range(2):
        for name, value in (("a", 1.0), ("b", -3.0 * step)):
            weights[name].grad = torch.full((2,), value)
        slow.amplify(weights)
    assert weights["a"].grad.tolist() == [2.0, 2.0]
    assert weights["b"].grad.tolist() == [-4.5, -4.5]
    assert weights["frozen"].grad is None


@pytest.mark.parametrize("knobs", [{"filter_gain": -1.0}, {"filter_memory": 1.0}, {"filter_memory": -0.1}])
def test_a_filter_that_would_not_be_one_is_refused(knobs):
    (name,) = knobs
    with pytest.raises(ValueError, match=name):
        SGD(**knobs)
