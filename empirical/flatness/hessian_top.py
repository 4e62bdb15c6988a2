"""The largest curvature of the training loss, by Lanczos' method on products with the Hessian."""

import numpy as np
import scipy  # its submodules load when they are first used
import torch

from empirical.flatness.loss_surface import LossSurface

__all__ = ["hessian_top"]


def hessian_top(surface: LossSurface, *, relative: bool = False, tolerance: float = 1e-3) -> float:
    """The largest eigenvalue of the Hessian of the loss; NaN once the weights have diverged, or if none was found.

    Lanczos' method needs products H·v only, each a gradient of ∇L·v by autograd; no Hessian is formed. It starts from
    a fixed vector, so that the same network has the same bits.

    A network of ReLU units is piecewise smooth: this is the Hessian of the piece on which the weights stand, and the
    kinks between pieces, where the gradient jumps, have no part in it. A finite step, `perturbed_loss`, sees them.

    Parameters
    ----------
    surface
        The loss as a function of the weights.
    relative
        With each weight in units of the root mean square of its tensor: the largest eigenvalue of UHU, U diagonal.
        That is what a network of homogeneous layers has in common with the same function at another scale of its
        layers, and tr UHU = Σ_t |w_t|²/n_t · tr H_tt is what `perturbed_loss` sees of small steps.
    tolerance
        Relative error of the eigenvalue.

    Examples
    --------
    >>> import torch
    >>> from empirical import OneHotSquaredError
    >>> network = torch.nn.Linear(2, 2, bias=False).double()
    >>> surface = LossSurface(network, OneHotSquaredError(), torch.tensor([[3.0, 0], [0, 1]]), torch.tensor([0, 1]))
    >>> round(hessian_top(surface), 9)  # 2·mean(x xᵀ) has the eigenvalues 9 and 1
    9.0
    """
    if not surface.finite:
        return float("nan")
    weights = surface.weights
    units = surface.units if relative else torch.ones_like(weights)
    with torch.enable_grad():
        point = weights.clone().requires_grad_()
        (slope,) = torch.autograd.grad(surface.at(point), point, create_graph=True)
    if not slope.requires_grad:  # the loss is linear in the weights
        return 0.0

    def product(vector: np.ndarray) -> np.ndarray:
        direction = units * torch.from_numpy(np.ravel(vector)).to(weights)
        (found,) = torch.autograd.grad(slope, point, direction, retain_graph=True, materialize_grads=True)
        product: np.ndarray = (units * found).double().cpu().numpy()
        return product

    count = weights.numel()
    start = np.random.default_rng(0).standard_normal(count)
    if count == 1:
        return float(product(np.ones(1))[0])
    if not product(start).any():
        return 0.0
    linalg = scipy.sparse.linalg
    operator = linalg.LinearOperator((count, count), matvec=product, dtype=np.float64)
    try:
        (largest,) = linalg.eigsh(operator, k=1, which="LA", v0=start, tol=tolerance, return_eigenvectors=False)
    except linalg.ArpackNoConvergence:
        return float("nan")
    return float(largest)
