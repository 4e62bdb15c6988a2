"""The linear student in the eigenvectors of the covariance, where each direction descends by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from numerics.annotations import Array
from numerics.descent.linear_data import LinearData

__all__ = ["LossCurves", "ModeAmplitudes", "SpectralModes", "spectral_modes"]


# Numbers held at once while losses are computed: 16 MB an array, whatever d and the number of steps.
_CHUNK = 2**21

# Logarithm of a power that is nothing in floats, as its square is less still: e^{−700}.
_UNDERFLOW = -350.0


@dataclass(frozen=True)
class LossCurves:
    """Losses after given numbers of steps, summed over outputs; shape (n_steps,) each.

    L_gen = DᵀD is the error on fresh inputs with clean labels. L_train is the error on the training set with the labels
    that are descended on; `log_clean_train` is that against clean labels, DᵀΣD, and None where the labels have no
    noise. The logarithms stay finite where a loss underflows.

    >>> curves = SpectralModes(np.array([0.5]), np.array([1.0])).descend([0, 10**6], eta=0.01)
    >>> curves.gen, curves.log_gen.round(1)
    (array([1., 0.]), array([     0. , -20100.7]))
    """

    steps: Array
    log_train: Array
    log_gen: Array
    log_clean_train: Array | None = None

    @property
    def train(self) -> Array:
        """Training loss."""
        return np.exp(self.log_train)

    @property
    def gen(self) -> Array:
        """Generalization loss."""
        return np.exp(self.log_gen)

    @property
    def clean_train(self) -> Array:
        """Training loss against clean labels."""
        return self.train if self.log_clean_train is None else np.exp(self.log_clean_train)


@dataclass(frozen=True)
class ModeAmplitudes:
    """Components along the eigenvectors v_i of Σ, with signs; shape (d, d_out) each, None where unknown or absent.

    Attributes
    ----------
    difference
        v_iᵀ(S₀ − T).
    teacher
        v_iᵀT.
    noise
        u_iᵀξ/√N with the left singular vectors u_i of the inputs; zero in the null space.
    noise_rest
        What no eigenvector carries of |ξ|²/N: the training error that no student removes.

    Examples
    --------
    >>> data = LinearData(np.array([[2.0], [0.0]]), np.array([1.0]), noise=np.array([1.0, 3.0]))
    >>> amplitudes = spectral_modes(data).amplitudes
    >>> abs(amplitudes.noise).round(4).tolist(), round(amplitudes.noise_rest, 4)
    ([[0.7071]], 4.5)
    """

    difference: Array
    teacher: Array | None = None
    noise: Array | None = None
    noise_rest: float = 0.0


@dataclass(frozen=True)
class SpectralModes:
    """Eigenvalues ν_i of Σ in ascending order and the initial error c_i = |v_iᵀD₀|² along each; shape (d,) both.

    `amplitudes` has the signs, the teacher and the label noise where they matter: with weight decay or noisy labels.
    Instead of all eigenvalues they may be nodes and weights of a quadrature over them (`sample_modes`), fewer than d.

    >>> SpectralModes(nu=np.array([0.0, 2.0]), weight=np.array([0.25, 0.75])).descend([0, 1], eta=0.1).gen
    array([1.  , 0.52])
    """

    nu: Array
    weight: Array
    amplitudes: ModeAmplitudes | None = None

    def descend(self, steps: ArrayLike, *, eta: float, weight_decay: float = 0.0) -> LossCurves:
        """Losses after `steps` steps of gradient descent; see `descend_by_spectrum`."""
        steps = checked_steps(steps, eta)
        decay = checked_decay(weight_decay)
        check_stable(self.nu[-1], eta, decay)
        paths = self._paths(decay)
        return LossCurves(steps, *_log_losses(paths, self.nu + decay, steps, eta))

    def way(self, weight_decay: float = 0.0) -> "SpectralModes":
        """Rates ν_i + γ/2 of the directions that move, and how far each has to go, |v_iᵀ(D₀ − D*)|².

        >>> SpectralModes(np.array([0.0, 2.0]), np.array([0.25, 0.75])).way()
        SpectralModes(nu=array([2.]), weight=array([0.75]), amplitudes=None)
        """
        decay = checked_decay(weight_decay)
        _, error, *_ = self._paths(decay)
        distance = error.start
        if error.end is not None and error.mixed is not None:
            distance = error.start - 2 * error.mixed + error.end
        moving = (self.nu + decay > 0) & (distance > 0)
        return SpectralModes((self.nu + decay)[moving], distance[moving])

    def _paths(self, decay: float) -> tuple["_Path", ...]:
        """Training residual, error, and the error on the training inputs where labels are noisy."""
        known = self.amplitudes
        if decay == 0 and (known is None or known.noise is None):
            return _Path(self.nu * self.weight), _Path(self.weight)
        if known is None or (known.teacher is None and decay > 0):
            raise ValueError(
                f"Weight decay pulls the student to zero, so γ = {2 * decay} needs the teacher as well as S₀ − T, "
                "and these modes lack it; give it to LinearData or ModeAmplitudes, or sample_modes with_teacher=True."
            )
        difference = known.difference
        teacher = np.zeros_like(difference) if known.teacher is None else known.teacher
        noise = np.zeros_like(difference) if known.noise is None else known.noise
        root, rate = np.sqrt(self.nu)[:, None], (self.nu + decay)[:, None]
        rate = np.where(rate > 0, rate, np.inf)  # a direction that nothing pulls stays where it is
        target = (root * noise - decay * teacher) / rate
        residual = _Path.between(root * difference - noise, -decay * (noise + root * teacher) / rate, known.noise_rest)
        error = _Path.between(difference, target)
        if known.noise is None:
            return residual, error
        return residual, error, _Path.between(root * difference, root * target)


def spectral_modes(data: LinearData) -> SpectralModes:
    """Diagonalise the covariance of the data; the null space of fewer samples than unknowns is exactly zero.

    From the singular values of the inputs, not the eigenvalues of the covariance: those lose twice as many digits of
    the smallest modes, the ones that are learned last.

    >>> from numerics.descent.linear_data import sample_linear_data
    >>> modes = spectral_modes(sample_linear_data(3, 2, rng=np.random.default_rng(0)))
    >>> float(modes.nu[0]), modes.weight.shape
    (0.0, (3,))
    """
    n_train, d = data.inputs.shape
    left, values, right = np.linalg.svd(data.inputs / np.sqrt(n_train), full_matrices=n_train < d)
    nu = np.concatenate([np.zeros(max(0, d - n_train)), values[::-1] ** 2])
    right = right[::-1]

    def along(vector: Array | None) -> Array | None:
        return None if vector is None else right @ vector.reshape(d, -1)

    difference = right @ data.difference.reshape(d, -1)
    noise, rest = None, 0.0
    if data.noise is not None:
        labels = data.noise.reshape(n_train, -1) / np.sqrt(n_train)
        noise = np.zeros_like(difference)
        noise[max(0, d - n_train) :] = left.T[::-1] @ labels
        rest = max(0.0, float((labels**2).sum() - (noise**2).sum())) if n_train > d else 0.0
    amplitudes = ModeAmplitudes(difference, along(data.teacher), noise, rest)
    return SpectralModes(nu, (difference**2).sum(axis=1), amplitudes)


@dataclass(frozen=True)
class _Path:
    """A vector that moves from `start` to `end`, x_n = ρⁿ start + (1 − ρⁿ) end in each mode, by squares; (d,) each.

    Inner products are over the outputs. Without an end it goes to zero.
    """

    start: Array
    mixed: Array | None = None
    end: Array | None = None
    rest: float = 0.0

    @classmethod
    def between(cls, start: Array, end: Array, rest: float = 0.0) -> "_Path":
        squares = (start**2).sum(axis=1)
        if not end.any():
            return cls(squares, rest=rest)
        return cls(squares, (start * end).sum(axis=1), (end**2).sum(axis=1), rest)


def _log_losses(paths: Sequence[_Path], rate: Array, steps: Array, eta: float) -> list[Array]:
    """ln |x_n|² of every path after every number of steps, with ρ = 1 − 2η·rate."""
    factor = 1 - 2 * eta * rate
    with np.errstate(divide="ignore"):
        log_factor = np.log(np.abs(factor))
    small = 2 * eta * rate < 0.5
    log_factor[small] = np.log1p(-2 * eta * rate[small])
    moving = rate > 0
    driven = any(path.end is not None for path in paths)
    if driven and (factor < 0).any() and (steps != np.floor(steps)).any():
        raise ValueError(
            "Numbers of steps must be whole where a step overshoots, 2η(ν + γ/2) > 1, on the way to a plateau."
        )
    # The slowest mode is taken out of the sums, so that they do not underflow together.
    # A factor that is 0 in floats is at least e^{−50} as a stand-in: 0·∞ at step 0 is no number.
    slowest = max(log_factor[moving].max(initial=-np.inf), -50.0)
    found = [np.empty(steps.size) for _ in paths]
    order = np.argsort(steps, kind="stable")
    ascending, done = steps[order], 0
    while done < steps.size:
        # Modes of which nothing is left beside the slowest at the first of these steps have arrived.
        with np.errstate(invalid="ignore"):
            arrived = moving & (ascending[done] * (log_factor - slowest) < _UNDERFLOW)
        late = moving & ~arrived
        width = max(1, int(np.count_nonzero(late)))
        most, few = (max(1, numbers // width) for numbers in (_CHUNK, _CHUNK // 256))
        # More of them have by twice as many steps, which is worth a look unless few numbers are left.
        twice_as_late = int(np.searchsorted(ascending, 2 * ascending[done], side="right")) - done
        part = order[done : done + min(most, max(few, twice_as_late))]
        done += part.size
        n = steps[part]
        with np.errstate(invalid="ignore"):
            powers = np.exp(np.multiply.outer(n, log_factor[late] - slowest))
        powers[n == 0] = 1.0
        squares = powers**2
        if driven:
            with np.errstate(invalid="ignore"):
                travelled = -np.expm1(np.multiply.outer(n, log_factor[late]))
            travelled[n == 0] = 0.0
            odd = np.multiply.outer(n % 2 == 1, factor[late] < 0)
            travelled[odd] = 2.0 - travelled[odd]
        for path, log_loss in zip(paths, found, strict=True):
            with np.errstate(divide="ignore"):
                log_loss[part] = np.log(squares @ path.start[late]) + 2 * n * slowest
            rest = path.rest + path.start[~moving].sum()
            if path.end is not None and path.mixed is not None:
                added = 2 * ((1 - travelled) * travelled) @ path.mixed[late] + travelled**2 @ path.end[late]
                log_loss[part] = np.log(np.exp(log_loss[part]) + added + rest + path.end[arrived].sum())
            elif rest > 0:
                log_loss[part] = np.logaddexp(log_loss[part], np.log(rest))
    return found


def checked_steps(steps: ArrayLike, eta: float) -> Array:
    """Numbers of steps as an array, refused if they or the learning rate make no sense.

    >>> checked_steps(3, 0.1)
    array([3.])
    """
    steps = np.atleast_1d(np.asarray(steps, dtype=np.float64))
    if not (np.isfinite(eta) and eta > 0):
        raise ValueError(f"The learning rate η must be positive and finite, got {eta}.")
    if not (np.isfinite(steps) & (steps >= 0)).all():
        raise ValueError("Numbers of steps must be finite and not negative.")
    return steps


def checked_decay(weight_decay: float) -> float:
    """c = γ/2, which is added to every eigenvalue.

    >>> checked_decay(0.5)
    0.25
    """
    if not (np.isfinite(weight_decay) and weight_decay >= 0):
        raise ValueError(f"The weight decay γ must be finite and not negative, got {weight_decay}.")
    return weight_decay / 2


def check_stable(largest: float, eta: float, decay: float = 0.0) -> None:
    """Refuse a step so large that gradient descent diverges.

    >>> check_stable(2.0, 0.1)
    """
    rate = largest + decay
    if 2 * eta * rate >= 2:
        name = "2η(ν_max + γ/2)" if decay else "2ην_max"
        raise ValueError(
            f"Gradient descent diverges: {name} = {2 * eta * rate:.3g} must be below 2; take η below {1 / rate:.3g}."
        )
