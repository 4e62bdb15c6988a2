import json
from pathlib import Path

import mpmath
import numpy as np
import pytest

from numerics import (
    generalization_loss,
    spectral_generalization_loss,
    spectral_training_loss,
    training_loss,
)

ROWS = json.loads((Path(__file__).parents[2] / "reference" / "losses.json").read_text())["rows"]
ROUTES = [(spectral_training_loss, training_loss, "train"), (spectral_generalization_loss, generalization_loss, "gen")]


@pytest.mark.parametrize(("spectral", "closed", "name"), ROUTES, ids=["train", "gen"])
def test_quadrature_has_the_digits_asked_for(spectral, closed, name):
    for row in ROWS:
        value, error = spectral(row["s"], row["lam"], digits=30)
        with mpmath.workdps(60):
            assert abs(value / mpmath.mpf(row[name]) - 1) < 1e-29, row
            assert 0 <= error < 1e-29 * abs(value)


@pytest.mark.parametrize(("spectral", "closed", "name"), ROUTES, ids=["train", "gen"])
@pytest.mark.parametrize("lam", ["0.3", "0.97", "1", "1.003", "4"])
def test_closed_form_and_quadrature_agree_to_fifty_digits(spectral, closed, name, lam):
    value, _ = spectral("3.7", lam, digits=50)
    with mpmath.workdps(60):
        assert abs(value / closed("3.7", lam, digits=50) - 1) < 1e-49


def test_weight_and_mean_are_one():
    for lam in ("0.3", "1", "4"):
        for spectral in (spectral_generalization_loss, spectral_training_loss):
            with mpmath.workdps(40):
                assert abs(spectral(0, lam)[0] - 1) < 1e-29


@pytest.mark.parametrize(("s", "lam"), [("-1", "1"), ("1", "0"), ("1", "-1")])
def test_bad_arguments_get_one_sentence(s, lam):
    with pytest.raises(ValueError, match="Need s ≥ 0 and λ > 0"):
        spectral_training_loss(s, lam)


@pytest.mark.parametrize(("spectral", "closed", "name"), ROUTES, ids=["train", "gen"])
def test_the_stated_error_is_honest(spectral, closed, name):
    rng = np.random.default_rng(12)
    for i in range(12):
        s = float(10 ** rng.uniform(-6, 9))
        lam = float(10 ** rng.uniform(-3, 3) if i % 2 else 1 + rng.choice([-1, 1]) * 10 ** rng.uniform(-12, -1))
        value, error = spectral(s, lam, digits=15)
        with mpmath.workdps(50):
            assert abs(value - closed(s, lam, digits=45)) <= error
            assert error < 1e-14 * value
