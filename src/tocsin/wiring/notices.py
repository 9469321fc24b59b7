"""Notices to persons: plan, approve, where they stand, who calls about one."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tocsin.act.notices import codes
from tocsin.act.notices.contacts import MAILBOX
from tocsin.act.notices.decisions import RULINGS, Ruling
from tocsin.adapters import notice_templates, signing
from tocsin.adapters.case_folder import CaseFolder
from tocsin.adapters.outbox_sqlite import SqliteOutbox
from tocsin.core.errors import InputError, OutsideError, RefusedError
from tocsin.core.incident import EventKind
from tocsin.core.notices import Channel, Outbox, Template
from tocsin.core.outgoing import Outgoing, approved_by
from tocsin.core.records import Says
from tocsin.flow import notices_case, notices_ledger, notices_lookup, notices_plan, notices_send
from tocsin.flow.incident import incident
from tocsin.flow.notices_case import Campaigns, Kept
from tocsin.flow.world import World
from tocsin.wiring.outside import outgoing_of
from tocsin.wiring.world import Document, open_world

OUTBOX = "act/outbox/outbox.sqlite"


def plan(
    root: Path,
    *,
    possible: Mapping[str, str],
    templates: Path | None = None,
    measures: Sequence[str] = (),
) -> Document:
    """Plan the notices of the latest scope.

    Args:
        possible: `by` and `why` where persons possibly reached are told too; {} = not told.
        templates: a folder whose templates take the place of the project's.
        measures: further measures, as a human wrote them; "fr | en" for both languages.
    """
    with open_world(root, write=True) as (world, case), outbox_of(case) as outbox:
        outgoing = outgoing_of(case, why="notify")
        texts = notice_templates.texts(templates)
        wanted = notices_plan.Wanted(
            channels=_channels(world, outgoing),
            templates=_templates(texts),
            texts=texts,
            possible=possible,
            measures=_recorded(world),
            said=_said(measures),
        )
        found = notices_plan.plan(world, wanted, case.keyring.pseudonym, outbox)
        notices_ledger.publish(world, Campaigns(world, outbox), outbox)
        return found


def approve(root: Path, campaign: str, key: Path) -> Document:
    """Sign the digest of a campaign.

    Raises:
        RefusedError: the key is not that of an enrolled human; the refusal is journalled.
    """
    signer = signing.read_key(key)
    with open_world(root, write=True) as (world, _):
        campaigns = Campaigns(world)
        kept = campaigns.named(campaign)
        notices_case.check_rows(kept, campaigns.rows(campaign))
        digest = kept.manifest.digest
        facts = {"campaign": campaign, "digest": digest, "key": signer.key}
        name = {one.key: one.name for one in world.estate.approvers}.get(signer.key, "")
        if not name:
            world.case.note("notices_approval_refused", facts)
            raise RefusedError(
                Says(
                    "cette clé n'est pas celle d'un approbateur inscrit à "
                    "l'ouverture du dossier",
                    "this key is not that of an approver enrolled when the case was opened",
                ),
                next_step=Says(
                    "Signez avec la clé d'un [[approver]] du fichier estate.toml tel "
                    "qu'il était à l'ouverture. La moitié publique est celle que "
                    "tocsin key new a affichée.",
                    "Sign with the key of an [[approver]] of the estate as it was at "
                    "tocsin open. The public half: tocsin key new printed it.",
                ),
                where=signer.key,
            )
        campaigns.approve(campaign, signer.sign(digest, purpose=notices_send.PURPOSE))
        world.case.note("notices_approved", facts, by=name)
        return {
            "campaign": campaign,
            "digest": digest,
            "key": signer.key,
            "name": name,
            "enrolled": True,
            "approved_by": list(approved(world, campaigns, kept)),
            "needed": notices_send.APPROVERS,
        }


def approved(world: World, campaigns: Campaigns, kept: Kept) -> tuple[str, ...]:
    """The enrolled humans who signed this campaign's digest."""
    return approved_by(
        campaigns.approvals(kept.campaign),
        world.estate.approvers,
        purpose=notices_send.PURPOSE,
        digest=kept.manifest.digest,
        verifies=signing.verifies,
    )


def status(root: Path, campaign: str = "") -> Document:
    """Where each person stands; the table is published anew where nobody else is writing."""
    try:
        with open_world(root, write=True) as (world, case), outbox_of(case) as outbox:
            found = stand(world, outbox, campaign)
            notices_ledger.publish(world, Campaigns(world, outbox), outbox)
            return found
    except OutsideError:
        with open_world(root, write=False) as (world, case), outbox_of(case) as outbox:
            return stand(world, outbox, campaign)


def stand(world: World, outbox: Outbox, campaign: str = "") -> dict[str, Any]:
    """The document of `status`, after what dead workers left is swept."""
    outbox.sweep(at=world.clock.now())
    campaigns = Campaigns(world, outbox)
    kept = named_or_latest(campaigns, campaign)
    found = notices_ledger.document(world, campaigns, outbox, kept)
    found["approved_by"] = list(approved(world, campaigns, kept))
    return found


def named_or_latest(campaigns: Campaigns, campaign: str = "") -> Kept:
    """The campaign of that name, else the last one of notices.

    Raises:
        InputError: there is none.
    """
    if campaign:
        return campaigns.named(campaign)
    latest = campaigns.latest("notice")
    if latest is None:
        raise InputError(
            Says(
                "aucun avis n'est préparé dans ce dossier", "no notice is planned in this case"
            ),
            next_step=Says(
                "Préparez-les : tocsin act CASE notify plan",
                "Plan them with: tocsin act CASE notify plan",
            ),
        )
    return latest


