"""The campaigns of a case: how they are kept, read again, checked against what was signed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.act.notices.decisions import Ruling
from tocsin.act.notices.plan import (
    Earlier,
    Manifest,
    Recipient,
    manifest_of,
    proved,
    recipient_of,
    rows_digest,
)
from tocsin.act.notices.states import ACCEPTED, TRIABLE, heard
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.notices import (
    RECIPIENTS,
    Channel,
    Held,
    Outbox,
    State,
)
from tocsin.core.outgoing import Approval
from tocsin.core.records import Says
from tocsin.core.tables import REACH, TEXT, Step, table
from tocsin.flow.world import World, rows_of

FOLDER = "act/notices"
CONTACT_COLUMNS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("person", Channel.MAIL): ("email",),
    ("person", Channel.SMS): ("phone",),
    ("person", Channel.LETTER): ("address", "postal_code", "city"),
    ("other", Channel.MAIL): ("guardian_name", "guardian_email"),
    ("other", Channel.SMS): ("guardian_name", "guardian_phone"),
    ("other", Channel.LETTER): (
        "guardian_name",
        "guardian_address",
        "address",
        "postal_code",
        "city",
    ),
}
"""Columns of the directory that a channel uses, by who reads."""

NAME_COLUMNS = ("first_names", "used_name", "birth_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A campaign as the case holds it.

    Args:
        campaign: its name: a digest of the whole plan, worked out once.
    """

    manifest: Manifest
    planned_at: str
    superseded_by: str
    campaign: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "campaign", self.manifest.campaign)


def scope_summary(world: World) -> Mapping[str, Any]:
    """The summary of the latest scope.

    Raises:
        InputError: there is none.
    """
    read = world.case.read_json("scope/summary.json")
    if not isinstance(read, dict):
        raise InputError(
            Says(
                "le périmètre de cette affaire n'est pas encore calculé : on ne "
                "sait pas qui prévenir",
                "the scope of this case is not computed yet: nobody is known to be told",
            ),
            next_step=Says(
                "Lancez d'abord : tocsin scope CASE", "Run first: tocsin scope CASE"
            ),
        )
    return read


def rulings(world: World) -> Mapping[str, Ruling]:
    """What named humans decided of persons who wait; the last word counts."""
    read = world.case.read_json(f"{FOLDER}/rulings.json")
    listed = read if isinstance(read, list) else []
    return {one["person"]: Ruling(**one) for one in listed}


def add_rulings(world: World, made: Sequence[Ruling]) -> None:
    """Keep what a named human decided, and journal it."""
    read = world.case.read_json(f"{FOLDER}/rulings.json")
    listed = read if isinstance(read, list) else []
    fresh = [{name: getattr(one, name) for name in Ruling.__dataclass_fields__} for one in made]
    world.case.write_json(f"{FOLDER}/rulings.json", [*listed, *fresh])
    for one in made:
        facts = {"person": one.person, "do": one.do, "why": one.why}
        world.case.note("notice_ruled", facts, by=one.by)


