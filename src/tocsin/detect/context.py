"""Context: how likely the network, the client and the hour are for this account.

Each level has three chances: for the owner on a usual day (from the operator's own history),
for the owner on an unusual day, for a thief. The last two are the house's declared assumptions,
written here and nowhere else.
"""

from dataclasses import dataclass, replace

import numpy as np

from tocsin.detect.calibration import shares, shares_of_own
from tocsin.detect.matrix import Codes, Flags, Matrix, Reals, codes_of, once, sums
from tocsin.detect.profile import account_days, network_days, other_days, persistence

USUAL, HOUSE, SHARED, STRANGE = 0, 1, 2, 3
"""Levels of a network for an account: its own, its organisation's, many people's, nobody's."""

NET_THIEF = np.array([0.05, 0.05, 0.15, 0.75])
NET_UNUSUAL_DAY = np.array([0.60, 0.20, 0.10, 0.10])

GUEST_THIEF, GUEST_UNUSUAL_DAY = 0.03, 0.10
"""The same of another house's place: a replacement brings an owner there, few thieves go."""

PLACE_OF = 1.6
"""Accounts of one house whose usual network makes it that house's place."""

CLIENT_THIEF = np.array([0.55, 0.0, 0.25, 0.20])
CLIENT_UNUSUAL_DAY = np.array([0.75, 0.0, 0.15, 0.10])

FLOOR = 0.004
"""No level is taken to be rarer than this for an owner."""

PULL = 4.0
"""Sessions of the account that weigh as much as its role on how often it moves."""

WITH_COLLEAGUES = -3.0
"""Bits of the house's own network, on an account that has no past to compare."""

HABIT = 0.5
"""Trusted days that make a network or client usual."""

LONELY = 0.15
"""Weight, in what is usual, of a network nobody else uses beside one that others do use."""

HOUR_CAP = 2.5
"""An hour says little: most bits that it may weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The level of each session, and its evidence on a usual and on an unusual day, in bits."""

    level: Codes
    usual_day: Reals
    unusual_day: Reals


def networks(m: Matrix, habit: Reals, trust: Reals, day_weight: Reals) -> Levels:
    """The network of each session.

    Args:
        habit: weight of each session in what is usual (persistence x trust x day weight).
        trust: of each session, by the signals other than context.
        day_weight: one over the sessions of the same account, network and day.
    """
    own = other_days(m.group, network_days(m), habit) >= HABIT
    house, shared = _neighbours(m, trust * day_weight)
    level = np.where(own, USUAL, np.where(house, HOUSE, np.where(shared, SHARED, STRANGE)))
    level = level.astype(np.int8)
    days = trust * day_weight
    found = _evidence(level, NET_THIEF, NET_UNUSUAL_DAY, days, m, _anybodys(m, days))
    if m.related.any():
        guest = np.asarray((level >= SHARED) & _of_another_house(m, days))
        found = _as_guest(m, found, guest, days) if guest.any() else found
    past = other_days(m.acc, account_days(m), habit) >= HABIT
    new = _without_past(m, habit, level)
    found = Levels(
        level=level,
        usual_day=np.where(past, found.usual_day, new),
        unusual_day=np.where(past, found.unusual_day, 0.5 * new),
    )
    return _silenced(found, m.net == 0)


@once
def _pairs(m: Matrix) -> Codes:
    """The first session of each account on each network, in the order of their codes."""
    return np.unique(m.group, return_index=True)[1].astype(np.int32)


def _of_another_house(m: Matrix, weights: Reals) -> Flags:
    """Networks that are mostly the usual place of one house, and not the account's own."""
    group = m.group
    presence = np.minimum(sums(group, weights), 1.0)
    usual = np.minimum(sums(group, weights * persistence(m)), 1.0)
    first = _pairs(m)
    net, house = m.net[first], m.house[first]
    cell = codes_of(net, house)
    _, one = np.unique(cell, return_index=True)
    theirs = np.where(house[one] > 0, sums(cell, usual), 0.0)
    size = int(m.net.max(initial=0)) + 1
    most = np.zeros(size)
    np.maximum.at(most, net[one], theirs)
    mine = (theirs[cell] >= most[net]) & (house > 0)
    place = (most >= PLACE_OF) & (most >= 0.5 * sums(net, presence, size))
    return np.asarray(place[m.net] & ~mine[group] & (m.net > 0))


