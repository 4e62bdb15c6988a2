import dataclasses
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from tests.report.browser import CHROMIUM, Browser


@pytest.fixture(scope="session")
def run_command():
    """Run `groksharp` in a fresh process; returns the completed process."""

    def run(*arguments, **options):
        command = [sys.executable, "-m", "report.program", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)

    return run


@pytest.fixture
def call(capfd):
    """Run `groksharp` in this process, which saves the start; returns its exit status and what it printed."""
    from report.command_line import main

    def call(*arguments):
        capfd.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as stopped:  # argparse
            status = stopped.code
        printed = capfd.readouterr()
        return SimpleNamespace(returncode=status, stdout=printed.out, stderr=printed.err)

    return call


@pytest.fixture
def call_json(call):
    """The same with `--json`; returns the exit status and the parsed output."""

    def parsed(*arguments):
        done = call(*arguments, "--json")
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout, parse_constant=pytest.fail)

    return parsed


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A tab of Chromium, where there is one."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed to look at the page with")
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.close()


@pytest.fixture(scope="session")
def planted_table():
    """Make runs on a planted law S = G^exponent with curvature, a little noise and good fits."""
    from numerics import tabulate

    def make(exponent=-0.5, gaps=None, bend=0.0, noise=0.01, status="ok", seed=0):
        rng = np.random.default_rng(seed)
        gaps = np.geomspace(0.8, 10, 20) if gaps is None else gaps
        rows = []
        for gap in gaps:
            sharp = float(gap**exponent * np.exp(bend * np.log(gap) ** 2 + noise * rng.standard_normal()))
            rows.append(
                {
                    "lam": 0.95, "jump_time_train": 1e6, "jump_time_gen": (1 + gap) * 1e6,
                    "relative_gap": float(gap), "relative_sharpness": sharp, "absolute_sharpness": sharp,
                    "relative_gap_error": 0.1, "relative_sharpness_error": 0.05, "absolute_sharpness_error": 0.05,
                    "r_squared_train": 0.99, "r_squared_gen": 0.99, "status": status,
                }
            )  # fmt: skip
        return tabulate(rows)

    return make


@pytest.fixture(scope="session")
def planted_setting():
    """Make a setting of a table, with the linear setting's companions where they are given."""
    from report import Companion, Setting, Style

    def make(name, table, **companions):
        return Setting(
            name=name, title=name.title(), phrase=f"the planted {name}", time_unit="step",
            about=f"Planted runs of {name}.", table=table, style=Style("#882255", "d"),
            companions=tuple(Companion(key, key, one) for key, one in companions.items()),
        )  # fmt: skip

    return make


@pytest.fixture
def unrendered(monkeypatch):
    """Figures are made and not rendered, which takes longest, where a test looks at words."""
    from report.figures.picture import Picture

    monkeypatch.setattr("report.figures.picture._picture", lambda figure: Picture("<svg/>", ""))


TINY = {
    "task.input_size": (8, 10), "seed": (0, 1, 2), "schedule.epochs": 300, "model.width": 100,
    "task.train_samples": 200, "task.gen_samples": 100, "optimizer.learning_rate": 0.3,
}  # fmt: skip


@pytest.fixture(scope="session")
def tiny_comparison(tmp_path_factory):
    """A comparison of the three settings, small enough to take seconds; returns it and the folder of its runs."""
    from empirical.systems import known
    from report.comparison import compare
    from report.settings import descent, linear

    runs = tmp_path_factory.mktemp("runs")
    tiny = dataclasses.replace(known.SYSTEMS["parity"], presets={"quick": TINY})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linear, "LAM", np.linspace(1.05, 1.1, 8))
        patch.setitem(descent.PRESETS, "quick", {"lam": 4, "d": 80, "seeds": 2})
        patch.setitem(known._systems, "parity", tiny)
        return compare("quick", settings=["linear", "descent", "parity"], runs=runs, workers=1), runs


@pytest.fixture(scope="session")
def tiny_page(tiny_comparison, tmp_path_factory):
    """The page of it; returns its path."""
    from report.page import write_report

    return write_report(tiny_comparison[0], tmp_path_factory.mktemp("page"))


os.environ.setdefault("COLUMNS", "120")
