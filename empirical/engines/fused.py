"""The fast engine: gradient descent on two-layer ReLU networks in a compiled kernel, where one was built.

`empirical.engines.two_class` has the mathematics; `fused_descent.c` beside this file says how one pass over the
weights does a whole step. The kernel is compiled when the package is installed and left out where there is no
compiler; then `Ensemble` trains the same networks, more slowly.
"""

import ctypes
import functools
from collections.abc import Callable, Sequence

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.engines.engine import Engine, Epoch, Job, Pair, load_targets
from empirical.engines.kernel import aligned_zeros, find_kernel
from empirical.engines.network import build_network
from empirical.engines.two_class import joined, split_weights, unable_two_class, with_ones

__all__ = ["FusedEngine", "FusedKind"]

_INTERFACE = 2  # of the functions called here; fused_descent.c has the same number


class _Network(ctypes.Structure):
    """`struct network` of fused_descent.c."""

    _fields_ = [
        ("hidden", ctypes.c_void_p),
        ("readout", ctypes.c_void_p),
        ("scale", ctypes.c_double),
        *((name, ctypes.c_long) for name in ("rows", "stride", "blocks")),
    ]


class _Examples(ctypes.Structure):
    """`struct examples` of fused_descent.c; `given` are its arrays, to keep them."""

    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("inputs", "labels", "margins")),
        *((name, ctypes.c_double) for name in ("whole_accuracy", "accuracy", "loss")),
        *((name, ctypes.c_long) for name in ("samples", "bits")),
    ]
    given: tuple[np.ndarray | None, ...]

    def __init__(self, inputs: np.ndarray, labels: np.ndarray | None, margins: np.ndarray) -> None:
        self.given = inputs, labels, margins
        self.inputs, self.labels, self.margins = map(_address, self.given)
        self.samples, self.bits = len(inputs), inputs.dtype == np.uint8


class FusedKind:
    """The engine `"fused"`.

    >>> FusedKind().name
    'fused'
    """

    name = "fused"

    def unable(self, job: Job) -> str:
        """It trains two-class ReLU networks by plain SGD, in float32 on a processor where its kernel was built."""
        if reason := unable_two_class(job):
            return reason
        if job.dtype != torch.float32 or torch.device(job.device).type != "cpu":
            return f"computes in float32 on a processor, not in {job.model.arithmetic} on {job.device}"
        return "" if FusedEngine.available() else "has no compiled kernel here"

    def build(self, job: Job, starts: Sequence[Parameters], noise: Sequence[np.random.Generator]) -> Engine:
        """The engine, with the widest vectors that there are."""
        return FusedEngine(job, starts)


