"""A case whose scope is made by hand: nobody here exists. For benchmarks and tests of notices."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tocsin.core.tables import PEOPLE, REACH, Table
from tocsin.core.vocabulary import CATEGORIES
from tocsin.flow.world import arrow_schema
from tocsin.wiring.cases import open_case
from tocsin.wiring.keys import new_key

SEEN_AT = datetime(2025, 9, 2, 8, 30, tzinfo=UTC)

ESTATE = """\
[operator]
id = "op"
name = "Opérateur d'Essai"
timezone = "Europe/Paris"
role = "processor"
dpo = {{name = "DPO Fictif", email = "dpo@operateur.invalid", phone = "01 99 00 00 00"}}
public = {{url = "https://operateur.invalid", phone = "01 99 00 00 01"}}
sender = {{email = "information@operateur.invalid", name = "Opérateur d'Essai"}}

[directory]
as_of = 2025-09-05T00:00:00Z
accounts = "accounts.csv"
persons = "persons.csv"
care = "care.csv"
controllers = "controllers.csv"

[[service]]
id = "record"
[[service.operation]]
id = "read"
match = {{action = "read"}}
kind = "open"
persons = "named"
reveals = ["identity.birth_name"]
{more}
"""

APPROVER = """
[[approver]]
name = "{name}"
key = "{key}"
"""


def person(n: int, **more: str) -> dict[str, str]:
    """One person of the directory, with a mailbox, a mobile and an address."""
    row = {
        "person": f"P{n:07d}",
        "identity_status": "validée",
        "birth_name": f"NOMFICTIF{n}",
        "used_name": "",
        "first_names": f"Prénom{n} Second",
        "sex": "F" if n % 2 else "M",
        "birth_date": f"19{40 + n % 60:02d}-0{1 + n % 9}-1{n % 10}",
        "phone": f"06990{n % 100_000:05d}",
        "email": f"personne{n}@exemple.invalid",
        "address": f"{1 + n % 97} rue de l'Essai",
        "postal_code": "99000",
        "city": "Fictiville",
        "controller": "990000176",
        "died_on": "",
        "guardian_name": "",
        "guardian_email": "",
        "guardian_phone": "",
        "guardian_address": "",
        "language": "en" if n % 37 == 0 else "fr",
    }
    return row | more


class MadeCase:
    """An estate, a case on it, two approvers, and a scope written by hand."""

    def __init__(
        self, root: Path, persons: Sequence[Mapping[str, str]], *, more: str = ""
    ) -> None:
        self.root, self.case, self.estate = root, root / "case", root / "estate"
        self.estate.mkdir(parents=True)
        self.keys = [root / f"key-{name}.pem" for name in ("ada", "bob")]
        enrolled = "".join(
            APPROVER.format(name=key.stem, key=new_key(key)["key"]) for key in self.keys
        )
        text = ESTATE.format(more=more) + enrolled
        (self.estate / "estate.toml").write_text(text, encoding="utf-8")
        self._csv("persons", persons)
        self._csv("accounts", [{"account": "a", "role": "r", "organisation": "990000176"}])
        nothing = {"person": "", "account": "", "kind": "", "start_at": ""}
        self._csv("care", [nothing], rows=0)
        self._csv(
            "controllers",
            [
                {
                    "controller": "990000176",
                    "name": "Centre hospitalier fictif",
                    "dpo_name": "M. Essai",
                    "dpo_email": "dpo@ch.invalid",
                    "mandate_from": "2025-01-01",
                },
                {
                    "controller": "990000184",
                    "name": "Clinique sans mandat",
                    "dpo_name": "",
                    "dpo_email": "",
                    "mandate_from": "",
                },
            ],
        )
        open_case(self.case, self.estate / "estate.toml")

    def append(self, text: str) -> None:
        """Write more into the estate file: where notices leave is read anew at each use."""
        file = self.estate / "estate.toml"
        file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")

    def scope(
        self,
        reached: Iterable[tuple[str, str, str, str]],
        *,
        proposition: bool = False,
        merged: Iterable[tuple[str, str]] = (),
        findings: Mapping[str, str] | None = None,
    ) -> int:
        """Publish a new revision; rows are person, controller, item, grade."""
        folder = self.case / "scope"
        revision = 1 + len(list((folder / "revisions").glob("*")))
        rows = [
            {
                "person": who,
                "controller": controller,
                "item": item,
                "grade": grade,
                "rule": "named",
                "first_at": SEEN_AT,
                "last_at": SEEN_AT,
                "sessions": 1,
                "acts": 1,
            }
            for who, controller, item, grade in reached
        ]
        records = {(row["person"], row["person"]) for row in rows} | set(merged)
        people = [
            {"record": record, "person": who, "rule": "self", "reviewed_by": ""}
            for record, who in sorted(records)
        ]
        found = dict.fromkeys(CATEGORIES, "cannot_be_excluded") | dict(
            findings or {"medical": "not_reached", "financial": "not_reached"}
        )
        summary: dict[str, Any] = {
            "revision": revision,
            "proposition": proposition,
            "controllers": [{"controller": "990000184", "name": "Clinique sans mandat"}],
            "statements": [
                {"category": name, "finding": value, "says": "", "because": []}
                for name, value in found.items()
            ],
        }
        for place in (folder / "revisions" / str(revision), folder):
            place.mkdir(parents=True, exist_ok=True)
            _parquet(place / "reach.parquet", REACH, rows)
            _parquet(place / "people.parquet", PEOPLE, people)
            (place / "summary.json").write_text(json.dumps(summary))
        return revision

    def _csv(
        self, name: str, listed: Sequence[Mapping[str, str]], rows: int | None = None
    ) -> None:
        table = pa.Table.from_pylist([dict(row) for row in listed])
        pyarrow.csv.write_csv(table.slice(0, rows), self.estate / f"{name}.csv")


def _parquet(file: Path, shape: Table, rows: list[dict[str, Any]]) -> None:
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema(shape)), file)
