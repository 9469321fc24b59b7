# ruff: noqa: C901, C416, E501
"""A second generator of regions, written from the contract alone, unlike the simulator's.

Another style of estate: an orientation service (FHIR AuditEvent, local offsets), a record (web
log), a diary (CSV with other column names), a login (Keycloak). Other roles, other rhythms, plain
draws. One region has owners' odd days of its own and at most one thief.
"""

import base64
import csv
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

PARIS = timezone(timedelta(hours=2))
FIRST = datetime(2025, 6, 2, tzinfo=PARIS)  # a Monday
ROLES = ("medecin", "infirmiere", "assistante_sociale", "secretaire", "kine")
CLIENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:139.0) Gecko/20100101 Firefox/139.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/136.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/136.0 Safari/537.36 Edg/136.0",
    "Mozilla/5.0 (iPad; CPU OS 18_4 like Mac OS X) AppleWebKit/605.1 Version/18.4 Safari/604.1",
)
NAMES = [a + b for a in ("Mar", "Ber", "Lau", "Ric", "Gir", "Fon", "Rou", "Mer", "Gau", "Per")
         for b in ("tin", "nard", "rent", "hard", "aud", "taine", "sel", "cier", "thier", "rin",
                   "eau", "ot", "ier", "as", "elle")]  # fmt: skip

ESTATE = """
[operator]
id = "second"
name = "Second"
timezone = "Europe/Paris"
[directory]
as_of = 2025-07-01T00:00:00Z
accounts = "dir/accounts.csv"
persons = "dir/persons.csv"
care = "dir/care.csv"
controllers = "dir/controllers.csv"
[[service]]
id = "parcours"
implies = "health"
perimeter = "region"
[[service.operation]]
id = "chercher"
match = {interaction = "search-type", resource = "Patient"}
kind = "search"
persons = "query"
reveals = ["identity.birth_name"]
[[service.operation]]
id = "lire"
match = {interaction = "read", resource = "Patient"}
kind = "open"
persons = "named"
reveals = ["identity.birth_name", "contact.phone"]
[[service.operation]]
id = "ecrire"
match = {interaction = "update", resource = "Patient"}
kind = "write"
persons = "named"
[[service]]
id = "dossier"
perimeter = "organisation"
ignore = ["/static/"]
[[service.operation]]
id = "liste"
match = {method = "GET", path = "/p"}
kind = "search"
persons = "query"
reveals = ["identity.birth_name"]
[[service.operation]]
id = "fiche"
match = {method = "GET", path = "/p/{person}"}
kind = "open"
persons = "named"
reveals = ["medical.record"]
[[service.operation]]
id = "note"
match = {method = "POST", path = "/p/{person}/notes"}
kind = "write"
persons = "named"
[[service]]
id = "agenda"
[[service.operation]]
id = "voir"
match = {action = "VOIR"}
kind = "open"
persons = "named"
reveals = ["administrative.appointment"]
[[source]]
id = "a-parcours"
service = "parcours"
format = "fhir-auditevent"
files = ["logs/parcours.ndjson"]
[[source]]
id = "a-dossier"
service = "dossier"
format = "weblog"
files = ["logs/dossier.log"]
[[source]]
id = "a-agenda"
service = "agenda"
format = "csv"
timezone = "Europe/Paris"
files = ["logs/agenda.csv"]
columns = {occurred_at = "quand", account = "qui", session = "jeton", address = "ip", client = "poste", action = "quoi", person = "ipp", event_id = "no"}
[[source]]
id = "a-login"
format = "keycloak"
files = ["logs/login.jsonl"]
"""


@dataclass
class Act:
    """One act as it happened: `what` is search, open, write (parcours, dossier) or voir."""

    at: datetime
    who: str
    token: str
    address: str
    client: str
    service: str
    what: str
    person: str = ""
    query: str = ""
    thief: bool = False


