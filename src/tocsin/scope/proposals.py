"""Entries of the catalogue, proposed from lines that it does not explain.

A proposal is TOML to paste and to correct: what an operation shows cannot be read in a trail,
so that `reveals` is a wide guess by its words. An item too many widens a bound; an item left
out is a wrong negative.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from tocsin.core.tables import COUNT, TEXT, Step, table

LINES_LIKE = table(
    "unexplained",
    "way in which lines of accounts look that no operation explains",
    service=TEXT,
    interaction=TEXT,
    resource=TEXT,
    method=TEXT,
    path=TEXT,
    event_id=TEXT,
    event_type=TEXT,
    action=TEXT,
    lines=COUNT,
    named=COUNT,  # lines that name a person
    asked=COUNT,  # lines with a query
)

STILL = table(
    "unexplained_decoded",
    "decoded line that the catalogue does not explain, with its service",
    service=TEXT,
    interaction=TEXT,
    resource=TEXT,
    method=TEXT,
    path=TEXT,
    event_code=TEXT,
    event_type=TEXT,
    action=TEXT,
    part=COUNT,
    actor=TEXT,
    person=TEXT,
    query=TEXT,
)

KEYS = ("interaction", "resource", "method", "path", "event_id", "event_type", "action")
"""What `match` may hold, in the order in which it is written."""

MANY_VALUES = 12
"""From that many values a segment of a path is a place, not a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How some lines look: the keys of a match, and how many lines."""

    service: str
    match: Mapping[str, str]
    lines: int
    named: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An operation to add to a service, and the lines that it explains."""

    service: str
    lines: int
    id: str
    match: Mapping[str, str]
    kind: str
    persons: str
    reveals: tuple[str, ...]

    def toml(self) -> str:
        """The entry, ready to paste below its service."""
        match = ", ".join(f"{k} = {_text(v)}" for k, v in self.match.items())
        listed = ", ".join(_text(item) for item in self.reveals)
        return (
            f"[[service.operation]]   # service {self.service}: {self.lines} lignes (lines)\n"
            f"id = {_text(self.id)}\n"
            f"match = {{{match}}}\n"
            f"kind = {_text(self.kind)}\n"
            f"persons = {_text(self.persons)}\n"
            f"reveals = [{listed}]            # À VÉRIFIER : tout ce qui peut être montré "
            "(TO CHECK: all that can be shown)\n"
        )


def likenesses() -> Step:
    """How the unexplained lines look, alike ones together. Reads: unexplained_decoded."""
    return Step(
        fills=LINES_LIKE,
        reads=("unexplained_decoded",),
        sql="""
SELECT d.service AS service, d.interaction AS interaction, d.resource AS resource,
  d.method AS method, d.path AS path, d.event_code AS event_id, d.event_type AS event_type,
  d.action AS action, count(*) AS lines, count(CASE WHEN d.person <> '' THEN 1 END) AS named,
  count(CASE WHEN d.query <> '' THEN 1 END) AS asked
FROM unexplained_decoded AS d WHERE d.part = 0 AND d.actor <> ''
GROUP BY d.service, d.interaction, d.resource, d.method, d.path, d.event_code,
  d.event_type, d.action
""",
    )


def read(rows: Iterable[Mapping[str, object]]) -> tuple[Likeness, ...]:
    """Rows of LINES_LIKE as values."""
    return tuple(
        Likeness(
            service=str(row["service"] or ""),
            match=_telling({key: str(row[key]) for key in KEYS if row[key]}),
            lines=int(str(row["lines"])),
            named=int(str(row["named"])),
            asked=int(str(row["asked"])),
        )
        for row in rows
    )


def _telling(looks: Mapping[str, str]) -> dict[str, str]:
    """The keys that tell an operation: those of the format's own, and no more."""
    for keys in (("interaction", "resource"), ("method", "path"), ("event_id", "event_type")):
        if keys[0] in looks or keys[1] in looks:
            return {key: looks[key] for key in keys if key in looks}
    return dict(looks)


def proposals(
    found: Sequence[Likeness], *, persons: AbstractSet[str], taken: AbstractSet[tuple[str, str]]
) -> tuple[Proposal, ...]:
    """The operations that would explain these lines, those of the most lines first.

    Args:
        found: how lines look.
        persons: local ids of persons, by which a segment of a path is known to be one.
        taken: (service, id) of the operations that stand already.
    """
    together: dict[tuple[object, ...], Likeness] = {}
    for like in _templated(found, persons):
        key = (like.service, *sorted(like.match.items()))
        old = together.get(key)
        together[key] = (
            like
            if old is None
            else replace(
                old,
                lines=old.lines + like.lines,
                named=old.named + like.named,
                asked=old.asked + like.asked,
            )
        )
    used = set(taken)
    made = []
    for like in sorted(
        together.values(), key=lambda x: (-x.lines, str(sorted(x.match.items())))
    ):
        if not like.match:
            continue
        proposal = _proposed(like)
        name, n = proposal.id, 2
        while (like.service, name) in used:
            name, n = f"{proposal.id}-{n}", n + 1
        used.add((like.service, name))
        made.append(replace(proposal, id=name))
    return tuple(made)


# Paths: what is a word, what stands for somebody ----------------------------------------------

