"""The tool beside the tests is not one of them: it needs the extra `mutants`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # a test loads what the tool is made of
collect_ignore = ["score.py"]
