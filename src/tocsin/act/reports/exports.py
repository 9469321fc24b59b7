"""What leaves about campaigns: takedown list, Signal Spam, MISP, STIX 2.1. Never a person."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.core.evidence import digest_of

FORMATS = ("takedown", "signal-spam", "misp", "stix")
NAMESPACE = "tocsin-campaign"


def exported(campaigns: Sequence[Mapping[str, Any]], shape: str, *, at: str) -> str:
    """The campaigns in a format of FORMATS, as text.

    Args:
        campaigns: as `reports list` tells them.
        shape: the format.
        at: ISO instant of the export, UTC.
    """
    lures = [c for c in campaigns if c["verdict"] != "no_sign"]
    if shape == "takedown":
        return _takedown(lures)
    if shape == "signal-spam":
        return _signal_spam(lures)
    document = _misp(lures, at) if shape == "misp" else _stix(lures, at)
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _takedown(campaigns: Sequence[Mapping[str, Any]]) -> str:
    lines = ["kind,value,campaign,claim,first_at,last_at,reports"]
    for c in campaigns:
        for kind in ("hosts", "numbers", "senders"):
            for value in c[kind]:
                claim = (c["claims"] or [""])[0]
                cells = (
                    kind[:-1],
                    value,
                    c["campaign"],
                    claim,
                    c["first_at"],
                    c["last_at"],
                    str(c["reports"]),
                )
                lines.append(",".join(_cell(x) for x in cells))
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """A CSV cell that no spreadsheet runs as a formula."""
    if text[:1] in "=+-@\t":
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text


def _signal_spam(campaigns: Sequence[Mapping[str, Any]]) -> str:
    """One JSON line a campaign by mail: what a partner of Signal Spam gives of a wave."""
    lines = []
    for c in campaigns:
        if "mail" in c["channels"]:
            told = {
                k: c[k]
                for k in (
                    "campaign",
                    "first_at",
                    "last_at",
                    "reports",
                    "senders",
                    "hosts",
                    "claims",
                    "sample",
                )
            }
            lines.append(json.dumps(told, ensure_ascii=False))
    return "\n".join(lines) + ("\n" if lines else "")


def _uuid(*parts: str) -> str:
    """A UUID that the same parts always give (version 8 of RFC 9562: SHA-256)."""
    hexa = digest_of("\x1f".join((NAMESPACE, *parts)))
    variant = "89ab"[int(hexa[16], 16) % 4]
    return f"{hexa[:8]}-{hexa[8:12]}-8{hexa[13:16]}-{variant}{hexa[17:20]}-{hexa[20:32]}"


def _stix(campaigns: Sequence[Mapping[str, Any]], at: str) -> dict[str, Any]:
    objects: list[dict[str, Any]] = []
    for c in campaigns:
        indicators = [_stix_indicator(c, pattern, at) for pattern in _patterns(c)]
        campaign = {
            "type": "campaign",
            "spec_version": "2.1",
            "id": f"campaign--{_uuid('campaign', c['campaign'])}",
            "created": at,
            "modified": at,
            "name": f"Tocsin {c['campaign']}",
            "description": f"{', '.join(c['claims']) or 'unknown'}: {c['reports']} reports",
            "first_seen": c["first_at"],
            "last_seen": c["last_at"],
        }
        relations = [
            {
                "type": "relationship",
                "spec_version": "2.1",
                "id": f"relationship--{_uuid('indicates', i['id'], campaign['id'])}",
                "created": at,
                "modified": at,
                "relationship_type": "indicates",
                "source_ref": i["id"],
                "target_ref": campaign["id"],
            }
            for i in indicators
        ]
        objects += [campaign, *indicators, *relations]
    return {
        "type": "bundle",
        "id": f"bundle--{_uuid('bundle', at, str(len(objects)))}",
        "objects": objects,
    }


def _patterns(c: Mapping[str, Any]) -> list[str]:
    def quoted(text: str) -> str:
        return text.replace("\\", "\\\\").replace("'", "\\'")

    return [f"[domain-name:value = '{quoted(h)}']" for h in c["hosts"]] + [
        f"[email-addr:value = '{quoted(s)}']" for s in c["senders"] if "@" in s
    ]


def _stix_indicator(c: Mapping[str, Any], pattern: str, at: str) -> dict[str, Any]:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{_uuid('indicator', c['campaign'], pattern)}",
        "created": at,
        "modified": at,
        "name": f"Phishing, {', '.join(c['claims']) or 'unknown'}",
        "indicator_types": ["malicious-activity"],
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": c["first_at"],
    }


def _misp(campaigns: Sequence[Mapping[str, Any]], at: str) -> dict[str, Any]:
    kinds = (("hosts", "domain"), ("senders", "email-src"), ("numbers", "phone-number"))
    attributes = [
        {
            "uuid": _uuid("attribute", c["campaign"], kind, value),
            "type": kind,
            "category": "Payload delivery"
            if kind == "email-src"
            else "Network activity"
            if kind == "domain"
            else "Other",
            "to_ids": kind == "domain",
            "value": value,
            "comment": f"{c['campaign']}: {', '.join(c['claims']) or 'unknown'}, {c['reports']} reports",
            "first_seen": c["first_at"],
            "last_seen": c["last_at"],
        }
        for c in campaigns
        for key, kind in kinds
        for value in c[key]
    ]
    return {
        "Event": {
            "uuid": _uuid("event", at),
            "info": "Phishing campaigns reported to the operator",
            "date": at[:10],
            "threat_level_id": "2",
            "analysis": "1",
            "distribution": "0",
            "Attribute": attributes,
        }
    }