_IDENTIFIER = re.compile(
    r"\d+|[0-9a-fA-F-]{8,}|(?=\D*\d\D*\d\D*\d)[\w.~-]{4,}|[\w.~-]{24,}", re.ASCII
)


def _templated(found: Sequence[Likeness], persons: AbstractSet[str]) -> Iterable[Likeness]:
    """The likenesses, their paths made templates."""
    pathed = [like for like in found if "path" in like.match]
    values: dict[tuple[str, ...], set[str]] = {}
    for like in pathed:
        parts = like.match["path"].split("/")
        for i, part in enumerate(parts):
            values.setdefault((like.service, str(len(parts)), *parts[:i]), set()).add(part)
    for like in found:
        if "path" not in like.match:
            yield like
            continue
        parts = like.match["path"].split("/")
        template = [
            _segment(part, persons, values[(like.service, str(len(parts)), *parts[:i])])
            for i, part in enumerate(parts)
        ]
        path = "/".join(_once(template))
        yield replace(
            like,
            match={**like.match, "path": path},
            named=like.lines if "{person}" in path else like.named,
        )


def _segment(part: str, persons: AbstractSet[str], beside: AbstractSet[str]) -> str:
    if part in persons:
        return "{person}"
    if part and (_IDENTIFIER.fullmatch(part) or len(beside) > MANY_VALUES):
        return "{id}"
    return part


def _once(template: Sequence[str]) -> Iterable[str]:
    """`{person}` names one segment: the first; the next are other places."""
    seen = False
    for part in template:
        yield "{id}" if part == "{person}" and seen else part
        seen = seen or part == "{person}"


# What it may be, by its words -----------------------------------------------------------------

_WRITES = frozenset(("POST", "PUT", "PATCH", "DELETE", "create", "update", "patch", "delete"))
_EXPORTS = re.compile(
    r"export|extract|download|telecharg|bulk|csv|xlsx?|dump|sync|\$export", re.IGNORECASE
)
_SEARCHES = re.compile(r"search|recherch|find|query|liste?|index|110112", re.IGNORECASE)
_LOGINS = re.compile(r"\b(login|logon|connexion|signin|110114)\b", re.IGNORECASE)

_IDENTITY = (
    "identity.birth_name",
    "identity.first_names",
    "identity.birth_date",
    "identity.sex",
)
_CONTACT = ("contact.phone", "contact.email", "contact.address")

_WORDS: Sequence[tuple[str, tuple[str, ...]]] = (
    (r"patient|person|usager|identit|dossier|file|record", (*_IDENTITY, *_CONTACT)),
    (r"observation|diagnosticreport|result|biolog|labo", ("medical.result",)),
    (r"document|composition|compte-rendu|report|letter|courrier", ("medical.document",)),
    (r"condition|diagnos|problem", ("medical.diagnosis",)),
    (r"medication|prescri|ordonnance", ("medical.prescription",)),
    (r"imag|dicom|study|1101(02|03|04|05)", ("medical.image",)),
    (r"appointment|rendez|rdv|agenda|slot", ("administrative.appointment", "medical.reason")),
    (r"servicerequest|referral|orientation", ("administrative.request", "medical.reason")),
    (r"demande|motif|request", ("administrative.request", "free_text.reason")),
    (r"comment|note|message|communication|observation|remarq", ("free_text.note",)),
    (r"coverage|claim|invoice|factur|mutuelle|iban", ("financial.insurer", "identifier.nir")),
    (r"phone|contact|adresse|address", _CONTACT),
    (r"\bins\b|insi|nir", ("identifier.ins",)),
)  # fmt: skip


def _proposed(like: Likeness) -> Proposal:
    words = " ".join(like.match.values())
    mostly_named = like.named * 2 > like.lines
    kind, persons = _kind(words, like, mostly_named=mostly_named)
    reveals: tuple[str, ...] = ()
    if kind not in ("write", "login") and persons != "none":
        reveals = tuple(
            dict.fromkeys(
                item
                for pattern, items in _WORDS
                if re.search(pattern, words, re.IGNORECASE)
                for item in items
            )
        ) or (*_IDENTITY, "free_text.note")
    return Proposal(
        service=like.service,
        lines=like.lines,
        id=_slug(like.match),
        match=like.match,
        kind=kind,
        persons=persons,
        reveals=reveals,
    )


def _kind(words: str, like: Likeness, *, mostly_named: bool) -> tuple[str, str]:
    """Kind, and how persons are known; in doubt what shows more."""
    verb = like.match.get("method", like.match.get("interaction", ""))
    if _LOGINS.search(words):
        return "login", "none"
    if verb in _WRITES and not _SEARCHES.search(words):
        return "write", "named" if mostly_named else "none"
    if _EXPORTS.search(words):
        return ("open", "named") if mostly_named else ("export", "export")
    if mostly_named:
        return "open", "named"
    if _SEARCHES.search(words) or like.asked:
        return "search", "query"
    return "list", "query"


def _slug(match: Mapping[str, str]) -> str:
    said = [
        re.sub(r"\{\w+\}", "", value)
        for key, value in match.items()
        if key != "method" or value != "GET"
    ]
    words = re.findall(r"[A-Za-z0-9]+", " ".join(said).lower())
    return "-".join(dict.fromkeys(words))[:48] or "root"


def _text(value: str) -> str:
    """A TOML basic string, whatever the value holds."""
    plain = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", plain) + '"'
