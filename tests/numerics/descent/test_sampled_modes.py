import numpy as np
import pytest
from scipy import stats

from numerics import LinearProblem, sample_modes, spectral_modes


def test_shares_of_the_error_are_dirichlet_and_independent_of_the_spectrum():
    d, replicas = 8, 3000
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
    replicas, variance = 2000, 0.7
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
    drawn = np.array([summary(sample_modes(problem, with_teacher=True)) for problem in problems])
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
    mean = sample_modes(problem, weights="mean")
    expected = mean.descend(steps, **options)
    curves = []
    for k in range(1500):
        modes = sample_modes(LinearProblem(d, n, 2, 0.3, replica=k), with_teacher=True)
        curves.append(type(modes)(mean.nu[-modes.nu.size :], modes.weight, modes.amplitudes).descend(steps, **options))
    for which in ("train", "gen", "clean_train"):
        values = np.array([getattr(curve, which) for curve in curves])
        assert (abs(values.mean(axis=0) - getattr(expected, which)) < 4 * values.std(axis=0) / np.sqrt(1500)).all(), (
            which
        )


def test_a_draw_depends_on_its_own_numbers_only():
    problem = LinearProblem(12, 20, noise_variance=0.1, seed=4, replica=3)
    one, two = sample_modes(problem), sample_modes(problem)
    np.testing.assert_array_equal(one.nu, two.nu)
    np.testing.assert_array_equal(one.amplitudes.noise, two.amplitudes.noise)
    for other in (LinearProblem(12, 20, seed=4, replica=2), LinearProblem(12, 20, seed=5, replica=3)):
        assert not np.isclose(sample_modes(other).nu, one.nu).any()


def test_bad_arguments_get_one_sentence():
    with pytest.raises(ValueError, match="weights must be 'random' or 'mean', got 'equal'"):
        sample_modes(LinearProblem(2, 3), weights="equal")
