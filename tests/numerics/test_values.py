"""What the rooms of formulas and numbers hand out are values: nothing changes them afterwards."""

import dataclasses
import importlib
import inspect
import pkgutil

import pytest

import numerics
import theory


def dataclasses_of(package):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for name, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if cls.__module__ == module.name and dataclasses.is_dataclass(cls):
                yield pytest.param(cls, id=f"{module.name}.{name}")


@pytest.mark.parametrize("cls", [*dataclasses_of(theory), *dataclasses_of(numerics)])
def test_every_dataclass_is_frozen(cls):
    assert cls.__dataclass_params__.frozen
