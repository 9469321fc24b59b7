"""A fictive estate of three accounts and three persons, and lines of its trails."""

import base64
import json

import pyarrow as pa
import pyarrow.parquet as pq

from tocsin import wiring

ESTATE = """
[operator]
id = "essai"
name = "Essai"
[directory]
as_of = 2025-09-05T00:00:00Z
accounts = "directory/accounts.csv"
persons = "directory/persons.csv"
care = "directory/care.csv"
controllers = "directory/controllers.csv"
[[service]]
id = "orientation"
ignore = ["/fhir/metadata"]
[[service.operation]]
id = "search"
match = {interaction = "search-type", resource = "Patient"}
kind = "search"
persons = "query"
[[service.operation]]
id = "read"
match = {interaction = "read"}
kind = "open"
persons = "named"
[[service.operation]]
id = "read-patient"
match = {interaction = "read", resource = "Patient"}
kind = "open"
persons = "named"
[[service]]
id = "files"
ignore = ["/assets/"]
[[service.operation]]
id = "summary"
match = {method = "GET", path = "/files/{person}/summary"}
kind = "open"
persons = "named"
[[service.operation]]
id = "file"
match = {method = "GET", path = "/files/{person}"}
kind = "open"
persons = "named"
[[service.operation]]
id = "summary-of-all"
match = {method = "GET", path = "/files/all/summary"}
kind = "export"
persons = "export"
"""

SOURCES = """
[[source]]
id = "fhir"
service = "orientation"
format = "fhir-auditevent"
files = ["trail/*.ndjson*", "trail/*.json*"]
[[source]]
id = "web"
service = "files"
format = "weblog"
files = ["trail/*.log*"]
"""

SHARED = """
[[source]]
id = "fhir"
service_by = {field = "source", map = {"hapi" = "orientation", "gec" = "files"}}
format = "fhir-auditevent"
files = ["trail/*.ndjson"]
"""

ACCOUNTS = (
    "account,rpps,role,organisation,email,aliases\n"
    "a-1,10000000001,medecin,440000001,un@exemple.fr,premier|uno\n"
    "a-2,10000000002,medecin,440000001,,\n"
    "a-3,,medecin,440000001,,\n"
)
PERSONS = (
    "person,controller,ins\np-1,440000001,269054958815780\np-2,440000001,\np-3,440000001,\n"
)

DCM = "http://dicom.nema.org/resources/ontology/DCM"


class Place:
    """An estate, its trails, and a case on it."""

    def __init__(self, folder, sources=SOURCES):
        self.estate = folder / "estate"
        self.case = folder / "case"
        for name in ("trail", "directory"):
            (self.estate / name).mkdir(parents=True, exist_ok=True)
        tables = {
            "accounts": ACCOUNTS,
            "persons": PERSONS,
            "care": "person,kind,start_at\n",
            "controllers": "controller,name\n440000001,Essai\n",
        }
        for name, text in tables.items():
            (self.estate / f"directory/{name}.csv").write_text(text)
        (self.estate / "estate.toml").write_text(ESTATE + sources)

    def put(self, name, content):
        """Write a trail file."""
        path = self.estate / "trail" / name
        if isinstance(content, list):
            content = "".join(
                (line if isinstance(line, str) else json.dumps(line)) + "\n" for line in content
            )
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def ingest(self, *files, source=""):
        """Open the case if it is not, bring in the trails, return what the verb prints."""
        if not (self.case / "case.toml").exists():
            wiring.open_case(self.case, self.estate / "estate.toml")
        return wiring.ingest(self.case, files, source)

    def source(self, name="fhir"):
        """The counts of a source."""
        return next(s for s in self.ingest()["sources"] if s["source"] == name)

    def rows(self, *columns):
        """The published rows, by source, file, position and part."""
        files = sorted((self.case / "trail/access").glob("*.parquet"))
        if not files:
            return []
        table = pa.concat_tables([pq.read_table(file) for file in files])
        order = [(name, "ascending") for name in ("source", "digest", "position", "part")]
        listed = table.sort_by(order).to_pylist()
        if not columns:
            return listed
        return [tuple(row[name] for name in columns) for row in listed]

    def table(self, name):
        """Another table of the trail."""
        return pq.read_table(self.case / f"trail/{name}.parquet").to_pylist()

    def ledger(self, *columns):
        """The ledger, in its order."""
        return [tuple(row[name] for name in columns) for row in self.table("ledger")]

    def counts(self):
        """Lines, accepted, quarantined, repeated of each file."""
        return self.ledger("file", "lines", "accepted", "quarantined", "repeated")


def coded(code, system=DCM):
    """A Coding."""
    return {"system": system, "code": code}


def event(event_id="e-1", **said):
    """A BALP-like AuditEvent; `said` replaces top-level parts, None removes them."""
    built = {
        "resourceType": "AuditEvent",
        "id": event_id,
        "type": coded("rest", "http://terminology.hl7.org/CodeSystem/audit-event-type"),
        "subtype": [coded("read", "http://hl7.org/fhir/restful-interaction")],
        "action": "R",
        "recorded": "2025-09-01T08:00:00.000Z",
        "outcome": "0",
        "agent": [client(), user()],
        "source": {"observer": {"display": "hapi"}, "type": [coded("4")]},
        "entity": [data(), patient("p-1")],
    }
    built.update(said)
    return {name: part for name, part in built.items() if part is not None}


def client(name="poste-1", role="110152"):
    """The agent of the client's side."""
    return {
        "type": {"coding": [coded(role)]},
        "who": {"display": name},
        "requestor": False,
        "network": {"address": "192.0.2.10", "type": "2"},
    }


def user(account="a-1", **said):
    """The agent of the account."""
    return {
        "type": {"coding": [coded("IRCP")]},
        "who": {"identifier": {"value": account}},
        "requestor": True,
        "policy": ["s-1"],
        "network": {"address": "192.0.2.20", "type": "2"},
        **said,
    }


def entity(role=None, reference=None, **said):
    """An entity."""
    made = dict(said)
    if role:
        made["role"] = coded(role, "http://terminology.hl7.org/CodeSystem/object-role")
    if reference:
        made["what"] = {"reference": reference}
    return made


def patient(person):
    """The entity that names a person."""
    return entity("1", f"Patient/{person}", type=coded("1"))


def data(reference="DocumentReference/d-1"):
    """The entity of the resource read."""
    return entity("4", reference, type=coded("2"))


def request(request_id):
    """The entity of the transaction."""
    system = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
    return {"what": {"identifier": {"value": request_id}}, "type": coded("XrequestId", system)}


def query(text):
    """The entity of a query."""
    return entity("24", type=coded("2"), query=base64.b64encode(text.encode()).decode())


def seen_by(side, event_id, request_id, *entities, account="a-1"):
    """One side's view of a read."""
    server = {
        "type": {"coding": [coded("110153")]},
        "who": {"display": "hapi"},
        "requestor": False,
    }
    observer = "poste-1" if side == "client" else "hapi"
    return event(
        event_id,
        agent=[client(), server, user(account)],
        source={"observer": {"display": observer}, "type": [coded("4")]},
        entity=[data(), *entities, request(request_id)],
    )
