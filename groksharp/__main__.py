"""`python -m groksharp` is the command `groksharp`."""

import sys

from report.command_line import main

sys.exit(main())
