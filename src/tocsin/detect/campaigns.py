"""Campaigns: sessions that one actor is thought to have made, across accounts and services.

Suspicions are joined by what they share and honest sessions seldom have: a network, a client, a
form of query, a live token, or the account itself. The links are kept beside the campaign, so
that anybody can see why it holds together.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.detect.matrix import Codes, Matrix
from tocsin.detect.pipeline import Proposal
from tocsin.detect.second import Second, rarity_of
from tocsin.detect.verdict import LEGITIMATE, USURPED

LIKELY = 0.5
"""An undecided session joins a campaign from this probability."""

LINK_RARE = 4.0
"""Bits of rarity from which a trait ties two sessions together."""

THIEF_SHARES = 0.5
"""Chance that two sessions of one thief come from one network: declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A trait that sessions of a campaign share: what it is, its value, how rare, in bits.

    Args:
        trait: account, network, client, form (of query) or token.
        value: as the trail shows it; '' for a token, which is a secret.
        sessions: the ids of those that share it.
        bits: how much likelier a thief is to share it than honest sessions are to show it.
    """

    trait: str
    value: str
    sessions: tuple[str, ...]
    bits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Sessions (their ids) that share rare traits."""

    id: str
    sessions: tuple[str, ...]
    accounts: tuple[str, ...]
    networks: tuple[str, ...]
    clients: tuple[str, ...]
    links: tuple[Link, ...]


Shared = tuple[str, str, float, tuple[int, ...]]
"""A trait, its value, its bits, and the sessions (numbers) that show it."""


def campaigns(
    m: Matrix,
    looks: tuple[Proposal, Second],
    verdict: Codes,
    ids: Sequence[str],
    networks: Sequence[str],
) -> tuple[Campaign, ...]:
    """Join the suspicious sessions by the rare traits that they share.

    Args:
        looks: the proposal, and what the second look read.
        verdict: of each session, reviews applied.
        ids: of each session.
        networks: the prefix of each network number.
    """
    found, second = looks
    ruled = np.asarray(verdict)
    joins = (ruled == USURPED) | ((ruled != LEGITIMATE) & (found.ruling.probability >= LIKELY))
    members = [int(i) for i in np.flatnonzero(joins)]
    shared = [
        *_accounts(m, members),
        *_networks(m, found, members, networks),
        *_traits(found, second, members),
    ]
    links = [one for one in shared if len(one[3]) > 1]
    return tuple(
        _campaign(m, group, [one for one in links if one[3][0] in set(group)], ids, networks)
        for group in _joined(members, [one[3] for one in links])
    )


def _grouped(pairs: Iterable[tuple[int, int]]) -> Mapping[int, tuple[int, ...]]:
    held: dict[int, list[int]] = defaultdict(list)
    for key, session in pairs:
        held[key].append(session)
    return {key: tuple(sorted(set(sessions))) for key, sessions in held.items()}


def _accounts(m: Matrix, members: Sequence[int]) -> list[Shared]:
    by = _grouped((int(m.acc[i]), i) for i in members)
    return [("account", m.account[acc], 0.0, sessions) for acc, sessions in by.items()]


def _networks(
    m: Matrix, found: Proposal, members: Sequence[int], networks: Sequence[str]
) -> list[Shared]:
    """Networks that few trusted sessions use."""
    honest = found.evidence.trust.copy()
    honest[list(members)] = 0.0
    rate = (np.bincount(m.net, weights=honest) + 1.0) / (honest.sum() + 2.0)
    bits = np.log2(THIEF_SHARES / rate)
    by = _grouped((int(m.net[i]), i) for i in members if m.net[i] > 0)
    return [
        ("network", networks[net], float(bits[net]), sessions)
        for net, sessions in by.items()
        if bits[net] >= LINK_RARE
    ]


def _traits(found: Proposal, second: Second, members: Sequence[int]) -> list[Shared]:
    """Clients, forms of query and tokens that few trusted sessions show."""
    held, own = second.held, np.zeros(len(found.bits), dtype=np.bool_)
    own[list(members)] = True
    bits = rarity_of(found, held, own)
    here = own[held.s]
    by = _grouped(zip(held.trait[here].tolist(), held.s[here].tolist(), strict=True))
    return [
        (held.kinds[t], held.names[t].strip(), float(bits[t]), sessions)
        for t, sessions in by.items()
        if bits[t] >= LINK_RARE
    ]


def _joined(members: Sequence[int], shared: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The members in groups: whoever shares a trait, at any remove, is in one group."""
    head = {i: i for i in members}

    def top(i: int) -> int:
        while head[i] != i:
            head[i] = head[head[i]]
            i = head[i]
        return i

    for sessions in shared:
        for other in sessions[1:]:
            a, b = top(sessions[0]), top(other)
            head[max(a, b)] = min(a, b)
    return list(_grouped((top(i), i) for i in members).values())


def _campaign(
    m: Matrix,
    group: Sequence[int],
    links: Iterable[Shared],
    ids: Sequence[str],
    networks: Sequence[str],
) -> Campaign:
    held = set(group)
    here = {int(d) for s, d in zip(m.device_s, m.device, strict=True) if int(s) in held}
    sessions = tuple(sorted(ids[i] for i in group))
    told = [
        Link(trait=trait, value=value, sessions=tuple(ids[i] for i in shown), bits=bits)
        for trait, value, bits, shown in links
    ]
    return Campaign(
        id=hashlib.sha256(sessions[0].encode()).hexdigest()[:12],
        sessions=sessions,
        accounts=tuple(sorted({m.account[int(m.acc[i])] for i in group})),
        networks=tuple(sorted({networks[int(m.net[i])] for i in group} - {""})),
        clients=tuple(sorted(m.device_names[d] for d in here)),
        links=tuple(sorted(told, key=lambda link: (-len(link.sessions), link.trait))),
    )
