"""Phases of learning: comprehension, grokking, memorisation, confusion, and the maps of where each is found."""
