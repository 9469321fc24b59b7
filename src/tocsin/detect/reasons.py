"""The reasons of a session: at most five, signed, each with its lines."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.core.records import Place, Reason, Says
from tocsin.detect import habit_told, history, sentences, shape, status
from tocsin.detect.fusion import CONTEXT_MOST
from tocsin.detect.habit import FAMILY, SIGNALS
from tocsin.detect.kinship import CAP_SAME
from tocsin.detect.matrix import Codes, Matrix
from tocsin.detect.pipeline import GIVEN, Proposal, explained_of, of_his_place
from tocsin.detect.second import Second, names_of

MOST = 5
"""Reasons of a session, at most."""

LEAST_BITS = 0.3
"""A signal that weighs less is not told."""

KINDS = {
    "care": ("open", "export", "write", "other"),
    "sweep": ("search", "list"),
    "pages": ("search", "list"),
    "search_only": ("search", "list"),
    "open_only": ("open", "export"),
    "person_order": ("open", "export"),
    "wide": ("search", "list"),
    "write": ("write",),
    "failed_logins": ("login",),
    "searches": ("search", "list"),
    "persons": ("open", "export", "write"),
    "exports": ("export",),
}
"""Which lines carry a signal; the first lines of the session carry the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that may carry a reason."""

    place: Place
    kind: str
    strength: int  # how care explains its person; -1 where it opened nobody
    us: int


def lines_of(shown: pa.Table) -> dict[int, list[Line]]:
    """The lines to choose from, by session number (from 1), in order of time."""
    found: dict[int, list[Line]] = {}
    names = ("s", "source", "digest", "position", "event_id", "kind", "strength", "us")
    by = [(name, "ascending") for name in ("s", "us", "digest", "position")]
    listed = shown.sort_by(by)
    columns = [listed[n].to_pylist() for n in names]
    for s, source, digest, position, event_id, kind, strength, us in zip(*columns, strict=True):
        place = Place(source=source, digest=digest, position=position, event_id=event_id)
        found.setdefault(s, []).append(Line(place=place, kind=kind, strength=strength, us=us))
    return found


Part = tuple[str, str, float, Says]
"""A signal, its family, its bits and its sentence."""


def _places(signal: str, lines: Sequence[Line]) -> tuple[Place, ...]:
    kinds = KINDS.get(signal)
    chosen = [line for line in lines if kinds is None or line.kind in kinds] or list(lines)
    if signal == "care":
        chosen.sort(key=lambda line: line.strength if line.strength >= 0 else 9)
    return tuple(line.place for line in chosen[:MOST])


def reasons(
    m: Matrix, looks: tuple[Proposal, Second], i: int, lines: Sequence[Line]
) -> tuple[Reason, ...]:
    """The reasons of session `i` (from 0): the heaviest, those for the owner among them."""
    told = list(parts_of(m, looks, i))
    kept = told[:MOST]
    for_owner = [part for part in told if part[2] < 0][:1]
    if for_owner and for_owner[0] not in kept:
        kept[-1] = for_owner[0]
    kept.sort(key=lambda part: -part[2])
    return tuple(
        Reason(
            signal=signal,
            family=family,
            says=says,
            bits=round(bits, 2),
            places=_places(signal, lines),
        )
        for signal, family, bits, says in kept
    )


def parts_of(m: Matrix, looks: tuple[Proposal, Second], i: int) -> tuple[Part, ...]:
    """Everything that weighs on session `i`, the heaviest first, either way."""
    found, second = looks
    own = (
        _habit(m, found, i)
        if found.by_habit[i]
        else (*_context(m, found, i), *_work(m, found, i), *_status(found, i))
    )
    day = ("shared_day", "care", float(found.day[i]), sentences.SHARED_DAY)
    place = ("own_place", "care", float(found.place[i]), sentences.OWN_PLACE)
    parts = (*own, day, place, *_standing(found, i), *_second(second, i))
    told = [part for part in parts if abs(part[2]) >= LEAST_BITS]
    return tuple(sorted(told, key=lambda part: -abs(part[2])))


def _second(second: Second, i: int) -> tuple[Part, ...]:
    """A token used by two, and the rare trait shared with a sure theft."""
    shared = names_of(second, i)
    hands = 0.0 if second.hands is None else float(second.hands[i])
    says = sentences.shared(*shared) if shared else sentences.THIEF
    return (
        ("indicator", "kinship", float(second.told[i]), sentences.TOLD),
        ("answer", "given", float(second.said[i]), sentences.SAYS_ME),
        ("robbed_account", "kinship", float(second.returns[i]), sentences.RETURNS),
        ("token_of_two", "context", float(second.twin[i]), sentences.TWIN),
        ("two_hands", "care", hands, sentences.HANDS),
        ("shared_trait", "kinship", float(second.kin[i]), says),
    )


def _habit(m: Matrix, found: Proposal, i: int) -> tuple[Part, ...]:
    """The account's habits, where they tell the session, and what care explains."""
    assert found.habit is not None
    nothing, weak, strong = (int(n) for n in m.care[i])
    mine = m.others(i)
    usual = m.care[mine].sum(axis=0)
    share = float(usual[0] / max(usual.sum(), 1.0))
    weighed = found.habit.signals[i].tolist()
    return (
        *(
            (signal, FAMILY[signal], bits, habit_told.says(signal, bits))
            for signal, bits in zip(SIGNALS, weighed, strict=True)
        ),
        (
            "care",
            "care",
            float(explained_of(m, found.evidence, np.array([i]))[0]),
            sentences.care(nothing, weak, strong, share),
        ),
        (
            "network",
            "context",
            float(of_his_place(m, found.evidence)[i]),
            sentences.NETWORK[int(found.evidence.net.level[i])],
        ),
    )


