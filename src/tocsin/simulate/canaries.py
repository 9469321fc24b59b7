"""Canaries in a simulated region, and the campaign that uses what the thief took.

Test identities that the thief saw become canaries: they get a mailbox nobody can guess. After
the theft a campaign writes to them and to persons whose data was shown; some report it.
Nothing is drawn by chance: the region's bytes but for these rows and files stay what they were.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.catalogue import ACTS
from tocsin.simulate.people import SERVICE_SETS, TEST, People, dates, spelt
from tocsin.simulate.truth import Sights

Ints = NDArray[np.int64]

SERVICES = ("orientation", "portal", "dossier", "agenda", "imaging")
DOMAIN = "canaris.grades-demo.invalid"
LURE_HOST = "dossier-sante-verif.example"
MOST_REPORTS = 24

_LURES = (
    "Bonjour {who}, suite à la fuite de données de votre établissement, confirmez votre "
    "identité sous 48h pour conserver vos droits : https://{host}/{n}",
    "{who}, vos données de santé ont été volées. Demandez votre indemnisation de 500 euros "
    "avant le 30 : https://{host}/i/{n}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """The canaries of a region: their records, one a service, and whether a thief saw each."""

    record: tuple[int, ...]
    service: tuple[str, ...]
    seen: tuple[bool, ...]


def planted(known: People, seen: Sights) -> Planted:
    """One test identity a service, nobody's homonym: seen there by the thief, else listed."""
    used: set[int] = set()
    alone = _without_homonym(known)
    record, service, flags = [], [], []
    for name in SERVICES:
        shown = [
            int(r)
            for r, code in zip(seen.record, seen.code, strict=True)
            if int(r) in alone and ACTS[max(int(code), 0)].service == name
        ]
        listed = [r for r in sorted(alone) if _lists(known, r, name)]
        free = [r for r in (*sorted(shown), *listed) if r not in used]
        if free:
            used.add(free[0])
            record.append(free[0])
            service.append(name)
            flags.append(free[0] in shown)
    return Planted(record=tuple(record), service=tuple(service), seen=tuple(flags))


def _without_homonym(known: People) -> frozenset[int]:
    """Test identities whose name and birth date nobody else has."""
    birth, _, _ = spelt(known)
    names = [
        (str(b).casefold(), str(d)) for b, d in zip(birth, dates(known.traits), strict=True)
    ]
    often = Counter(names)
    tests = np.flatnonzero(known.status == TEST)
    return frozenset(int(r) for r in tests if often[names[int(r)]] == 1)


def _lists(known: People, record: int, service: str) -> bool:
    named = SERVICE_SETS[int(known.services[record])]
    return not named or service in named.split("|")


def mailbox(person: str) -> str:
    """The mailbox of a canary: nobody can guess it without this file."""
    return f"c.{hashlib.sha256(person.encode()).hexdigest()[:12]}@{DOMAIN}"


def with_mailboxes(table: pa.Table, known: People, canaries: Planted) -> pa.Table:
    """The table of persons where canaries have their own mailboxes."""
    emails = table.column("email").to_pylist()
    for record in canaries.record:
        emails[record] = mailbox(str(known.ids[record]))
    at = table.column_names.index("email")
    return table.set_column(at, "email", pa.array(emails, pa.string()))


def list_table(known: People, canaries: Planted) -> pa.Table:
    """The operator's own list of its canaries, as `canary CASE plant --from` reads it."""
    ids = [str(known.ids[r]) for r in canaries.record]
    return pa.table(
        {
            "person": pa.array(ids, pa.string()),
            "service": pa.array(list(canaries.service), pa.string()),
            "email": pa.array([mailbox(i) for i in ids], pa.string()),
        }
    )


def lure_to_canary(known: People, canaries: Planted, day: str) -> Iterable[bytes]:
    """The mail of the campaign at the mailbox of a canary that the thief saw."""
    record = next((r for r, s in zip(canaries.record, canaries.seen, strict=True) if s), None)
    if record is None:
        return
    who = _called(known, record)
    words = _LURES[0].format(who=who, host=LURE_HOST, n=record)
    yield (
        f"From: Service patients <information@{LURE_HOST}>\n"
        f"To: {mailbox(str(known.ids[record]))}\nSubject: Confirmez votre identité\n"
        f"Date: {day}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}\n"
    ).encode()


def reports(known: People, seen: Sights, first_day: str) -> Iterable[bytes]:
    """What persons of the scope, and a few others, report of the campaign: NDJSON."""
    real = sorted({int(r) for r in seen.record if known.status[r] != TEST})
    step = max(1, len(real) // MOST_REPORTS)
    start = np.datetime64(first_day)
    for n, record in enumerate(real[::step][:MOST_REPORTS]):
        words = _LURES[n % 2].format(who=_called(known, record), host=LURE_HOST, n=n)
        at = f"{start + np.timedelta64(1 + n // 5, 'D')}T{8 + n % 10:02d}:15:00Z"
        report = {"text": words, "channel": "sms", "at": at, "reporter": str(known.ids[record])}
        yield (json.dumps(report, ensure_ascii=False) + "\n").encode()


def _called(known: People, record: int) -> str:
    birth, _, first = spelt(known)
    return f"{first[record]} {birth[record]}"
