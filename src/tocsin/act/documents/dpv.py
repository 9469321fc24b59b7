"""The breach record in the W3C Data Privacy Vocabulary: JSON-LD, DPV 2.

Terms: https://w3id.org/dpv and its extension for risk, https://w3id.org/dpv/risk. A value that
the case does not know is absent, and listed under `tocsin:unknown`.
"""

from collections.abc import Mapping
from typing import Any

from tocsin.act.documents.fields import Paper

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "risk": "https://w3id.org/dpv/risk#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "tocsin": "urn:tocsin:",
}

_DATA: Mapping[str, str] = {
    "civil_status": "pd:Identifying",
    "nir": "pd:OfficialID",
    "contact": "pd:Contact",
    "identification_access": "pd:Authenticating",
    "financial": "pd:Financial",
    "health": "pd:MedicalHealth",
    "other": "dpv:PersonalData",
}
_NATURE: Mapping[str, str] = {
    "confidentiality": "risk:ConfidentialityBreach",
    "integrity": "risk:IntegrityBreach",
    "availability": "risk:AvailabilityBreach",
}
_STATUS: Mapping[str, str] = {
    "low": "risk:LowSeverity",
    "medium": "risk:ModerateSeverity",
    "high": "risk:HighSeverity",
    "very_high": "risk:VeryHighSeverity",
}


def record(paper: Paper) -> dict[str, Any]:
    """A filing as a breach record."""
    found: dict[str, Any] = {f.id: f.code for f in paper.fields if f.unknown is None}
    persons = found.get("persons.number")
    level = found.get("risk.level")
    document: dict[str, Any] = {
        "@context": {**CONTEXT, "pd": "https://w3id.org/dpv/pd#"},
        "@id": f"urn:tocsin:{paper.id}",
        "@type": ["risk:DataBreach", "eu-gdpr:DataBreachNotice"],
        "dct:title": [
            {"@value": paper.title.fr, "@language": "fr"},
            {"@value": paper.title.en, "@language": "en"},
        ],
        "tocsin:revision": paper.revision,
        "tocsin:proposition": paper.proposition,
    }
    more = {
        "dpv:hasDataController": found.get("notifier.organism"),
        "dpv:hasDataProcessor": found.get("notifier.processor"),
        "risk:hasIncident": _listed(found.get("nature"), _NATURE),
        "dpv:hasPersonalData": _listed(found.get("data.reached"), _DATA),
        "dpv:hasDataSubject": found.get("persons.kinds"),
        "dpv:hasDataSubjectScale": persons,
        "dpv:hasSeverity": _STATUS.get(level["level"]) if isinstance(level, dict) else None,
        "dpv:hasConsequence": found.get("harms"),
        "dpv:isMitigatedByMeasure": found.get("measures.taken"),
        "tocsin:start": _instant(found.get("time.start")),
        "tocsin:end": _instant(found.get("time.end")),
        "tocsin:detected": _instant(found.get("time.detected")),
        "tocsin:aware": _instant(found.get("time.controller_aware")),
    }
    document.update({name: value for name, value in more.items() if value is not None})
    document["tocsin:unknown"] = sorted(f.id for f in paper.fields if f.unknown is not None)
    return document


def _listed(codes: object, terms: Mapping[str, str]) -> list[str] | None:
    if not isinstance(codes, list):
        return None
    return list(dict.fromkeys(terms[c] for c in codes if c in terms))


def _instant(code: object) -> dict[str, str] | None:
    return {"@value": code, "@type": "xsd:dateTime"} if isinstance(code, str) else None
