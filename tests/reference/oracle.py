"""A naive oracle for the linear theory, and the reference numbers that it writes.

Typed from the formulas of the sources with mpmath alone; nothing is imported from the code under test. Every loss
comes by two routes, which must agree to more digits than are stored:

- quadrature: the average over the Marchenko–Pastur law, by tanh-sinh quadrature in the eigenvalue;
- Bessel: the Marcum Q-function as its series of Bessel functions, these by downward recurrence in whole numbers.

    python tests/reference/oracle.py    # about four minutes; rewrites the JSON files beside it
"""

import json
import sys
from pathlib import Path

from mpmath import mp, mpf, workdps

DPS = 120  # working digits
DIGITS = 60  # stored digits
HERE = Path(__file__).parent

LAM = ("0.3", "0.97", "1", "1.003", "4")
TIMES = ("0.01", "0.5", "7.25", "100", "10000")
NEAR_ONE = ("0.999999", "1.000001", "0.99999999999999", "1.00000000000001")
HUGE = [("1e9", lam) for lam in ("0.25", "0.999", *LAM[1:], *NEAR_ONE)] + [("1e12", lam) for lam in NEAR_ONE]


def loss_by_quadrature(s, lam, power):
    """∫ ν^power e^{−νs} √((ν₊−ν)(ν−ν₋))/(2πλν) dν over ν₋ < ν < ν₊; power 1 trains, 0 is the decaying part."""
    low, high = (1 - mp.sqrt(lam)) ** 2, (1 + mp.sqrt(lam)) ** 2
    width = high - low

    def integrand(v):  # ν = ν₋ + v²: nothing cancels at the lower edge, and no 1/√ν is left there at λ = 1
        nu = low + v**2
        weight = mp.sqrt(abs(width - v**2)) * v / (2 * mp.pi * lam * nu) if v else mpf(0)
        return nu**power * mp.exp(-(v**2) * s) * weight * 2 * v

    end = mp.sqrt(width)
    scales = {1 / mp.sqrt(1 + s), mp.sqrt(low)} - {0}
    cuts = sorted({0, end} | {x * mpf(2) ** k for x in scales for k in range(-4, 6) if x * mpf(2) ** k < end})
    kept = [v for v in cuts if v**2 * s < 600] + [v for v in cuts if v**2 * s >= 600][:1]  # e^{−600} is no digit
    return mp.exp(-low * s) * mp.quad(integrand, kept, maxdegree=12)  # the edge's factor is put back here


def bessel_ladder(z, ratio):
    """Σ_{k≥0} ratio^k I_k(z)/I₀(z) for ratio ≤ 1, by I_{k−1} = I_{k+1} + (2k/z) I_k, downward from a vanishing I_n."""
    bits = int(3.33 * 2 * mp.dps)
    exponent = mp.dps * mpf("2.31")
    n = int(mp.sqrt(2 * z * exponent) + exponent) + 20
    two_over_z, ratio = int(mp.ldexp(2 / z, bits)), int(mp.ldexp(ratio, bits))
    above, here, total = 0, 1 << bits, 1 << bits
    for k in range(n, 0, -1):
        above, here = here, above + ((k * two_over_z * here) >> bits)
        total = here + ((ratio * total) >> bits)
    return mpf(total) / here


def marcum_q1(a, b):
    """Q₁(a, b) = e^{−(a²+b²)/2} Σ_{k≥0} (a/b)^k I_k(ab) for a ≤ b; 1 − e^{−(a²+b²)/2} Σ_{k≥1} (b/a)^k I_k(ab) else."""
    scale = mp.exp(-(a**2 + b**2) / 2) * mp.besseli(0, a * b)
    if a <= b:
        return scale * bessel_ladder(a * b, a / b)
    return 1 - scale * (bessel_ladder(a * b, b / a) - 1)


def marcum_q1_by_quadrature(a, b):
    """∫_b^∞ x e^{−(x²+a²)/2} I₀(ax) dx."""
    ends = [b] + [x for x in (b + 1, a - 4, a, a + 4, b + 4) if x > b] + [max(a, b) + 40]
    return mp.quad(lambda x: x * mp.exp(-(x**2 + a**2) / 2) * mp.besseli(0, a * x), sorted(set(ends)), maxdegree=10)


def training_loss(s, lam):
    """e^{−(1+λ)s} I₁(z)/(√λ s), z = 2√λ s."""
    return mp.exp(-(1 + lam) * s) * mp.besseli(1, 2 * mp.sqrt(lam) * s) / (mp.sqrt(lam) * s)


