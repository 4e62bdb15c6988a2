import numpy as np
import pytest
from scipy import stats

from numerics import (
    LinearProblem,
    laguerre_bidiagonal,
    laguerre_spectrum,
    sample_modes,
    spectral_modes,
    wishart_moments,
)


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


def test_shares_of_the_error_are_dirichlet_and_independent_of_the_spectrum():
    d, replicas = 8, 4000
    modes = [sample_modes(LinearProblem(d, 10, seed=1, replica=k)) for k in range(replicas)]
    weight = np.array([m.weight for m in modes])
    total = weight.sum(axis=1)
    assert stats.kstest(d * total, stats.chi2(d).cdf).pvalue > 0.01  # E|D₀|² = 1
    share = weight / total[:, None]
    # Dirichlet(½, …, ½): each share is Beta(½, (d−1)/2), E c_i c_j = 1/(d(d+2)).
    for i in (0, d - 1):
        assert stats.kstest(share[:, i], stats.beta(0.5, (d - 1) / 2).cdf).pvalue > 0.01
    product = share[:, 0] * share[:, 1]
    assert abs(product.mean() - 1 / (d * (d + 2))) < 4 * product.std() / np.sqrt(replicas)
    assert stats.spearmanr(weight[:, 0], [m.nu[0] for m in modes]).pvalue > 0.01
    # The same numbers from data that are diagonalised.
    dense = np.array([spectral_modes(LinearProblem(d, 10, replica=k).data()).weight for k in range(replicas)])
    assert stats.ks_2samp(weight[:, 0], dense[:, 0]).pvalue > 0.01


@pytest.mark.parametrize(("d", "n", "d_out"), [(6, 9, 1), (9, 6, 2)])
def test_student_teacher_and_noise_have_the_same_law_as_on_data(d, n, d_out):
    replicas, variance = 3000, 0.7
    rank = min(d, n)

    def summary(modes):
        amplitudes = modes.amplitudes
        student = amplitudes.difference + amplitudes.teacher
        noise = (amplitudes.noise[-rank:] ** 2).sum()
        return (
            (student**2).sum(), (amplitudes.teacher**2).sum(), (student * amplitudes.teacher).sum(),
            noise, noise + amplitudes.noise_rest, (amplitudes.noise[-1] * amplitudes.difference[-1]).sum(),
        )  # fmt: skip

    problems = [LinearProblem(d, n, d_out, variance, replica=k) for k in range(replicas)]
    drawn = np.array([summary(sample_modes(problem)) for problem in problems])
    dense = np.array([summary(spectral_modes(problem.data())) for problem in problems])
    expected = [0.5, 0.5, 0.0, variance * rank * d_out / n, variance * d_out, 0.0]
    for values in (drawn, dense):
        error = values.std(axis=0) / np.sqrt(replicas)
        assert (abs(values.mean(axis=0) - expected) < 4 * error).all()
    for column in range(drawn.shape[1]):
        assert stats.ks_2samp(drawn[:, column], dense[:, column]).pvalue > 0.005


@pytest.mark.parametrize(("d", "n"), [(10, 15), (15, 10)])
def test_mean_weights_give_the_average_over_weights(d, n):
    problem = LinearProblem(d, n, d_out=2, noise_variance=0.3)
    steps, options = [0, 3, 40, 1000], {"eta": 0.05, "weight_decay": 0.2}
    mean = sample_modes(problem, weights="mean").descend(steps, **options)
    nu = sample_modes(problem).nu
    curves = []
    for k in range(4000):
        modes = sample_modes(LinearProblem(d, n, 2, 0.3, replica=k))
        curves.append(type(modes)(nu, modes.weight, modes.amplitudes).descend(steps, **options))
    for which in ("train", "gen", "clean_train"):
        values = np.array([getattr(curve, which) for curve in curves])
        assert (abs(values.mean(axis=0) - getattr(mean, which)) < 4 * values.std(axis=0) / np.sqrt(4000)).all(), which


def test_a_draw_depends_on_its_own_numbers_only():
    problem = LinearProblem(12, 20, noise_variance=0.1, seed=4, replica=3)
    one, two = sample_modes(problem), sample_modes(problem)
    np.testing.assert_array_equal(one.nu, two.nu)
    np.testing.assert_array_equal(one.amplitudes.noise, two.amplitudes.noise)
    for other in (LinearProblem(12, 20, seed=4, replica=2), LinearProblem(12, 20, seed=5, replica=3)):
        assert not np.isclose(sample_modes(other).nu, one.nu).any()
    np.testing.assert_array_equal(sample_modes(problem, weights="mean").nu, one.nu)


def test_bad_arguments_get_one_sentence():
    with pytest.raises(ValueError, match="d must be at least 1, got 0"):
        laguerre_bidiagonal(0, 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="weights must be 'random' or 'mean', got 'equal'"):
        sample_modes(LinearProblem(2, 3), weights="equal")
