"""Detection: from access rows to sessions, suspicions and campaigns, published."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.detect import (
    care,
    circles,
    facts_told,
    habit_facts,
    inside,
    outcome,
    pipeline,
    reviews,
    third,
)
from tocsin.detect.campaigns import campaigns
from tocsin.detect.matrix import Matrix, build
from tocsin.detect.pipeline import Given, propose
from tocsin.detect.reasons import lines_of, reasons
from tocsin.detect.second import Held, Seen, held, look
from tocsin.detect.session_ids import WIDE, SessionIds
from tocsin.detect.verdict import LEGITIMATE
from tocsin.flow import seeds as seeds_of
from tocsin.flow.analysis import Analysis, Asked, want, write_acts, write_sessions
from tocsin.flow.detect_reviews import REVIEWS, apply_kept
from tocsin.flow.detect_rows import Fetched, cut_into_sessions
from tocsin.flow.explained import EXPLAINED, explained, suspicion
from tocsin.flow.habit_kept import habit_of_case
from tocsin.flow.inside import looked_into, rows_at_hand
from tocsin.flow.questions import answered
from tocsin.flow.seeds import Sown
from tocsin.flow.world import World, steady

SUMMARY = "detect/summary.json"

AT_ONCE = 100_000
"""Sessions that are named at once."""

Document = dict[str, Any]


def detect(
    world: World,
    *,
    seed_sessions: tuple[str, ...] = (),
    indicators: tuple[tuple[str, str], ...] = (),
    fdr: float = 0.05,
) -> Document:
    """Find the sessions that were not their owner's; publish them; return the document.

    Args:
        seed_sessions: ids of sessions that the analyst knows to be a thief's.
        indicators: (kind, value): an address, a network (prefix) or a client of the thief.
        fdr: share of false discoveries accepted among the sessions called usurped.

    Raises:
        InputError: an indicator of another kind, an unknown session, an impossible rate.
    """
    if not 0.0 < fdr < 1.0:
        raise InputError(
            Says(
                "le taux de fausses découvertes doit être entre 0 et 1",
                "the false-discovery rate must lie between 0 and 1",
            ),
            next_step=Says(
                "Donnez à --fdr une valeur telle que 0.05.", "Give --fdr a value such as 0.05."
            ),
        )
    asked = Asked(seeds=seed_sessions, indicators=indicators, fdr=fdr)
    analysis = _analyse(world, asked, fresh=True)
    return _publish(world, analysis)


def judged(world: World) -> Analysis:
    """A run as values, without what the accounts' past says, and nothing published."""
    return _analyse(world, Asked(), past=False)


def again(world: World) -> Document:
    """The last run once more, with what was answered or decided since."""
    return _publish(world, _analyse(world, _asked(world)))


def explain(world: World, session: str) -> Document:
    """Why a session is what it is. A suspicion is told as the last run kept it.

    Raises:
        InputError: no such session.
    """
    kept = world.case.read_json(EXPLAINED)
    if isinstance(kept, dict) and isinstance(kept.get(session), dict):
        return dict(kept[session])
    analysis = _analyse(world, _asked(world))
    i = _index(analysis, session)
    told = _told(world, analysis, [i])
    return explained(analysis, [i], told, world.engine.fetch("detect_shown"))[session]


def review(world: World, session: str, verdict: str, by: str, why: str) -> Document:
    """Keep a named human's decision on the acts of a session, and publish what follows.

    Raises:
        InputError: no such session, or no such verdict.
    """
    if verdict not in reviews.RANK:
        raise InputError(
            Says(f"{verdict} n'est pas un verdict", f"{verdict} is not a verdict"),
            next_step=Says(
                "Choisissez usurped, legitimate ou undecided.",
                "Choose usurped, legitimate or undecided.",
            ),
        )
    asked = _asked(world)
    analysis = _analyse(world, asked)
    i = _index(analysis, session)
    want(world, analysis, [i])
    world.engine.run(outcome.rows())
    acts = reviews.identities(world.engine.fetch("detect_rows"))
    number = len(world.case.listed(REVIEWS)) + 1
    world.case.write_json(
        f"{REVIEWS}/{number:04d}.json",
        {
            "session": session,
            "account": analysis.matrix.account[int(analysis.matrix.acc[i])],
            "verdict": verdict,
            "by": by,
            "why": why,
            "at": world.clock.now().isoformat(),
            "acts": acts,
        },
    )
    size = sum(len(listed) for listed in acts.values())
    facts = {"review": number, "session": session, "verdict": verdict, "acts": size}
    world.case.note("session_reviewed", {**facts, "why": why}, by=by)
    found = _publish(world, _ruled(world, analysis))
    return {
        **facts,
        "decided_by": by,
        "conflicts": found["conflicts"],
        "suspicions": len(found["suspicions"]),
    }


