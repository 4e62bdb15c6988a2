import cmath

import numpy as np
import pytest

from numerics import fourier_circle, fourier_power, inverse_participation_ratio


def waves(symbols, frequencies, *, phases=None):
    """A unit for each frequency."""
    angle = 2 * np.pi * np.outer(np.arange(symbols), frequencies) / symbols
    return np.cos(angle + (0.0 if phases is None else np.asarray(phases)))


def powers(table):
    """By the definition: |Σ_k E_k exp(−2πi·mk/p)|² for all m but 0, with m and p − m added; (frequencies, units)."""
    symbols, units = table.shape
    full = [
        [abs(sum(table[k, d] * cmath.exp(-2j * cmath.pi * m * k / symbols) for k in range(symbols))) ** 2
         for d in range(units)]
        for m in range(symbols)
    ]  # fmt: skip
    folded = [
        [full[m][d] + (full[symbols - m][d] if 2 * m != symbols else 0.0) for d in range(units)]
        for m in range(1, symbols // 2 + 1)
    ]
    return np.array(folded)


@pytest.mark.parametrize("symbols", [3, 4, 10, 11])
def test_power_and_ratio_are_those_of_the_transform_written_out(symbols):
    table = np.random.default_rng(symbols).normal(size=(symbols, 3)) + 2.0
    expected = powers(table)
    np.testing.assert_allclose(fourier_power(table), expected.sum(axis=1) / expected.sum(), rtol=1e-10)
    ratio = (expected**2).sum(axis=0) / expected.sum(axis=0) ** 2
    assert inverse_participation_ratio(table) == pytest.approx(ratio.mean(), rel=1e-10)


def test_units_of_one_frequency_each_have_the_ratio_one_and_their_own_power():
    table = waves(11, [1, 4, 4, 5], phases=[0.3, 1, 2, 3]) * [1, 2, 1, 3]
    assert inverse_participation_ratio(table) == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(fourier_power(table), np.array([1, 0, 0, 5, 9]) / 15, rtol=0, atol=1e-12)
    even = waves(8, [4])  # the frequency p/2 is its own mirror image
    assert inverse_participation_ratio(even) == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(
        fourier_power(np.hstack([even, waves(8, [1])])), [1 / 3, 0, 0, 2 / 3], rtol=0, atol=1e-12
    )


def test_power_spread_evenly_has_the_smallest_ratio():
    assert inverse_participation_ratio(np.eye(11)[:, :1]) == pytest.approx(1 / 5, rel=1e-12)
    assert inverse_participation_ratio(waves(11, range(1, 6)).sum(axis=1)) == pytest.approx(1 / 5, rel=1e-12)


def test_white_noise_has_two_over_one_more_than_the_frequencies():
    """P_m are independent and exponential, so that the shares are uniform on the simplex: K·E[share²] = 2/(K + 1)."""
    ratios = inverse_participation_ratio(np.random.default_rng(5).normal(size=(4000, 23, 1)))
    assert ratios.shape == (4000,)
    assert ratios.mean() == pytest.approx(2 / 12, abs=4 * ratios.std() / np.sqrt(4000))


def test_shifts_of_the_symbols_change_nothing_and_units_of_the_modulus_permute_the_frequencies():
    symbols, unit = 13, 5
    table = np.random.default_rng(1).normal(size=(symbols, 4))
    power, ratio = fourier_power(table), inverse_participation_ratio(table)
    shifted = np.roll(table, 6, axis=0)
    np.testing.assert_allclose(fourier_power(shifted), power, rtol=1e-10)
    assert inverse_participation_ratio(shifted) == pytest.approx(ratio, rel=1e-10)
    times = table[unit * np.arange(symbols) % symbols]
    assert inverse_participation_ratio(times) == pytest.approx(ratio, rel=1e-10)
    frequency = np.arange(1, 7) * unit % symbols  # E_{uk} has at um what E_k has at m
    np.testing.assert_allclose(fourier_power(times)[np.minimum(frequency, symbols - frequency) - 1], power, rtol=1e-10)


def test_scale_and_origin_of_a_unit_do_not_matter_to_its_ratio():
    table = np.random.default_rng(2).normal(size=(11, 2))
    expected = inverse_participation_ratio(table)
    assert inverse_participation_ratio(table * [1e-6, 1e9] + [1e-3, -4e9]) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_no_size_of_an_embedding_is_too_small_or_too_large(size):
    table = np.random.default_rng(4).normal(size=(7, 3))
    for measure in (fourier_power, inverse_participation_ratio, fourier_circle):
        np.testing.assert_allclose(measure(size * table), measure(table), rtol=1e-9)


def test_a_unit_in_which_the_symbols_agree_does_not_count():
    table = np.hstack([waves(11, [1, 2]).sum(axis=1, keepdims=True), np.full((11, 1), 0.1)])
    assert inverse_participation_ratio(table) == pytest.approx(0.5, rel=1e-12)
    nothing = np.full((7, 2), 0.1)
    assert np.isnan(inverse_participation_ratio(nothing))
    assert np.isnan(fourier_power(nothing)).all()
    assert not fourier_circle(nothing).any()


def test_the_circle_of_the_strongest_frequency_is_drawn_with_radius_one():
    symbols, rng = 11, np.random.default_rng(3)
    angle = 2 * np.pi * 3 * np.arange(symbols) / symbols
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    ellipse = circle @ rng.normal(size=(2, 5)) + rng.normal(size=5)
    np.testing.assert_allclose(fourier_circle(ellipse), circle, rtol=0, atol=1e-12)
    weak = 0.1 * np.stack([np.cos(2 * angle), np.sin(2 * angle)], axis=1) @ rng.normal(size=(2, 5))
    off = fourier_circle(ellipse + weak) - circle
    assert 0.01 < np.abs(off).max() < 0.5
    np.testing.assert_allclose(circle.T @ off, 0, rtol=0, atol=1e-10)  # what is off is of another frequency


def test_a_line_has_no_plane_and_an_even_modulus_no_circle_of_half_of_it():
    line = fourier_circle(waves(7, [2]))
    assert np.linalg.matrix_rank(line, tol=1e-9) == 1
    circle = fourier_circle(np.hstack([5 * waves(8, [4]), waves(8, [1]), waves(8, [1], phases=[-np.pi / 2])]))
    np.testing.assert_allclose(np.hypot(*circle.T), 1, rtol=1e-12)


def test_leading_axes_are_embeddings_of_their_own():
    tables = np.random.default_rng(4).normal(size=(2, 3, 9, 4))
    for measure in (fourier_power, inverse_participation_ratio, fourier_circle):
        together = measure(tables)
        np.testing.assert_allclose(together[1, 2], measure(tables[1, 2]), rtol=1e-12)


@pytest.mark.parametrize("measure", [fourier_power, inverse_participation_ratio, fourier_circle])
def test_what_is_no_embedding_gets_a_sentence(measure):
    with pytest.raises(ValueError, match=r"An embedding has shape \(p,\), \(p, d\) or leading axes"):
        measure([1.0, 2.0])
    with pytest.raises(ValueError, match="An embedding must be finite"):
        measure([1.0, np.nan, 2.0])
