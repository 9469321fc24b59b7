"""Lets the tests of the corridor share the estate that they write."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
