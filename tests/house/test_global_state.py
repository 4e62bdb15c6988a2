"""Precision, randomness and settings of the libraries are the caller's: the rooms leave them as they are."""

import ast
import random

import mpmath
import numpy as np
import pytest
import sympy


def test_global_state_is_untouched():
    import numerics
    import theory

    def state():
        name, keys, *rest = np.random.get_state()  # noqa: NPY002  the global state is what is looked at
        return (
            mpmath.mp.prec,
            mpmath.iv.prec,
            np.get_printoptions(),
            np.geterr(),
            random.getstate(),
            name,
            keys.tobytes(),
            tuple(rest),
        )

    before = state()
    half = sympy.Rational(1, 2)
    theory.TrainingLoss(2, half).evalf(60)
    theory.GeneralizationLoss(2, half).evalf(60)
    theory.MarcumQ1(1, 2).evalf(60)
    theory.equations["M9"].check()
    theory.training_jump_time(half, half, half).evalf(30)
    numerics.generalization_loss([0.0, 1.0, 1e9], 1.5)
    numerics.training_loss("1", "2", digits=60)
    numerics.generalization_loss("1", "2", digits=60, form="published")
    numerics.spectral_generalization_loss("1", "2", digits=20)
    numerics.sweep_linear([0.9, 1.1], points=50).to_dict()
    numerics.sweep_descent([0.5], d=10, seeds=[0], points=50)
    numerics.sample_linear_data(3, 4, rng=np.random.default_rng(0))
    with pytest.raises(ValueError):
        numerics.training_loss("-1", "2", digits=60)
    assert state() == before


def test_precision_is_a_context_and_randomness_an_argument(room, trees, root):
    """No assignment to mp.dps or mp.prec; no call of a global generator of numpy, Python or torch."""
    found = []
    for path, tree in trees(room).items():
        for node in ast.walk(tree):
            place = f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Assign | ast.AugAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found += [place for t in targets if isinstance(t, ast.Attribute) and t.attr in ("dps", "prec")]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = ast.unparse(node.func)
                seeded = ("np.random.default_rng", "np.random.SeedSequence", "np.random.Generator", "random.Random")
                if name.startswith(("np.random.", "numpy.random.", "random.")) and not name.startswith(seeded):
                    found.append(place)
                if name == "torch.manual_seed":
                    found.append(place)
    assert not found