# The run ------------------------------------------------------------------------------------


def _analyse(world: World, asked: Asked, *, fresh: bool = False, past: bool = True) -> Analysis:
    engine = world.engine
    networks = cut_into_sessions(world)
    twins = steady(engine.fetch("detect_twins"))
    matrix, shared = _matrix(world, twins)
    ids = _ids(world, matrix)
    analysis = Analysis(
        asked=asked,
        matrix=matrix,
        habit=habit_of_case(world, matrix, ids, fresh=fresh) if past else None,
        networks=networks,
        ids=ids,
        shared=shared,
        twins=twins,
        second=None,  # type: ignore[arg-type]
        sown=Sown(seeds=(), sessions=()),
        said=None,
        apart={},
        near=frozenset(),
        proposal=None,  # type: ignore[arg-type]  # _ruled fills it
        applied=None,  # type: ignore[arg-type]
        machine=None,
        verdict=None,
        decided_by={},
        campaigns=(),
    )
    return _ruled(world, analysis)


def _matrix(world: World, twins: pa.Table) -> tuple[Matrix, Held]:
    """The session matrix, and what sessions have in common; no more of them stays."""
    engine = world.engine
    fetched = Fetched(engine, (*pipeline.FETCHED, "accounts"))
    matrix = build(fetched, world.estate.operator.timezone)
    if circles.needed(matrix):
        engine.run(circles.together())
        matrix = circles.drawn(matrix, steady(engine.fetch("detect_together")))
    shared = held(fetched, twins, matrix.size)
    world.give_back()
    return matrix, shared


def _ruled(world: World, analysis: Analysis) -> Analysis:
    """The proposal and the verdicts, with the reviews that the case holds now."""
    m, asked = analysis.matrix, analysis.asked
    applied = apply_kept(world, m.size)
    seeds = np.zeros(m.size, dtype=np.bool_)
    for session in asked.seeds:
        seeds[_index(analysis, session)] = True
    brought, sessions = seeds_of.kept(world)
    seeds[list(analysis.ids.places(sessions).values())] = True
    said = answered(world, analysis.ids)
    given = Given(
        condemned=(applied.condemned | seeds | said.not_me) & ~applied.vouched,
        vouched=applied.vouched,
        indicated=np.zeros(m.size, dtype=np.bool_),
    )
    first = propose(m, given, fdr=asked.fdr, habit=analysis.habit)
    listed = [*(seeds_of.seed(kind, value) for kind, value in asked.indicators), *brought]
    sown = seeds_of.sown(world, listed, analysis.networks, m.size)
    hard = (given.condemned, given.vouched)
    seen = Seen(traits=analysis.shared, twins=analysis.twins, sown=sown.sessions, said=said.me)
    proposal, second = look(m, first, seen, hard, fdr=asked.fdr)
    proposal, second, robbed = third.together(m, proposal, second, hard, fdr=asked.fdr)
    worth = inside.worth_a_look(m, proposal).tolist()
    suspect = np.flatnonzero(proposal.ruling.verdict != LEGITIMATE).tolist()
    near = rows_at_hand(world, {*worth, *suspect, *applied.decided})
    apart = looked_into(world, m, proposal, worth)
    proposal, second = third.two_hands(m, proposal, second, apart, hard, fdr=asked.fdr)
    machine = third.contested(proposal, apart, (second, robbed), given.vouched)
    verdict, names = reviews.overruled(machine, applied)
    found = campaigns(m, (proposal, second), verdict, analysis.ids, analysis.networks)
    return Analysis(
        asked=asked,
        matrix=m,
        habit=analysis.habit,
        networks=analysis.networks,
        ids=analysis.ids,
        shared=analysis.shared,
        twins=analysis.twins,
        proposal=proposal,
        second=second,
        sown=sown,
        said=said,
        apart=apart,
        near=near,
        applied=applied,
        machine=machine,
        verdict=verdict,
        decided_by=names,
        campaigns=found,
    )


