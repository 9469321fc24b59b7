"""From an approved campaign to the outside: rows first, one try at a time, receipts after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from tocsin.act.notices import codes, mail
from tocsin.act.notices.contacts import phones
from tocsin.act.notices.plan import Recipient
from tocsin.act.notices.states import TRIABLE, after_try, next_channel
from tocsin.act.notices.wording import Notice, as_text, notice, person_name, personal
from tocsin.core.errors import RefusedError, TocsinError
from tocsin.core.evidence import digest_of
from tocsin.core.notices import (
    Carrier,
    Change,
    Channel,
    Compose,
    Held,
    NewNotice,
    Outbox,
    Parcel,
    State,
    Template,
)
from tocsin.core.outgoing import Approver, Verifies, approved_by
from tocsin.core.ports import Clock
from tocsin.core.records import Says
from tocsin.flow import notices_case
from tocsin.flow.notices_case import Campaigns, Kept
from tocsin.flow.world import World

PURPOSE = "notify"
APPROVERS = 2
"""Distinct named humans who must have signed the digest of a campaign."""

BATCH = 50
"""Rows that a worker leases at once: after a loss of power at most as many are in doubt, and
the one whose try was under way when they were leased."""


def check_sendable(
    world: World, kept: Kept, rows: Sequence[Recipient], verifies: Verifies
) -> tuple[str, ...]:
    """Whether the campaign may leave; the names of those who approved it.

    Raises:
        RefusedError: it is a proposition, replaced, altered, outrun by a newer scope, or not
            approved by two enrolled humans.
    """
    if kept.manifest.proposition:
        raise RefusedError(
            Says(
                "cette campagne repose sur une PROPOSITION : des soupçons que "
                "personne n'a revus",
                "this campaign rests on a PROPOSITION: suspicions that nobody reviewed",
            ),
            next_step=Says(
                "Revoyez les sessions, lancez tocsin scope sans "
                "--accept-suspicions, puis refaites le plan.",
                "Review the sessions, run tocsin scope without --accept-suspicions, then "
                "plan again.",
            ),
            where=kept.campaign,
        )
    if kept.superseded_by:
        raise RefusedError(
            Says(
                "un plan plus récent a remplacé cette campagne",
                "a later plan took the place of this campaign",
            ),
            next_step=Says(
                f"Envoyez {kept.superseded_by} dès qu'elle est approuvée.",
                f"Send {kept.superseded_by} once it is approved.",
            ),
            where=kept.campaign,
        )
    notices_case.check_rows(kept, rows)
    _check_scope(world, kept)
    enrolled: Sequence[Approver] = world.estate.approvers
    names = approved_by(
        Campaigns(world).approvals(kept.campaign),
        enrolled,
        purpose=PURPOSE,
        digest=kept.manifest.digest,
        verifies=verifies,
    )
    if len(names) < APPROVERS:
        raise RefusedError(
            Says(
                f"{len(names)} personne(s) inscrite(s) sur {APPROVERS} ont "
                "approuvé cette campagne",
                f"{len(names)} of {APPROVERS} enrolled humans approved this campaign",
            ),
            next_step=Says(
                "Que chacune lance : tocsin act CASE notify approve CAMPAIGN "
                "--key FILE. Les approbateurs sont ceux du fichier estate.toml à "
                "l'ouverture du dossier.",
                "Have each run: tocsin act CASE notify approve CAMPAIGN --key FILE. "
                "Approvers are those of the estate when the case was opened.",
            ),
            where=kept.campaign,
        )
    return names


def _check_scope(world: World, kept: Kept) -> None:
    """A newer scope that humans reviewed makes the campaign stale, unless it says the same."""
    latest = notices_case.scope_summary(world)
    newer = int(latest["revision"]) > kept.manifest.revision
    if newer and not latest["proposition"]:
        same = notices_case.same_reach(world, kept.manifest.revision, int(latest["revision"]))
        if not same:
            raise RefusedError(
                Says(
                    f"le périmètre a une révision plus récente ({latest['revision']}) "
                    f"que cette campagne ({kept.manifest.revision})",
                    f"the scope has a newer revision ({latest['revision']}) than this campaign "
                    f"({kept.manifest.revision})",
                ),
                next_step=Says(
                    "Refaites le plan : qui a déjà été informé ne l'est pas deux fois.",
                    "Plan again: those already told are not told twice.",
                ),
                where=kept.campaign,
            )


# What a message is made of ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What makes the messages of a campaign: rows, words, and contacts in memory.

    Args:
        campaign: its name: a digest, worked out once and not for each mail.
        secret: of the case, for codes and identities of messages.
        contacts: names and contacts by record.
        sign: puts the DKIM signature on a mail; what it is given where there is no key.
    """

    kept: Kept
    campaign: str
    recipients: Mapping[str, Recipient]
    templates: Mapping[str, Template]
    secret: bytes
    contacts: Mapping[str, Mapping[str, str]]
    sign: Callable[[bytes], bytes]
    clock: Clock
    shared: dict[tuple[object, ...], tuple[Notice, str]]

    def version(self, one: Recipient) -> str:
        """The template of a recipient with its digest: which words they were sent."""
        template = self.template(one)
        return f"{template.id}@{template.digest[:12]}"

    def template(self, one: Recipient) -> Template:
        """The template of a recipient."""
        kind = "correction" if one.reason == "out_of_scope" else "notice"
        return self.templates[f"{kind}.{one.language}"]

    def new(self, one: Recipient, channel: str) -> NewNotice:
        """The row of a notice over one channel."""
        name = self.campaign
        identity = codes.notice_id(self.secret, name, one.person, channel)
        domain = self.kept.manifest.mail_from[0].rpartition("@")[2] or "tocsin.invalid"
        return NewNotice(
            notice=identity,
            campaign=name,
            person=one.person,
            channel=channel,
            message_id=codes.message_id(identity, domain) if channel == Channel.MAIL else "",
            revision=self.kept.manifest.revision,
            template=self.version(one),
        )

    def said(self, one: Recipient) -> tuple[Notice, str]:
        """The notice and its text, name and code left as marks; made once for alike persons."""
        key = (one.language, one.told(), one.reason)
        found = self.shared.get(key)
        if found is None:
            shown = notice(self.template(one), self.kept.manifest.letterhead, one.told())
            found = self.shared[key] = (shown, as_text(shown))
        return found

    def code(self, one: Recipient) -> str:
        """The reference that the person can have checked."""
        return codes.code(self.secret, self.campaign, one.person)

    def contact(self, one: Recipient, channel: str) -> Mapping[str, str] | None:
        """The directory record that gives the contact; None where it is gone."""
        records = dict(zip(one.channels, one.records, strict=True))
        return self.contacts.get(records.get(channel, ""))

    def mail(self, row: Held) -> Parcel | None:
        """A mail, signed."""
        one = self.recipients[row.person]
        contact = self.contact(one, Channel.MAIL)
        if contact is None:
            return None
        own = one.reader == "person"
        name = person_name(self.contacts.get(one.person, {}))
        to_name = name if own else mail_name(contact.get("guardian_name", "")) or name
        address = contact["email" if own else "guardian_email"].strip()
        shown, text = self.said(one)
        content = mail.message(
            sender=self.kept.manifest.mail_from,
            to=(address, to_name),
            shown=shown,
            text=personal(text, person=name, code=self.code(one)),
            message_id=row.message_id,
            at=self.clock.now(),
        )
        return Parcel(notice=row.notice, to=address, content=self.sign(content))

    def sms(self, row: Held) -> Parcel | None:
        """A text message: the pointer to the notice, with the reference of the person."""
        one = self.recipients[row.person]
        contact = self.contact(one, Channel.SMS)
        if contact is None:
            return None
        number = contact["phone" if one.reader == "person" else "guardian_phone"]
        (to,) = phones(pa.array([number])).to_pylist()
        if not to:
            return None
        shown, _ = self.said(one)
        text = personal(shown.sms, person="", code=self.code(one))
        return Parcel(notice=row.notice, to=to, content=text.encode())


