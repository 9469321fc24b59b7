"""Runs shared by the tests of the room: one small region each."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """A folder of keys of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_KEY_DIR", str(tmp_path_factory.mktemp("keys")))
        yield
