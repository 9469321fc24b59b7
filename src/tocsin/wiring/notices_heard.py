"""What comes back from outside: bounces, the mail server's log, receipts of text messages."""

import logging
import time
from pathlib import Path
from typing import Any

from tocsin.adapters.accepted_log import MailLog
from tocsin.adapters.bounces import BounceFolder
from tocsin.adapters.secrets_named import secret
from tocsin.adapters.smpp_session import SmppSession
from tocsin.adapters.sms_receipts import filed_receipts, smpp_receipts
from tocsin.adapters.smtp_carrier import SmtpAccount, SmtpCarrier
from tocsin.core.errors import OutsideError
from tocsin.core.notices import Outbox
from tocsin.core.outgoing import Outgoing, Sms
from tocsin.flow import notices_heard
from tocsin.flow.world import World

KNOCK_S = 3.0
"""Between two visits to the mail server while its log is waited for."""

LOG = logging.getLogger("tocsin.notices")


def listen(
    world: World, outbox: Outbox, outgoing: Outgoing, *, patience_s: float
) -> dict[str, Any]:
    """Hear bounces, then ask the log; wait while it has not reached the time of a try.

    A server that is idle writes nothing: somebody must come in for its log to go on.
    """
    heard: dict[str, Any] = {}
    mail = outgoing.mail
    if mail and mail.bounces:
        reports = BounceFolder(Path(mail.bounces)).receipts()
        heard["bounces"] = dict(notices_heard.hear(outbox, reports, at=world.clock.now()))
    if mail and mail.accepted_log:
        log = MailLog(Path(mail.accepted_log))
        began = knocked = time.monotonic()
        visitor = SmtpCarrier(SmtpAccount(address=mail.smtp, sender=""))
        total = dict(notices_heard.settle(outbox, log, clock=world.clock))
        while total["young"] and time.monotonic() < began + patience_s:
            time.sleep(0.5)
            if time.monotonic() > knocked + KNOCK_S:
                visitor.knock()
                knocked = time.monotonic()
            more = notices_heard.settle(outbox, log, clock=world.clock)
            for name in ("taken", "refused", "never_taken"):
                total[name] += more[name]
            total["left"], total["young"] = more["left"], more["young"]
        heard["log"] = total
    if outgoing.sms:
        heard |= _texts_heard(world, outbox, outgoing.sms)
    return heard


def _texts_heard(world: World, outbox: Outbox, sms: Sms) -> dict[str, Any]:
    """Receipts of text messages that left: of a file, and of the SMS centre that holds them."""
    heard: dict[str, Any] = {}
    if not notices_heard.texts_left(outbox):
        return heard
    numbers = notices_heard.Numbers(outbox)
    if sms.receipts:
        filed = filed_receipts(Path(sms.receipts), numbers.notice)
        heard["receipts"] = dict(notices_heard.hear(outbox, filed, at=world.clock.now()))
    if sms.gateway.scheme == "smpp":
        session = SmppSession(sms.gateway, user=sms.user, secret=secret(sms.secret_env))
        held = smpp_receipts(session, numbers.notice)
        try:
            found = notices_heard.hear(outbox, held, at=world.clock.now())
        except OutsideError:
            heard["centre"] = {"unread": True}
            LOG.info("sms_receipts_unread")
        else:
            heard["centre"] = dict(found)
    return heard
