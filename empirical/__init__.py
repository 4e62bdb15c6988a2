"""Trained networks: tasks, models, losses, optimizers, schedules; systems made of them; runs on disk; sweeps."""

from typing import TYPE_CHECKING

from empirical.curves import experiment_of, run_curves, steps_of
from empirical.engines.choice import ENGINES, choose_engine
from empirical.engines.decoder import DecoderEngine
from empirical.engines.engine import Engine, EngineKind, Job
from empirical.engines.ensemble import Ensemble
from empirical.engines.fused import FusedEngine
from empirical.engines.reference import ReferenceEngine
from empirical.examples import Examples, Signature
from empirical.execution.scheduler import train_groups
from empirical.execution.workers import TrainingError, core_count
from empirical.experiment.experiment import Experiment
from empirical.experiment.numbers import choice, real, whole
from empirical.experiment.parts import KINDS, Part, add_part, find_part, part_names
from empirical.flatness.hessian_top import hessian_top
from empirical.flatness.loss_surface import LossSurface
from empirical.flatness.perturbed_loss import perturbed_loss, worst_loss
from empirical.losses.cross_entropy import CrossEntropy
from empirical.losses.loss import Loss
from empirical.losses.squared_error import OneHotSquaredError, SquaredError
from empirical.losses.target_distance import TargetDistance
from empirical.measurement import measure_run, measure_runs
from empirical.models.deep_mlp import DeepMLP
from empirical.models.embedding_decoder import EmbeddingDecoder
from empirical.models.embedding_mlp import EmbeddingMLP
from empirical.models.linear import Linear
from empirical.models.model import FunctionModule, Model
from empirical.models.quadratic_mlp import QuadraticMLP
from empirical.models.transformer import Transformer
from empirical.models.two_layer import TwoLayer
from empirical.optimizers.adamw import AdamW
from empirical.optimizers.optimizer import Group, Optimizer
from empirical.optimizers.sgd import SGD
from empirical.outcomes.flatness import FLATNESS_MEASURES, FLATNESS_OUTCOMES, FLATNESS_RECORDS, flatness_curves
from empirical.outcomes.outcome import final_value, loss_descents, peak, steps_to
from empirical.parity_sweep import sweep_parity
from empirical.phases.diagram import PhaseAxis, PhaseDiagram
from empirical.phases.known import PHASE_DIAGRAMS, PHASE_PATHS, add_diagram, find_diagram, find_path
from empirical.phases.mapping import map_phases
from empirical.phases.rule import PHASES, PhaseRule
from empirical.phases.table import PhaseTable, tabulate_phases
from empirical.randomness import Streams, draw_streams
from empirical.recorded.runs import recorded_runs
from empirical.records.record import CURVES, RECORDS, Record, add_record
from empirical.records.snapshot import Snapshot
from empirical.run_sweep import load_runs, sweep, train_experiments
from empirical.schedules.epochs import Epochs
from empirical.schedules.schedule import Leg, Schedule
from empirical.schedules.steps import Steps
from empirical.store.runs import DamagedRunError, find_run, read_run, read_runs, remove_orphans, write_run
from empirical.systems.known import SYSTEMS, add_system, find_system
from empirical.systems.system import System
from empirical.tasks.addition_table import AdditionTable
from empirical.tasks.binary_table import BinaryTable
from empirical.tasks.images import Digits, Mnist
from empirical.tasks.linear_teacher import LinearTeacher, draw_linear_teacher
from empirical.tasks.modular_addition import ModularAddition, draw_modular_addition
from empirical.tasks.operations.known import OPERATIONS, add_operation
from empirical.tasks.parity import Parity, draw_parity
from empirical.tasks.task import SampledTask, Task
from empirical.training.loop import train
from empirical.training.together import group_experiments, train_together

__all__ = [
    "CURVES",
    "ENGINES",
    "FLATNESS_MEASURES",
    "FLATNESS_OUTCOMES",
    "FLATNESS_RECORDS",
    "KINDS",
    "OPERATIONS",
    "PHASES",
    "PHASE_DIAGRAMS",
    "PHASE_PATHS",
    "RECORDS",
    "SGD",
    "SYSTEMS",
    "AdamW",
    "AdditionTable",
    "BinaryTable",
    "CrossEntropy",
    "DamagedRunError",
    "DecoderEngine",
    "DeepMLP",
    "Digits",
    "EmbeddingDecoder",
    "EmbeddingMLP",
    "Engine",
    "EngineKind",
    "Ensemble",
    "Epochs",
    "Examples",
    "Experiment",
    "FunctionModule",
    "FusedEngine",
    "Group",
    "Job",
    "Leg",
    "Linear",
    "LinearTeacher",
    "Loss",
    "LossSurface",
    "Mnist",
    "Model",
    "ModularAddition",
    "OneHotSquaredError",
    "Optimizer",
    "Parity",
    "Part",
    "PhaseAxis",
    "PhaseDiagram",
    "PhaseRule",
    "PhaseTable",
    "QuadraticMLP",
    "Record",
    "ReferenceEngine",
    "SampledTask",
    "Schedule",
    "Signature",
    "Snapshot",
    "SquaredError",
    "Steps",
    "Streams",
    "System",
    "TargetDistance",
    "Task",
    "TrainingError",
    "Transformer",
    "TwoLayer",
    "add_diagram",
    "add_operation",
    "add_part",
    "add_record",
    "add_system",
    "choice",
    "choose_engine",
    "core_count",
    "draw_linear_teacher",
    "draw_modular_addition",
    "draw_parity",
    "draw_streams",
    "experiment_of",
    "final_value",
    "find_diagram",
    "find_part",
    "find_path",
    "find_run",
    "find_system",
    "flatness_curves",
    "group_experiments",
    "hessian_top",
    "load_runs",
    "loss_descents",
    "map_phases",
    "measure_run",
    "measure_runs",
    "part_names",
    "peak",
    "perturbed_loss",
    "read_run",
    "read_runs",
    "real",
    "recorded_runs",
    "remove_orphans",
    "run_curves",
    "steps_of",
    "steps_to",
    "sweep",
    "sweep_parity",
    "tabulate_phases",
    "train",
    "train_experiments",
    "train_groups",
    "train_together",
    "whole",
    "worst_loss",
    "write_run",
]


if not TYPE_CHECKING:  # a type checker knows the names above, and no others

    def __getattr__(name: str) -> object:
        from theory.suggestion import missing_attribute

        raise missing_attribute(__name__, name, __all__)
