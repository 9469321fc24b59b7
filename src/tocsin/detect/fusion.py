"""All signals of a session put together, in bits that add up."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from tocsin.detect import context, history, shape, status
from tocsin.detect.context import Levels
from tocsin.detect.explain_rate import CareEvidence, care
from tocsin.detect.matrix import Flags, Matrix, Reals, Singles
from tocsin.detect.profile import among_its_own, per_day, persistence, trust_of
from tocsin.detect.shape import Tested

ROUNDS = 3
"""Passes of trust: the other signals decide how far a session describes its owner."""

CLEAN = np.array([1.0, 1.0, 0.7, 0.15])
"""Weight in the region's history of a session, by the level of its network."""

CONTEXT_MOST = 7.0
"""Most bits of network, client and hour together: a new place brings a new device."""

SAME_UNUSUAL_DAY = 0.2
"""Share of the bits of hour and volume that an unusual day does not explain away."""

SHAPE_UNUSUAL_DAY = 0.4
"""The same for shape: a day of lists or of catching up is fast and orderly too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The bits of every family (contract: context, care, shape, history, status), additive.

    On an unusual day of the owner (a replacement, a journey, a surge) network, persons, volume
    and hour are all odd together; the chance of such a day, taken from history, bounds what
    they may weigh together. `allowance` is what that bound took away.
    """

    net: context.Levels
    client: context.Levels
    hour: Reals
    elsewhere: Reals
    failed: Reals
    care: CareEvidence
    shape: Tested
    writing: Reals
    history: Tested
    status: status.Standing
    trust: Reals
    habit: Reals
    clean: Reals
    families: dict[str, Reals]  # after the allowance
    kept: Reals  # share of the joint bits against the owner that the allowance left
    total: Reals
    even_so: Reals  # bits, context apart, that stand even if the day was unusual
    allowance: Reals


def weigh(m: Matrix, vouched: Flags, condemned: Flags) -> Evidence:
    """The evidence of every session.

    Args:
        vouched: sessions that a named human said legitimate: trusted whatever they look like.
        condemned: sessions known to be a thief's: never part of anybody's profile.
    """
    steady, day = persistence(m), per_day(m)
    trust: Reals = np.ones(m.size)
    clean = np.where(m.net == 0, 1.0, np.clip(0.15 + steady, 0.15, 1.0))
    found: Evidence | None = None
    for _ in range(ROUNDS):
        found = None  # what is known of all sessions is held once
        trust = np.where(vouched, 1.0, np.where(condemned, 0.0, trust))
        habit = steady * day * trust * context.company_of(m, trust * day)
        clean = np.where(condemned, 0.0, clean)
        found = _once(m, habit, trust, day, clean)
        trust = found.trust
        clean = np.where(m.net == 0, 1.0, CLEAN[found.net.level])
    assert found is not None
    return found


def again(m: Matrix, before: tuple[Reals, Reals], stolen: Reals) -> Evidence:
    """The evidence once more, where history counts a session by the chance that it is honest.

    The sessions of one thief, on several accounts, else stand in history as examples of honest
    work, and each makes the others look usual.

    Args:
        before: the trust of each session, and its weight in the region's history, so far.
        stolen: the probability of each session that it is a thief's.
    """
    honest = 1.0 - stolen
    trust, clean = before[0] * honest, before[1] * honest
    day = per_day(m)
    habit = persistence(m) * day * trust * context.company_of(m, trust * day)
    return _once(m, habit, trust, day, clean)


BLOCK = 500_000
"""Sessions whose families are put together at once."""


def _once(m: Matrix, habit: Reals, trust: Reals, day: Reals, clean: Reals) -> Evidence:
    net = _short(context.networks(m, habit, trust, day))
    away = np.asarray((m.net > 0) & (net.level != context.USUAL) & m.related.any())
    client = _short(context.clients(m, habit, trust, day, away))
    hour = short(context.hours(m, habit))
    elsewhere = short(context.elsewhere(m, net.level, trust))
    failed = short(context.failed_logins(m, trust))
    profile = habit * clean
    explained = _short(care(m, profile, clean))
    tested = _short(shape.shape(m, profile, clean))
    writing = short(shape.writing(m, profile))
    volume = _short(history.history(m, profile, clean))
    at_home = np.asarray((m.net > 0) & (net.level <= context.HOUSE))
    standing = _short(status.status(m, clean, explained.odd, at_home))
    parts = {
        "net": net.usual_day,
        "net_unusual": net.unusual_day,
        "client": client.usual_day,
        "client_unusual": client.unusual_day,
        "hour": hour,
        "elsewhere": elsewhere,
        "failed": failed,
        "care": explained.usual_day,
        "care_unusual": explained.unusual_day,
        "shape": tested.bits,
        "writing": writing,
        "history": volume.bits,
        "status": standing.bits,
        "override": standing.override,
        "status_unusual": standing.unusual,
    }
    joined = _in_blocks(parts, m.size, explained.odd_days)
    return Evidence(
        net=net,
        client=client,
        hour=hour,
        elsewhere=elsewhere,
        failed=failed,
        care=explained,
        shape=tested,
        writing=writing,
        history=volume,
        status=standing,
        trust=among_its_own(joined["trust"], day, m) * trust_of(standing.bits),
        habit=habit,
        clean=clean,
        families={name: joined[name] for name in FAMILIES},
        kept=joined["kept"],
        total=joined["total"],
        even_so=joined["even_so"],
        allowance=joined["allowance"],
    )


