"""Each opening of the vault as a FHIR R4 AuditEvent in the shape of IHE BALP, "Read".

Source: IHE IT Infrastructure, Basic Audit Log Patterns 1.1.4, profile
https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Read. The journal is the
record; these events follow from it, so they can be made again at any time.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

OPENED = "vault_opened"
"""The journal's entry for an opening of the vault."""

AUDIT = "audit/vault-openings.ndjson"
"""Where a case and a bundle keep them."""

PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.Read"
_DICOM = "http://dicom.nema.org/resources/ontology/DCM"
_ROLES = {"110152": "Destination Role ID", "110153": "Source Role ID"}


def openings(lines: Iterable[str], *, case: str) -> Iterator[str]:
    """The events of the openings that a journal tells, as lines of NDJSON.

    Args:
        lines: of the journal, in order, without line feeds.
        case: id of the case.
    """
    for line in lines:
        entry = _entry(line)
        if entry.get("event") == OPENED:
            for name in (entry.get("facts") or {}).get("tables", ()):
                event = opening(entry, str(name), case=case)
                yield json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def opening(entry: Mapping[str, Any], name: str, *, case: str) -> dict[str, Any]:
    """The reading of one table of the directory image: who, when and why.

    The profile has one data entity to an event, so an opening of several tables gives several.
    """
    facts = entry.get("facts") or {}
    user = entry.get("by") or facts.get("system_user") or "tocsin"
    return {
        "resourceType": "AuditEvent",
        "id": f"{case}-{entry['n']}-{name.replace('_', '-')}",
        "meta": {"profile": [PROFILE]},
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
            "display": "Restful Operation",
        },
        "subtype": [
            {
                "system": "http://hl7.org/fhir/restful-interaction",
                "code": "read",
                "display": "read",
            }
        ],
        "action": "R",
        "recorded": entry["at"],
        "outcome": "0",
        "purposeOfEvent": [{"text": str(facts.get("why", ""))}],
        "agent": [
            _agent("110152", {"display": "Tocsin"}),
            _agent("110153", {"display": "Tocsin vault"}),
            {
                "type": {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                            "code": "IRCP",
                            "display": "information recipient",
                        }
                    ]
                },
                "who": {"identifier": {"value": str(user)}},
                "requestor": True,
            },
        ],
        "source": {"observer": {"identifier": {"value": f"tocsin:case:{case}"}}},
        "entity": [_table(name)],
    }


def _entry(line: str) -> Mapping[str, Any]:
    """A line of the journal; nothing where it is broken, which `verify` says."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _agent(role: str, who: Mapping[str, Any]) -> dict[str, Any]:
    coding = {"system": _DICOM, "code": role, "display": _ROLES[role]}
    return {"type": {"coding": [coding]}, "who": dict(who), "requestor": False}


def _table(name: str) -> dict[str, Any]:
    return {
        "what": {"identifier": {"value": f"vault/{name}"}},
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
            "code": "2",
            "display": "System Object",
        },
        "role": {
            "system": "http://terminology.hl7.org/CodeSystem/object-role",
            "code": "4",
            "display": "Domain Resource",
        },
    }
