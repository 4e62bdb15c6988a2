import numpy as np
import pytest

from numerics import (
    accuracy_ceiling,
    all_pairs,
    circle_quality,
    predicted_accuracy,
    representation_quality,
    training_pairs,
)


def counted(embedding, closes, modulus=None):
    """Go through all parallelograms one by one; the standardization is that of the published code."""
    e = (embedding - embedding.mean(0)) / embedding.std(0, ddof=1)
    table = all_pairs(len(e)).tolist()
    good = total = 0
    for a, (i, j) in enumerate(table):
        for m, n in table[:a]:
            if (i + j - m - n) % (modulus or 10**9) == 0:
                total += 1
                good += bool(closes(e[i] + e[j] - e[m] - e[n]))
    return good / total


@pytest.mark.parametrize(("dimensions", "modulus"), [(1, None), (3, None), (2, 9)])
def test_quality_counts_parallelograms_in_both_conventions(dimensions, modulus):
    rng = np.random.default_rng(dimensions)
    embedding = np.arange(9.0)[:, None] * rng.standard_normal(dimensions) + 0.02 * rng.standard_normal((9, dimensions))
    norm = counted(embedding, lambda r: np.sqrt(r @ r) <= 0.03, modulus)
    squared = counted(embedding, lambda r: np.mean(r**2) < 0.001, modulus)
    assert representation_quality(embedding, modulus=modulus, tolerance=0.03) == norm
    assert representation_quality(embedding, modulus=modulus, tolerance=0.001, convention="squared") == squared
    assert 0 < norm <= squared <= 1


def test_in_one_dimension_squared_is_a_norm_of_a_tenth():
    embedding = np.arange(10.0) + 0.1 * np.random.default_rng(0).standard_normal(10)
    found = representation_quality(embedding, convention="squared")
    assert found == representation_quality(embedding, tolerance=0.1)
    assert representation_quality(embedding) < found < 1


def test_origin_scale_and_leading_axes():
    rng = np.random.default_rng(1)
    many = np.arange(8.0)[:, None] + 0.05 * rng.standard_normal((2, 3, 8, 1))
    found = representation_quality(many)
    assert found.shape == (2, 3)
    assert found[1, 2] == representation_quality(many[1, 2]) == representation_quality(1e6 - 300 * many[1, 2, :, 0])


def test_what_is_constant_has_no_quality_and_predicts_only_what_is_learnt():
    assert representation_quality(np.full(10, 0.1)) == 0
    assert representation_quality(np.full((10, 4), 1e9)) == 0
    assert predicted_accuracy(np.full(10, 0.1), [(0, 1), (2, 3)]) == 2 / 55
    half = np.stack([np.arange(10.0), np.ones(10)], axis=-1)
    assert representation_quality(half) == 1


@pytest.mark.parametrize("symbols", [7, 9, 12])
def test_circles_of_every_frequency_have_quality_one(symbols):
    frequencies = [m for m in range(1, symbols) if 2 * m != symbols]
    angles = 2 * np.pi * np.multiply.outer(frequencies, np.arange(symbols)) / symbols
    circles = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    sheared = circles @ np.array([[2.0, 0.3], [-1.0, 0.4]]) + 5.0
    for embedding in (circles, sheared):
        assert circle_quality(embedding).tolist() == [1.0] * len(frequencies)
    assert representation_quality(circles[0], modulus=symbols) == 0  # its sums differ in length


def test_the_tolerance_of_a_circle_is_in_standard_deviations():
    rng = np.random.default_rng(2)
    points = rng.standard_normal((15, 2)) @ [[3.0, 1.0], [0.0, 0.2]] + 4.0
    centred = points - points.mean(axis=0)
    free = centred @ np.linalg.inv(np.linalg.cholesky(np.cov(points.T)).T)
    near, total = 0, 0
    for s in range(15):
        sums = [free[i] + free[j] for i in range(15) for j in range(i, 15) if (i + j) % 15 == s]
        for k, a in enumerate(sums):
            for b in sums[:k]:
                short, long = sorted((a, b), key=np.linalg.norm)
                off = short - (short @ long) / (long @ long) * long
                near, total = near + (np.linalg.norm(off) <= 0.4), total + 1
    assert 0.1 < near / total < 0.6
    assert circle_quality(points, tolerance=0.4) == near / total


