"""Whether care went on: services and establishments before, during and after.

Findings: `no_change`, `change`, or `cannot_tell`. "No impact on care" is said in the indicative
only where every service was measured and none changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from tocsin.core.records import Says
from tocsin.core.zones import DAY_US, HOUR_US, to_wall
from tocsin.decide import habit
from tocsin.decide.habit import Bools, Hours, Ints, Measure
from tocsin.decide.working_days import holidays

ALPHA = 0.05
"""Chance that any interval of the case misses: shared among all that are measured."""

CONTAINMENT_H = 4
CONTAINMENT_MAX_H = 48
CONTAINMENT_ACTS = 200
"""A containment is measured for 4 hours, longer until 200 usual acts, at most 48 hours."""

AFTER_DAYS = 7

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of time to be measured: attack, containment or after."""

    period: str
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The activity of a service or an establishment over the whole trail."""

    name: str
    start_us: int
    hours: Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A service or an establishment: each stretch measured, and the whole finding."""

    name: str
    finding: str
    low: float | None
    high: float | None
    measures: tuple[tuple[Stretch, Measure], ...]


def stretches(
    first_us: int | None, last_us: int | None, contained: Sequence[int], zone: str
) -> tuple[Stretch, ...]:
    """What is measured: the days of the attack, each containment, and the week after it.

    Args:
        first_us, last_us: instants of the first and last usurped act; None without attack.
        contained: instants of containments.
        zone: the operator's: days are local.
    """
    found = []
    if first_us is not None and last_us is not None:
        start, end = _midnight(first_us, zone), _midnight(last_us + DAY_US, zone)
        stop = min((c for c in contained if first_us < c < end), default=end)
        found.append(
            Stretch(period="attack", start_us=start, end_us=max(stop, start + HOUR_US))
        )
    for at in contained:
        end = at + CONTAINMENT_H * HOUR_US
        found.append(Stretch(period="containment", start_us=at, end_us=end))
        after = at + AFTER_DAYS * DAY_US
        found.append(Stretch(period="after", start_us=at, end_us=after))
    return tuple(found)


def _midnight(us: int, zone: str) -> int:
    """The hour of UTC in which the local day of an instant began."""
    wall = int(to_wall(np.array([us], dtype=np.int64), zone)[0])
    begun = us - wall % DAY_US
    return begun - begun % HOUR_US


