"""Trails into a case: with this file alone a trail is brought in, and nothing else loaded."""

from collections.abc import Sequence
from pathlib import Path

from tocsin.adapters import trail_files
from tocsin.adapters.case_folder import CaseFolder
from tocsin.adapters.xml_pool import XmlPool
from tocsin.flow.incident import refuse_if_closed
from tocsin.flow.ingest import ingest as run_ingest
from tocsin.flow.world import World
from tocsin.wiring.world import Document, open_world


def ingest(root: Path, files: Sequence[Path] = (), source: str = "") -> Document:
    """Bring in the estate's trails, or the files named, for one source."""
    with open_world(root, write=True) as (world, case):
        return take_in(world, case, files, source)


def take_in(world: World, case: CaseFolder, files: Sequence[Path], source: str) -> Document:
    """Ingest into a case that is already open."""
    refuse_if_closed(case.journal(), str(case.root))
    folder = Path(str(case.facts["estate"])).parent
    with XmlPool() as pool:
        return run_ingest(
            world,
            trail_files.TrailFolder(folder, case),
            pool,
            keyed=case.keyring.pseudonym,
            only=(tuple(str(file) for file in files), source) if files else None,
        )