@dataclass
class Second:
    """A region in the making."""

    seed: int
    attack: str
    accounts: int = 70
    persons: int = 1600
    days: int = 26
    acts: list = field(default_factory=list)
    logins: list = field(default_factory=list)

    def __post_init__(self):
        self.rng = random.Random(self.seed)
        self.houses = [f"99000{n:04d}" for n in range(1, 7)]
        self.people = [f"IPP{n:06d}" for n in range(self.persons)]
        self.name = {p: self.rng.choice(NAMES) for p in self.people}
        self.house_of = {p: self.rng.choice(self.houses) for p in self.people}
        self.staff = {}
        for n in range(self.accounts):
            role = self.rng.choices(ROLES, (5, 6, 2, 3, 2))[0]
            self.staff[f"u.{role[:3]}{n:03d}"] = (role, self.rng.choice(self.houses))
        self.panel = {}
        for who, (_, house) in self.staff.items():
            near = [p for p in self.people if self.house_of[p] == house]
            self.panel[who] = self.rng.sample(near, min(45, len(near)))
        self.closed = {}

    def _place(self, who):
        role, house = self.staff[who]
        n = self.houses.index(house)
        if role == "kine" or (role == "medecin" and hash_of(who) % 3 == 0):
            return f"81.{50 + hash_of(who) % 90}.{hash_of(who) % 250}.7"
        return f"193.52.{10 + n}.{2 + hash_of(who) % 2}"

    def _token(self):
        return f"{self.rng.getrandbits(64):016x}"

    def sitting(self, who, at, *, people, address="", client="", odd=False):
        """One honest session about these persons."""
        rng, role = self.rng, self.staff[who][0]
        address = address or self._place(who)
        client = client or CLIENTS[hash_of(who) % 3]
        token = self._token()
        self.logins.append((at - timedelta(seconds=8), who, token, address))
        for person in people:
            service = rng.choices(("dossier", "parcours", "agenda"), (5, 2, 2))[0]
            if role == "secretaire":
                service = rng.choices(("agenda", "dossier"), (4, 1))[0]
            if role == "assistante_sociale":
                service = "parcours"
            for act in self._about(service, person):
                self.acts.append(
                    Act(at=at, who=who, token=token, address=address, client=client, **act)
                )
                at += timedelta(seconds=rng.lognormvariate(3.1, 0.8))
            at += timedelta(seconds=rng.lognormvariate(4.6, 0.9))
        return token, at

    def _about(self, service, person):
        rng = self.rng
        if service == "agenda":
            return [{"service": service, "what": "voir", "person": person}]
        steps = []
        if rng.random() < 0.45:
            query = f"family={self.name[person]}"
            query += rng.choice(("", f"&birthdate=19{rng.randint(30, 99)}-05-01", "&_count=20"))
            steps.append({"service": service, "what": "search", "query": query})
        steps += [{"service": service, "what": "open", "person": person}] * rng.randint(1, 2)
        if rng.random() < 0.35:
            steps.append({"service": service, "what": "write", "person": person})
        return steps

    def honest(self):
        """Every owner's days, with some that are odd."""
        rng = self.rng
        names = list(self.staff)
        away = set(rng.sample(names, 6))
        for day in range(self.days):
            date = FIRST + timedelta(days=day)
            for who in names:
                odds = 0.85 if date.weekday() < 5 else 0.15
                if rng.random() > odds or self.closed.get(who, 999) <= day:
                    continue
                for _ in range(rng.randint(1, 3)):
                    at = date + timedelta(hours=rng.triangular(7.5, 19, 10))
                    count = max(1, int(rng.lognormvariate(1.4, 0.6)))
                    people = [self._somebody(who) for _ in range(count)]
                    home = who in away and day % 5 == 2
                    self.sitting(
                        who,
                        at,
                        people=people,
                        address=f"90.{hash_of(who) % 200}.4.9" if home else "",
                        client=CLIENTS[3] if home else "",
                    )
        busy = rng.choice(names)
        late = FIRST + timedelta(days=self.days - 6, hours=21)
        self.sitting(busy, late, people=rng.sample(self.people, 18))
        lists = [n for n in names if self.staff[n][0] == "secretaire"]
        if lists:
            who = rng.choice(lists)
            many = sorted(rng.sample(self.people, 40))
            self.sitting(who, late - timedelta(hours=8), people=many)

    def _somebody(self, who):
        rng = self.rng
        chance = rng.random()
        if chance < 0.78 and self.panel[who]:
            return rng.choice(self.panel[who])
        near = [p for p in self.panel] and [
            p for p in rng.sample(self.people, 30) if self.house_of[p] == self.staff[who][1]
        ]
        return rng.choice(near) if near and chance < 0.93 else rng.choice(self.people)

    # The thieves ------------------------------------------------------------------------

    def harvest(self, who, at, *, acts, places, pace, token="", client=""):
        """A thief who sweeps names and opens whom he finds."""
        rng = self.rng
        own = not token
        token = token or self._token()
        client = client or self.tool
        if own:
            self.logins.append((at - timedelta(seconds=5), who, token, places[0]))
        letters = "abcdefghijklmnopqrstuvwxyz"
        row = 0
        for n in range(acts):
            address = places[n * len(places) // acts]
            if n % 4 == 0:
                row += 1
                query = f"family={letters[row % 26]}{letters[row // 26 % 26]}&_count=100"
                act = {"what": "search", "query": query}
            else:
                act = {"what": "open", "person": rng.choice(self.people)}
            self.acts.append(
                Act(at=at, who=who, token=token, address=address, client=client,
                    service="parcours", thief=True, **act)
            )  # fmt: skip
            at += timedelta(seconds=max(0.4, rng.lognormvariate(pace, 0.4)))

    def rob(self):
        """The attack, if there is one."""
        rng = self.rng
        self.tool = rng.choice((CLIENTS[1], "python-requests/2.32", CLIENTS[0]))
        doctors = [n for n in self.staff if self.staff[n][0] == "medecin"]
        last = FIRST + timedelta(days=self.days - 5)

        def home():
            return f"{rng.choice((78, 82, 86, 90))}.{rng.randint(1, 250)}.{rng.randint(1, 250)}.{rng.randint(2, 250)}"

        victim = rng.choice(doctors)
        if self.attack == "scrape":
            for night in range(2):
                self.harvest(victim, last + timedelta(days=night, hours=rng.uniform(0, 5)),
                             acts=150, places=[f"45.83.64.{rng.randint(2, 250)}"],
                             pace=1.0)  # fmt: skip
        elif self.attack == "departed":
            self.closed[victim] = self.days - 12
            self.harvest(
                victim, last + timedelta(hours=14), acts=120, places=[home()], pace=1.6
            )
        elif self.attack == "ten-accounts":
            exits = [f"185.220.{rng.randint(100, 103)}.{rng.randint(2, 250)}" for _ in range(4)]
            for n, who in enumerate(rng.sample(list(self.staff), 10)):
                at = last + timedelta(hours=9 * n + rng.uniform(0, 5))
                self.harvest(who, at, acts=45, places=[rng.choice(exits)], pace=1.8)
        elif self.attack == "rotating":
            for evening in range(3):
                at = last + timedelta(days=evening, hours=rng.uniform(9, 22))
                self.harvest(victim, at, acts=90, places=[home() for _ in range(6)], pace=2.0)
        elif self.attack in ("shared-session", "shared-beside"):
            mine = [act for act in self.acts if act.who == victim and act.at > last]
            token = rng.choice(mine).token
            host = [act for act in mine if act.token == token]
            start = min(act.at for act in host)
            beside = self.attack == "shared-beside"  # behind the same exit as the doctor
            self.harvest(
                victim,
                start + timedelta(minutes=4),
                acts=70,
                places=[host[0].address if beside else home()],
                pace=2.2,
                token=token,
                client=next(c for c in CLIENTS if c != host[0].client)
                if beside
                else rng.choice(CLIENTS),
            )
        elif self.attack == "imitator":
            place, client = home(), CLIENTS[hash_of(victim) % 3]
            near = [p for p in self.people if self.house_of[p] == self.staff[victim][1]]
            for day in range(6):
                at = last - timedelta(days=2 * day) + timedelta(hours=rng.uniform(8.5, 17))
                before = len(self.acts)
                self.sitting(
                    victim, at, people=rng.sample(near, 5), address=place, client=client
                )
                stolen = [act for act in self.acts[before:] if act.what != "write"]
                for act in stolen:
                    act.thief = True
                self.acts[before:] = stolen

    # What is left on disk ---------------------------------------------------------------

    def write(self, folder):
        """The estate, its trails, and the truth as (source, event id or line) -> thief."""
        folder = Path(folder)
        (folder / "dir").mkdir(parents=True)
        (folder / "logs").mkdir()
        if self.attack == "departed":
            self.rob()
            self.acts, thief = [], [act for act in self.acts if act.thief]
            self.honest()
            self.acts += thief
        else:
            self.honest()
            self.rob()
        self.acts.sort(key=lambda act: act.at)
        (folder / "estate.toml").write_text(ESTATE)
        self._directory(folder / "dir")
        return self._trails(folder / "logs")

    def _directory(self, folder):
        def table(name, header, rows):
            with (folder / f"{name}.csv").open("w", newline="") as out:
                csv.writer(out).writerows([header, *rows])

        def closed(who):
            day = self.closed.get(who)
            return "" if day is None else (FIRST + timedelta(days=day)).date().isoformat()

        table("accounts", ["account", "role", "organisation", "closed_on"],
              [[w, r, h, closed(w)] for w, (r, h) in self.staff.items()])  # fmt: skip
        table("persons", ["person", "birth_name", "controller", "phone"],
              [[p, self.name[p], self.house_of[p], "0199000000"] for p in self.people])  # fmt: skip
        table("care", ["person", "account", "kind", "start_at"],
              [[p, w, "team", "2025-01-01"] for w, ps in self.panel.items() for p in ps])  # fmt: skip
        table("controllers", ["controller", "name"], [[h, f"Maison {h}"] for h in self.houses])

    def _trails(self, folder):
        truth, fhir, web, diary = {}, [], [], []
        for number, act in enumerate(self.acts):
            if act.service == "parcours":
                fhir.append(json.dumps(self._event(number, act)))
                truth["a-parcours", str(len(fhir))] = act.thief
            elif act.service == "dossier":
                web.append(self._request(act))
                truth["a-dossier", str(len(web))] = act.thief
            else:
                at = act.at.strftime("%Y-%m-%d %H:%M:%S")
                diary.append([number, at, act.who, act.token, act.address, act.client, "VOIR",
                              act.person])  # fmt: skip
                truth["a-agenda", str(len(diary) + 1)] = act.thief
        (folder / "parcours.ndjson").write_text("\n".join(fhir) + "\n")
        (folder / "dossier.log").write_text("\n".join(web) + "\n")
        with (folder / "agenda.csv").open("w", newline="") as out:
            head = ["no", "quand", "qui", "jeton", "ip", "poste", "quoi", "ipp"]
            csv.writer(out).writerows([head, *diary])
        lines = [
            json.dumps({"time": int(at.timestamp() * 1000), "type": "LOGIN", "realmId": "r",
                        "clientId": "web", "userId": f"id-{who}", "sessionId": token,
                        "ipAddress": address, "details": {"username": who}})
            for at, who, token, address in sorted(self.logins)
        ]  # fmt: skip
        (folder / "login.jsonl").write_text("\n".join(lines) + "\n")
        return truth

    def _event(self, number, act):
        code = {"search": "search-type", "open": "read", "write": "update"}[act.what]
        entity = []
        if act.query:
            url = f"https://p.invalid/fhir/Patient?{act.query}"
            entity.append({"role": {"code": "24"},
                           "query": base64.b64encode(url.encode()).decode()})  # fmt: skip
        else:
            entity.append(
                {"role": {"code": "4"}, "what": {"reference": f"Patient/{act.person}"}}
            )
            entity.append(
                {"role": {"code": "1"}, "what": {"reference": f"Patient/{act.person}"}}
            )
        return {
            "resourceType": "AuditEvent",
            "id": f"e{number}",
            "type": {"code": "rest"},
            "subtype": [{"code": code}],
            "recorded": act.at.isoformat(timespec="milliseconds"),
            "outcome": "0",
            "agent": [
                {"requestor": False, "type": {"coding": [{"code": "110153"}]},
                 "who": {"display": act.client}},
                {"requestor": True, "who": {"identifier": {"value": act.who}},
                 "policy": [act.token], "network": {"address": act.address, "type": "2"}},
            ],
            "entity": entity,
        }  # fmt: skip

    def _request(self, act):
        at = act.at.astimezone(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
        path = {"search": f"/p?{act.query}", "open": f"/p/{act.person}",
                "write": f"/p/{act.person}/notes"}[act.what]  # fmt: skip
        method = "POST" if act.what == "write" else "GET"
        return (f'{act.address} - {act.who} [{at}] "{method} {path} HTTP/1.1" 200 512 "-" '
                f'"{act.client}" "{act.token}"')  # fmt: skip


def hash_of(text):
    """A small number that is the same on every run."""
    return sum(ord(c) * (i + 7) for i, c in enumerate(text)) % 9973
