"""Swaps: other accounts' sessions, to be weighed on an account's past, drawn without chance.

A swap needs no label of any attack: the trail gives real sessions of real professionals, and
one of them on somebody else's account is what a usurped session looks like. Draws follow a hash
of the session's number, so the same trail gives the same swaps.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.detect.matrix import Codes, Flags, Matrix

PAST = 20
"""Sessions that an account must have behind it before one of its own is weighed."""

MOST = 12_000
"""Sessions of owners from which swaps are drawn, at most."""

TOKENS, BESIDES = 4_000_000, 10
"""What the weighed sessions may show in all, the latest first: their persons, and so much
besides. Beyond, cost and memory grow no more."""

NEAR, NEAR_COLLEAGUES = 400, 25
"""How far along the trail a stranger's, a colleague's session is taken."""

STRANGER, COLLEAGUE, MIMIC = 0, 1, 2
"""Kinds: anybody's; one of the same organisation's; the same in the owner's hours and place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """Trials in order: every acting session first, then swaps. Sessions are counted from 0."""

    session: Codes  # whose content
    clock: Codes  # whose hour, network and client
    on: Codes  # the session of the account in whose place it stands
    kind: Codes  # -1 = a real session
    past: Codes  # sessions that the account has behind it

    @property
    def real(self) -> Flags:
        """Trials that are real sessions."""
        return np.asarray(self.kind < 0)

    def relation(self, m: Matrix) -> pa.Table:
        """The relation `detect_trials`."""
        return pa.table(
            {
                "k": pa.array(np.arange(len(self.session)), pa.int64()),
                "s": pa.array(self.session + 1, pa.int64()),
                "clock": pa.array(self.clock + 1, pa.int64()),
                "acc": pa.array(m.acc[self.on] + 1, pa.int64()),
                "peers": pa.array(peers_of(m)[self.on], pa.int64()),
                "us": pa.array(m.start_us[self.on], pa.int64()),
                "counts": pa.array(self.real.astype(np.float64)),
            }
        )


def peers_of(m: Matrix) -> Codes:
    """Whose colleagues an account's are: of its organisation, else its circle, else its role.

    One organisation of everybody's tells less than a circle.
    """
    told = m.house[m.house > 0]
    apart = len(told) > 0 and told.min() < told.max()
    after = m.house.max(initial=0) + 1
    circle = after + m.role.max(initial=0) + 1 + m.circle
    by_role = np.where(m.house > 0, m.house, after + m.role)
    known = (m.circle > 0) & ((m.house == 0) | (not apart))
    return np.where(known, circle, by_role)


def draw(m: Matrix, *, past: int = PAST, most: int = MOST, tokens: int = TOKENS) -> Trials:
    """The trials of a case.

    Args:
        past: sessions an account must have behind it for a swap to stand in the next.
        most: owners' sessions from which swaps are drawn, at most.
        tokens: what the weighed sessions may show in all; the latest are weighed.
    """
    acting = np.flatnonzero(m.acting)
    order = acting[np.lexsort((acting, m.start_us[acting]))]
    shown = np.cumsum((m.care.sum(axis=1)[order] + BESIDES)[::-1])
    order = order[len(order) - int(np.searchsorted(shown, tokens, side="right")) :]
    earlier = behind(m.acc[order])
    ripe = np.flatnonzero(earlier >= past)
    chosen = ripe
    if len(ripe) > most:
        chosen = np.sort(ripe[np.argsort(_mixed(ripe, 1), kind="stable")[:most]])
    found = [_strangers(m.acc[order], chosen)]
    same = peers_of(m)[order]
    colleague = _colleagues(m.acc[order], same, chosen, 3)
    mimic = _colleagues(m.acc[order], same, chosen, 5)
    found += [colleague, mimic]
    session, clock, on, kind, age = (
        [order],
        [order],
        [order],
        [np.full(len(order), -1)],
        [earlier],
    )
    for number, donor in enumerate(found):
        has = donor >= 0
        place, given = chosen[has], donor[has]
        session.append(order[given])
        clock.append(order[place if number == MIMIC else given])
        on.append(order[place])
        kind.append(np.full(len(place), number))
        age.append(earlier[place])
    return Trials(
        session=np.concatenate(session),
        clock=np.concatenate(clock),
        on=np.concatenate(on),
        kind=np.concatenate(kind),
        past=np.concatenate(age),
    )


def behind(acc: Codes) -> Codes:
    """How many earlier entries have the same code."""
    order = np.argsort(acc, kind="stable")
    held = acc[order]
    earlier = np.empty(len(acc), dtype=np.int64)
    earlier[order] = np.arange(len(acc)) - np.searchsorted(held, held, side="left")
    return earlier


def _mixed(values: Codes, salt: int) -> Codes:
    """A hash of whole numbers to 0 … 2**62 (Steele, Lea and Flood, SplitMix64, 2014)."""
    salted = salt * 0x9E3779B97F4A7C15 % 2**64
    with np.errstate(over="ignore"):
        x = values.astype(np.uint64) + np.uint64(salted)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((x ^ (x >> np.uint64(31))) >> np.uint64(2)).astype(np.int64)


def _strangers(acc: Codes, chosen: Codes) -> Codes:
    """For each chosen session, a later one nearby of another account; -1 where none is."""
    donor = np.full(len(chosen), -1)
    for attempt in range(4):
        missing = donor < 0
        step = 1 + _mixed(chosen, 11 + attempt) % NEAR
        at = chosen + np.minimum(step, np.maximum(len(acc) - 1 - chosen, 0))
        good = missing & (at > chosen) & (acc[at] != acc[chosen])
        donor[good] = at[good]
    return donor


def _colleagues(acc: Codes, same: Codes, chosen: Codes, salt: int) -> Codes:
    """The same among the next few sessions of the same group."""
    grouped = np.argsort(same, kind="stable")
    rank = np.empty(len(acc), dtype=np.int64)
    rank[grouped] = np.arange(len(acc))
    donor = np.full(len(chosen), -1)
    for attempt in range(4):
        step = 1 + _mixed(chosen, salt * 101 + attempt) % NEAR_COLLEAGUES
        at = np.minimum(rank[chosen] + step, len(acc) - 1)
        found = grouped[at]
        good = (donor < 0) & (same[found] == same[chosen]) & (acc[found] != acc[chosen])
        donor[good] = found[good]
    return donor
