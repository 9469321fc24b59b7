"""The verbs around a scope: revisions compared, persons reviewed, packages."""

from pathlib import Path

from tocsin.flow import revisions
from tocsin.wiring.world import Document, open_world


def diff(root: Path, earlier: int, later: int) -> Document:
    """Two revisions of the scope, compared."""
    with open_world(root, write=False) as (world, _):
        return revisions.diff(world, earlier, later)
