import numpy as np
import pytest
from scipy import stats

from numerics import laguerre_bidiagonal, laguerre_spectrum, wishart_moments
from numerics.descent.laguerre_ensemble import laguerre_band


def bidiagonal_spectra(d, n, replicas, seed=0):
    rng = np.random.default_rng(seed)
    return np.array([laguerre_spectrum(d, n, rng=rng) for _ in range(replicas)])


def dense_spectra(d, n, replicas, seed=1):
    inputs = np.random.default_rng(seed).standard_normal((replicas, n, d))
    return np.linalg.svd(inputs, compute_uv=False)[:, ::-1] ** 2 / n


@pytest.mark.parametrize(("d", "n"), [(20, 40), (20, 20), (40, 20), (1, 5), (5, 1)])
def test_moments_are_those_of_real_wishart_matrices(d, n):
    spectra = bidiagonal_spectra(d, n, 4000)
    assert spectra.shape == (4000, d)
    for k, expected in enumerate(wishart_moments(3, d, n)):
        sampled = (spectra**k).mean(axis=1)
        assert abs(sampled.mean() - float(expected)) <= 4 * sampled.std() / np.sqrt(4000) + 1e-12, k
    # λ/d, the part of E tr Σ²/d that is absent at infinite size, is seen.
    if min(d, n) == 20:
        second = (spectra**2).mean(axis=1)
        assert abs(second.mean() - (1 + d / n)) > 6 * second.std() / np.sqrt(4000)


@pytest.mark.parametrize(("d", "n"), [(12, 30), (15, 15), (30, 12)])
def test_the_trace_is_a_chi_square(d, n):
    traces = bidiagonal_spectra(d, n, 3000).sum(axis=1)
    assert stats.kstest(n * traces, stats.chi2(d * n).cdf).pvalue > 0.01


@pytest.mark.parametrize(("d", "n"), [(15, 20), (15, 15), (20, 15)])
def test_edges_have_the_law_of_dense_matrices(d, n):
    rank = min(d, n)
    ours, dense = bidiagonal_spectra(d, n, 3000)[:, -rank:], dense_spectra(d, n, 3000)
    for which in (0, 1, rank // 2, -1):
        assert stats.ks_2samp(ours[:, which], dense[:, which]).pvalue > 0.01
    # The test would see a wrong number of degrees of freedom by one.
    other = dense_spectra(d, n + 1, 3000)[:, -min(d, n + 1)]
    assert stats.ks_2samp(ours[:, 0], other).pvalue < 1e-3


def test_the_null_space_is_exactly_zero_and_the_rest_is_not():
    nu = laguerre_spectrum(30, 12, rng=np.random.default_rng(0))
    assert (nu[:18] == 0).all()
    assert (nu[18:] > 1e-3).all()
    assert (np.diff(nu) >= 0).all()


def test_the_smallest_eigenvalue_of_square_data_keeps_its_digits():
    # The determinant is a product of entries: ln det Σ to rounding, though the condition number is about d².
    d = 2000
    diagonal, _ = laguerre_bidiagonal(d, d, rng=np.random.default_rng(3))
    nu = laguerre_spectrum(d, d, rng=np.random.default_rng(3))
    assert nu[-1] / nu[0] > 1e5
    assert np.log(nu).sum() == pytest.approx(2 * np.log(diagonal).sum(), abs=1e-9)


def test_bad_arguments_get_one_sentence():
    with pytest.raises(ValueError, match="d must be at least 1, got 0"):
        laguerre_bidiagonal(0, 3, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("d", "n"), [(5, 8), (8, 5), (6, 6)])
@pytest.mark.parametrize(("above", "below"), [(1, 0), (3, 0), (1, 1), (2, 2)])
def test_a_band_has_the_norm_of_the_data(d, n, above, below):
    """Reflections keep it: the squares of all d·N entries, χ² with as many degrees of freedom."""
    rng = np.random.default_rng([d, n, above, below])
    norms = [(laguerre_band(d, n, above=above, below=below, rng=rng)[0] ** 2).sum() for _ in range(400)]
    assert stats.kstest(n * np.array(norms), stats.chi2(d * n).cdf).pvalue > 1e-3
    assert abs(n * np.mean(norms) - d * n) < 4 * np.sqrt(2 * d * n / 400)
