"""Readers of what is in memory already: frames, datasets, mappings of arrays."""
