"""The figures of a trial: how unusual each channel is, and how far from the account's past."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.detect import traits
from tocsin.detect.matrix import Codes, Matrix, Reals, Singles
from tocsin.detect.swaps import Trials

Measures = Reals | Singles


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure, the signal that tells it, and the family that the contract counts it in."""

    name: str
    signal: str
    family: str
    rising: bool = False


_RATIOS = (
    (traits.HOUR, "hour", "context"),
    (traits.WEEKEND, "hour", "context"),
    (traits.WEEKDAY, "hour", "context"),
    (traits.NETWORK, "network_habit", "context"),
    (traits.CLIENT, "client_habit", "context"),
    (traits.SERVICE, "service_habit", "history"),
    (traits.OPERATION, "service_habit", "history"),
    (traits.UNIT, "territory", "care"),
    (traits.TOP, "territory", "care"),
    (traits.AREA, "territory", "care"),
    (traits.FOLDER, "territory", "care"),
    (traits.PERSON, "new_persons", "history"),
    (traits.BEFORE, "colleagues_work", "care"),
)
_SPREAD = {"operation", "unit", "branch", "area", "folder", "person", "before"}
"""Channels with several tokens a session."""

_AGAINST_PAST = {
    "operation_now",
    "area_now",
    "area_ever",
    "area_new",
    "folder_now",
    "folder_new",
    "branch_now",
    "person_ever",
    "person_new",
    "person_days",
    "person_weeks",
    "before_now",
    "peers_unknown",
    "peers_lately",
    "own_share",
    "nobody_share",
    "volume",
    "persons",
    "areas",
    "rate",
    "length",
}
"""Figures that are read against the account's own past as well."""


def known() -> tuple[Figure, ...]:
    """All figures, in the order of the columns."""
    listed = []
    for channel, signal, family in _RATIOS:
        name = channel.name
        listed += [
            Figure(f"{name}_now", signal, family, rising=True),
            Figure(f"{name}_ever", signal, family, rising=True),
        ]
        if name in _SPREAD:
            listed += [
                Figure(f"{name}_least", signal, family, rising=True),
                Figure(f"{name}_most", signal, family, rising=True),
                Figure(f"{name}_new", signal, family, rising=True),
            ]
    listed += [
        Figure("area_total", "territory", "care", rising=True),
        Figure("person_days", "new_persons", "history"),
        Figure("person_weeks", "new_persons", "history"),
        Figure("peers_unknown", "colleagues_work", "care", rising=True),
        Figure("peers_lately", "colleagues_work", "care"),
        Figure("own_share", "colleagues_work", "care"),
        Figure("nobody_share", "colleagues_work", "care"),
        Figure("volume", "volume", "history"),
        Figure("persons", "volume", "history"),
        Figure("areas", "volume", "history"),
        Figure("rate", "volume", "history"),
        Figure("length", "volume", "history"),
        Figure("past", "volume", "history"),
    ]
    by_name = {f.name: f for f in listed}
    listed += [
        Figure(
            f"{name}_moved", by_name[name].signal, by_name[name].family, by_name[name].rising
        )
        for name in sorted(_AGAINST_PAST)
    ]
    return tuple(listed)


FIGURES = known()


def figures_of(
    facts: pa.Table, before: pa.Table, peers: pa.Table, m: Matrix, trials: Trials
) -> Singles:
    """One row a trial, one column a figure, NaN where it is not known.

    Args:
        facts: the relation `detect_stream_facts`.
        before: the relation `detect_before_shares`.
        peers: the relation `detect_peers`.
    """
    size = len(trials.session)
    raw: dict[str, Measures] = {**_channels(facts, size), **_sizes(m, trials)}
    raw |= _spread(before, size, "own_share", "nobody_share")
    known = _spread(peers, size, "unknown", "lately")
    raw |= {f"peers_{name}": values for name, values in known.items()}
    raw["areas"] = np.log(raw.pop("area_tokens"))
    columns = {}
    for figure in FIGURES:
        name = figure.name.removesuffix("_moved")
        if figure.name == name:
            columns[name] = raw[name]
        else:
            columns[figure.name] = _moved(raw[name], m.acc, trials)
    stacked = np.empty((size, len(FIGURES)), dtype=np.float32)
    for j, figure in enumerate(FIGURES):
        stacked[:, j] = columns[figure.name]
    return stacked


def _channels(facts: pa.Table, size: int) -> dict[str, Singles]:
    k = facts["k"].to_numpy()
    channel = facts["channel"].to_numpy()
    taken = {
        "now": "fading_mean",
        "ever": "lasting_mean",
        "least": "least",
        "most": "most",
        "new": "new_share",
        "total": "total",
        "days": "days_ago",
        "weeks": "weeks_ago",
        "tokens": "tokens",
    }
    values = {short: facts[column].to_numpy() for short, column in taken.items()}
    wanted = {f.name for f in FIGURES} | {"area_tokens"}
    found = {}
    for kind in traits.CHANNELS:
        here = channel == kind.number
        at = k[here]
        for short, column in values.items():
            if f"{kind.name}_{short}" in wanted:
                spread = np.full(size, np.nan, dtype=np.float32)
                spread[at] = column[here]
                found[f"{kind.name}_{short}"] = spread
    return found


def _spread(listed: pa.Table, size: int, *names: str) -> dict[str, Singles]:
    k = listed["k"].to_numpy()
    found = {}
    for name in names:
        spread = np.full(size, np.nan, dtype=np.float32)
        spread[k] = listed[name].to_numpy()
        found[name] = spread
    return found


def _sizes(m: Matrix, trials: Trials) -> dict[str, Reals]:
    s = trials.session
    minutes = (m.end_us[s] - m.start_us[s]) / 60e6
    persons = m.care.sum(axis=1)[s]
    return {
        "volume": np.log(np.maximum(m.data[s], 1)),
        "persons": np.where(persons > 0, np.log(np.maximum(persons, 1)), np.nan),
        "rate": np.log(np.maximum(m.data[s], 1) / (minutes + 1.0)),
        "length": np.log1p(minutes),
        "past": np.log1p(trials.past),
    }


def _moved(values: Measures, acc: Codes, trials: Trials) -> Reals:
    """How far each value is from the account's earlier ones, in their own spread."""
    real = np.flatnonzero(trials.real)
    whose = acc[trials.on[real]]
    order = np.argsort(whose, kind="stable")  # the real trials are in order of time
    held, x = whose[order], values[real][order].astype(np.float64)
    seen = ~np.isnan(x)
    x = np.where(seen, x, 0.0)
    centre = x.sum() / max(int(seen.sum()), 1)
    spread = (x[seen] ** 2).sum() / max(int(seen.sum()), 1) - centre**2
    first = np.searchsorted(held, held, side="left")

    def earlier(column: Reals) -> Reals:
        running = np.cumsum(column) - column
        return np.asarray(running - running[first])

    n = earlier(seen.astype(np.float64))
    mean = (earlier(x) + centre) / (n + 1.0)
    squares = (earlier(x * x) + 2.0 * (spread + centre**2)) / (n + 2.0)
    width = np.sqrt(np.maximum(squares - mean**2, 0.0) + 0.05)
    place = np.empty(len(acc), dtype=np.int64)
    place[trials.session[real][order]] = np.arange(len(order))
    at = place[trials.on]
    return np.asarray((values - mean[at]) / width[at])
