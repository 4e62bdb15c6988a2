"""The figures: functions that draw what was measured; each returns one `matplotlib.figure.Figure` a panel."""
