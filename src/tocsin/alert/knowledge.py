"""Who knows what, since when: what the alerts and the records say of each party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.core.incident import OPERATOR, EventKind, History, Party, Recorded
from tocsin.core.records import Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Knows:
    """A party, what it knows, since when, by whose word."""

    party: str
    name: str
    what: Says
    since: datetime
    by: str


_OF_ALL = {
    EventKind.DETECTED: Says("l'intrusion est détectée", "the intrusion is detected"),
    EventKind.CONTAINED: Says("la porte est fermée", "the door is closed"),
    EventKind.COMPLAINED: Says("une plainte est déposée", "a complaint is lodged"),
}
_AWARE = Says("une violation de données est constatée", "a data breach is established")
_TOLD = Says("l'opérateur l'a prévenu", "the operator told it")
_ALERTED = Says("une alerte est reçue", "an alert was received")
_PERSONS = Says("les personnes ont été informées", "the persons were told")
_PUBLIC = Says("un communiqué est publié", "a communiqué is published")


def who_knows(history: History, operator: str, parties: Sequence[Party]) -> tuple[Knows, ...]:
    """One line for each thing that a party has known since an instant, the oldest first.

    A controller about which nothing is recorded has no line: it is not known to know.
    """
    names = {OPERATOR: operator, **{p.id: p.name for p in parties}}
    found = [
        Knows(party=OPERATOR, name=operator, what=_ALERTED, since=alert.at, by=alert.by)
        for alert in history.alerts[:1]
    ]
    seen: set[tuple[str, EventKind]] = set()
    for record in sorted(history.standing, key=lambda r: (r.at, r.n)):
        what = _what(record)
        if what is None or (record.controller, record.event) in seen:
            continue
        seen.add((record.controller, record.event))
        found.append(
            Knows(
                party=record.controller,
                name=names.get(record.controller, record.controller),
                what=what,
                since=record.at,
                by=record.by,
            )
        )
    return tuple(sorted(found, key=lambda k: k.since))


def _what(record: Recorded) -> Says | None:
    single = {
        EventKind.AWARE: _AWARE,
        EventKind.TOLD_CONTROLLER: _TOLD,
        EventKind.TOLD_PERSONS: _PERSONS,
        EventKind.PUBLISHED: _PUBLIC,
    }
    return single.get(record.event) or _OF_ALL.get(record.event)
