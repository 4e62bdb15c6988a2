"""Linear regression: the values of a random linear teacher at Gaussian inputs."""

from typing import ClassVar

import numpy as np

from empirical.examples import Examples, Signature
from empirical.experiment.numbers import whole
from empirical.experiment.parts import add_part
from empirical.tasks.task import SampledTask

__all__ = ["LinearTeacher", "draw_linear_teacher"]


@add_part
class LinearTeacher(SampledTask):
    """Values T·x of one teacher T ~ N(0, I_d/(2d)) at inputs x ~ N(0, I_d).

    Parameters
    ----------
    input_size
        d ≥ 1.
    train_samples, gen_samples
        N, with λ = d/N at most 1 for a student to generalize; the number of fresh inputs.

    Notes
    -----
    Sources: L, section 2; M, section 3.1.

    Examples
    --------
    >>> LinearTeacher(input_size=90, train_samples=100).classes is None
    True
    """

    name: ClassVar[str] = "linear_teacher"

    input_size: int = whole(90)

    @property
    def classes(self) -> None:
        """Values are learned, no classes."""
        return None

    @property
    def signature(self) -> Signature:
        """d inputs, one value."""
        return Signature(inputs=(self.input_size,), outputs=1)

    @property
    def entropy(self) -> tuple[int, ...]:
        """The dimension."""
        return (self.input_size,)

    def sample(self, samples: int, rng: np.random.Generator) -> Examples:
        """Gaussian inputs with a random teacher's values."""
        return draw_linear_teacher(samples, self.input_size, rng=rng)


def draw_linear_teacher(samples: int, input_size: int, *, rng: np.random.Generator) -> Examples:
    """Inputs x ~ N(0, I_d) with the values T·x of one teacher T ~ N(0, I_d/(2d)).

    Returns inputs (samples, d) and values (samples, 1).

    >>> examples = draw_linear_teacher(6, 4, rng=np.random.default_rng(0))
    >>> teacher, residual, *_ = np.linalg.lstsq(examples.inputs, examples.labels)
    >>> teacher.shape, bool(residual.max() < 1e-25)
    ((4, 1), True)
    """
    teacher = rng.standard_normal((input_size, 1)) / np.sqrt(2 * input_size)
    inputs = rng.standard_normal((samples, input_size))
    return Examples(inputs, inputs @ teacher)
