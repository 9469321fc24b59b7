"""Lets the tests of the corridor share the estate that they write, and the servers of doors."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "adapters/doors")]
