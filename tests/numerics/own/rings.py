"""A user's own file: a task, a model, a loss, an optimizer, a schedule, a record and a system, none of the package's.

Points are inside a ring or outside it; a network of random features with one trained tensor learns which.
"""

import dataclasses

import numpy as np
import torch

from empirical import (
    Examples,
    Experiment,
    FunctionModule,
    Leg,
    Loss,
    Model,
    Optimizer,
    Record,
    Schedule,
    Signature,
    System,
    Task,
    add_part,
    add_record,
    add_system,
)


@add_part
@dataclasses.dataclass(frozen=True, kw_only=True)
class Rings(Task):
    name = "rings"

    points: int = 60
    radius: float = 1.0
    classes = 2

    @property
    def signature(self):
        return Signature(inputs=(2,), outputs=2)

    def draw(self, streams):
        inputs = streams.data.standard_normal((2 * self.points, 2))
        labels = (np.hypot(*inputs.T) < self.radius).astype(int)
        return Examples(inputs, labels).split(self.points, rng=streams.split)


@add_part
@dataclasses.dataclass(frozen=True, kw_only=True)
class Features(Model):
    name = "features"

    width: int = 40

    def build(self, signature):
        places = torch.randn(*signature.inputs, self.width)
        start = {"readout": torch.zeros(self.width, signature.outputs), "shift": torch.randn(self.width)}
        return FunctionModule(lambda w, x: (x @ places.to(x) + w["shift"]).relu() @ w["readout"], start)

    def draw_start(self, signature, rng):
        return {"readout": np.zeros((self.width, signature.outputs)), "shift": rng.standard_normal(self.width)}


@add_part
@dataclasses.dataclass(frozen=True, kw_only=True)
class Hinge(Loss):
    name = "hinge"
    label = "hinge loss"

    reach: float = 1.0

    def values(self, outputs, targets):
        return torch.relu(self.reach - self.margins(outputs, targets))


@add_part
@dataclasses.dataclass(frozen=True, kw_only=True)
class Adagrad(Optimizer):
    name = "adagrad"

    def build(self, groups):
        return torch.optim.Adagrad(groups)


@add_part
@dataclasses.dataclass(frozen=True, kw_only=True)
class Powers(Schedule):
    """Looks after 1, 2, 4, 8, … steps on the whole set."""

    name = "powers"
    unit = "step"
    minibatch_means = False

    batch_size: int | None = None
    power: int = 7

    @property
    def length(self):
        return 2**self.power

    @property
    def looks(self):
        return self.power + 1

    def legs(self, samples, rng):
        before = 0
        for k in range(self.power + 1):
            yield Leg(2**k, (None,) * (2**k - before))
            before = 2**k


add_record(Record("readout", lambda run: run.parameters["readout"], "readout weights", ("feature", "class")))
add_record(Record("largest", lambda run: abs(run.outputs_gen).max(), "largest output"))

SYSTEM = add_system(
    System(
        name="rings",
        title="Rings",
        about="Whether a point is inside a ring.",
        experiment=Experiment(
            task=Rings(), model=Features(), loss=Hinge(), optimizer=Adagrad(learning_rate=0.1), schedule=Powers()
        ),
        presets={"quick": {"seed": (0, 1), "radius": (1.0, 1.5)}},
        columns={"radius": "task.radius"},
        records=("readout",),
    )
)
