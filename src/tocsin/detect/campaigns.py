"""Campaigns: sessions that one actor is thought to have made, across accounts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.detect.matrix import Codes, Matrix
from tocsin.detect.pipeline import Proposal
from tocsin.detect.verdict import LEGITIMATE, USURPED

LIKELY = 0.5
"""An undecided session joins a campaign from this probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Sessions (their ids) that share rare traits."""

    id: str
    sessions: tuple[str, ...]
    accounts: tuple[str, ...]
    networks: tuple[str, ...]
    clients: tuple[str, ...]


def campaigns(
    m: Matrix,
    found: Proposal,
    verdict: Codes,
    ids: Sequence[str],
    networks: Sequence[str],
) -> tuple[Campaign, ...]:
    """Gather the suspicious sessions by network, and by account where the network is unknown.

    Args:
        verdict: of each session, reviews applied.
        ids: of each session.
        networks: the prefix of each network number.
    """
    ruled = np.asarray(verdict)
    joins = (ruled == USURPED) | (
        (verdict != LEGITIMATE) & (found.ruling.probability >= LIKELY)
    )
    gathered: dict[tuple[str, int], list[int]] = {}
    for i in np.flatnonzero(joins):
        key = ("net", int(m.net[i])) if m.net[i] > 0 else ("account", int(m.acc[i]))
        gathered.setdefault(key, []).append(int(i))
    made = []
    for _, members in sorted(gathered.items()):
        held = set(members)
        here = {int(d) for s, d in zip(m.device_s, m.device, strict=True) if int(s) in held}
        sessions = tuple(sorted(ids[i] for i in members))
        made.append(
            Campaign(
                id=hashlib.sha256(sessions[0].encode()).hexdigest()[:12],
                sessions=sessions,
                accounts=tuple(sorted({m.account[int(m.acc[i])] for i in members})),
                networks=tuple(sorted({networks[int(m.net[i])] for i in members} - {""})),
                clients=tuple(sorted(m.device_names[d] for d in here)),
            )
        )
    return tuple(made)
