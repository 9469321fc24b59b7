"""What the contract says of reach and of findings, in plain loops, written apart from scope.

Slow and naive on purpose: one person, one line, one item at a time. It takes the Region of
region_made.py and gives, for each person and item, the best grade, and for each category the
finding. Queries here are of a few kinds only (see `asked`); pages are tried in test_replay.py.
"""

import unicodedata
from datetime import timedelta
from urllib.parse import parse_qsl

DAY = timedelta(days=1)
ORDER = ("possible", "probable", "certain")
CATEGORIES = (
    *("identity", "contact", "identifier", "administrative", "medical", "financial"),
    *("credential", "free_text", "implied"),
)
COLUMNS = {"identifier.nir": "ins", "identifier.ins": "ins"}


def micro(at):
    return round(at.timestamp() * 1_000_000)


class Oracle:
    def __init__(self, region, *, accept=False):
        self.region = region
        self.accept = accept
        self.services = {s.id: s for s in region.services}
        self.sources = {s.id: s for s in region.sources}
        self.accounts = {a["account"]: a for a in region.accounts}
        self.persons = {p["person"]: p for p in region.persons}
        self.acts = {(a["digest"], a["position"], a["part"]): a for a in region.acts}
        self.found = {}

    # Who counts ---------------------------------------------------------------------------

    def standing(self, line):
        """retained, open, own, or None for a line of a session that is wholly the owner's."""
        act = self.acts.get((line["digest"], line["position"], line["part"]))
        if act is None:
            return None
        if act["attribution"] == "legitimate":
            return "own"
        settled = act["decided_by"] or self.accept
        return "retained" if act["attribution"] == "usurped" and settled else "open"

    def lines(self, *standings):
        return [line for line in self.region.lines if self.standing(line) in standings]

    def held(self):
        """The accounts with a retained act, and the first and last of these."""
        times = {}
        for line in self.lines("retained"):
            times.setdefault(line["account"], []).append(line["occurred_at"])
        return {a: (min(t), max(t)) for a, t in times.items()}

    def sessions(self, account=None):
        """The sessions with a retained act."""
        return {
            self.acts[line["digest"], line["position"], line["part"]]["session"]
            for line in self.lines("retained")
            if account in (None, line["account"])
        }

    # What an account may see --------------------------------------------------------------

    def admits(self, service, account):
        known = self.accounts.get(account)
        return not service.roles or known is None or known["role"] in service.roles

    def sees(self, service, account, person, start, end):
        """Whether the account may see the person in the service at some instant of a time."""
        p = self.persons[person]
        if p["services"] and service.id not in p["services"]:
            return False
        if p["created_us"] is not None and p["created_us"] > micro(end):
            return False
        known = self.accounts.get(account)
        if known is None or service.perimeter == "region":
            return True
        house = known.get("organisation", "")
        if service.perimeter == "organisation":
            return bool(house) and house in (*p["controllers"], p["organisation"])
        return any(
            c["person"] == person
            and (
                c.get("account", "") == account
                or (house and c.get("organisation", "") == house)
            )
            and c["start_us"] <= micro(end)
            and (c.get("end_us") is None or c["end_us"] + 90 * 86_400_000_000 >= micro(start))
            for c in self.region.care
        )

    # What is shown ------------------------------------------------------------------------

    def items(self, service, operation):
        if operation.persons == "none":
            return []
        listing = operation.kind in ("search", "list", "open", "export")
        implied = [f"implied.{service.implies}"] if service.implies and listing else []
        return [*operation.reveals, *implied]

    def has(self, person, item):
        p = self.persons.get(person)
        category, _, name = item.partition(".")
        column = COLUMNS.get(item, name)
        if p is None or category == "medical" or column not in p or column == "person":
            return True
        return p[column] not in ("", "0000-00-00")

    def test(self, person, purpose):
        p = self.persons.get(person)
        return p["identity_status"] == "FICT" if p else purpose == "HTEST"

    def show(self, person, items, grade, purpose=None):
        if self.test(person, purpose):
            return
        for item in items:
            if self.has(person, item):
                best = self.found.get((person, item), grade)
                self.found[person, item] = max(best, grade, key=ORDER.index)

    # The walk -----------------------------------------------------------------------------

    def reach(self):
        for line in self.lines("retained", "open"):
            self.walk(line)
        for account, service, start, end in self.gaps():
            items = [i for o in service.operations for i in self.items(service, o)]
            for person in self.persons:
                if self.sees(service, account, person, start, end):
                    self.show(person, items, "possible")
        for account, service, operation, start, end in self.silences():
            for person in self.persons:
                if self.sees(service, account, person, start, end):
                    self.show(person, self.items(service, operation), "possible")
        return self.found

    def walk(self, line):
        service = self.services.get(line["service"])
        if line["outcome"] in ("refused", "failed") or service is None:
            return
        operation = next((o for o in service.operations if o.id == line["operation"]), None)
        sure = self.standing(line) == "retained" and line["outcome"] == "ok"
        if operation is None:
            if line["person"]:
                items = [i for o in service.operations for i in self.items(service, o)]
                self.show(line["person"], items, "possible", line["purpose"])
            return
        if operation.persons == "none":
            return
        items = self.items(service, operation)
        if line["person"]:
            grade = "certain" if sure else "possible"
            self.show(line["person"], items, grade, line["purpose"])
        names = self.sources[line["source"]].names_results
        told = operation.persons == "named" and line["person"]
        if not told and not (operation.persons == "query" and names):
            self.replay(line, service, operation, sure=sure)

    def replay(self, line, service, operation, *, sure):
        items = self.items(service, operation)
        matches, whole = self.asked(line, operation)
        account = line["account"]
        lifted = line["purpose"] in ("ETREAT", "BTG", "ERTREAT")
        guessed = account not in self.accounts and service.perimeter != "region" and not lifted
        for person in self.persons:
            inside = self.sees(service, account, person, line["occurred_at"],
                               line["occurred_at"])  # fmt: skip
            if lifted:
                inside = self.sees_all(service, person, line["occurred_at"])
            if inside and matches(self.persons[person]):
                grade = "probable" if sure and whole and not guessed else "possible"
                self.show(person, items, grade)

    def sees_all(self, service, person, at):
        p = self.persons[person]
        listed = not p["services"] or service.id in p["services"]
        return listed and (p["created_us"] is None or p["created_us"] <= micro(at))

    def asked(self, line, operation):
        """The test that a query makes of a person, and whether all of it is understood."""
        if operation.persons == "named" or (not line["query"] and operation.persons == "query"):
            return (lambda p: True), False
        tests, whole = [], True
        for name, value in parse_qsl((line["query"] or "").partition("?")[2]):
            if name == "family":
                tests.append(
                    lambda p, v=value: any(
                        plain(p[c]).startswith(plain(v)) for c in ("birth_name", "used_name")
                    )
                )
            elif name == "birthdate":
                tests.append(lambda p, v=value: p["birth_date"].startswith(v))
            elif name == "_id":
                tests.append(lambda p, v=value: p["person"] in v.split(","))
            else:
                whole = False
        return (lambda p: all(test(p) for test in tests)), whole

    # What no line tells ---------------------------------------------------------------------

    def logged_in(self, account):
        """The times when an identity provider shows the account logged in."""
        found = []
        rows = [
            line
            for line in self.region.lines
            if line["account"] == account and not self.sources[line["source"]].services
        ]
        for line in rows:
            if line["kind"] != "login":
                continue
            outs = [
                o["occurred_at"]
                for o in rows
                if o["kind"] == "logout"
                and o["session"] == line["session"]
                and o["occurred_at"] >= line["occurred_at"]
            ]
            end = min(outs) if outs else line["occurred_at"] + timedelta(hours=10)
            found.append((line["occurred_at"], end))
        return found

    def gaps(self):
        found = []
        for account, (first, last) in self.held().items():
            times = [(first - DAY, last + DAY), *self.logged_in(account)]
            for source, start, end, state, _ in self.region.coverage:
                if state == "trailed" or not any(a <= end and start <= b for a, b in times):
                    continue
                for service in self.sources[source].services:
                    if self.admits(self.services[service], account):
                        found.append((account, self.services[service], start, end))
        return found

    def silences(self):
        found = []
        for session in self.sessions():
            mine = [
                line
                for line in self.lines("retained", "open", "own")
                if self.acts[line["digest"], line["position"], line["part"]]["session"]
                == session
                and line["outcome"] in ("ok", "unknown")
                and line["service"]
            ]
            for service in {line["service"] for line in mine}:
                times = [x["occurred_at"] for x in mine if x["service"] == service]
                for source in self.region.sources:
                    for silent in source.silent if service in source.services else ():
                        found += [
                            (
                                mine[0]["account"],
                                self.services[service],
                                o,
                                min(times),
                                max(times),
                            )
                            for o in self.services[service].operations
                            if o.id == silent
                        ]
        return found

    # Findings -------------------------------------------------------------------------------

    def shows(self, service):
        return {i.partition(".")[0] for o in service.operations for i in self.items(service, o)}

    def findings(self):
        self.reach()
        doubtful = self.doubtful()
        found = {}
        for category in CATEGORIES:
            grades = {g for (_, i), g in self.found.items() if i.startswith(category + ".")}
            if grades & {"probable", "certain"}:
                found[category] = "reached"
            elif grades or category in doubtful:
                found[category] = "cannot_be_excluded"
            else:
                found[category] = "not_reached"
        return found

    def doubtful(self):
        """The categories whose negative is conditional."""
        found = self.unread() | self.unseen()
        for line in self.region.lines:
            if self.unmatched(line):
                found |= self.shows(self.services[line["service"]])
        for account, (first, last) in self.held().items():
            for service in self.admitting(account):
                found |= self.edges(service, first - DAY, last + DAY)
        found |= set() if self.held() else self.unheard()
        for line in self.lines("open"):
            for service in self.admitting(line["account"]):
                found |= self.shows(service)
        return found

    def unheard(self):
        """Without a usurped session, nothing is excluded where a source told nothing."""
        found = set()
        for source in self.region.sources:
            told = any(c[0] == source.id and c[3] == "trailed" for c in self.region.coverage)
            for name in () if told else source.services:
                found |= self.shows(self.services[name])
        return found

    def unseen(self):
        """What gaps and silent operations can have shown."""
        found = set()
        for _, service, *_ in self.gaps():
            found |= self.shows(service)
        for _, service, operation, *_ in self.silences():
            found |= {i.partition(".")[0] for i in self.items(service, operation)}
        return found

    def admitting(self, account):
        return [s for s in self.region.services if self.admits(s, account)]

    def unmatched(self, line):
        """Whether a usurped session holds this act that the catalogue does not know."""
        act = self.acts.get((line["digest"], line["position"], line["part"]))
        unknown = line["operation"] == "" and line["kind"] == "other" and line["service"]
        return act and unknown and act["session"] in self.sessions()

    def edges(self, service, start, end):
        for source in self.region.sources:
            if service.id not in source.services:
                continue
            mine = [c for c in self.region.coverage if c[0] == source.id and c[3] == "trailed"]
            if not mine or start < min(c[1] for c in mine) or end > max(c[2] for c in mine):
                return self.shows(service)
        return set()

    def unread(self):
        found = set()
        for bad in self.region.quarantine:
            around = [x for x in self.region.lines if x["digest"] == bad["digest"]]
            before = [x for x in around if x["position"] < bad["position"]]
            after = [x for x in around if x["position"] > bad["position"]]
            start = max(before, key=lambda x: x["position"])["occurred_at"] if before else None
            end = min(after, key=lambda x: x["position"])["occurred_at"] if after else None
            for account, (first, last) in self.held().items():
                inside = (start is None or start <= last + DAY) and (
                    end is None or end >= first - DAY
                )
                for name in self.sources[bad["source"]].services if inside else ():
                    if self.admits(self.services[name], account):
                        found |= self.shows(self.services[name])
        return found


def plain(text):
    text = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in text if c.isalnum() or c == " ")
