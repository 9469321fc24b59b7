"""Letters for the printer, what the post says of them; the rehearsal of a whole campaign."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tocsin.act.notices.plan import Recipient
from tocsin.adapters.outbox_sqlite import SqliteOutbox
from tocsin.adapters.print_folder import PrintFolder
from tocsin.adapters.rehearsal import Sink
from tocsin.adapters.signing import verifies
from tocsin.adapters.typst_pages import LetterPress
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.notices import Channel, Decision, Outbox
from tocsin.core.records import Says
from tocsin.flow import notices_ledger, notices_letters, notices_send
from tocsin.flow.notices_case import Campaigns, Kept
from tocsin.flow.notices_letters import LARGEST_BATCH
from tocsin.flow.notices_send import Press
from tocsin.flow.world import World
from tocsin.wiring.notices import named_or_latest, outbox_of, secret_of, stand, templates_of
from tocsin.wiring.notices_send import new_press, open_next
from tocsin.wiring.outside import outgoing_of
from tocsin.wiring.world import Document, open_world


def print_letters(
    root: Path, campaign: str, out: Path, *, per_file: int = LARGEST_BATCH, tagged: bool = True
) -> Document:
    """Write the letters that wait, in batches for a printer, with their manifest.

    Args:
        per_file: letters of one file at most.
        tagged: as PDF/UA-1; a printer needs none, and it is faster without.

    Raises:
        RefusedError: the campaign may not leave.
        InputError: the folder stands inside the case.
    """
    with open_world(root, write=True) as (world, case), outbox_of(case) as outbox:
        folder = PrintFolder(out, case=case.root)
        campaigns = Campaigns(world, outbox)
        kept = campaigns.named(campaign)
        people = campaigns.rows(campaign)
        names = notices_send.check_sendable(world, kept, people, verifies)
        outgoing = outgoing_of(case, why="notify")
        press = new_press(world, case, kept, people, outgoing.mail)
        open_next(world, outbox, press)
        setter = LetterPress(tagged=tagged)
        run = notices_letters.print_run(
            world, outbox, press, setter, folder.save, per_file=per_file
        )
        world.case.note("letters_printed", {"campaign": campaign, **run}, by=", ".join(names))
        notices_ledger.publish(world, campaigns, outbox)
        return {"campaign": campaign, "out": str(out), **run}


def posted(root: Path, listed: Path, *, by: str) -> Document:
    """A named human handed the letters of a manifest to the post."""
    return _told_by_post(root, listed, by, returned=False)


def returned(root: Path, listed: Path, *, by: str) -> Document:
    """Letters that came back, one reference a line."""
    return _told_by_post(root, listed, by, returned=True)


def _told_by_post(root: Path, listed: Path, by: str, *, returned: bool) -> Document:
    text = _text(listed)
    if not by.strip():
        raise InputError(
            Says("--by est vide", "--by is empty"),
            next_step=Says(
                "Dites qui les a remis, ou qui les a pris.",
                "Say who handed them over, or took them.",
            ),
        )
    with open_world(root, write=True) as (world, case), outbox_of(case) as outbox:
        campaigns = Campaigns(world, outbox)
        at = world.clock.now()
        if returned:
            found = notices_letters.returned(
                campaigns, outbox, text, secret=secret_of(case), at=at
            )
        else:
            found = notices_letters.posted(outbox, text, at=at)
        world.case.note("letters_returned" if returned else "letters_posted", found, by=by)
        shown = stand(world, outbox)
        notices_ledger.publish(world, campaigns, outbox)
        return {**shown, "heard": {"post": found}}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Says(
                f"la liste ne peut pas être lue : {cause(error).fr}",
                f"the list cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez le manifeste, ou un fichier texte avec une référence par ligne.",
                "Name the manifest, or a text file with one reference a line.",
            ),
            where=str(file),
        ) from error


# Rehearsal -----------------------------------------------------------------------------------


def rehearse(root: Path, campaign: str, out: Path) -> Document:
    """Send a campaign to nowhere: the same rows, words and failures, readers that are nobody.

    The vault stays closed and the case's outbox untouched. A PROPOSITION may be rehearsed.
    """
    with open_world(root, write=False) as (world, case):
        folder = PrintFolder(out, case=case.root)
        for old in ("outbox.sqlite", "outbox.sqlite-wal", "outbox.sqlite-shm"):
            (out / old).unlink(missing_ok=True)
        outbox = SqliteOutbox(out / "outbox.sqlite")
        try:
            campaigns = Campaigns(world, outbox)
            kept = named_or_latest(campaigns, campaign)
            people = campaigns.rows(kept.campaign)
            press = Press(
                kept=kept,
                campaign=kept.campaign,
                recipients={one.person: one for one in people},
                templates=templates_of(case, kept),
                secret=secret_of(case),
                contacts=notices_letters.recipients_without_contacts(people),
                sign=bytes,
                clock=world.clock,
                shared={},
            )
            _play(world, outbox, press, folder)
            found = _rehearsed(campaigns, outbox, kept, people)
        finally:
            outbox.close()
        world.case.note("notices_rehearsed", {"campaign": kept.campaign, **found["overall"]})
        return {**found, "rehearsal": True, "out": str(out)}


def _play(world: World, outbox: Outbox, press: Press, folder: PrintFolder) -> None:
    """Play every channel to its end; a letter counts as posted once it is printed."""
    place = press.kept.campaign
    sinks = {
        Channel.MAIL: (Sink("mail", folder.folder / "mail", ".eml"), press.mail),
        Channel.SMS: (Sink("sms", folder.folder / "sms", ".txt"), press.sms),
    }
    clock = _Forward(world)
    for _ in range(4):
        open_next(world, outbox, press, alone=True)
        for channel, (sink, compose) in sinks.items():
            world.progress.stage(f"rehearse: {channel}")
            notices_send.deliver(
                outbox, sink, compose, place=(place, str(channel)), clock=clock
            )
        clock.hours += 1
    run = notices_letters.print_run(world, outbox, press, LetterPress(), folder.save)
    if run["letters"]:
        listed = (folder.folder / "manifest.csv").read_text(encoding="utf-8")
        notices_letters.posted(outbox, listed, at=clock.now())


def _rehearsed(
    campaigns: Campaigns, outbox: Outbox, kept: Kept, people: Sequence[Recipient]
) -> dict[str, Any]:
    told = [one for one in people if one.decision != Decision.BEFORE]
    return notices_ledger.ledger(campaigns, outbox, kept, told)


class _Forward:
    """A clock that a rehearsal puts forward: what is tried again later is tried now."""

    def __init__(self, world: World) -> None:
        self._clock = world.clock
        self.hours = 0

    def now(self) -> datetime:
        """The present instant, hours ahead."""
        return self._clock.now() + timedelta(hours=self.hours)
