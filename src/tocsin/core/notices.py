"""Notices to persons: their words, their tables, and what the corridor asks of the outside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tocsin.core.tables import AT, COUNT, TEXT, TEXTS, table


class Channel(StrEnum):
    """Ways to reach a person, in the order in which they are tried."""

    MAIL = "mail"
    SMS = "sms"
    LETTER = "letter"


class State(StrEnum):
    """What became of one notice over one channel."""

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    TEMPORARY = "temporary_failure"
    PERMANENT = "permanent_failure"
    UNCERTAIN = "uncertain"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"  # never tried: a later plan tells this person


class Term(StrEnum):
    """Where a person of the scope stands: exactly one of these."""

    TOLD = "told"
    EXCLUDED = "excluded"
    UNREACHABLE = "unreachable"
    PENDING = "pending"
    UNCERTAIN = "uncertain"


class Decision(StrEnum):
    """What a plan decides of a person."""

    TELL = "tell"
    EXCLUDED = "excluded"
    WAITS = "waits"  # for a named human
    UNREACHABLE = "unreachable"
    BEFORE = "before"  # an earlier campaign tells them


class Reader(StrEnum):
    """Who reads the notice."""

    PERSON = "person"
    PARENT = "parent"  # holder of parental authority
    GUARDIAN = "guardian"


NOTICES = table(
    "notices",
    "campaign, person and channel",
    notice=TEXT,
    campaign=TEXT,
    person=TEXT,
    controllers=TEXTS,
    channel=TEXT,
    state=TEXT,
    attempts=COUNT,
    message_id=TEXT,
    revision=COUNT,
    template=TEXT,
    first_at=AT,
    last_at=AT,
)
"""Contract, section 3: `act/notices.parquet`."""

RECIPIENTS = table(
    "recipients",
    "person of a campaign",
    person=TEXT,
    controllers=TEXTS,  # in whose name the notice speaks
    apart=TEXTS,  # controllers of the person without a mandate: they tell by themselves
    decision=TEXT,
    reason=TEXT,
    reader=TEXT,
    language=TEXT,
    grade=TEXT,
    channels=TEXTS,
    records=TEXTS,  # for each channel, the directory record whose contact is used
    items=TEXT,  # item=grade, parted by bars
    first_on=TEXT,  # operator's zone
    last_on=TEXT,
    told_in=TEXT,  # campaign that told the person before, for a correction
)
"""A plan's rows: local ids and decisions, never a name nor a contact."""


# Templates -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A paragraph or a list of a section, shown `when` its flag holds ('' = always)."""

    text: str = ""
    list: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part of a notice; its id is the legal item that it carries."""

    id: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The words of a notice in one language: content, not code.

    Args:
        id: kind and language, `notice.fr`.
        digest: SHA-256 of the file.
        language: language tag of the text, for readers' software.
        subject: of the mail, also the letter's title.
        sections: in order.
        sms: the pointer sent by SMS.
        words: lists of sentences by name, each by key: consequences, advice, measures …
    """

    id: str
    digest: str
    language: str
    subject: str
    greeting: str
    sections: tuple[Section, ...]
    sms: str
    words: Mapping[str, Mapping[str, str]]


# The outbox ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """A notice to be sent over one channel, before any try."""

    notice: str
    campaign: str
    person: str
    channel: str
    message_id: str
    revision: int
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(NewNotice):
    """A notice as the outbox holds it."""

    state: State
    attempts: int
    first_at: datetime | None
    last_at: datetime | None
    due_at: datetime | None
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of state, with its evidence: a code, a queue number, never a contact.

    Args:
        notice: which one.
        was: states in which it applies; in any other it is logged and changes nothing.
        state: the state that follows.
        evidence: what proves it: `250 2.0.0`, `dsn 5.1.1`, `log 4F2A…`.
        due_at: when it may be tried again, for a temporary failure.
        body: SHA-256 of what was sent, '' where nothing was.
    """

    notice: str
    was: tuple[State, ...]
    state: State
    evidence: str = ""
    due_at: datetime | None = None
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A line of the log of a notice: what was tried or heard, and what it changed."""

    at: datetime
    before: str
    after: str
    applied: bool
    evidence: str
    body: str


