"""What a document said and what the case says now: stale figures, with their correction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.act.documents.fields import Field
from tocsin.core.records import Says

UNKNOWN = Says("inconnu", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure that moved: what was said, what is to be said now."""

    field: str
    label: Says
    was: Says
    now: Says


def told(field: Field) -> Says:
    """What a field says, in one text."""
    if field.unknown is not None:
        return UNKNOWN
    return Says(
        "\u202f; ".join(v.fr for v in field.values), "; ".join(v.en for v in field.values)
    )


def kept(fields: Iterable[Field]) -> dict[str, dict[str, str]]:
    """The figures of a document as it is kept, by field."""
    return {f.id: {"fr": told(f).fr, "en": told(f).en} for f in fields if f.figure}


def changes(fields: Iterable[Field], before: Mapping[str, Any]) -> tuple[Change, ...]:
    """The figures that no longer say what was kept, in the document's order."""
    found = []
    for field in fields:
        was, now = before.get(field.id), told(field)
        if not field.figure or not isinstance(was, Mapping) or was.get("fr") == now.fr:
            continue
        label = field.label or Says(field.id, field.id)
        old = Says(str(was.get("fr", "")), str(was.get("en", "")))
        found.append(Change(field=field.id, label=label, was=old, now=now))
    return tuple(found)