class Campaigns:
    """All campaigns of the case, oldest first."""

    def __init__(self, world: World, outbox: Outbox | None = None) -> None:
        self._world = world
        self._outbox = outbox
        read = world.case.read_json(f"{FOLDER}/campaigns.json")
        self._listed: list[dict[str, Any]] = read if isinstance(read, list) else []

    def all(self) -> list[Kept]:
        """Every campaign, oldest first."""
        return [self._kept(entry) for entry in self._listed]

    def has(self, campaign: str) -> bool:
        """Whether there is one of that name."""
        return any(entry["campaign"] == campaign for entry in self._listed)

    def latest(self, kind: str) -> Kept | None:
        """The last campaign of a kind."""
        of_kind = [entry for entry in self._listed if entry["kind"] == kind]
        return self._kept(of_kind[-1]) if of_kind else None

    def named(self, campaign: str) -> Kept:
        """The campaign of that name.

        Raises:
            InputError: there is none.
        """
        for entry in self._listed:
            if entry["campaign"] == campaign:
                return self._kept(entry)
        raise InputError(
            Says(
                "cette campagne n'existe pas dans ce dossier",
                "there is no such campaign in this case",
            ),
            next_step=Says(
                "Préparez-en une : tocsin act CASE notify plan",
                "Plan one with: tocsin act CASE notify plan",
            ),
            where=campaign[:80],
        )

    def keep(
        self, manifest: Manifest, rows: Sequence[Recipient], texts: Mapping[str, str]
    ) -> None:
        """Keep a new campaign: its rows and words first, then its name in the list.

        It takes the place of the last one of its kind: what that one had not tried yet is
        told by this one.
        """
        case, name = self._world.case, manifest.campaign
        staged = case.aside("recipients.parquet")
        self._world.engine.bind_arrow(RECIPIENTS, rows_of(RECIPIENTS, (r.row() for r in rows)))
        self._world.engine.write(RECIPIENTS.name, RECIPIENTS, staged, order=("person",))
        self._world.engine.drop(RECIPIENTS.name)
        case.publish(staged, f"{FOLDER}/{name}/recipients.parquet")
        for template, text in texts.items():
            case.write_text(f"{FOLDER}/{name}/templates/{template}.toml", text)
        case.write_text(f"{FOLDER}/{name}/manifest.json", manifest.text())
        for entry in self._listed:
            if entry["kind"] == manifest.kind and not entry["superseded_by"]:
                entry["superseded_by"] = name
        self._listed.append(
            {
                "campaign": name,
                "kind": manifest.kind,
                "planned_at": self._world.clock.now().isoformat(),
                "superseded_by": "",
            }
        )
        case.write_json(f"{FOLDER}/campaigns.json", self._listed)

    def controllers(self) -> dict[str, str]:
        """Names of the controllers of the latest scope, those without a mandate too."""
        read = self._world.case.read_json("scope/summary.json")
        listed = read.get("controllers", []) if isinstance(read, dict) else []
        return {one["controller"]: one["name"] for one in listed if one.get("name")}

    def rows(self, campaign: str) -> list[Recipient]:
        """The recipients of a campaign, as they are kept."""
        engine, case = self._world.engine, self._world.case
        file = case.where(f"{FOLDER}/{campaign}/recipients.parquet")
        engine.bind_files(RECIPIENTS, (file,))
        listed = engine.fetch(RECIPIENTS.name, order=("person",)).to_pylist()
        engine.drop(RECIPIENTS.name)
        return [recipient_of(row) for row in listed]

    def earlier(self, *, without: Kept | None) -> dict[str, Earlier]:
        """The last thing that each person was told by campaigns that began to send.

        Args:
            without: a campaign to leave out, with the correction planned beside it.
        """
        if self._outbox is None:
            return {}
        told: dict[str, Earlier] = {}
        for kept in self.all():
            if without and kept.planned_at >= without.planned_at:
                continue
            tried = _tried(self._outbox.rows(kept.campaign))
            if not tried:
                continue
            said = proved(kept.manifest.letterhead.findings)
            for one in self.rows(kept.campaign):
                if one.person in tried:
                    told[one.person] = Earlier(
                        campaign=kept.campaign,
                        recipient=one,
                        proved=said,
                        withdrawn=one.reason == "out_of_scope",
                        sure=tried[one.person],
                    )
        return told

    # Approvals ---------------------------------------------------------------------------

    def approvals(self, campaign: str) -> list[Approval]:
        """The signatures kept for a campaign."""
        read = self._world.case.read_json(f"{FOLDER}/{campaign}/approvals.json")
        return [Approval(**one) for one in read] if isinstance(read, list) else []

    def approve(self, campaign: str, made: Approval) -> None:
        """Keep a signature; the same one twice is kept once."""
        listed = [one for one in self.approvals(campaign) if one != made]
        self._world.case.write_json(
            f"{FOLDER}/{campaign}/approvals.json",
            [
                {name: getattr(one, name) for name in Approval.__dataclass_fields__}
                for one in (*listed, made)
            ],
        )

    def _kept(self, entry: Mapping[str, Any]) -> Kept:
        read = self._world.case.read_json(f"{FOLDER}/{entry['campaign']}/manifest.json")
        if not isinstance(read, dict):
            raise InputError(
                Says(
                    "le manifeste d'une campagne manque",
                    "the manifest of a campaign is missing",
                ),
                next_step=Says(
                    "Refaites le plan : tocsin act CASE notify plan",
                    "Plan again with: tocsin act CASE notify plan",
                ),
                where=str(entry["campaign"]),
            )
        return Kept(
            manifest=manifest_of(read),
            planned_at=entry["planned_at"],
            superseded_by=entry["superseded_by"],
        )


