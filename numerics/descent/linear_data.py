"""The student–teacher problem at finite size: one data set of it, and the law that data sets are drawn from."""

from dataclasses import dataclass

import numpy as np

from numerics.annotations import Array

__all__ = [
    "LARGEST_SIZE", "LinearData", "LinearProblem", "sample_linear_data", "samples_for", "scaled_start",
    "unlearned_rest",
]  # fmt: skip

LARGEST_SIZE = 2**53  # whole numbers that are floats


@dataclass(frozen=True)
class LinearData:
    """A training set of the student–teacher model and the student's initial error.

    Labels are y = Tᵀx + ξ. Only weight decay needs the teacher itself, because it pulls the student to zero.

    Attributes
    ----------
    inputs
        x, shape (N, d), rows are samples.
    difference
        D₀ = S₀ − T, shape (d,) or (d, d_out).
    teacher
        T, shape of `difference`; None if unknown.
    noise
        ξ, shape (N,) or (N, d_out); None for clean labels.

    Raises
    ------
    ValueError
        If the shapes do not fit together.

    Examples
    --------
    >>> data = LinearData(inputs=np.array([[1.0, 1.0], [1.0, -1.0]]), difference=np.array([0.6, 0.8]))
    >>> data.lam, data.covariance.tolist()
    (1.0, [[1.0, 0.0], [0.0, 1.0]])
    """

    inputs: Array
    difference: Array
    teacher: Array | None = None
    noise: Array | None = None

    def __post_init__(self) -> None:
        n_train, d = self.inputs.shape
        outputs = self.difference.shape[1:]
        for name, size in (("difference", d), ("teacher", d), ("noise", n_train)):
            value = getattr(self, name)
            if value is not None and value.shape != (size, *outputs):
                raise ValueError(
                    f"{name} must have shape {(size, *outputs)} for inputs of shape {(n_train, d)}, got {value.shape}."
                )

    @property
    def lam(self) -> float:
        """λ = d/N."""
        return self.inputs.shape[1] / self.inputs.shape[0]

    @property
    def covariance(self) -> Array:
        """Empirical covariance Σ = (1/N) Σ x xᵀ, shape (d, d)."""
        return self.inputs.T @ self.inputs / self.inputs.shape[0]


@dataclass(frozen=True)
class LinearProblem:
    """The law of a data set, and which draw from it: every random number follows from these fields alone.

    Inputs x ~ N(0, I_d); S₀ and T independent Gaussians with E|S₀|² = E|T|² = ½, so that E|S₀ − T|² = 1 summed over
    the outputs (M section 3.1); the student starts at αS₀; label noise of variance σ² an output. Replicas of one seed
    use separate streams.

    Raises
    ------
    ValueError
        If a size is below 1, or σ², the seed or the replica is negative.

    Examples
    --------
    >>> problem = LinearProblem(d=90, n_train=100, noise_variance=0.5)
    >>> problem.lam, problem.data().inputs.shape, problem.data().noise.shape
    (0.9, (100, 90), (100,))
    """

    d: int
    n_train: int
    d_out: int = 1
    noise_variance: float = 0.0
    initial_scale: float = 1.0
    seed: int = 0
    replica: int = 0

    def __post_init__(self) -> None:
        _check_sizes(self.d, self.n_train, self.d_out, self.noise_variance)
        if not np.isfinite(self.initial_scale):
            raise ValueError(f"The initial scale α must be finite, got {self.initial_scale}.")
        for name in ("seed", "replica"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative, got {getattr(self, name)}.")

    @property
    def lam(self) -> float:
        """λ = d/N."""
        return self.d / self.n_train

    def data(self) -> LinearData:
        """Draw the data set itself; needs room for N·d numbers."""
        return sample_linear_data(
            self.d,
            self.n_train,
            rng=self.rng(),
            d_out=self.d_out,
            noise_variance=self.noise_variance,
            initial_scale=self.initial_scale,
        )

    def rng(self, *part: int) -> np.random.Generator:
        """Return the stream of random numbers of this draw, or of one numbered part of it."""
        entropy = [self.seed, self.d, self.n_train, self.replica]
        return np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=part))


