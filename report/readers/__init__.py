"""Readers of what a user measured: training curves and tables of measured runs."""