def _as_guest(m: Matrix, found: Levels, guest: Flags, weights: Reals) -> Levels:
    """The evidence, where a session is from another house's place: thieves are seldom there."""
    owner = np.maximum(shares(weights, guest.astype(np.float64), m, PULL), FLOOR)
    usual, unusual = np.log2(GUEST_THIEF / owner), np.log2(GUEST_THIEF / GUEST_UNUSUAL_DAY)
    return replace(
        found,
        usual_day=np.where(guest, np.minimum(found.usual_day, usual), found.usual_day),
        unusual_day=np.where(guest, np.minimum(found.unusual_day, unusual), found.unusual_day),
    )


def _neighbours(m: Matrix, weights: Reals) -> tuple[Flags, Flags]:
    """Who else uses the network: colleagues as their usual one; two or more of anybody."""
    group = m.group
    presence = np.minimum(sums(group, weights), 1.0)
    usual = np.minimum(sums(group, weights * persistence(m)), 1.0)
    first = _pairs(m)
    net, house = m.net[first], m.house[first]
    everybody = sums(net, presence)
    cell = codes_of(net, house)
    of_house = sums(cell, usual)
    others_house = (of_house[cell] - usual)[group]
    others = (everybody[net] - presence)[group]
    return np.asarray((others_house >= 0.8) & (m.house > 0)), np.asarray(others >= 1.6)


def _anybodys(m: Matrix, weights: Reals) -> Reals:
    """Share of the other houses' accounts that use the session's network.

    An exit that people of other houses have, a mobile carrier's or a proxy that hides them
    all, is as open to a thief: that the owner is there as usual then says so much less.
    """
    house = np.where(m.house > 0, m.house, m.house.max(initial=0) + 1 + m.acc)
    group = m.group
    presence = np.minimum(sums(group, weights), 1.0)
    first = _pairs(m)
    cell = codes_of(m.net, house)
    others = sums(m.net[first], presence)[m.net] - sums(cell[first], presence)[cell]
    _, one = np.unique(m.acc, return_index=True)
    colleagues = np.bincount(house[one], minlength=int(house.max(initial=0)) + 1)
    share = others / np.maximum(len(one) - colleagues[house], 1)
    return np.asarray(np.minimum(share, 1.0))


def company_of(m: Matrix, weights: Reals) -> Reals:
    """How far a session's network may describe its account, by who else uses it.

    Where the account also works from a network of its house or of many others, one that nobody
    else uses must last longer to become usual: it may be a home, or a thief's.
    """
    known = _known_to_others(m, weights)
    has = sums(m.acc, (known & (m.net > 0)) * weights)[m.acc] >= 1.0
    return np.where(has & ~known & (m.net > 0), LONELY, 1.0)


def _without_past(m: Matrix, habit: Reals, level: Codes) -> Reals:
    """Bits of a network nobody else uses, on an account without a past: against its role."""
    lonely = (level == STRANGE) | ((level == USUAL) & ~_known_to_others(m, habit))
    rate = shares(habit, lonely.astype(np.float64), m, 50.0)
    bits = np.clip(0.5 * np.log2(NET_THIEF[STRANGE] / np.maximum(rate, FLOOR)), 0.0, 3.0)
    return np.where(level == STRANGE, bits, np.where(level == HOUSE, WITH_COLLEAGUES, 0.0))


def _known_to_others(m: Matrix, weights: Reals) -> Flags:
    house, shared = _neighbours(m, weights)
    return np.asarray(house | shared)


def _evidence(
    level: Codes,
    thief: Reals,
    unusual: Reals,
    weights: Reals,
    m: Matrix,
    least: Reals | float = 0.0,
) -> Levels:
    owner = np.maximum(shares_of_own(weights, level, m, PULL), FLOOR)
    # Of an exit that many share, the declared chance speaks already.
    most = np.where(level == USUAL, 1.0, np.where(level == HOUSE, thief[SHARED], 0.0))
    least = np.minimum(least, most)
    against = np.log2(np.maximum(np.maximum(thief, FLOOR)[level], least))
    return Levels(
        level=level,
        usual_day=against - np.log2(owner),
        unusual_day=against - np.log2(np.maximum(unusual, FLOOR))[level],
    )