def line(
    name: str,
    hourly: Mapping[int, int],
    window: tuple[int, int],
    blind: Iterable[tuple[int, int]],
    zone: str,
) -> Line | None:
    """The grid of one service or establishment; None where the trail holds no whole hour.

    Args:
        name: its id.
        hourly: acts by UTC hour.
        window: first and last instant of its trail.
        blind: stretches in which the trail cannot be relied on.
        zone: the operator's.
    """
    start = -(-window[0] // HOUR_US) * HOUR_US
    size = (window[1] - start) // HOUR_US
    if size <= 0:
        return None
    grid = start + np.arange(size, dtype=np.int64) * HOUR_US
    acts = np.zeros(size, dtype=np.int64)
    for hour, count in hourly.items():
        if start <= hour < start + size * HOUR_US:
            acts[(hour - start) // HOUR_US] += count
    trailed = np.ones(size, dtype=np.bool_)
    for low, high in blind:
        trailed &= ~((grid < high) & (grid + HOUR_US > low))
    return Line(name=name, start_us=start, hours=_hours(grid, acts, trailed, zone))


def _hours(grid: Ints, acts: Ints, trailed: Bools, zone: str) -> Hours:
    wall = to_wall(grid, zone)
    days = wall // DAY_US
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    for day in np.unique(days):
        local = _EPOCH + timedelta(days=int(day))
        if local in holidays(local.year):
            trailed = trailed & (days != day)
    slot = weekday * 24 + wall // HOUR_US % 24
    first = int(days.min())
    return Hours(acts, trailed, slot, days - first, (days - first) // 7)


def compare(
    lines: Sequence[Line], measured: Sequence[Stretch], *, alpha: float = ALPHA
) -> tuple[Compared, ...]:
    """Each line against its own habit, over each stretch."""
    share = alpha / max(len(lines) * len(measured), 1)
    return tuple(_one(one, measured, share) for one in lines)


def _one(one: Line, measured: Sequence[Stretch], alpha: float) -> Compared:
    masks = [_mask(one, s) for s in measured]
    every = np.logical_or.reduce(masks) if masks else np.zeros(len(one.hours.acts), np.bool_)
    found = []
    for stretch, mask in zip(measured, masks, strict=True):
        wanted = mask
        if stretch.period == "containment":
            wanted = _long_enough(one, stretch, every)
        result = habit.measure(one.hours, wanted, every | wanted, alpha=alpha)
        found.append((stretch, result))
    return _whole(one.name, tuple(found))


def _mask(one: Line, stretch: Stretch) -> Bools:
    grid = one.start_us + np.arange(len(one.hours.acts), dtype=np.int64) * HOUR_US
    return np.asarray((grid + HOUR_US > stretch.start_us) & (grid < stretch.end_us))


def _long_enough(one: Line, stretch: Stretch, every: Bools) -> Bools:
    """A containment's hours, carried on until enough usual acts would have been seen."""
    usual = habit.habit(one.hours, one.hours.trailed & ~every)
    hours = CONTAINMENT_H
    while True:
        end = stretch.start_us + hours * HOUR_US
        mask = _mask(one, Stretch(period="", start_us=stretch.start_us, end_us=end))
        wanted = usual.expected(one.hours.slot[mask]).sum()
        if wanted >= CONTAINMENT_ACTS or hours >= CONTAINMENT_MAX_H:
            return mask
        hours += 4


def _whole(name: str, found: tuple[tuple[Stretch, Measure], ...]) -> Compared:
    """The whole finding: a change anywhere, else what cannot be told, else no change."""
    results = [m for _, m in found]
    for finding in ("change", "cannot_tell"):
        mine = [m for m in results if m.finding == finding]
        if mine:
            # The stretch that moved most; for what cannot be told, the widest known.
            worst = max(mine, key=lambda m: max(abs(m.low or 0.0), abs(m.high or 0.0)))
            return Compared(
                name=name, finding=finding, low=worst.low, high=worst.high, measures=found
            )
    lows = [m.low for m in results if m.low is not None]
    highs = [m.high for m in results if m.high is not None]
    return Compared(
        name=name,
        finding="no_change" if results else "cannot_tell",
        low=min(lows, default=None),
        high=max(highs, default=None),
        measures=found,
    )


# The sentence ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What may be said of care: its mood, its words, why."""

    mood: str
    says: Says
    because: tuple[Says, ...]


def sentence(
    compared: Sequence[Compared], names: Mapping[str, str], locked_out: int
) -> Sentence:
    """The sentence on care, as strong as what was measured.

    Indicative where every service was measured and none changed; conditional where some cannot
    be told; refused where one changed or somebody was kept out; unknown where nothing can be
    told.
    """
    if not any(c.measures for c in compared):
        return Sentence(mood="unknown", says=_NOT_MEASURED, because=())
    because = [_why(c, names.get(c.name, c.name)) for c in compared]
    if locked_out:
        because.append(_locked(locked_out))
    if any(c.finding == "change" for c in compared) or locked_out:
        mood, says = "refused", _CHANGED
    elif all(c.finding == "no_change" for c in compared):
        mood, says = "indicative", _UNCHANGED
    elif any(c.finding == "no_change" for c in compared):
        mood, says = "conditional", _PERHAPS
    else:
        mood, says = "unknown", _CANNOT
    return Sentence(mood=mood, says=says, because=tuple(because))


def _why(one: Compared, name: str) -> Says:
    if one.low is None or one.high is None:
        reasons = {m.why for _, m in one.measures if m.why} or {"blind"}
        said = _REASONS[sorted(reasons)[0]]
        return Says(f"{name} : {said.fr}.", f"{name}: {said.en}.")
    low, high = f"{one.low * 100:+.0f}", f"{one.high * 100:+.0f}"
    word = _FINDINGS[one.finding]
    return Says(
        f"{name} : {word.fr} (entre {low} % et {high} % de l'activité habituelle).",
        f"{name}: {word.en} (between {low}% and {high}% of the usual activity).",
    )


def _locked(n: int) -> Says:
    return Says(
        f"Professionnels refusés après une fermeture et jamais entrés ce jour-là : {n}.",
        f"Professionals refused after a containment and not let in that day: {n}.",
    )


_NOT_MEASURED = Says(
    "L'effet sur l'activité de soins n'est pas mesuré : aucune trace, ou ni attaque ni "
    "fermeture datées.",
    "The effect on care is not measured: no trail, or neither attack nor containment dated.",
)
_UNCHANGED = Says(
    "L'activité mesurée des services est restée dans son habitude pendant et après l'attaque.",
    "The measured activity of the services stayed within its habit during and after the "
    "attack.",
)
_PERHAPS = Says(
    "L'activité des services serait restée dans son habitude, ce que la mesure ne suffit pas à "
    "établir partout.",
    "The activity of the services would have stayed within its habit, which the measure does "
    "not suffice to establish everywhere.",
)
_CANNOT = Says(
    "La mesure ne permet pas de dire si l'activité des services a changé.",
    "The measure does not allow to say whether the activity of the services changed.",
)
_CHANGED = Says(
    "L'activité d'au moins un service a changé : « aucun effet sur les soins » ne peut pas "
    "être dit.",
    "The activity of at least one service changed: “no effect on care” cannot be said.",
)
_FINDINGS = {
    "no_change": Says("pas de changement", "no change"),
    "change": Says("changement", "change"),
    "cannot_tell": Says("ne peut être dit", "cannot be told"),
}
_REASONS = {
    "blind": Says(
        "les traces ne couvrent pas assez la période",
        "the trails do not cover enough of the period",
    ),
    "short_history": Says(
        "pas assez de semaines pour connaître l'habitude", "too few weeks to know the habit"
    ),
    "few_acts": Says(
        "trop peu d'actes attendus pour comparer", "too few acts expected to compare"
    ),
    "wide": Says("l'intervalle est trop large", "the interval is too wide"),
}


def hourly(rows: pa.Table, key: str) -> dict[str, dict[int, int]]:
    """Acts by hour of each value of a column, from the small relation of activity."""
    grouped = rows.group_by([key, "hour_us"]).aggregate([("acts", "sum")])
    found: dict[str, dict[int, int]] = {}
    for name, hour, acts in zip(
        *(grouped[c].to_pylist() for c in (key, "hour_us", "acts_sum")), strict=True
    ):
        found.setdefault(name, {})[hour] = acts
    return found
