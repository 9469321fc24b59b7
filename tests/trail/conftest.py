"""A case and its small estate for the tests of the room."""

import importlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session", autouse=True)
def keys(tmp_path_factory):
    """A folder of keys of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_KEY_DIR", str(tmp_path_factory.mktemp("keys")))
        yield


@pytest.fixture
def place(tmp_path):
    """An estate without trails yet, and a case on it."""
    return importlib.import_module("small_estate").Place(tmp_path)
