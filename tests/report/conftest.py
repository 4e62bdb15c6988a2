import json
import os
import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def run_command():
    """Run ``groksharp`` in a fresh process; returns the completed process."""

    def run(*arguments, **options):
        command = [sys.executable, "-m", "report.command_line", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)

    return run


@pytest.fixture(scope="session")
def run_json(run_command):
    """Run ``groksharp`` with ``--json``; returns the exit status and the parsed output."""

    def run(*arguments, **options):
        done = run_command(*arguments, "--json", **options)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout, parse_constant=pytest.fail)

    return run


@pytest.fixture(scope="session")
def tiny_comparison(tmp_path_factory):
    """A comparison with everything in it, small enough to take seconds; returns it and the folder of its runs."""
    import numpy as np

    import empirical
    from report import comparison

    runs = tmp_path_factory.mktemp("runs")
    networks = {
        "input_sizes": (8, 10), "seeds": (0, 1, 2), "epochs": 300,
        "width": 100, "train_samples": 200, "gen_samples": 100, "learning_rate": 0.3,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            comparison.PRESETS, "quick", {"lam": np.linspace(1.05, 1.1, 8), "descent_lam": 4, "d": 80, "replicas": 2}
        )
        patch.setattr(empirical, "PRESETS", {"quick": networks})
        return comparison.compare("quick", runs=runs, workers=1), runs


os.environ.setdefault("COLUMNS", "120")
