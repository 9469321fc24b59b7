"""The one place that joins adapters to the corridor: each verb's work, with real ports."""

import importlib.metadata
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.adapters import trail_files
from tocsin.adapters.case_folder import CaseFolder, SystemClock, begin
from tocsin.adapters.directory_tables import read_directory
from tocsin.adapters.disk import encryption_of
from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.adapters.estate_toml import read_estate
from tocsin.adapters.estate_writer import write as write_estate
from tocsin.adapters.pages import Templates
from tocsin.adapters.terminal import TerminalProgress
from tocsin.adapters.xml_pool import XmlPool
from tocsin.core.errors import InputError
from tocsin.core.evidence import first_break
from tocsin.core.records import Estate
from tocsin.core.tables import ACCESS, LEDGER, QUARANTINE, REACH, SESSIONS
from tocsin.flow.detect import detect as run_detect
from tocsin.flow.detect import explain as run_explain
from tocsin.flow.detect import review as run_review
from tocsin.flow.ingest import ingest as run_ingest
from tocsin.flow.report import report as run_report
from tocsin.flow.scope import scope as run_scope
from tocsin.flow.world import World
from tocsin.settings import settings
from tocsin.simulate.region import region
from tocsin.simulate.thefts import NAMES as ATTACKS

Document = Mapping[str, Any]

__all__ = ["ATTACKS", "Size"]

DEMO_PROFESSIONALS_PER_PERSON = 1 / 50
DEMO_DAYS = 30
DEMO_SEED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a simulated region is, and the seed of its chance."""

    persons: int
    professionals: int
    days: int
    seed: int


def open_case(root: Path, estate_file: Path, *, alert: str = "", at: str = "") -> Document:
    """Open a case; an opening that was cut short is completed.

    Raises:
        InputError: the estate or its directory cannot be used, or the folder holds a case.
    """
    text = _text_of(estate_file)
    estate = read_estate(text, file=str(estate_file))
    clock = SystemClock()
    opened_at = clock.now()
    alerted_at = _instant(at, estate) if at else opened_at
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
                "estate": str(estate_file.resolve()),
                "tocsin": importlib.metadata.version("tocsin"),
            },
        )
    case = CaseFolder(root, clock=clock, write=True)
    try:
        if any('"event":"opened"' in line for line in case.journal()):
            raise InputError(
                "this folder already holds a case",
                next_step=f"See where it stands with: tocsin status {root}",
                where=str(root),
            )
        recipient, public = case.keyring.make()
        case.vault.seal(tables)
        image = json.dumps({"directory_sha256": digests}, sort_keys=True)
        case.keep_evidence(image.encode())
        facts = {
            "operator": estate.operator.id,
            "alerted_at": alerted_at.isoformat(),
            "estate_sha256": case.facts["estate_sha256"],
            "directory_sha256": digests,
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


def ingest(root: Path, files: Sequence[Path] = (), source: str = "") -> Document:
    """Bring in the estate's trails, or the files named, for one source."""
    with _world(root, write=True) as (world, case):
        return _ingest(world, case, files, source)


def detect(
    root: Path, seeds: Sequence[str] = (), indicators: Sequence[str] = (), *, fdr: float = 0.05
) -> Document:
    """Sessions, suspicions, campaigns."""
    pairs = tuple(_indicator(text) for text in indicators)
    with _world(root, write=True) as (world, _):
        return run_detect(world, seed_sessions=tuple(seeds), indicators=pairs, fdr=fdr)


def explain(root: Path, session: str) -> Document:
    """Why a session is what it is."""
    with _world(root, write=False) as (world, _):
        return run_explain(world, session)


def review(root: Path, session: str, verdict: str, *, by: str, why: str) -> Document:
    """A named human decides on a session."""
    for name, text in (("--by", by), ("--why", why)):
        if not text.strip():
            raise InputError(f"{name} is empty", next_step="Say who decides, and why.")
    with _world(root, write=True) as (world, _):
        return run_review(world, session, verdict, by, why)


def scope(root: Path, *, accept_suspicions: bool, lang: str) -> Document:
    """Whose data, which items, how surely."""
    with _world(root, write=True) as (world, _):
        return run_scope(world, accept_suspicions=accept_suspicions, lang=lang)


def investigate(root: Path, *, lang: str) -> Document:
    """From trails to report in one go."""
    with _world(root, write=True) as (world, case):
        found = dict(_ingest(world, case, (), ""))
        detected = run_detect(world)
        scoped = run_scope(world, accept_suspicions=True, lang=lang)
        page = run_report(world, Templates())
        return {"ingest": found, "detect": detected, "scope": scoped, "report": page}


