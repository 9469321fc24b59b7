"""From a scope to a campaign: who is told, in which words, over which channels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.act.notices import contacts, decisions, linting, recipients
from tocsin.act.notices.decisions import Fact, Ruling
from tocsin.act.notices.plan import (
    Manifest,
    Reached,
    Recipient,
    divided,
    recipient,
    rows_digest,
    tallies,
)
from tocsin.act.notices.wording import Letterhead
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.notices import Channel, Decision, Outbox, Template
from tocsin.core.records import Says
from tocsin.core.tables import ACCESS, ACTS, PEOPLE, PERSONS, REACH
from tocsin.core.vocabulary import Grade, Kind
from tocsin.flow import notices_case
from tocsin.flow.notices_case import Kept
from tocsin.flow.world import World, rows_of

LANGUAGES = ("fr", "en", "facile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a human asks of a plan, and what the estate allows.

    Args:
        channels: channels that the operator can use, in order.
        templates: by id, and their texts, which the campaign keeps.
        possible: `by` and `why` where persons possibly reached are told too; {} = not told.
        measures: facts recorded of the case, key of the template's words and ISO date.
        said: further measures, by language.
    """

    channels: tuple[Channel, ...]
    templates: Mapping[str, Template]
    texts: Mapping[str, str]
    possible: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[tuple[str, str], ...] = (("traces", ""),)
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Keyed = Callable[[str], str]
"""A keyed digest of the case: what is short cannot be guessed back."""


def plan(
    world: World, wanted: Wanted, keyed: Keyed, outbox: Outbox | None = None
) -> dict[str, Any]:
    """Plan the notices of the latest scope; the same plan twice is one campaign.

    Raises:
        InputError: there is no scope yet.
        RefusedError: a template lacks what the law asks, or looks like phishing.
    """
    summary = notices_case.scope_summary(world)
    world.progress.stage("notify: recipients")
    run = _Run(world, wanted, keyed, summary)
    planned = run.recipients()
    head = run.letterhead(planned)
    _lint(wanted, head, planned)
    kept = notices_case.Campaigns(world, outbox)
    latest = kept.latest("notice")
    notice, correction = run.campaigns(planned, head, kept, without=latest)
    if latest is None or notice.campaign != latest.manifest.campaign:
        notice, correction = run.campaigns(planned, head, kept, without=None)
    world.progress.stage("notify: campaign")
    known = latest is not None and notice.campaign == latest.manifest.campaign
    if not known:
        kept.keep(notice, run.rows["notice"], wanted.texts)
        if outbox is not None:
            notices_case.withdraw_superseded(kept, outbox, at=world.clock.now())
    if correction is not None and not kept.has(correction.campaign):
        kept.keep(correction, run.rows["correction"], wanted.texts)
    facts = {
        "campaign": notice.campaign,
        "digest": notice.digest,
        "revision": notice.revision,
        "correction": correction.campaign if correction else "",
        "persons": len(planned),
        "possible": bool(wanted.possible),
        "why": wanted.possible.get("why", ""),
    }
    world.case.note("notices_planned", facts, by=wanted.possible.get("by", ""))
    return run.document(notice, correction)


