"""A tiny region made in the test: a case folder, an estate, lines and verdicts."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core import tables as t
from tocsin.core.records import DirectoryFiles, Estate, Operation, Operator, Service, Source
from tocsin.flow.scope import scope
from tocsin.flow.world import World, arrow_schema

T0 = datetime(2025, 9, 3, 10, 0, tzinfo=UTC)
PLACES = {
    t.ACCESS: "trail/access/part.parquet",
    t.QUARANTINE: "trail/quarantine.parquet",
    t.COVERAGE: "trail/coverage.parquet",
    t.SESSIONS: "detect/sessions.parquet",
    t.ACTS: "detect/acts.parquet",
    t.REACH: "scope/reach.parquet",
    t.PEOPLE: "scope/people.parquet",
}


class Vault:
    def __init__(self, tables):
        self.tables = tables

    def seal(self, tables):
        self.tables = tables

    def open(self, *names):
        return {name: self.tables[name] for name in names}


class Folder:
    """The Case port over a plain folder: what scope needs of it, published by rename."""

    def __init__(self, root: Path, directory):
        self.root = root
        self.vault = Vault(directory)
        self.journal = []
        self.left = None  # writes left before the process dies
        self.n = 0

    def files(self, shape):
        path = self.root / PLACES[shape]
        return (str(path),) if path.exists() else ()

    def aside(self, name):
        self.n += 1
        (self.root / "work").mkdir(exist_ok=True)
        return str(self.root / "work" / f"{self.n}-{name}")

    def publish(self, staged, name):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(staged).replace(target)

    def share(self, name, as_name):
        linked = Path(self.aside("linked"))
        linked.unlink(missing_ok=True)
        linked.hardlink_to(self.root / name)
        self.publish(str(linked), as_name)

    def withdraw(self, name):
        for file in sorted((self.root / name).rglob("*"), reverse=True):
            file.unlink()
        (self.root / name).rmdir()

    def listed(self, folder):
        place = self.root / folder
        return tuple(sorted(e.name for e in place.iterdir())) if place.is_dir() else ()

    def where(self, name):
        return str(self.root / name)

    def read_json(self, name):
        path = self.root / name
        return json.loads(path.read_text()) if path.exists() else None

    def write_json(self, name, value):
        staged = Path(self.aside("doc.json"))
        staged.write_text(json.dumps(value, ensure_ascii=False))
        self.publish(str(staged), name)

    def note(self, event, facts, *, by=""):
        self.journal.append((event, facts))


class Silent:
    def stage(self, words):
        pass

    def advance(self, done, total, unit):
        pass


def op(id_, kind="search", persons="query", reveals=("identity.birth_name",)):
    return Operation(id=id_, match={}, kind=kind, persons=persons, reveals=tuple(reveals))


def service(id_="s", operations=(), **more):
    base = {
        "name": f"Service {id_}",
        "implies": "",
        "perimeter": "region",
        "roles": (),
        "ignore": (),
        "page_size": 0,
    }
    ops = operations or (
        op("search"),
        op("open", "open", "named", ("identity.birth_name", "medical.note")),
        op("export", "export", "export", ("identity.birth_name",)),
    )
    return Service(id=id_, operations=tuple(ops), **(base | more))


def source(id_="src", service="s", **more):
    base = {
        "service_by": None,
        "format": "fhir-auditevent",
        "files": (),
        "timezone": "UTC",
        "names_results": False,
        "silent": (),
        "retention_days": 365,
        "clock_offset_s": 0.0,
        "columns": {},
    }
    return Source(id=id_, service=service, **(base | more))


def person(id_, **more):
    row = dict.fromkeys(t.PERSONS.names, "") | {"person": id_, "birth_name": f"Nom{id_}"}
    return row | {"created_us": None, "controllers": ("E1",), "services": ()} | more


def us(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def at(**delta) -> datetime:
    return T0 + timedelta(**delta)


class Region:
    """Lines, verdicts and a directory; `run` gives the summary and the tables."""

    def __init__(self, root: Path, **more):
        self.root = root
        self.services = more.get("services", (service(),))
        self.sources = more.get("sources", (source(), source("idp", "", format="keycloak")))
        self.persons = list(more.get("persons", ()))
        self.accounts = list(more.get("accounts", ({"account": "a", "role": "medecin"},)))
        self.care = list(more.get("care", ()))
        self.coverage = list(
            more.get(
                "coverage",
                [(s.id, at(days=-9), at(days=9), "trailed", "") for s in self.sources],
            )
        )
        self.quarantine = list(more.get("quarantine", ()))
        self.lines = []
        self.acts = []
        self.sessions = {}

    def line(self, operation="search", query=None, person="", **more):
        """A line of the trail; `attribution` None leaves its session out of detection."""
        n = len(self.lines) + 1
        kinds = {(s.id, o.id): str(o.kind) for s in self.services for o in s.operations}
        row = dict.fromkeys(t.ACCESS.names, "") | {
            "event_id": f"e{n}",
            "also": [],
            "source": more.get("source", self.sources[0].id),
            "digest": more.get("digest", "d" * 64),
            "position": more.get("position", n),
            "part": more.get("part", 0),
            "occurred_at": more.get("at", T0 + timedelta(seconds=n)),
            "account": more.get("account", "a"),
            "service": more.get("service", "s"),
            "operation": operation,
            "outcome": more.get("outcome", "ok"),
            "person": person,
            "query": query,
            "result_count": more.get("result_count"),
            "purpose": more.get("purpose"),
        }
        row["kind"] = more.get("kind", kinds.get((row["service"], operation), "other"))
        self.lines.append(row)
        attribution = more.get("attribution", "usurped")
        if attribution:
            session = more.get("session", "x")
            decided = more.get("decided_by", "Ada")
            place = {k: row[k] for k in ("event_id", "source", "digest", "position", "part")}
            self.acts.append(
                place | {"session": session, "attribution": attribution, "decided_by": decided}
            )
            self.sessions.setdefault(
                session, {"session": session, "account": row["account"], "verdict": "usurped"}
            )
        return row

    def estate(self) -> Estate:
        return Estate(
            operator=Operator(
                id="o", name="Opérateur", region="R", timezone="Europe/Paris", role="processor"
            ),
            directory=DirectoryFiles(
                as_of=at(days=2), accounts="", persons="", care="", controllers=""
            ),
            services=tuple(self.services),
            sources=tuple(self.sources),
        )

    def directory(self):
        persons = [{k: p[k] for k in t.PERSONS.names} for p in self.persons]
        links = [
            {"person": p["person"], "controller": c}
            for p in self.persons
            for c in p["controllers"]
        ]
        listed = [
            {"person": p["person"], "service": s} for p in self.persons for s in p["services"]
        ]
        accounts = [
            dict.fromkeys(t.ACCOUNTS.names, "") | {"opened_us": None, "closed_us": None} | a
            for a in self.accounts
        ]
        care = [
            {"account": "", "organisation": "", "kind": "stay", "end_us": None} | c
            for c in self.care
        ]
        controllers = sorted({c for p in self.persons for c in p["controllers"]})
        return {
            "accounts": _arrow(t.ACCOUNTS, accounts),
            "account_names": _arrow(t.ACCOUNT_NAMES, []),
            "persons": _arrow(t.PERSONS, persons),
            "person_controllers": _arrow(t.PERSON_CONTROLLERS, links),
            "person_services": _arrow(t.PERSON_SERVICES, listed),
            "care": _arrow(t.CARE, care),
            "controllers": _arrow(
                t.CONTROLLERS, [{"controller": c, "name": f"Hôpital {c}"} for c in controllers]
            ),
        }

    def world(self) -> World:
        folder = Folder(self.root, self.directory())
        start = dict.fromkeys(t.SESSIONS.names) | {"start_at": T0, "end_at": T0, "acts": 1}
        found = {
            t.ACCESS: self.lines,
            t.QUARANTINE: self.quarantine,
            t.COVERAGE: [
                {
                    "source": s,
                    "start_at": a,
                    "end_at": b,
                    "state": st,
                    "offset_s": None,
                    "why": w,
                }
                for s, a, b, st, w in self.coverage
            ],
            t.SESSIONS: [start | {"decided_by": ""} | s for s in self.sessions.values()],
            t.ACTS: self.acts,
        }
        for shape, rows in found.items():
            path = self.root / PLACES[shape]
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(_arrow(shape, rows), path)
        return World(
            case=folder,
            engine=DuckdbEngine(self.root / "spill", memory="512MB", threads=1),
            estate=self.estate(),
            clock=None,
            progress=Silent(),
        )

    def run(self, *, accept=False):
        world = self.world()
        summary = scope(world, accept_suspicions=accept)
        world.engine.close()
        return Found(self.root, summary)


class Found:
    def __init__(self, root, summary):
        self.root = root
        self.summary = summary
        self.persons = summary["persons"]
        self.reach = pq.read_table(root / "scope/reach.parquet").to_pylist()
        self.people = pq.read_table(root / "scope/people.parquet").to_pylist()
        self.statements = {
            s["category"]: s
            for s in pq.read_table(root / "scope/statements.parquet").to_pylist()
        }

    def grades(self) -> Mapping[str, str]:
        """The best grade of each person."""
        order = ["possible", "probable", "certain"]
        best = {}
        for row in self.reach:
            best[row["person"]] = max(
                best.get(row["person"], "possible"), row["grade"], key=order.index
            )
        return best

    def items(self, person_):
        return {r["item"]: r["grade"] for r in self.reach if r["person"] == person_}


def _arrow(shape, rows):
    return pa.Table.from_pylist(
        [{k: row[k] for k in shape.names} for row in rows], schema=arrow_schema(shape)
    )
