"""Checks an estate, with or without the trails of a case; hands out starters of catalogues."""

from pathlib import Path
from typing import Any

from tocsin.adapters import shipped, trail_files
from tocsin.adapters.directory_tables import read_directory
from tocsin.adapters.estate_toml import read_estate, read_outgoing
from tocsin.adapters.xml_pool import XmlPool
from tocsin.core.errors import InputError
from tocsin.core.records import Estate, Says
from tocsin.flow.catalogue_check import explain
from tocsin.scope.advice import advice
from tocsin.scope.blindness import document as blindness
from tocsin.wiring.world import Document, open_world, text_of


def check_estate(estate_file: Path, root: Path | None) -> Document:
    """The errors of an estate and what it leaves open; with a case, what its trails hold more.

    Raises:
        InputError: the estate or its directory cannot be used.
    """
    estate = read_estate(text_of(estate_file), file=str(estate_file))
    producers = shipped.producers()
    _check_producers(estate, {p.id for p in producers})
    tables, _ = read_directory(estate, estate_file.parent)
    roles = frozenset(tables["accounts"]["role"].to_pylist()) - {""}
    found: dict[str, Any] = {
        "estate": str(estate_file),
        "services": len(estate.services),
        "operations": sum(len(s.operations) for s in estate.services),
        "sources": len(estate.sources),
        "tables": {name: len(table) for name, table in tables.items()},
        "files": {
            s.id: sum(len(list(estate_file.parent.glob(name))) for name in s.files)
            for s in estate.sources
        },
        "targets": [t.id for t in read_outgoing(estate_file).targets],
        "approvers": len(estate.approvers),
        "without_recipient": [
            row["controller"]
            for row in tables["controllers"].to_pylist()
            if not row["age_recipient"].strip()
        ],
        "advice": [
            {"where": a.where, "code": a.code, "says": {"fr": a.says.fr, "en": a.says.en}}
            for a in advice(estate, roles)
        ],
        "blindness": blindness(estate, producers),
    }
    if root is not None:
        persons = tables["persons"]["person"].to_pylist()
        found |= _in_the_trails(root, estate, persons)
    return found


def _in_the_trails(root: Path, estate: Estate, persons: list[str]) -> dict[str, Any]:
    """What the trails of a case hold that the catalogue does not explain."""
    with open_world(root, write=True) as (world, case), XmlPool() as pool:
        trails = case.read_json("trail/summary.json")
        listed = trails["sources"] if isinstance(trails, dict) else []
        folder = trail_files.TrailFolder(Path(str(case.facts["estate"])).parent, case)
        return {
            "unmatched": [
                {"source": one["source"], "lines": one["unmatched"]}
                for one in listed
                if one["unmatched"]
            ],
            "proposals": explain(world, estate, folder, pool, persons),
        }


def _check_producers(estate: Estate, known: set[str]) -> None:
    for source in estate.sources:
        if source.producer and source.producer not in known:
            raise InputError(
                Says(
                    f"la source {source.id} nomme un logiciel émetteur inconnu",
                    f"the source {source.id} names a producer that is not known",
                ),
                next_step=Says(
                    f"Nommez l'un de : {', '.join(sorted(known))} ; ou retirez `producer`.",
                    f"Name one of: {', '.join(sorted(known))}; or take `producer` out.",
                ),
                where=source.producer[:40],
            )


def estate_starter(name: str) -> Document:
    """The starters of catalogues, or the TOML of one."""
    if not name:
        listed = shipped.starters()
        return {"starters": {n: {"fr": s.fr, "en": s.en} for n, s in listed.items()}}
    return {"starter": name, "toml": shipped.starter(name)}
