# ruff: noqa: C901, PLR0917
"""A small fictive region, written for these tests alone: access rows, directory, and the truth.

Owners: hospital staff behind one exit, liberal practitioners, a secretariat, a coder, an API
client, a locum, a traveller, a newcomer, a returner, night shifts. Thieves: by name.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from tocsin.core.tables import ACCESS, ACCOUNTS, CARE, COVERAGE, PERSON_CONTROLLERS

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
START = 1_756_684_800 * SECOND  # 2025-09-01T00:00:00Z, a Monday

ROLES = ("doctor", "nurse", "secretary", "liberal", "coder", "api")
SURNAMES = tuple(
    a + b
    for a in (
        "BAR",
        "CLA",
        "DUV",
        "FER",
        "GAN",
        "LOR",
        "MOR",
        "PER",
        "ROU",
        "TAN",
        "VIL",
        "ZEL",
    )
    for b in ("AL", "EC", "IN", "OL", "UT", "EAU", "IER", "ARD")
)


@dataclass
class Region:
    """What the generator is building."""

    rng: np.random.Generator
    persons: int
    professionals: int
    days: int
    keyless: bool = False
    accounts: list = field(default_factory=list)
    rows: dict = field(default_factory=lambda: {name: [] for name in ROW})
    care: list = field(default_factory=list)
    own: dict = field(default_factory=dict)
    sessions: int = 0


ROW = (
    "us", "account", "session", "address", "client", "operation", "kind", "person", "query",
    "purpose", "thief",
)  # fmt: skip

BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64) Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/126.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Safari/605.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile",
)


def make(seed, persons, professionals, days, attacks=(), *, keyless=False, confounders=True):
    """Tables by name, and the set of thief event ids."""
    r = Region(np.random.default_rng(seed), persons, professionals, days, keyless)
    _people(r)
    for index in range(professionals):
        _owner(r, index, confounders)
    for attack in attacks:
        _attack(r, attack)
    return _tables(r)


def _people(r):
    houses = max(3, r.professionals // 40)
    r.houses = [f"35000{h:04d}" for h in range(houses)]
    r.controller = r.rng.integers(0, houses, r.persons)
    for i in range(r.professionals):
        role = ROLES[int(r.rng.choice(6, p=[0.3, 0.35, 0.1, 0.2, 0.03, 0.02]))]
        house = int(r.rng.integers(0, houses))
        pool = np.flatnonzero(r.controller == house)
        many = {"doctor": 60, "nurse": 40, "secretary": 150, "liberal": 80}.get(role, 0)
        own = (
            r.rng.choice(pool, min(many, max(1, len(pool) // 2)), replace=False) if many else []
        )
        r.accounts.append({
            "account": f"pro-{i:04d}", "role": role, "house": house, "closed": None,
            "browser": BROWSERS[int(r.rng.choice(3))],
            "home": _somewhere(r, 90),
        })  # fmt: skip
        r.own[i] = np.asarray(own, dtype=np.int64)
        for person in own:
            if r.rng.random() < 0.85:
                start = START + int(r.rng.integers(-30, max(1, r.days - 2))) * DAY
                if r.rng.random() < 0.7:
                    r.care.append((f"p{person:05d}", f"pro-{i:04d}", "", "appointment", start))
                else:
                    r.care.append((f"p{person:05d}", "", r.houses[house], "stay", start))


def _owner(r, i, confounders):
    a = r.accounts[i]
    odd = str(r.rng.choice([
        "", "", "", "", "", "locum", "travel", "newphone", "newhire", "leave", "night",
        "catchup", "mobile",
    ])) if confounders else ""  # fmt: skip
    a["odd"] = odd
    first = r.days // 2 if odd == "newhire" else 0
    for day in range(first, r.days):
        weekend = day % 7 >= 5
        if odd == "leave" and r.days // 4 < day < 3 * r.days // 4:
            continue
        works = r.rng.random() < (0.12 if weekend else 0.85)
        if a["role"] == "api":
            works = True
        if odd == "catchup" and weekend:
            works = r.rng.random() < 0.5
        if works:
            _day(r, i, day, odd)


def _day(r, i, day, odd):
    a = r.accounts[i]
    role, address, browser = (
        a["role"],
        f"193.48.{a['house'] % 250}.{r.rng.integers(1, 5)}",
        a["browser"],
    )
    if role == "liberal":
        address = a["home"]
    pool, hour = r.own[i], float(r.rng.normal(10, 2.2))
    if odd == "night":
        hour = float(r.rng.normal(22, 3))
    if odd == "locum" and day in (r.days // 2, r.days // 2 + 1):
        other = (a["house"] + 1) % len(r.houses)
        pool = np.flatnonzero(r.controller == other)
        pool = r.rng.choice(pool, min(25, len(pool)), replace=False)
        address = f"193.48.{other % 250}.{r.rng.integers(1, 5)}"
        if r.rng.random() < 0.4:
            address = a["home"]
    if odd == "travel" and r.days // 3 <= day < r.days // 3 + 3:
        address = f"185.{i % 250}.{r.rng.integers(0, 3)}.7"
    if odd == "newphone" and day > r.days // 2 and r.rng.random() < 0.5:
        browser = BROWSERS[4]
    if odd == "mobile" and r.rng.random() < 0.5:
        address, browser = (
            f"92.184.{r.rng.integers(96, 112)}.{r.rng.integers(1, 250)}",
            BROWSERS[3],
        )
    if role == "api":
        at = START + day * DAY
        t = at
        for n in range(40):
            t = at + n * 1800 * SECOND
            _act(
                r,
                t,
                i,
                f"api-{i}-{day}",
                f"10.9.{i % 250}.2",
                "connector/1.0",
                "search",
                query=f"identifier={r.rng.integers(10**6, 10**7)}",
            )
            _act(
                r,
                t + SECOND,
                i,
                f"api-{i}-{day}",
                f"10.9.{i % 250}.2",
                "connector/1.0",
                "open",
                person=int(r.rng.integers(0, r.persons)),
            )
        return
    for _ in range(int(r.rng.integers(1, 4))):
        start = (
            START + day * DAY + int((hour % 24) * HOUR) + int(r.rng.integers(0, 600)) * SECOND
        )
        _session(r, i, start, address, browser, pool, odd)
        hour += float(r.rng.uniform(1.5, 5))


def _session(r, i, t, address, browser, pool, odd):
    a = r.accounts[i]
    role = a["role"]
    r.sessions += 1
    key = "" if r.keyless else f"k{r.sessions:06d}"
    _act(r, t, i, key, address, browser, "login")
    if role == "coder":
        for _ in range(int(r.rng.integers(20, 80))):
            t += int(r.rng.lognormal(4.2, 0.5) * SECOND)
            _act(
                r, t, i, key, address, browser, "open", person=int(r.rng.integers(0, r.persons))
            )
        return
    files = 1 + int(
        r.rng.poisson({"doctor": 5, "nurse": 4, "secretary": 9, "liberal": 4}[role])
    )
    if odd == "catchup" and r.rng.random() < 0.2:
        files *= 4
    for _ in range(files):
        t += int(r.rng.lognormal(3.6, 1.1) * SECOND)
        person = (
            int(r.rng.choice(pool))
            if len(pool) and r.rng.random() < 0.92
            else int(r.rng.integers(0, r.persons))
        )
        if r.rng.random() < 0.75:
            _act(r, t, i, key, address, browser, "search", query=_identity(person))
            t += int(r.rng.lognormal(2.2, 0.7) * SECOND)
        if r.rng.random() < 0.9:
            purpose = "BTG" if r.rng.random() < 0.01 else "TREAT"
            _act(r, t, i, key, address, browser, "open", person=person, purpose=purpose)
            if r.rng.random() < 0.3:
                t += int(r.rng.lognormal(4.5, 0.8) * SECOND)
                _act(r, t, i, key, address, browser, "write", person=person)
    if role == "secretary" and r.rng.random() < 0.3:
        for page in range(int(r.rng.integers(2, 12))):
            t += int(r.rng.lognormal(2.0, 0.6) * SECOND)
            _act(r, t, i, key, address, browser, "list", query=f"unit={a['house']}&page={page}")
    if r.rng.random() < 0.5:
        _act(r, t + 20 * SECOND, i, key, address, browser, "logout")


def _identity(person):
    born = f"19{person % 90 + 10}-0{person % 9 + 1}-1{person % 10}"
    return f"family={SURNAMES[person % len(SURNAMES)]}&birthdate={born}"


def _somewhere(r, first):
    return ".".join([str(first), *(str(r.rng.integers(1, 250)) for _ in range(3))])


def _attack(r, name):
    usable = [
        i
        for i, a in enumerate(r.accounts)
        if a["role"] in ("doctor", "nurse", "liberal", "secretary")
    ]
    victim = int(r.rng.choice(usable))
    a = r.accounts[victim]
    if name == "departed":
        a["closed"] = START - 20 * DAY
        keep = [j for j, w in enumerate(r.rows["account"]) if w != victim]
        for column in r.rows:
            r.rows[column] = [r.rows[column][j] for j in keep]
    home = bool(r.rng.random() < 0.6)
    address = _somewhere(r, 86 if home else 45)
    browser = a["browser"] if r.rng.random() < 0.5 else BROWSERS[int(r.rng.choice(3))]
    nights = int(r.rng.integers(2, 6)) if name != "burst" else 1
    day = int(r.rng.integers(1, max(2, r.days - nights)))
    for night in range(nights):
        hour = float(r.rng.choice([2.0, 11.0, 15.0, 20.0]))
        t = (
            START
            + (day + night) * DAY
            + int(hour * HOUR)
            + int(r.rng.integers(0, 3000)) * SECOND
        )
        r.sessions += 1
        key = "" if r.keyless else f"k{r.sessions:06d}"
        _act(r, t, victim, key, address, browser, "login", thief=1)
        _harvest(r, name, t, victim, key, address, browser)


def _harvest(r, name, t, victim, key, address, browser):
    pace = {"scrape": (0.7, 0.3), "burst": (0.3, 0.2), "paced": (3.4, 0.8)}.get(
        name, (2.2, 0.5)
    )
    many = {"paced": 40, "departed": 60}.get(name, int(r.rng.integers(120, 400)))
    at = int(r.rng.integers(0, 40))
    for n in range(many):
        t += int(r.rng.lognormal(*pace) * SECOND)
        if name == "search_only":
            _act(
                r,
                t,
                victim,
                key,
                address,
                browser,
                "search",
                query=f"family={SURNAMES[(at + n // 4) % len(SURNAMES)]}&page={n % 4}",
                thief=1,
            )
            continue
        if n % 10 == 0 or name == "paced":
            query = (
                _identity(int(r.rng.integers(0, r.persons)))
                if name == "paced"
                else f"family={SURNAMES[(at + n // 10) % len(SURNAMES)]}"
            )
            _act(r, t, victim, key, address, browser, "search", query=query, thief=1)
            t += int(r.rng.lognormal(*pace) * SECOND)
        _act(
            r,
            t,
            victim,
            key,
            address,
            browser,
            "open",
            person=int(r.rng.integers(0, r.persons)),
            thief=1,
        )


def _act(
    r, t, account, key, address, client, kind, *, person=-1, query="", purpose="TREAT", thief=0
):
    rows = r.rows
    rows["us"].append(t)
    rows["account"].append(account)
    rows["session"].append(key)
    rows["address"].append(address)
    rows["client"].append(client)
    rows["operation"].append(kind if kind not in ("login", "logout") else "")
    rows["kind"].append(kind)
    rows["person"].append(person)
    rows["query"].append(query)
    rows["purpose"].append(purpose)
    rows["thief"].append(thief)


def _tables(r):
    rows = r.rows
    n = len(rows["us"])
    order = np.argsort(np.array(rows["us"]), kind="stable")
    take = pa.array(order)

    def text(name):
        return pa.array(rows[name], pa.string()).take(take)

    accounts = np.array(rows["account"])[order]
    person = np.array(rows["person"])[order]
    names = pa.array([a["account"] for a in r.accounts])
    us = np.array(rows["us"])[order]
    kinds = text("kind")
    login = np.isin(np.array(rows["kind"])[order], ["login", "logout"])
    source = np.where(login, "idp", "portal")

    def unless_login(name, otherwise):
        found = np.where(login, otherwise, np.array(rows[name], dtype=object)[order])
        return pa.array(found.tolist(), pa.string())

    access = pa.table({
        "event_id": pa.array([f"e{j}" for j in range(n)]),
        "also": pa.array([[]] * n, pa.list_(pa.string())),
        "source": pa.array(source),
        "digest": pa.array(np.where(login, "d" * 64, "a" * 64)),
        "position": pa.array(np.arange(1, n + 1)),
        "part": pa.array(np.zeros(n, dtype=np.int64)),
        "occurred_at": pa.array(us).cast(pa.timestamp("us", tz="UTC")),
        "account": names.take(pa.array(accounts)),
        "session": unless_login("session", ""),
        "address": text("address"),
        "client": unless_login("client", "portal-client"),
        "service": pa.array(np.where(login, "", "orientation")),
        "operation": text("operation"),
        "kind": kinds,
        "outcome": pa.array(["ok"] * n),
        "person": pa.array([f"p{p:05d}" if p >= 0 else "" for p in person]),
        "query": text("query"),
        "result_count": pa.array([None] * n, pa.int64()),
        "purpose": text("purpose"),
    })  # fmt: skip
    assert access.column_names == list(ACCESS.names)
    directory = pa.table({
        "account": [a["account"] for a in r.accounts],
        "rpps": [""] * len(r.accounts),
        "email": [""] * len(r.accounts),
        "role": [a["role"] for a in r.accounts],
        "profession": [""] * len(r.accounts),
        "organisation": [r.houses[a["house"]] for a in r.accounts],
        "opened_us": pa.array([START - 400 * DAY] * len(r.accounts), pa.int64()),
        "closed_us": pa.array([a["closed"] for a in r.accounts], pa.int64()),
    })  # fmt: skip
    assert directory.column_names == list(ACCOUNTS.names)
    care = pa.table({
        "person": pa.array([c[0] for c in r.care], pa.string()),
        "account": pa.array([c[1] for c in r.care], pa.string()),
        "organisation": pa.array([c[2] for c in r.care], pa.string()),
        "kind": pa.array([c[3] for c in r.care], pa.string()),
        "start_us": pa.array([c[4] for c in r.care], pa.int64()),
        "end_us": pa.array([None] * len(r.care), pa.int64()),
    })  # fmt: skip
    assert care.column_names == list(CARE.names)
    held = pa.table({
        "person": pa.array([f"p{p:05d}" for p in range(r.persons)]),
        "controller": pa.array([r.houses[h] for h in r.controller]),
    })  # fmt: skip
    assert held.column_names == list(PERSON_CONTROLLERS.names)
    end = START + r.days * DAY
    coverage = pa.table({
        "source": ["idp", "portal"],
        "start_at": pa.array([START] * 2).cast(pa.timestamp("us", tz="UTC")),
        "end_at": pa.array([end] * 2).cast(pa.timestamp("us", tz="UTC")),
        "state": ["trailed"] * 2,
        "offset_s": pa.array([0.0, 0.0]),
        "why": [""] * 2,
    })  # fmt: skip
    assert coverage.column_names == list(COVERAGE.names)
    thief = np.array(rows["thief"])[order] == 1
    truth = {f"e{j}" for j in np.flatnonzero(thief)}
    return {"access": access, "accounts": directory, "care": care,
            "person_controllers": held, "coverage": coverage}, truth  # fmt: skip
