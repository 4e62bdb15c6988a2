"""The comparison: the same measurement in the linear theory, in gradient descent at finite size, and in networks."""

import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

import numerics
from numerics import JumpTrust, Sharpness, SharpnessTable
from report.claims import Claim, judge
from report.progress import progress_bar
from report.provenance import Provenance, provenance, recorded_origin

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["PRESETS", "Comparison", "Example", "Setting", "compare"]

PRESETS: dict[str, dict[str, Any]] = {
    "quick": {"lam": np.linspace(1.003, 1.1, 120), "descent_lam": 12, "d": 2000, "replicas": 6},
    "paper": {"lam": np.linspace(1.003, 1.1, 120), "descent_lam": 24, "d": 8000, "replicas": 3},
}
"""Sizes per preset; the networks of each preset are in `empirical.PRESETS`. The linear theory is complete in both."""

_TRUST_SIZES = (30, 100, 300, 1000, 2000)  # spectra alone, so that they may be larger than the runs of a preset


@dataclass(frozen=True)
class Example:
    """One run to show: its recorded curves, its two fits, and what it is."""

    label: str
    time: NDArray[np.float64]
    train: NDArray[np.float64]
    gen: NDArray[np.float64]
    result: Sharpness


@dataclass(frozen=True)
class Setting:
    """One of the places where grokking is measured: its table and a few runs that span the gap."""

    name: str
    title: str
    phrase: str
    time_unit: str
    about: str
    table: SharpnessTable
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything the report shows, computed; it is written down without further computation.

    >>> [field for field in Comparison.__dataclass_fields__][1:4]
    ['theory', 'descent', 'parity']
    """

    preset: str
    theory: Setting
    descent: Setting
    parity: Setting
    published: SharpnessTable
    forbidden: SharpnessTable
    trust: tuple[JumpTrust, ...]
    claims: tuple[Claim, ...]
    provenance: Provenance

    @property
    def settings(self) -> tuple[Setting, Setting, Setting]:
        """The three settings in the order of the report."""
        return self.theory, self.descent, self.parity

    @property
    def finding(self) -> str:
        """One sentence: what was found."""
        trends = [(setting.table.trends["relative"], setting.phrase) for setting in self.settings]
        powers = ", ".join(f"G^{t.slope:.2f} in {phrase}" for t, phrase in trends if np.isfinite(t.slope))
        powers = powers or "nothing that these runs could show"
        counts = Counter(claim.verdict for claim in self.claims)
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        falls = self.claims[0].verdict == "confirmed"
        opening = (
            "Sharpness falls as the gap grows" if falls else "Sharpness does not clearly fall with the gap everywhere"
        )
        claims = f"Of the paper's {len(self.claims)} claims: {verdicts}."
        return f"{opening}: relative sharpness goes like {powers}. {claims}"


def compare(
    preset: str = "quick",
    *,
    runs: str | os.PathLike[str] = "out/parity",
    workers: int | None = None,
    recorded: str | None = None,
) -> Comparison:
    """Measure the three settings and judge the paper's claims. Finished runs in ``runs`` are loaded, not repeated.

    With ``recorded``, a preset of ``empirical.recorded_runs``, the networks are those that come with the package, and
    none is trained.

    Raises
    ------
    ValueError
        For an unknown preset.

    Examples
    --------
    >>> comparison = compare("quick")  # doctest: +SKIP
    >>> compare("huge")
    Traceback (most recent call last):
        ...
    ValueError: preset must be one of quick, paper, got 'huge'.
    """
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(PRESETS)}, got {preset!r}.")
    started, sizes, folder = time.monotonic(), PRESETS[preset], Path(runs)
    with progress_bar("linear theory, published", "λ") as progress:
        published = numerics.sweep_linear(sizes["lam"], progress=progress)
    mirrored = numerics.mirror(sizes["lam"])
    with progress_bar("linear theory, exact", "λ") as progress:
        exact = numerics.sweep_linear(mirrored, convention="exact", progress=progress)
    forbidden = numerics.sweep_linear(sizes["lam"][:: max(1, sizes["lam"].size // 3)], convention="exact")
    theory = Setting(
        "theory", "Linear theory", "the linear theory", "steps",
        f"Student–teacher regression at infinite size, exact expected losses, {len(exact)} values of λ from "
        f"{mirrored.min():.4g} to {mirrored.max():.4g}, ε = 1e-10, η₀ = 0.01.",
        exact, tuple(_theory_example(lam) for lam in mirrored[[0, mirrored.size // 5, -1]]),
    )  # fmt: skip
    descent = _descent(sizes, folder)
    with progress_bar("jump times at finite d", "setting") as progress:
        trust = numerics.jump_trust(d=[d for d in _TRUST_SIZES if d <= 4 * sizes["d"]], progress=progress)
    parity = _trained_parity(preset, folder, workers) if recorded is None else _recorded_parity(recorded)
    claims = judge(published=published, theory=exact, descent=descent.table, parity=parity.table, forbidden=forbidden)
    return Comparison(
        preset, theory, descent, parity, published, forbidden, trust, claims,
        provenance(preset, seconds=time.monotonic() - started, runs=folder, recorded=recorded),
    )  # fmt: skip


def _theory_example(lam: float) -> Example:
    times = numerics.linear_times(lam)
    train, gen = numerics.linear_curves(times, lam, convention="exact")
    return Example(f"λ = {lam:.4g}", times, train, gen, numerics.measure(times, train, gen))


def _descent(sizes: dict[str, Any], folder: Path) -> Setting:
    d, replicas = sizes["d"], sizes["replicas"]
    lam = numerics.mirror(np.linspace(1.003, 1.1, sizes["descent_lam"]))
    with progress_bar(f"gradient descent, d = {d}", "run") as progress:
        rows: list[Any] = []
        for value in lam.tolist():
            # Each λ is kept as soon as it is done, so that an interrupted comparison resumes.
            name = f"descent-d{d}-lam{value:.12g}-replicas{replicas}.json"
            rows += _kept(folder / "descent" / name, value, d, replicas)
            progress(len(rows), lam.size * replicas)
    examples = []
    for value in (lam[0], lam[lam.size // 4], lam[-1]):
        problem = numerics.descent_problem(float(value), d, 0)
        curves = numerics.descent_accuracies(problem)
        examples.append(Example(f"λ = {problem.lam:.4g}", *curves, numerics.measure(*curves)))
    return Setting(
        "descent", f"Gradient descent, d = {d}", f"gradient descent at d = {d}", "steps",
        f"The same model at finite size: full-batch gradient descent on Gaussian data of dimension {d}, η = 0.01, from "
        "spectra drawn exactly by the bidiagonal model; "
        f"{lam.size} values of λ, {replicas} random data sets each.",
        numerics.tabulate(rows), tuple(examples),
    )  # fmt: skip


def _trained_parity(preset: str, folder: Path, workers: int | None) -> Setting:
    from empirical import PRESETS as NETWORKS
    from empirical import parity_runs, train_parity

    runs = parity_runs(**NETWORKS[preset])
    with progress_bar("parity networks", "epoch") as progress:
        datasets = train_parity(runs, out=folder, workers=workers, progress=progress)
    whole = " All of the paper's, trained beforehand, are in the page that `groksharp report --recorded paper` writes."
    return _parity(datasets, whole if preset == "quick" else "")


def _recorded_parity(preset: str) -> Setting:
    from empirical import recorded_runs

    datasets = recorded_runs(preset)
    return _parity(datasets, f" None was trained for this page: {recorded_origin(preset)}.")


def _parity(datasets: "Sequence[xr.Dataset]", origin: str) -> Setting:
    from empirical import ParityRun, measure_parity

    runs = [ParityRun.from_json(dataset.attrs["configuration"]) for dataset in datasets]
    table = measure_parity(datasets)
    by_gap = [k for k in np.argsort(table["relative_gap"]) if table.rows[k]["status"] == "ok"]
    examples = []
    for k in dict.fromkeys(by_gap[i] for i in (0, len(by_gap) // 2, -1)) if by_gap else ():
        time_axis, train, gen = (
            np.asarray(datasets[k][name].values, dtype=np.float64)
            for name in ("epoch", "train_accuracy", "gen_accuracy")
        )
        label = f"{runs[k].input_size} inputs, seed {runs[k].seed}"
        examples.append(Example(label, time_axis, train, gen, numerics.measure(time_axis, train, gen, floor=0.5)))
    return Setting(
        "parity", "Parity networks", "parity networks", "epochs",
        f"Two-layer networks that learn the parity of {runs[0].parity_bits} bits among {runs[0].input_size} to "
        f"{runs[-1].input_size} inputs, {len(runs)} runs of {runs[0].epochs} epochs, the paper's protocol.{origin}",
        table, tuple(examples),
    )  # fmt: skip


def _kept(path: Path, lam: float, d: int, replicas: int) -> list[Any]:
    """Rows of gradient descent at one λ, from ``path`` if they are there and whole, else computed and written there."""
    if path.exists():
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            return [{k: float("nan") if v is None else v for k, v in row.items()} for row in rows]
        except (json.JSONDecodeError, AttributeError):
            path.unlink()  # cut off or foreign: compute it again
    table = numerics.sweep_descent(lam, d=d, replicas=replicas)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(json.dumps(table.to_dict()["rows"]), encoding="utf-8")
    temporary.replace(path)
    return list(table)
