"""The notices that a case sent, as the message check knows them: words and reference codes."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from tocsin.act.notices import codes
from tocsin.act.phishing.own_notices import numbers_in, runs_of
from tocsin.adapters.case_folder import CaseFolder
from tocsin.core.errors import InputError
from tocsin.core.messages import SentNotice
from tocsin.core.notices import Decision, Template
from tocsin.flow.notices_case import Campaigns
from tocsin.wiring.notices import outbox_of, secret_of, templates_of
from tocsin.wiring.world import open_world


def sent_notices(root: Path) -> tuple[SentNotice, ...]:
    """The notices of a case; none where it planned none. Opens no vault."""
    if not (root / "act/notices").is_dir():
        return ()
    with open_world(root, write=False) as (world, case), outbox_of(case) as outbox:
        campaigns = Campaigns(world, outbox)
        secret = _secret(case)
        found = []
        for kept in campaigns.all():
            persons = tuple(
                one.person
                for one in campaigns.rows(kept.campaign)
                if one.decision in (Decision.TELL, Decision.BEFORE)
            )
            texts = [
                t for template in templates_of(case, kept).values() for t in _texts(template)
            ]
            began = [row.first_at for row in outbox.rows(kept.campaign) if row.first_at]
            sent_on = min(began).date().isoformat() if began else ""
            found.append(
                SentNotice(
                    id=kept.campaign,
                    sent_on=sent_on,
                    runs=runs_of(iter(texts)),
                    numbers=numbers_in(" \n".join((*texts, kept.manifest.text()))),
                    is_reference=_references(kept.campaign, persons, secret),
                )
            )
        return tuple(found)


def _secret(case: CaseFolder) -> bytes | None:
    """The secret of the codes; None where the case's keys are elsewhere: words still tell."""
    try:
        return secret_of(case)
    except InputError:
        return None


def _references(
    campaign: str, persons: tuple[str, ...], secret: bytes | None
) -> Callable[[str], bool]:
    @cache
    def printed() -> frozenset[str]:
        if secret is None:
            return frozenset()
        return frozenset(codes.code(secret, campaign, person) for person in persons)

    def is_reference(written: str) -> bool:
        code = codes.read(written)
        return code is not None and code in printed()

    return is_reference


def _texts(template: Template) -> Iterator[str]:
    yield from (template.subject, template.greeting, template.sms)
    for section in template.sections:
        yield section.title
        yield from (part.text for part in section.parts)
    for listed in template.words.values():
        yield from listed.values()
