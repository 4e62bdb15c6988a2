"""Gradient descent of the linear student at finite size, three ways with one signature."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from numerics.descent.leading_block import leading_modes
from numerics.descent.linear_data import LinearData, LinearProblem
from numerics.descent.sampled_modes import Weights, sample_modes
from numerics.descent.spectral_modes import LossCurves, check_stable, checked_decay, checked_steps, spectral_modes

__all__ = ["descend_by_spectrum", "descend_in_distribution", "descend_step_by_step"]

_BATCHES = 2  # number of the stream of random numbers from which batches are drawn


def descend_step_by_step(
    problem: LinearData | LinearProblem,
    steps: ArrayLike,
    *,
    eta: float,
    weight_decay: float = 0.0,
    momentum: float = 0.0,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
) -> LossCurves:
    """Losses of gradient descent by doing every step: the gradient on the data or on a batch of it, nothing else.

    S ← S − 2η[(1/B)Σ x(xᵀS − y) + (γ/2)S] + β(S − S_before) with labels y = Tᵀx + ξ, the sum over the whole data set or
    over B samples drawn anew at each step without repetition. Costs max(steps)·B·d operations; the independent check of
    `descend_by_spectrum`, of `theory.Batches` and of `theory.Momentum`. Other parameters and errors as there.

    Parameters
    ----------
    momentum
        β, 0 ≤ β < 1.
    batch_size
        B; all samples unless given.
    rng
        Of the batches; a `LinearProblem` has a stream of its own for them.

    Raises
    ------
    ValueError
        If β or B is out of range, or batches of a given data set have no `rng`.

    Examples
    --------
    >>> data = LinearData(inputs=np.array([[2.0]]), difference=np.array([3.0]))
    >>> descend_step_by_step(data, [0, 1, 2], eta=0.1).gen.round(6)  # D ← 0.2 D
    array([9.    , 0.36  , 0.0144])
    >>> descend_step_by_step(data, [0, 1, 2], eta=0.1, momentum=0.5).gen.round(6)  # 0.6 · 0.2 + 0.5(0.6 − 3)
    array([9.    , 0.36  , 1.1664])
    """
    data = _data(problem)
    steps, decay = checked_steps(steps, eta), checked_decay(weight_decay)
    n_train, d = data.inputs.shape
    if decay > 0 and data.teacher is None:
        raise ValueError(
            f"Weight decay pulls the student to zero, so γ = {weight_decay} needs the teacher of the data."
        )
    size = n_train if batch_size is None else batch_size
    if not 1 <= size <= n_train:
        raise ValueError(f"A batch has between 1 and N = {n_train} samples, got {size}.")
    if not 0 <= momentum < 1:
        raise ValueError(f"The momentum β must be from 0 to below 1, got {momentum}.")
    if rng is None and size < n_train:
        if not isinstance(problem, LinearProblem):
            raise ValueError("Batches of a given data set are drawn from rng: give a numpy.random.Generator.")
        rng = problem.rng(_BATCHES)
    inputs, difference = data.inputs, data.difference.reshape(d, -1).copy()
    teacher = np.zeros_like(difference) if data.teacher is None else data.teacher.reshape(d, -1)
    noise = np.zeros((n_train, 1)) if data.noise is None else data.noise.reshape(n_train, -1)
    check_stable(np.linalg.norm(inputs, 2) ** 2 / n_train, eta / (1 + momentum), decay)
    train, gen, clean = np.empty((3, steps.size))
    done, moved = 0, np.zeros_like(difference)
    drawn: Any = slice(None)
    for index in np.argsort(steps, kind="stable"):
        while done < steps[index]:
            if rng is not None and size < n_train:
                drawn = rng.choice(n_train, size, replace=False)
            batch = inputs[drawn]
            gradient = batch.T @ (batch @ difference - noise[drawn]) / size + decay * (difference + teacher)
            moved = momentum * moved - 2 * eta * gradient
            difference += moved
            done += 1
        answers = inputs @ difference
        train[index] = ((answers - noise) ** 2).sum() / n_train
        clean[index] = (answers**2).sum() / n_train
        gen[index] = (difference**2).sum()
    with np.errstate(divide="ignore"):
        return LossCurves(steps, np.log(train), np.log(gen), None if data.noise is None else np.log(clean))


def descend_by_spectrum(
    problem: LinearData | LinearProblem, steps: ArrayLike, *, eta: float, weight_decay: float = 0.0
) -> LossCurves:
    """Losses of full-batch gradient descent after any numbers of steps, from the eigenvalues of Σ.

    Each step is D ← (I − 2ηΣ)D, so with eigenvalues ν_i and c_i = |v_iᵀD₀|² the losses after n steps are
    L_train = Σ c_i ν_i (1 − 2ην_i)^{2n} and L_gen = Σ c_i (1 − 2ην_i)^{2n} (M Eq. 8 with a finite step). With weight
    decay γ or label noise each component goes from its start to a target instead, D_i = ρⁿD_{0,i} + (1 − ρⁿ)D*_i with
    ρ = 1 − 2η(ν_i + γ/2) and D* = (Σ + γ/2)⁻¹(Xᵀξ/N − (γ/2)T); L_train is then the error on the noisy labels, without
    the penalty, as in `theory.LabelNoise` and `theory.WeightDecay`. Time costs nothing:
    n may be 1e10. Losses and gradients are summed over outputs; for descent on their mean, as in
    `theory.Outputs`, use η/d_out and divide the losses by d_out.

    Parameters
    ----------
    problem
        A data set, or a `LinearProblem`, whose data set is drawn.
    steps
        Numbers of steps n, any shape that makes a vector. Between whole numbers the formula interpolates.
    eta
        Learning rate η.
    weight_decay
        γ, the loss that is descended has γ/2·|S|² added.

    Raises
    ------
    ValueError
        If η ≤ 0, γ < 0, a step number is negative, 2η(ν_max + γ/2) ≥ 2, where gradient descent diverges, or γ > 0
        and the data have no teacher.

    Examples
    --------
    >>> problem = LinearProblem(d=30, n_train=40, noise_variance=0.1)
    >>> routes = (descend_step_by_step, descend_by_spectrum)
    >>> slow, fast = (route(problem, [0, 10, 200], eta=0.05, weight_decay=0.2) for route in routes)
    >>> bool(np.allclose(slow.gen, fast.gen, rtol=1e-12)), bool(np.allclose(slow.train, fast.train, rtol=1e-12))
    (True, True)
    """
    return spectral_modes(_data(problem)).descend(steps, eta=eta, weight_decay=weight_decay)


def descend_in_distribution(
    problem: LinearProblem,
    steps: ArrayLike,
    *,
    eta: float,
    weight_decay: float = 0.0,
    weights: Weights = "random",
) -> LossCurves:
    """Losses of one random data set without the data set: equal in law to the two other routes, at any size.

    As many modes are drawn as the largest number of steps needs (`leading_modes`), which is exact in distribution and
    no expansion in 1/d: d = 10⁹ takes milliseconds while s = 4ηn is in the thousands, and seconds at a jump with λ =
    0.99. Weight decay, label noise and outputs take a few times as many modes. Mean weights need every eigenvalue: d =
    4000 takes a fraction of a second, d = 10⁵ minutes, and more is refused. Other parameters and errors as in
    `sample_modes` and `descend_by_spectrum`.

    Raises
    ------
    TypeError
        For a given data set, which has no distribution.

    Examples
    --------
    >>> curves = descend_in_distribution(LinearProblem(d=10**9, n_train=2 * 10**9), [0, 25, 1000], eta=0.01)
    >>> curves.gen.round(4)
    array([1.000e+00, 4.495e-01, 5.000e-04])
    """
    if not isinstance(problem, LinearProblem):
        raise TypeError(f"Need a LinearProblem, the law of a data set, got {type(problem).__name__}.")
    steps = checked_steps(steps, eta)
    if weights == "random":
        modes = leading_modes(problem, steps.max(initial=0.0), eta=eta, weight_decay=weight_decay)
    else:
        modes = sample_modes(problem, weights=weights)
    return modes.descend(steps, eta=eta, weight_decay=weight_decay)


def _data(problem: LinearData | LinearProblem) -> LinearData:
    return problem.data() if isinstance(problem, LinearProblem) else problem
