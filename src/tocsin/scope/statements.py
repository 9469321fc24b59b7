"""What is said of each category: reached, not reached, or cannot be excluded, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.core.records import Estate, Says, Statement
from tocsin.core.vocabulary import CATEGORIES, Finding
from tocsin.scope import sentences
from tocsin.scope.blind import Account, admits
from tocsin.scope.catalogue import categories_shown
from tocsin.scope.doubts import Doubt
from tocsin.scope.sentences import Figures
from tocsin.scope.settling import settle

NOTHING = Figures(certain=0, probable=0, possible=0, items=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What statements stand on.

    Args:
        estate: services, sources, names.
        accounts: accounts with retained acts.
        sessions: how many sessions are retained.
        proposition: whether some are only the machine's.
        figures: persons and items by category; categories without any are absent.
        rules: the rules of the possible rows of each category.
        doubts: what makes negatives conditional.
        veiled: persons that gaps can have shown by the rates measured, 0 where no rate bounds.
    """

    estate: Estate
    accounts: Sequence[Account]
    sessions: int
    proposition: bool
    figures: Mapping[str, Figures]
    rules: Mapping[str, frozenset[str]]
    doubts: Sequence[Doubt]
    veiled: int = 0


def statements(ground: Ground) -> tuple[Statement, ...]:
    """One statement for each category, also when nothing was found."""
    listed = dict.fromkeys((*CATEGORIES, *sorted(ground.figures)))
    return tuple(_statement(category, ground) for category in listed if category in CATEGORIES)


def finding(figures: Figures, *, doubtful: bool) -> Finding:
    """Reached by any certain or probable row; else excluded only if nothing is doubtful."""
    if figures.probable:
        return Finding.REACHED
    if figures.possible or doubtful:
        return Finding.CANNOT_BE_EXCLUDED
    return Finding.NOT_REACHED


def _statement(category: str, ground: Ground) -> Statement:
    figures = ground.figures.get(category, NOTHING)
    mine = [d for d in ground.doubts if category in d.categories]
    # `outcome`, `widened` and their like are doubts that only rows can show.
    rules = sorted(ground.rules.get(category, frozenset()) & set(sentences.RULES))
    found = finding(figures, doubtful=bool(mine))
    says = {
        Finding.REACHED: lambda: sentences.reached(
            category, figures, proved=not mine and not rules
        ),
        Finding.CANNOT_BE_EXCLUDED: lambda: sentences.cannot_be_excluded(category, figures),
        Finding.NOT_REACHED: lambda: sentences.not_reached(category),
    }[found]()
    return Statement(
        category=category,
        finding=found,
        says=says,
        because=(
            *_reasons(category, ground, mine, rules),
            *_proof(category, ground, found),
            *_limits(category, ground),
            *_premises(ground),
        ),
        settle=_settle(ground, mine),
    )


def _settle(ground: Ground, mine: Sequence[Doubt]) -> tuple[Says, ...]:
    names = {s.id: s.name for s in ground.estate.services}
    zone = ground.estate.operator.timezone
    return tuple(dict.fromkeys(settle(doubt, names, zone) for doubt in mine))


def _limits(category: str, ground: Ground) -> tuple[Says, ...]:
    """How the number of persons of a gap is bounded, where it is and the category has one."""
    blind = "blind" in ground.rules.get(category, frozenset())
    return (sentences.measured_rate(ground.veiled),) if blind and ground.veiled else ()


def _reasons(
    category: str, ground: Ground, mine: Sequence[Doubt], rules: Sequence[str]
) -> tuple[Says, ...]:
    names = {s.id: s.name for s in ground.estate.services}
    zone = ground.estate.operator.timezone
    told = [sentences.why(doubt, names, zone) for doubt in mine]
    return tuple(dict.fromkeys([*told, *(sentences.RULES[rule] for rule in rules)]))


def _proof(category: str, ground: Ground, found: Finding) -> tuple[Says, ...]:
    if found != Finding.NOT_REACHED or not ground.accounts:
        return ()
    able = tuple(
        service.name
        for service in ground.estate.services
        if category in categories_shown(service)
        and any(admits(service, a.role, known=a.known) for a in ground.accounts)
    )
    return (sentences.trailed_whole(able) if able else sentences.cannot_show(),)


def _premises(ground: Ground) -> tuple[Says, ...]:
    admitted = tuple(
        service.name
        for service in ground.estate.services
        if any(admits(service, a.role, known=a.known) for a in ground.accounts)
    )
    silent = tuple(
        dict.fromkeys(op for source in ground.estate.sources for op in source.silent)
    )
    return (
        sentences.sessions_retained(
            ground.sessions, len(ground.accounts), proposition=ground.proposition
        ),
        sentences.operators_word(admitted, silent),
    )
