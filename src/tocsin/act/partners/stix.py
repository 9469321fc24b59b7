"""STIX 2.1: a bundle of indicators out; patterns of a partner in.

Specification: OASIS STIX Version 2.1, 10 June 2021. The ids are made from the case and the
value (UUID version 5): the same export gives the same ids.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
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

MARKINGS: Mapping[Tlp, str] = {
    Tlp.CLEAR: "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    Tlp.GREEN: "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    Tlp.AMBER: "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    Tlp.RED: "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
"""Marking definitions that STIX 2.1 fixes (section 7.2.1.4)."""

_SPACE = bytes.fromhex("00abedb4aa424646b5d4dd2d1ee4dcb8")
"""Name space of Tocsin's ids."""

_IP = re.compile(
    r"ipv([46])-addr:value\s*(=|ISSUBSET|IN)\s*(\([^)]*\)|'(?:[^'\\]|\\.)*')", re.IGNORECASE
)
_AGENT = re.compile(r"request_header\.'?User-Agent'?\s*=\s*('(?:[^'\\]|\\.)*')", re.IGNORECASE)
_TEXT = re.compile(r"'((?:[^'\\]|\\.)*)'")


def bundle(
    indicators: Sequence[Indicator], *, operator: str, case: str, tlp: Tlp, at: datetime
) -> dict[str, Any]:
    """The campaign as a STIX bundle: an organisation, a campaign, its indicators."""
    made = _time(at)
    author = _id("identity", operator)
    common = {"spec_version": "2.1", "created": made, "modified": made}
    campaign = {
        "type": "campaign",
        "id": _id("campaign", case),
        **common,
        "created_by_ref": author,
        "name": "Usurped professional account, regional e-health service",
        "object_marking_refs": [MARKINGS[tlp]],
    }
    objects: list[dict[str, Any]] = [
        {
            "type": "identity",
            "id": author,
            **common,
            "name": operator,
            "identity_class": "organization",
        },
        campaign,
    ]
    for one in indicators:
        id_ = _id("indicator", f"{case}:{one.trait}:{one.value}")
        objects.append(
            {
                "type": "indicator",
                "id": id_,
                **common,
                "created_by_ref": author,
                "name": f"{one.trait} {one.value}",
                "indicator_types": ["malicious-activity"],
                "pattern": _pattern(one),
                "pattern_type": "stix",
                "valid_from": _time(one.first_at),
                "confidence": 85 if one.reviewed else 30,
                "object_marking_refs": [MARKINGS[tlp]],
            }
        )
        objects.append(
            {
                "type": "relationship",
                "id": _id("relationship", f"{id_}:{campaign['id']}"),
                **common,
                "created_by_ref": author,
                "relationship_type": "indicates",
                "source_ref": id_,
                "target_ref": campaign["id"],
                "object_marking_refs": [MARKINGS[tlp]],
            }
        )
    return {"type": "bundle", "id": _id("bundle", f"{case}:{made}"), "objects": objects}


def read(document: Mapping[str, Any], *, source: str) -> Reading:
    """The indicators of a partner's bundle.

    Args:
        document: the bundle.
        source: who gave it, where the bundle names no organisation.
    """
    objects = listed(document.get("objects"))
    names = [str(o.get("name", "")) for o in objects if o.get("type") == "identity"]
    giver = next((n for n in names if n.strip()), source)[:80]
    found: list[Taken] = []
    left: list[tuple[str, Says]] = []
    for one in objects:
        if one.get("type") != "indicator":
            continue
        pattern = str(one.get("pattern", ""))
        values = _values(pattern) if one.get("pattern_type", "stix") == "stix" else []
        if not values:
            left.append((pattern[:120], NOT_A_TRAIT))
        for trait, value in values:
            result = taken(trait, value, giver)
            if isinstance(result, Taken):
                found.append(result)
            else:
                left.append((value[:120], result))
    return Reading(taken=tuple(found), left=tuple(left))


def _values(pattern: str) -> list[tuple[Trait, str]]:
    found = []
    for match in _IP.finditer(pattern):
        found += [(Trait.ADDRESS, _unquoted(text)) for text in _TEXT.findall(match[3])]
    for match in _AGENT.finditer(pattern):
        found += [(Trait.CLIENT, _unquoted(text)) for text in _TEXT.findall(match[1])]
    return found


def _pattern(one: Indicator) -> str:
    value = one.value.replace("\\", "\\\\").replace("'", "\\'")
    if one.trait is Trait.CLIENT:
        header = "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'"
        return f"[{header} = '{value}']"
    family = "ipv6-addr" if ":" in value else "ipv4-addr"
    compared = "ISSUBSET" if one.trait is Trait.NETWORK else "="
    return f"[{family}:value {compared} '{value}']"


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _id(kind: str, name: str) -> str:
    """A STIX id: UUID version 5 (RFC 9562) of the name."""
    digest = hashlib.sha1(_SPACE + f"{kind}:{name}".encode(), usedforsecurity=False).digest()
    raw = bytearray(digest[:16])
    raw[6] = raw[6] & 0x0F | 0x50
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    parts = (text[:8], text[8:12], text[12:16], text[16:20], text[20:])
    return f"{kind}--{'-'.join(parts)}"


def _time(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
