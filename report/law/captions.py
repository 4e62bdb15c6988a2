"""What the figures of the answer show, by name; nothing is loaded for it."""

__all__ = ["CAPTIONS"]

CAPTIONS = {
    "law-relative": "Slope of relative sharpness against the gap on log-log axes, one row a knob of a system, "
    "with the number of runs (and of censored ones). Circles with 95 % intervals: random runs. "
    "Diamonds: exact curves, which have no sampling error; the dotted line is the range of their "
    "local slopes. Orange: the range over other ways to measure the same runs, by another shape, with a "
    "fitted ceiling, or between first looks at the level that counts as learned. Green: the mean "
    "over knobs, and the band in which 95 % of further knobs are expected.",
    "law-absolute": "The same for absolute sharpness, which is a rate: a knob that stretches time changes it, and may "
    "leave the gap as it is.",
    "law-time": "Slope of absolute sharpness against the time of the generalization jump: −1 is a jump that "
    "takes a fixed share of its own time (dashed), 0 one whose time moves alone.",
    "law-ratio": "Slope of relative sharpness against t*_gen/t*_train = 1 + G: −1 (dashed) where both jumps take fixed "
    "shares of their own times.",
    "law-width": "Sharpness of the generalization jump in units of its own time, as a knob moves that time, both "
    "relative to the median; a line is a knob, its points the medians at its values, the knobs that the text names in "
    "colour. A level line is a jump that takes a fixed share of its own time.",
    "law-counter-example": "The diagonal network, whose curves are exact: absolute sharpness against the gap along its "
    "two knobs. No one function of the gap passes through both. The figures above have the slopes of all pairs.",
    "law-predictors": "Skill of predictors of the delay out of sample: circles, each value of the knob predicted "
    "from the others; squares, the knob predicted from the system's other knobs. Green: better "
    "than the null beyond chance; orange: worse; grey: not decided. What is below −1 is drawn at −1.",
    "law-shape": "Largest systematic deviation of each generalization curve from the erf fitted to it, as a share of "
    "its height, a point a run. Beyond the dotted line the curve has plainly another shape.",
}
"""What each figure shows."""
