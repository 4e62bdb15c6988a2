import numpy as np
import pytest

from numerics import (
    LinearProblem,
    SpectralModes,
    generalization_loss,
    infinite_jump_times,
    jump_trust,
    mode_jump_times,
    sample_modes,
    threshold_loss,
    training_loss,
)
from theory import FiniteSize, LinearStudent


@pytest.mark.parametrize("lam", [0.1, 0.5, 0.97])
@pytest.mark.parametrize("epsilon", [1e-10, 1e-3])
def test_infinite_size_losses_are_at_the_threshold(lam, epsilon):
    train, gen = infinite_jump_times(lam, epsilon=epsilon, eta=0.02)
    assert training_loss(0.08 * train, lam) == pytest.approx(threshold_loss(epsilon), rel=1e-9)
    assert generalization_loss(0.08 * gen, lam) == pytest.approx(threshold_loss(epsilon), rel=1e-9)
    assert gen > train


def test_above_one_generalization_never_jumps():
    train, gen = infinite_jump_times(1.5)
    assert gen == np.inf
    assert training_loss(0.04 * train, 1.5) == pytest.approx(threshold_loss(1e-10), rel=1e-9)
    modes = sample_modes(LinearProblem(30, 20))
    found = mode_jump_times(modes)
    assert found[1] == np.inf
    assert modes.descend([found[0]], eta=0.01).train[0] == pytest.approx(threshold_loss(1e-10), rel=1e-6)


def test_one_mode_jumps_when_its_power_says_so():
    nu, eta, epsilon = 0.3, 0.05, 1e-6
    rate = -2 * np.log1p(-2 * eta * nu)
    expected = [np.log(size / threshold_loss(epsilon)) / rate for size in (0.8 * nu, 0.8)]
    found = mode_jump_times(SpectralModes(np.array([nu]), np.array([0.8])), epsilon=epsilon, eta=eta)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_a_loss_below_the_threshold_from_the_start_jumps_at_once():
    assert mode_jump_times(SpectralModes(np.array([0.5]), np.array([1e-13]))) == (0.0, 0.0)


def test_jump_times_of_many_modes_are_at_the_threshold():
    modes = sample_modes(LinearProblem(60, 70, seed=1))
    train, gen = mode_jump_times(modes, epsilon=1e-4, eta=0.1)
    assert modes.descend([train], eta=0.1).train[0] == pytest.approx(threshold_loss(1e-4), rel=1e-6)
    assert modes.descend([gen], eta=0.1).gen[0] == pytest.approx(threshold_loss(1e-4), rel=1e-6)


def test_the_spread_shrinks_with_size_around_the_infinite_jump():
    small, large = jump_trust([0.5], [60, 1000], replicas=40)
    for name in ("train", "gen"):
        widths = [getattr(r, f"{name}_ratio_high") - getattr(r, f"{name}_ratio_low") for r in (small, large)]
        assert widths[1] < widths[0] / 2.5
        assert getattr(large, f"{name}_ratio") == pytest.approx(1, abs=0.02)
    assert abs(small.gen_ratio - 1) < 0.1


def test_the_rule_is_that_of_theory_at_the_jump():
    rows = jump_trust([0.3, 0.5], [400, 1500], replicas=2, tolerance=0.1)
    assert [row.trusted for row in rows] == [False, True, False, True]
    for row in rows:
        s = 0.04 * row.jump_time_gen
        assert row.size_needed == pytest.approx(float(FiniteSize.needed(s, row.lam)), rel=1e-12)
        assert row.jump_time_gen == infinite_jump_times(row.lam)[1]
    strict = jump_trust([0.3], [1500], replicas=2, tolerance=0.01)[0]
    assert strict.size_needed == pytest.approx(10 * rows[1].size_needed, rel=1e-9)
    assert not strict.trusted


def test_the_mean_loss_where_trusted_is_what_the_correction_says():
    # ε = 1e-3 jumps early, where the average over spectra converges; the correction there is 1 %.
    row = jump_trust([0.5], [300], replicas=400, epsilon=1e-3)[0]
    s = 0.04 * row.jump_time_gen
    predicted = float(generalization_loss(s, LinearStudent(0.5).with_size(300))) / threshold_loss(1e-3)
    assert row.trusted
    assert abs(row.loss_ratio - predicted) < 4 * row.loss_ratio_error + 2e-3
    assert predicted - 1 > 0.01
    assert row.loss_ratio_error < 0.01


def test_rows_are_reproducible_and_in_order():
    options = {"lam": [0.3, 0.6], "d": [10, 20], "replicas": 3}
    seen = []
    rows = jump_trust(**options, progress=lambda *now: seen.append(now))
    assert rows == jump_trust(**options)
    assert rows != jump_trust(**options, seed=1)
    assert [(row.lam, row.d) for row in rows] == [(10 / 33, 10), (20 / 67, 20), (10 / 17, 10), (20 / 33, 20)]
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("bad", [{"lam": [1.0]}, {"lam": [0.0]}, {"lam": [1.2]}, {"d": [1]}, {"replicas": 1}])
def test_bad_arguments_get_one_sentence(bad):
    with pytest.raises(ValueError, match="Need 0 < λ < 1, d ≥ 2 and at least two replicas, got"):
        jump_trust(**{"lam": [0.5], "d": [10], **bad})
