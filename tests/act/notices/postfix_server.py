"""A real Postfix for the tests; without one they skip by name, save in CI."""

import os
from contextlib import AbstractContextManager

import pytest

from tocsin.bench import postfix


def running(**more: str) -> AbstractContextManager[postfix.Postfix]:
    if postfix.missing():
        assert not os.environ.get("CI"), "run `make servers` first, as root"
        pytest.skip("Postfix is not here, or not root: make servers")
    return postfix.running(**more)
