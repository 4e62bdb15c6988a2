"""Parts by their names, once all parts of the package have theirs.

A new one is a file with a class under `add_part`, and a line here.
"""

from empirical.experiment.parts import add_part, find_part, part_from_values, part_names
from empirical.losses import cross_entropy as cross_entropy
from empirical.losses import squared_error as squared_error
from empirical.losses import target_distance as target_distance
from empirical.models import deep_mlp as deep_mlp
from empirical.models import embedding_decoder as embedding_decoder
from empirical.models import embedding_mlp as embedding_mlp
from empirical.models import linear as linear
from empirical.models import quadratic_mlp as quadratic_mlp
from empirical.models import transformer as transformer
from empirical.models import two_layer as two_layer
from empirical.optimizers import adamw as adamw
from empirical.optimizers import sgd as sgd
from empirical.schedules import epochs as epochs
from empirical.schedules import steps as steps
from empirical.tasks import addition_table as addition_table
from empirical.tasks import binary_table as binary_table
from empirical.tasks import images as images
from empirical.tasks import linear_teacher as linear_teacher
from empirical.tasks import modular_addition as modular_addition
from empirical.tasks import parity as parity

__all__ = ["add_part", "find_part", "part_from_values", "part_names"]
