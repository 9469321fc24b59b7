"""Recompute a case from its raw bytes, and say of each thing that it claims whether it holds.

1. The journal: its chain, what it says of the case, the figures that its entries tell.
2. The evidence: each raw file has the digest that is its name, and the ledger names no other.
3. The directory: its tables are those that were sealed when the case was opened.
4. The trail again, from the raw bytes: rows, quarantine, ledger, coverage.
5. Detection again, from that trail and from the reviews: sessions, acts.
6. Scope again, from those acts: persons, reach, statements, and each figure of the summary.
7. What was decided, again: clocks, risk, continuity, as of the instant of the document.

What rests on bytes that are not there is NOT_CHECKED; then the figures that the tables alone
give are counted again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.act.seal import compare, figures, journal
from tocsin.core.evidence import closed
from tocsin.core.ports import Case, TrailFiles, Workers
from tocsin.core.seal import Claim, Finding, claim, unchecked
from tocsin.core.tables import (
    ACCESS,
    ACTS,
    COVERAGE,
    GROUNDS,
    LEDGER,
    PEOPLE,
    QUARANTINE,
    REACH,
    SESSIONS,
    STATEMENTS,
    Table,
)
from tocsin.flow.decide import SUMMARY as DECIDED
from tocsin.flow.decide import decided, plain_json
from tocsin.flow.detect import detect
from tocsin.flow.ingest import ingest
from tocsin.flow.report import PAGE
from tocsin.flow.scope import scope
from tocsin.flow.units import Keyed
from tocsin.flow.world import World

TRAIL, DETECT, SCOPE = "trail/summary.json", "detect/summary.json", "scope/summary.json"
JOURNAL = "journal.ndjson"

UNREAD = (ACCESS, QUARANTINE, COVERAGE, SESSIONS, ACTS, PEOPLE, REACH, STATEMENTS, GROUNDS)
"""The tables whose rows rest on raw bytes."""

REVISION = ("summary.json", "people.parquet", "reach.parquet", "statements.parquet")
"""The files of a revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a case or a bundle says, not yet believed.

    Args:
        case: its tables and documents.
        lines: of its journal.
        fingerprint: SHA-256 (hex) of a file, given its full path.
        evidence: names of the files of `evidence/`.
        directory: SHA-256 (hex) of each table of the directory that could be opened.
        why_not: '' or why nothing can be recomputed from raw bytes.
    """

    case: Case
    lines: Sequence[str]
    fingerprint: Callable[[str], str]
    evidence: Sequence[str]
    directory: Mapping[str, str]
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A second case to recompute in, beside the first, with the ports of an ingest."""

    world: World
    files: TrailFiles
    workers: Workers
    keyed: Keyed


def claims(stated: Stated, again: Again) -> Iterator[Claim]:
    """Every claim, in the order of the work: the first that fails is the first difference."""
    yield from _journal(stated)
    yield _evidence(stated, again)
    yield _directory(stated)
    if stated.why_not:
        yield from _unread(stated, again)
        return
    yield from _trail(stated, again)
    yield from _detection(stated, again)
    yield from _scope(stated, again)
    yield from _decision(stated, again)


# 1 to 3: what stands there --------------------------------------------------------------------


def _journal(stated: Stated) -> Iterator[Claim]:
    yield from journal.journal_claims(stated.lines, stated.case.facts)
    summaries = {name: stated.case.read_json(name) for name in (TRAIL, SCOPE)}
    listed = journal.entries(stated.lines)
    yield from journal.told_claims(listed, summaries)
    page = stated.case.where(PAGE) if stated.case.listed("report") else ""
    told = stated.fingerprint(page) if page else ""
    yield from journal.kept_claims(listed, stated.case.read_json, told)
    yield from _latest(stated)


def _latest(stated: Stated) -> Iterator[Claim]:
    """Whether the latest scope is its last revision, byte by byte."""
    said = stated.case.read_json(SCOPE)
    if not isinstance(said, dict):
        return
    kept, latest = (
        {
            name: stated.fingerprint(stated.case.where(f"{folder}/{name}"))
            for name in stated.case.listed(folder)
            if name.endswith((".parquet", ".json"))
        }
        for folder in (f"scope/revisions/{said['revision']}", "scope")
    )
    for name in sorted({*kept, *REVISION}):
        found = latest.get(name, "absent")
        yield claim(f"latest.{name.partition('.')[0]}", kept.get(name, "absent"), found)


