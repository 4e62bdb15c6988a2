"""What is done with any solvable system, once all systems of the package have joined in.

A new one is a file that registers its numbers and its simulation, and a line here.
"""

from numerics.descent import student_simulation as student_simulation
from numerics.linear import student_system as student_system
from numerics.representations import learning_system as learning_system
from numerics.simulation import simulate
from numerics.solvable import committee_machine as committee_machine
from numerics.solvable import diagonal_descent as diagonal_descent
from numerics.solvable import diagonal_network as diagonal_network
from numerics.solvable import parity_product as parity_product
from numerics.solvable import separability_edge as separability_edge
from numerics.solvable import threshold_learner as threshold_learner
from numerics.system_sweep import sweep
from numerics.systems import system_curves

__all__ = ["simulate", "sweep", "system_curves"]