def simulate(folder: Path, size: Size, attacks: Sequence[str]) -> Document:
    """Write a region with a known truth."""
    if folder.exists() and any(folder.iterdir()):
        raise InputError(
            "the folder is not empty", next_step="Name a new folder.", where=str(folder)
        )
    progress = TerminalProgress()
    try:
        made = region(
            persons=size.persons,
            professionals=size.professionals,
            days=size.days,
            seed=size.seed,
            attacks=tuple(attacks) or ("none",),
        )
        write_estate(made.files, folder, progress)
        return {"folder": str(folder), "acts": made.acts, "attacks": list(attacks)}
    finally:
        progress.close()


def demo(out: Path, persons: int, *, lang: str) -> Document:
    """Simulate a region under attack and run the whole chain on it."""
    if out.exists() and not (out / "tocsin-demo").exists() and any(out.iterdir()):
        raise InputError(
            "the folder holds something else than a demonstration",
            next_step="Name another folder with --out.",
            where=str(out),
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / "tocsin-demo").touch()
    size = Size(
        persons=persons,
        professionals=max(20, round(persons * DEMO_PROFESSIONALS_PER_PERSON)),
        days=DEMO_DAYS,
        seed=DEMO_SEED,
    )
    simulate(out / "region", size, ("scrape",))
    open_case(out / "case", out / "region" / "estate.toml", alert="demonstration")
    return {**investigate(out / "case", lang=lang), "case": str(out / "case")}


def status(root: Path) -> Document:
    """Where the case stands."""
    with _world(root, write=False) as (world, case):
        engine = world.engine
        counts: dict[str, int] = {}
        for shape in (ACCESS, QUARANTINE, LEDGER, SESSIONS, REACH):
            engine.bind_files(shape, case.files(shape))
            counts[shape.name] = engine.count(shape.name)
        journal = case.journal()
        estate = world.estate
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
        }


def check_estate(estate_file: Path, root: Path | None) -> Document:
    """The errors of an estate; with a case, what its trails hold that no operation explains."""
    estate = read_estate(_text_of(estate_file), file=str(estate_file))
    tables, _ = read_directory(estate, estate_file.parent)
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
    }
    if root is not None:
        with _world(root, write=False) as (_, case):
            trails = case.read_json("trail/summary.json")
            listed = trails["sources"] if isinstance(trails, dict) else []
            found["unmatched"] = [
                {"source": one["source"], "lines": one["unmatched"]}
                for one in listed
                if one["unmatched"]
            ]
    return found


def _ingest(world: World, case: CaseFolder, files: Sequence[Path], source: str) -> Document:
    folder = Path(str(case.facts["estate"])).parent
    with XmlPool() as pool:
        return run_ingest(
            world,
            trail_files.TrailFolder(folder, case),
            pool,
            keyed=case.keyring.pseudonym,
            only=(tuple(str(file) for file in files), source) if files else None,
        )


@contextmanager
def _world(root: Path, *, write: bool) -> Iterator[tuple[World, CaseFolder]]:
    clock = SystemClock()
    case = CaseFolder(root, clock=clock, write=write)
    estate = read_estate(case.estate_text(), file="estate.toml")
    chosen = settings()
    engine = DuckdbEngine(
        Path(case.aside("spill")), memory=chosen.memory, threads=chosen.threads
    )
    progress = TerminalProgress()
    try:
        yield (
            World(case=case, engine=engine, estate=estate, clock=clock, progress=progress),
            case,
        )
    finally:
        progress.close()
        engine.close()
        case.close()


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"the estate file cannot be read: {type(error).__name__}",
            next_step="Name an estate.toml in UTF-8.",
            where=str(file),
        ) from error


def _instant(text: str, estate: Estate) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "--at is not an ISO instant",
            next_step="Write it as 2025-09-05T08:30+02:00.",
            where=text[:40],
        ) from error
    zoned = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(estate.operator.timezone))
    return zoned.astimezone(UTC)


def _indicator(text: str) -> tuple[str, str]:
    trait, equals, value = text.partition("=")
    if trait not in ("address", "network", "client") or not equals or not value:
        raise InputError(
            "an indicator is not of the form trait=value",
            next_step="Write address=203.0.113.7, network=203.0.113.0/24 or client=NAME.",
            where=text[:60],
        )
    return trait, value


def _brief(line: str) -> Document:
    entry = json.loads(line)
    return {"at": entry["at"], "event": entry["event"], "by": entry["by"]}