def samples_for(d: int, lam: float) -> int:
    """N next to d/λ, refused where that is none or too many to count.

    >>> samples_for(90, 0.9)
    100
    >>> samples_for(90, 1e300)
    Traceback (most recent call last):
    ValueError: λ = d/N = 1e+300 leaves no sample for d = 90 inputs: take λ up to d.
    """
    if not d / lam < LARGEST_SIZE:
        raise ValueError(f"λ = d/N = {lam} takes more than 2⁵³ samples for d = {d} inputs: take a larger λ or fewer.")
    if round(d / lam) < 1:
        raise ValueError(f"λ = d/N = {lam} leaves no sample for d = {d} inputs: take λ up to d.")
    return round(d / lam)


def unlearned_rest(problem: LinearProblem) -> str | None:
    """Why no descent on this data generalizes, None where it does.

    >>> unlearned_rest(LinearProblem(d=3, n_train=2))
    '3 unknowns, 2 samples: the rest of the error is never learned'
    """
    if problem.lam <= 1:
        return None
    return f"{problem.d} unknowns, {problem.n_train} samples: the rest of the error is never learned"


def scaled_start(difference: Array, teacher: Array, scale: float) -> Array:
    """Error αS₀ − T of a student that starts `scale` times as large, from S₀ − T and T.

    >>> scaled_start(np.array([1.0]), np.array([0.5]), 0.0)
    array([-0.5])
    """
    return difference if scale == 1 else scale * (difference + teacher) - teacher


def sample_linear_data(
    d: int,
    n_train: int,
    *,
    rng: np.random.Generator,
    d_out: int = 1,
    noise_variance: float = 0.0,
    initial_scale: float = 1.0,
) -> LinearData:
    """Draw Gaussian inputs x ~ N(0, I_d), S₀, a teacher T, and label noise (M section 3.1); the student starts at αS₀.

    E|S₀ − T|² = 1, so that the initial error D₀ = αS₀ − T has E|D₀|² = (1 + α²)/2.

    Raises
    ------
    ValueError
        If a size is below 1 or σ² is negative.

    Examples
    --------
    >>> data = sample_linear_data(20, 25, rng=np.random.default_rng(0))
    >>> data.lam, data.inputs.shape, data.difference.shape
    (0.8, (25, 20), (20,))
    """
    _check_sizes(d, n_train, d_out, noise_variance)
    inputs = rng.standard_normal((n_train, d))
    difference = rng.standard_normal((d, d_out)) / np.sqrt(d * d_out)
    # S₀ + T has the law of S₀ − T and is independent of it.
    teacher = (rng.standard_normal((d, d_out)) / np.sqrt(d * d_out) - difference) / 2
    difference = scaled_start(difference, teacher, initial_scale)
    noise = np.sqrt(noise_variance) * rng.standard_normal((n_train, d_out)) if noise_variance > 0 else None
    if d_out == 1:
        return LinearData(inputs, difference[:, 0], teacher[:, 0], None if noise is None else noise[:, 0])
    return LinearData(inputs, difference, teacher, noise)


def _check_sizes(d: int, n_train: int, d_out: int, noise_variance: float) -> None:
    for name, value in (("d", d), ("n_train", n_train), ("d_out", d_out)):
        if value < 1:
            raise ValueError(f"{name} must be at least 1, got {value}.")
        if value > LARGEST_SIZE:
            raise ValueError(f"{name} must be at most 2⁵³, beyond which floats do not count, got {value:.6g}.")
    if not (np.isfinite(noise_variance) and noise_variance >= 0):
        raise ValueError(f"The noise variance σ² must be finite and not negative, got {noise_variance}.")
