"""Jump times, grokking gap and sharpness of a pair of training and generalization curves."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from numerics.annotations import Array
from numerics.curves.curve_fit import CurveFit
from numerics.curves.estimation.freedom import error_of_difference
from numerics.curves.table_text import html_table
from numerics.plotting import draw

__all__ = ["INDEPENDENT", "Sharpness"]

INDEPENDENT = tuple(tuple(float(i == j) for j in range(4)) for i in range(4))
"""Correlations of errors that have nothing in common."""


@dataclass(frozen=True)
class Sharpness:
    """The measures of one training/generalization pair, derived from the two fits (M section 2, Eq. 1–6).

    Numbers are NaN where a fit that they need has failed; `status` says why, and `relative_gap_bound` how large G is at
    least, where the curves tell that much. `error_correlations` are those of the errors of t*_train, ln s_train, t*_gen
    and ln s_gen, shape (4, 4): a curve's points scatter both of its numbers, and epochs in which both curves move
    scatter all four. The `…_systematic` are what another choice of shape or asymptotes would change the measures by at
    most (`measure` with `systematic=True`), NaN where that was not asked. `pair_complaint` is about what the two curves
    have in common, such as a clock that does not begin with the training.

    >>> from numerics import measure
    >>> t = np.arange(41)
    >>> result = measure(t, *np.clip([t / 10, t / 10 - 2], 0, 1))  # two ramps, half way up at 5 and at 25
    >>> round(result.relative_gap, 1), round(result.relative_sharpness, 1), result.ok
    (4.0, 1.0, True)
    """

    train: CurveFit
    gen: CurveFit
    error_correlations: tuple[tuple[float, ...], ...] = INDEPENDENT
    relative_gap_systematic: float = np.nan
    relative_sharpness_systematic: float = np.nan
    absolute_sharpness_systematic: float = np.nan
    pair_complaint: str = ""

    @property
    def ok(self) -> bool:
        """Whether both curves were fitted and the gap is defined."""
        return self.status == "ok"

    @property
    def status(self) -> str:
        """`"ok"`, or a sentence: which curve failed and why, and what can be said of the gap all the same."""
        failed = [f"{name}: {fit.reason}" for name, fit in self._named if not fit.ok]
        if failed:
            return "; ".join(failed + self._rest_of_the_gap)
        if self.train.jump_time <= 0:
            return (
                f"the training jump time is {self.train.jump_time:.6g}, not positive: "
                "the relative gap needs time counted from the start of training"
            )
        return "ok"

    @property
    def complaint(self) -> str:
        """What should be known of the curves before the numbers are used: of each by name, and of the pair.

        >>> from numerics import measure
        >>> t = np.arange(41)
        >>> measure(t, *np.clip([t / 10, t / 10 - 2], 0, 1)).complaint.partition(";")[0]
        'training: a straight ramp describes the curve better than the fitted shape: mind its jump time and sharpness'
        """
        told = [f"{name}: {fit.complaint}" for name, fit in self._named if fit.complaint]
        return "; ".join([*told, *([self.pair_complaint] if self.pair_complaint else [])])

    @property
    def _named(self) -> tuple[tuple[str, CurveFit], ...]:
        return ("training", self.train), ("generalization", self.gen)

    @property
    def relative_gap(self) -> float:
        """G = t*_gen/t*_train − 1."""
        return self.gen.jump_time / self.train.jump_time - 1 if self._gap_defined else np.nan

    @property
    def relative_gap_bound(self) -> float:
        """What G is at least, where G itself cannot be had; NaN where G is known, or nothing can be said.

        The latest time at which training can have jumped and the earliest at which generalization can have, t_train and
        t_gen, say that G ≥ t_gen/t_train − 1. For a curve with a fit they are its jump time. A training jump that came
        before the record, or between two points, was not after the first point past the middle; a generalization that
        did not come was not before the last point (`CurveFit.not_before`, `CurveFit.not_after`). Where training was
        past its middle at time 0 already, G has no meaning and no bound.

        >>> from numerics import measure
        >>> t = np.arange(0.0, 101.0, 10.0)
        >>> at_once, late = np.where(t > 0, 1.0, 0.0), np.clip((t - 50) / 40, 0, 1)
        >>> result = measure(t, at_once, late)  # training jumped between 0 and 10, generalization at 70
        >>> round(result.relative_gap_bound, 2), round(measure(t, at_once, 0 * t).relative_gap_bound, 2)
        (6.0, 9.0)
        """
        late, early = self.gen.not_before, self.train.not_after
        if self._gap_defined or not (late > 0 and 0 < early < np.inf):
            return np.nan
        return late / early - 1

    @property
    def relative_gap_error(self) -> float:
        """Standard error of G, with the correlation between the two jump times; widened as theirs (`CurveFit`)."""
        if not self._gap_defined:
            return np.nan
        ratio = self.gen.jump_time / self.train.jump_time
        errors = self.gen.jump_time_error, ratio * self.train.jump_time_error
        freedom = self.gen.jump_time_freedom, self.train.jump_time_freedom
        return error_of_difference(errors, self.error_correlations[0][2], freedom) / self.train.jump_time

    @property
    def relative_sharpness(self) -> float:
        """S_rel = s_gen/s_train."""
        return self.gen.sharpness / self.train.sharpness

    @property
    def relative_sharpness_error(self) -> float:
        """Standard error of S_rel, with the correlation between the two sharpnesses."""
        errors = self.gen.sharpness_error, self.relative_sharpness * self.train.sharpness_error
        freedom = self.gen.sharpness_freedom, self.train.sharpness_freedom
        return error_of_difference(errors, self.error_correlations[1][3], freedom) / abs(self.train.sharpness)

    @property
    def absolute_sharpness(self) -> float:
        """S_abs = 2·c·s_gen/√π, the largest slope of the fitted generalization curve, in 1/time."""
        return self.gen.largest_slope

    @property
    def absolute_sharpness_error(self) -> float:
        """Standard error of S_abs, with that of asymptotes that were fitted."""
        return self.gen.largest_slope_error

    @property
    def relative_correlation(self) -> float:
        """Correlation of the errors of ln G and ln S_rel: a jump that seems later seems less or more sharp, too."""
        train, gen = self.train, self.gen
        return self._correlation_with_gap(
            np.array(
                [0.0, -train.sharpness_error / abs(train.sharpness), 0.0, gen.sharpness_error / abs(gen.sharpness)]
            )
        )

    @property
    def absolute_correlation(self) -> float:
        """Correlation of the errors of ln G and ln S_abs; where asymptotes were fitted, that of ln G and ln s_gen."""
        return self._correlation_with_gap(np.array([0.0, 0.0, 0.0, 1.0]))

    def _correlation_with_gap(self, other: Array) -> float:
        """Correlation of the error of ln G with a sum of the four errors, each over its standard error."""
        if not self._gap_defined:
            return np.nan
        train, gen = self.train, self.gen
        gap = np.array([-train.jump_time_error / train.jump_time, 0.0, gen.jump_time_error / gen.jump_time, 0.0])
        shared = np.array(self.error_correlations)
        size = float(np.sqrt(max(gap @ shared @ gap, 0.0) * max(other @ shared @ other, 0.0)))
        return float(np.clip(gap @ shared @ other / size, -1, 1)) if size > 0 else 0.0

    @property
    def _rest_of_the_gap(self) -> list[str]:
        """In words: the bound of G, or why there cannot be one."""
        if np.isfinite(self.relative_gap_bound):
            return [f"G ≥ {self.relative_gap_bound:.4g}"]
        if self.train.not_after <= 0:
            return ["training was past its middle at time 0 already, so that G has no meaning"]
        return []

    @property
    def _gap_defined(self) -> bool:
        return self.train.ok and self.gen.ok and self.train.jump_time > 0

    def row(self) -> dict[str, Any]:
        """Return the measures as one row of a table: the columns that every sweep shares."""
        return {
            "jump_time_train": self.train.jump_time,
            "jump_time_gen": self.gen.jump_time,
            "sharpness_train": self.train.sharpness,
            "sharpness_gen": self.gen.sharpness,
            "relative_gap": self.relative_gap,
            "relative_gap_bound": self.relative_gap_bound,
            "relative_sharpness": self.relative_sharpness,
            "absolute_sharpness": self.absolute_sharpness,
            "jump_time_train_error": self.train.jump_time_error,
            "jump_time_gen_error": self.gen.jump_time_error,
            "sharpness_train_error": self.train.sharpness_error,
            "sharpness_gen_error": self.gen.sharpness_error,
            "relative_gap_error": self.relative_gap_error,
            "relative_sharpness_error": self.relative_sharpness_error,
            "absolute_sharpness_error": self.absolute_sharpness_error,
            "relative_gap_systematic": self.relative_gap_systematic,
            "relative_sharpness_systematic": self.relative_sharpness_systematic,
            "absolute_sharpness_systematic": self.absolute_sharpness_systematic,
            "relative_correlation": self.relative_correlation,
            "absolute_correlation": self.absolute_correlation,
            "r_squared_train": self.train.r_squared,
            "r_squared_gen": self.gen.r_squared,
            "misfit_train": self.train.misfit,
            "misfit_gen": self.gen.misfit,
            "complaint": self.complaint,
            "status": self.status,
        }

    def plot(self, ax: Any = None, *, residuals: bool | None = None, unit: str = "", label: str = "") -> Any:
        """Draw both curves with their fits, intervals and jump times; parameters, raises: as of `CurveFit.plot`.

        Time is logarithmic where the jumps are more than a decade apart, and the label of the axis says so. `label`
        stands above the picture. Returns the axes of the curves.

        >>> from numerics import measure
        >>> t = np.arange(41)
        >>> axes = measure(t, *np.clip([t / 10, t / 10 - 2], 0, 1)).plot(unit="epoch", label="two ramps")
        >>> [text.get_text() for text in axes.get_legend().get_texts()]
        ['training', 'generalization', 'fitted erf, 95 % band']
        """
        return draw("sharpness", self, ax, residuals=residuals, unit=unit, label=label)

    def _repr_html_(self) -> str:
        rows = [
            (name, fit.jump_time, fit.jump_time_error, fit.sharpness, fit.sharpness_error, fit.r_squared, fit.complaint)
            for name, fit in self._named
        ]
        return html_table(("", "t*", "±", "s", "±", "R²", ""), rows, [self._measures if self.ok else self.status])

    @property
    def _measures(self) -> str:
        return (
            f"G = {self.relative_gap:.4g} ± {self.relative_gap_error:.1g}, "
            f"S_rel = {self.relative_sharpness:.4g} ± {self.relative_sharpness_error:.1g}, "
            f"S_abs = {self.absolute_sharpness:.4g} ± {self.absolute_sharpness_error:.1g}"
        )

    def __repr__(self) -> str:
        return f"Sharpness: {self._measures if self.ok else self.status}"

    def __str__(self) -> str:
        lines = [f"training        {self.train}", f"generalization  {self.gen}"]
        if self.ok:
            lines.append(self._measures)
            gap, relative, absolute = (
                getattr(self, f"{name}_systematic")
                for name in ("relative_gap", "relative_sharpness", "absolute_sharpness")
            )
            if np.isfinite(gap):
                lines.append(
                    "another choice of shape or asymptotes that describes the curves changes "
                    f"G by up to {gap:.1g}, S_rel by {relative:.1g}, S_abs by {absolute:.1g}"
                )
        elif self.train.ok and self.gen.ok:
            lines.append(self.status)
        else:
            lines.extend(self._rest_of_the_gap)
        if self.pair_complaint:
            lines.append(self.pair_complaint)
        return "\n".join(lines)
