"""A small estate with nine professionals, two targets and one approver."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

TODAY = datetime.now(ZoneInfo("Europe/Paris")).date()
PROFESSIONALS = 9

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
id = "dossier"
[[service.operation]]
id = "read"
match = {action = "read"}
kind = "open"
persons = "named"
reveals = ["medical.diagnosis"]
[[service]]
id = "agenda"
[[source]]
id = "journal"
service = "dossier"
format = "csv"
files = ["trail/*.csv"]
[source.columns]
occurred_at = "at"
account = "who"
session = "session"
address = "from"
action = "what"
person = "whom"
[[target]]
id = "idp"
kind = "keycloak"
url = "https://idp.example"
realm = "essai"
services = ["dossier"]
[[target]]
id = "proxy"
kind = "haproxy"
url = "tcp://127.0.0.1:1"
[[approver]]
name = "Seconde Personne"
key = "KEY"
"""


def write_estate(estate, text):
    """The estate's folder: directory and one file of trail."""
    for name in ("directory", "trail"):
        (estate / name).mkdir(parents=True)
    (estate / "estate.toml").write_text(text)
    accounts = [f"pro{n},{10000000000 + n},doctor,990000001" for n in range(PROFESSIONALS)]
    day = TODAY.isoformat()
    before, after = (str(TODAY + timedelta(days=d)) for d in (-1, 1))
    tables = {
        "accounts": ["account,rpps,role,organisation", *accounts],
        "persons": ["person,controller", *(f"p{n},990000001" for n in range(9))],
        "care": [
            "person,account,organisation,kind,start_at,end_at",
            f"p0,pro0,,appointment,{day}T10:00,",
            f"p1,pro0,,appointment,{before}T10:00,",
            f"p2,pro0,,appointment,{after}T10:00,",
            f"p3,pro0,,stay,{before},{after}",
            f"p4,pro0,,stay,2020-01-01,{before}",
            "p5,pro0,,team,2020-01-01,",
            "p6,pro0,,territory,2020-01-01,",
            "p7,,990000001,stay,2020-01-01,",
            f"p8,pro1,,appointment,{day}T23:59,",
        ],
        "controllers": ["controller,name", "990000001,CH Exemple"],
    }
    for name, lines in tables.items():
        (estate / "directory" / f"{name}.csv").write_text("\n".join(lines) + "\n")
