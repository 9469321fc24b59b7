"""The second look: what one sure theft, and a token used by two, say of the other sessions.

The first look weighs each session alone. Once some are sure, whatever they have in common that
is rare (a network, a client, a token, a form of query) is looked for everywhere else. Kinship
makes no chain: who is sure only by his kin raises nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from tocsin.detect import returns
from tocsin.detect.context import HOUSE, SHARED
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

INDICATED, TOLD_MOST = 0.8, 8.0
"""Chance that the thief of an indicator shows it again, and the most bits that it weighs."""

ALL_MOST = 12.0
"""Most bits of all kinship together."""

MOST, EACH_MOST, REST = 8.0, 7.0, 0.5
"""Most bits of all traits and of one; and the share of the second that counts: they go
together."""

FORM_SHARE = 0.6
"""Share of a session's queries that makes a form its own; one query is enough, where it is the
only one: how rare the form is among honest sessions is what weighs."""

RARE = 2.5
"""A trait that weighs less than this is not rare: many honest people have it."""

SHARE_PULL = 5.0
"""Entries that weigh as much as the prior on how popular a trait is."""

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
    groups: tuple[str, ...]  # what a trait is compared with: clients of one source, forms
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the second look reads: common traits, `detect_twins`, and indicators.

    `sown` has, for each indicator that people brought, 1.0 for the sessions that show it;
    `said` the bits of the owner's answer that it was he.
    """

    traits: Held
    twins: pa.Table
    sown: tuple[Reals, ...] = ()
    said: Reals | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What the second look adds, in bits by session, and what it was seen by."""

    twin: Reals
    told: Reals  # by indicators
    said: Reals  # by the owner's answer
    returns: Reals  # by other sessions of the account, where it is robbed
    unlike: Reals  # the chance that the account's thief shows so little of himself
    kin: Reals
    trait: Codes  # the heaviest shared trait; -1 for none
    held: Held
    hands: Reals | None = None  # by acts of two hands inside the session


def held(tables: Mapping[str, pa.Table], twins: pa.Table, size: int) -> Held:
    """The clients (source by source), forms of query and tokens of the sessions.

    Args:
        tables: `detect_devices` with `detect_tools`, `detect_formed` with `detect_forms`.
        twins: the relation `detect_twins`.
        size: how many sessions there are.
    """
    device_s, tool = _columns(tables["detect_devices"], "s", "tool")
    form_s, form = _columns(_main_forms(tables["detect_formed"], size), "s", "form")
    client, clients = _coded(tool, tables["detect_tools"], "tool", "source", "family")
    form, forms = _coded(form, tables["detect_forms"], "form", "text")
    token_s, token = _tokens(size, twins)
    many = int(token.max(initial=-1)) + 1
    return Held(
        s=np.concatenate([device_s - 1, form_s - 1, token_s]).astype(np.int32),
        trait=np.concatenate(
            [client, form + len(clients), token + len(clients) + len(forms)]
        ).astype(np.int32),
        kinds=("client",) * len(clients) + ("form",) * len(forms) + ("token",) * many,
        groups=(
            *(source for source, _ in clients),
            *("form",) * len(forms),
            *("token",) * many,
        ),
        names=(*(name for _, name in clients), *(name for (name,) in forms), *("",) * many),
    )


def _clients(traits: Held) -> returns.Clients:
    """The clients of the sessions, by source."""
    source = np.unique(traits.groups, return_inverse=True)[1]
    is_client = np.array([kind == "client" for kind in traits.kinds], dtype=np.bool_)
    here = is_client[traits.trait] if len(is_client) else np.zeros(0, dtype=np.bool_)
    trait = traits.trait[here]
    return returns.Clients(s=traits.s[here], client=trait, source=source[trait])


def _main_forms(asked: pa.Table, size: int) -> pa.Table:
    """The form of most of a session's queries: whoever asks much shows every form once."""
    s, n = _columns(asked, "s", "asked")
    whole = np.bincount(s, weights=n, minlength=size + 1)[s]
    return asked.filter(pa.array(n >= FORM_SHARE * whole))


def _columns(listed: pa.Table, *names: str) -> tuple[Codes, ...]:
    return tuple(np.asarray(listed[name].to_numpy()) for name in names)


def _coded(
    numbers: Codes, listed: pa.Table, number: str, *words: str
) -> tuple[Codes, tuple[tuple[str, ...], ...]]:
    """The numbers that are there, counted from 0 in the order of their words; and the words.

    Args:
        listed: one row a number (column `number`), with its words.
    """
    seen, code = np.unique(numbers, return_inverse=True)
    rows = zip(*(listed[word].to_pylist() for word in words), strict=True)
    said = dict(zip(listed[number].to_pylist(), rows, strict=True))
    names = [tuple(str(word) for word in said[int(one)]) for one in seen]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int32)
    rank[order] = np.arange(len(names))
    return rank[code], tuple(names[place] for place in order)


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


