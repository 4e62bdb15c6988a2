"""Runs on disk: whole files, one a run, that sweeps may share and resume from."""
