"""Does the suite notice a change of one character? Mutants of `theory` and `numerics`, made and kept by Cosmic Ray.

A sample is drawn from all mutants of the chosen kinds; each is written into a copy of the tree, where the tests that
concern its file run until one fails. Results are kept in a session, with the file's digest in the name of the mutant: a
run that was stopped goes on where it was, and after a change only the mutants of changed files run again, since whether
a mutant is drawn depends on itself and the seed alone. Exit 0 at the score asked for, 1 below.
"""

import argparse
import hashlib
import multiprocessing
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkItem
from selection import ROOT, near_and_rest

ROOMS = ("theory", "numerics")
# What a slip of the pen would do. Left out: operators that end in a TypeError at once (bits of floats, and the | of
# annotations), and the removal of decorators, of which those that keep results change nothing but speed.
KINDS = re.compile(
    r"core/(NumberReplacer|ExceptionReplacer|AddNot|ZeroIterationForLoop"
    r"|Replace(TrueWithFalse|FalseWithTrue|AndWithOr|OrWithAnd|BreakWithContinue|ContinueWithBreak)"
    r"|ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Add|Mul_Div|Div_Mul|Pow_Mul|Mod_FloorDiv|FloorDiv_Div)"
    r"|ReplaceComparisonOperator_(Lt_LtE|Lt_Gt|LtE_Lt|LtE_GtE|Gt_GtE|Gt_Lt|GtE_Gt|GtE_LtE|Eq_NotEq|NotEq_Eq"
    r"|Is_IsNot|IsNot_Is)"
    r"|ReplaceUnaryOperator_Delete_(USub|Not|Invert))"
)
SECONDS, SECONDS_OF_ONE_TEST = 1800, 240
PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=line", "-m", "not slow", "-p", "no:cacheprovider"]
PYTEST += ["-o", f"faulthandler_timeout={SECONDS_OF_ONE_TEST}", "-o", "faulthandler_exit_on_timeout=true"]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "out", "build", "_build", "__pycache__", ".*_cache", ".hypothesis")


def mutants(source):
    """Every mutant of the chosen kinds of one source file."""
    text = (ROOT / source).read_text(encoding="utf-8")
    version = hashlib.sha256(text.encode()).hexdigest()[:8]
    lines, nodes = text.splitlines(), list(ast_nodes(get_ast(text)))
    for name in filter(KINDS.fullmatch, operator_names()):
        operator = get_operator(name)()
        places = (place for node in nodes for place in operator.mutation_positions(node))
        for occurrence, (start, end) in enumerate(places):
            if re.match(r"\*[,)]", lines[start[0] - 1][start[1] :]):
                continue  # no product, but the mark after which arguments go by keyword
            spec = MutationSpec(source, name, occurrence, start, end)
            yield WorkItem.single(f"{source}:{name.removeprefix('core/')}:{occurrence}@{version}", spec)


def draw(population, size, seed):
    """The `size` mutants with the smallest hashes of seed and name, the version of their files left out."""
    return sorted(population, key=lambda item: hashlib.sha256(f"{seed} {item.job_id.split('@')[0]}".encode()).digest())[
        : size or None
    ]


def enter_copy(home):
    """Work in a copy of the tree from now on: a mutant is written into its file."""
    copy = Path(home, str(os.getpid()))
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    os.chdir(copy)
    os.environ.update(PYTHONPATH=str(copy), OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")


def judge(item):
    """Run what is near to the mutant, and the rest of its room if that lets it live."""
    for tests in near_and_rest(item.mutations[0].module_path):
        result = mutate_and_test(item.mutations, shlex.join([*PYTEST, *map(str, tests)]), SECONDS)
        if result.is_killed:
            break
    return result


def passes_unchanged(jobs):
    """Whether the tests pass without any mutant; with a failing test every mutant would count as killed."""
    tests = [path for room in ROOMS for path in (f"tests/{room}", room)]
    return subprocess.run([*PYTEST, "-n", str(jobs), *tests], cwd=ROOT, check=False).returncode == 0


def change(diff):
    """The lines that a mutant takes away and puts in their place, on one line."""
    lines = [line for line in diff.splitlines() if line[:1] in "-+" and line[:3] not in ("---", "+++")]
    return "  ".join(line[0] + " " + line[1:].strip() for line in lines)


def report(results, wanted):
    """Print score and survivors with what is known of them; whether the score is reached."""
    explained = tomllib.loads(Path(__file__).with_name("survivors.toml").read_text(encoding="utf-8"))
    lived = [(item, result) for item, result in results if result.test_outcome == TestOutcome.SURVIVED]
    broken = [(item, result) for item, result in results if result.test_outcome == TestOutcome.INCOMPETENT]
    for item, result in lived:
        spec, changed = item.mutations[0], change(result.diff)
        print(f"{spec.module_path}:{spec.start_pos[0]}: {changed}")
        print(f"    {explained.get(str(spec.module_path), {}).get(changed, 'not explained')}")
    for item, result in broken:
        print(f"{item.job_id} could not be made:\n{result.output}")
    killed = len(results) - len(lived) - len(broken)
    print(
        f"{killed} of {len(results)} mutants killed, {100 * killed / len(results):.1f} %; at least {wanted:g} % wanted."
    )
    return killed >= wanted / 100 * len(results)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*", help="source files; default: all of " + " and ".join(ROOMS))
    parser.add_argument("--size", type=int, default=150, help="mutants in the sample; 0 for all (default: 150)")
    parser.add_argument("--seed", type=int, default=0, help="of the sample (default: 0)")
    parser.add_argument("--wanted", type=float, default=95, help="score in percent (default: 95)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes (default: one a core)")
    parser.add_argument("--again", action="store_true", help="judge those once more that survived")
    parser.add_argument("--unchecked", action="store_true", help="do not run the tests on the unchanged tree first")
    wanted = parser.parse_args()
    sources = wanted.sources or [
        file.relative_to(ROOT) for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))
    ]
    population = [item for source in sources for item in mutants(Path(source))]
    sample = draw(population, wanted.size, wanted.seed)
    print(f"{len(sample)} of {len(population)} mutants of {len(sources)} files, seed {wanted.seed}", flush=True)
    session = ROOT / "out" / "mutants.sqlite"
    session.parent.mkdir(exist_ok=True)
    with use_db(session) as kept, tempfile.TemporaryDirectory() as home:
        known = {item.job_id for item in kept.work_items}
        kept.add_work_items(item for item in sample if item.job_id not in known)
        done = {job for job, result in kept.results if result.is_killed or not wanted.again}
        left = [item for item in sample if item.job_id not in done]
        if left and not (wanted.unchecked or passes_unchanged(wanted.jobs)):
            sys.exit("The tests fail on the unchanged tree: mend them first.")
        with ProcessPoolExecutor(wanted.jobs, multiprocessing.get_context("spawn"), enter_copy, (home,)) as pool:
            judged = {pool.submit(judge, item): item for item in left}
            for count, future in enumerate(as_completed(judged), 1):
                item, result = judged[future], future.result()
                kept.set_result(item.job_id, result)
                print(
                    f"{count}/{len(left)} {result.test_outcome.value} {item.job_id} {change(result.diff or '')}",
                    flush=True,
                )
        results = dict(kept.results)
        sys.exit(not report([(item, results[item.job_id]) for item in sample], wanted.wanted))


if __name__ == "__main__":
    main()