def kin_bits(m: Matrix, found: Proposal, traits: Held, sure: Flags) -> tuple[Reals, Codes]:
    """Bits of the rare traits shared with a sure session, and the heaviest of them."""
    if not sure.any() or not len(traits.s):
        return np.zeros(m.size), np.full(m.size, -1)
    s, t = traits.s, traits.trait
    count = len(traits.kinds)
    known = np.bincount(t, weights=sure[s].astype(float), minlength=count)[t] - sure[s]
    strange = found.evidence.net.level[s] >= SHARED
    honest = found.evidence.trust[s] * ~sure[s]
    kind = np.array([KINDS.index(name) for name in traits.kinds], np.int64)
    rate = _popularity(traits, honest, 1.0 / _members(traits))
    away = _popularity(traits, honest * strange, rate)
    # Whoever is away from his usual place has another machine there too.
    rate = np.where(kind == KINDS.index("client"), np.maximum(rate, away), rate)
    keeps = np.array([THIEF_KEEPS[name] for name in KINDS])
    bits = np.clip(np.log2(keeps[kind] / rate), 0.0, EACH_MOST)
    bits = np.where(bits >= RARE, bits, 0.0)
    bits = np.where(kind == KINDS.index("token"), TOKEN_BITS, bits)[t]
    pair = codes_of(m.acc[s], t)
    habit = found.evidence.habit[s] * ~sure[s]
    own = sums(pair, habit)[pair] - habit >= OWN_HABIT
    token = kind[t] == KINDS.index("token")
    fine = (known > 0) & ~own & (strange | ~token)
    return _gathered(m.size, s, t, np.where(fine, bits, 0.0))


def told_bits(found: Proposal, sown: tuple[Reals, ...]) -> Reals:
    """Bits of the heaviest indicator of each session: the rarer among the trusted, the more."""
    trust = found.evidence.trust
    bits = np.zeros(len(trust))
    for flags in sown:
        rate = (float((trust * flags).sum()) + 1.0) / (float(trust.sum()) + 2.0)
        weight = float(np.clip(np.log2(INDICATED / rate), 0.0, TOLD_MOST))
        bits = np.maximum(bits, weight * flags)
    return np.asarray(bits)


def rarity_of(found: Proposal, traits: Held, apart: Flags) -> Reals:
    """Bits of each trait: how much likelier a thief's session is to show it than an honest one.

    Args:
        apart: sessions that are not counted as honest.
    """
    kind = np.array([KINDS.index(name) for name in traits.kinds], np.int64)
    keeps = np.array([THIEF_KEEPS[name] for name in KINDS])
    if not len(kind):
        return np.zeros(0)
    honest = found.evidence.trust[traits.s] * ~apart[traits.s]
    rate = _popularity(traits, honest, 1.0 / _members(traits))
    bits = np.log2(keeps[kind] / rate)
    return np.asarray(np.where(kind == KINDS.index("token"), TOKEN_BITS, bits))


def _members(traits: Held) -> Reals:
    """How many traits there are of each trait's group."""
    group = np.unique(traits.groups, return_inverse=True)[1]
    return np.asarray(np.bincount(group)[group], dtype=np.float64)


def _popularity(traits: Held, weights: Reals, prior: Reals) -> Reals:
    """The share of each trait among those that it is compared with, by weight.

    Args:
        weights: of each entry.
        prior: the share of each trait that `SHARE_PULL` entries are supposed to show.
    """
    count = len(traits.kinds)
    group = np.unique(traits.groups, return_inverse=True)[1]
    users = np.bincount(traits.trait, weights=weights, minlength=count)
    everybody = np.bincount(group[traits.trait], weights=weights, minlength=count)
    return np.asarray((users + SHARE_PULL * prior) / (everybody[group] + SHARE_PULL))


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
    seen: Seen,
    hard: tuple[Flags, Flags],
    *,
    fdr: float,
) -> tuple[Proposal, Second]:
    """The proposal with what the second look adds.

    Args:
        seen: what the sessions have in common, and what people told of the thief.
        hard: sessions condemned, and sessions vouched for, by people.
        fdr: false discoveries accepted among the sessions called usurped.
    """
    condemned, vouched = hard
    decided = vouched | condemned
    twin = np.where(decided, 0.0, twin_bits(m, found, seen.twins))
    told = np.where(decided, 0.0, told_bits(found, seen.sown))
    said = np.zeros(m.size) if seen.said is None else np.where(decided, 0.0, seen.said)
    alone = found.bits - np.where(decided, 0.0, found.kin.thief) + twin + told
    stolen = np.where(condemned, 1.0, np.where(vouched, 0.0, probability(alone, PRIOR)))
    sure = stolen >= SURE
    kin, trait = kin_bits(m, found, seen.traits, np.asarray(sure))
    owners = decided | (found.bits + twin + told < OWNERS_OWN)
    kin = np.where(owners, 0.0, kin)
    unlike = returns.unlike_of(m, stolen, _clients(seen.traits), ~owners)
    back = np.where(owners, 0.0, returns.bits_of(m, stolen, unlike))
    # He who comes back harvests again: from the owner's own place nothing else is his mark.
    home = (m.net > 0) & (found.evidence.net.level <= HOUSE)
    back = np.where(home, np.clip(found.evidence.total, 0.0, back), back)
    had = np.maximum(found.families["kinship"], 0.0)
    told = np.clip(had + told, None, ALL_MOST) - had
    back = np.clip(had + told + back, None, ALL_MOST) - had - told
    kin = np.clip(had + told + back + kin, None, ALL_MOST) - had - told - back
    families = {
        **found.families,
        "context": found.families["context"] + twin,
        "kinship": found.families["kinship"] + told + back + kin,
        "given": found.families["given"] + said,
    }
    bits = found.bits + twin + told + back + kin + said
    spoken = np.where(condemned, 2, speaking(families))
    more = replace(
        found,
        bits=bits,
        families=families,
        ruling=rule(bits, spoken, fdr=fdr, prior=PRIOR),
        spoken=spoken,
    )
    return more, Second(
        twin=twin,
        told=told,
        said=said,
        returns=back,
        unlike=unlike,
        kin=kin,
        trait=trait,
        held=seen.traits,
    )


def names_of(second: Second, i: int) -> tuple[str, str] | None:
    """The kind and name of the heaviest trait of a session; none where there is none."""
    t = int(second.trait[i])
    return (second.held.kinds[t], second.held.names[t]) if t >= 0 else None