def mail_name(text: str) -> str:
    """A name from the directory as a header may hold it."""
    return "".join(c for c in text if c.isprintable()).strip()[:120]


# The rows -----------------------------------------------------------------------------------


def open_rows(
    outbox: Outbox, press: Press, others: Mapping[str, Sequence[Held]], *, at: datetime
) -> int:
    """Create the row of each person's next channel, from the list of recipients itself.

    Run again it creates nothing; run after a failure it opens the channel that follows. A
    crash between two rows is mended by the next run: the list is the truth, not the outbox.
    """
    fresh = (
        press.new(one, channel)
        for one in press.recipients.values()
        if (channel := next_channel(one, others.get(one.person, ())))
    )
    return outbox.create(fresh, at=at)


def deliver(
    outbox: Outbox,
    carrier: Carrier,
    compose: Compose,
    *,
    place: tuple[str, str],
    clock: Clock,
    pause: Callable[[float], None] | None = None,
) -> int:
    """Try every row that is due, one at a time, until none is left.

    The result of one try and the beginning of the next are one transaction: a kill leaves at
    most one row of this worker in doubt. The next message is made while the other side works
    on the last one.

    Args:
        place: campaign and channel.
        pause: called between two tries where the sending is paced; results are kept first.

    Returns:
        How many tries were made.

    Raises:
        OutsideError: the other side cannot be reached; what was not tried stays to be tried.
    """
    tried = 0
    done: list[Change] = []
    campaign, channel = place
    worker = outbox.worker
    coming = _Coming(
        compose, lambda: outbox.claim(campaign, channel, worker, at=clock.now(), most=BATCH)
    )
    try:
        while (turn := coming.take()) is not None:
            row, parcel = turn
            if parcel is None:
                outbox.step([*done, _gone(row)], "", worker, at=clock.now())
                done = []
                continue
            if pause is not None:
                outbox.step(done, "", worker, at=clock.now())
                done = []
                pause(1.0)
            carrier.ready(parcel)
            *_, ours = outbox.step(done, row.notice, worker, at=clock.now())
            done = []
            if ours:
                came = carrier.send(parcel, coming.prepare)
                tried += 1
                done = [after_try(row, came, clock.now(), digest_of(parcel.content))]
    finally:
        outbox.step(done, "", worker, at=clock.now())
        outbox.release(worker)
    return tried


