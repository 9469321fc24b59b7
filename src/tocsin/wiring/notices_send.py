"""Notices leave: several workers over the outbox, then receipts, until nothing is due."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.act.notices.plan import Recipient
from tocsin.adapters.case_folder import CaseFolder
from tocsin.adapters.dkim import DkimSigner
from tocsin.adapters.secrets_named import secret
from tocsin.adapters.signing import verifies
from tocsin.adapters.smpp_session import SmppSession
from tocsin.adapters.sms_gateway import GatewayCarrier
from tocsin.adapters.sms_smpp import SmppCarrier
from tocsin.adapters.smtp_carrier import SmtpAccount, SmtpCarrier
from tocsin.adapters.web_calls import Site
from tocsin.core.errors import InputError, OutsideError, RefusedError
from tocsin.core.notices import (
    Carrier,
    Channel,
    Compose,
    Decision,
    Held,
    Outbox,
)
from tocsin.core.outgoing import Mail, Outgoing, Sms
from tocsin.core.records import Says
from tocsin.flow import notices_case, notices_heard, notices_ledger, notices_send
from tocsin.flow.notices_case import Campaigns, Kept
from tocsin.flow.notices_send import Press
from tocsin.flow.world import World
from tocsin.wiring.notices import (
    new_outbox,
    outbox_of,
    secret_of,
    stand,
    templates_of,
)
from tocsin.wiring.notices_heard import listen
from tocsin.wiring.outside import outgoing_of
from tocsin.wiring.world import Document, open_world

ROUNDS = 6
"""Times that what a log shows never taken is tried again in one command."""

CONNECTIONS = {Channel.MAIL: 2, Channel.SMS: 1}
"""Where none are asked for: a mail server syncs one mail while it takes another; an SMS centre
may refuse a second session."""

LOG = logging.getLogger("tocsin.notices")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a campaign is sent.

    Args:
        connections: workers of this command, each with its connection; 0 = as the channel
            bears, two to a mail server. No more than there are batches of rows.
        per_minute: most tries a minute, of all its workers; 0 = as fast as can be.
        patience_s: how long to wait for a retry or for the log before the command ends.
    """

    connections: int = 0
    per_minute: int = 0
    patience_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A channel that is open: how to reach its other side, and what to hand over."""

    channel: Channel
    carrier: Callable[[], Carrier]
    compose: Compose


def send(root: Path, campaign: str, pace: Pace) -> Document:
    """Send a campaign that two enrolled humans approved; run again, it goes on.

    Raises:
        RefusedError: it may not leave.
        OutsideError: a server could not be reached; what was sent is counted all the same.
    """
    with open_world(root, write=False) as (world, case), outbox_of(case) as outbox:
        campaigns = Campaigns(world, outbox)
        kept = campaigns.named(campaign)
        people = campaigns.rows(campaign)
        names = notices_send.check_sendable(world, kept, people, verifies)
        outgoing = outgoing_of(case, why="notify")
        press = new_press(world, case, kept, people, outgoing.mail)
        facts = {"campaign": campaign, "digest": kept.manifest.digest}
        world.case.note("notices_send_begun", facts, by=", ".join(names))
        sending = Sending(world, case, outbox, press, outgoing)
        try:
            sending.run(pace)
        finally:
            found = _finished(root, world, outbox, campaign)
        if sending.failed:
            raise sending.failed[0]
        return found


def reconcile(
    root: Path, campaign: str = "", *, word: str = "", by: str = "", why: str = "",
    patience_s: float = 30.0,
) -> Document:  # fmt: skip
    """Read bounces and the server's log, mend what is stuck, and say where each stands.

    Args:
        word: `taken` or `not-taken`: what a named human says of all that is uncertain.
    """
    if word and not (by.strip() and why.strip()):
        raise InputError(
            Says(
                "l'incertain est tranché par une personne nommée, avec son motif",
                "what is uncertain is settled by a named human, with the reason",
            ),
            next_step=Says("Donnez --by NAME et --why TEXT.", "Give --by NAME and --why TEXT."),
        )
    with open_world(root, write=False) as (world, case), outbox_of(case) as outbox:
        outgoing = outgoing_of(case, why="notify")
        outbox.sweep(at=world.clock.now())
        heard = listen(world, outbox, outgoing, patience_s=patience_s)
        campaigns = Campaigns(world, outbox)
        notices_case.withdraw_superseded(campaigns, outbox, at=world.clock.now())
        if word:
            kept = campaigns.named(campaign) if campaign else campaigns.latest("notice")
            count = notices_heard.by_word(
                outbox,
                kept.campaign if kept else "",
                taken=word == "taken",
                by=by,
                at=world.clock.now(),
            )
            facts = {"campaign": kept.campaign if kept else "", "word": word, "notices": count}
            world.case.note("notices_settled", {**facts, "why": why}, by=by)
        found = _finished(root, world, outbox, campaign)
    return {**found, "heard": heard}


def _finished(root: Path, world: World, outbox: Outbox, campaign: str) -> dict[str, Any]:
    """The document, and the table published where nobody else is writing the case."""
    found = stand(world, outbox, campaign)
    try:
        with open_world(root, write=True) as (writing, _):
            notices_ledger.publish(writing, Campaigns(writing, outbox), outbox)
    except OutsideError:
        LOG.info("notices_table_later")
    world.case.note("notices_counted", {"campaign": found["campaign"], **found["overall"]})
    return found


def new_press(
    world: World, case: CaseFolder, kept: Kept, people: Sequence[Recipient], mail: Mail | None
) -> Press:
    """Open the vault for the contacts that a campaign uses, and check that they are those
    that were approved.

    Raises:
        RefusedError: the contacts are not those of the plan.
    """
    opened = case.vault.open("persons")
    told = [one for one in people if one.decision in (Decision.TELL, Decision.BEFORE)]
    world.case.note(
        "vault_opened",
        {"tables": ["persons"], "why": "sending of notices", "campaign": kept.campaign},
    )
    planned = [one for one in told if one.decision == Decision.TELL]
    lines = notices_case.contact_lines(opened["persons"], planned)
    if case.keyring.pseudonym(lines) != kept.manifest.contacts:
        raise RefusedError(
            Says(
                "les coordonnées de cette campagne ne sont pas celles qui ont été approuvées",
                "the contacts of this campaign are not those that were approved",
            ),
            next_step=Says(
                "Refaites le plan, et faites approuver la nouvelle campagne.",
                "Plan again, and have the new campaign approved.",
            ),
            where=kept.campaign,
        )
    signer = DkimSigner(mail.dkim) if mail and mail.dkim else None
    return Press(
        kept=kept,
        campaign=kept.campaign,
        recipients={one.person: one for one in people},
        templates=templates_of(case, kept),
        secret=secret_of(case),
        contacts=notices_case.contacts_of(opened["persons"], told),
        sign=signer.signed if signer else _unsigned,
        clock=world.clock,
        shared={},
    )


def open_next(world: World, outbox: Outbox, press: Press, *, alone: bool = False) -> int:
    """Create the rows of the channels that follow; `alone` counts this outbox's rows only."""
    if alone:
        others: dict[str, list[Held]] = {}
        for row in outbox.rows(press.kept.campaign):
            others.setdefault(row.person, []).append(row)
    else:
        campaigns = Campaigns(world, outbox)
        others = notices_ledger.rows_that_tell(campaigns, outbox, press.kept)
    return notices_send.open_rows(outbox, press, others, at=world.clock.now())


