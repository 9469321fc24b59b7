"""The room's order of work: steps for the engine, then the matrix, then the proposal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tocsin.core.tables import Step
from tocsin.detect import (
    care,
    facts,
    in_common,
    kinship,
    lines,
    own_place,
    sessions,
    shared_day,
    tables,
    tables_second,
)
from tocsin.detect.context import HOUSE
from tocsin.detect.fusion import Evidence, again, weigh
from tocsin.detect.habit import HabitEvidence
from tocsin.detect.kinship import SURE, Kin
from tocsin.detect.matrix import Codes, Flags, Matrix, Reals
from tocsin.detect.verdict import PRIOR, Ruling, probability, rule, speaking

FETCHED = (
    "detect_facts",
    "detect_rhythm",
    "detect_orders",
    "detect_named",
    "detect_care_facts",
    "detect_devices",
    "detect_tools",
    "detect_formed",
    "detect_forms",
    "detect_actors",
    "detect_chance_own",
    "detect_chance_house",
    "detect_chance_all",
)
"""Relations that become the session matrix."""


def in_hand(bounds: Sequence[str] = ()) -> tuple[Step, ...]:
    """Steps from access rows to the lines of the accounts in hand.

    Args:
        bounds: the first and the last of them, where there are others.
    """
    return (lines.taken(bounds), lines.keys(), *lines.lines())


def to_sessions(before: int = 0) -> tuple[Step, ...]:
    """Steps from lines to sessions.

    Args:
        before: sessions of the accounts that come before those in hand.
    """
    return (
        sessions.lone(),
        sessions.openings(),
        sessions.parents(),
        sessions.strands(),
        sessions.streams(),
        sessions.cuts(),
        sessions.numbers(before),
        sessions.done(),
        sessions.held(),
    )


def to_facts() -> tuple[Step, ...]:
    """Steps from the sessions of the accounts in hand to what is known of each."""
    return (
        facts.facts(),
        *facts.rhythm(),
        *facts.orders(),
        facts.devices(),
        in_common.twins(),
        in_common.asked(),
        *care.touched(),
        *care.stated(),
    )


def of_all() -> tuple[Step, ...]:
    """Steps over the sessions of all accounts."""
    return (
        care.shared(),
        care.care_facts(),
        *care.chance(),
        facts.tools(),
        *in_common.formed(),
    )


KEPT = (
    tables.HELD,
    tables.FACTS,
    tables.RHYTHM,
    tables.ORDERS,
    tables.NAMED,
    tables.DEVICES,
    tables.STATED,
    tables.KNOWN,
    tables.OPEN,
    tables_second.TWINS,
    tables_second.ASKED,
)
"""What is kept of the accounts in hand once the next are taken."""

TAKEN = ("detect_taken", "detect_keys")
"""Relations that are of no use once the lines are there."""

PASSING = (
    "detect_lines",
    "detect_lone",
    "detect_openings",
    "detect_parents",
    "detect_strands",
    "detect_streams",
    "detect_cuts",
)
"""Relations that are of no use once lines have their sessions."""

SUMMED_UP = ("detect_open", "detect_stated", "detect_shared", "detect_asked")
"""Relations over all accounts that are of no use once they are counted."""

IN_HAND = (
    "detect_hand",
    "detect_more",
    "detect_numbers",
    "detect_gaps",
    "detect_moves",
    "detect_touched",
    "detect_related",
)
"""Relations of the accounts in hand that are of no use once the facts are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What people brought: sessions known bad or good, and sessions that match an indicator."""

    condemned: Flags
    vouched: Flags
    indicated: Flags


GIVEN = 20.0
"""Bits of a session that a human called bad (or, negative, good): hard evidence overrides."""


HARVEST, STRANGE, STRANGE_BITS = 0.5, 0.35, 3.0
"""What a usurped session is taken to be: a harvest, else just another's work; and how much
more often a harvest where it comes from a strange place, in full from so many bits on."""

UNSEEN = 0.1
"""The first of these where the estate relates no person to any account and the session has
neither network nor client: of a harvest only its shape is then to be seen, and what else weighs
for one is what the account's habits tell better."""

AT_HOME = -2.5
"""Bits of the owner's place for work that is another's: half of the swaps that habits are
learnt from share it, being colleagues', and one thief in ten (`context.NET_THIEF`)."""

CARE_SHARE, CARE_MOST = 0.5, 6.0
"""Of the bits of care's explanations, what is not already told by the account's habits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The machine's view of every session."""

    evidence: Evidence
    kin: Kin
    bits: Reals
    families: dict[str, Reals]
    ruling: Ruling
    spoken: Codes  # families that speak against the owner
    habit: HabitEvidence | None  # None where history is too short for it
    by_habit: Flags  # sessions whose families are told by the account's habits
    day: Reals  # what a day that colleagues share takes
    place: Reals  # what the owner's own place takes