def _silenced(found: Levels, mute: Flags) -> Levels:
    """No evidence where the field is missing: 0 bits, never "normal"."""
    return Levels(
        level=found.level,
        usual_day=np.where(mute, 0.0, found.usual_day),
        unusual_day=np.where(mute, 0.0, found.unusual_day),
    )


@once
def _tokens(m: Matrix) -> tuple[Codes, Codes]:
    """By entry of a session and client: a code for (account, client), and one for its day."""
    token = codes_of(m.acc[m.device_s], m.device)
    cell = codes_of(token, m.day[m.device_s])
    return token.astype(np.int32), cell.astype(np.int32)


def clients(m: Matrix, habit: Reals, trust: Reals, day_weight: Reals, away: Flags) -> Levels:
    """The most unusual client of each session, source by source.

    Args:
        away: sessions from a place that is not the owner's own: he has another machine there.
    """
    s, device = m.device_s, m.device
    token, cell = _tokens(m)
    own = other_days(token, cell, habit[s]) >= HABIT
    presence = np.minimum(sums(token, (trust * day_weight)[s]), 1.0)
    _, first = np.unique(token, return_index=True)
    common = (sums(device[first], presence)[device] - presence[token]) >= 1.6
    each = np.where(own, USUAL, np.where(common, SHARED, STRANGE))
    level = np.zeros(m.size, dtype=np.int8)
    np.maximum.at(level, s, each.astype(np.int8))
    told = np.zeros(m.size, dtype=np.bool_)
    told[s] = True
    days = trust * day_weight
    found, there = (
        _evidence(level, CLIENT_THIEF, CLIENT_UNUSUAL_DAY, weights, m)
        for weights in (days, days * away)
    )
    less = np.minimum(found.usual_day, there.usual_day)
    found = replace(found, usual_day=np.where(away, less, found.usual_day))
    past = other_days(m.acc, account_days(m), habit) >= HABIT
    return _silenced(found, ~told | (~past & (level != USUAL)))


def hours(m: Matrix, habit: Reals) -> Reals:
    """Bits of the local hour and kind of day, against a thief who keeps no hours."""
    owner = shares_of_own(habit, m.hour, m, PULL)
    thief = np.where(m.hour < 8, 5.0 / 56.0, 2.0 / 56.0)
    return np.clip(np.log2(thief / np.maximum(owner, FLOOR)), -1.5, HOUR_CAP)


@once
def _two_places(m: Matrix) -> Flags:
    """Sessions during which the account works from another network."""
    order = np.lexsort((m.start_us, m.acc))
    seen = np.zeros(m.size, dtype=np.bool_)
    for step in (1, 2, 3, 4):
        a, b = order[:-step], order[step:]
        both = (
            (m.acc[a] == m.acc[b])
            & (m.net[a] != m.net[b])
            & (m.net[a] > 0)
            & (m.net[b] > 0)
            & (m.start_us[b] < m.end_us[a])
        )
        seen[a[both]] = True
        seen[b[both]] = True
    return seen


def elsewhere(m: Matrix, level: Codes, trust: Reals) -> Reals:
    """Bits for acting from a strange network while the account works from another one."""
    seen = _two_places(m)
    rate = shares(trust, seen.astype(np.float64), m, 10.0)
    bits = np.clip(np.log2(0.25 / np.maximum(rate, FLOOR)), 0.0, 4.0)
    return np.where(seen & (level >= SHARED), bits, 0.0)


def failed_logins(m: Matrix, trust: Reals) -> Reals:
    """Bits for three or more refused logins before the session."""
    many = m.failed_logins >= 3
    rate = shares(trust, many.astype(np.float64), m, 20.0)
    return np.where(many, np.clip(np.log2(0.15 / np.maximum(rate, FLOOR)), 0.0, 3.0), 0.0)
