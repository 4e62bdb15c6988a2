"""Measuring a curve: shapes, fits, goodness, standard errors, shape-free measures, tables and trends."""
