"""A small case made by hand through the real ports: a theft, a doubtful session, a hole."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tocsin.adapters.case_folder import CaseFolder, SystemClock, begin
from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.adapters.estate_toml import read_estate
from tocsin.core.tables import (
    ACCESS,
    ACTS,
    COVERAGE,
    LEDGER,
    QUARANTINE,
    REACH,
    SESSIONS,
)
from tocsin.flow.world import World, rows_of

HOSTILE = "<script>alert(1)</script>"

ESTATE = """\
[operator]
id = "essai"
name = "GRADeS Essai"
region = "Région fictive"
timezone = "Europe/Paris"
role = "processor"

[directory]
as_of = 2025-09-05T00:00:00Z
accounts = "directory/accounts.csv"
persons = "directory/persons.csv"
care = "directory/care.csv"
controllers = "directory/controllers.csv"

[[service]]
id = "orientation"
name = "Orientation fictive"
implies = "health"
perimeter = "region"
[[service.operation]]
id = "search"
match = {interaction = "search-type", resource = "Patient"}
kind = "search"
persons = "query"
reveals = ["identity.birth_name", "contact.phone"]
[[service.operation]]
id = "read"
match = {interaction = "read", resource = "Patient"}
kind = "open"
persons = "named"
reveals = ["identity.birth_name", "contact.phone"]

[[source]]
id = "orientation-audit"
service = "orientation"
format = "fhir-auditevent"
files = ["trail/*.ndjson"]
silent = ["read"]

