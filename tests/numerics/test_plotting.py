from types import SimpleNamespace

import pytest

from numerics import fit_curve, plotting

FIT = fit_curve(range(9), [0, 0, 0, 0.1, 0.5, 0.9, 1, 1, 1])


def offers(monkeypatch, load):
    monkeypatch.setattr(plotting, "entry_points", lambda **which: [SimpleNamespace(load=load, **which)])


def test_a_value_is_drawn_by_whatever_offers_to(monkeypatch):
    offers(monkeypatch, lambda: lambda fit, ax, **options: (fit, ax, options))
    assert FIT.plot("axes", unit="step") == (FIT, "axes", {"residuals": None, "unit": "step"})


@pytest.mark.parametrize(
    ("missing", "said"), [("matplotlib.axes", "Pictures need matplotlib, .*report"), ("mine", "^$")]
)
def test_without_matplotlib_a_sentence_says_what_to_install(monkeypatch, missing, said):
    def load():
        raise ModuleNotFoundError(name=missing)

    offers(monkeypatch, load)
    with pytest.raises(ModuleNotFoundError, match=said):
        FIT.plot()
