"""Who calls about a notice: a code, what it stands for, and the proof of what was sent."""

from collections.abc import Iterator
from typing import Any

from tocsin.act.notices import codes
from tocsin.act.notices.plan import Recipient
from tocsin.act.notices.states import term
from tocsin.core.items import item_words
from tocsin.core.notices import Decision, Held, Outbox
from tocsin.flow.notices_case import Campaigns, Kept
from tocsin.flow.notices_ledger import rows_that_tell


def lookup(
    campaigns: Campaigns, outbox: Outbox, code: str | None, *, secret: bytes
) -> dict[str, Any]:
    """What a code stands for. A code that was never printed is said unknown, and why.

    The answer holds the person's local id and the names of items, no name and no contact:
    whoever answers the phone confirms that the notice is ours, and reads it with the caller.
    """
    if code is None:
        return {"known": False, "why": "mistyped"}
    for kept, one in _printed(campaigns):
        if codes.code(secret, kept.campaign, one.person) == code:
            return _answer(campaigns, outbox, kept, one, code)
    return {"known": False, "why": "unknown", "code": code}


def _printed(campaigns: Campaigns) -> Iterator[tuple[Kept, Recipient]]:
    for kept in reversed(campaigns.all()):
        for one in campaigns.rows(kept.campaign):
            if one.decision in (Decision.TELL, Decision.BEFORE):
                yield kept, one


def _answer(
    campaigns: Campaigns, outbox: Outbox, kept: Kept, one: Recipient, code: str
) -> dict[str, Any]:
    rows = [row for row in outbox.rows(kept.campaign) if row.person == one.person]
    told = rows_that_tell(campaigns, outbox, kept).get(one.person, [])
    names = kept.manifest.letterhead.controllers
    return {
        "known": True,
        "code": code,
        "campaign": kept.campaign,
        "kind": kept.manifest.kind,
        "revision": kept.manifest.revision,
        "person": one.person,
        "reader": one.reader,
        "language": one.language,
        "grade": one.grade,
        "stands": str(term(one, told)),
        "controllers": [
            {"controller": name, "name": names.get(name, "")} for name in one.controllers
        ],
        "items": [_item(token) for token in one.items.split("|") if token],
        "notices": [_proof(outbox, row) for row in rows],
    }


def _item(token: str) -> dict[str, Any]:
    item, _, grade = token.rpartition("=")
    says = item_words(item)
    return {"item": item, "grade": grade, "says": {"fr": says.fr, "en": says.en}}


def _proof(outbox: Outbox, row: Held) -> dict[str, Any]:
    return {
        "notice": row.notice,
        "channel": row.channel,
        "state": str(row.state),
        "template": row.template,
        "message_id": row.message_id,
        "attempts": row.attempts,
        "first_at": row.first_at.isoformat() if row.first_at else None,
        "last_at": row.last_at.isoformat() if row.last_at else None,
        "events": [
            {
                "at": event.at.isoformat(),
                "before": event.before,
                "after": event.after,
                "applied": event.applied,
                "evidence": event.evidence,
                "sha256": event.body,
            }
            for event in outbox.events(row.notice)
        ],
    }
