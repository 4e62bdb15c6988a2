"""Examples that need an optional extra run where it is installed."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("flint") else ["numerics/linear/enclosures.py"]
