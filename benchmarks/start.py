"""How long commands and workers take to start, against NumPy and SciPy's special functions, which most of them need.

    python -m benchmarks.start [--rounds 5]

Each is a process of its own; all take turns, and the shortest of the rounds counts. CPU is the time of all threads of
the process, the wall is what its user waits. Both are also given as ratios to `import numpy, scipy.special`. A worker
that trains parity needs PyTorch, whose own import is the last line.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.special import ndtr

LIBRARIES = "import numpy, scipy.special"
WORKER = "import empirical.execution.process_pool, empirical.training.group"


def write_log(path: Path) -> Path:
    """A table of two curves that rise, of 400 rows."""
    step = np.arange(1, 401)
    rows = np.column_stack([step, *(ndtr((step - middle) / 20) for middle in (60, 200))])
    np.savetxt(path, rows, delimiter=",", header="step,train_acc,val_acc", comments="", fmt="%g")
    return path


def seconds(words: list[str]) -> tuple[float, float]:
    """CPU and wall of a process that runs Python with these words."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
    wall, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, wall


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the shortest counts (default 5)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        log = write_log(Path(folder) / "log.csv")
        command = ["-m", "report.program"]
        started = {
            LIBRARIES: ["-c", LIBRARIES],
            "groksharp --help": [*command, "--help"],
            "groksharp linear": [*command, "linear"],
            "groksharp linear --lam 0.9 --convention exact": [
                *command,
                "linear",
                "--lam",
                "0.9",
                "--convention",
                "exact",
            ],
            "groksharp measure log.csv": [*command, "measure", str(log)],
            "import groksharp": ["-c", "import groksharp"],
            "a worker": ["-c", WORKER],
            "import torch": ["-c", "import torch"],
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in started}
        for _ in range(rounds):
            for name, words in started.items():
                times[name].append(seconds(words))
    shortest = {name: np.min(found, axis=0) for name, found in times.items()}
    print(f"{'':46} {'CPU s':>7} {'ratio':>6} {'wall s':>7} {'ratio':>6}")
    for name, (cpu, wall) in shortest.items():
        ratios = (cpu, wall) / shortest[LIBRARIES]
        print(f"{name:46} {cpu:7.2f} {ratios[0]:6.2f} {wall:7.2f} {ratios[1]:6.2f}")


if __name__ == "__main__":
    main()