class FusedEngine:
    """R two-layer networks n → width ReLU → 2 of one shape, trained side by side and independently in float32.

    The networks and the descent are those of `Ensemble`. Inputs of a network that are all 0 or 1 are bits, which take
    about half the time of others. The rounding of a network depends neither on the others nor on their number.

    Parameters
    ----------
    job
        Model, loss and optimizer.
    starts
        The initial weights, one entry a network.
    lanes
        Floats in a vector, 4, 8 or 16: by default as many as the processor has, which is fastest.

    Raises
    ------
    RuntimeError
        If the kernel is not there (see `available`).

    Notes
    -----
    Numbers below float32's smallest normal one, 1.2e-38, count as zero.

    Examples
    --------
    >>> from empirical import CrossEntropy, SGD, Signature, TwoLayer
    >>> job = Job(TwoLayer(width=16), CrossEntropy(), SGD(learning_rate=0.1, weight_decay=0.0), Signature((2,), 2))
    >>> start = [job.model.draw_start(job.signature, np.random.default_rng(0))]
    >>> def answers():
    ...     engine = FusedEngine(job, start)
    ...     inputs, labels = engine.load([np.array([[0, 0], [0, 1], [1, 0], [1, 1]])], [np.array([0, 1, 1, 0])])
    ...     for epoch in range(1000):
    ...         margins = engine.descend(inputs, labels, batch_size=4)
    ...     return (engine.outputs(inputs) > 0).int().flatten().tolist()
    >>> answers() if FusedEngine.available() else [0, 1, 1, 0]
    [0, 1, 1, 0]
    """

    def __init__(self, job: Job, starts: Sequence[Parameters], *, lanes: int | None = None) -> None:
        """Copy the weights into the kernel's blocks."""
        library = _library()
        if library is None:
            raise RuntimeError(
                "The compiled kernel is not there; install a C compiler and then the package again, or use an Ensemble."
            )
        block, tile, widest = (ctypes.c_int() for _ in range(3))
        library.fused_descent_layout(ctypes.byref(block), ctypes.byref(tile), ctypes.byref(widest))
        self.lanes = widest.value if lanes is None else lanes
        if self.lanes not in (4, 8, 16) or self.lanes > widest.value:
            raise ValueError(f"lanes must be 4, 8 or 16 and at most {widest.value} on this processor, got {lanes}.")
        self._library = library
        self.job = job
        self._learning_rate = job.optimizer.learning_rate
        self._decay = 1 - job.optimizer.learning_rate * job.optimizer.weight_decay
        self._steps = 0
        split = [split_weights(start) for start in starts]
        self._output_sums = [output_sum for _, _, output_sum in split]
        self._rows, self._width = split[0][0].shape
        rows, blocks = -(-self._rows // tile.value) * tile.value, -(-self._width // block.value)
        self._hidden = aligned_zeros(len(starts), blocks, rows, block.value)  # U
        self._readout = aligned_zeros(len(starts), blocks * block.value)  # u
        for k, (hidden, readout, _) in enumerate(split):
            padded = np.zeros((rows, blocks * block.value))
            padded[: self._rows, : self._width] = hidden
            self._hidden[k] = padded.reshape(rows, blocks, block.value).swapaxes(0, 1)
            self._readout[k, : self._width] = readout
        self._networks = [
            _Network(_address(hidden), _address(readout), 1.0, self._rows, rows, blocks)
            for hidden, readout in zip(self._hidden, self._readout, strict=True)
        ]
        self._all_bits = [True] * len(starts)  # of what was loaded

    @staticmethod
    def available() -> bool:
        """Whether the compiled kernel is there, and is the one that this version calls."""
        return _library() is not None

    def load(self, inputs: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        """Inputs (R, samples, n + 1), the last column one, and labels (R, samples).

        A run of which other inputs than 0 and 1 were loaded has no bits from then on, not even where a part of them is
        given that has no others: how a set is cut must not change a run.
        """
        loaded = with_ones(inputs)
        for k, given in enumerate(loaded.numpy()):
            self._all_bits[k] &= self._as_kernel_reads(given, True).dtype == np.uint8
        return loaded, load_targets(labels, self.job)

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """Logit of class 1 minus logit of class 0, of shape (R, samples, 1)."""
        margins = np.empty(inputs.shape[:2], dtype=np.float32)
        for network, examples in zip(self._networks, self._examples(inputs, None, margins), strict=True):
            _succeed(self._library.fused_descent_margins(network, examples, max(len(margins[0]), 1), self.lanes))
        return torch.from_numpy(margins).unsqueeze(2)

    def descend(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on the mean cross-entropy of each batch of successive samples, the last one maybe short.

        `targets` are the labels, of shape (R, samples). Returns the logit of class 1 minus the logit of class 0
        of each sample from before its own step, of shape (R, samples, 1).
        """
        margins = np.empty(inputs.shape[:2], dtype=np.float32)
        self._go_through(self._examples(inputs, targets, margins), [None] * len(margins), batch_size)
        return torch.from_numpy(margins).unsqueeze(2)

    def epochs(self, train: Pair, gen: Pair, batch_size: int) -> Callable[[Sequence[np.ndarray | None]], Epoch]:
        """Epochs over these sets: the call, with each run's order, goes through one of them."""
        margins = [np.empty(inputs.shape[:2], dtype=np.float32) for inputs, _ in (train, gen)]
        train_sets, gen_sets = (self._examples(*part, one) for part, one in zip((train, gen), margins, strict=True))
        outputs_train, outputs_gen = (torch.from_numpy(one).unsqueeze(2) for one in margins)
        judged = _no_more_than(batch_size, gen_sets[0].samples)

        def go(orders: Sequence[np.ndarray | None]) -> Epoch:
            self._go_through(train_sets, orders, batch_size)
            for network, examples in zip(self._networks, gen_sets, strict=True):
                _succeed(self._library.fused_descent_margins(network, examples, judged, self.lanes))
            curves = [
                {
                    "train_accuracy": learned.accuracy,
                    "gen_accuracy": asked.accuracy,
                    "gen_accuracy_whole": asked.whole_accuracy,
                    "train_loss": learned.loss,
                    "gen_loss": asked.loss,
                }
                for learned, asked in zip(train_sets, gen_sets, strict=True)
            ]
            return Epoch(outputs_train, outputs_gen, curves)

        return go

    def parameters(self, run: int) -> Parameters:
        """The weights of one network as they are now, float64."""
        _, blocks, rows, block = self._hidden.shape
        hidden = self._hidden[run].swapaxes(0, 1).reshape(rows, blocks * block)[: self._rows, : self._width]
        scale, readout = self._networks[run].scale, self._readout[run, : self._width]
        left = self._decay**self._steps
        weights = scale * hidden.astype(np.float64), scale * readout.astype(np.float64)
        return joined(*weights, left * self._output_sums[run])

    def network(self, run: int) -> torch.nn.Module:
        """The model of one run as it is now, by itself."""
        return build_network(self.job, self.parameters(run))

    def _go_through(self, sets: Sequence[_Examples], orders: Sequence[np.ndarray | None], batch_size: int) -> None:
        """Descend once through the examples of each run in its order; None is the order in which they are."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}; choose a larger value.")
        samples = sets[0].samples
        batch_size = _no_more_than(batch_size, samples)
        for network, examples, order in zip(self._networks, sets, orders, strict=True):
            given = None if order is None else np.ascontiguousarray(order, dtype=np.int64)
            if given is not None and given.shape != (samples,):
                raise ValueError(f"An order must have a number for each of {samples} samples, got {given.shape}.")
            status = self._library.fused_descent_epoch(
                network, examples, _address(given), batch_size, self._learning_rate, self._decay, self.lanes
            )
            if status > 0:
                raise IndexError(f"An order must have numbers from 0 to {samples - 1}, which are those of samples.")
            _succeed(status)
        self._steps += -(-samples // batch_size)

    def _examples(self, inputs: torch.Tensor, targets: torch.Tensor | None, margins: np.ndarray) -> list[_Examples]:
        """Of each run, as the kernel reads them; it trusts what it is given, and no wrong shape must reach it."""
        given = self._checked("inputs", inputs, (*inputs.shape[:2], self._rows))
        labels = [None] * len(given) if targets is None else self._checked("targets", targets, given.shape[:2])
        return [
            _Examples(self._as_kernel_reads(one, as_bits), *rest)
            for one, as_bits, *rest in zip(given, self._all_bits, labels, margins, strict=True)
        ]

    def _checked(self, name: str, tensor: torch.Tensor, shape: tuple[int, ...]) -> np.ndarray:
        if tensor.shape != (len(self._networks), *shape[1:]):
            raise ValueError(
                f"{name} must have the shape {(len(self._networks), *shape[1:])}, got {tuple(tensor.shape)}."
            )
        return np.ascontiguousarray(tensor, dtype=np.float32)

    def _as_kernel_reads(self, inputs: np.ndarray, as_bits: bool) -> np.ndarray:
        """Bytes, if they may be and the inputs are bits; else the inputs."""
        packed = np.empty(inputs.shape, dtype=np.uint8)
        bits = as_bits and self._library.fused_descent_bits(_address(inputs), inputs.size, _address(packed))
        return packed if bits else inputs


def _address(array: np.ndarray | None) -> int | None:
    return None if array is None else array.ctypes.data


def _no_more_than(batch_size: int, samples: int) -> int:
    """As many as there are: the kernel counts in 64 bits, and what is larger would wrap around."""
    return min(batch_size, max(samples, 1))


def _succeed(status: int) -> None:
    if status != 0:
        raise MemoryError("There is no memory for a pass over the network; take smaller batches.")


@functools.cache
def _library() -> ctypes.CDLL | None:
    library = find_kernel("fused_descent", _INTERFACE)
    if library is None:
        return None
    pointer, whole, real, lanes = ctypes.c_void_p, ctypes.c_long, ctypes.c_double, ctypes.c_int
    network, examples = ctypes.POINTER(_Network), ctypes.POINTER(_Examples)
    library.fused_descent_layout.argtypes = [ctypes.POINTER(ctypes.c_int)] * 3
    library.fused_descent_layout.restype = None
    library.fused_descent_bits.argtypes = [pointer, whole, pointer]
    library.fused_descent_epoch.argtypes = [network, examples, pointer, whole, real, real, lanes]
    library.fused_descent_margins.argtypes = [network, examples, whole, lanes]
    return library
