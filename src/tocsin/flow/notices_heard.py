"""What others say of notices that left: reports of delivery, the server's log, a human."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tocsin.act.notices.states import heard
from tocsin.core.evidence import digest_of
from tocsin.core.notices import AcceptedLog, Change, Channel, Held, Outbox, Receipt, State, Told
from tocsin.core.ports import Clock

SETTLE_S = 20
"""How far beyond a try the log must have told of other things to say that it was never taken:
what is still on its way to the server when a line is cut arrives in less."""

NUMBERED = re.compile(r"(?:smpp|2\d\d|409) (.+)")
"""The evidence of a text message that was taken, with the number that it was given."""

HEXADECIMAL = re.compile(r"[0-9a-f]*[a-f][0-9a-f]*")

COMPARED = 20
"""Mails named by the log that show how far its clock is from ours: the last that left."""


def hear(outbox: Outbox, receipts: Iterable[Receipt], *, at: datetime) -> Mapping[str, int]:
    """Apply receipts; those known already, late or of nobody change nothing."""
    rows = {row.notice: row for row in outbox.rows()}
    by_message = {row.message_id.strip("<>"): row.notice for row in rows.values()}
    counted = {"read": 0, "applied": 0, "unknown": 0}
    for receipt in receipts:
        counted["read"] += 1
        named = receipt.notice or by_message.get(receipt.message_id.strip("<>"), "")
        row = rows.get(named)
        if row is None:
            counted["unknown"] += 1
            continue
        change = heard(named, receipt.state, receipt.evidence)
        if _known(outbox, named, change):
            continue
        counted["applied"] += outbox.step([change], "", "", at=at)[0]
    return counted


def _known(outbox: Outbox, notice: str, change: Change) -> bool:
    """Whether the very same receipt was heard before: reports are read anew at each run."""
    return any(
        event.evidence == change.evidence and event.after == change.state
        for event in outbox.events(notice)
    )


def texts_left(outbox: Outbox) -> bool:
    """Whether a text message left of which a receipt may still tell."""
    asked = (State.SENT, State.UNCERTAIN)
    return any(r.channel == Channel.SMS and r.state in asked for r in outbox.rows())


class Numbers:
    """The numbers that others gave to our text messages, read once and when first asked for."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._by_number: dict[str, str] | None = None
        self._hexadecimal = False

    def notice(self, number: str) -> str:
        """The notice of a number; '' where none, or more than one, has it.

        Some SMS centres give a number in hexadecimal and repeat it in decimal.
        """
        if self._by_number is None:
            self._by_number = self._read()
            self._hexadecimal = any(HEXADECIMAL.fullmatch(one) for one in self._by_number)
        plain = _plain(number)
        listed = {plain}
        if self._hexadecimal and re.fullmatch(r"[0-9]{1,20}", plain):
            listed.add(f"{int(plain):x}")
        found = {self._by_number.get(one, "") for one in listed} - {""}
        return found.pop() if len(found) == 1 else ""

    def _read(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for row in self._outbox.rows():
            if row.channel != Channel.SMS or row.attempts == 0:
                continue
            for event in self._outbox.events(row.notice):
                said = NUMBERED.fullmatch(event.evidence)
                if said and event.after == State.SENT:
                    key = _plain(said.group(1))
                    found[key] = row.notice if found.get(key, row.notice) == row.notice else ""
        return found


def _plain(number: str) -> str:
    return number.strip().lower().lstrip("0")


def settle(
    outbox: Outbox, log: AcceptedLog, *, clock: Clock, settle_s: int = SETTLE_S
) -> dict[str, int]:
    """Ask the mail server's log what became of mails that are uncertain, or that left.

    1. A mail that the log names was taken, or bounced later.
    2. An uncertain one that it does not name was not taken, and may be tried again, if the log
       is that of our server and has told of what came well after the try. A log that lags says
       nothing of it: silence is no evidence, a later line is.

    Returns:
        How many were found taken, refused, never taken, and how many stay uncertain; and
        `young`, those of the latter whose time the log has not reached yet.
    """
    rows = [r for r in outbox.rows() if r.channel == Channel.MAIL]
    asked = [r for r in rows if r.state in (State.UNCERTAIN, State.SENT)]
    counted = {"taken": 0, "refused": 0, "never_taken": 0, "left": 0, "young": 0}
    if not asked:
        return counted
    answers = log.answers(row.message_id for row in asked)
    now = clock.now()
    told = _told(log, rows, known=bool(answers))
    for row in asked:
        answer = answers.get(row.message_id)
        doubt = row.state is State.UNCERTAIN
        if answer is not None and (doubt or answer.state is State.PERMANENT):
            outbox.step([heard(row.notice, answer.state, answer.evidence)], "", "", at=now)
            counted["taken" if answer.state is State.SENT else "refused"] += 1
        elif doubt and told and _covers(told, row, settle_s):
            change = heard(row.notice, State.CREATED, "log told on without it")
            outbox.step([change], "", "", at=now)
            counted["never_taken"] += 1
        elif doubt:
            counted["left"] += 1
            counted["young"] += told is not None and not _before(told, row)
    return counted


def _before(told: Told, row: Held) -> bool:
    """Whether the try was before the first line that is still there."""
    return bool(told.since and row.first_at and row.first_at < told.since)


def _covers(told: Told, row: Held, settle_s: int) -> bool:
    """Whether the log tells of the time of the try and of a while after it."""
    if row.last_at is None or _before(told, row):
        return False
    return told.until >= row.last_at + timedelta(seconds=settle_s)


def _told(log: AcceptedLog, rows: Sequence[Held], *, known: bool) -> Told | None:
    """Of which time the log tells; None where it is not shown to be our server's: it names no
    mail of ours although some surely left."""
    left = [row for row in rows if row.state in (State.SENT, State.DELIVERED)]
    if left and not known:
        return None
    begun = {r.message_id: r.first_at for r in left if r.first_at and r.attempts == 1}
    last = sorted(begun.items(), key=lambda item: item[1])[-COMPARED:]
    return log.told(dict(last))


def by_word(outbox: Outbox, campaign: str, *, taken: bool, by: str, at: datetime) -> int:
    """A named human says what became of what is uncertain, where no log can."""
    state = State.SENT if taken else State.CREATED
    doubts = [r.notice for r in outbox.rows(campaign) if r.state is State.UNCERTAIN]
    changes = [heard(name, state, f"said by {digest_of(by)[:12]}") for name in doubts]
    return sum(outbox.step(changes, "", "", at=at)[:-1]) if changes else 0
