"""Statements of the registered equations against the formulas as the sources print them."""

import mpmath
import pytest
from sympy import Eq, LambertW, Rational, Symbol, besseli, erf, exp, pi, sqrt

from theory import GeneralizationLoss, MarcumQ1, TrainingLoss, equations
from theory.symbols import epsilon, eta0, lam, s, t


def symbol(name):
    return Symbol(name, positive=True)


def test_definitions_of_the_measures():
    t_train, t_gen, s_train, s_gen = map(symbol, ("t_train", "t_gen", "s_train", "s_gen"))
    c, d = symbol("c"), symbol("d")
    assert equations["M1"].statement.rhs == c * erf(s_train * (t - t_train)) + d
    assert equations["M2"].statement.rhs == c * erf(s_gen * (t - t_gen)) + d
    assert equations["M3"].statement == Eq(symbol("G"), t_gen / t_train - 1, evaluate=False)
    assert equations["M4"].statement == Eq(symbol("S_rel"), s_gen / s_train, evaluate=False)
    assert equations["M6"].statement == Eq(symbol("S_abs"), 2 * c * s_gen / sqrt(pi), evaluate=False)
    assert equations["M5"].statement.rhs == equations["M6"].statement.rhs


def test_accuracy_statement():
    # P(error² ≤ ε) = erf(√(ε/2L))
    right = equations["M7"].statement.rhs
    assert right.equals(erf(sqrt(epsilon / (2 * symbol("L")))))


def test_loss_statements():
    z = 2 * sqrt(lam) * s
    train = equations["training-loss"].statement
    assert train.lhs == TrainingLoss(s, lam)
    assert train.rhs.equals(exp(-(1 + lam) * s) * besseli(1, z) / (sqrt(lam) * s))
    gen = equations["generalization-loss"].statement
    assert gen.lhs == GeneralizationLoss(s, lam)
    closed = (1 - 1 / lam) * MarcumQ1(sqrt(2 * lam * s), sqrt(2 * s))
    closed += exp(-(1 + lam) * s) * (besseli(0, z) / lam + besseli(1, z) / sqrt(lam))
    assert (gen.rhs - closed).expand() == 0


def test_rate_statement():
    assert equations["M9"].statement.lhs.doit() == equations["M9"].statement.rhs == -TrainingLoss(s, lam)


def test_late_statement():
    # e^{−4η₀(1−√λ)²t}/(16√π λ^{3/4}(η₀t)^{3/2}) by hand at one point
    right = equations["M10"].statement.rhs.subs({lam: 4, eta0: 1, t: 2}).evalf(20)
    with mpmath.workdps(30):
        by_hand = mpmath.exp(-8) / (16 * mpmath.sqrt(mpmath.pi) * mpmath.mpf(4) ** 0.75 * mpmath.mpf(2) ** 1.5)
    assert abs(right - by_hand) < 1e-20


def test_chain_rule_statement():
    right = equations["M11"].statement.rhs
    gen, train = GeneralizationLoss(4 * eta0 * t, lam), TrainingLoss(4 * eta0 * t, lam)
    printed = 4 * eta0 * train * sqrt(epsilon / (2 * pi)) * gen ** Rational(-3, 2) * exp(-epsilon / (2 * gen))
    point = {eta0: 1, t: 2, lam: 3, epsilon: 1}
    assert right.subs(point).evalf(30) == pytest.approx(printed.subs(point).evalf(30), rel=1e-25, abs=0)


def test_jump_time_statement():
    star, C, kappa, level = equations["jump-time"].statement.rhs, symbol("C"), symbol("kappa"), symbol("L_*")
    at = {C: 3, kappa: 2, level: 5}
    assert star.subs(at).evalf(20) == pytest.approx(
        (3 * LambertW(Rational(4, 3) * Rational(3, 5) ** Rational(2, 3)) / 4).evalf(20), rel=1e-18
    )


def test_relative_sharpness_limits():
    assert equations["late-S_rel"].statement.rhs == 1
    # 1/(3(1 + G)): a fall with G, from 1/3 at no gap.
    early = equations["early-S_rel"].statement.rhs
    assert (early * 3 * (1 + symbol("G"))).simplify() == 1
