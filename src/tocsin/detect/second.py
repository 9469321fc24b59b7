"""The second look: what one sure theft, and a token used by two, say of the other sessions.

The first look weighs each session alone. Once some are sure, whatever they have in common that
is rare (a network, a client, a token, a form of query) is looked for everywhere else. Kinship
makes no chain: who is sure only by his kin raises nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from tocsin.detect.context import SHARED
from tocsin.detect.kinship import SURE
from tocsin.detect.matrix import Codes, Flags, Matrix, Reals, codes_of, sums
from tocsin.detect.pipeline import Proposal
from tocsin.detect.verdict import PRIOR, probability, rule, speaking

TWIN_THIEF = 0.10
"""Chance that a thief's session runs under a token that its owner uses too: declared."""

TWIN_MOST = 8.0
"""Most bits of a token used by two at once."""

TWIN_PULL = 200.0
"""Sessions of history that weigh as much as the prior that this never happens."""

THIEF_KEEPS = {"client": 0.5, "form": 0.6, "token": 0.9}
"""Chance that two sessions of one thief share the trait: declared."""

TOKEN_BITS = 8.0
"""Bits of a token that a sure thief used, from a network that is not the owner's."""

MOST, EACH_MOST, REST = 8.0, 7.0, 0.5
"""Most bits of all traits and of one; and the share of the second that counts: they go
together."""

OWN_HABIT = 0.5
"""Trusted sessions of the account with a trait that make it the owner's own."""

