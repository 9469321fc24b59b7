from pathlib import Path

import pytest

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
perimeter = "region"
[[service.operation]]
id = "search"
match = {interaction = "search-type", resource = "Patient"}
kind = "search"
persons = "query"
reveals = ["identity.birth_name"]

[[source]]
id = "orientation-audit"
service = "orientation"
format = "fhir-auditevent"
files = ["trail/*.ndjson"]
"""

TABLES = {
    "accounts": "account,rpps,role,organisation,opened_on,closed_on,aliases\n"
    "d.un,10000000001,doctor,990000001,2020-01-01,2025-08-31,alpha|beta\n"
    "d.deux,,nurse,990000002,,,\n",
    "persons": "person,controller,birth_name,birth_date,services,created_on\n"
    'p1,990000001|990000002,"EXEMPLE, FICTIF",1990-00-00,,\n'
    "p2,990000001,MODELE,1990-01-02,orientation,2025-08-30\n",
    "care": "person,account,kind,start_at,end_at\n"
    "p1,d.un,stay,2025-08-01T10:00,2025-08-03\n"
    "p2,,team,2025-08-01T10:00:00Z,\n",
    "controllers": "controller,name\n990000001,CH Exemple\n990000002,EHPAD Exemple\n",
}


@pytest.fixture(autouse=True)
def keys_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))


@pytest.fixture
def estate(tmp_path) -> Path:
    folder = tmp_path / "estate"
    (folder / "directory").mkdir(parents=True)
    (folder / "estate.toml").write_text(ESTATE)
    for name, text in TABLES.items():
        (folder / "directory" / f"{name}.csv").write_text(text)
    return folder
