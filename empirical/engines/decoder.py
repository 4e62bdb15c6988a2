"""The fast engine of embeddings with a decoder: AdamW on the model `embedding_decoder` in a compiled kernel.

`decoder_descent.c` beside this file has the mathematics and says how a step goes over the weights. The kernel is
compiled when the package is installed and left out where there is no compiler; then the reference engine trains the
same networks, more slowly.
"""

import ctypes
import functools
from collections.abc import Sequence
from typing import cast

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.engines.engine import Engine, Job, load_targets
from empirical.engines.kernel import aligned_zeros, find_kernel
from empirical.engines.network import build_network
from empirical.losses.cross_entropy import CrossEntropy
from empirical.losses.target_distance import TargetDistance
from empirical.models.embedding_decoder import EmbeddingDecoder
from empirical.optimizers.adamw import AdamW

__all__ = ["DecoderEngine", "DecoderKind"]

_INTERFACE = 1  # of the functions called here; decoder_descent.c has the same number


class DecoderKind:
    """The engine `"decoder"`.

    >>> DecoderKind().name
    'decoder'
    """

    name = "decoder"

    def unable(self, job: Job) -> str:
        """It trains embeddings with a decoder by AdamW, in float32 on a processor where its kernel was built."""
        return _unable(job) or ("" if DecoderEngine.available() else "has no compiled kernel here")

    def build(self, job: Job, starts: Sequence[Parameters], noise: Sequence[np.random.Generator]) -> Engine:
        """The engine, with the widest vectors that there are."""
        return DecoderEngine(job, starts)


def _unable(job: Job) -> str:
    """Why the kernel cannot train this job, be it built or not; empty if it can.

    Classes are compared exactly: a subclass may compute anything.
    """
    model, loss, optimizer, signature = job.model, job.loss, job.optimizer, job.signature
    if type(model) is not EmbeddingDecoder:
        return f"trains the model 'embedding_decoder', not {model.name!r}"
    own = TargetDistance if model.target_dimension else CrossEntropy
    if type(loss) is not own:
        targets = f"targets of dimension {model.target_dimension}" if model.target_dimension else "no targets"
        return f"minimises the loss {own.name!r} of a model with {targets}, not {loss.name!r}"
    if type(optimizer) is not AdamW:
        return f"descends by the optimizer 'adamw', not {optimizer.name!r}"
    on_processor = job.dtype == torch.float32 and torch.device(job.device).type == "cpu"
    for bad, reason in (
        (model.dropout > 0, "has no dropout"),
        (optimizer.filter_gain > 0, "has no filter of gradients"),
        (signature.outputs < 2, f"trains two classes or more, not {signature.outputs}"),
        (signature.tokens is None or len(signature.inputs) != 1, "takes inputs that are rows of symbols"),
        (not on_processor, f"computes in float32 on a processor, not in {model.arithmetic} on {job.device}"),
    ):
        if bad:
            return reason
    return ""


