"""Gradient descent of the linear student on real Gaussian data of finite size, by two routes that must agree."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "LinearData",
    "LossCurves",
    "SpectralModes",
    "descend_by_spectrum",
    "descend_step_by_step",
    "sample_linear_data",
    "spectral_modes",
]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class LinearData:
    """A training set of the student–teacher model and the student's initial error.

    Attributes
    ----------
    inputs
        x, shape (N, d), rows are samples.
    difference
        D₀ = S₀ − T, shape (d,) or (d, d_out).

    Examples
    --------
    >>> data = LinearData(inputs=np.array([[1.0, 1.0], [1.0, -1.0]]), difference=np.array([0.6, 0.8]))
    >>> data.lam, data.covariance.tolist()
    (1.0, [[1.0, 0.0], [0.0, 1.0]])
    """

    inputs: Array
    difference: Array

    @property
    def lam(self) -> float:
        """λ = d/N."""
        return self.inputs.shape[1] / self.inputs.shape[0]

    @property
    def covariance(self) -> Array:
        """Empirical covariance Σ = (1/N) Σ x xᵀ, shape (d, d)."""
        return self.inputs.T @ self.inputs / self.inputs.shape[0]


@dataclass(frozen=True)
class LossCurves:
    """Losses L_train = DᵀΣD and L_gen = DᵀD after given numbers of steps, summed over outputs; shape (n_steps,) each.

    The logarithms stay finite where a loss underflows.

    >>> curves = SpectralModes(np.array([0.5]), np.array([1.0])).descend([0, 10**6], eta=0.01)
    >>> curves.gen, curves.log_gen.round(1)
    (array([1., 0.]), array([     0. , -20100.7]))
    """

    steps: Array
    log_train: Array
    log_gen: Array

    @property
    def train(self) -> Array:
        """Training loss."""
        return np.exp(self.log_train)

    @property
    def gen(self) -> Array:
        """Generalization loss."""
        return np.exp(self.log_gen)


def sample_linear_data(d: int, n_train: int, *, rng: np.random.Generator, d_out: int = 1) -> LinearData:
    """Draw Gaussian inputs x ~ N(0, I_d) and an initial error with E|D₀|² = 1 (M section 3.1).

    >>> data = sample_linear_data(20, 25, rng=np.random.default_rng(0))
    >>> data.lam, data.inputs.shape, data.difference.shape
    (0.8, (25, 20), (20,))
    """
    for name, value in (("d", d), ("n_train", n_train), ("d_out", d_out)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}.")
    inputs = rng.standard_normal((n_train, d))
    difference = rng.standard_normal((d, d_out)) / np.sqrt(d * d_out)
    return LinearData(inputs, difference[:, 0] if d_out == 1 else difference)


def descend_by_spectrum(data: LinearData, steps: ArrayLike, *, eta: float) -> LossCurves:
    """Losses of full-batch gradient descent after any numbers of steps, from the eigenvalues of Σ.

    Each step is D ← (I − 2ηΣ)D, so with eigenvalues ν_i and c_i = |v_iᵀD₀|² the losses after n steps are
    L_train = Σ c_i ν_i (1 − 2ην_i)^{2n} and L_gen = Σ c_i (1 − 2ην_i)^{2n} (M Eq. 8 with a finite step). Time costs
    nothing: n may be 1e10.

    Raises
    ------
    ValueError
        If η ≤ 0, a step number is negative, or 2ην_max ≥ 2, where gradient descent diverges.

    Examples
    --------
    >>> data = sample_linear_data(30, 40, rng=np.random.default_rng(1))
    >>> slow, fast = (f(data, [0, 10, 200], eta=0.05) for f in (descend_step_by_step, descend_by_spectrum))
    >>> bool(np.allclose(slow.gen, fast.gen, rtol=1e-12))
    True
    """
    return spectral_modes(data).descend(steps, eta=eta)


@dataclass(frozen=True)
class SpectralModes:
    """Eigenvalues ν_i of Σ in ascending order and the initial error c_i = |v_iᵀD₀|² along each; shape (d,) both.

    >>> SpectralModes(nu=np.array([0.0, 2.0]), weight=np.array([0.25, 0.75])).descend([0, 1], eta=0.1).gen
    array([1.  , 0.52])
    """

    nu: Array
    weight: Array

    def descend(self, steps: ArrayLike, *, eta: float) -> LossCurves:
        """Losses after ``steps`` steps of gradient descent; see `descend_by_spectrum`."""
        steps = _checked_steps(steps, eta)
        _check_stable(self.nu[-1], eta)
        with np.errstate(divide="ignore"):
            log_factor = 2 * np.log(np.abs(1 - 2 * eta * self.nu))
        small = 2 * eta * self.nu < 0.5
        log_factor[small] = 2 * np.log1p(-2 * eta * self.nu[small])
        # The slowest mode is taken out of both sums, so that they do not underflow together.
        # A factor that is 0 in floats is at least e^{−100} as a stand-in: 0·∞ at step 0 is no number.
        slowest = max(log_factor.max(), -100.0)
        with np.errstate(invalid="ignore"):
            powers = np.exp(np.multiply.outer(steps, log_factor - slowest))
        powers[steps == 0] = 1.0
        with np.errstate(divide="ignore"):
            return LossCurves(
                steps,
                np.log(powers @ (self.weight * self.nu)) + steps * slowest,
                np.log(powers @ self.weight) + steps * slowest,
            )


def spectral_modes(data: LinearData) -> SpectralModes:
    """Diagonalise the covariance of the data; the null space of fewer samples than unknowns is exactly zero.

    >>> modes = spectral_modes(sample_linear_data(3, 2, rng=np.random.default_rng(0)))
    >>> float(modes.nu[0]), modes.weight.shape
    (0.0, (3,))
    """
    n_train, d = data.inputs.shape
    nu, vectors = np.linalg.eigh(data.covariance)
    nu[: max(0, d - n_train)] = 0.0
    weight = ((vectors.T @ data.difference.reshape(d, -1)) ** 2).sum(axis=1)
    return SpectralModes(np.maximum(nu, 0.0), weight)


def descend_step_by_step(data: LinearData, steps: ArrayLike, *, eta: float) -> LossCurves:
    """The same losses by doing every step: the gradient of the squared error on the data, nothing else.

    Costs max(steps)·N·d operations; the independent check of `descend_by_spectrum`. Parameters and errors as there.

    >>> data = LinearData(inputs=np.array([[2.0]]), difference=np.array([3.0]))
    >>> descend_step_by_step(data, [0, 1, 2], eta=0.1).gen.round(6)  # D ← 0.2 D
    array([9.    , 0.36  , 0.0144])
    """
    steps = _checked_steps(steps, eta)
    inputs, difference = data.inputs, data.difference.reshape(data.inputs.shape[1], -1).copy()
    n_train = inputs.shape[0]
    _check_stable(np.linalg.norm(inputs, 2) ** 2 / n_train, eta)
    train, gen = np.empty(steps.size), np.empty(steps.size)
    done = 0
    for index in np.argsort(steps, kind="stable"):
        while done < steps[index]:
            difference -= 2 * eta / n_train * (inputs.T @ (inputs @ difference))
            done += 1
        train[index] = ((inputs @ difference) ** 2).sum() / n_train
        gen[index] = (difference**2).sum()
    with np.errstate(divide="ignore"):
        return LossCurves(steps, np.log(train), np.log(gen))


def _checked_steps(steps: ArrayLike, eta: float) -> Array:
    steps = np.atleast_1d(np.asarray(steps, dtype=np.float64))
    if not (np.isfinite(eta) and eta > 0):
        raise ValueError(f"The learning rate η must be positive and finite, got {eta}.")
    if not (np.isfinite(steps) & (steps >= 0)).all():
        raise ValueError("Numbers of steps must be finite and not negative.")
    return steps


def _check_stable(largest: float, eta: float) -> None:
    if 2 * eta * largest >= 2:
        raise ValueError(
            f"Gradient descent diverges: 2ην_max = {2 * eta * largest:.3g} must be below 2; "
            f"take η below {1 / largest:.3g}."
        )
