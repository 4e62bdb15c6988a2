"""What a report costs the first time and again: seconds of processor by stage, and their ratio.

    python benchmarks/report_page.py [--rounds 3] [--recorded quick] [--out FOLDER]

The whole default report over recorded networks, each time in a process of its own. First in an empty folder; then from
the saved runs alone, with all kept values gone; then again from what is kept (the least of some rounds); then where
one setting has to be measured and drawn anew. The last line is the size of the page.
"""

import argparse
import functools
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

STAGES = ("imports", "settings", "claims", "law", "pictures", "page")


def spent_by_stage(runs: str, out: str, recorded: str) -> dict[str, float]:
    """Seconds of processor of one report in this process, which has imported nothing yet."""
    spent: defaultdict[str, float] = defaultdict(float)

    def timed(module: Any, function: str, stage: str) -> None:
        call: Callable[..., Any] = getattr(module, function)

        @functools.wraps(call)
        def measured(*arguments: Any) -> Any:
            started = time.process_time()
            try:
                return call(*arguments)
            finally:
                spent[stage] += time.process_time() - started

        setattr(module, function, measured)

    from report import comparison, page

    spent["imports"] = time.process_time()
    for function, stage in {"kept_setting": "settings", "kept_claims": "claims", "kept_law": "law"}.items():
        timed(comparison, function, stage)
    timed(page, "kept_pictures", "pictures")
    page.write_report(comparison.compare("quick", recorded=recorded, runs=runs), out)
    spent["all"] = time.process_time()
    spent["page"] = spent["all"] - sum(spent[stage] for stage in STAGES if stage != "page")
    return dict(spent)


def report(runs: Path, out: Path, recorded: str) -> dict[str, float]:
    """The same, and the seconds that passed, of a new process."""
    command = [sys.executable, __file__, "--recorded", recorded, "--out", str(out), "--once", str(runs)]
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {**json.loads(done.stdout), "passed": time.perf_counter() - started}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--recorded", default="quick")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--once", metavar="RUNS", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps(spent_by_stage(arguments.once, str(arguments.out), arguments.recorded)))
        return
    with tempfile.TemporaryDirectory() as name:
        runs, out = Path(name) / "runs", arguments.out or Path(name) / "page"
        once = functools.partial(report, runs, out, arguments.recorded)

        def without(kept: str) -> dict[str, float]:
            for path in (runs / "kept").glob(kept):
                path.unlink()
            return once()

        first = once()

        def show(title: str, row: dict[str, float]) -> None:
            stages = "".join(f"{row[stage]:10.2f}" for stage in STAGES)
            print(
                f"{title:18s}{row['passed']:8.1f}{row['all']:8.1f}{row['all'] / first['all']:8.3f} {stages}", flush=True
            )

        print(f"{'':18s}{'passed':>8s}{'all':>8s}{'ratio':>8s}", "".join(f"{stage:>10s}" for stage in STAGES))
        show("first build", first)
        show("from saved runs", without("*"))
        show("rebuilt", min((once() for _ in range(arguments.rounds)), key=lambda one: one["all"]))
        show("one setting anew", without("*parity-*"))
        print(f"{'page':18s}{(out / 'index.html').stat().st_size / 1e6:8.1f} MB")


if __name__ == "__main__":
    main()