[[source]]
id = "idp"
format = "keycloak"
files = ["trail/*.json"]
"""

START = datetime(2025, 8, 25, tzinfo=UTC)
THEFT = datetime(2025, 9, 3, 0, 40, tzinfo=UTC)
PERSONS = 40


class Quiet:
    def stage(self, words):
        pass

    def advance(self, done, total, unit):
        pass


def both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


def reasons(client: str) -> list[dict]:
    places = [
        {"source": "orientation-audit", "position": n, "event_id": f"e{n}"} for n in (1, 2, 3)
    ]
    return [
        {
            "signal": "network",
            "family": "context",
            "says": both(
                f"réseau jamais vu pour ce compte ({client})",
                f"network never seen for this account ({client})",
            ),
            "bits": 6.4,
            "places": places,
        },
        {
            "signal": "unexplained",
            "family": "care",
            "says": both(
                "97 % des personnes sans relation de soin",
                "97 % of the persons without a care relation",
            ),
            "bits": 9.1,
            "places": places,
        },
        {
            "signal": "role",
            "family": "history",
            "says": both("service habituel du compte", "usual service of the account"),
            "bits": -1.2,
            "places": [],
        },
    ]


def access_rows():
    for n in range(1, 121):
        theft = n <= 80
        yield (
            f"e{n}", [], "orientation-audit", "d" * 64, n, 0,
            (THEFT + timedelta(seconds=30 * n)) if theft else START + timedelta(hours=n),
            "d.un" if theft else "d.deux", "s", "203.0.113.7", HOSTILE, "orientation",
            "read" if n % 2 else "search", "open" if n % 2 else "search", "ok",
            f"p{n % PERSONS}" if n % 2 else "", None, None, None,
        )  # fmt: skip


def session_rows():
    said = json.dumps(reasons(HOSTILE), ensure_ascii=False)
    end = THEFT + timedelta(minutes=41)
    yield ("aaaa", "d.un", THEFT, end, 80, 40, 0.9996, 0.0004, "usurped", "", "c1", said)
    start = THEFT + timedelta(days=1, hours=3)
    yield ("bbbb", "d.deux", start, start + timedelta(minutes=9), 6, 3, 0.6, 0.2,
           "undecided", "", "", said)  # fmt: skip
    for day in range(12):
        at = START + timedelta(days=day, hours=7 + day % 5)
        yield (f"l{day}", "d.un", at, at + timedelta(hours=1), 9, 4, 0.0002, 0.9,
               "legitimate", "", "", "[]")  # fmt: skip


def coverage_rows():
    hole = START + timedelta(days=8, hours=12)
    end = START + timedelta(days=14)
    yield ("orientation-audit", START, hole, "trailed", 0.4, "")
    yield ("orientation-audit", hole, hole + timedelta(hours=6), "silent", None,
           "aucune ligne en 6 h, 310 attendues")  # fmt: skip
    yield ("orientation-audit", hole + timedelta(hours=6), end, "trailed", 0.4, "")
    yield ("idp", START, end - timedelta(days=1), "trailed", None, "")
    yield ("idp", end - timedelta(days=1), end, "stopped", None, "arrêt déclaré")


def reach_rows():
    for n in range(PERSONS):
        grade = "certain" if n < 20 else "probable" if n < 32 else "possible"
        rule = {"certain": "named", "probable": "replayed", "possible": "blind"}[grade]
        for controller in ("990000001", "990000002")[: 1 + (n % 5 == 0)]:
            for item in ("identity.birth_name", "contact.phone"):
                yield (f"p{n}", controller, item, grade, rule, THEFT, THEFT, 1, 2)


SCOPE = {
    "revision": 2,
    "proposition": True,
    "persons": {
        "certain": 20, "probable": 32, "possible": 40, "at_least": 24, "at_most": 40,
        "test": 1, "unknown": 2,
    },
    "items": {
        "identity.birth_name": {"certain": 20, "probable": 32, "possible": 40},
        "contact.phone": {"certain": 12, "probable": 28, "possible": 40},
    },
    "controllers": [
        {"controller": "990000001", "name": "CH Exemple",
         "persons": {"certain": 20, "probable": 32, "possible": 40}},
        {"controller": "990000002", "name": HOSTILE,
         "persons": {"certain": 4, "probable": 7, "possible": 8}},
    ],
    "statements": [
        {"category": "identity", "finding": "reached",
         "says": both("Les données d'identité ont été consultées.", "Identity was reached."),
         "because": [both("Prémisse : une session.", "Premise: one session.")]},
        {"category": "contact", "finding": "reached",
         "says": both("Les coordonnées ont été consultées.", "Contact details were reached."),
         "because": []},
        {"category": "medical", "finding": "cannot_be_excluded",
         "says": both(
             "Les données médicales n'auraient pas été consultées, sans que cela soit exclu.",
             "Medical data would not have been reached, but this cannot be excluded."),
         "because": [
             both("Les traces manquent six heures.", "Six hours of trail are missing."),
             both("Prémisse : sur la parole de l'opérateur.", "Premise: the operator's word."),
         ]},
        {"category": "financial", "finding": "not_reached",
         "says": both("Les données financières n'ont pas été consultées.",
                      "Financial data was not reached."),
         "because": []},
    ],
}  # fmt: skip

INGEST = {
    "sources": [
        {"source": "orientation-audit", "files": 1, "lines": 130, "accepted": 120,
         "quarantined": 6, "repeated": 4, "unmatched": 3},
        {"source": "idp", "files": 1, "lines": 50, "accepted": 50, "quarantined": 0,
         "repeated": 0, "unmatched": 0},
    ],
    "start_at": START.isoformat(),
    "end_at": (START + timedelta(days=14)).isoformat(),
    "gaps": [],
}  # fmt: skip

DETECT = {
    "sessions": 14, "suspicions": [], "fdr": 0.05, "prior": 0.001, "expected_false": 0.0004,
    "campaigns": [{"campaign": "c1", "sessions": ["aaaa"], "accounts": ["d.un"], "traits": []}],
}  # fmt: skip

LEDGERS = [
    ("orientation-audit", "trail/o.ndjson", "d" * 64, 130, 120, 6, 4),
    ("idp", f"trail/{HOSTILE}.json", "e" * 64, 50, 50, 0, 0),
]
QUARANTINES = [
    ("orientation-audit", "d" * 64, n, 0, "not JSON", "NOM-DE-PATIENT-FICTIF")
    for n in range(121, 127)
]


class HandMade:
    """A case whose stages can be filled one by one."""

    def __init__(self, folder: Path) -> None:
        self.clock = SystemClock()
        begin(folder, ESTATE, {"id": "essai-1", "opened_at": "2025-09-05T00:00:00+00:00"})
        self.case = CaseFolder(folder, clock=self.clock, write=True)
        self.engine = DuckdbEngine(folder / "spill")
        self.world = World(
            case=self.case,
            engine=self.engine,
            estate=read_estate(ESTATE, file="estate.toml"),
            clock=self.clock,
            progress=Quiet(),
        )

    def _table(self, shape, rows, name: str) -> None:
        self.engine.bind_arrow(shape, rows_of(shape, rows))
        staged = self.case.aside(f"{shape.name}.parquet")
        self.engine.write(shape.name, shape, staged)
        self.engine.drop(shape.name)
        self.case.publish(staged, name)

    def ingested(self) -> None:
        self._table(ACCESS, access_rows(), "trail/access/a.parquet")
        self._table(QUARANTINE, QUARANTINES, "trail/quarantine.parquet")
        self._table(LEDGER, LEDGERS, "trail/ledger.parquet")
        self._table(COVERAGE, coverage_rows(), "trail/coverage.parquet")
        self.case.write_json("trail/summary.json", INGEST)

    def detected(self, *, theft: bool = True) -> None:
        rows = [r for r in session_rows() if theft or r[8] == "legitimate"]
        self._table(SESSIONS, rows, "detect/sessions.parquet")
        acts = [
            (f"e{n}", "orientation-audit", "d" * 64, n, 0, "aaaa", "usurped", "")
            for n in range(1, 81)
        ]
        self._table(ACTS, acts if theft else [], "detect/acts.parquet")
        self.case.write_json(
            "detect/summary.json", DETECT if theft else {**DETECT, "campaigns": []}
        )

    def scoped(self, *, theft: bool = True) -> None:
        self._table(REACH, reach_rows() if theft else [], "scope/reach.parquet")
        none = dict.fromkeys(SCOPE["persons"], 0)
        calm = {
            **SCOPE, "proposition": False, "persons": none, "items": {}, "controllers": [],
            "statements": [{**s, "finding": "not_reached"} for s in SCOPE["statements"]],
        }  # fmt: skip
        self.case.write_json("scope/summary.json", SCOPE if theft else calm)

    def close(self) -> None:
        self.engine.close()
        self.case.close()


@pytest.fixture
def hand_made(tmp_path, monkeypatch):
    """A case just opened."""
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    made = HandMade(tmp_path / "case")
    yield made
    made.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The case with every stage run; only to be read."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_KEY_DIR", str(folder / "keys"))
        made = HandMade(folder / "case")
        made.ingested()
        made.detected()
        made.scoped()
        yield made
        made.close()
