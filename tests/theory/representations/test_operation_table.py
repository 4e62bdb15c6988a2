import itertools

import pytest

from theory import OperationTable

ORDER = list(itertools.permutations(range(3)))
PERMUTATIONS = [[ORDER.index(tuple(a[b[n]] for n in range(3))) for b in ORDER] for a in ORDER]


def brute_force(results, pairs):
    """Sets of two pairs with the same result, from all quadruples of symbols."""
    found = set()
    for i, j, m, n in itertools.product(range(len(results)), repeat=4):
        if (i, j) in pairs and (m, n) in pairs and (i, j) != (m, n) and results[i][j] == results[m][n]:
            found.add(frozenset([(i, j), (m, n)]))
    return found


@pytest.mark.parametrize(
    "table",
    [
        OperationTable.addition(7),
        OperationTable.modular_addition(6),
        OperationTable.modular_addition(5),
        OperationTable.of_group(PERMUTATIONS),
    ],
    ids=["addition", "even", "odd", "permutations"],
)
@pytest.mark.parametrize("step", [1, 2, 3])
def test_parallelograms_by_brute_force(table, step):
    pairs = table.pairs[::step]
    found = table.parallelograms(pairs)
    assert len({frozenset([(i, j), (m, n)]) for i, j, m, n in found}) == len(found)
    assert {frozenset([(i, j), (m, n)]) for i, j, m, n in found} == brute_force(table.results, set(pairs))


def test_pairs_are_unordered_only_where_the_operation_commutes():
    assert len(OperationTable.addition(10).pairs) == 55
    assert OperationTable.addition(3).pairs == ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    permutations = OperationTable.of_group(PERMUTATIONS)
    assert not permutations.commutes
    assert len(permutations.pairs) == 36
    assert permutations.subset([(4, 1)]) == ((4, 1),)
    assert OperationTable.addition(5).subset([(4, 1), (1, 4)]) == ((1, 4),)


def test_modular_addition_is_a_group_and_addition_is_not():
    for p in (1, 2, 7):
        table = OperationTable.modular_addition(p)
        assert OperationTable.of_group(table.results) == table
    with pytest.raises(ValueError, match="every symbol once"):
        OperationTable.of_group(OperationTable.addition(3).results)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[0, 1], [0, 1]], "column 0"),
        ([[0, 0], [1, 1]], "row 0"),
        ([[0, 1]], "as many columns as rows"),
        ([], "as many columns as rows"),
        ([[0.5]], "whole numbers"),
        (3, "whole numbers"),
        # Subtraction modulo 3: a Latin square without a neutral symbol on both sides.
        ([[0, 2, 1], [1, 0, 2], [2, 1, 0]], "neutral"),
        # A loop of five symbols, neutral 0, with 1·1 = 0 and so on: (1·1)·2 = 2 and 1·(1·2) = 1·3 = 4.
        (
            [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 0, 1, 3], [3, 2, 4, 0, 1], [4, 3, 1, 2, 0]],
            r"associative, here \(1·1\)·2 = 2 and 1·\(1·2\) = 4",
        ),
    ],
)
def test_what_is_no_group_is_refused(table, message):
    with pytest.raises(ValueError, match=message):
        OperationTable.of_group(table)


@pytest.mark.parametrize("pair", [(0, 4), (-1, 0), (1,), (0, 1, 2), (0.5, 1), 3, (0, "b"), "0-1", (0.0, 3.0)])
def test_what_is_no_pair_is_refused(pair):
    with pytest.raises(ValueError, match="A pair has two of the symbols"):
        OperationTable.addition(4).parallelograms([pair])


@pytest.mark.parametrize("p", [0, -1, 2.5, "3"])
@pytest.mark.parametrize("make", [OperationTable.addition, OperationTable.modular_addition])
def test_what_is_no_number_of_symbols_is_refused(make, p):
    with pytest.raises(ValueError, match="whole number ≥ 1"):
        make(p)


@pytest.mark.parametrize("pair", [(-1, 2), (3, 7), (0.5, 1)])
def test_a_result_is_of_two_symbols(pair):
    """A negative index would count from the end."""
    with pytest.raises(ValueError, match=r"The symbols are 0 … 3, got"):
        OperationTable.addition(4).result(*pair)