def _ids(world: World, m: Matrix) -> SessionIds:
    """A session's id: the hash of its account and first row (digest, position, part 0)."""
    files = world.engine.fetch("detect_files")
    digests = dict(zip(files["file"].to_pylist(), files["digest"].to_pylist(), strict=True))
    held = bytearray()
    for start in range(0, m.size, AT_ONCE):
        some = slice(start, start + AT_ONCE)
        first = (column[some].tolist() for column in (m.acc, m.file, m.position))
        for acc, file, position in zip(*first, strict=True):
            named = f"{m.account[acc]}\0{digests[file]}:{position}:0"
            held += hashlib.sha256(named.encode()).digest()[:WIDE]
    return SessionIds(bytes(held))


def _index(analysis: Analysis, session: str) -> int:
    try:
        return analysis.ids.index(session)
    except ValueError as error:
        raise InputError(
            Says(
                "aucune session de ce dossier n'a cet identifiant",
                "no session of this case has that id",
            ),
            next_step=Says(
                "Prenez l'identifiant dans `tocsin detect` ou dans detect/sessions.parquet.",
                "Take the id from `tocsin detect` or from detect/sessions.parquet.",
            ),
            where=session,
        ) from error


def _asked(world: World) -> Asked:
    """What the last run was asked, as its summary keeps it."""
    kept = world.case.read_json(SUMMARY)
    if not isinstance(kept, dict):
        raise InputError(
            Says(
                "la détection n'a pas encore tourné sur ce dossier",
                "detection has not run on this case",
            ),
            next_step=Says("Lancez : tocsin detect CASE", "Run: tocsin detect CASE"),
        )
    return Asked(
        seeds=tuple(kept["asked"]["seed_sessions"]),
        indicators=tuple((kind, value) for kind, value in kept["asked"]["indicators"]),
        fdr=float(kept["fdr"]),
    )


# What is told and published -----------------------------------------------------------------


def _told(
    world: World, analysis: Analysis, wanted: Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    """The reasons of the wanted sessions, as JSON values."""
    want(world, analysis, wanted)
    for step in (care.explained(), outcome.shown()):
        world.engine.run(step)
    by_session = lines_of(world.engine.fetch("detect_shown"))
    return {
        i: [
            facts_told.reason(found)
            for found in reasons(
                analysis.matrix,
                (analysis.proposal, analysis.second),
                i,
                by_session.get(i + 1, []),
            )
        ]
        for i in wanted
    }


def _publish(world: World, analysis: Analysis) -> Document:
    world.progress.stage("verdicts")
    p = analysis.proposal.ruling.probability
    reviewed = set(analysis.applied.decided)
    suspect = np.flatnonzero(analysis.verdict != LEGITIMATE)
    listed = sorted({*suspect.tolist(), *reviewed}, key=lambda i: (-p[i], analysis.ids[i]))
    told = _told(world, analysis, listed)
    world.case.write_json(
        EXPLAINED, explained(analysis, listed, told, world.engine.fetch("detect_shown"))
    )
    write_sessions(world, analysis, told)
    write_acts(world, analysis)
    document = facts_told.document(
        analysis.proposal,
        analysis.matrix,
        suspicions=[suspicion(analysis, i, told[i]) for i in listed if i in set(suspect)],
        fdr=analysis.asked.fdr,
    )
    document |= habit_facts.told(
        analysis.matrix,
        analysis.habit,
        analysis.ids,
        (analysis.verdict != LEGITIMATE, analysis.applied.vouched),
    )
    document |= {
        "campaigns": [facts_told.campaign(made) for made in analysis.campaigns],
        "conflicts": [
            {
                "session": "" if one["s"] is None else analysis.ids[int(str(one["s"]))],
                "reviews": one["reviews"],
                "says": facts_told.both(one["says"]),
            }
            for one in analysis.applied.conflicts
        ],
        "asked": {
            "seed_sessions": list(analysis.asked.seeds),
            "indicators": [list(pair) for pair in analysis.asked.indicators],
        },
        "seeds": [
            {"trait": one.trait, "value": one.value, "from": one.brought_by, "sessions": n}
            for one, n in zip(analysis.sown.seeds, analysis.sown.counts, strict=True)
        ],
        "answers_gone": list(analysis.said.gone) if analysis.said else [],
    }
    world.case.write_json(SUMMARY, document)
    world.case.note(
        "detected",
        {
            "sessions": analysis.matrix.size,
            "suspicions": len(suspect),
            "fdr": analysis.asked.fdr,
            "reviews": len(reviewed),
        },
    )
    return document
