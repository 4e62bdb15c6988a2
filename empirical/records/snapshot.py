"""What can be seen of one run when it is looked at; each thing is computed when it is asked for, and once."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
import torch

from empirical.annotations import Parameters
from empirical.losses.loss import Loss
from empirical.tasks.task import Task

__all__ = ["Snapshot", "minibatch_weights"]


class Snapshot:
    """One run at one look: what is learned, outputs on both sets, and the parameters.

    Attributes
    ----------
    time
        Of the look, in the schedule's unit.
    loss
        What is minimised.
    task
        What is learned; None where sets were trained that no task has drawn.
    inputs_train, targets_train, inputs_gen, targets_gen
        The sets, (samples, …), as the model takes them.
    outputs_train, outputs_gen
        Of the whole sets with the weights as they are now, (samples, outputs).
    parameters
        The weights by name, float64.
    network
        The model with the weights and buffers as they are now, a module of its own: in float64, out of training, on the
        device of the inputs. A record is called without gradients; `torch.enable_grad()` lets it take some.
    moving
        Outputs and targets of each training sample of the leg from before its own step, in the order in which they were
        taken; None where the schedule has no such curve.

    Examples
    --------
    >>> from empirical import CrossEntropy
    >>> one = torch.tensor([[2.0, 0.0]]), torch.tensor([0])
    >>> run = Snapshot(
    ...     time=0, loss=CrossEntropy(), train=one, gen=one, outputs=(lambda: one[0],) * 2, parameters=dict
    ... )
    >>> run.gen_accuracy, round(run.gen_loss, 6)
    (1.0, 0.126928)
    """

    def __init__(
        self,
        *,
        time: int,
        loss: Loss,
        task: Task | None = None,
        train: tuple[torch.Tensor, torch.Tensor],
        gen: tuple[torch.Tensor, torch.Tensor],
        outputs: tuple[Callable[[], torch.Tensor], Callable[[], torch.Tensor]],
        parameters: Callable[[], Parameters],
        network: Callable[[], torch.nn.Module] = torch.nn.Module,
        moving: Callable[[], tuple[torch.Tensor, torch.Tensor]] | None = None,
        weights: tuple[np.ndarray | None, np.ndarray | None] = (None, None),
    ) -> None:
        self.time, self.loss, self.task = time, loss, task
        self.inputs_train, self.targets_train = train
        self.inputs_gen, self.targets_gen = gen
        self._outputs, self._parameters, self._network, self._weights = outputs, parameters, network, weights
        self._moving = moving

    @cached_property
    def moving(self) -> tuple[torch.Tensor, torch.Tensor] | None:
        """Outputs of each training sample from before its own step, and targets; None where there is no such curve."""
        return None if self._moving is None else self._moving()

    @cached_property
    def outputs_train(self) -> torch.Tensor:
        """(samples, outputs) on the whole training set."""
        return self._outputs[0]()

    @cached_property
    def outputs_gen(self) -> torch.Tensor:
        """(samples, outputs) on the whole validation set."""
        return self._outputs[1]()

    @cached_property
    def parameters(self) -> Parameters:
        """The weights by name, float64."""
        return self._parameters()

    @cached_property
    def network(self) -> torch.nn.Module:
        """The model with the weights as they are now, by itself."""
        return self._network()

    @cached_property
    def correct_train(self) -> np.ndarray:
        """Whether each answer on the training set is right."""
        return _numbers(self.loss.correct(self.outputs_train, self.targets_train))

    @cached_property
    def correct_gen(self) -> np.ndarray:
        """Whether each answer on the validation set is right."""
        return _numbers(self.loss.correct(self.outputs_gen, self.targets_gen))

    @property
    def train_accuracy_whole(self) -> float:
        """Of the whole training set, with the weights as they are now."""
        return _mean(self.correct_train, None)

    @property
    def gen_accuracy_whole(self) -> float:
        """Of the whole validation set, with the weights as they are now."""
        return _mean(self.correct_gen, None)

    @property
    def train_accuracy(self) -> float:
        """As the schedule has it: the mean over minibatches while the weights move, or that of the whole set."""
        if self.moving is None:
            return self.train_accuracy_whole
        return _mean(_numbers(self.loss.correct(*self.moving)), self._weights[0])

    @property
    def gen_accuracy(self) -> float:
        """As the schedule has it: the mean over minibatches, or that of the whole set."""
        return _mean(self.correct_gen, self._weights[1])

    @property
    def train_loss(self) -> float:
        """The loss, averaged like the training accuracy."""
        if self.moving is None:
            return self.mean_loss(self.outputs_train, self.targets_train)
        outputs, targets = self.moving
        return _mean(_numbers(self.loss.values(outputs.double(), _exact(targets))), self._weights[0])

    @property
    def gen_loss(self) -> float:
        """The loss, averaged like the generalization accuracy."""
        values = self.loss.values(self.outputs_gen.double(), _exact(self.targets_gen))
        return _mean(_numbers(values), self._weights[1])

    def mean_loss(self, outputs: torch.Tensor, targets: torch.Tensor) -> float:
        """The mean loss of these samples, summed in float64."""
        return _mean(_numbers(self.loss.values(outputs.double(), _exact(targets))), None)


def minibatch_weights(samples: int, batch_size: int) -> np.ndarray:
    """Weights (samples,) that make a mean over minibatches of the means over each; a short last one counts in full.

    >>> minibatch_weights(3, 2)
    array([0.25, 0.25, 0.5 ])
    """
    starts = np.arange(0, samples, min(batch_size, max(samples, 1)))
    sizes = np.diff(np.append(starts, samples))
    return np.repeat(1 / (starts.size * sizes), sizes)


def _mean(values: np.ndarray, weights: np.ndarray | None) -> float:
    return float(values.sum() / values.size if weights is None else values @ weights)


def _numbers(values: torch.Tensor) -> np.ndarray:
    return values.cpu().numpy().astype(np.float64, copy=False)


def _exact(targets: torch.Tensor) -> torch.Tensor:
    """Values in float64, labels as they are."""
    return targets.double() if targets.is_floating_point() else targets
