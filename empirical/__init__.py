"""Trained networks: data sets, ensembles of small networks, runs on disk, sweeps."""

from empirical.engines.choice import ENGINES, choose_engine
from empirical.engines.ensemble import Ensemble, with_ones
from empirical.engines.fused import FusedEngine
from empirical.engines.losses import CrossEntropy, SquaredError
from empirical.engines.weights import LinearWeights, Weights, draw_weights
from empirical.execution.scheduler import train_groups
from empirical.execution.workers import TrainingError, core_count
from empirical.experiment import group_runs, train_together
from empirical.parity_sweep import PRESETS, load_parity, measure_parity, parity_runs, sweep_parity, train_parity
from empirical.recorded.parity_curves import recorded_runs
from empirical.store.runs import DamagedRunError, find_run, read_run, read_runs, remove_orphans, write_run
from empirical.sweep import load_runs, measure_runs, sweep_task, task_runs, train_runs
from empirical.tasks import TASKS, run_from_json
from empirical.tasks.configuration import NetworkRun, TrainingRun
from empirical.tasks.examples import Examples
from empirical.tasks.linear_student import LinearStudentRun, draw_linear_teacher
from empirical.tasks.modular_addition import ModularAdditionRun, draw_modular_addition
from empirical.tasks.parity import ParityRun, draw_parity, parity_examples
from empirical.tasks.randomness import Streams, draw_streams
from empirical.training import CURVES, RECORDS, train

__all__ = [
    "CURVES",
    "ENGINES",
    "PRESETS",
    "RECORDS",
    "TASKS",
    "CrossEntropy",
    "DamagedRunError",
    "Ensemble",
    "Examples",
    "FusedEngine",
    "LinearStudentRun",
    "LinearWeights",
    "ModularAdditionRun",
    "NetworkRun",
    "ParityRun",
    "SquaredError",
    "Streams",
    "TrainingError",
    "TrainingRun",
    "Weights",
    "choose_engine",
    "core_count",
    "draw_linear_teacher",
    "draw_modular_addition",
    "draw_parity",
    "draw_streams",
    "draw_weights",
    "find_run",
    "group_runs",
    "load_parity",
    "load_runs",
    "measure_parity",
    "measure_runs",
    "parity_examples",
    "parity_runs",
    "read_run",
    "read_runs",
    "recorded_runs",
    "remove_orphans",
    "run_from_json",
    "sweep_parity",
    "sweep_task",
    "task_runs",
    "train",
    "train_groups",
    "train_parity",
    "train_runs",
    "train_together",
    "with_ones",
    "write_run",
]
