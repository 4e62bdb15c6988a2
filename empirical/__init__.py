"""Trained networks: data sets, ensembles of small networks, runs on disk, sweeps."""

from empirical.configuration import ParityRun
from empirical.ensemble import Ensemble, with_ones
from empirical.examples import Examples
from empirical.experiment import group_runs, train_together
from empirical.network import Weights, draw_weights
from empirical.parity import draw_parity, parity_examples
from empirical.randomness import Streams, draw_streams
from empirical.runs import DamagedRunError, find_run, read_run, read_runs, remove_orphans, write_run
from empirical.sweep import PRESETS, load_parity, measure_parity, parity_runs, sweep_parity, train_parity
from empirical.training import train
from empirical.workers import TrainingError, core_count, train_groups

__all__ = [
    "PRESETS",
    "DamagedRunError",
    "Ensemble",
    "Examples",
    "ParityRun",
    "Streams",
    "TrainingError",
    "Weights",
    "core_count",
    "draw_parity",
    "draw_streams",
    "draw_weights",
    "find_run",
    "group_runs",
    "load_parity",
    "measure_parity",
    "parity_examples",
    "parity_runs",
    "read_run",
    "read_runs",
    "remove_orphans",
    "sweep_parity",
    "train",
    "train_groups",
    "train_parity",
    "train_together",
    "with_ones",
    "write_run",
]