def propose(
    m: Matrix,
    given: Given,
    *,
    fdr: float,
    prior: float = PRIOR,
    habit: HabitEvidence | None = None,
) -> Proposal:
    """Weigh every session, let sure ones raise their kin, and rule.

    Args:
        m: the session matrix.
        given: seeds, reviews and indicators, as flags by session.
        fdr: false discoveries accepted among the sessions called usurped.
        prior: share of sessions that are not the owner's, before any evidence.
        habit: what the contrast with other accounts' sessions says, where history allows.
    """
    first, _, _ = _on_its_day(m, weigh(m, given.vouched, given.condemned))
    stolen = probability(first.total + kinship.company(m, first), prior)
    stolen = np.where(given.vouched, 0.0, np.where(given.condemned, 1.0, stolen))
    before = (first.trust, first.clean)
    del first
    found, day, place = _on_its_day(m, again(m, before, stolen))
    told = np.where(
        given.indicated,
        np.minimum(kinship.rarity(m, found, given.indicated, together=True), kinship.CAP_OTHER),
        0.0,
    )
    kin = Kin(company=kinship.company(m, found), thief=told)
    hard = GIVEN * (given.condemned * 1.0 - given.vouched * 1.0)
    # Kinship makes no chain: who is sure only by his kin raises nobody.
    alone = probability(found.total + kin.bits, prior) >= SURE
    sure = (alone & ~given.vouched) | given.condemned
    kin = replace(kin, thief=kinship.shared(m, found, np.asarray(sure), told))
    habits_day = _habits_day(m, found, habit)
    families, total, by_habit = _either(m, found, habit, habits_day)
    bits = np.where(hard != 0, hard, total + kin.bits)
    families = {**families, "kinship": kin.bits, "given": hard}
    spoken = np.where(given.condemned, 2, speaking(families))
    return Proposal(
        evidence=found,
        kin=kin,
        bits=bits,
        families=families,
        ruling=rule(bits, spoken, fdr=fdr, prior=prior),
        spoken=spoken,
        habit=habit,
        by_habit=by_habit,
        day=np.where(by_habit, habits_day, day),
        place=np.where(by_habit, 0.0, place),
    )


def explained_of(m: Matrix, found: Evidence, at: slice | Codes = slice(None)) -> Reals:
    """What care's explanations add to the account's habits, in bits.

    Nothing where the estate relates no person to any account: what is not told speaks for
    nobody.

    Args:
        at: the sessions that are asked about.
    """
    usual = found.care.usual_day[at]
    if not m.related.any():
        return np.zeros(len(usual))
    return np.asarray(CARE_SHARE * np.clip(usual, -CARE_MOST, CARE_MOST))


def _away(m: Matrix, found: Evidence) -> Flags:
    """Sessions known to be from another place than the owner's or his house's."""
    return np.asarray((m.net > 0) & (found.net.level > HOUSE))


def _placed(m: Matrix) -> Flags:
    """Sessions whose network or client is known; of the others' context only the hour is."""
    told = m.net > 0
    told[m.device_s] = True
    return np.asarray(told)


def of_his_place(m: Matrix, found: Evidence) -> Reals:
    """What the owner's own place says for him beyond his habits, in bits; 0 or less.

    Nothing where the estate relates no person to any account: habits alone order the sessions.
    """
    if not m.related.any():
        return np.zeros(m.size)
    place = np.clip(found.net.usual_day, AT_HOME, 0.0)
    return np.where((m.net > 0) & (found.net.level <= HOUSE), place, 0.0)


def _on_its_day(m: Matrix, found: Evidence) -> tuple[Evidence, Reals, Reals]:
    """The evidence less what a day that colleagues share, then the owner's place, take from it.

    Returns:
        The evidence, and the bits that each takes.
    """
    alone = (found.elsewhere > 0) | (found.failed > 0) | (found.status.bits > 0)
    at_home = ~_away(m, found) & ~alone
    day = shared_day.taken(m, found.total, np.asarray(at_home))
    place = own_place.bound(m, found, found.total + day)
    families = {**found.families, "care": found.families["care"] + day + place}
    return replace(found, families=families, total=found.total + day + place), day, place


def _habits_day(m: Matrix, found: Evidence, habit: HabitEvidence | None) -> Reals:
    """What a day that colleagues share takes from the account's habits, in bits."""
    if habit is None:
        return np.zeros(m.size)
    at_home = ~_away(m, found) & habit.judged
    return shared_day.taken(m, habit.bits + explained_of(m, found), at_home)


def _either(
    m: Matrix, found: Evidence, habit: HabitEvidence | None, day: Reals
) -> tuple[dict[str, Reals], Reals, Flags]:
    """Families and bits, where a thief either harvests or works like another professional.

    Without any sign that only a thief gives (shape, status, a strange network or client, two
    places at once, refused logins), a harvest is not much likelier than what the
    account's habits say.

    Where the estate relates no person to any account, care cannot tell a harvest, and a
    strange place says nothing of which of the two it is.

    Returns:
        The families of the likelier of the two, the bits of their mixture, and where habits
        are the likelier.
    """
    if habit is None:
        return found.families, found.total, np.zeros(len(found.total), dtype=np.bool_)
    hard = np.maximum(found.shape.bits + found.status.bits, 0.0)
    placed = _placed(m)
    strange = np.where(placed, np.maximum(found.families["context"], 0.0), 0.0)
    hard = hard + strange
    share = np.full(m.size, HARVEST)
    if m.related.any():
        share = share + STRANGE * np.minimum(strange / STRANGE_BITS, 1.0)
    else:
        share = np.where(placed, share, UNSEEN)
    explained = explained_of(m, found)
    home = of_his_place(m, found)
    another = habit.bits + explained + day + home
    harvest = np.minimum(found.total, another + 1.0 + 2.0 * hard)
    mixed = np.logaddexp2(np.log2(share) + harvest, np.log2(1.0 - share) + another)
    # Of an account without habits they say nothing; with care, care tells its harvest.
    total = np.where(habit.judged | (not m.related.any()), mixed, found.total)
    other = habit.judged & (another > harvest)
    theirs = dict(habit.families)
    theirs["care"] = theirs["care"] + explained + day
    theirs["context"] = theirs["context"] + home
    nothing = np.zeros(len(total))
    families = {
        name: np.where(other, theirs.get(name, nothing), bits)
        for name, bits in found.families.items()
    }
    return families, total, np.asarray(other)
