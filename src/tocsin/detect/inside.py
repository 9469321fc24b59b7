"""Inside a session: when did it stop being the owner's, and which acts are whose.

Each act has a ratio in bits: how much likelier a thief is to do it there and then than this
account's owner, by what care explains, the kind of act, the pace and the order of queries. A
cumulative sum (CUSUM; Page, Biometrika 1954) dates the start; two hidden states that seldom
change (forward and backward sums) attribute the acts, also where two use one token by turns.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.core.tables import Step
from tocsin.detect.context import HOUSE
from tocsin.detect.matrix import Codes, Matrix, Reals, sums
from tocsin.detect.pipeline import Proposal
from tocsin.detect.tables_second import LOOKED
from tocsin.detect.verdict import LEGITIMATE

LEAST_ACTS = 12
"""A session with fewer acts on data is not taken apart."""

STAY = 0.96
"""Chance that the next act is by the same hand: declared."""

SURE_BITS = 4.0
"""Bits from which an act is one's or the other's: 16 to 1."""

APART, APART_AT_HOME = 6.0, 2.0
"""Bits by which two hands must be likelier than one before a session is taken apart: less on
the owner's own network or his organisation's, where he is seldom away for a whole session."""

CONTESTED, DOUBTFUL = 30.0, 0.1
"""Bits of a run of acts, and probability of the session, from which its acts are contested."""

OWN_PLACE = -3.0
"""Bits of the network from which the place alone answers for such a run: a secretary's lists
or an emergency at the owner's own desk, on a line that nobody else of the region has."""

AS_LIKELY = 3.0
"""Instants whose cumulative sum is within so many bits of the best are possible starts."""

CARE_MOST, SEARCH_MOST, WRITE_LEAST, PACE_MOST, ONWARD = 2.5, 1.2, -3.0, 1.5, 0.8
"""Bounds of what one act may weigh, in bits."""

SEARCH_THIEF, WRITE_THIEF = 0.4, 0.03
"""A thief's share of searches and of writing: declared."""

LOOKED_INTO, ODD_WORK = 400, 3.0
"""Sessions beside the suspicions that are looked into, at most, and the bits of care and shape
that make one worth it."""

OWN_PULL = 3.0
"""Sessions of the account that weigh as much as its role."""


