import numpy as np
import pytest
import torch

from empirical import ENGINES, LinearStudentRun, ModularAdditionRun, ParityRun, choose_engine, train_together
from empirical.engines.fused import FusedEngine

TINY = {"epochs": 8, "train_samples": 45, "gen_samples": 20, "width": 16, "learning_rate": 0.1}


def name(run, **options):
    return choose_engine(run, **{"dtype": torch.float32, **options}).func.__name__


def test_the_fastest_engine_that_is_able_is_chosen(monkeypatch):
    run = ParityRun(6, 0, **TINY)
    for built, expected in ((True, "FusedEngine"), (False, "Ensemble")):
        monkeypatch.setattr(FusedEngine, "available", staticmethod(lambda built=built: built))
        assert name(run) == expected
        assert name(run, dtype=torch.float64) == name(run, device="cuda") == "Ensemble"
    for other in (
        ParityRun(6, 0, activation="tanh"),
        ParityRun(6, 0, optimizer="adamw"),
        ModularAdditionRun(10, 0, modulus=3),
        LinearStudentRun(6, 0),
    ):
        assert name(other) == "_reference"
        for engine in ("fused", "ensemble"):
            with pytest.raises(ValueError, match=f"engine '{engine}' trains two-class ReLU networks by SGD only"):
                choose_engine(other, dtype=torch.float32, engine=engine)


def test_an_engine_that_can_t_says_why(monkeypatch):
    run = ParityRun(6, 0, **TINY)
    with pytest.raises(ValueError, match=r"'fused' computes in float32 on a processor, not in torch.float64 on cpu"):
        choose_engine(run, dtype=torch.float64, engine="fused")
    monkeypatch.setattr(FusedEngine, "available", staticmethod(lambda: False))
    with pytest.raises(ValueError, match="engine 'fused' has no compiled kernel here; leave engine out"):
        choose_engine(run, dtype=torch.float32, engine="fused")
    with pytest.raises(ValueError, match="engine must be one of fused, ensemble, reference; got 'best'"):
        choose_engine(run, dtype=torch.float32, engine="best")


@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "reference"])
def test_all_engines_take_the_steps_of_the_reference(engine):
    if engine == "fused" and not FusedEngine.available():
        pytest.skip("the kernel wasn't built")
    runs = [ParityRun(6, seed, initial_scale=1.5, label_noise=0.1, **TINY) for seed in (0, 1)]
    records = ["train_loss_whole", "train_margin", "gen_margin", "weight_norm"]
    expected = train_together(runs, engine="reference", records=records)
    found = train_together(runs, engine=engine, records=records)
    for one, other in zip(found, expected, strict=True):
        for curve in ("train_loss", "gen_loss", *records):
            np.testing.assert_allclose(one[curve], other[curve], rtol=1e-4, atol=1e-5, err_msg=curve)
    assert not np.array_equal(found[0]["train_loss"], found[1]["train_loss"])
