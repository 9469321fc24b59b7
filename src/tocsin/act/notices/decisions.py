"""What is decided of each person: told by which channels, left out, or waiting for a human."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from tocsin.act.notices.recipients import ADULT_YEARS, WAITING_STATUSES
from tocsin.core.notices import Channel, Decision, Reader
from tocsin.core.vocabulary import TEST_STATUS

RULINGS = ("tell", "mail", "sms", "letter", "exclude")
"""What a named human may decide of a person who waits."""

_GUARDED = {
    Channel.MAIL: "guardian_mail",
    Channel.SMS: "guardian_phone",
    Channel.LETTER: "guardian_letter",
}
_OWN = {Channel.MAIL: "mail", Channel.SMS: "phone", Channel.LETTER: "letter"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A row of notice_facts; contact fields hold the place of a record, None for none."""

    person: str
    known: bool
    dead: bool
    status: str
    minor: bool
    guarded: bool
    language: str
    alike: bool
    changed: bool
    mail: int | None
    mail_shared: bool
    phone: int | None
    phone_shared: bool
    letter: int | None
    guardian_mail: int | None
    guardian_phone: int | None
    guardian_letter: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is decided of one person.

    Args:
        ways: channels in order, each with the place of the record that gives its contact.
    """

    decision: Decision
    reason: str = ""
    reader: Reader = Reader.PERSON
    ways: tuple[tuple[Channel, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a named human decided of a person who waited."""

    person: str
    do: str
    by: str
    why: str


def decide(
    fact: Fact,
    *,
    mandated: bool,
    controlled: bool = True,
    credential: bool,
    enabled: Sequence[Channel],
    ruling: Ruling | None = None,
) -> Choice:
    """Decide of one person. The first rule that applies wins.

    Args:
        fact: what is known.
        mandated: whether a controller of the person lets the operator inform in its name.
        controlled: whether a controller of the person is known at all: where none is, there is
            nobody to hand a package to, and a human decides.
        credential: whether a password or access code of the person was reached: the mailbox
            may be the intruder's, and mail is not used.
        enabled: channels that the operator can use, in order.
        ruling: what a named human decided, if one did.
    """
    if out := _out(fact, mandated=mandated or not controlled, ruling=ruling):
        return out
    reader = _reader(fact)
    ways = _ways(fact, reader, enabled, credential=credential)
    if ruling:
        ways = tuple(way for way in ways if ruling.do in ("tell", way[0]))
    elif reason := _waits(fact, reader, ways) if controlled else "no_controller":
        return Choice(decision=Decision.WAITS, reason=reason, reader=reader)
    else:
        ways = _without_shared(fact, reader, ways)
    if not ways:
        return Choice(decision=Decision.UNREACHABLE, reason="no_contact", reader=reader)
    return Choice(decision=Decision.TELL, reader=reader, ways=ways)


def _out(fact: Fact, *, mandated: bool, ruling: Ruling | None) -> Choice | None:
    """Who is left out of the telling, whatever their contacts."""
    reasons = (
        (fact.dead, "deceased"),
        (fact.status == TEST_STATUS, "fictive"),
        (not mandated, "not_controller"),
        (ruling is not None and ruling.do == "exclude", "human_decision"),
    )
    if not fact.known:
        return Choice(decision=Decision.UNREACHABLE, reason="unknown_person")
    found = next((reason for applies, reason in reasons if applies), "")
    return Choice(decision=Decision.EXCLUDED, reason=found) if found else None


def _reader(fact: Fact) -> Reader:
    if fact.minor:
        return Reader.PARENT
    return Reader.GUARDIAN if fact.guarded else Reader.PERSON


def _ways(
    fact: Fact, reader: Reader, enabled: Sequence[Channel], *, credential: bool
) -> tuple[tuple[Channel, int], ...]:
    """Channels for which there is a contact of the reader, in order.

    The holder of parental authority of a child without guardian data is written to at the
    child's home, never at the child's own mailbox or phone.
    """
    named = _OWN if reader is Reader.PERSON else _GUARDED
    places: dict[Channel, int | None] = {c: getattr(fact, named[c]) for c in Channel}
    if reader is not Reader.PERSON and places[Channel.LETTER] is None:
        places[Channel.LETTER] = fact.letter
    if credential:
        places[Channel.MAIL] = None
    return tuple((c, place) for c in enabled if (place := places[c]) is not None)


def _waits(fact: Fact, reader: Reader, ways: tuple[tuple[Channel, int], ...]) -> str:
    for beginning, reason in WAITING_STATUSES.items():
        if fact.status.startswith(beginning):
            return reason
    if fact.changed:
        return "contact_changed"
    if fact.alike:
        return "homonym"
    shared = {Channel.MAIL: fact.mail_shared, Channel.SMS: fact.phone_shared}
    if reader is Reader.PERSON and ways and shared.get(ways[0][0]):
        return "shared_address"
    return ""


def _without_shared(
    fact: Fact, reader: Reader, ways: tuple[tuple[Channel, int], ...]
) -> tuple[tuple[Channel, int], ...]:
    """A shared phone is no second choice."""
    if reader is not Reader.PERSON:
        return ways
    shared = {Channel.MAIL: fact.mail_shared, Channel.SMS: fact.phone_shared}
    return tuple(way for way in ways if not shared.get(way[0]))


def mandates(
    rows: Sequence[Mapping[str, str]], *, role: str, zone: str, at: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Controllers in whose name the operator may inform at that instant.

    Args:
        rows: the controllers as the directory holds them.
        role: the operator's; a controller needs no mandate of its own establishments.
        zone: of dates without one.
        at: the instant of the plan.

    Returns:
        The controllers, and those whose `mandate_from` is no instant: they have no mandate.
    """
    if role == "controller":
        return tuple(row["controller"] for row in rows), ()
    granted, unread = [], []
    for row in rows:
        text = (row.get("mandate_from") or "").strip()
        if not text:
            continue
        since = _instant(text, zone)
        if since is None:
            unread.append(row["controller"])
        elif since <= at:
            granted.append(row["controller"])
    return tuple(granted), tuple(unread)


def _instant(text: str, zone: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def adult_born(at: datetime, zone: str) -> str:
    """The latest ISO birth date of whoever is an adult that day, where the operator is."""
    today = at.astimezone(ZoneInfo(zone)).date()
    try:
        return today.replace(year=today.year - ADULT_YEARS).isoformat()
    except ValueError:  # 29 February: of age on 1 March
        return date(today.year - ADULT_YEARS, 2, 28).isoformat()


def language_of(tag: str, reader: Reader) -> str:
    """The template's language: English, easy-to-read French, else French.

    An easy-to-read notice is for the person; who represents them reads the usual one.
    """
    if tag.startswith("en"):
        return "en"
    easy = tag in ("falc", "facile") or tag.startswith(("fr-falc", "fr-facile", "fr-x-"))
    return "facile" if easy and reader == Reader.PERSON else "fr"