class _Tensor(ctypes.Structure):
    """`struct tensor`."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("values", "mean", "square", "gradient")),
        *((name, ctypes.c_long) for name in ("rows", "columns", "stride")),
        *((name, ctypes.c_double) for name in ("rate", "decay")),
    )


class _Network(ctypes.Structure):
    """`struct network`."""

    _fields_ = (
        ("tensors", ctypes.POINTER(_Tensor)),
        ("layers", ctypes.c_long),
        ("places", ctypes.c_long),
        ("targets", ctypes.c_void_p),
        ("classes", ctypes.c_long),
        *((name, ctypes.c_double) for name in ("beta1", "beta2", "epsilon")),
        ("warm_up", ctypes.c_long),
        ("steps", ctypes.c_long),
        ("workspace", ctypes.c_void_p),
    )


class DecoderEngine:
    """R networks of embeddings and a decoder, of one shape, trained one after the other in float32.

    The bits of a network depend neither on the others nor on their number.

    Parameters
    ----------
    job
        Model, loss and optimizer.
    starts
        The initial weights, and the targets if the model has any, one entry a network.
    lanes
        Floats in a vector, 4, 8 or 16: by default as many as the processor has, which is fastest.

    Raises
    ------
    RuntimeError
        If the kernel is not there (see `available`).
    ValueError
        If it cannot train this job, or the initial weights are not those of the model.

    Notes
    -----
    Numbers below float32's smallest normal one, 1.2e-38, count as zero.

    Examples
    --------
    >>> from empirical import Signature
    >>> model = EmbeddingDecoder(width=16, target_dimension=4)
    >>> job = Job(model, TargetDistance(), AdamW(learning_rate=0.01, weight_decay=0.0), Signature((2,), 3, tokens=2))
    >>> start = [model.draw_start(job.signature, np.random.default_rng(0))]
    >>> def answers():
    ...     engine = DecoderEngine(job, start)
    ...     inputs, labels = engine.load([np.array([[0, 0], [0, 1], [1, 1]])], [np.array([0, 1, 2])])
    ...     for step in range(300):
    ...         outputs = engine.descend(inputs, labels, batch_size=3)
    ...     return engine.outputs(inputs).argmax(dim=2).tolist()
    >>> answers() if DecoderEngine.available() else [[0, 1, 2]]
    [[0, 1, 2]]
    """

    def __init__(self, job: Job, starts: Sequence[Parameters], *, lanes: int | None = None) -> None:
        """Copy the weights into the kernel's rows."""
        library = _library()
        if library is None:
            raise RuntimeError(
                "The compiled kernel is not there; install a C compiler and then the package again, or use the "
                "engine 'reference'."
            )
        if reason := _unable(job):
            raise ValueError(f"engine 'decoder' {reason}; let `choose_engine` find one that is able.")
        unit, widest = ctypes.c_int(), ctypes.c_int()
        library.decoder_descent_layout(ctypes.byref(unit), ctypes.byref(widest))
        self.lanes = widest.value if lanes is None else lanes
        if self.lanes not in (4, 8, 16) or self.lanes > widest.value:
            raise ValueError(f"lanes must be 4, 8 or 16 and at most {widest.value} on this processor, got {lanes}.")
        self._library, self.job, self._unit = library, job, unit.value
        with torch.device("meta"):  # its shapes only
            module = job.model.build(job.signature)
        self._shapes = {name: tuple(weight.shape) for name, weight in module.named_parameters()}
        expected = self._shapes | {name: tuple(buffer.shape) for name, buffer in module.named_buffers()}
        for start in starts:
            given = {name: weight.shape for name, weight in start.items()}
            if given != expected:
                raise ValueError(
                    f"The initial weights must be those of the model, {expected}, got {given}; "
                    "let `draw_start` give all of them."
                )
        named = list(module.named_parameters())
        names = {id(parameter): name for name, parameter in named}
        self._rates = {
            names[id(parameter)]: (group["lr"], group["weight_decay"])
            for group in job.optimizer.parameter_groups(named)
            for parameter in group["params"]
        }
        # Of each parameter its values, what AdamW keeps, and the gradient; the kernel has their addresses.
        self._memory = [{name: self._rows(start[name], planes=4) for name in self._shapes} for start in starts]
        self._targets = [self._rows(start["targets"], planes=1) if "targets" in start else None for start in starts]
        self._networks = [self._network(*parts) for parts in zip(self._memory, self._targets, strict=True)]
        rooms = [library.decoder_descent_workspace(network) for network in self._networks]
        self._workspace = aligned_zeros(max(rooms))  # no block needs what another one left
        for network in self._networks:
            network.workspace = self._workspace.ctypes.data

    @staticmethod
    def available() -> bool:
        """Whether the compiled kernel is there, and is the one that this version calls."""
        return _library() is not None

    def load(self, inputs: Sequence[np.ndarray], labels: Sequence[np.ndarray]) -> tuple[torch.Tensor, torch.Tensor]:
        """Symbols (R, samples, places) and labels (R, samples)."""
        return torch.from_numpy(np.stack(inputs)).to(torch.int64), load_targets(labels, self.job)

    def outputs(self, inputs: torch.Tensor) -> torch.Tensor:
        """(R, samples, classes)."""
        inputs = self._checked("inputs", inputs, (inputs.shape[1], *self.job.signature.inputs))
        outputs = torch.empty(*inputs.shape[:2], self.job.signature.outputs)
        for network, symbols, found in zip(self._networks, _addresses(inputs), _addresses(outputs), strict=True):
            status = self._library.decoder_descent_outputs(network, symbols, inputs.shape[1], self.lanes, found)
            self._succeed(status)
        return outputs

    def descend(self, inputs: torch.Tensor, targets: torch.Tensor, batch_size: int) -> torch.Tensor:
        """One step on the mean loss of each batch of successive samples, the last one maybe short.

        `targets` are the labels, of shape (R, samples). Returns the outputs (R, samples, classes) of each sample from
        before its own step.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}; choose a larger value.")
        inputs = self._checked("inputs", inputs, (inputs.shape[1], *self.job.signature.inputs))
        targets = self._checked("targets", targets, (inputs.shape[1],))
        samples = inputs.shape[1]
        outputs = torch.empty(*inputs.shape[:2], self.job.signature.outputs)
        memory = (_addresses(tensor) for tensor in (inputs, targets, outputs))
        for network, symbols, labels, found in zip(self._networks, *memory, strict=True):
            status = self._library.decoder_descent_steps(
                network, symbols, labels, samples, min(batch_size, max(samples, 1)), self.lanes, found
            )
            self._succeed(status)
        return outputs

    def parameters(self, run: int) -> Parameters:
        """The weights of one network as they are now, float64."""
        memory = self._memory[run]
        return {
            name: memory[name][0, : shape[0] if len(shape) == 2 else 1, : shape[-1]].astype(np.float64).reshape(shape)
            for name, shape in self._shapes.items()
        }

    def network(self, run: int) -> torch.nn.Module:
        """The model of one run as it is now, by itself, with its targets."""
        targets, model = self._targets[run], cast(EmbeddingDecoder, self.job.model)
        given = (
            {} if targets is None else {"targets": targets[0, : self.job.signature.outputs, : model.target_dimension]}
        )
        return build_network(self.job, self.parameters(run) | given)

    def _rows(self, values: np.ndarray, *, planes: int) -> np.ndarray:
        """Memory (planes, rows, columns), padded with zeros, that begins with these values."""
        matrix = np.atleast_2d(values)
        rows, columns = (-(-size // self._unit) * self._unit for size in matrix.shape)
        memory = aligned_zeros(planes, 1 if np.ndim(values) == 1 else rows, columns)
        memory[0, : matrix.shape[0], : matrix.shape[1]] = matrix
        return memory

    def _network(self, memory: dict[str, np.ndarray], targets: np.ndarray | None) -> _Network:
        tensors = (_Tensor * len(memory))()
        for tensor, (name, planes) in zip(tensors, memory.items(), strict=True):
            tensor.values, tensor.mean, tensor.square, tensor.gradient = (plane.ctypes.data for plane in planes)
            shape = self._shapes[name]
            tensor.rows, tensor.columns = (shape[0] if len(shape) == 2 else 1), shape[-1]
            tensor.stride = planes.shape[2]
            tensor.rate, tensor.decay = self._rates[name]
        optimizer, signature = cast(AdamW, self.job.optimizer), self.job.signature
        return _Network(
            tensors=tensors,
            layers=len(memory) // 2,
            places=signature.inputs[0],
            targets=None if targets is None else targets.ctypes.data,
            classes=signature.outputs,
            beta1=optimizer.beta1,
            beta2=optimizer.beta2,
            epsilon=optimizer.epsilon,
            warm_up=optimizer.warm_up,
        )

    def _checked(self, name: str, tensor: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
        """As the kernel reads it. It trusts what it is given, so that a wrong shape must not reach it."""
        if tensor.shape != (len(self._networks), *shape):
            raise ValueError(f"{name} must have the shape {(len(self._networks), *shape)}, got {tuple(tensor.shape)}.")
        return tensor.to("cpu", torch.int64).contiguous()

    def _succeed(self, status: int) -> None:
        if status != 0:
            signature = self.job.signature
            raise ValueError(
                f"Symbols must be whole numbers from 0 to {(signature.tokens or 0) - 1} and labels from 0 to "
                f"{signature.outputs - 1}; give those of the task."
            )


def _addresses(tensor: torch.Tensor) -> list[int]:
    """Where the memory of each run begins."""
    first, size = tensor.data_ptr(), tensor.stride(0) * tensor.element_size()
    return [first + k * size for k in range(len(tensor))]


@functools.cache
def _library() -> ctypes.CDLL | None:
    library = find_kernel("decoder_descent", _INTERFACE)
    if library is None:
        return None
    network, pointer, whole, lanes = ctypes.POINTER(_Network), ctypes.c_void_p, ctypes.c_long, ctypes.c_int
    library.decoder_descent_layout.argtypes = [ctypes.POINTER(ctypes.c_int)] * 2
    library.decoder_descent_layout.restype = None
    library.decoder_descent_workspace.argtypes = [network]
    library.decoder_descent_workspace.restype = whole
    library.decoder_descent_steps.argtypes = [network, pointer, pointer, whole, whole, lanes, pointer]
    library.decoder_descent_outputs.argtypes = [network, pointer, whole, lanes, pointer]
    return library