def _evidence(stated: Stated, again: Again) -> Claim:
    engine = again.world.engine
    engine.bind_files(LEDGER, stated.case.files(LEDGER))
    named = {str(r["digest"]) for r in engine.fetch(LEDGER.name).to_pylist()} - {""}
    there = set(stated.evidence)
    if stated.why_not and named - there:
        return unchecked("evidence", stated.why_not, expected=f"{len(named)} raw files")
    for digest in sorted(named):
        if digest not in there:
            return claim("evidence", digest, "absent")
    for digest in sorted(there):
        found = stated.fingerprint(stated.case.where(f"evidence/{digest}"))
        if found != digest:
            return claim("evidence", digest, found)
    return claim("evidence", f"{len(there)} files", f"{len(there)} files")


def _directory(stated: Stated) -> Claim:
    opened = journal.facts_of(journal.entries(stated.lines), "opened").get("vault_sha256")
    if not stated.directory:
        return unchecked("directory", stated.why_not)
    if not isinstance(opened, Mapping):
        return unchecked("directory", "the journal does not hold the digests of its tables")
    found = {name: stated.directory.get(name, "absent") for name in opened}
    return compare.document_claim("directory", dict(opened), found)


# 4 to 7: again from the raw bytes -------------------------------------------------------------


def _trail(stated: Stated, again: Again) -> Iterator[Claim]:
    if stated.case.read_json(TRAIL) is None:
        yield unchecked("trail", "no trail was ingested")
        return
    found = ingest(again.world, again.files, again.workers, keyed=again.keyed)
    for shape in (LEDGER, QUARANTINE, ACCESS, COVERAGE):
        yield _table(stated, again, shape)
    yield compare.document_claim("trail.summary", stated.case.read_json(TRAIL), found)


def _detection(stated: Stated, again: Again) -> Iterator[Claim]:
    said = stated.case.read_json(DETECT)
    if not isinstance(said, dict):
        yield unchecked("detection", "detection was not run")
        return
    asked = said["asked"]
    found = detect(
        again.world,
        seed_sessions=tuple(asked["seed_sessions"]),
        indicators=tuple((kind, value) for kind, value in asked["indicators"]),
        fdr=float(said["fdr"]),
    )
    made = [_table(stated, again, shape) for shape in (SESSIONS, ACTS)]
    made.append(compare.document_claim("detection.summary", said, found))
    yield from _unless_stale(stated, "detected", made)


def _scope(stated: Stated, again: Again) -> Iterator[Claim]:
    said = stated.case.read_json(SCOPE)
    if not isinstance(said, dict):
        yield unchecked("scope", "scope was not run")
        return
    rows = _rows(stated, again, STATEMENTS)
    found = scope(
        again.world,
        accept_suspicions=bool(said["proposition"]),
        lang=figures.language_of(said, rows),
    )
    made = [_table(stated, again, shape) for shape in (PEOPLE, REACH, STATEMENTS, GROUNDS)]
    made += figures.figure_claims(said, found)
    yield from _unless_stale(stated, "scoped", made)


def _decision(stated: Stated, again: Again) -> Iterator[Claim]:
    """The document of `decide`, as of its instant; what people recorded is in the journal."""
    said = stated.case.read_json(DECIDED)
    if not isinstance(said, dict) or closed(stated.lines):
        yield unchecked("decide", "nothing was decided, or the case is closed")
        return
    again.world.case.write_text(JOURNAL, "".join(f"{line}\n" for line in stated.lines))
    found = decided(again.world, datetime.fromisoformat(str(said["at"]))).document
    made = [
        compare.document_claim(f"decide.{name}", said.get(name), plain_json(part))
        for name, part in found.items()
        if name != "revision"
    ]
    yield from _unless_stale(stated, "decided", made)


def _unless_stale(stated: Stated, stage: str, made: Sequence[Claim]) -> Iterator[Claim]:
    """The claims; where the case went on after the stage ran, a difference proves nothing."""
    later = journal.stale(journal.entries(stated.lines), stage)
    for one in made:
        if one.result is Finding.FAIL and later:
            why = f"run before the last entry {later!r} of the journal: run that stage again"
            yield unchecked(one.claim, why, expected=one.expected)
        else:
            yield one


