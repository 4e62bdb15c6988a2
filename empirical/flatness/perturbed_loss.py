"""The training loss where the weights are moved: at random on average, or as badly as a small box allows."""

import numpy as np
import torch

from empirical.flatness.loss_surface import LossSurface

__all__ = ["perturbed_loss", "worst_loss"]


def perturbed_loss(surface: LossSurface, *, size: float = 0.1, directions: int = 10, seed: int = 0) -> float:
    """The mean loss after a random step of a given relative size; NaN once the weights have diverged.

    Each tensor w_t of n_t weights is moved by σ·|w_t| in a direction that is uniform on the sphere, and each step is
    taken both ways, so that the slope cancels. The rise above the loss itself goes like

        E L(w + σ u) − L(w) = ½σ² Σ_t |w_t|²/n_t · tr H_tt + O(σ⁴),

    H_tt being the block of the Hessian that belongs to w_t: flat where it is small. A step of relative size says the
    same of a network of homogeneous layers however their scales are shared among them; one of absolute size does not.
    The same `seed` gives the same directions, at another look and in another run of the same shape.

    Parameters
    ----------
    surface
        The loss as a function of the weights.
    size
        σ > 0.
    directions
        How many steps; the loss is taken twice for each.
    seed
        Of the directions.

    Raises
    ------
    ValueError
        For a size that is not positive, or no direction.

    Source: P, section on flatness, means sensitivity to changes of the weights, without saying of which kind.

    Examples
    --------
    >>> import torch
    >>> from empirical import OneHotSquaredError
    >>> network = torch.nn.Linear(2, 2, bias=False).double()
    >>> _ = torch.nn.init.eye_(network.weight)
    >>> surface = LossSurface(network, OneHotSquaredError(), torch.eye(2), torch.tensor([0, 1]))
    >>> round(perturbed_loss(surface, size=0.1), 12)  # σ²·|w|²/2, whatever the direction
    0.01
    """
    if not size > 0:
        raise ValueError(f"size must be positive, got {size}; 0.1 moves each tensor by a tenth of its norm.")
    if directions < 1:
        raise ValueError(f"directions must be at least 1, got {directions}; 10 are usual.")
    if not surface.finite:
        return float("nan")
    rng = np.random.default_rng(seed)
    values = []
    with torch.no_grad():
        for _ in range(directions):
            step = size * surface.relative_step(rng)
            values += [float(surface.at(surface.weights + step)), float(surface.at(surface.weights - step))]
    return float(np.mean(values))


def worst_loss(surface: LossSurface, *, box: float = 1e-3, steps: int = 10) -> float:
    """The largest loss that is found in a small box about the weights; NaN once they have diverged.

    The box is |Δ_i| ≤ ε(|w_i| + 1). A convex function is largest at one of its corners, and going to the corner to
    which the gradient points never makes a convex function smaller: that is done `steps` times, and the largest loss
    on the way is returned, a lower bound of the maximum. With L the loss itself, (worst − L)/(1 + L) is the measure of
    Keskar et al. (arXiv 1609.04836, metric 2.1).

    Parameters
    ----------
    surface
        The loss as a function of the weights.
    box
        ε > 0; its size is absolute where weights are small against one, so that it depends on their scale.
    steps
        From corner to corner, at least one; each costs a gradient.

    Raises
    ------
    ValueError
        For a box without a size, or no step.

    Examples
    --------
    >>> import torch
    >>> from empirical import OneHotSquaredError
    >>> network = torch.nn.Linear(2, 2, bias=False).double()
    >>> _ = torch.nn.init.eye_(network.weight)
    >>> surface = LossSurface(network, OneHotSquaredError(), torch.eye(2), torch.tensor([0, 1]))
    >>> round(worst_loss(surface, box=0.1), 12)  # (0.2² + 0.1²)·2/2
    0.05
    """
    if not box > 0:
        raise ValueError(f"box must be positive, got {box}; 1e-3 is usual.")
    if steps < 1:
        raise ValueError(f"steps must be at least 1, got {steps}; 10 are usual.")
    if not surface.finite:
        return float("nan")
    reach = box * (surface.weights.abs() + 1)
    weights, worst = surface.weights, -np.inf
    for _ in range(steps):
        slope = surface.slope(weights)
        weights = surface.weights + torch.where(slope < 0, -reach, reach)
        with torch.no_grad():
            worst = max(worst, float(surface.at(weights)))
    return worst
