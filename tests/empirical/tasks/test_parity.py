import numpy as np
import pytest

from empirical import Parity, draw_parity, draw_streams


@pytest.mark.parametrize("parity_bits", [1, 2, 3, 5])
def test_labels_are_the_parity_of_the_first_bits(parity_bits):
    examples = draw_parity(500, 9, parity_bits, rng=np.random.default_rng(0))
    for row, label in zip(examples.inputs.tolist(), examples.labels.tolist(), strict=True):
        assert label == str(row[:parity_bits]).count("1") % 2


def test_bits_are_fair_and_spurious_ones_tell_nothing():
    examples = draw_parity(20_000, 6, 3, rng=np.random.default_rng(0))
    assert set(np.unique(examples.inputs)) == {0, 1}
    assert abs(examples.inputs.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(20_000)
    # No single bit, of the parity or not, correlates with the label.
    signs = 1.0 - 2.0 * np.column_stack([examples.inputs, examples.labels])
    correlations = (signs[:, :-1] * signs[:, -1:]).mean(axis=0)
    assert abs(correlations).max() < 5 / np.sqrt(20_000)


def test_parity_needs_its_bits():
    with pytest.raises(ValueError, match="parity_bits must be between 1 and input_size, got 3 of 2; lower"):
        draw_parity(10, 2, 3, rng=np.random.default_rng(0))


def test_a_run_splits_its_samples_without_overlap_or_loss():
    train, gen = Parity(input_size=25).draw(draw_streams(0, 25))
    assert (len(train), len(gen)) == (750, 250)
    everything = draw_parity(1000, 25, 3, rng=draw_streams(0, 25).data)
    together = np.concatenate([train.inputs, gen.inputs])
    assert sorted(map(bytes, together)) == sorted(map(bytes, everything.inputs))
    # The split is random, by its own stream: the training set is not the first 750 samples.
    assert not np.array_equal(train.inputs, everything.inputs[:750])
    again, _ = everything.split(750, rng=draw_streams(0, 25).split)
    np.testing.assert_array_equal(train.inputs, again.inputs)
    np.testing.assert_array_equal(train.labels, train.inputs[:, :3].sum(axis=1) % 2)
