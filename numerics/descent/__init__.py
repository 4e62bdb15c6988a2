"""Gradient descent of the linear student at finite size: data, spectra, three routes, replicas, and what to trust."""
