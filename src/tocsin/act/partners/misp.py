"""MISP: an event out, events of a partner in.

Format: MISP core format, draft-dulaunoy-misp-core-format; attributes `ip-src` and `user-agent`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tocsin.act.partners.indicators import (
    NOT_A_TRAIT,
    Indicator,
    Reading,
    Taken,
    Tlp,
    Trait,
    listed,
    taken,
)
from tocsin.core.records import Says

_TYPES: Mapping[str, Trait] = {
    "ip-src": Trait.ADDRESS,
    "ip-dst": Trait.ADDRESS,
    "ip-src|port": Trait.ADDRESS,
    "ip-dst|port": Trait.ADDRESS,
    "user-agent": Trait.CLIENT,
    "http-user-agent": Trait.CLIENT,
}

_MEDIUM, _ONGOING, _ORGANISATION_ONLY = "2", "1", "0"
"""threat_level_id, analysis, distribution of the format."""


def event(
    indicators: Sequence[Indicator], *, operator: str, case: str, tlp: Tlp, at: datetime
) -> dict[str, Any]:
    """The campaign as a MISP event."""
    return {
        "Event": {
            "info": f"Usurped professional account, regional e-health service ({case})",
            "date": f"{at.astimezone(UTC):%Y-%m-%d}",
            "threat_level_id": _MEDIUM,
            "analysis": _ONGOING,
            "distribution": _ORGANISATION_ONLY,
            "published": False,
            "Orgc": {"name": operator},
            "Tag": [{"name": f"tlp:{tlp}"}],
            "Attribute": [
                {
                    "type": "user-agent" if one.trait is Trait.CLIENT else "ip-src",
                    "category": "Network activity",
                    "value": one.value,
                    "to_ids": one.reviewed,
                    "first_seen": one.first_at.astimezone(UTC).isoformat(),
                    "last_seen": one.last_at.astimezone(UTC).isoformat(),
                    "comment": "reviewed" if one.reviewed else "proposed, not reviewed",
                }
                for one in indicators
            ],
        }
    }


def read(document: Any, *, source: str) -> Reading:  # noqa: ANN401  (any JSON)
    """The indicators of a partner's event or events.

    Args:
        document: an event, `{"response": [events]}`, or a list of events.
        source: who gave it, where an event names no organisation.
    """
    found: list[Taken] = []
    left: list[tuple[str, Says]] = []
    for one in _events(document):
        organisation = one.get("Orgc")
        name = organisation.get("name") if isinstance(organisation, Mapping) else None
        giver = str(name or source)[:80]
        for attribute in _attributes(one):
            value = str(attribute.get("value", ""))
            trait = _TYPES.get(str(attribute.get("type", "")))
            if trait is Trait.ADDRESS:
                value = value.partition("|")[0]
            result = taken(trait, value, giver) if trait else NOT_A_TRAIT
            if isinstance(result, Taken):
                found.append(result)
            else:
                left.append((str(attribute.get("type", ""))[:40], result))
    return Reading(taken=tuple(found), left=tuple(left))


def _events(document: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    events = document
    if isinstance(document, Mapping):
        events = document.get("response", [document])
    for one in events if isinstance(events, list) else [events]:
        inner = one.get("Event", one) if isinstance(one, Mapping) else None
        if isinstance(inner, Mapping):
            yield inner


def _attributes(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from listed(event.get("Attribute"))
    for group in listed(event.get("Object")):
        yield from listed(group.get("Attribute"))
