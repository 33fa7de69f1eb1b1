"""Tests, with the steps importable as `python steps/write_report.py` has them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "steps"))
