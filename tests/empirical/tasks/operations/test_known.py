"""Operations by name: permutations against their definition, those of a user with their refusals."""

import itertools

import numpy as np
import pytest

from empirical import OPERATIONS, add_operation
from empirical.tasks.operations import known
from empirical.tasks.operations.known import operation_results
from empirical.tasks.operations.permutations import permutation_product


@pytest.fixture(autouse=True)
def _forget():
    before = dict(known._operations)
    yield
    known._operations.clear()
    known._operations.update(before)
    operation_results.cache_clear()


def test_the_permutations_are_multiplied_as_functions():
    order = list(itertools.permutations(range(4)))

    def product(*factors):
        return tuple(_through(factors, k) for k in range(4))

    def _through(factors, k):
        for factor in reversed(factors):
            k = factor[k]
        return k

    inverse = {a: next(b for b in order if product(a, b) == (0, 1, 2, 3)) for a in order}
    for word, of in {
        "xy": lambda a, b: product(a, b),
        "xyX": lambda a, b: product(a, b, inverse[a]),
        "xyx": lambda a, b: product(a, b, a),
        "Yx": lambda a, b: product(inverse[b], a),
    }.items():
        expected = [[order.index(of(a, b)) for b in order] for a in order]
        np.testing.assert_array_equal(permutation_product(word, 4), expected)


def test_the_named_operations_of_five_things_are_those_of_p():
    s5, conjugation, sandwich = (operation_results(name, None) for name in ("s5", "s5_conjugation", "s5_sandwich"))
    every = np.arange(120)
    assert s5.shape == (120, 120)
    assert all((np.sort(s5, axis=axis) == (every if axis else every[:, None])).all() for axis in (0, 1))  # Latin square
    assert (s5 != s5.T).any()
    np.testing.assert_array_equal(s5[conjugation, every[:, None]], s5)  # (xyx⁻¹)x = xy
    np.testing.assert_array_equal(sandwich, s5[s5, every[:, None]])
    assert not any(OPERATIONS[name].residues for name in ("s5", "s5_conjugation", "s5_sandwich"))


def test_division_is_multiplication_relabelled():
    """(x, y) ↦ x/y has the triples of z·y = x: a table of quotients teaches nothing that one of products does not."""
    for p in (7, 97):
        product, quotient = operation_results("multiplication", p), operation_results("division", p)
        of_products = {(int(product[z, y]), y, z) for z in range(p) for y in range(1, p)}
        of_quotients = {(x, y, int(quotient[x, y])) for x in range(p) for y in range(1, p)}
        assert of_products == of_quotients


def test_a_function_of_ones_own_is_taken_modulo_p():
    add_operation("mine", lambda x, y: None if y == 2 else 10 * x - y)
    found = operation_results("mine", 7)
    assert all(found[x, y] == (-1 if y == 2 else (10 * x - y) % 7) for x in range(7) for y in range(7))
    add_operation("mine", lambda x, y: x)  # again: the old results are not kept
    assert operation_results("mine", 7)[3].tolist() == [3] * 7


def test_a_table_of_ones_own_has_its_own_size():
    add_operation("mine", [[0, 1, None], [2, -1, 1]])
    np.testing.assert_array_equal(operation_results("mine", None), [[0, 1, -1], [2, -1, 1]])
    add_operation("square", np.arange(4).reshape(2, 2))
    np.testing.assert_array_equal(operation_results("square", None), [[0, 1], [2, 3]])


@pytest.mark.parametrize(
    ("name", "operation", "error", "message"),
    [
        ("two words", max, ValueError, "must be a word other than a product of x and y, got 'two words'"),
        ("xy", max, ValueError, "must be a word other than a product of x and y, got 'xy'"),
        (3, max, ValueError, "must be a word"),
        ("s5", max, ValueError, "'s5' is an operation of the package; choose another name"),
        ("mine", 3, TypeError, "must be a function of two residues or a table"),
        ("mine", [1, 2], TypeError, "must be a function of two residues or a table"),
        ("mine", [[0, 1], [1]], ValueError, r"rows of a table must have one length, got \[1, 2\]"),
        ("mine", [], ValueError, "must have one length, got none"),
        ("mine", [[0.5]], TypeError, "A result must be a whole number or None, got 0.5; number the results"),
        ("mine", [[-2, 0]], ValueError, "numbered from 0 on, −1 for none, got -2 to 0 in 2 cells"),
        ("mine", [[None, None]], ValueError, "got -1 to -1"),
        ("mine", [[0, 1000]], ValueError, "got 0 to 1000 in 2 cells"),
    ],
)
def test_what_is_no_operation_is_refused(name, operation, error, message):
    with pytest.raises(error, match=message):
        add_operation(name, operation)
    assert "mine" not in OPERATIONS


def test_a_function_without_a_result_is_told():
    add_operation("mine", lambda x, y: x / y)
    with pytest.raises(ValueError, match="must have a result for 0 and 0 or return None, got ZeroDivisionError"):
        operation_results("mine", 5)
    add_operation("mine", lambda x, y: "a")
    with pytest.raises(TypeError, match="The result of 0 and 0 must be a whole number or None, got 'a'"):
        operation_results("mine", 5)
    with pytest.raises(ValueError, match=r"operation must be one of addition, .* or a formula in x and y, got 'yours'"):
        operation_results("yours", 5)