class Outbox(Protocol):
    """What is to be sent and what became of it; rows are never deleted.

    `worker` names the one who holds this connection.

    Unique by (campaign, person, channel): creating a row twice leaves one. A row is `sending`
    before its try begins, in a transaction that is on the disk.
    """

    worker: str

    def create(self, rows: Iterable[NewNotice], *, at: datetime) -> int:
        """Put rows in as `created`; those that are there stay as they are. How many are new."""
        ...

    def claim(
        self, campaign: str, channel: str, worker: str, *, at: datetime, most: int
    ) -> list[Held]:
        """Lease rows that may be tried now to this worker, oldest first."""
        ...

    def step(
        self, changes: Sequence[Change], begin: str, worker: str, *, at: datetime
    ) -> tuple[bool, ...]:
        """Apply changes and mark one leased row `sending` ('' = none), in one transaction.

        It outlives the death of every process at once. Where it begins a try it may reach the
        disk later, if a machine that lost its power makes all leased rows uncertain.

        Returns:
            For each change whether it applied, then whether `begin` is now ours to try.
        """
        ...

    def release(self, worker: str) -> None:
        """Give leased rows that were not tried back."""
        ...

    def sweep(self, *, at: datetime) -> Mapping[str, int]:
        """Mend what dead workers left.

        `sending` rows of workers that are gone become `uncertain`; their leases are freed.
        """
        ...

    def rows(self, campaign: str = "") -> list[Held]:
        """All rows, or those of one campaign."""
        ...

    def events(self, notice: str) -> list[Event]:
        """The log of one notice, in order."""
        ...

    def next_due(self, campaign: str, channel: str) -> datetime | None:
        """When the next row that may be tried is due; None if there is none."""
        ...

    def close(self) -> None:
        """Let go of the store, and of this worker's lease."""
        ...


# The channels --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a try came to: the state that follows and its evidence."""

    state: State
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message ready to leave. It lives in memory only."""

    notice: str
    to: str
    content: bytes


Meanwhile = Callable[[], None]
"""Makes what comes next; it raises nothing that is not a bug."""


def nothing() -> None:
    """Nothing to do meanwhile."""


class Carrier(Protocol):
    """A channel to the outside: a mail server, an SMS gateway, a rehearsal's sink."""

    def ready(self, parcel: Parcel) -> None:
        """Make sure that a try can begin: connected, welcomed, its reader perhaps announced.

        Nothing of the content is handed over.

        Raises:
            OutsideError: the other side cannot be reached; nothing was tried.
        """
        ...

    def send(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Outcome:
        """Try once. What may or may not have been taken is `uncertain`, never a failure.

        Args:
            meanwhile: makes what comes next; a channel may call it while it awaits an answer.
        """
        ...

    def close(self) -> None:
        """Take leave."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What somebody else says of a message of ours: a delivery report, a log line.

    Exactly one of `message_id` and `notice` is set where the other is not known.
    """

    message_id: str
    notice: str
    state: State
    evidence: str


Named = Callable[[str], str]
"""The notice whose message another side numbered so; '' where none is known."""

Compose = Callable[[Held], Parcel | None]
"""Makes the parcel of a row; None where the contact is not there any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The time of which a log tells all that happened, by our clock."""

    since: datetime | None  # None: it has no stamps
    until: datetime


class AcceptedLog(Protocol):
    """The log of the mail server: what became of a Message-ID."""

    def answers(self, message_ids: Iterable[str]) -> Mapping[str, Outcome]:
        """What the log says of these messages; a message that it does not know is absent."""
        ...

    def told(self, begun: Mapping[str, datetime]) -> Told | None:
        """Of which time the log tells all that happened; None if unknown.

        Args:
            begun: when we began to hand over messages that the log may name, by Message-ID:
                they show how far its clock, and its zone, are from ours.
        """
        ...


class LetterSetter(Protocol):
    """Sets letters as tagged PDF."""

    def letters(self, values: Mapping[str, object], *, at: datetime) -> bytes:
        """One document of one or more letters; the values are data, never markup."""
        ...
