"""`python -m groksharp` is the command `groksharp`."""

import sys

from report.program import run

sys.exit(run())
