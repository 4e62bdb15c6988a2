"""Gradient descent of any linear student on random data of its size: the simulation of `theory.LinearStudent`."""

import numpy as np

from numerics.descent.gradient_descent import descend_step_by_step
from numerics.descent.leading_block import descent_steps, learned_modes
from numerics.descent.linear_data import LinearProblem, samples_for, unlearned_rest
from numerics.descent.replicas import Route, check_route
from numerics.descent.spectral_modes import spectral_modes
from numerics.run_curves import RunCurves, checked_points
from numerics.simulation import simulate
from numerics.threshold_accuracy import accuracy_from_log_loss
from theory import Batches, FiniteStep, InputCovariance, LinearStudent, Momentum, Published

__all__ = ["simulate_student"]

# Steps so much smaller are the flow, to a millionth of (1+√λ)²η.
_FLOW = 1e-6


@simulate.register
def simulate_student(
    system: LinearStudent,
    *,
    replica: int = 0,
    seed: int = 0,
    points: int = 5000,
    route: Route = "bidiagonal",
) -> RunCurves:
    """Train one linear student of d inputs on N ≈ d/λ samples, recorded until all is learned.

    With `with_finite_step()` by gradient descent in steps of η₀, otherwise by steps a million times smaller, which
    are the flow. With random batches or momentum every step of η₀ is done on data, which takes some 1/(η₀ν_min) of
    them. Weight decay, label noise, outputs and the initial scale are those of the student; inputs are white.

    Parameters
    ----------
    points
        Number of times recorded, at most; steps that are done are whole.
    route
        `"bidiagonal"` draws as many modes as a run needs without the data (`learned_modes`), `"data"` draws data and
        diagonalises them, as is always done with random batches or momentum.

    Raises
    ------
    ValueError
        If the student has no size, a parameter is not a number, its inputs are not white, it is the published form,
        or gradient descent diverges.

    Examples
    --------
    >>> student = LinearStudent(0.5, epsilon=0.01, eta0=0.05).with_weight_decay(0.01).with_size(60)
    >>> run = simulate_student(student, points=200)
    >>> bool(run.train_accuracy[-1] > 0.99), run.status is None
    (True, True)
    """
    check_route(route)
    points = checked_points(points)
    for variant, reason in ((InputCovariance, "draws white inputs"), (Published, "trains; published() is a formula")):
        if any(isinstance(present, variant) for present in system.variants):
            raise ValueError(f"The simulation of a linear student {reason}: leave out {variant.__name__}.")
    if "d" not in system.parameters:
        raise ValueError("A simulation needs a size, and this student has none: take student.with_size(d).")
    numbers = {name: _number(name, value) for name, value in system.parameters.items()}
    size, outputs = (_whole(name, numbers.get(name, 1.0)) for name in ("d", "outputs"))
    decay, variance = numbers.get("weight_decay", 0.0), numbers.get("label_noise", 0.0)
    problem = LinearProblem(
        size,
        samples_for(size, numbers["lam"]),
        d_out=outputs,
        # The student's variance, like |D₀|², is the sum over its outputs.
        noise_variance=variance / outputs,
        initial_scale=numbers.get("initial_scale", 1.0),
        seed=seed,
        replica=replica,
    )
    stepwise = any(isinstance(variant, Batches | Momentum) for variant in system.variants)
    has_steps = any(isinstance(variant, FiniteStep) for variant in system.variants)
    unit = 1.0 if has_steps else _FLOW
    # Descent on the mean over the outputs: a rate and losses divided by their number.
    eta = numbers["eta0"] / outputs
    if route == "bidiagonal" and not stepwise:
        modes = learned_modes(problem, eta=unit * eta, epsilon=numbers["epsilon"], weight_decay=decay)
    else:
        modes = spectral_modes(problem.data())
    beta = numbers.get("momentum", 0.0)
    clock = eta / (1 - beta)
    steps = descent_steps(modes, eta=clock, epsilon=numbers["epsilon"], points=points, weight_decay=decay)
    if stepwise or (has_steps and (decay > 0 or variance > 0)):
        steps = np.unique(np.round(steps))  # on the way to a plateau, large steps alternate
    if stepwise:
        size = max(1, round(numbers.get("batch_fraction", 1.0) * problem.n_train))
        curves = descend_step_by_step(problem, steps, eta=eta, weight_decay=decay, momentum=beta, batch_size=size)
    else:
        curves = modes.descend(steps / unit, eta=unit * eta, weight_decay=decay)
    train, gen = (
        accuracy_from_log_loss(log_loss - np.log(outputs), numbers["epsilon"], d_out=outputs)
        for log_loss in (curves.log_train, curves.log_gen)
    )
    known = {"lam": problem.lam, "d": problem.d, "replica": replica}
    return RunCurves(steps, train, gen, known, unlearned_rest(problem))


def _number(name: str, value: object) -> float:
    if not getattr(value, "is_number", False):
        raise ValueError(f"Only a student with numbers can be simulated; its {name} is {value}, give it a value.")
    return float(value)  # type: ignore[arg-type]


def _whole(name: str, value: float) -> int:
    if value != round(value) or value < 1:
        raise ValueError(f"A simulation needs a whole number {name} ≥ 1, got {value}.")
    return round(value)
