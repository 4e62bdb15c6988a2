"""Statistics of runs: rank correlations, censored times, shares and who comes first."""
