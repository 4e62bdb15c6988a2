"""The same bits whatever runs a run is trained with."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from empirical import CURVES, ENGINES, RECORDS, CrossEntropy, FusedEngine, ParityRun, train_runs, train_together

SHAPES = [
    {"width": 61, "train_samples": 111, "gen_samples": 47, "batch_size": 7},
    {"width": 1, "train_samples": 50, "gen_samples": 21, "batch_size": 16},
    {"width": 33, "train_samples": 77, "gen_samples": 131, "batch_size": None},
    {"width": 200, "train_samples": 45, "gen_samples": 300, "batch_size": 33},
]


def bits(dataset):
    return {name: variable.values.tobytes() for name, variable in dataset.data_vars.items()}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"width {shape['width']}")
def test_the_curves_of_a_run_have_the_same_bits_in_every_company(engine, shape):
    if engine == "fused" and not FusedEngine.available():
        pytest.skip("the kernel wasn't built: no C compiler")
    run = ParityRun(9, 0, epochs=8, learning_rate=0.2, **shape)
    runs = [replace(run, seed=seed) for seed in range(3)]
    alone = [bits(train_together([one], engine=engine, records=RECORDS)[0]) for one in runs]
    assert set(alone[0]) == {*CURVES, *RECORDS}
    assert alone[0] != alone[1]
    for company in (runs[:2], runs, runs[::-1]):
        datasets = train_together(company, engine=engine, records=RECORDS)
        assert [bits(dataset) for dataset in datasets] == [alone[one.seed] for one in company]


def test_a_sweep_of_any_group_size_has_the_same_bits_and_counts_every_epoch(tmp_path):
    """Runs of one group stop after different epochs; what a stop saves counts as done."""
    run = ParityRun(6, 0, epochs=60, width=50, train_samples=75, gen_samples=43, learning_rate=0.5, stop_after=4)
    runs = [replace(run, seed=seed, stop_level=0.8) for seed in range(3)]
    found = {}
    for at_once in (1, 2, 3):
        seen = []
        folder = tmp_path / str(at_once)
        train_runs(runs, out=folder, workers=1, at_once=at_once, progress=lambda *done, seen=seen: seen.append(done))
        found[at_once] = [path.read_bytes() for path in sorted(folder.iterdir())]
        assert seen[-1] == (180, 180)
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(found[1]) == 3
    assert found[1] == found[2] == found[3]
    assert len({dataset.sizes["epoch"] for dataset in train_runs(runs, workers=1)}) > 1


def test_the_loss_of_a_sample_does_not_depend_on_its_place():
    """Of float32 margins, in float64: whatever is beside a sample and wherever in memory it lies."""
    margins = torch.from_numpy(np.random.default_rng(0).normal(size=(1, 331, 1), scale=5)).float()
    labels = (torch.arange(331) % 2)[None].float()
    together = CrossEntropy().values(margins, labels)
    assert together.dtype == torch.float64
    for k in range(331):
        assert torch.equal(CrossEntropy().values(margins[:, k : k + 1], labels[:, k : k + 1]), together[:, k : k + 1])
    exact = np.log1p(np.exp(-margins[0, :, 0].double().numpy() * (2 * labels[0].numpy() - 1)))
    np.testing.assert_allclose(together[0], exact, rtol=1e-14)
