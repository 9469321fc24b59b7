"""Lets the tests of the doors share the servers that they start."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def secret(monkeypatch):
    """Sets what the environment variable of a target holds."""
    return lambda value: monkeypatch.setenv("TOCSIN_ESSAI", value)