def rule(root: Path, persons: Sequence[str], do: str, *, by: str, why: str) -> Document:
    """A named human decides of persons who wait; the next plan follows."""
    if do not in RULINGS or not by.strip() or not why.strip() or not persons:
        raise InputError(
            Says(
                "une décision nomme des personnes, quoi faire, qui décide et pourquoi",
                "a decision names persons, what to do, who decides and why",
            ),
            next_step=Says(
                f"Donnez les personnes, --do {'|'.join(RULINGS)}, --by et --why.",
                f"Give persons, --do {'|'.join(RULINGS)}, --by and --why.",
            ),
        )
    with open_world(root, write=True) as (world, _):
        made = [Ruling(person=one, do=do, by=by, why=why) for one in persons]
        notices_case.add_rulings(world, made)
        return {"persons": list(persons), "do": do, "by": by, "why": why}


def lookup(root: Path, spoken: str, *, by: str = "") -> Document:
    """Who calls about a notice: what is known of a code."""
    with open_world(root, write=False) as (world, case), outbox_of(case) as outbox:
        campaigns = Campaigns(world, outbox)
        found = notices_lookup.lookup(
            campaigns, outbox, codes.read(spoken), secret=secret_of(case)
        )
        facts = {"known": found["known"], "person": found.get("person", "")}
        world.case.note("notice_looked_up", facts, by=by)
        return found


@contextmanager
def outbox_of(case: CaseFolder) -> Iterator[Outbox]:
    """The outbox of a case, for one command."""
    outbox = new_outbox(case)
    try:
        yield outbox
    finally:
        outbox.close()


def new_outbox(case: CaseFolder, worker: str = "") -> Outbox:
    """A connection to the outbox of a case, for one worker.

    It stands in the case, unless TOCSIN_OUTBOX names a PostgreSQL database.

    Raises:
        InputError: PostgreSQL is asked for and its extra is not installed.
    """
    address = os.environ.get("TOCSIN_OUTBOX", "")
    if not address:
        return SqliteOutbox(case.root / OUTBOX, worker=worker)
    try:
        from tocsin.adapters.outbox_postgres import PostgresOutbox  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError(
            Says(
                "une file d'envoi dans PostgreSQL demande l'extra `postgres`",
                "an outbox in PostgreSQL needs the extra `postgres`",
            ),
            next_step=Says(
                "Installez-le : pip install 'tocsin[postgres]'.",
                "Install it: pip install 'tocsin[postgres]'.",
            ),
            where="TOCSIN_OUTBOX",
        ) from error
    return PostgresOutbox(address, str(case.facts["id"]), worker=worker)


def secret_of(case: CaseFolder) -> bytes:
    """The case's secret for the codes of its notices."""
    return bytes.fromhex(case.keyring.pseudonym("codes of notices"))


def templates_of(case: CaseFolder, kept: Kept) -> Mapping[str, Template]:
    """The templates that a campaign was planned with, from the copies that the case keeps.

    Raises:
        InputError: a copy is not the one that was approved.
    """
    found = {}
    for name, digest in kept.manifest.templates.items():
        place = f"{notices_case.FOLDER}/{kept.campaign}/templates/{name}.toml"
        template = notice_templates.read_template(
            (case.root / place).read_text(encoding="utf-8"), name=name
        )
        if template.digest != digest:
            raise InputError(
                Says(
                    "un modèle de cette campagne n'est pas celui qui a été approuvé",
                    "a template of this campaign is not the one that was approved",
                ),
                next_step=Says(
                    "Refaites le plan, et faites approuver la nouvelle campagne.",
                    "Plan again, and have the new campaign approved.",
                ),
                where=place,
            )
        found[name] = template
    return found


def _templates(texts: Mapping[str, str]) -> Mapping[str, Template]:
    return {
        name: notice_templates.read_template(text, name=name) for name, text in texts.items()
    }


def _channels(world: World, outgoing: Outgoing) -> tuple[Channel, ...]:
    """Channels that the operator can use; a letter needs none."""
    import re  # noqa: PLC0415

    sender = world.estate.operator.sender.get("email", "")
    mail = (Channel.MAIL,) if outgoing.mail and re.fullmatch(MAILBOX, sender) else ()
    sms = (Channel.SMS,) if outgoing.sms else ()
    return (*mail, *sms, Channel.LETTER)


def _recorded(world: World) -> tuple[tuple[str, str], ...]:
    """Measures that were recorded of the case, with their days."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    zone = ZoneInfo(world.estate.operator.timezone)
    history = incident(world).history
    found = {
        "contained": history.first(EventKind.CONTAINED),
        "authority": history.first(EventKind.FILED, duty="gdpr-33-1"),
        "complaint": history.first(EventKind.COMPLAINED),
        "controllers": history.first(EventKind.TOLD_CONTROLLER),
    }
    dated = tuple(
        (key, record.at.astimezone(zone).date().isoformat())
        for key, record in found.items()
        if record is not None
    )
    return (("traces", ""), *dated)


def _said(measures: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    french, english = [], []
    for text in measures:
        fr, bar, en = text.partition("|")
        french.append(fr.strip())
        english.append(en.strip() if bar else fr.strip())
    return {"fr": tuple(french), "en": tuple(english)} if measures else {}
