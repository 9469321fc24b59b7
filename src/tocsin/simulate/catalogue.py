"""What stands: services, their operations and sources, and the estate.toml that says so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

_NAMES = ("identity.birth_name", "identity.first_names", "identity.birth_date", "identity.sex")
_LIST = (*_NAMES, "contact.phone", "contact.email")
_FULL = (*_NAMES, "identity.used_name", "contact.phone", "contact.email", "contact.address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An operation of the catalogue as the simulator performs it.

    `known_by` is empty for an operation that the catalogue does not list (a page of the portal
    that shows nobody). `dwell_s` is the median time before the next act.
    """

    service: str
    id: str
    kind: str
    known_by: str
    reveals: tuple[str, ...]
    match: Mapping[str, str]
    dwell_s: float


ACTS: tuple[Act, ...] = (
    Act(service="orientation", id="search", kind="search", known_by="query", reveals=_LIST,
        match={"interaction": "search-type", "resource": "Patient"}, dwell_s=9.0),
    Act(service="orientation", id="read-person", kind="open", known_by="named",
        reveals=(*_FULL, "identifier.ins"),
        match={"interaction": "read", "resource": "Patient"}, dwell_s=22.0),
    Act(service="orientation", id="read-request", kind="open", known_by="named",
        reveals=("administrative.request", "medical.reason"),
        match={"interaction": "read", "resource": "ServiceRequest"}, dwell_s=45.0),
    Act(service="orientation", id="create-request", kind="write", known_by="named", reveals=(),
        match={"interaction": "create", "resource": "ServiceRequest"}, dwell_s=70.0),
    Act(service="orientation", id="update-request", kind="write", known_by="named", reveals=(),
        match={"interaction": "update", "resource": "ServiceRequest"}, dwell_s=40.0),
    Act(service="dossier", id="find", kind="search", known_by="query", reveals=_NAMES,
        match={"event_id": "110112", "event_type": "ITI-78"}, dwell_s=8.0),
    Act(service="dossier", id="open-record", kind="open", known_by="named",
        reveals=(*_FULL, "medical.record"),
        match={"event_id": "110110"}, dwell_s=35.0),
    Act(service="dossier", id="open-document", kind="open", known_by="named",
        reveals=("medical.document",),
        match={"event_id": "110106", "event_type": "ITI-43"}, dwell_s=40.0),
    Act(service="dossier", id="add-document", kind="write", known_by="named", reveals=(),
        match={"event_id": "110107", "event_type": "ITI-41"}, dwell_s=50.0),
    Act(service="imaging", id="view", kind="open", known_by="named",
        reveals=("identity.birth_name", "medical.image"),
        match={"event_id": "110103"}, dwell_s=60.0),
    Act(service="portal", id="find", kind="search", known_by="query", reveals=_NAMES,
        match={"method": "GET", "path": "/patients"}, dwell_s=8.0),
    Act(service="portal", id="open", kind="open", known_by="named", reveals=_FULL,
        match={"method": "GET", "path": "/patients/{person}"}, dwell_s=20.0),
    Act(service="portal", id="documents", kind="open", known_by="named",
        reveals=("administrative.documents", "medical.document"),
        match={"method": "GET", "path": "/patients/{person}/documents"}, dwell_s=35.0),
    Act(service="portal", id="note", kind="write", known_by="named", reveals=(),
        match={"method": "POST", "path": "/patients/{person}/notes"}, dwell_s=70.0),
    Act(service="portal", id="home", kind="other", known_by="none", reveals=(),
        match={"method": "GET", "path": "/accueil"}, dwell_s=6.0),
    Act(service="portal", id="asset", kind="", known_by="", reveals=(), match={}, dwell_s=0.4),
    Act(service="agenda", id="search", kind="search", known_by="query",
        reveals=(*_NAMES, "contact.phone"), match={"action": "RECHERCHE"}, dwell_s=7.0),
    Act(service="agenda", id="view", kind="open", known_by="named",
        reveals=(*_NAMES, "contact.phone", "administrative.appointment"),
        match={"action": "CONSULTATION"}, dwell_s=15.0),
    Act(service="agenda", id="book", kind="write", known_by="named", reveals=(),
        match={"action": "RESERVATION"}, dwell_s=40.0),
)  # fmt: skip
"""Every act, in the order by which the simulator's tables number them."""

