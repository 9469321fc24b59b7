"""What the journal alone proves, and when one stage was run after another."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tocsin.core.evidence import content_digest, first_break
from tocsin.core.seal import Claim, claim, unchecked

CHANGES = {
    "detected": ("ingested", "indicators_imported", "professional_answered"),
    "scoped": (
        "ingested",
        "detected",
        "session_reviewed",
        "people_reviewed",
        "professional_answered",
    ),
    "decided": (
        "ingested",
        "detected",
        "session_reviewed",
        "professional_answered",
        "scoped",
        "alerted",
        "recorded",
    ),
}
"""Entries after which the last run of a stage may no longer be what the case would give."""


def entries(lines: Sequence[str]) -> list[Mapping[str, Any]]:
    """The entries up to the first line that is none."""
    found = []
    for line in lines[: first_break(lines)]:
        entry = json.loads(line)
        found.append(entry if isinstance(entry.get("facts"), dict) else {**entry, "facts": {}})
    return found


def facts_of(listed: Sequence[Mapping[str, Any]], event: str) -> Mapping[str, Any]:
    """The facts of the last entry of that name; none if there is none."""
    return next((e["facts"] for e in reversed(listed) if e["event"] == event), {})


def stale(listed: Sequence[Mapping[str, Any]], stage: str) -> str:
    """The entry that came after the last run of a stage and changes what it stands on; ''."""
    ran = max((i for i, e in enumerate(listed) if e["event"] == stage), default=-1)
    later = [e["event"] for e in listed[ran + 1 :] if e["event"] in CHANGES[stage]]
    return later[0] if later else ""


def journal_claims(lines: Sequence[str], facts: Mapping[str, object]) -> Iterator[Claim]:
    """The claims on the chain, and on what its first entry says of the case.

    Args:
        lines: of the journal, without line feeds.
        facts: what case.toml says.
    """
    broken = first_break(lines)
    yield claim(
        "journal",
        f"{len(lines)} entries, each chained to the one before",
        f"{len(lines)} entries, each chained to the one before"
        if broken is None
        else f"entry {broken} does not follow from the one before",
    )
    listed = entries(lines)
    opened = facts_of(listed[:1], "opened")
    said = str(facts.get("estate_sha256", ""))
    yield claim("journal.opened", said, str(opened.get("estate_sha256", "no entry")))


def told_claims(
    listed: Sequence[Mapping[str, Any]], summaries: Mapping[str, object]
) -> Iterator[Claim]:
    """Whether the last entry of each stage tells the figures that its summary shows."""
    pairs = (
        ("ingested", "trail/summary.json", ("sources",)),
        ("scoped", "scope/summary.json", ("revision", "proposition", "persons")),
    )
    for event, place, names in pairs:
        summary = summaries.get(place)
        if not isinstance(summary, Mapping):
            continue
        told = facts_of(listed, event)
        if not told:
            yield unchecked(f"journal.{event}", "the journal holds no such entry")
            continue
        yield claim(
            f"journal.{event}",
            {n: summary.get(n) for n in names},
            {n: told.get(n) for n in names},
        )


def kept_claims(
    listed: Sequence[Mapping[str, Any]], read: Callable[[str], object], page_sha256: str
) -> Iterator[Claim]:
    """Whether reviews, revisions and report are those that the journal tells.

    Args:
        listed: entries of the journal.
        read: a JSON document of the case, None if it is not there.
        page_sha256: of the report, '' without one.
    """
    for entry in listed:
        facts = entry["facts"]
        if entry["event"] == "session_reviewed":
            kept = read(f"detect/reviews/{int(facts['review']):04d}.json")
            found = kept if isinstance(kept, Mapping) else {}
            names = ("session", "verdict", "why")
            told = {"by": entry.get("by"), **{n: facts.get(n) for n in names}}
            yield claim(f"review.{facts['review']}", told, {n: found.get(n) for n in told})
        elif entry["event"] == "scoped":
            name = f"revision.{facts['revision']}"
            kept = read(f"scope/revisions/{facts['revision']}/summary.json")
            persons = kept.get("persons") if isinstance(kept, Mapping) else None
            yield claim(name, facts.get("persons"), persons)
    decided = facts_of(listed, "decided").get("sha256", "")
    if decided:
        document = read("decide/summary.json")
        shown = "absent" if document is None else content_digest(document)
        yield claim("journal.decided", decided, shown)
    told = facts_of(listed, "reported").get("sha256", "")
    if told or page_sha256:
        yield claim("report", told, page_sha256)
