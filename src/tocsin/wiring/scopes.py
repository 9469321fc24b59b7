"""The verbs around a scope: revisions compared, persons reviewed, packages."""

from pathlib import Path

from tocsin.adapters.package_folder import AgePackages
from tocsin.flow import revisions
from tocsin.flow.packages import packages as write_packages
from tocsin.wiring.world import Document, open_world


def diff(root: Path, earlier: int, later: int) -> Document:
    """Two revisions of the scope, compared."""
    with open_world(root, write=False) as (world, _):
        return revisions.diff(world, earlier, later)


def packages(root: Path, out: Path) -> Document:
    """One encrypted package for each controller."""
    with open_world(root, write=True) as (world, _):
        return write_packages(world, AgePackages(out), {})
