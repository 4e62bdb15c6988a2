import numpy as np
import pytest

from numerics.descent.band_modes import band_modes


@pytest.mark.parametrize(("rows", "columns"), [(9, 9), (9, 10), (11, 9), (8, 10), (1, 1), (1, 2), (2, 1), (3, 2)])
@pytest.mark.parametrize(("above", "below"), [(1, 0), (2, 0), (2, 1), (1, 3)])
def test_modes_are_those_of_the_dense_matrix(rows, columns, above, below):
    rng = np.random.default_rng([rows, columns, above, below])
    full = np.triu(np.tril(rng.standard_normal((rows, columns)), above), -below)
    bands = np.full((above + below + 1, rows), np.nan)  # what lies outside of the matrix is not looked at
    for i in range(rows):
        for j in range(max(0, i - below), min(columns, i + above + 1)):
            bands[below + j - i, i] = full[i, j]
    tracked = min(columns, above + below)
    nu, first = band_modes(bands, columns, below=below, tracked=tracked)
    values, vectors = np.linalg.eigh(full.T @ full)
    np.testing.assert_allclose(nu, values.clip(0), atol=1e-12)
    assert (nu[: max(0, columns - rows)] == 0).all()
    # Vectors of one eigenvalue have no order: what is the same is their projector.
    for power in range(4):
        ours, theirs = (first.T * nu**power) @ first, (vectors * values**power)[:tracked] @ vectors[:tracked].T
        np.testing.assert_allclose(ours, theirs, atol=1e-11)
