"""Letters: print batches with their manifest, what was posted, what came back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.act.notices import codes, letters
from tocsin.act.notices.letters import Letter
from tocsin.act.notices.plan import Recipient
from tocsin.act.notices.states import TRIABLE
from tocsin.act.notices.wording import person_name
from tocsin.core.evidence import digest_of
from tocsin.core.notices import (
    Change,
    Channel,
    Decision,
    Held,
    LetterSetter,
    Outbox,
    State,
)
from tocsin.flow.notices_case import Campaigns
from tocsin.flow.notices_send import Press
from tocsin.flow.world import World

LARGEST_BATCH = 100
"""Letters of one file: a print run that a folding machine takes in one go."""

SHEET = 2
"""Pages of a common letter, both sides of one sheet; longer ones are counted one by one."""

POSTED_FROM = (State.SENDING, State.CREATED, State.UNCERTAIN)
RETURNED_FROM = (State.SENT, State.DELIVERED, State.SENDING, State.UNCERTAIN)

Save = Callable[[str, bytes], None]
"""Writes a file of the print run, whole and synced before the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A print run: its manifest's rows and the rows of the outbox that it holds."""

    rows: list[tuple[object, ...]]
    changes: list[Change]


def print_run(
    world: World,
    outbox: Outbox,
    press: Press,
    setter: LetterSetter,
    save: Save,
    *,
    per_file: int = LARGEST_BATCH,
) -> dict[str, Any]:
    """Write the letters that wait for the printer, in batches by language, with a manifest.

    The files stand whole before a row changes, and the same letters make the same files: a run
    cut short and run again into the same folder makes nothing twice.
    """
    waiting = [
        row
        for row in outbox.rows(press.kept.campaign)
        if row.channel == Channel.LETTER and row.state in TRIABLE
    ]
    by_words: dict[tuple[str, str], list[Letter]] = {}
    gone: list[Change] = []
    for row in waiting:
        letter = letter_of(press, row)
        if letter is None:
            gone.append(_change(row, State.PERMANENT, "contact is gone"))
        else:
            key = (letter.shown.language, letter.shown.subject)
            by_words.setdefault(key, []).append(letter)
    at = world.clock.now()
    printed = Printed(rows=[], changes=gone)
    held = {row.notice: row for row in waiting}
    for _, listed in sorted(by_words.items()):
        for start in range(0, len(listed), per_file):
            _batch(world, press, setter, save, printed, (listed[start:][:per_file], held))
            world.progress.advance(len(printed.rows), len(waiting), "letters")
    if printed.rows:
        save("manifest.csv", letters.manifest(printed.rows).encode())
    if printed.changes:
        outbox.step(printed.changes, "", "", at=at)
    return {
        "letters": len(printed.rows),
        "batches": len({row[0] for row in printed.rows}),
        "without_contact": len(gone),
    }


def _batch(
    world: World,
    press: Press,
    setter: LetterSetter,
    save: Save,
    printed: Printed,
    group: tuple[Sequence[Letter], Mapping[str, Held]],
) -> None:
    listed, held = group
    name = letters.batch_name(one.notice for one in listed)
    planned = datetime.fromisoformat(press.kept.planned_at)
    zone = ZoneInfo(world.estate.operator.timezone)
    on = world.clock.now().astimezone(zone).date().isoformat()

    def set_of(some: Sequence[Letter]) -> bytes:
        values = letters.sheet(some, press.kept.manifest.letterhead, on=on)
        return setter.letters(values, at=planned)

    content = set_of(listed)
    sizes = [SHEET] * len(listed)
    if letters.pages(content) != sum(sizes):
        sizes = [letters.pages(set_of([one])) for one in listed]
    file = f"batch-{name}.pdf"
    save(file, content)
    digest = digest_of(content)
    for rank, (one, size) in enumerate(zip(listed, sizes, strict=True), 1):
        printed.rows.append((name, file, digest, rank, size, one.notice, one.code))
        evidence = f"batch {name} {rank} {digest[:16]}"
        printed.changes.append(_change(held[one.notice], State.SENDING, evidence, digest))


def _change(row: Held, state: State, evidence: str, body: str = "") -> Change:
    return Change(notice=row.notice, was=TRIABLE, state=state, evidence=evidence, body=body)


def letter_of(press: Press, row: Held) -> Letter | None:
    """The letter of a row; None where its contact is gone."""
    one = press.recipients[row.person]
    contact = press.contact(one, Channel.LETTER)
    if contact is None:
        return None
    shown, _ = press.said(one)
    person = person_name(press.contacts.get(one.person, {}))
    spoken = "en" if shown.language == "en" else "fr"
    return Letter(
        notice=row.notice,
        code=press.code(one),
        address=letters.address(contact, person, one.reader, spoken),
        person=person,
        shown=shown,
    )


def posted(outbox: Outbox, text: str, *, at: datetime) -> dict[str, int]:
    """A named human handed these letters to the post: a manifest, or notices one a line."""
    return _heard(outbox, letters.listed(text), POSTED_FROM, (State.SENT, "posted"), at)


def returned(
    campaigns: Campaigns, outbox: Outbox, text: str, *, secret: bytes, at: datetime
) -> dict[str, int]:
    """Letters that came back, by notice or by the reference printed on them."""
    known = {row.notice for row in outbox.rows()}
    by_code = _by_code(campaigns, secret)
    names = [
        name if name in known else by_code.get(codes.read(name) or "", name)
        for name in letters.listed(text)
    ]
    return _heard(outbox, names, RETURNED_FROM, (State.RETURNED, "returned by post"), at)


def _by_code(campaigns: Campaigns, secret: bytes) -> dict[str, str]:
    found = {}
    for kept in campaigns.all():
        for one in campaigns.rows(kept.campaign):
            if one.decision in (Decision.TELL, Decision.BEFORE):
                name = kept.campaign
                identity = codes.notice_id(secret, name, one.person, Channel.LETTER)
                found[codes.code(secret, name, one.person)] = identity
    return found


def _heard(
    outbox: Outbox,
    names: Sequence[str],
    was: tuple[State, ...],
    came: tuple[State, str],
    at: datetime,
) -> dict[str, int]:
    rows = {row.notice: row for row in outbox.rows() if row.channel == Channel.LETTER}
    changes = [
        Change(notice=name, was=was, state=came[0], evidence=came[1])
        for name in dict.fromkeys(names)
        if name in rows
    ]
    applied = outbox.step(changes, "", "", at=at)[:-1] if changes else ()
    return {
        "read": len(names),
        "applied": sum(applied),
        "known_before": len(changes) - sum(applied),
        "unknown": len(names) - len(changes),
    }


def recipients_without_contacts(people: Sequence[Recipient]) -> dict[str, dict[str, str]]:
    """Contacts of nobody, for a rehearsal: the words are real, the readers are not."""
    made = {}
    for n, one in enumerate(people):
        for record in (one.person, *one.records):
            made[record] = {
                "first_names": "Prénom",
                "used_name": f"NOM-FICTIF-{n}",
                "birth_name": "",
                "email": f"lecteur-{n}@repetition.invalid",
                "phone": f"+3363998{n % 10_000:04d}",
                "address": f"{1 + n % 90} rue de la Répétition",
                "postal_code": "99000",
                "city": "Fictiville",
                "guardian_name": "Représentant FICTIF",
                "guardian_email": f"representant-{n}@repetition.invalid",
                "guardian_phone": f"+3363998{n % 10_000:04d}",
                "guardian_address": "",
            }
    return made
