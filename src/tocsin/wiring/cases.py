"""Opens a case, says where it stands, checks an estate."""

import importlib.metadata
import json
import secrets
from pathlib import Path

from tocsin.adapters.case_folder import CaseFolder, SystemClock, begin
from tocsin.adapters.directory_tables import read_directory
from tocsin.adapters.disk import encryption_of
from tocsin.adapters.estate_toml import read_estate
from tocsin.core.errors import InputError
from tocsin.core.evidence import first_break
from tocsin.core.records import Says
from tocsin.core.tables import ACCESS, LEDGER, QUARANTINE, REACH, SESSIONS
from tocsin.flow.clocks import as_rows, faces
from tocsin.flow.contain import states_of
from tocsin.flow.incident import incident, keep_parties
from tocsin.flow.journal import kind_of, to_come, told
from tocsin.wiring.world import Document, instant, open_world, text_of


def open_case(
    root: Path, estate_file: Path, *, alert: str = "", kind: str = "", at: str = ""
) -> Document:
    """Open a case; an opening that was cut short is completed.

    Args:
        root: the case's folder.
        estate_file: the estate.toml.
        alert: what rang the bell, in a few words.
        kind: whence it came; guessed from the words where it is not given.
        at: instant of the alert, ISO.

    Raises:
        InputError: the estate or its directory cannot be used, or the folder holds a case.
    """
    text = text_of(estate_file)
    estate = read_estate(text, file=str(estate_file))
    clock = SystemClock()
    opened_at = clock.now()
    alerted_at = instant(at, estate) if at else opened_at
    if alerted_at > opened_at:
        raise to_come()
    tables, digests = read_directory(estate, estate_file.parent)
    if not (root / "case.toml").exists():
        begin(
            root,
            text,
            {
                "id": secrets.token_hex(8),
                "opened_at": opened_at.isoformat(),
                "alerted_at": alerted_at.isoformat(),
                "alert": alert,
                "alert_kind": str(kind_of(alert, kind)) if alert else "",
                "estate": str(estate_file.resolve()),
                "tocsin": importlib.metadata.version("tocsin"),
            },
        )
    case = CaseFolder(root, clock=clock, write=True)
    try:
        if any('"event":"opened"' in line for line in case.journal()):
            raise InputError(
                Says(
                    "ce dossier contient déjà une affaire", "this folder already holds a case"
                ),
                next_step=Says(
                    f"Voyez où elle en est : tocsin status {root}",
                    f"See where it stands with: tocsin status {root}",
                ),
                where=str(root),
            )
        recipient, public = case.keyring.make()
        sealed = case.vault.seal(tables)
        keep_parties(case, tables["controllers"], tables["person_controllers"])
        image = json.dumps({"directory_sha256": digests}, sort_keys=True)
        case.keep_evidence(image.encode())
        facts = {
            "operator": estate.operator.id,
            "alerted_at": alerted_at.isoformat(),
            "estate_sha256": case.facts["estate_sha256"],
            "directory_sha256": digests,
            "vault_sha256": sealed,
            "age_recipient": recipient,
            "signing_key": public,
        }
        case.note("opened", facts)
        return {
            "case": str(root),
            "id": case.facts["id"],
            "operator": estate.operator.name,
            "opened_at": opened_at.isoformat(),
            "keys": str(case.keyring.folder),
            "signing_key": public,
            "accounts": len(tables["accounts"]),
            "persons": len(tables["persons"]),
            "controllers": len(tables["controllers"]),
            "services": len(estate.services),
            "sources": len(estate.sources),
        }
    finally:
        case.close()


def is_open(root: Path) -> bool:
    """Whether the folder holds a case whose opening was completed."""
    if not (root / "case.toml").exists():
        return False
    case = CaseFolder(root, clock=SystemClock(), write=False)
    return any('"event":"opened"' in line for line in case.journal())


def status(root: Path) -> Document:
    """Where the case stands."""
    with open_world(root, write=False) as (world, case):
        engine = world.engine
        counts: dict[str, int] = {}
        for shape in (ACCESS, QUARANTINE, LEDGER, SESSIONS, REACH):
            engine.bind_files(shape, case.files(shape))
            counts[shape.name] = engine.count(shape.name)
        journal = case.journal()
        estate = world.estate
        found = incident(world)
        return {
            "case": str(root),
            "id": case.facts["id"],
            "opened_at": case.facts["opened_at"],
            "alert": case.facts["alert"],
            "operator": {"id": estate.operator.id, "name": estate.operator.name},
            "estate": {
                "services": [s.id for s in estate.services],
                "sources": [{"source": s.id, "format": str(s.format)} for s in estate.sources],
                "directory_as_of": estate.directory.as_of.isoformat(),
            },
            "rows": counts,
            "revisions": len(case.listed("scope/revisions")),
            "report": case.where("report/index.html") if case.listed("report") else None,
            "journal": {"entries": len(journal), "broken_at": first_break(journal)},
            "encrypted_volume": encryption_of(root),
            "keys": {"folder": str(case.keyring.folder), "present": case.keyring.present()},
            "events": [_brief(line) for line in journal[-8:]],
            **told(world, found),
            "containment": states_of(world),
            "clocks": as_rows(faces(world, found, world.clock.now())),
        }


def _brief(line: str) -> Document:
    entry = json.loads(line)
    return {"at": entry["at"], "event": entry["event"], "by": entry["by"]}
