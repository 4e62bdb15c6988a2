from .curves import experiment_of, run_curves, steps_of
from .engines.choice import ENGINES, choose_engine
from .engines.decoder import DecoderEngine
from .engines.engine import Engine, EngineKind, Job
from .engines.ensemble import Ensemble
from .engines.fused import FusedEngine
from .engines.reference import ReferenceEngine
from .examples import Examples, Signature
from .execution.scheduler import train_groups
from .execution.workers import TrainingError, core_count
from .experiment.experiment import Experiment
from .experiment.known_parts import add_part, find_part, part_names
from .experiment.numbers import choice, real, whole
from .experiment.parts import KINDS, Part
from .flatness.hessian_top import hessian_top
from .flatness.loss_surface import LossSurface
from .flatness.perturbed_loss import perturbed_loss, worst_loss
from .losses.cross_entropy import CrossEntropy
from .losses.loss import Loss
from .losses.squared_error import OneHotSquaredError, SquaredError
from .losses.target_distance import TargetDistance
from .measurement import measure_run, measure_runs
from .models.deep_mlp import DeepMLP
from .models.embedding_decoder import EmbeddingDecoder
from .models.embedding_mlp import EmbeddingMLP
from .models.linear import Linear
from .models.model import FunctionModule, Model
from .models.quadratic_mlp import QuadraticMLP
from .models.transformer import Transformer
from .models.two_layer import TwoLayer
from .optimizers.adamw import AdamW
from .optimizers.optimizer import Group, Optimizer
from .optimizers.sgd import SGD
from .outcomes.flatness import FLATNESS_MEASURES, FLATNESS_OUTCOMES, FLATNESS_RECORDS, flatness_curves
from .outcomes.outcome import final_value, loss_descents, peak, steps_to
from .parity_sweep import sweep_parity
from .phases.diagram import PhaseAxis, PhaseDiagram
from .phases.known import PHASE_DIAGRAMS, PHASE_PATHS, add_diagram, find_diagram, find_path
from .phases.mapping import map_phases
from .phases.rule import PHASES, PhaseRule
from .phases.table import PhaseTable, tabulate_phases
from .randomness import Streams, draw_streams
from .recorded.runs import recorded_runs
from .records.record import CURVES, RECORDS, Record, add_record
from .records.snapshot import Snapshot
from .run_sweep import load_runs, sweep, train_experiments
from .schedules.epochs import Epochs
from .schedules.schedule import Leg, Schedule
from .schedules.steps import Steps
from .store.runs import DamagedRunError, find_run, read_run, read_runs, remove_orphans, write_run
from .systems.known import SYSTEMS, add_system, find_system
from .systems.system import System
from .tasks.addition_table import AdditionTable
from .tasks.binary_table import BinaryTable
from .tasks.images import Digits, Mnist
from .tasks.linear_teacher import LinearTeacher, draw_linear_teacher
from .tasks.modular_addition import ModularAddition, draw_modular_addition
from .tasks.operations.known import OPERATIONS, add_operation
from .tasks.parity import Parity, draw_parity
from .tasks.task import SampledTask, Task
from .training.loop import train
from .training.together import group_experiments, train_together

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
