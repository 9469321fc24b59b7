"""Accounts that change hands: the first active day of somebody else on the account.

After the protocol of CLUE-LDS (Landauer et al., 2022): pairs of accounts are switched at an
instant, and what is judged is a day of an account. A day's score is the mean of its sessions'.
The pairs are of one team: strangers would be found by the team alone.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tocsin.bench.measures import Codes, Flags, Reals, auc, found
from tocsin.core.zones import DAY_US
from tocsin.detect.matrix import Matrix

PAIRS, SEEDS = 60, (11, 12, 13)
"""Pairs switched, for each of three draws."""

SWITCHED = 4
"""The kind of a session of the other account; after those of `switching.KINDS`."""

RATES = (0.01, 0.05, 0.10)
"""False-alarm rates at which the share found is told."""


def drawn(
    m: Matrix, people: Codes, past: int, behind: Codes
) -> list[tuple[int, int, int, int]]:
    """Trials (content, clock, in the place of, kind): the first days after the switches.

    Args:
        people: sessions of accounts that are no bots, in order of time.
        past: sessions that an account must have behind it at the switch.
        behind: how many each session's account has.
    """
    half = np.median(m.start_us[people[behind[people] >= past]])
    later = people[m.start_us[people] >= half]
    accounts, first = np.unique(m.acc[later], return_index=True)
    known = behind[later[first]] >= past
    accounts, first = accounts[known], later[first[known]]
    day = m.start_us // DAY_US
    rows: list[tuple[int, int, int, int]] = []
    for seed in SEEDS:
        for a, b in _pairs(m.house[first], seed):
            for victim, other in ((a, b), (b, a)):
                begun = int(first[other])
                same = (m.acc[later] == accounts[other]) & (day[later] == day[begun])
                rows += [(int(s), int(s), int(first[victim]), SWITCHED) for s in later[same]]
    return rows


def _pairs(team: Codes, seed: int) -> list[tuple[int, int]]:
    """Pairs of accounts of one team, at most sixty, each account once."""
    order = np.random.default_rng(seed).permutation(len(team))
    order = order[np.argsort(team[order], kind="stable")]
    rank = np.arange(len(order)) - np.searchsorted(team[order], team[order], side="left")
    at = np.flatnonzero((rank[:-1] % 2 == 0) & (team[order[:-1]] == team[order[1:]]))
    chosen = np.random.default_rng(seed).permutation(at)[:PAIRS]
    return [(int(order[i]), int(order[i + 1])) for i in chosen]


def measured(
    m: Matrix, sets: tuple[Flags, Flags], score: Reals, session: Codes, on: Codes
) -> Mapping[str, Any]:
    """How many of the first days are found, at what share of calm days.

    Args:
        sets: trials that are real sessions of the test, and switched sessions.
        score: of every trial.
        session: whose content each trial has.
        on: the session in whose place each trial stands.
    """
    real, switched = sets
    calm = _means(score[real], _codes(m.acc[on[real]], m.start_us[on[real]] // DAY_US))
    pair = on[switched] * (int(m.acc.max()) + 1) + m.acc[session[switched]]
    theirs = _means(score[switched], _codes(pair, m.start_us[session[switched]] // DAY_US))
    row: dict[str, Any] = {"days": len(calm), "first_days": len(theirs)}
    row["auc"] = round(auc(theirs, calm), 4)
    for rate in RATES:
        row[f"tpr_{rate:.0%}"] = round(found(theirs, calm, rate), 4)
    return row


def _codes(whose: Codes, day: Codes) -> Codes:
    return np.asarray(np.unique(np.stack([whose, day]), axis=1, return_inverse=True)[1])


def _means(score: Reals, code: Codes) -> Reals:
    return np.asarray(np.bincount(code, weights=score) / np.bincount(code), dtype=np.float64)
