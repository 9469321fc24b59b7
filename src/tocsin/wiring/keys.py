"""Keys of named humans."""

from pathlib import Path

from tocsin.adapters import signing
from tocsin.wiring.world import Document


def new_key(file: Path) -> Document:
    """Make a signing key; the private half stays in the file."""
    return {"file": str(file), "key": signing.new_key(file)}