CODE = {(act.service, act.id): place for place, act in enumerate(ACTS)}
SERVICES = ("orientation", "dossier", "imaging", "portal", "agenda")
_TITLES = {
    "orientation": "Orientation en structure",
    "dossier": "Dossier régional partagé",
    "imaging": "Imagerie régionale",
    "portal": "Portail des professionnels",
    "agenda": "Prise de rendez-vous",
}
_ROLES = {
    "dossier": ("gp", "physician", "nurse", "coder", "research", "api"),
    "imaging": ("gp", "physician", "coder"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What differs from one region to another, drawn once for each seed.

    Args:
        orientation_perimeter: what an account may see in the orientation service.
        portal_perimeter: the same for the portal.
        page_size: rows of a page of it when the query does not say.
        silent_export: whether the orientation service has an export that is not trailed.
        repository_offset_s: the shared repository's clock minus true time, seconds.
        offset_declared: whether the estate says so.
    """

    orientation_perimeter: str
    portal_perimeter: str
    page_size: int
    silent_export: bool
    repository_offset_s: int
    offset_declared: bool


SILENT_EXPORT_REVEALS = _LIST


def perimeter(service: str, terms: Terms) -> str:
    """What an account may see in a service: region, organisation or care."""
    drawn = {"orientation": terms.orientation_perimeter, "portal": terms.portal_perimeter}
    return drawn.get(service, "organisation")


def page_size(service: str, terms: Terms) -> int:
    """Rows of a page when the query does not say."""
    return terms.page_size if service == "orientation" else 20


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items())
        return "{" + inner + "}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _section(title: str, values: Mapping[str, object]) -> str:
    lines = [title] + [f"{key} = {_value(value)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def _operation(act: Act) -> str:
    return _section(
        "[[service.operation]]",
        {
            "id": act.id,
            "match": act.match,
            "kind": act.kind,
            "persons": act.known_by,
            "reveals": act.reveals,
        },
    )


def _service(service: str, terms: Terms) -> str:
    text = _section(
        "[[service]]",
        {
            "id": service,
            "name": _TITLES[service],
            "implies": "health" if service == "orientation" else "",
            "perimeter": perimeter(service, terms),
            "roles": _ROLES.get(service, ()),
            "ignore": ("/assets/", "/sante") if service == "portal" else (),
            "page_size": page_size(service, terms),
        },
    )
    text += "".join(_operation(act) for act in ACTS if act.service == service and act.kind)
    if service == "orientation" and terms.silent_export:
        text += _section(
            "[[service.operation]]",
            {
                "id": "export",
                "match": {"interaction": "operation", "resource": "Patient"},
                "kind": "export",
                "persons": "export",
                "reveals": SILENT_EXPORT_REVEALS,
            },
        )
    return text


def _sources(terms: Terms) -> list[dict[str, object]]:
    declared = terms.repository_offset_s if terms.offset_declared else 0
    return [
        {
            "id": "orientation-audit",
            "service": "orientation",
            "format": "fhir-auditevent",
            "files": ["trail/orientation-*.ndjson.gz"],
            "timezone": "UTC",
            "names_results": False,
            "silent": ["export"] if terms.silent_export else [],
            "retention_days": 365,
        },
        {
            "id": "repository",
            "service_by": {
                "field": "source",
                "map": {"dossier-regional": "dossier", "pacs-regional": "imaging"},
            },
            "format": "atna",
            "files": ["trail/repository.log.gz"],
            "timezone": "UTC",
            "clock_offset_s": declared,
            "retention_days": 365,
        },
        {
            "id": "portal-web",
            "service": "portal",
            "format": "weblog",
            "files": ["trail/portal-access.log.zst"],
            "timezone": "Europe/Paris",
            "retention_days": 180,
        },
        {
            "id": "agenda-journal",
            "service": "agenda",
            "format": "csv",
            "files": ["trail/agenda-*.csv.gz"],
            "timezone": "Europe/Paris",
            "retention_days": 365,
            "columns": {
                "event_id": "id",
                "occurred_at": "horodatage",
                "account": "compte",
                "session": "session",
                "address": "ip",
                "client": "poste",
                "action": "action",
                "outcome": "resultat",
                "person": "patient",
                "query": "criteres",
                "purpose": "motif",
            },
        },
        {
            "id": "idp",
            "format": "keycloak",
            "files": ["trail/idp-*.jsonl"],
            "timezone": "UTC",
            "retention_days": 365,
        },
    ]


def estate_text(terms: Terms, *, as_of: str, big: bool) -> str:
    """The whole estate.toml; `big` regions keep their large tables as Parquet."""
    persons, care = ("parquet", "parquet") if big else ("csv.gz", "csv.gz")
    operator = {
        "id": "grades-demo",
        "name": "GRADeS Démonstration",
        "region": "Pays de la Loire",
        "timezone": "Europe/Paris",
        "role": "processor",
        "dpo": {
            "name": "DPO Fictif",
            "email": "dpo@grades-demo.invalid",
            "phone": "0199000000",
            "postal": "1 rue de l'Exemple, 99000 Fictiville",
        },
        "public": {"url": "https://grades-demo.invalid", "phone": "0199000001"},
        "sender": {"email": "information@grades-demo.invalid", "name": "GRADeS Démonstration"},
        "duties": ["csp-l1111-8-2"],
        "contract_hours": 24,
    }
    directory = (
        f"[directory]\nas_of = {as_of}\n"
        'accounts = "directory/accounts.csv"\n'
        f'persons = "directory/persons.{persons}"\ncare = "directory/care.{care}"\n'
        'controllers = "directory/controllers.csv"\n'
    )
    parts = ["# A simulated region: nobody here exists.\n", _section("[operator]", operator)]
    parts += [directory, *(_service(service, terms) for service in SERVICES)]
    parts += [_section("[[source]]", source) for source in _sources(terms)]
    return "\n".join(parts)