class _Run:
    """One plan: what it bound in the engine, and the rows that it made."""

    def __init__(
        self, world: World, wanted: Wanted, keyed: Keyed, summary: Mapping[str, Any]
    ) -> None:
        self.world = world
        self.wanted = wanted
        self.keyed = keyed
        self.summary = summary
        self.now = world.clock.now()
        self.zone = ZoneInfo(world.estate.operator.timezone)
        self.rows: dict[str, list[Recipient]] = {}
        opened = world.case.vault.open("persons", "controllers")
        world.case.note("vault_opened", {"tables": sorted(opened), "why": "plan of notices"})
        self.persons = opened["persons"]
        self.controllers = opened["controllers"].to_pylist()
        self.mandated, self.unread = decisions.mandates(
            self.controllers,
            role=world.estate.operator.role,
            zone=world.estate.operator.timezone,
            at=self.now,
        )

    def recipients(self) -> list[Recipient]:
        """One row per person of the scope, decided."""
        engine, case = self.world.engine, self.world.case
        engine.bind_files(REACH, case.files(REACH))
        engine.bind_files(PEOPLE, case.files(PEOPLE))
        engine.bind_arrow(PERSONS, self.persons)
        engine.bind_arrow(recipients.CONTACTS, contacts.contacts(self.persons))
        granted = [(name,) for name in self.mandated]
        engine.bind_arrow(recipients.MANDATES, rows_of(recipients.MANDATES, granted))
        engine.bind_files(ACCESS, case.files(ACCESS))
        engine.bind_files(ACTS, case.files(ACTS))
        born = decisions.adult_born(self.now, self.world.estate.operator.timezone)
        deepest = 3 if self.wanted.possible else 2
        for step in (
            recipients.reached(deepest=deepest),
            recipients.items(),
            recipients.owners(deepest=deepest),
            recipients.members(),
            recipients.shared(adult_born=born),
            recipients.alike(),
            recipients.changed(self._contact_writes()),
            recipients.facts(adult_born=born),
        ):
            engine.run(step)
        made = self._decided()
        engine.drop("persons", recipients.CONTACTS.name)
        return made

    def _contact_writes(self) -> list[tuple[str, str]]:
        """Services and operations that write contacts."""
        return [
            (service.id, operation.id)
            for service in self.world.estate.services
            for operation in service.operations
            if operation.kind is Kind.WRITE
            and any(item.startswith("contact.") for item in operation.reveals)
        ]

    def _decided(self) -> list[Recipient]:
        engine = self.world.engine
        items = _grouped(engine.fetch("notice_items", order=("person", "token")), "token")
        owned = engine.fetch("notice_owners", order=("person", "controller"))
        granted = _grouped(owned.filter(owned["mandated"]), "controller")
        apart = _grouped(owned.filter(pc.invert(owned["mandated"])), "controller")
        records: dict[str, dict[int, str]] = {}
        for row in engine.fetch("notice_members").to_pylist():
            records.setdefault(row["person"], {})[row["place"]] = row["record"]
        reached = {row["person"]: row for row in engine.fetch("notice_reached").to_pylist()}
        rulings = notices_case.rulings(self.world)
        everyone = self.world.estate.operator.role == "controller"
        made = []
        for row in engine.fetch("notice_facts", order=("person",)).to_pylist():
            fact = Fact(**row)
            named, alone = granted.get(fact.person, ()), apart.get(fact.person, ())
            if everyone:
                named, alone = (*named, *(one for one in alone if one)), ()
            said = items.get(fact.person, ())
            choice = decisions.decide(
                fact,
                mandated=bool(named) or everyone,
                controlled=everyone or any((*named, *alone)),
                credential=any(token.startswith("credential.") for token in said),
                enabled=self.wanted.channels,
                ruling=rulings.get(fact.person),
            )
            seen = reached[fact.person]
            known = Reached(
                grade=seen["grade"],
                items="|".join(said),
                first_on=self._day(seen["first_us"]),
                last_on=self._day(seen["last_us"]),
                controllers=tuple(named),
                apart=tuple(alone),
            )
            made.append(recipient(fact, choice, known, records.get(fact.person, {})))
        return made

    def _day(self, us: int | None) -> str:
        if us is None:
            return ""
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
        return at.astimezone(self.zone).date().isoformat()

    def letterhead(self, planned: Sequence[Recipient]) -> Letterhead:
        """What all notices share, from the estate, the scope and what was recorded."""
        operator = self.world.estate.operator
        used = {name for one in planned for name in one.controllers}
        listed = [row for row in self.controllers if row["controller"] in used]
        dpos = {
            row["controller"]: ", ".join(
                text for text in (_said(row, "dpo_name"), _said(row, "dpo_email")) if text
            )
            for row in listed
            if _said(row, "dpo_email")
        }
        dpos[""] = ", ".join(
            text
            for name in ("name", "email", "phone", "postal")
            if (text := contacts.fold_lines(operator.dpo.get(name, "")))
        )
        return Letterhead(
            operator=operator.name,
            sender=operator.sender.get("name") or operator.name,
            phone=" ".join(contacts.fold_lines(operator.public.get("phone", "")).split()),
            site=_host(operator.public.get("url", "")),
            controllers={row["controller"]: _said(row, "name") for row in listed},
            dpos=dpos,
            findings={
                one["category"]: one["finding"] for one in self.summary.get("statements", ())
            },
            measures=self.wanted.measures,
            said=self.wanted.said,
        )

    def campaigns(
        self,
        planned: Sequence[Recipient],
        head: Letterhead,
        kept: notices_case.Campaigns,
        *,
        without: Kept | None,
    ) -> tuple[Manifest, Manifest | None]:
        """The manifests, given what campaigns other than `without` and its correction told."""
        earlier = kept.earlier(without=without)
        notices, corrections = divided(planned, earlier, head.findings)
        self.rows = {"notice": notices, "correction": corrections}
        notice = self._manifest("notice", notices, head)
        if not corrections:
            return notice, None
        return notice, self._manifest("correction", corrections, head)

    def _manifest(self, kind: str, rows: Sequence[Recipient], head: Letterhead) -> Manifest:
        operator = self.world.estate.operator
        told = [one for one in rows if one.decision == Decision.TELL]
        written = notices_case.contact_lines(self.persons, told)
        return Manifest(
            case=str(self.world.case.facts["id"]),
            kind=kind,
            revision=int(self.summary["revision"]),
            proposition=bool(self.summary["proposition"]),
            recipients=rows_digest(rows),
            contacts=self.keyed(written),
            templates={name: one.digest for name, one in self.wanted.templates.items()},
            letterhead=head,
            channels=tuple(str(channel) for channel in self.wanted.channels),
            mail_from=(operator.sender.get("email", ""), head.sender),
            possible=dict(self.wanted.possible),
        )

    def document(self, notice: Manifest, correction: Manifest | None) -> dict[str, Any]:
        """What the verb prints."""
        counted = tallies(self.rows["notice"])
        found: dict[str, Any] = {
            "campaign": notice.campaign,
            "digest": notice.digest,
            "revision": notice.revision,
            "proposition": notice.proposition,
            "channels": list(notice.channels),
            **counted,
            "no_mandate": sorted(
                {name for one in self.rows["notice"] for name in one.apart if name}
            ),
            "unreadable_mandates": list(self.unread),
            "correction": None,
        }
        if self.wanted.possible:
            possible = counted["grades"].get(str(Grade.POSSIBLE), {"persons": 0, "letters": 0})
            found["possible"] = {**self.wanted.possible, **possible}
        if correction is not None:
            found["correction"] = {
                "campaign": correction.campaign,
                "digest": correction.digest,
                **tallies(self.rows["correction"]),
            }
        return found


