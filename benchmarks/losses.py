"""Speed of the losses against what they are made of and against quadrature, as ratios within one run.

Run with ``python benchmarks/losses.py``. Times vary with the machine; the ratios are what to look at.
"""

import time
from collections.abc import Callable

import numpy as np
from scipy import special

import numerics
from theory import LinearStudent

REGIMES = {
    "s in 1e-6…1": np.geomspace(1e-6, 1, 200_000),
    "s in 0.1…1e3": np.geomspace(0.1, 1e3, 200_000),
    "s in 1e3…1e9": np.geomspace(1e3, 1e9, 200_000),
    "s in 1e-6…1e9, shuffled": np.random.default_rng(0).permutation(np.geomspace(1e-6, 1e9, 200_000)),
}
LAM = (0.001, 0.1, 0.9, 1 - 1e-9, 1.0, 1.003, 10.0, 1000.0)
POINTS = ((30, "0.97"), (1000, "1.003"), (5, "0.5"), ("0.01", "2"), ("1e6", "0.999"), ("1e5", "10"))


def shortest(work: Callable[[], object], repeats: int = 3) -> float:
    """Shortest time of a few repeats, in seconds: the one least disturbed by the rest of the machine."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def against_bessel(s: np.ndarray) -> dict[str, float]:
    """Largest cost over λ of each loss, in units of I₀ and I₁ over the same array."""
    worst: dict[str, float] = {}
    for lam in LAM:
        z = 2 * np.sqrt(lam) * s
        bessel = shortest(lambda z=z: (special.i0e(z), special.i1e(z)))
        for name in ("generalization_loss", "log_generalization_loss", "training_loss", "log_training_loss"):
            for form in ("exact", "published"):
                loss = getattr(numerics, name)
                ratio = shortest(lambda loss=loss, lam=lam, form=form: loss(s, lam, form=form)) / bessel
                worst[f"{form} {name}"] = max(worst.get(f"{form} {name}", 0.0), ratio)
    return worst


def main() -> None:
    """Print, for each regime, cost over the Bessel functions' (at most 5), and quadrature's over the closed form's."""
    for regime, s in REGIMES.items():
        print(f"{regime}: cost in units of I₀ and I₁, the largest over λ")
        for name, ratio in against_bessel(s).items():
            print(f"  {name:<36}{ratio:6.2f}")
    for s_value, lam in POINTS:
        closed = shortest(lambda s=s_value, lam=lam: numerics.generalization_loss(s, lam, digits=50), 7)
        integral = shortest(lambda s=s_value, lam=lam: numerics.spectral_generalization_loss(s, lam, digits=50))
        print(
            f"50 digits at s = {s_value}, λ = {lam}: closed form {closed * 1e3:.2f} ms, "
            f"quadrature {integral * 1e3:.0f} ms, ratio {integral / closed:.0f}"
        )
    times = numerics.linear_times(1.05)
    for form in ("published", "exact"):
        curves = shortest(lambda form=form: numerics.linear_curves(times, 1.05, convention=form))
        print(f"two accuracy curves of 50,000 points, {form}: {curves * 1e3:.2f} ms")
    student = LinearStudent(1.05, epsilon=1e-10, eta0=0.01)
    any_system = numerics.system_curves.dispatch(object)
    for name, variant in (
        ("plain", student),
        ("of size 1000", student.with_size(1000)),
        ("with label noise", student.with_label_noise(0.01)),
        ("with weight decay, an integral over the spectrum", student.with_weight_decay(0.01)),
    ):
        own = shortest(lambda variant=variant: numerics.system_curves(variant, times))
        generic = shortest(lambda variant=variant: any_system(variant, times))
        print(f"the same of a student {name}: {own * 1e3:.0f} ms, as any system's expressions {generic * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
