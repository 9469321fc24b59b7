"""The reconciliation: where each person of the scope stands, and the table that proves it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from tocsin.act.notices.plan import Recipient
from tocsin.act.notices.recipients import MANDATES, owners, reached
from tocsin.act.notices.states import sums, term
from tocsin.core.errors import RefusedError
from tocsin.core.notices import NOTICES, Channel, Decision, Held, Outbox, Reader, State, Term
from tocsin.core.records import Says
from tocsin.core.tables import AT, REACH, US, Column, Table
from tocsin.flow.notices_case import FOLDER, Campaigns, Kept
from tocsin.flow.world import World, rows_of

PUBLISHED = "act/notices.parquet"

_WRITTEN = Table(
    name=NOTICES.name,
    per=NOTICES.per,
    columns=tuple(
        Column(f"{c.name[:-3]}_us", US) if c.type == AT else c for c in NOTICES.columns
    ),
)
"""The table as the engine is given it: instants in microseconds."""


def rows_that_tell(campaigns: Campaigns, outbox: Outbox, kept: Kept) -> dict[str, list[Held]]:
    """Rows by person that count for a campaign's people.

    A notice campaign counts every row that told or may tell its people, whatever the
    campaign, save those that took a notice back. A correction counts its own.
    """
    if kept.manifest.kind == "correction":
        return _by_person(outbox.rows(kept.campaign), frozenset())
    withdrawn = frozenset(
        (other.campaign, one.person)
        for other in campaigns.all()
        if other.manifest.kind == "correction"
        for one in campaigns.rows(other.campaign)
        if one.reason == "out_of_scope"
    )
    return _by_person(outbox.rows(), withdrawn)


def _by_person(
    rows: Sequence[Held], without: frozenset[tuple[str, str]]
) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {}
    for row in rows:
        if (row.campaign, row.person) not in without:
            found.setdefault(row.person, []).append(row)
    return found


def ledger(
    campaigns: Campaigns,
    outbox: Outbox,
    kept: Kept,
    people: Sequence[Recipient],
    unplanned: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Any]:
    """The sums of a campaign's people, overall and for each controller.

    Args:
        unplanned: controllers that a newer scope gave a person.

    Raises:
        RefusedError: the sums do not close; nothing more may be sent.
    """
    told = rows_that_tell(campaigns, outbox, kept)
    stand = [(one, term(one, told.get(one.person, ()))) for one in people]
    names = {**campaigns.controllers(), **kept.manifest.letterhead.controllers}
    overall, controllers = sums(stand, names, unplanned)
    every: list[Mapping[str, object]] = [overall, *controllers]
    for counted in every:
        _closes(counted)
    states: dict[str, dict[str, int]] = {}
    for row in outbox.rows(kept.campaign):
        by = states.setdefault(row.channel, {})
        by[row.state] = by.get(row.state, 0) + 1
    reasons: dict[str, int] = {}
    for one, where in stand:
        reason = one.reason
        if where in (Term.EXCLUDED, Term.PENDING, Term.UNREACHABLE) and reason:
            reasons[reason] = reasons.get(reason, 0) + 1
    return {
        "campaign": kept.campaign,
        "kind": kept.manifest.kind,
        "digest": kept.manifest.digest,
        "revision": kept.manifest.revision,
        "proposition": kept.manifest.proposition,
        "overall": overall,
        "controllers": controllers,
        "states": states,
        "printed_not_posted": states.get(Channel.LETTER, {}).get(State.SENDING, 0),
        "reasons": dict(sorted(reasons.items())),
    }


def _closes(counted: Mapping[str, object]) -> None:
    if counted["scoped"] != sum(int(str(counted[one])) for one in Term):
        raise RefusedError(
            Says(
                "les comptes ne tombent pas juste : périmètre n'est pas informés "
                "+ exclus + injoignables + en attente + incertains",
                "the sums do not close: scoped is not told + excluded + unreachable + pending "
                "+ uncertain",
            ),
            next_step=Says(
                "N'envoyez plus rien, et signalez-le avec le journal du dossier.",
                "Send nothing more, and report this with the case's journal.",
            ),
        )


def document(world: World, campaigns: Campaigns, outbox: Outbox, kept: Kept) -> dict[str, Any]:
    """What `status` and `reconcile` print: the sums, and who was told out of scope.

    Where a newer scope was reviewed, its newcomers are pending until they are planned, and who
    left it is counted no more.
    """
    people: Sequence[Recipient] = campaigns.rows(kept.campaign)
    unplanned: Mapping[str, Sequence[str]] = {}
    if kept.manifest.kind == "notice" and not kept.superseded_by:
        people, unplanned = _of_newer_scope(world, kept, people)
    found = ledger(campaigns, outbox, kept, people, unplanned)
    corrections = [other for other in campaigns.all() if other.manifest.kind == "correction"]
    found["corrections"] = [
        {
            name: value
            for name, value in ledger(
                campaigns, outbox, other, campaigns.rows(other.campaign)
            ).items()
            if name in ("campaign", "digest", "overall", "controllers")
        }
        for other in corrections
        if not other.superseded_by or outbox.rows(other.campaign)
    ]
    found["told_out_of_scope"] = _outside(campaigns, outbox, _scoped(campaigns, kept, people))
    latest = world.case.read_json("scope/summary.json")
    if isinstance(latest, dict):
        newer = int(latest["revision"]) > kept.manifest.revision
        found["newer_scope"] = latest["revision"] if newer else None
    return found


def _of_newer_scope(
    world: World, kept: Kept, people: Sequence[Recipient]
) -> tuple[Sequence[Recipient], Mapping[str, Sequence[str]]]:
    """Persons of a newer reviewed scope, with their controllers that no plan knows yet."""
    latest = world.case.read_json("scope/summary.json")
    if not isinstance(latest, dict) or latest["proposition"]:
        return people, {}
    if int(latest["revision"]) <= kept.manifest.revision:
        return people, {}
    engine = world.engine
    engine.bind_files(REACH, world.case.files(REACH))
    engine.bind_arrow(MANDATES, rows_of(MANDATES, []))
    deepest = 3 if kept.manifest.possible else 2
    engine.run(reached(deepest=deepest))
    engine.run(owners(deepest=deepest))
    owned: dict[str, list[str]] = {}
    for row in engine.fetch("notice_owners", order=("person", "controller")).to_pylist():
        owned.setdefault(row["person"], []).append(row["controller"])
    engine.drop("notice_reached", "notice_owners")
    known = {one.person: one for one in people}
    found, later = [], {}
    for person, names in owned.items():
        one = known.get(person)
        if one is None:
            found.append(_unplanned(person, names))
            continue
        named = tuple(name for name in one.controllers if name in names)
        apart = tuple(name for name in one.apart if name in names)
        found.append(replace(one, controllers=named, apart=apart))
        later[person] = [name for name in names if name not in (*named, *apart)]
    return found, later


def _unplanned(person: str, controllers: Sequence[str]) -> Recipient:
    return Recipient(
        person=person,
        controllers=tuple(controllers),
        apart=(),
        decision=Decision.WAITS,
        reason="not_planned",
        reader=Reader.PERSON,
        language="",
        grade="",
        channels=(),
        records=(),
        items="",
        first_on="",
        last_on="",
    )


def _scoped(campaigns: Campaigns, kept: Kept, people: Sequence[Recipient]) -> frozenset[str]:
    """Persons of the scope: of a notice its people, of a correction those of its notice."""
    if kept.manifest.kind == "correction":
        beside = [
            other
            for other in campaigns.all()
            if other.manifest.kind == "notice"
            and other.manifest.revision == kept.manifest.revision
        ]
        people = campaigns.rows(beside[-1].campaign) if beside else people
    return frozenset(one.person for one in people)


def _outside(campaigns: Campaigns, outbox: Outbox, scoped: frozenset[str]) -> int:
    return len(
        {
            row.person
            for kept in campaigns.all()
            if kept.manifest.kind == "notice"
            for row in outbox.rows(kept.campaign)
            if row.state in (State.SENT, State.DELIVERED) and row.person not in scoped
        }
    )


def publish(world: World, campaigns: Campaigns, outbox: Outbox) -> None:
    """Write act/notices.parquet anew: one row per campaign, person and channel."""
    controllers: dict[tuple[str, str], list[str]] = {}
    for kept in campaigns.all():
        for one in campaigns.rows(kept.campaign):
            if one.decision in (Decision.TELL, Decision.BEFORE):
                controllers[kept.campaign, one.person] = list(one.controllers)
    rows = (
        (
            row.notice,
            row.campaign,
            row.person,
            controllers.get((row.campaign, row.person), []),
            row.channel,
            str(row.state),
            row.attempts,
            row.message_id,
            row.revision,
            row.template,
            _us(row.first_at),
            _us(row.last_at),
        )
        for row in outbox.rows()
    )
    case, engine = world.case, world.engine
    staged = case.aside("notices.parquet")
    engine.bind_arrow(_WRITTEN, rows_of(_WRITTEN, rows))
    engine.write(NOTICES.name, NOTICES, staged, order=("campaign", "person", "channel"))
    engine.drop(NOTICES.name)
    case.publish(staged, PUBLISHED)


def _us(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1_000_000)


__all__ = ["FOLDER", "document", "ledger", "publish", "rows_that_tell"]
