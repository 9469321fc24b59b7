"""The plan of a campaign: its rows, its manifest, and the digest that humans sign."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from tocsin.act.notices.decisions import Choice, Fact, language_of
from tocsin.act.notices.wording import Letterhead, Told
from tocsin.core.evidence import digest_of
from tocsin.core.notices import RECIPIENTS, Channel, Decision
from tocsin.core.vocabulary import CATEGORIES, Finding, Grade

GRADES = (Grade.CERTAIN, Grade.PROBABLE, Grade.POSSIBLE)


_NAMES = RECIPIENTS.names


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A row of RECIPIENTS: what a campaign decides of one person."""

    person: str
    controllers: tuple[str, ...]
    apart: tuple[str, ...]
    decision: str
    reason: str
    reader: str
    language: str
    grade: str
    channels: tuple[str, ...]
    records: tuple[str, ...]
    items: str
    first_on: str
    last_on: str
    told_in: str = ""

    def told(self) -> Told:
        """What the notice says of them."""
        return Told(
            reader=self.reader,
            grade=self.grade,
            items=self.items,
            controllers=self.controllers,
            first_on=self.first_on,
            last_on=self.last_on,
            replaces=bool(self.told_in),
        )

    def row(self) -> tuple[object, ...]:
        """The values in the order of the table's columns."""
        return tuple(
            list(value) if isinstance(value, tuple) else value
            for value in (getattr(self, name) for name in _NAMES)
        )


def recipient_of(row: Mapping[str, Any]) -> Recipient:
    """A recipient from a row of the table."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value := row[name], list) else value for name in _NAMES
    }
    return Recipient(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What the scope says of one person, days in the operator's zone."""

    grade: int
    items: str
    first_on: str
    last_on: str
    controllers: tuple[str, ...]
    apart: tuple[str, ...]


def recipient(
    fact: Fact, choice: Choice, reached: Reached, places: Mapping[int, str]
) -> Recipient:
    """The row of one person; `places` are their records by place."""
    return Recipient(
        person=fact.person,
        controllers=reached.controllers,
        apart=reached.apart,
        decision=choice.decision,
        reason=choice.reason,
        reader=choice.reader,
        language=language_of(fact.language, choice.reader),
        grade=GRADES[reached.grade - 1],
        channels=tuple(str(channel) for channel, _ in choice.ways),
        records=tuple(places[place] for _, place in choice.ways),
        items=reached.items,
        first_on=reached.first_on,
        last_on=reached.last_on,
    )


# What earlier campaigns told ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The last thing that a person was told, or may have been.

    Args:
        campaign: which one told it.
        recipient: its row there.
        proved: categories that it said were not reached.
        withdrawn: whether it took an earlier notice back.
        sure: whether it is known to have left; False while it is uncertain.
    """

    campaign: str
    recipient: Recipient
    proved: frozenset[str]
    withdrawn: bool
    sure: bool


def proved(findings: Mapping[str, str]) -> frozenset[str]:
    """Categories that a notice says were not reached."""
    return frozenset(c for c in CATEGORIES if findings.get(c) == Finding.NOT_REACHED)


def told_wrongly(now: Recipient, earlier: Earlier, findings: Mapping[str, str]) -> bool:
    """Whether what the person was told no longer holds.

    Other items or another grade; a controller in whose name it did not speak; or a category
    said not to be reached, of which that is not proved any more.
    """
    then = earlier.recipient
    said = earlier.proved - {token.partition(".")[0] for token in then.items.split("|")}
    return (
        earlier.withdrawn
        or (now.grade, now.items) != (then.grade, then.items)
        or not set(now.controllers) <= set(then.controllers)
        or not said <= proved(findings) | {t.partition(".")[0] for t in now.items.split("|")}
    )


def divided(
    planned: Sequence[Recipient], earlier: Mapping[str, Earlier], findings: Mapping[str, str]
) -> tuple[list[Recipient], list[Recipient]]:
    """The rows of the notice campaign, and those of the correction that goes with it.

    Nobody gets a second copy: a person told before stands in the notice campaign as `before`.
    Whoever was told wrongly gets a correction: another notice where they are in scope, else a
    withdrawal.
    """
    notices, corrections = [], []
    for one in planned:
        last = earlier.get(one.person)
        if last is None:
            notices.append(one)
            continue
        notices.append(replace(one, decision=Decision.BEFORE, told_in=last.campaign))
        if last.sure and one.channels and told_wrongly(one, last, findings):
            corrections.append(
                replace(one, reason="changed", decision=Decision.TELL, told_in=last.campaign)
            )
    scoped = {one.person for one in planned}
    corrections += [
        replace(
            last.recipient, reason="out_of_scope", decision=Decision.TELL, told_in=last.campaign
        )
        for person, last in sorted(earlier.items())
        if person not in scoped and last.sure and not last.withdrawn
    ]
    return notices, corrections


# The manifest ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that a campaign is: what its digest covers.

    Args:
        kind: `notice` or `correction`.
        recipients: SHA-256 of the rows.
        contacts: keyed digest of the contacts that they use.
        templates: digest by id.
        mail_from: mailbox and name of the sender, '' where no mail leaves.
        possible: who chose to tell the persons possibly reached, and why; {} = not told.
    """

    case: str
    kind: str
    revision: int
    proposition: bool
    recipients: str
    contacts: str
    templates: Mapping[str, str]
    letterhead: Letterhead
    channels: tuple[str, ...]
    mail_from: tuple[str, str]
    possible: Mapping[str, str]

    def text(self) -> str:
        """The canonical JSON that is signed."""
        return json.dumps(
            asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return digest_of(self.text())

    @property
    def campaign(self) -> str:
        """The campaign's name: the same plan has the same name."""
        return f"{self.kind}-{self.revision}-{self.digest[:10]}"


def manifest_of(read: Mapping[str, Any]) -> Manifest:
    """A manifest from its JSON."""
    head = dict(read["letterhead"])
    head["measures"] = tuple((key, on) for key, on in head["measures"])
    head["said"] = {language: tuple(texts) for language, texts in head["said"].items()}
    return Manifest(
        **{
            **read,
            "letterhead": Letterhead(**head),
            "channels": tuple(read["channels"]),
            "mail_from": (read["mail_from"][0], read["mail_from"][1]),
        }
    )


def rows_digest(rows: Iterable[Recipient]) -> str:
    """SHA-256 of the rows, in the order of persons."""
    lines = (
        json.dumps(one.row(), ensure_ascii=False, separators=(",", ":"))
        for one in sorted(rows, key=lambda one: one.person)
    )
    return digest_of("\n".join(lines))


def tallies(rows: Sequence[Recipient]) -> Mapping[str, Any]:
    """Counts for whoever approves: decisions, reasons, first channels, letters by grade."""
    decisions: dict[str, int] = {str(one): 0 for one in Decision}
    reasons: dict[str, int] = {}
    first: dict[str, int] = {str(channel): 0 for channel in Channel}
    grades: dict[str, dict[str, int]] = {}
    for one in rows:
        decisions[one.decision] += 1
        if one.reason:
            reasons[one.reason] = reasons.get(one.reason, 0) + 1
        if one.decision == Decision.TELL:
            first[one.channels[0]] += 1
            by = grades.setdefault(one.grade, {"persons": 0, "letters": 0})
            by["persons"] += 1
            by["letters"] += one.channels[0] == Channel.LETTER
    return {
        "persons": len(rows),
        "decisions": decisions,
        "reasons": dict(sorted(reasons.items())),
        "first_channels": first,
        "grades": grades,
    }