def looked() -> Step:
    """The acts on data of the wanted sessions, in order, each with what it is weighed by."""
    return Step(
        fills=LOOKED,
        reads=("detect_wanted_rows", "detect_explained"),
        sql="""
SELECT q.s AS s, q.n AS n, q.us AS us, q.digest AS digest, q.position AS position,
       q.kind AS kind, q.good AS good, q.strength AS strength,
       CASE WHEN q.person <> '' AND q.seen > 1 THEN 1 ELSE 0 END AS again,
       CASE WHEN q.query <> '' AND q.last <> '' AND q.query > q.last THEN 1
            WHEN q.query <> '' AND q.last <> '' AND q.query < q.last THEN -1
            ELSE 0 END AS onward
FROM (
  SELECT h.s AS s, h.n AS n, h.us AS us, h.digest AS digest, h.position AS position,
         h.line_kind AS kind, h.line_good AS good, coalesce(e.strength, -1) AS strength,
         h.person AS person, coalesce(h.query, '') AS query,
         row_number() OVER (PARTITION BY h.s, h.person ORDER BY h.n) AS seen,
         coalesce(lag(h.query) OVER (PARTITION BY h.s, h.line_kind ORDER BY h.n), '') AS last
  FROM detect_wanted_rows AS h
  LEFT JOIN detect_explained AS e ON e.s = h.s AND e.person = h.person
  WHERE h.part = 0 AND h.data = 1
) AS q""",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What the owner of one session's account usually does."""

    care: Reals  # shares of persons explained by nothing, weakly, strongly
    chance: Reals  # the same for a person that a thief takes at random
    search: float
    write: float
    pace: tuple[float, float]  # mean and spread of ln(1 s + gap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A session taken apart.

    `whose` has one entry an act, in order: bits of the thief against the owner. `earliest` and
    `latest` bound the first act that is not the owner's (microseconds UTC); `turns` counts the
    changes of hand; `bits` is how much likelier two hands are than one.
    """

    s: int
    digest: tuple[str, ...]
    position: tuple[int, ...]
    whose: Reals
    earliest: int
    latest: int
    turns: int
    bits: float
    enough: float  # bits from which it is of two hands
    peak: float  # the greatest cumulative sum
    at_home: bool = False  # on the owner's own network or his organisation's


def _columns(m: Matrix, weight: Reals, at: Codes | slice) -> Iterator[Reals]:
    """Weighed values of some sessions, each group before what it is a share of."""
    w, care = weight[at], m.care[at]
    paced = np.where(m.gaps[at] > 0, w, 0.0)
    yield from (w * care[:, k] for k in range(3))
    yield w * care.sum(axis=1)
    yield m.gap_mean[at] * paced
    yield m.gap_sd[at] * paced
    yield paced
    yield from (w * column[at] for column in (m.searches, m.writes, m.data))


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What the sessions of all accounts say of their habits, added up account by account."""

    matrix: Matrix
    role: Codes  # of each account
    weight: Reals
    whole: Reals  # (columns, accounts): their sums

    @classmethod
    def of(cls, m: Matrix, found: Proposal) -> "Habits":
        """The habits of all accounts."""
        weight = found.evidence.habit * m.acting
        accounts = len(m.account)
        role = np.zeros(accounts, dtype=np.int64)
        role[m.acc] = m.role
        every = _columns(m, weight, slice(None))
        return cls(
            matrix=m,
            role=role,
            weight=weight,
            whole=np.stack([sums(m.acc, column, accounts) for column in every]),
        )

    def habit(self, i: int) -> Habit:
        """The habit of the account of session `i`, shrunk to its role, the session left out."""
        m, acc = self.matrix, int(self.matrix.acc[i])
        mine = m.others(i)
        peers = np.flatnonzero(self.role == self.role[acc])
        every = self.whole[:, peers[peers != acc]].sum(axis=1)
        own = float(self.weight[mine].sum())
        held = np.array([column.sum() for column in _columns(m, self.weight, mine)])

        def shrunk(values: slice, per: int) -> Reals:
            theirs = every[values] / max(float(every[per]), 1e-9)
            ours = held[values] / max(float(held[per]), 1e-9)
            return np.asarray((own * ours + OWN_PULL * theirs) / (own + OWN_PULL))

        care = shrunk(slice(0, 3), 3) if m.care.any() else np.full(3, 1.0 / 3.0)
        care = np.maximum(care, 0.02)
        pace, mix = shrunk(slice(4, 6), 6), shrunk(slice(7, 9), 9)
        return Habit(
            care=care / care.sum(),
            chance=np.asarray(m.chance[acc].mean(axis=0)),
            search=float(np.clip(mix[0], 0.02, 0.95)),
            write=float(np.clip(mix[1], 0.005, 0.95)),
            pace=(float(pace[0]), float(max(pace[1], 0.4))),
        )


def ratios(acts: dict[str, Reals], usual: Habit) -> Reals:
    """Bits of each act for a thief against the owner.

    Args:
        acts: columns of `detect_looked` of one session, `search` and `write` as flags.
    """
    strength = acts["strength"].astype(np.int64)
    opened = (strength >= 0) & (acts["again"] == 0) & (acts["good"] > 0)
    care = np.log2(np.maximum(usual.chance, 0.01) / usual.care)
    of_care = np.where(opened, care[np.maximum(strength, 0)], 0.0)
    searching = np.log2(SEARCH_THIEF / usual.search)
    other = np.log2((1.0 - SEARCH_THIEF) / (1.0 - usual.search))
    kind = np.where(acts["search"] > 0, searching, other)
    writing = min(float(np.log2(WRITE_THIEF / usual.write)), 0.0)
    gap = np.log1p(np.diff(acts["us"], prepend=acts["us"][:1]) / 1e6)
    z = np.clip((usual.pace[0] - gap) / usual.pace[1], -2.0, 3.0)
    pace = np.where(gap > 0, np.clip(0.5 * z, -0.5, PACE_MOST), 0.0)
    run = np.convolve(acts["onward"], np.ones(5), mode="same")
    onward = np.where((acts["search"] > 0) & (np.abs(run) >= 4), ONWARD, 0.0)
    return np.asarray(
        np.clip(of_care, -CARE_MOST, CARE_MOST)
        + np.clip(kind, -SEARCH_MOST, SEARCH_MOST)
        + np.where(acts["write"] > 0, max(writing, WRITE_LEAST), 0.0)
        + pace
        + onward
    )


def _sums(bits: Reals) -> tuple[Reals, float]:
    """Forward and backward: bits of the thief at each act; bits of two hands against one."""
    stay, move = np.log2(STAY), np.log2(1.0 - STAY)
    ahead, back = np.zeros((len(bits), 2)), np.zeros((len(bits), 2))
    score = np.column_stack([np.zeros(len(bits)), bits])  # owner, thief
    ahead[0] = score[0] - 1.0
    for k in range(1, len(bits)):
        kept, moved = ahead[k - 1] + stay, ahead[k - 1][::-1] + move
        ahead[k] = score[k] + np.logaddexp2(kept, moved)
    for k in range(len(bits) - 2, -1, -1):
        after = back[k + 1] + score[k + 1]
        back[k] = np.logaddexp2(after + stay, after[::-1] + move)
    both = ahead + back
    steady = (len(bits) - 1) * stay - 1.0
    one_hand = np.logaddexp2(steady, steady + float(bits.sum()))
    two = float(np.logaddexp2(ahead[-1][0], ahead[-1][1])) - float(one_hand)
    return np.asarray(both[:, 1] - both[:, 0]), two


def start(bits: Reals) -> tuple[int, int, float]:
    """The first and last acts at which the thief may have begun, and the greatest sum."""
    before = np.concatenate([[0.0], np.cumsum(bits)])
    low = np.minimum.accumulate(before[:-1])
    rise = before[1:] - low
    peak = int(np.argmax(rise))
    gains = before[peak + 1] - before[: peak + 1]
    possible = np.flatnonzero(gains >= rise[peak] - AS_LIKELY)
    return int(possible[0]), int(possible[-1]), float(rise[peak])


def take_apart(m: Matrix, found: Proposal, rows: pa.Table) -> tuple[Apart, ...]:
    """Every session of `detect_looked`, taken apart or whole (`bits` says which).

    Args:
        rows: the relation `detect_looked`.
    """
    table = rows.sort_by([("s", "ascending"), ("n", "ascending")])
    sessions = table["s"].to_numpy()
    if not len(sessions):
        return ()
    edges = np.flatnonzero(np.diff(sessions, prepend=-1))
    ends = np.append(edges[1:], len(sessions))
    kinds = np.array(table["kind"].to_pylist(), dtype=object)
    columns = {
        name: table[name].to_numpy() for name in ("us", "good", "strength", "again", "onward")
    }
    columns["search"] = np.isin(kinds, ("search", "list")).astype(np.int64)
    columns["write"] = (kinds == "write").astype(np.int64)
    digests, positions = table["digest"].to_pylist(), table["position"].to_pylist()
    habits = Habits.of(m, found)
    found_apart = []
    for a, b in zip(edges.tolist(), ends.tolist(), strict=True):
        if b - a < LEAST_ACTS:
            continue
        i = int(sessions[a]) - 1
        acts = {name: column[a:b] for name, column in columns.items()}
        bits = ratios(acts, habits.habit(i))
        whose, two = _sums(bits)
        home = bool(found.evidence.net.level[i] <= HOUSE)
        first, last, peak = start(bits)
        hands = whose > 0
        found_apart.append(
            Apart(
                s=i,
                digest=tuple(digests[a:b]),
                position=tuple(positions[a:b]),
                whose=whose,
                earliest=int(acts["us"][first]),
                latest=int(acts["us"][last]),
                turns=int((hands[1:] != hands[:-1]).sum()),
                bits=two,
                enough=APART_AT_HOME if home else APART,
                peak=peak,
                at_home=home,
            )
        )
    return tuple(found_apart)


def worth_a_look(m: Matrix, found: Proposal) -> Codes:
    """The sessions to look into: suspicions, then those whose work is the oddest."""
    suspect = found.ruling.verdict != LEGITIMATE
    # What care explains of the owner's own acts does not hide what another did beside him.
    work = np.maximum(found.evidence.care.usual_day, 0.0) + found.evidence.shape.bits
    odd = np.argsort(-np.where(suspect, 1e9, work), kind="stable")
    most = int(suspect.sum()) + LOOKED_INTO
    fine = (m.data >= LEAST_ACTS) & (suspect | (work > ODD_WORK))
    return np.asarray([i for i in odd[:most] if fine[i]], dtype=np.int64)


def two_hands(one: Apart) -> bool:
    """Whether the session is of two hands rather than one, with an act surely a thief's."""
    return one.bits >= one.enough and bool((one.whose >= SURE_BITS).any())


def run_of(one: Apart) -> float:
    """Bits of the run of acts least like the owner's, less what choosing it is worth."""
    acts = len(one.whose)
    return one.peak - float(np.log2(acts * (acts + 1) / 2))


def mixed(one: Apart) -> bool:
    """Whether a run of acts that is surely a thief's stands amid acts that are the owner's."""
    return two_hands(one) and run_of(one) >= SURE_BITS


def act_by_act(one: Apart) -> bool:
    """Whether each act of a session that is not the owner's needs bits of its own.

    It does in a session of two hands, and at the owner's own place, where he may have begun or
    ended what a thief did in between; unless every act is surely the thief's.
    """
    sure = one.whose >= SURE_BITS
    return two_hands(one) or (one.at_home and bool(sure.any()) and not sure.all())


def attributed(one: Apart, word: str) -> list[tuple[str, int, str]]:
    """(digest, position, attribution) of each act of a session of two hands.

    Args:
        word: what the session's acts are where they are not the owner's.
    """
    return [
        (digest, position, word if bits >= SURE_BITS else _owners(float(bits)))
        for digest, position, bits in zip(one.digest, one.position, one.whose, strict=True)
    ]


def _owners(bits: float) -> str:
    return "legitimate" if bits <= -SURE_BITS else "undecided"
