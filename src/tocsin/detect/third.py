"""The third look: what the account's sessions say together, and what stands inside a session.

It follows the second: a thief who comes back often and says little each time (`robbed.py`), and
a run of another's acts amid the owner's own (`inside.py`).
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tocsin.detect import inside
from tocsin.detect.context import HOUSE
from tocsin.detect.inside import CONTESTED, DOUBTFUL, LEAST_ACTS, OWN_PLACE, Apart
from tocsin.detect.matrix import Codes, Flags, Matrix, Reals, sums
from tocsin.detect.pipeline import Proposal
from tocsin.detect.robbed import Robbed, robbed
from tocsin.detect.second import ALL_MOST, TWIN_MOST, TWIN_PULL, TWIN_THIEF, Second
from tocsin.detect.verdict import LEGITIMATE, PRIOR, UNDECIDED, probability, rule, speaking

WORK = ("care", "shape", "history")
"""Families that speak of the same acts as a run of them."""

AS_LIKELY_AS_NOT = 0.5
"""Chance that an account is robbed from which what is odd there is contested."""


def together(
    m: Matrix, found: Proposal, second: Second, hard: tuple[Flags, Flags], *, fdr: float
) -> tuple[Proposal, Second, Robbed]:
    """The proposal with what the other sessions of each account say.

    Args:
        hard: sessions condemned, and sessions vouched for, by people.
        fdr: false discoveries accepted among the sessions called usurped.
    """
    condemned, vouched = hard
    decided = condemned | vouched
    others = second.kin + second.returns + second.said
    given = np.where(decided, 0.0, found.bits - others - found.kin.thief)
    given = np.where(condemned, np.inf, np.where(vouched, -np.inf, given))
    said = robbed(m, given)
    # He who comes back harvests again: from the owner's own place nothing else is his mark.
    home = (m.net > 0) & (found.evidence.net.level <= HOUSE)
    said = replace(said, bits=np.maximum(said.bits + np.log2(second.unlike), 0.0))
    bits = np.where(home, np.clip(found.evidence.total, 0.0, said.bits), said.bits)
    room = np.clip(ALL_MOST - found.families["kinship"], 0.0, None)
    more = np.where(decided, 0.0, np.clip(bits - second.returns, 0.0, room))
    raised = _raised(found, "kinship", more, condemned, fdr)
    return raised, replace(second, returns=second.returns + more), said


def two_hands(
    m: Matrix,
    found: Proposal,
    second: Second,
    apart: Mapping[int, Apart],
    hard: tuple[Flags, Flags],
    *,
    fdr: float,
) -> tuple[Proposal, Second]:
    """The proposal with the sessions where a thief's acts stand amid the owner's.

    They are weighed as a token of two is, against how often honest sessions look so here; but
    never by more than the run of acts itself says, less what its choice among all is worth.
    Acts are told apart by care, first of all: they are of its family.
    An account that often looks so, an interface that serves many, is of two hands by habit.
    Nothing where the estate relates no person to any account: the acts of a large piece of
    honest work then differ as another's would.

    Where the owner is there too, his place says nothing for either; and what the run says, the
    session's care, shape and history have said already: only the more of the two counts.
    """
    if not m.related.any():
        return found, second
    condemned, vouched = hard
    ran = np.zeros(m.size)
    for i, one in apart.items():
        if inside.mixed(one):
            ran[i] = inside.run_of(one)
    seen = (ran > 0) * 1.0
    trust = found.evidence.trust * (m.data >= LEAST_ACTS)
    own, all_own = sums(m.acc, trust * seen)[m.acc], sums(m.acc, trust)[m.acc]
    rate = ((trust * seen).sum() - own + 0.05) / (trust.sum() - all_own + TWIN_PULL)
    weight = np.clip(np.log2(TWIN_THIEF / rate), 0.0, TWIN_MOST)
    usual = own - trust * seen >= TWIN_THIEF * np.maximum(all_own - trust, 1.0)
    place = -np.minimum(found.families["context"], 0.0)
    work = sum(np.maximum(found.families[name], 0.0) for name in WORK)
    bits = np.clip(np.minimum(weight, ran) + place - work, 0.0, None)
    bits = np.where(condemned | vouched | usual | (ran == 0), 0.0, bits)
    freed = np.minimum(bits, place)
    raised = _raised(found, "context", freed, condemned, fdr)
    raised = _raised(raised, "care", bits - freed, condemned, fdr)
    return raised, replace(second, hands=bits)


def _raised(
    found: Proposal, family: str, bits: Reals, condemned: Flags, fdr: float
) -> Proposal:
    """The proposal with more bits of a family."""
    if not bits.any():
        return found
    families = {**found.families, family: found.families[family] + bits}
    total = found.bits + bits
    spoken = np.where(condemned, 2, speaking(families))
    ruling = rule(total, spoken, fdr=fdr, prior=PRIOR)
    return replace(found, bits=total, families=families, spoken=spoken, ruling=ruling)


def contested(
    found: Proposal,
    apart: Mapping[int, Apart],
    looked: tuple[Second, Robbed],
    vouched: Flags,
) -> Codes:
    """The verdicts, where what remains in doubt leaves a session undecided.

    It is in doubt after a long run of acts unlike the owner's, in a session that is not sure;
    where a run that is surely another's stands amid the owner's acts; and where the account is
    more likely robbed than not, and the session would be doubtful from anywhere but his place.
    """
    second, said = looked
    ruled = np.array(found.ruling.verdict)
    place, p = found.evidence.net.usual_day, found.ruling.probability
    doubt = np.zeros(len(ruled), dtype=np.bool_)
    for i, one in apart.items():
        if one.peak >= CONTESTED:
            doubt[i] = place[i] > OWN_PLACE and p[i] >= DOUBTFUL
        if second.hands is not None and inside.mixed(one):
            doubt[i] |= second.hands[i] > 0 or one.peak >= CONTESTED
    full = probability(found.bits + np.maximum(said.bits - second.returns, 0.0), PRIOR)
    doubt |= (said.chance >= AS_LIKELY_AS_NOT) & (full >= DOUBTFUL)
    ruled[doubt & ~vouched & (ruled == LEGITIMATE)] = UNDECIDED
    return np.asarray(ruled, dtype=np.int64)
