"""How flat the training loss is about the weights of a look."""

from empirical.flatness.hessian_top import hessian_top
from empirical.flatness.loss_surface import LossSurface
from empirical.flatness.perturbed_loss import perturbed_loss, worst_loss
from empirical.records.snapshot import Snapshot

__all__ = ["curvature", "loss_in_box", "loss_of_steps", "relative_curvature"]


def loss_of_steps(run: Snapshot) -> float:
    """`perturbed_loss` at its usual size."""
    return perturbed_loss(_surface(run))


def loss_in_box(run: Snapshot) -> float:
    """`worst_loss` in its usual box."""
    return worst_loss(_surface(run))


def curvature(run: Snapshot) -> float:
    """`hessian_top`."""
    return hessian_top(_surface(run))


def relative_curvature(run: Snapshot) -> float:
    """`hessian_top` with each weight in units of its tensor."""
    return hessian_top(_surface(run), relative=True)


def _surface(run: Snapshot) -> LossSurface:
    return LossSurface(run.network, run.loss, run.inputs_train, run.targets_train)