def _scale(found: Proposal, i: int, before: float) -> float:
    """What the allowance for unusual days left of a family's parts."""
    return float(found.evidence.kept[i]) if before > 0 else 1.0


def _context(m: Matrix, found: Proposal, i: int) -> tuple[Part, ...]:
    e = found.evidence
    net, client = float(e.net.usual_day[i]), float(e.client.usual_day[i])
    hour = float(e.hour[i])
    whole = net + client + hour
    scale = _scale(found, i, whole) * min(1.0, CONTEXT_MOST / whole if whole > 0 else 1.0)
    bin_ = int(m.hour[i])
    return (
        ("network", "context", net * scale, sentences.NETWORK[int(e.net.level[i])]),
        ("client", "context", client * scale, sentences.CLIENT[int(e.client.level[i])]),
        ("hour", "context", hour * scale, sentences.hour(bin_ % 8, weekend=bin_ >= 8)),
        ("elsewhere", "context", float(e.elsewhere[i]), sentences.ELSEWHERE),
        (
            "failed_logins",
            "context",
            float(e.failed[i]),
            sentences.failed_logins(int(m.failed_logins[i])),
        ),
    )


def _work(m: Matrix, found: Proposal, i: int) -> tuple[Part, ...]:
    e, bits = found.evidence, found.families
    nothing, weak, strong = (int(n) for n in m.care[i])
    mine = m.others(i)
    usual_care = m.care[mine].sum(axis=0)
    usual = float(usual_care[0] / max(usual_care.sum(), 1.0))
    test = shape.TESTS[int(e.shape.best[i])]
    volume = history.TESTS[int(e.history.best[i])]
    before, now = (_volume(m, volume, at) for at in (mine, np.array([i])))
    habit = float(np.median(before)) if len(mine) else 0.0
    wrote = bool(m.writes[i] > 0)
    work = float(e.shape.bits[i] + e.writing[i])
    kept = _scale(found, i, work)
    cared = float(bits["care"][i] - found.day[i] - found.place[i])
    return (
        ("care", "care", cared, sentences.care(nothing, weak, strong, usual)),
        (
            test,
            "shape",
            float(e.shape.bits[i]) * kept,
            sentences.shape(test, _figures(m, i, test)),
        ),
        (
            "write",
            "shape",
            float(e.writing[i]) * kept,
            sentences.WROTE if wrote else sentences.NEVER_WRITES,
        ),
        (
            volume,
            "history",
            float(bits["history"][i]),
            sentences.history(volume, int(now[0]), habit),
        ),
    )


def _volume(m: Matrix, name: str, at: Codes) -> Codes:
    """What some sessions count of a measure of volume."""
    if name == "persons":
        return np.asarray(m.care[at].sum(axis=1).astype(np.int64))
    columns = {
        "searches": m.searches,
        "acts": m.data,
        "exports": m.exports,
        "services": m.services,
    }
    return columns[name][at]


def _figures(m: Matrix, i: int, test: str) -> dict[str, float]:
    ways = (m.person_ups, m.person_downs, m.person_moves)
    ups, downs, moves = ways if test == "person_order" else (m.ups, m.downs, m.moves)
    return {
        "gap_s": float(np.expm1(m.gap_mean[i])),
        "acts": float(m.data[i]),
        "searches": float(m.searches[i]),
        "opens": float(m.opens[i] + m.exports[i]),
        "share": max(int(ups[i]), int(downs[i])) / max(int(moves[i]), 1),
        "pages": float(m.pages[i]),
        "told": float(np.expm1(m.told[i])),
    }


def _standing(found: Proposal, i: int) -> tuple[Part, ...]:
    kin = found.kin
    company, thief = float(kin.company[i]), float(kin.thief[i])
    whole = company + thief
    scale = min(1.0, CAP_SAME / whole) if whole > 0 else 1.0
    given = float(found.families["given"][i])
    given = given if abs(given) >= GIVEN / 2.0 else 0.0  # an answer is told by itself
    says = sentences.GIVEN_BAD if given > 0 else sentences.GIVEN_GOOD
    return (
        ("company", "kinship", company * scale, sentences.COMPANY),
        ("thief_network", "kinship", thief * scale, sentences.THIEF),
        ("given", "given", given, says),
    )


def _status(found: Proposal, i: int) -> tuple[Part, ...]:
    kept = float(found.evidence.kept[i])  # an emergency is weighed with an unusual day
    return tuple(
        (
            name,
            "status",
            float(bits[i]) * (kept if name == "override" else 1.0),
            sentences.STATUS[name],
        )
        for name, bits in zip(status.TESTS, found.evidence.status.each, strict=True)
    )
