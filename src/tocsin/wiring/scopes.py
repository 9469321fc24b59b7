"""The verbs around a scope: revisions compared, persons reviewed, packages."""

from pathlib import Path

from tocsin.adapters.package_folder import AgePackages
from tocsin.adapters.splink_linker import SplinkLinker
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.flow import people, revisions
from tocsin.flow.packages import clocks_by_controller
from tocsin.flow.packages import packages as write_packages
from tocsin.settings import settings
from tocsin.wiring.world import Document, open_world


def diff(root: Path, earlier: int, later: int) -> Document:
    """Two revisions of the scope, compared."""
    with open_world(root, write=False) as (world, _):
        return revisions.diff(world, earlier, later)


def packages(root: Path, out: Path) -> Document:
    """One encrypted package for each controller."""
    with open_world(root, write=True) as (world, _):
        return write_packages(world, AgePackages(out), clocks_by_controller(world))


def list_people(root: Path, *, identities: bool, by: str, why: str) -> Document:
    """The doubtful merges of the latest scope."""
    if identities:
        for name, text in (("--by", by), ("--why", why)):
            if not text.strip():
                raise InputError(
                    Says(f"{name} est vide", f"{name} is empty"),
                    next_step=Says(
                        "Dites qui regarde des identités, et pourquoi.",
                        "Say who looks at identities, and why.",
                    ),
                )
    chosen = settings()
    linker = SplinkLinker(memory=chosen.memory, threads=chosen.threads)
    with open_world(root, write=True) as (world, _):
        asked = {"by": by, "why": why} if identities else {}
        return people.listed(world, linker, **asked)


def decide_people(
    root: Path, kind: str, records: tuple[str, ...], *, by: str, why: str
) -> Document:
    """A named human merges or parts records."""
    with open_world(root, write=True) as (world, _):
        return people.decide(world, kind, records, by=by, why=why)
