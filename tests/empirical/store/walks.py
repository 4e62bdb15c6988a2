"""The smallest thing that can be trained and stored: a random walk."""

import dataclasses
import json
import time

import numpy as np
import torch
import xarray as xr


@dataclasses.dataclass(frozen=True)
class Walk:
    """The protocol of one walk; a step takes `pause` seconds."""

    seed: int
    length: int = 6
    pause: float = 0.0

    @property
    def file_name(self):
        return f"walk-{self.seed}-{self.length}-{self.pause}.nc"

    def to_json(self):
        return json.dumps(dataclasses.asdict(self), sort_keys=True)


def train_walks(walks, advance):
    return [_train(walk, advance) for walk in walks]


def announce_walks(walks, advance):
    print(*(walk.file_name for walk in walks), flush=True)
    return train_walks(walks, advance)


def in_pairs(walks):
    return [walks[k : k + 2] for k in range(0, len(walks), 2)]


def one_by_one(walks):
    return [[walk] for walk in walks]


def _train(walk, advance):
    rng = np.random.default_rng(walk.seed)
    places = np.zeros((walk.length, 2, 3), np.float32)
    for step in range(walk.length):
        places[step] = places[step - 1] + rng.normal(size=(2, 3))
        time.sleep(walk.pause)
        advance(1)
    # A sum whose bits depend on the number of threads that make it.
    crowd = torch.from_numpy(rng.random(300_000, np.float32)).sum().item()
    return xr.Dataset(
        {
            "place": (("step", "symbol", "dimension"), places),
            "distance": ("step", np.sqrt((places.astype(float) ** 2).sum((1, 2)))),
            "outside": ("step", places[:, 0, 0] > 0),
        },
        coords={"step": np.arange(1, walk.length + 1, dtype=np.int32)},
        attrs={"configuration": walk.to_json(), "crowd": crowd, "torch_version": torch.__version__},
    )