def generalization_loss(s, lam):
    """(1 − 1/λ) Q₁(√(2λs), √(2s)) + e^{−(1+λ)s} [I₀(z)/λ + I₁(z)/√λ]."""
    z = 2 * mp.sqrt(lam) * s
    bessel = mp.exp(-(1 + lam) * s) * (mp.besseli(0, z) / lam + mp.besseli(1, z) / mp.sqrt(lam))
    return (1 - 1 / lam) * marcum_q1(mp.sqrt(2 * lam * s), mp.sqrt(2 * s)) + bessel if lam != 1 else bessel


def decaying_part(s, lam):
    """The generalization loss without (1 − 1/λ)⁺; above λ = 1 it is (1 − 1/λ)(Q₁ − 1) + …, summed without the 1."""
    if lam <= 1:
        return generalization_loss(s, lam)
    return decaying_part(lam * s, 1 / lam) / lam


def published_generalization_loss(s, lam):
    """[e^{−x} − √(πx) erfc √x]/(√π λ^{3/4} √s), x = (1 − √λ)² s."""
    x = (1 - mp.sqrt(lam)) ** 2 * s
    return (mp.exp(-x) - mp.sqrt(mp.pi * x) * mp.erfc(mp.sqrt(x))) / (mp.sqrt(mp.pi * s) * lam ** mpf("0.75"))


def agree(first, second, what):
    assert abs(first - second) <= abs(first) * mpf(10) ** -(DIGITS + 5), f"{what}: {first} and {second}"
    return first


def text(x):
    return mp.nstr(x, DIGITS, strip_zeros=False)


def loss_rows():
    for s, lam in [(s, lam) for lam in LAM for s in TIMES] + HUGE:
        x, l_ = mpf(s), mpf(lam)
        train = agree(training_loss(x, l_), loss_by_quadrature(x, l_, 1), f"training loss at {s}, {lam}")
        gap = loss_by_quadrature(x, l_, 0)
        # 33 million recurrence steps are enough of a check at one λ on either side of 1.
        if s != "1e12" or lam in NEAR_ONE[1:3]:
            agree(decaying_part(x, l_), gap, f"decaying part at {s}, {lam}")
        gen = gap + max(0, 1 - 1 / l_)
        if s in TIMES:
            agree(generalization_loss(x, l_), gen, f"generalization loss at {s}, {lam}")
        print(s, lam, mp.nstr(gen, 10), file=sys.stderr)
        yield {"s": s, "lam": lam, "train": text(train), "gen": text(gen), "decaying": text(gap)}


def marcum_rows():
    for a, b in (("1", "2"), ("2", "1"), ("5", "3"), ("3", "5"), ("0.1", "12"), ("30", "30.5"), ("30.5", "30")):
        q = agree(marcum_q1(mpf(a), mpf(b)), marcum_q1_by_quadrature(mpf(a), mpf(b)), f"Q1({a}, {b})")
        yield {"a": a, "b": b, "q": text(q)}


def jump_rows():
    """Steps at which accuracy 1/2 is reached, ε = 1e−10, η₀ = 0.01, by root finding on the losses."""
    level = mpf("1e-10") / (2 * mp.erfinv(mpf(1) / 2) ** 2)
    rate = mpf("0.04")

    def root(loss, low, high):
        for _ in range(200):  # bisection in ln t: naive and sure
            middle = mp.sqrt(low * high)
            low, high = (middle, high) if loss(rate * middle) > level else (low, middle)
        return middle

    for lam in ("1.003", "1.02", "1.05", "1.1"):
        l_ = mpf(lam)
        train = root(lambda s, l_=l_: training_loss(s, l_), mpf(1), mpf(10) ** 12)
        gen = root(lambda s, l_=l_: published_generalization_loss(s, l_), mpf(1), mpf(10) ** 12)
        yield {"lam": lam, "train_exact": text(train), "gen_published": text(gen)}


def write(name, about, rows):
    content = {"about": about, "recipe": "oracle.py", "digits": DIGITS, "mp.dps": DPS, "rows": list(rows)}
    (HERE / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    with workdps(DPS):
        write("marcum_q1.json", "Marcum Q-function of order one", marcum_rows())
        write("jump_times.json", "jump times in steps, epsilon 1e-10, eta0 0.01, accuracy 1/2", jump_rows())
        write("losses.json", "expected losses; decaying = gen - max(0, 1 - 1/lam)", loss_rows())