def withdraw_superseded(campaigns: Campaigns, outbox: Outbox, *, at: datetime) -> int:
    """Withdraw what superseded campaigns had not tried: the later plan tells these persons."""
    withdrawn = 0
    for kept in campaigns.all():
        if not kept.superseded_by:
            continue
        waiting = [r.notice for r in outbox.rows(kept.campaign) if r.state in TRIABLE]
        changes = [heard(name, State.WITHDRAWN, kept.superseded_by) for name in waiting]
        withdrawn += sum(outbox.step(changes, "", "", at=at)[:-1]) if changes else 0
    return withdrawn


def same_reach(world: World, one: int, other: int) -> bool:
    """Whether two revisions of the scope say the same of the same persons."""
    engine, case = world.engine, world.case
    columns = ", ".join(REACH.names[:4])
    for name, revision in (("reach_one", one), ("reach_other", other)):
        file = case.where(f"scope/revisions/{revision}/reach.parquet")
        engine.bind_files(REACH, (file,), name=name)
    differ = table("notice_differ", "row of one revision only", person=TEXT)
    engine.run(
        Step(
            fills=differ,
            reads=("reach_one", "reach_other"),
            sql=f"""
SELECT a.person AS person FROM (SELECT {columns} FROM reach_one
  EXCEPT SELECT {columns} FROM reach_other) AS a
UNION ALL SELECT b.person AS person FROM (SELECT {columns} FROM reach_other
  EXCEPT SELECT {columns} FROM reach_one) AS b
""",
        )
    )
    same = engine.count(differ.name) == 0
    engine.drop(differ.name, "reach_one", "reach_other")
    return same


def check_rows(kept: Kept, rows: Sequence[Recipient]) -> None:
    """Refuse a campaign whose files are not those that its digest covers.

    Raises:
        RefusedError: the recipients were changed after they were planned.
    """
    if rows_digest(rows) != kept.manifest.recipients:
        raise RefusedError(
            Says(
                "les destinataires de cette campagne ne sont pas ceux qui étaient prévus",
                "the recipients of this campaign are not those that were planned",
            ),
            next_step=Says(
                "Refaites le plan, et faites approuver la nouvelle campagne.",
                "Plan again, and have the new campaign approved.",
            ),
            where=kept.campaign,
        )


def contact_lines(persons: pa.Table, told: Sequence[Recipient]) -> str:
    """All contacts that a campaign uses, as one text to be digested with a key."""
    found = contacts_of(persons, told)
    lines = []
    for one in sorted(told, key=lambda one: one.person):
        name = [found.get(one.person, {}).get(column, "") for column in NAME_COLUMNS]
        lines.append("\x1f".join((one.person, *name)))
        for channel, record in zip(one.channels, one.records, strict=True):
            row = found.get(record, {})
            columns = CONTACT_COLUMNS[_who(one), Channel(channel)]
            lines.append("\x1f".join((channel, *(row.get(c, "") for c in columns))))
    return "\n".join(lines)


def contacts_of(persons: pa.Table, told: Iterable[Recipient]) -> dict[str, dict[str, str]]:
    """Names and contacts of the records that a campaign uses, by record. In memory only."""
    wanted = {record for one in told for record in (one.person, *one.records)}
    columns = sorted(
        {*NAME_COLUMNS, *(c for group in CONTACT_COLUMNS.values() for c in group), "person"}
    )
    mask = pc.is_in(persons["person"], pa.array(sorted(wanted), pa.string()))
    used = persons.select(columns).filter(mask)
    return {row["person"]: row for row in used.to_pylist()}


def _who(one: Recipient) -> str:
    return "person" if one.reader == "person" else "other"


def _tried(rows: Sequence[Held]) -> dict[str, bool]:
    """Persons with a try that may have reached them, and whether it surely left."""
    found: dict[str, bool] = {}
    for row in rows:
        if row.state in (*ACCEPTED, State.UNCERTAIN, State.SENDING):
            found[row.person] = found.get(row.person, False) or row.state in ACCEPTED
    return found