def _unsigned(content: bytes) -> bytes:
    return content


class Sending:
    """One command that sends: its lines to the outside and what failed on them."""

    def __init__(
        self, world: World, case: CaseFolder, outbox: Outbox, press: Press, outgoing: Outgoing
    ) -> None:
        self.world, self.case, self.outbox = world, case, outbox
        self.press, self.outgoing = press, outgoing
        self.failed: list[OutsideError] = []
        self.tried = 0

    def run(self, pace: Pace) -> None:
        """Send all that is due over every channel that is open, in order, then listen."""
        campaigns = Campaigns(self.world, self.outbox)
        self.outbox.sweep(at=self.world.clock.now())
        notices_case.withdraw_superseded(campaigns, self.outbox, at=self.world.clock.now())
        listen(self.world, self.outbox, self.outgoing, patience_s=0)
        for _ in range(ROUNDS):
            for line in self.lines():
                self.world.progress.stage(f"notify: {line.channel}")
                self._over(line, pace)
            heard = listen(self.world, self.outbox, self.outgoing, patience_s=pace.patience_s)
            again = heard.get("log", {}).get("never_taken", 0)
            opened = self._open()
            if not (again or opened) or self.failed:
                return

    def lines(self) -> list[Line]:
        """The channels that this estate opens."""
        lines = []
        if self.outgoing.mail and Channel.MAIL in self.press.kept.manifest.channels:
            account = account_of(self.outgoing.mail, self.press.kept.manifest.mail_from[0])
            lines.append(
                Line(
                    channel=Channel.MAIL,
                    carrier=lambda: SmtpCarrier(account),
                    compose=self.press.mail,
                )
            )
        if self.outgoing.sms and Channel.SMS in self.press.kept.manifest.channels:
            sms = self.outgoing.sms
            word = secret(sms.secret_env)
            lines.append(
                Line(
                    channel=Channel.SMS,
                    carrier=lambda: texting(sms, word),
                    compose=self.press.sms,
                )
            )
        return lines

    def _open(self) -> int:
        return open_next(self.world, self.outbox, self.press)

    def _over(self, line: Line, pace: Pace) -> None:
        place = (self.press.kept.campaign, str(line.channel))
        until = time.monotonic() + pace.patience_s
        while not self.failed:
            self._open()
            self._workers(line, pace)
            wait = notices_send.waits_until(self.outbox, place, self.world.clock)
            if wait is None or time.monotonic() + wait.total_seconds() > until:
                return
            time.sleep(min(wait.total_seconds() + 0.01, 5))

    def _workers(self, line: Line, pace: Pace) -> None:
        """All that is due, by several workers. One that cannot get in is not missed where
        another made tries: some servers bear one connection."""
        count = self._count(line, pace)
        pause = _paced(count, pace.per_minute) if pace.per_minute else None
        tried, failed = 0, []
        with ThreadPoolExecutor(count) as pool:
            for one in [pool.submit(self._work, line, pause) for _ in range(count)]:
                try:
                    tried += one.result()
                except OutsideError as error:
                    failed.append(error)
        self.tried += tried
        if failed and tried:
            LOG.info("notices_worker_stopped")
        else:
            self.failed += failed

    def _count(self, line: Line, pace: Pace) -> int:
        batches = -(-len(self.press.recipients) // notices_send.BATCH)
        return max(1, min(pace.connections or CONNECTIONS[line.channel], batches))

    def _work(self, line: Line, pause: Callable[[float], None] | None) -> int:
        outbox = new_outbox(self.case)
        carrier = line.carrier()
        try:
            return notices_send.deliver(
                outbox,
                carrier,
                line.compose,
                place=(self.press.kept.campaign, str(line.channel)),
                clock=self.world.clock,
                pause=pause,
            )
        finally:
            carrier.close()
            outbox.close()


def texting(sms: Sms, word: str) -> Carrier:
    """The channel to an SMS gateway, or to an SMS centre."""
    if sms.gateway.scheme == "smpp":
        session = SmppSession(sms.gateway, user=sms.user, secret=word)
        return SmppCarrier(session, sender=sms.sender)
    site = Site(address=sms.gateway, name="sms", ca_file="")
    return GatewayCarrier(site, secret=word, sender=sms.sender)


def account_of(mail: Mail, sender: str) -> SmtpAccount:
    """Where mails leave, with the password that its variable holds."""
    return SmtpAccount(
        address=mail.smtp,
        sender=sender,
        user=mail.user,
        password=secret(mail.password_env) if mail.user else "",
        ca_file=mail.ca_file,
    )


def _paced(count: int, per_minute: int) -> Callable[[float], None]:
    seconds = 60 * count / per_minute

    def pause(times: float) -> None:
        time.sleep(seconds * times)

    return pause
