"""Sharpness against the gap on logarithmic axes: a straight line with errors on both, runs within values of a knob."""