FAMILIES = ("context", "care", "history", "status", "shape")

WHOLE = ("trust", "total")
"""What is kept of the families in full: it is added up and compared."""


def _in_blocks(parts: Mapping[str, Reals], size: int, rare: float) -> dict[str, Reals]:
    """The families and their sums, some sessions at a time: each session stands by itself."""
    held: dict[str, Reals] = {
        name: np.empty(size, dtype=np.float64 if name in WHOLE else np.float32)
        for name in (*FAMILIES, "kept", "even_so", "allowance", *WHOLE)
    }
    for start in range(0, size, BLOCK):
        some = slice(start, start + BLOCK)
        block = {name: bits[some].astype(np.float64) for name, bits in parts.items()}
        for name, values in _joined(block, rare).items():
            held[name][some] = values
    return held


def _joined(of: Mapping[str, Reals], rare: float) -> dict[str, Reals]:
    """The families of some sessions, after the allowance for unusual days, and their sums."""
    usual = {
        "context": np.minimum(of["net"] + of["client"] + of["hour"], CONTEXT_MOST),
        "care": of["care"],
        "history": of["history"],
        "status": of["override"],
        "shape": of["shape"] + of["writing"],
    }
    unusual = (
        np.minimum(of["net_unusual"] + of["client_unusual"], CONTEXT_MOST / 2.0)
        + SAME_UNUSUAL_DAY * (of["hour"] + of["history"])
        + SHAPE_UNUSUAL_DAY * (of["shape"] + np.maximum(of["writing"], 0.0))
        + np.minimum(of["writing"], 0.0)
        + of["care_unusual"]
        + of["status_unusual"]
    )
    usual, allowance, kept = _allow(usual, unusual, rare)
    families = {
        **usual,
        "context": usual["context"] + of["elsewhere"] + of["failed"],
        "status": usual["status"] + of["status"],
    }
    return {
        **families,
        "kept": kept,
        "allowance": allowance,
        "total": np.asarray(np.sum(list(families.values()), axis=0)),
        "trust": trust_of(of["care"] + of["shape"] + of["writing"] + of["history"]),
        "even_so": of["care_unusual"]
        + SAME_UNUSUAL_DAY * of["history"]
        + SHAPE_UNUSUAL_DAY * of["shape"]
        + of["writing"]
        + of["status"],
    }


def short(values: Reals) -> Singles:
    """Bits that are only told or added once, in four bytes: there may be millions."""
    return values.astype(np.float32)


Part = TypeVar("Part", Levels, CareEvidence, Tested, status.Standing)


def _short(part: Part) -> Part:
    """The same of every array of a part."""
    lighter: dict[str, Any] = {
        field.name: short(value)
        for field in fields(part)
        if isinstance(value := getattr(part, field.name), np.ndarray)
        and value.dtype == np.float64
    }
    return replace(part, **lighter)


def _allow(
    usual: dict[str, Reals], unusual: Reals, rare: float
) -> tuple[dict[str, Reals], Reals, Reals]:
    """Take from the bits against the owner what an unusual day explains, in proportion.

    The owner is a mixture of usual and unusual days, so the families' joint bits are
    -log2((1 - rare) 2^-usual + rare 2^-unusual).
    """
    plain = np.sum(list(usual.values()), axis=0)
    joint = -np.logaddexp2(np.log2(1.0 - rare) - plain, np.log2(rare) - unusual)
    against = np.sum([np.maximum(bits, 0.0) for bits in usual.values()], axis=0)
    cut = np.clip(plain - joint, 0.0, against)
    kept = 1.0 - cut / np.maximum(against, 1e-9)
    allowed = {name: np.where(bits > 0, bits * kept, bits) for name, bits in usual.items()}
    return allowed, cut, kept
