"""The duties as dated data: who, from which instant, in how long, unless what, by which text.

A case is judged by the rules in force on its own dates. A proposal is listed, never applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from tocsin.core.incident import OPERATOR, EventKind, Party
from tocsin.core.records import Says


class Span(StrEnum):
    """How a time limit is expressed."""

    NONE = "without_delay"
    HOURS = "hours"
    MONTHS = "months"
    CONTRACT = "contract"  # the hours that the operator's contract says


class Starts(StrEnum):
    """What starts a clock."""

    PARTY = "party"  # the party's own awareness; of a controller, else when it was told
    OPERATOR = "operator"  # the operator's awareness, whomever the duty is to
    BEFORE = "before"  # when the duty before it was done


class Status(StrEnum):
    """What kind of rule it is."""

    LAW = "law"
    PROPOSAL = "proposal"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One rule of the law, dated.

    Args:
        named: '' where every controller has it; else the word of `duties` that makes it stand.
        done_by: events that end it, beside `filed` with its id.
        before: the duty whose doing starts this one.
        uncertain: why it is for a human to say whether it applies; None where it applies.
        eu: whether Regulation 1182/71 counts its time limit.
        until: last day in force; None while it stands.
    """

    id: str
    says: Says
    to: Says
    named: str
    starts: Starts
    span: Span
    length: int = 0
    done_by: tuple[EventKind, ...] = ()
    before: str = ""
    uncertain: Says | None = None
    late_needs: Says | None = None
    eu: bool = False
    since: date
    until: date | None = None
    status: Status = Status.LAW
    source: str


_PERSONS_RISK = Says(
    "due si un risque élevé pour les personnes est probable : à décider par un humain",
    "due if a high risk to the persons is likely: for a human to decide",
)
_NIS2 = Says(
    "la transposition française et la qualité d'entité restent à confirmer ; l'incident doit "
    "être important : à décider par un humain",
    "the French transposition and the quality of entity are to be confirmed; the incident "
    "must be significant: for a human to decide",
)
_REASONS = Says("motiver le retard", "give the reasons for the delay")
_GDPR = date(2018, 5, 25)
_NIS2_SINCE = date(2023, 1, 16)  # in force; to be transposed by 17 October 2024
_CSIRT = Says("le CSIRT national ou l'ANSSI", "the national CSIRT or authority")

RULES: tuple[Duty, ...] = (
    Duty(
        id="gdpr-33-2",
        says=Says(
            "prévenir le responsable de traitement, sans évaluer d'abord le risque",
            "tell the controller, without assessing the risk first",
        ),
        to=Says("le responsable de traitement", "the controller"),
        named="",
        starts=Starts.OPERATOR,
        span=Span.NONE,
        done_by=(EventKind.TOLD_CONTROLLER,),
        since=_GDPR,
        source="Regulation (EU) 2016/679, art. 33(2); EDPB Guidelines 9/2022",
    ),
    Duty(
        id="gdpr-33-1",
        says=Says("notifier la violation à la CNIL", "notify the breach to the CNIL"),
        to=Says("la CNIL", "the CNIL"),
        named="",
        starts=Starts.PARTY,
        span=Span.HOURS,
        length=72,
        late_needs=_REASONS,
        eu=True,
        since=_GDPR,
        source="Regulation (EU) 2016/679, art. 33(1)",
    ),
    Duty(
        id="gdpr-33-5",
        says=Says("inscrire la violation au registre", "enter the breach in the register"),
        to=Says("le registre du responsable", "the controller's register"),
        named="",
        starts=Starts.PARTY,
        span=Span.NONE,
        since=_GDPR,
        source="Regulation (EU) 2016/679, art. 33(5)",
    ),
    Duty(
        id="gdpr-34-1",
        says=Says("informer les personnes concernées", "tell the persons concerned"),
        to=Says("les personnes concernées", "the persons concerned"),
        named="",
        starts=Starts.PARTY,
        span=Span.NONE,
        done_by=(EventKind.TOLD_PERSONS,),
        uncertain=_PERSONS_RISK,
        since=_GDPR,
        source="Regulation (EU) 2016/679, art. 34(1)",
    ),
    Duty(
        id="csp-l1111-8-2",
        says=Says(
            "signaler l'incident grave de sécurité",
            "report the serious security incident",
        ),
        to=Says("l'ARS et l'ANS (CERT Santé)", "the ARS and the ANS (CERT Santé)"),
        named="csp-l1111-8-2",
        starts=Starts.PARTY,
        span=Span.NONE,
        since=date(2022, 4, 29),
        source="Code de la santé publique, art. L1111-8-2, D1111-16-2 to -4",
    ),
    Duty(
        id="nis2-23-4-a",
        says=Says("donner l'alerte précoce (NIS 2)", "give the early warning (NIS2)"),
        to=_CSIRT,
        named="nis2",
        starts=Starts.PARTY,
        span=Span.HOURS,
        length=24,
        uncertain=_NIS2,
        eu=True,
        since=_NIS2_SINCE,
        source="Directive (EU) 2022/2555, art. 23(4)(a)",
    ),
    Duty(
        id="nis2-23-4-b",
        says=Says("notifier l'incident (NIS 2)", "notify the incident (NIS2)"),
        to=_CSIRT,
        named="nis2",
        starts=Starts.PARTY,
        span=Span.HOURS,
        length=72,
        uncertain=_NIS2,
        eu=True,
        since=_NIS2_SINCE,
        source="Directive (EU) 2022/2555, art. 23(4)(b)",
    ),
    Duty(
        id="nis2-23-4-d",
        says=Says(
            "rendre le rapport final (NIS 2), ou d'avancement",
            "give the final report (NIS2), or a progress report",
        ),
        to=_CSIRT,
        named="nis2",
        starts=Starts.BEFORE,
        before="nis2-23-4-b",
        span=Span.MONTHS,
        length=1,
        uncertain=_NIS2,
        eu=True,
        since=_NIS2_SINCE,
        source="Directive (EU) 2022/2555, art. 23(4)(d)",
    ),
    Duty(
        id="insurance-l12-10-1",
        says=Says(
            "déposer plainte, condition de l'indemnité d'assurance",
            "lodge a complaint, a condition of the insurance payment",
        ),
        to=Says("la police ou la gendarmerie", "the police or the gendarmerie"),
        named="insurance",
        starts=Starts.PARTY,
        span=Span.HOURS,
        length=72,
        done_by=(EventKind.COMPLAINED,),
        since=date(2023, 4, 24),
        source="Code des assurances, art. L12-10-1",
    ),
    Duty(
        id="contract",
        says=Says(
            "prévenir les clients dans le délai du contrat",
            "tell the clients within the time of the contract",
        ),
        to=Says("les responsables de traitement", "the controllers"),
        named="contract",
        starts=Starts.PARTY,
        span=Span.CONTRACT,
        since=date(1970, 1, 1),
        status=Status.CONTRACT,
        source="estate.toml, operator.contract_hours; CSP R1111-11",
    ),
)
"""Every rule, in the order of the contract."""

