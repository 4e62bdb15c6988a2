"""The numbers of a part are checked when it is made, and every refusal is one sentence."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest

from empirical import SGD, AdamW, Epochs, Group, Parity, Part, Steps, Transformer, TwoLayer, choice, real, whole


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sample(Part):
    kind: ClassVar[str] = "model"
    name: ClassVar[str] = "sample"
    count: int = whole(3, least=2)
    some: int | None = whole(None, optional=True)
    share: float = real(0.5, most=1.0)
    above: float = real(1.0, above=0)
    rate: float | None = real(None, above=-1.0, least=-1.0, below=2.0, optional=True)
    word: str = choice("left", ("left", "right"))
    plain: object = 0
    whole: int = 0
    number: float = 0.0
    flag: bool = False
    text: "str" = ""


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"count": 1}, "count must be at least 2, got 1; choose a larger value."),
        ({"some": 0}, "some must be at least 1, got 0; choose a larger value."),
        ({"share": 1.5}, "share must be at most 1.0, got 1.5; the default is 0.5."),
        ({"share": -0.1}, "share must not be negative, got -0.1; the default is 0.5."),
        ({"above": 0}, "above must be positive, got 0.0; the default is 1.0."),
        ({"rate": 2}, "rate must be below 2.0, got 2.0; the default is None."),
        ({"rate": -1}, "rate must be above -1.0, got -1.0; the default is None."),
        ({"share": float("nan")}, "share must be finite, got nan; choose another value."),
        ({"above": np.inf}, "above must be finite, got inf; choose another value."),
        ({"plain": float("nan")}, "plain must be finite, got nan; choose another value."),
        ({"plain": np.float32("inf")}, "plain must be finite, got inf; choose another value."),
        ({"above": 10**400}, "above must be finite, got inf; choose another value."),
        ({"number": float("nan")}, "number must be finite, got nan; choose another value."),
        ({"word": "up"}, "word must be one of left, right; got 'up'; use one of these names."),
    ],
)
def test_values_out_of_range_get_a_sentence(values, message):
    with pytest.raises(ValueError) as caught:
        Sample(**values)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"count": 10.5}, "count must be a whole number, got 10.5; write it as an integer."),
        ({"count": 10.0}, "count must be a whole number, got 10.0; write it as an integer."),
        ({"count": "all"}, "count must be a whole number, got 'all'; write it as an integer."),
        ({"count": True}, "count must be a whole number, got True; write it as an integer."),
        ({"count": None}, "count must be a whole number, got None; write it as an integer."),
        ({"count": [3]}, "count must be a whole number, got [3]; write it as an integer."),
        ({"share": "0.1"}, "share must be a number, got '0.1'; write it as a float."),
        ({"share": None}, "share must be a number, got None; write it as a float."),
        ({"share": True}, "share must be a number, got True; write it as a float."),
        ({"share": 1j}, "share must be a number, got 1j; write it as a float."),
        ({"whole": 1.0}, "whole must be a whole number, got 1.0; write it as an integer."),
        ({"number": "1"}, "number must be a number, got '1'; write it as a float."),
        ({"flag": 1}, "flag must be True or False, got 1; write one of these."),
        ({"text": 1}, "text must be a string, got 1; put it in quotes."),
        ({"plain": {1}}, "plain must be a number, a string or a tuple of these, got {1}; a file has to hold it."),
    ],
)
def test_values_of_another_type_get_a_sentence(values, message):
    with pytest.raises(TypeError) as caught:
        Sample(**values)
    assert str(caught.value) == message


@pytest.mark.parametrize("word", [["left"], {"left": 1}, None, 3])
def test_a_choice_takes_nothing_but_its_words(word):
    with pytest.raises(ValueError, match="word must be one of left, right; got "):
        Sample(word=word)


def test_optional_numbers_may_be_none_and_limits_themselves_are_allowed():
    assert Sample(some=None, rate=None, share=1, count=2, above=1e-300).share == 1.0
    assert Sample(share=0).share == 0.0


def test_numpy_numbers_become_pythons():
    part = Sample(
        count=np.int64(4),
        some=np.uint8(2),
        share=np.float32(0.25),
        plain=(np.float64(1), [np.int8(2)]),
        rate=np.array(1),
    )
    assert part == Sample(count=4, some=2, share=0.25, plain=(1.0, (2,)), rate=1.0)
    assert hash(part) == hash(Sample(count=4, some=2, share=0.25, plain=(1.0, (2,)), rate=1.0))
    assert [type(getattr(part, name)) for name in ("count", "some", "share", "rate")] == [int, int, float, float]
    assert [type(one) for one in (part.plain[0], part.plain[1][0])] == [float, int]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Parity(input_size=2), "input_size must be at least parity_bits, got 2 < 3; raise"),
        (lambda: Epochs(epochs=0), "epochs must be at least 1, got 0; choose"),
        (lambda: Epochs(batch_size=0), "batch_size must be at least 1, got 0"),
        (lambda: SGD(learning_rate=0), "learning_rate must be positive, got 0.0; the default is 0.01"),
        (lambda: SGD(learning_rate=-0.1), "learning_rate must not be negative, got -0.1; the default is 0.01"),
        (lambda: SGD(weight_decay=float("nan")), "weight_decay must be finite, got nan"),
        (lambda: SGD(momentum=1), "momentum must be below 1, got 1.0; the default is 0.0"),
        (lambda: SGD(learning_rate=10, weight_decay=0.1), r"must be below 1, got 10.0 \* 0.1; lower one"),
        (
            lambda: SGD(groups=[Group(name="fast", parameters="*", learning_rate=50.0, weight_decay=0.1)]),
            r"learning_rate \* weight_decay must be below 1, got 50.0 \* 0.1; lower one",
        ),
        (
            lambda: SGD(learning_rate=20, weight_decay=0, groups=[Group(name="a", parameters="*", weight_decay=0.05)]),
            r"learning_rate \* weight_decay must be below 1, got 20.0 \* 0.05; lower one",
        ),
        (lambda: SGD(warm_up=-1), "warm_up must be at least 0, got -1"),
        (lambda: AdamW(beta2=1.0), "beta2 must be below 1, got 1.0; the default is 0.999"),
        (lambda: AdamW(epsilon=0.0), "epsilon must be positive, got 0.0; the default is 1e-08"),
        (lambda: TwoLayer(initial_scale=0), "initial_scale must be positive, got 0.0; the default is 1.0"),
        (lambda: TwoLayer(activation="sin"), "activation must be one of relu, tanh, gelu; got 'sin'"),
        (lambda: TwoLayer(dropout=1), "dropout must be below 1, got 1.0"),
        (lambda: TwoLayer(arithmetic="float16"), "arithmetic must be one of float32, float64; got 'float16'"),
        (lambda: Parity(label_noise=1.5), "label_noise must be at most 1.0, got 1.5; the default is 0.0"),
        (lambda: Epochs(stop_level=1.5), "stop_level must be at most 1, got 1.5; the default is 1.0"),
        (lambda: Epochs(stop_after=3), "stop_after must be 0 or at least 4, got 3; a curve"),
        (lambda: Steps(growth=0.99), "growth must be at least 1.0, got 0.99; the default is 1.02"),
    ],
)
def test_the_parts_of_the_package_refuse_what_cannot_be(make, message):
    with pytest.raises(ValueError, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_equal_parts_are_written_alike():
    """Numbers that are equal and look different: 1 and 1.0, the two zeros, True and 1."""
    for one, other in (
        (Sample(number=1), Sample(number=1.0)),
        (Sample(share=-0.0, number=-0.0, plain=(-0.0,)), Sample(share=0.0, number=0.0, plain=(0.0,))),
        (Sample(flag=np.bool(True), text=np.str_("a")), Sample(flag=True, text="a")),
    ):
        assert one == other
        assert repr(one.to_values()) == repr(other.to_values())


@pytest.mark.parametrize("groups", [Group(name="a", parameters="*"), ["a"], {"a": 1}, 3, None, Group])
def test_groups_are_a_list_of_groups(groups):
    with pytest.raises(
        TypeError, match=r"groups must be (a list of Group|a number, a string or a tuple of these), got "
    ):
        SGD(groups=groups)


@pytest.mark.parametrize("name", ["", "a.b", "two words", "a-b", "name"])
def test_the_name_of_a_group_is_a_word(name):
    with pytest.raises(ValueError, match="A group's name must be a word of letters, digits and _, not 'name', got"):
        Group(name=name, parameters="*")
    with pytest.raises(TypeError, match="name must be a string, got 3"):
        Group(name=3, parameters="*")
    with pytest.raises(TypeError, match=r"parameters must be a string, got \('a', 'b'\)"):
        Group(name="a", parameters=("a", "b"))


def test_a_part_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        SGD().momentum = 0.5
    with pytest.raises(TypeError):
        SGD(0.1)


def test_none_is_a_word_only_where_a_choice_has_it():
    assert Transformer(layer_norm=None, signs=None) == Transformer(layer_norm="none", signs="none")
    with pytest.raises(ValueError, match="positions must be one of learned, sinusoidal; got None"):
        Transformer(positions=None)
