"""`python -m groksharp` is the command `groksharp`."""

import sys

from report import main

sys.exit(main())