PROPOSALS: tuple[Duty, ...] = (
    Duty(
        id="gdpr-33-1",
        says=Says(
            "notifier la violation par un guichet unique, si le risque est élevé",
            "notify the breach through a single entry point, where the risk is high",
        ),
        to=Says("le guichet tenu par l'ENISA", "the entry point run by ENISA"),
        named="",
        starts=Starts.PARTY,
        span=Span.HOURS,
        length=96,
        eu=True,
        since=date(9999, 12, 31),
        status=Status.PROPOSAL,
        source="Digital Omnibus, COM(2025) 837, 19 November 2025: a proposal, not applied",
    ),
)
"""What may become law: shown beside the rules, never applied."""


def stands(rule: Duty, party: Party, *, processor: bool) -> bool:
    """Whether the rule has a clock for the party.

    Args:
        rule: the duty.
        party: the operator (id '') or a controller.
        processor: whether the operator is the processor of the controllers.
    """
    if rule.named:
        return any(_names(word, rule) for word in party.duties)
    if party.id == OPERATOR:
        return not processor and rule.id != "gdpr-33-2"
    return processor or rule.id != "gdpr-33-2"


def unknown_words(party: Party) -> tuple[str, ...]:
    """Words of `duties` that name no rule: nothing runs for them, and somebody must know."""
    return tuple(
        word
        for word in party.duties
        if not any(_names(word, rule) for rule in RULES if rule.named)
    )


def _names(word: str, rule: Duty) -> bool:
    return word in (rule.id, rule.named) or rule.id.startswith(f"{word}-")


def in_force(rules: Sequence[Duty], at: datetime, zone: ZoneInfo) -> tuple[Duty, ...]:
    """The rules that stand on the day of that instant, in the operator's zone."""
    day = at.astimezone(zone).date()
    return tuple(r for r in rules if r.since <= day and (r.until is None or day <= r.until))


def due(
    rule: Duty, starts_at: datetime, zone: ZoneInfo, *, contract_hours: int
) -> datetime | None:
    """The strict end of the time limit; None where the duty is "without delay".

    Hours are elapsed time, through nights, weekends, holidays and changes of hour. A month
    ends at the same wall time of the same date of the next month, or of its last day.
    """
    hours = contract_hours if rule.span is Span.CONTRACT else rule.length
    if rule.span is Span.NONE or (rule.span is Span.CONTRACT and not hours):
        return None
    if rule.span is Span.MONTHS:
        return months_later(starts_at, rule.length, zone)
    return starts_at + timedelta(hours=hours)


def months_later(at: datetime, months: int, zone: ZoneInfo) -> datetime:
    """The same wall time that many months later, on the last day where there is no such day."""
    wall = at.astimezone(zone)
    years, month = divmod(wall.month - 1 + months, 12)
    first = wall.replace(year=wall.year + years, month=month + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = (following - timedelta(days=1)).day
    return first.replace(day=min(wall.day, last), fold=0).astimezone(at.tzinfo)
