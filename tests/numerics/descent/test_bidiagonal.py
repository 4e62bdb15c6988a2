import mpmath
import numpy as np
import pytest

from numerics import bidiagonal_singular_values


def precise_singular_values(diagonal, off_diagonal, digits=400):
    n = len(diagonal)
    with mpmath.workdps(digits):
        matrix = mpmath.zeros(n)
        for i in range(n):
            matrix[i, i] = mpmath.mpf(float(diagonal[i]))
            if i < n - 1:
                matrix[i, i + 1] = mpmath.mpf(float(off_diagonal[i]))
        values = mpmath.svd_r(matrix, compute_uv=False)
        return np.array(sorted((float(value) for value in values), reverse=True))


@pytest.mark.parametrize("order", [1, -1], ids=["falling", "rising"])
def test_small_values_of_a_graded_matrix_keep_their_digits(order):
    rng = np.random.default_rng(0)
    diagonal = (rng.uniform(1, 2, 14) * 10.0 ** -np.arange(0, 140, 10))[::order]
    off_diagonal = (rng.uniform(1, 2, 13) * 10.0 ** -np.arange(0, 130, 10))[::order]
    expected = precise_singular_values(diagonal, off_diagonal)
    assert expected[-1] < 1e-100
    np.testing.assert_allclose(bidiagonal_singular_values(diagonal, off_diagonal), expected, rtol=1e-13)
    # The tridiagonal route, which most libraries offer, has lost them.
    matrix = np.diag(diagonal) + np.diag(off_diagonal, 1)
    smallest = np.linalg.eigvalsh(matrix.T @ matrix)[0]
    assert not np.isclose(smallest, expected[-1] ** 2, rtol=0.5, atol=0)


def test_the_determinant_is_the_product_of_the_diagonal():
    rng = np.random.default_rng(1)
    n = 1500
    diagonal, off_diagonal = (
        np.sqrt(rng.chisquare(np.arange(n, 0, -1))),
        np.sqrt(rng.chisquare(np.arange(n - 1, 0, -1))),
    )
    values = bidiagonal_singular_values(diagonal, off_diagonal)
    assert values[0] / values[-1] > 1e3
    assert np.log(values).sum() == pytest.approx(np.log(diagonal).sum(), abs=1e-9)
    assert (values**2).sum() == pytest.approx((diagonal**2).sum() + (off_diagonal**2).sum(), rel=1e-12)


def test_signs_and_the_side_of_the_second_diagonal_do_not_matter():
    rng = np.random.default_rng(2)
    diagonal, off_diagonal = rng.standard_normal(9), rng.standard_normal(8)
    found = bidiagonal_singular_values(diagonal, off_diagonal)
    for side in (1, -1):
        matrix = np.diag(diagonal) + np.diag(off_diagonal, side)
        np.testing.assert_allclose(found, np.linalg.svd(matrix, compute_uv=False), rtol=1e-12)
    np.testing.assert_allclose(bidiagonal_singular_values(abs(diagonal), abs(off_diagonal)), found, rtol=1e-14)


def test_special_cases_by_hand():
    assert bidiagonal_singular_values([-3.0], []).tolist() == [3.0]
    np.testing.assert_allclose(bidiagonal_singular_values([1.0, 2.0, 0.5], [0.0, 0.0]), [2.0, 1.0, 0.5], rtol=1e-15)
    np.testing.assert_allclose(bidiagonal_singular_values([0.0, 0.0], [4.0]), [4.0, 0.0], atol=0)
    golden = (1 + np.sqrt(5)) / 2
    np.testing.assert_allclose(bidiagonal_singular_values([1.0, 1.0], [1.0]), [golden, 1 / golden], rtol=1e-14)


def test_arguments_are_left_as_they_were():
    diagonal, off_diagonal = np.array([3.0, 2.0, 1.0]), np.array([1.0, 1.0])
    bidiagonal_singular_values(diagonal, off_diagonal)
    assert (diagonal.tolist(), off_diagonal.tolist()) == ([3.0, 2.0, 1.0], [1.0, 1.0])


@pytest.mark.parametrize(
    ("diagonal", "off_diagonal", "message"),
    [
        ([], [], "n ≥ 1 and n − 1 entries"),
        ([1.0, 2.0], [1.0, 2.0], "n ≥ 1 and n − 1 entries, got shapes"),
        ([[1.0]], [], "n ≥ 1 and n − 1 entries"),
        ([1.0, np.nan], [1.0], "must be finite"),
        ([1.0, 1.0], [np.inf], "must be finite"),
    ],
)
def test_bad_diagonals_get_one_sentence(diagonal, off_diagonal, message):
    with pytest.raises(ValueError, match=message):
        bidiagonal_singular_values(diagonal, off_diagonal)