def test_what_is_no_circle_has_no_quality_as_one():
    rng = np.random.default_rng(0)
    random = circle_quality(rng.standard_normal((200, 13, 2)))
    assert random.mean() == pytest.approx(0.0076, abs=0.001)
    line = np.arange(9.0)[:, None] * [1.0, 2.0]
    assert circle_quality(line) == 0
    assert circle_quality(np.zeros((9, 2))) == 0
    angle = 2 * np.pi * np.arange(13) / 13
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    noise = rng.standard_normal((13, 2))
    qualities = [circle_quality(circle + scale * noise) for scale in (0, 0.003, 0.03, 0.3)]
    assert qualities[0] == 1
    assert qualities == sorted(qualities, reverse=True)
    assert qualities[-1] < 0.1


def test_predicted_accuracy_is_that_of_pairs_inferred_one_by_one():
    rng = np.random.default_rng(5)
    embedding = np.arange(7.0) + 0.05 * rng.standard_normal(7)
    pairs = training_pairs(7, 12, rng=rng)
    e = (embedding - embedding.mean()) / embedding.std(ddof=1)
    right = {tuple(pair) for pair in pairs.tolist()}
    for i, j in all_pairs(7).tolist():
        for m, n in pairs.tolist():
            if i + j == m + n and abs(e[i] + e[j] - e[m] - e[n]) <= 0.05:
                right.add((i, j))
    assert 12 < len(right) < 28
    assert predicted_accuracy(embedding, pairs, tolerance=0.05) == len(right) / 28
    assert predicted_accuracy(embedding[::-1], 6 - pairs, tolerance=0.05) == len(right) / 28


def test_the_ceiling_is_what_the_null_space_closes():
    for seed in range(6):
        pairs = training_pairs(7, 12, rng=np.random.default_rng(seed))
        rows = [
            np.bincount([i, j], minlength=7) - np.bincount([m, n], minlength=7)
            for i, j in pairs.tolist() for m, n in pairs.tolist() if i + j == m + n
        ]  # fmt: skip
        rank = np.linalg.matrix_rank(rows)
        right = 0
        for i, j in all_pairs(7).tolist():
            follows = [
                np.linalg.matrix_rank([*rows, np.bincount([i, j], minlength=7) - np.bincount([m, n], minlength=7)])
                == rank
                for m, n in pairs.tolist() if m + n == i + j
            ]  # fmt: skip
            right += any(follows)
        assert accuracy_ceiling(pairs, 7) == right / 28


def test_a_line_reaches_the_ceiling_of_a_unique_structure():
    pairs = training_pairs(10, 45, rng=np.random.default_rng(0))
    assert predicted_accuracy(np.arange(10.0), pairs) == accuracy_ceiling(pairs, 10) < 1
    assert accuracy_ceiling(all_pairs(5), 5, modulus=5) == 1


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: representation_quality([1.0, np.nan, 2.0]), "finite"),
        (lambda: representation_quality(np.ones((2, 2))), r"p ≥ 3, got \(2, 2\)"),
        (lambda: representation_quality(np.arange(5.0), convention="text"), "'norm'.* or 'squared'"),
        (lambda: representation_quality(np.arange(5.0), tolerance=0), "positive, got 0"),
        (lambda: circle_quality(np.arange(5.0)), "in two dimensions, got an embedding in 1"),
        (lambda: circle_quality(np.ones((5, 2)), tolerance=-1), "positive, got -1"),
    ],
)
def test_what_cannot_be_judged_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("scale", [1e200, 4e307, 1e-200])
def test_no_square_of_an_embedding_is_out_of_range(scale):
    line = np.arange(5) * scale
    assert representation_quality(line) == 1
    assert predicted_accuracy(line, [(0, 2), (1, 2)]) == 4 / 15
    angle = 2 * np.pi * np.arange(5) / 5
    assert circle_quality(scale / 4 * np.stack([np.cos(angle), np.sin(angle)], axis=-1)) == 1


@pytest.mark.parametrize("embedding", [np.arange(5) * 1j, ["a", "b", "c"]])
def test_what_is_not_real_is_no_embedding(embedding):
    with pytest.raises(ValueError, match="must be real numbers, got an array of"):
        representation_quality(embedding)