_Turn = tuple[Held, Parcel | None]
"""A row and its parcel; None where its contact is gone."""


class _Coming:
    """Rows in order with their parcels; the next one may be leased and made before its turn.

    What makes it fail is raised at its turn: the try that is under way comes to its end.
    """

    def __init__(self, compose: Compose, lease: Callable[[], Sequence[Held]]) -> None:
        self._compose, self._lease = compose, lease
        self._rows: Iterator[Held] = iter(())
        self._made: list[_Turn | None] = []
        self._failed: TocsinError | None = None

    def take(self) -> _Turn | None:
        """Whose turn it is; None where nobody is left."""
        if self._failed is not None:
            raise self._failed
        return self._made.pop() if self._made else self._next()

    def prepare(self) -> None:
        """Make what comes next."""
        if not self._made and self._failed is None:
            try:
                self._made.append(self._next())
            except TocsinError as error:
                self._failed = error

    def _next(self) -> _Turn | None:
        row = next(self._rows, None)
        if row is None:
            self._rows = iter(self._lease())
            row = next(self._rows, None)
        return None if row is None else (row, self._compose(row))


def _gone(row: Held) -> Change:
    return Change(
        notice=row.notice, was=TRIABLE, state=State.PERMANENT, evidence="contact is gone"
    )


# Waiting --------------------------------------------------------------------------------------


def waits_until(outbox: Outbox, place: tuple[str, str], clock: Clock) -> timedelta | None:
    """How long until a row of that campaign and channel may be tried; None if there is none."""
    due = outbox.next_due(*place)
    return None if due is None else max(due - clock.now(), timedelta(0))