OWNERS_OWN = -6.0
"""Bits of the session without kinship below which it is the owner's, whatever it shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Traits held by sessions: one entry a session and trait; `names` by trait code."""

    s: Codes
    trait: Codes
    kinds: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What the second look adds, in bits by session, and what it was seen by."""

    twin: Reals
    kin: Reals
    trait: Codes  # the heaviest shared trait; -1 for none
    held: Held


def held(m: Matrix, asked: pa.Table, twins: pa.Table) -> Held:
    """The clients, forms of query and tokens of the sessions."""
    forms = asked["form"].combine_chunks().dictionary_encode() if asked.num_rows else None
    form_names = tuple(forms.dictionary.to_pylist()) if forms is not None else ()
    form = forms.indices.to_numpy() if forms is not None else np.zeros(0, np.int64)
    token_s, token = _tokens(m.size, twins)
    many = int(token.max(initial=-1)) + 1
    clients = len(m.device_names)
    return Held(
        s=np.concatenate([m.device_s, asked["s"].to_numpy() - 1, token_s]).astype(np.int64),
        trait=np.concatenate(
            [m.device, form + clients, token + clients + len(form_names)]
        ).astype(np.int64),
        kinds=("client",) * clients + ("form",) * len(form_names) + ("token",) * many,
        names=(*m.device_names, *form_names, *("" for _ in range(many))),
    )


def _tokens(size: int, twins: pa.Table) -> tuple[Codes, Codes]:
    """Sessions under a token that several places used: (session, token)."""
    first = np.arange(size)
    a, b = twins["s"].to_numpy() - 1, twins["other"].to_numpy() - 1
    np.minimum.at(first, a, b)
    shared = np.unique(a)
    return shared, np.unique(first[shared], return_inverse=True)[1].astype(np.int64)


def twin_bits(m: Matrix, found: Proposal, twins: pa.Table) -> Reals:
    """Bits of a token used by two at once, for the one of the two less like the owner."""
    bits = np.zeros(m.size)
    a, b = twins["s"].to_numpy() - 1, twins["other"].to_numpy() - 1
    both = twins["overlap_us"].to_numpy() > 0
    a, b = a[both], b[both]
    if not len(a):
        return bits
    seen = np.zeros(m.size)
    seen[a] = 1.0
    trust = found.evidence.trust * m.acting
    others = (trust * seen).sum() - sums(m.acc, trust * seen)[m.acc]
    rest = trust.sum() - sums(m.acc, trust)[m.acc]
    rate = (others + 0.05) / (rest + TWIN_PULL)
    weight = np.clip(np.log2(TWIN_THIEF / rate), 0.0, TWIN_MOST)
    alien = found.bits[a] > found.bits[b]
    bits[a[alien]] = weight[a[alien]]
    return bits


def kin_bits(
    m: Matrix, found: Proposal, traits: Held, sure: Flags
) -> tuple[Reals, Codes]:
    """Bits of the rare traits shared with a sure session, and the heaviest of them."""
    if not sure.any() or not len(traits.s):
        return np.zeros(m.size), np.full(m.size, -1)
    s, t = traits.s, traits.trait
    count = len(traits.kinds)
    known = np.bincount(t, weights=sure[s].astype(float), minlength=count)[t] - sure[s]
    trust = found.evidence.trust[s]
    users = np.bincount(t, weights=trust * ~sure[s], minlength=count)
    kind = np.array([KINDS.index(name) for name in traits.kinds], np.int64)
    everybody = np.bincount(kind[t], weights=trust * ~sure[s], minlength=len(KINDS))
    rate = (users + 1.0) / (everybody[kind] + 2.0)
    keeps = np.array([THIEF_KEEPS[name] for name in KINDS])
    bits = np.clip(np.log2(keeps[kind] / rate), 0.0, EACH_MOST)
    bits = np.where(kind == KINDS.index("token"), TOKEN_BITS, bits)[t]
    pair = codes_of(m.acc[s], t)
    habit = found.evidence.habit[s] * ~sure[s]
    own = sums(pair, habit)[pair] - habit >= OWN_HABIT
    strange = found.evidence.net.level[s] >= SHARED
    token = kind[t] == KINDS.index("token")
    fine = (known > 0) & ~own & (strange | ~token)
    return _gathered(m.size, s, t, np.where(fine, bits, 0.0))


KINDS = ("client", "form", "token")


def _gathered(size: int, s: Codes, t: Codes, bits: Reals) -> tuple[Reals, Codes]:
    """By session: its heaviest trait and half of the next ones, bounded."""
    total, best, which = np.zeros(size), np.zeros(size), np.full(size, -1)
    np.add.at(total, s, bits)
    order = np.argsort(bits, kind="stable")
    best[s[order]] = bits[order]
    which[s[order]] = np.where(bits[order] > 0, t[order], -1)
    return np.minimum(best + REST * (total - best), MOST), which.astype(np.int64)


def look(
    m: Matrix,
    found: Proposal,
    tables: tuple[pa.Table, pa.Table],
    hard: tuple[Flags, Flags],
    *,
    fdr: float,
) -> tuple[Proposal, Second]:
    """The proposal with what the second look adds.

    Args:
        tables: the relations `detect_asked` and `detect_twins`.
        hard: sessions condemned, and sessions vouched for, by people.
        fdr: false discoveries accepted among the sessions called usurped.
    """
    asked, twins = tables
    condemned, vouched = hard
    traits = held(m, asked, twins)
    twin = np.where(vouched | condemned, 0.0, twin_bits(m, found, twins))
    sure = ((probability(found.bits + twin, PRIOR) >= SURE) & ~vouched) | condemned
    kin, trait = kin_bits(m, found, traits, np.asarray(sure))
    without = found.bits + twin
    kin = np.where(vouched | condemned | (without < OWNERS_OWN), 0.0, kin)
    had = found.families["kinship"]
    kin = np.clip(np.maximum(had, 0.0) + kin, None, 10.0) - np.maximum(had, 0.0)
    families = {
        **found.families,
        "context": found.families["context"] + twin,
        "kinship": had + kin,
    }
    bits = found.bits + twin + kin
    spoken = np.where(condemned, 2, speaking(families))
    more = replace(
        found,
        bits=bits,
        families=families,
        ruling=rule(bits, spoken, fdr=fdr, prior=PRIOR),
        spoken=spoken,
    )
    return more, Second(twin=twin, kin=kin, trait=trait, held=traits)


def names_of(second: Second, i: int) -> Sequence[str]:
    """The kind and name of the heaviest trait of a session; none where there is none."""
    t = int(second.trait[i])
    return (second.held.kinds[t], second.held.names[t]) if t >= 0 else ()