def _lint(wanted: Wanted, head: Letterhead, planned: Sequence[Recipient]) -> None:
    """Refuse templates that a person must not receive."""
    without = [name for name in head.controllers if not head.dpos.get(name)]
    if not head.dpos.get("") and (without or not head.controllers):
        raise InputError(
            Says(
                "personne n'est joignable au sujet de ces avis : le délégué à la "
                "protection des données est inconnu",
                "nobody can be reached about these notices: the data protection officer is "
                "unknown",
            ),
            next_step=Says(
                "Écrivez le dpo de l'opérateur (email, phone ou postal) dans le "
                "fichier estate.toml, et ouvrez le dossier avec lui.",
                "Write the operator's dpo (email, phone or postal) in the estate file, "
                "and open the case on it.",
            ),
            where="operator.dpo",
        )
    if not head.phone and not head.site:
        raise InputError(
            Says(
                "un avis serait invérifiable : l'opérateur n'a ni téléphone public ni adresse",
                "a notice could not be checked: the operator has no public phone and no "
                "address",
            ),
            next_step=Says(
                "Écrivez public = {url, phone} de l'opérateur dans le fichier "
                "estate.toml et ouvrez le dossier avec lui.",
                "Write public = {url, phone} of the operator in the estate file and open "
                "the case on it.",
            ),
            where="operator.public",
        )
    named = sorted({name for one in planned for name in one.controllers})
    found = [
        finding
        for template in wanted.templates.values()
        for finding in linting.lint(template, head, named)
    ]
    if found:
        raise RefusedError(
            Says(
                f"{len(found)} règle(s) refusent les modèles : {_faults(found, 'fr')}",
                f"{len(found)} rule(s) refuse the templates: {_faults(found, 'en')}",
            ),
            next_step=Says(
                "Corrigez les modèles, puis refaites le plan.",
                "Correct the templates, then plan again.",
            ),
            where=found[0].template,
        )


def _faults(found: Sequence[linting.Finding], lang: str) -> str:
    return "; ".join(
        f"{one.template}: {one.says.in_language(lang)} [{one.rule}: {one.found}]"
        for one in found[:6]
    )


def _grouped(table: pa.Table, column: str) -> dict[str, tuple[str, ...]]:
    """Values by person, in the order of the rows."""
    grouped: dict[str, list[str]] = {}
    for person, value in zip(
        table["person"].to_pylist(), table[column].to_pylist(), strict=True
    ):
        grouped.setdefault(person, []).append(value)
    return {person: tuple(values) for person, values in grouped.items()}


def _said(row: Mapping[str, Any], name: str) -> str:
    return contacts.fold_lines(str(row.get(name) or ""))


def _host(url: str) -> str:
    """The address as it is typed: without scheme and path."""
    return contacts.fold_lines(url).partition("://")[2].partition("/")[0].lower() or (
        contacts.fold_lines(url).partition("/")[0].lower()
    )


__all__ = ["LANGUAGES", "Ruling", "Wanted", "plan"]