def _table(stated: Stated, again: Again, shape: Table) -> Claim:
    """The claim on one table: the same bytes, else the same rows."""
    said, found = (
        _by_name(stated, stated.case, shape),
        _by_name(stated, again.world.case, shape),
    )
    alike = {n for n in said if n in found and said[n][1] == found[n][1]}
    if len(alike) == len(said) == len(found):
        return claim(shape.name, f"{len(said)} files", f"{len(found)} files")
    engine = again.world.engine
    for name, files in ((compare.STATED, said), (compare.FOUND, found)):
        unlike = [path for n, (path, _) in files.items() if n not in alike]
        engine.bind_files(shape, unlike, name=name)
    step = compare.differing(shape)
    engine.run(step)
    rows = engine.fetch(step.name, order=compare.KEYS[shape]).to_pylist()
    made = compare.table_claim(
        shape, rows, engine.count(compare.STATED), engine.count(compare.FOUND)
    )
    engine.drop(step.name, compare.STATED, compare.FOUND)
    return made


def _by_name(stated: Stated, case: Case, shape: Table) -> Mapping[str, tuple[str, str]]:
    return {
        path.rpartition("/")[2]: (path, stated.fingerprint(path)) for path in case.files(shape)
    }


# Without the raw bytes ------------------------------------------------------------------------


def _unread(stated: Stated, again: Again) -> Iterator[Claim]:
    """What can be said without raw trails and directory."""
    for shape in UNREAD:
        yield unchecked(shape.name, stated.why_not)
    yield from _ledger(stated, again)
    said = stated.case.read_json(DETECT)
    if isinstance(said, dict):
        yield claim("detection.sessions", said["sessions"], len(_rows(stated, again, SESSIONS)))
    said = stated.case.read_json(SCOPE)
    if isinstance(said, dict):
        engine = again.world.engine
        engine.bind_files(REACH, stated.case.files(REACH))
        engine.run(figures.recounted())
        rows = engine.fetch(figures.RECOUNTED.name).to_pylist()
        yield from figures.recount_claims(said, rows, why=stated.why_not)
        yield figures.stated_alike(said, _rows(stated, again, STATEMENTS))


def _ledger(stated: Stated, again: Again) -> Iterator[Claim]:
    rows = _rows(stated, again, LEDGER)
    yield from _held(stated, again, rows)
    lines = sum(r["lines"] for r in rows)
    counted = sum(r["accepted"] + r["quarantined"] + r["repeated"] for r in rows)
    yield claim("ledger", f"{lines} lines", f"{counted} lines")
    said = stated.case.read_json(TRAIL)
    if isinstance(said, dict):
        names = ("lines", "accepted", "quarantined", "repeated")
        told = {n: sum(s[n] for s in said["sources"]) for n in names}
        yield claim("trail.summary", told, {n: sum(r[n] for r in rows) for n in names})


def _held(stated: Stated, again: Again, ledger: Sequence[Mapping[str, Any]]) -> Iterator[Claim]:
    """Whether the tables hold as many lines as the ledger says were accepted or set aside."""
    engine = again.world.engine
    for shape, name in ((ACCESS, "accepted"), (QUARANTINE, "quarantined")):
        engine.bind_files(figures.PLACES, stated.case.files(shape))
        engine.run(figures.lines_held())
        held = {r["digest"]: r["lines"] for r in engine.fetch(figures.HELD.name).to_pylist()}
        engine.drop(figures.HELD.name, figures.PLACES.name)
        told = {d: n for d, n in _by_digest(ledger, name).items() if n}
        wrong = next((d for d in sorted({*told, *held}) if told.get(d) != held.get(d)), "")
        yield claim(
            f"ledger.{name}",
            f"{told.get(wrong, 0)} lines of {wrong}" if wrong else sum(told.values()),
            f"{held.get(wrong, 0)} lines of {wrong}" if wrong else sum(held.values()),
        )


def _by_digest(ledger: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for row in ledger:
        found[row["digest"]] = found.get(row["digest"], 0) + row[name]
    return found


def _rows(stated: Stated, again: Again, shape: Table) -> list[dict[str, Any]]:
    again.world.engine.bind_files(shape, stated.case.files(shape), name=compare.STATED)
    rows: list[dict[str, Any]] = again.world.engine.fetch(compare.STATED).to_pylist()
    again.world.engine.drop(compare.STATED)
    return rows
