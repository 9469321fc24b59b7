"""The truth of a simulated region: what was the thief's, and whose data was really shown."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.core.vocabulary import Grade
from tocsin.simulate.attacks import Loot
from tocsin.simulate.catalogue import ACTS, SILENT_EXPORT_REVEALS
from tocsin.simulate.confounders import CONFOUNDERS
from tocsin.simulate.happenings import Happenings
from tocsin.simulate.people import (
    DOUBTFUL,
    FETCHED,
    HIDDEN,
    PROVISIONAL,
    TEST,
    People,
)
from tocsin.simulate.text import chosen, iso
from tocsin.simulate.trails import Kept, positions

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_GRADES = (str(Grade.CERTAIN), str(Grade.PROBABLE), str(Grade.POSSIBLE))
_RULES = ("named", "replayed", "blind", "silent")
_NAMED, _REPLAYED, _BLIND, _SILENT = range(4)
_GRADE_OF_RULE = np.array((0, 1, 2, 2))
_IMPLIED = "implied.health"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """One row a record that a thief saw: in which way (`rule`), and with which operation.

    `code` is the place of the operation among the acts; -1 is the export that left no line.
    """

    record: Ints
    rule: Ints
    code: Ints


def sights(loot: Loot, first_act: Ints, in_trail: Flags) -> Sights:
    """Everything seen.

    Args:
        loot: what the thieves did.
        first_act: the row among the happenings of each act of the loot.
        in_trail: for each row of the happenings, whether a readable line tells it.
    """
    told = in_trail[first_act]
    opens = np.flatnonzero(loot.acts.person >= 0)
    searches = loot.shown_act
    record = [loot.acts.person[opens], loot.shown_person]
    rule = [
        np.where(told[opens], _NAMED, _BLIND),
        np.where(told[searches], _REPLAYED, _BLIND),
    ]
    code = [loot.acts.code[opens], loot.acts.code[searches]]
    for _, people in loot.exported:
        record.append(people)
        rule.append(np.full(len(people), _SILENT))
        code.append(np.full(len(people), -1))
    return Sights(
        record=np.concatenate(record).astype(np.int64),
        rule=np.concatenate(rule).astype(np.int64),
        code=np.concatenate(code).astype(np.int64),
    )


def _held(known: People, item: str) -> Flags:
    """Which records hold a value for an item; items without a column are always held."""
    columns = {
        "identity.used_name": known.traits.used >= 0,
        "contact.phone": known.has_phone,
        "contact.email": known.has_email,
        "identifier.ins": ~np.isin(
            known.status, (PROVISIONAL, TEST, DOUBTFUL, HIDDEN, FETCHED)
        ),
    }
    return columns.get(item, np.ones(len(known), bool))


def _shown_items(code: int) -> tuple[str, ...]:
    items = ACTS[code].reveals if code >= 0 else SILENT_EXPORT_REVEALS
    return (*items, _IMPLIED) if ACTS[max(code, 0)].service == "orientation" else items


def reach(known: People, seen: Sights) -> pa.Table:
    """One row per person and item: the surest way in which it was shown.

    Records of one person are put together as Tocsin's sure rules would; test identities stand
    apart and have no row.
    """
    real = known.status[seen.record] != TEST
    names: list[str] = sorted({item for code in np.unique(seen.code) for item in
                               _shown_items(int(code))})  # fmt: skip
    person, item, rule = [], [], []
    for code in np.unique(seen.code):
        here = np.flatnonzero(real & (seen.code == code))
        for name in _shown_items(int(code)):
            rows = here[_held(known, name)[seen.record[here]]]
            person.append(known.group[seen.record[rows]])
            item.append(np.full(len(rows), names.index(name)))
            rule.append(seen.rule[rows])
    empty = [np.zeros(0, np.int64)]
    who, what, how = (np.concatenate(empty + part) for part in (person, item, rule))
    order = np.lexsort((how, what, who))
    who, what, how = who[order], what[order], how[order]
    first = np.ones(len(who), bool)
    first[1:] = (who[1:] != who[:-1]) | (what[1:] != what[:-1])
    return pa.table(
        {
            "person": chosen(known.ids.tolist(), who[first]),
            "item": chosen(names, what[first]),
            "grade": chosen(_GRADES, _GRADE_OF_RULE[how[first]]),
            "rule": chosen(_RULES, how[first]),
        }
    )


def records(known: People, seen: Sights) -> pa.Table:
    """One row per record seen, test identities too: its person and the surest rule."""
    order = np.lexsort((seen.rule, seen.record))
    record, first = np.unique(seen.record[order], return_index=True)
    rule = seen.rule[order][first]
    return pa.table(
        {
            "record": chosen(known.ids.tolist(), record),
            "person": chosen(known.ids.tolist(), known.group[record]),
            "grade": chosen(_GRADES, _GRADE_OF_RULE[rule]),
            "test": pa.array(known.status[record] == TEST),
        }
    )


def told(past: Happenings, trails: list[Kept]) -> Flags:
    """For each act, whether a readable line of its producer tells it."""
    flags = np.zeros(len(past.acts.at), bool)
    for whole in trails:
        lines = positions(whole)["line"].to_numpy()
        fine = lines[(whole.trail.row[lines] >= 0) & ~whole.trail.torn[lines]]
        flags[whole.trail.row[fine]] = True
    return flags


def _rows(past: Happenings, source: str, session: Ints, **told: pa.Array) -> pa.Table:
    """Rows of acts; a column that is not told is empty, and such acts left no line."""
    empty = pa.array([""] * len(session), pa.string())
    usurped = past.sessions.usurped[session].astype(np.int64)
    return pa.table(
        {
            "event_id": told.get("event_id", empty),
            "source": pa.array([source] * len(session), pa.string()),
            "file": told.get("file", empty),
            "position": told.get("position", empty),
            "label": chosen(("legitimate", "usurped"), usurped),
            "in_trail": told.get("in_trail", pa.array(["false"] * len(session), pa.string())),
            "session": session,
        }
    )


def _lines(past: Happenings, whole: Kept) -> pa.Table:
    """Acts that have a line, readable or not."""
    trail = whole.trail
    where = positions(whole)
    lines = where["line"].to_numpy()
    keep = (trail.session[lines] >= 0) & ~trail.echo[lines]
    where, lines = where.filter(pa.array(keep)).combine_chunks(), lines[keep]
    fine = pa.array(~trail.torn[lines])
    ids = pa.array([""] * len(lines), pa.string())
    if trail.ids is not None:
        ids = pc.if_else(fine, trail.ids.take(pa.array(lines)), "")
    return _rows(
        past,
        trail.source,
        trail.session[lines],
        event_id=ids,
        file=where["file"],
        position=pc.if_else(fine, where["position"].cast(pa.string()), ""),
        in_trail=pc.if_else(fine, "true", "false"),
    )


def _missing(past: Happenings, whole: Kept) -> pa.Table:
    """Acts whose line fell in a hole of the trail."""
    trail = whole.trail
    there = np.zeros(len(trail.at), bool)
    there[positions(whole)["line"].to_numpy()] = True
    lines = np.flatnonzero(~there & (trail.session >= 0) & ~trail.echo)
    return _rows(past, trail.source, trail.session[lines])


def acts(past: Happenings, trails: list[Kept], exported: pa.Table) -> pa.Table:
    """One row per act of an account: its line, or the fact that it left none.

    `event_id` is the producer's own; where the format has none it is empty, and the place is
    source, file and position (from 1). `session` is the number of a row of `sessions`.
    """
    parts = [_lines(past, whole) for whole in trails]
    parts += [_missing(past, whole) for whole in trails]
    return pa.concat_tables([*parts, exported])


def exports(past: Happenings, loot: Loot) -> pa.Table:
    """The exports that left no line, as rows of the truth."""
    first = len(past.sessions.account) - len(loot.theft)
    session = np.array([which + first for which, _ in loot.exported], np.int64)
    return _rows(past, "orientation-audit", session)


def sessions(past: Happenings, loot: Loot, names: tuple[str, ...]) -> pa.Table:
    """One row a session: its number, its key at the identity provider, its label.

    `confounder` tells what makes an honest session look odd, `attack` the name of the theft.
    """
    rows = past.sessions
    theft = np.full(len(rows.account), -1)
    theft[len(rows.account) - len(loot.theft) :] = loot.theft
    return pa.table(
        {
            "number": np.arange(len(rows.account)),
            "session": past.sid,
            "account": chosen(past.accounts, rows.account),
            "start_at": iso(past.calendar.utc(rows.start)),
            "end_at": iso(past.calendar.utc(rows.end)),
            "label": chosen(("legitimate", "usurped"), rows.usurped.astype(np.int64)),
            "confounder": chosen(CONFOUNDERS, rows.tag),
            "attack": chosen(names, theft),
        }
    )
