"""Detection: from access rows to sessions, suspicions and campaigns, published."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.core.errors import InputError
from tocsin.core.tables import (
    ACCESS,
    ACCOUNTS,
    ACTS,
    CARE,
    COVERAGE,
    PERSON_CONTROLLERS,
    SESSIONS,
)
from tocsin.detect import facts_told, inside, lines, outcome, pipeline, reviews, tables, traits
from tocsin.detect.campaigns import Campaign, campaigns
from tocsin.detect.inside import Apart
from tocsin.detect.matrix import Matrix, build
from tocsin.detect.pipeline import Given, Proposal, propose
from tocsin.detect.places import clocks_of, networks_of
from tocsin.detect.reasons import lines_of, reasons
from tocsin.detect.reviews import Applied
from tocsin.detect.second import Held, Second, Seen, held, look
from tocsin.detect.tables_second import INSIDE
from tocsin.detect.verdict import LEGITIMATE
from tocsin.flow import seeds as seeds_of
from tocsin.flow.detect_reviews import REVIEWS, apply_kept
from tocsin.flow.inside import looked_into
from tocsin.flow.seeds import Sown
from tocsin.flow.world import World, as_text, bind_directory, bind_published, rows_of

SUMMARY = "detect/summary.json"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the analyst asked of a run."""

    seeds: tuple[str, ...] = ()
    indicators: tuple[tuple[str, str], ...] = ()
    fdr: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """A run, before it is published. Arrays and tuples are by session."""

    asked: Asked
    matrix: Matrix
    networks: tuple[str, ...]
    ids: tuple[str, ...]
    shared: Held
    twins: pa.Table
    proposal: Proposal
    second: Second
    sown: Sown
    apart: Mapping[int, Apart]
    applied: Applied
    machine: Any  # the verdict before reviews
    verdict: Any
    decided_by: Mapping[int, str]
    campaigns: tuple[Campaign, ...]


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
            "the false-discovery rate must lie between 0 and 1",
            next_step="Give --fdr a value such as 0.05.",
        )
    analysis = _analyse(world, Asked(seeds=seed_sessions, indicators=indicators, fdr=fdr))
    return _publish(world, analysis)


def explain(world: World, session: str) -> Document:
    """Why a session is what it is: reasons with lines, its acts in brief, the usual habit.

    Raises:
        InputError: no such session.
    """
    analysis = _analyse(world, _asked(world))
    i = _index(analysis, session)
    told = _told(world, analysis, [i])[i]
    return {
        **_suspicion(analysis, i, told),
        "for_the_owner": [reason for reason in told if reason["bits"] < 0],
        "acts": facts_told.acts_in_brief(world.engine.fetch("detect_shown")),
        "counts": facts_told.counts(analysis.matrix, i),
        "habit": facts_told.habit(analysis.matrix, i, analysis.networks),
    }


def review(world: World, session: str, verdict: str, by: str, why: str) -> Document:
    """Keep a named human's decision on the acts of a session, and publish what follows.

    Raises:
        InputError: no such session, or no such verdict.
    """
    if verdict not in reviews.RANK:
        raise InputError(
            f"{verdict} is not a verdict",
            next_step="Choose usurped, legitimate or undecided.",
        )
    asked = _asked(world)
    analysis = _analyse(world, asked)
    i = _index(analysis, session)
    _want(world, analysis, [i])
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


def _analyse(world: World, asked: Asked) -> Analysis:
    engine, progress = world.engine, world.progress
    bind_published(world, ACCESS, COVERAGE)
    bind_directory(world, (ACCOUNTS, CARE, PERSON_CONTROLLERS), why="detect")
    progress.stage("sessions")
    engine.bind_arrow(tables.CLOCKS, clocks_of(engine.fetch("coverage")))
    engine.run(lines.addresses())
    places, networks = networks_of(engine.fetch("detect_addresses"))
    engine.bind_arrow(tables.NETWORKS, places)
    for step in (*pipeline.before_sessions(), *pipeline.to_sessions()):
        engine.run(step)
    engine.drop("detect_cuts", "detect_streams", "detect_anchors", "detect_parents")
    progress.stage("signals")
    for step in pipeline.to_facts():
        engine.run(step)
    for step in (traits.twins(), traits.asked()):
        engine.run(step)
    fetched = {name: engine.fetch(name) for name in pipeline.FETCHED}
    fetched["accounts"] = engine.fetch("accounts")
    matrix = build(fetched, world.estate.operator.timezone)
    analysis = Analysis(
        asked=asked,
        matrix=matrix,
        networks=networks,
        ids=_ids(world, matrix),
        shared=held(
            fetched["detect_devices"],
            engine.fetch("detect_asked"),
            engine.fetch("detect_twins"),
            matrix.size,
        ),
        twins=engine.fetch("detect_twins"),
        second=None,  # type: ignore[arg-type]
        sown=Sown(seeds=(), sessions=()),
        apart={},
        proposal=None,  # type: ignore[arg-type]  # _ruled fills it
        applied=None,  # type: ignore[arg-type]
        machine=None,
        verdict=None,
        decided_by={},
        campaigns=(),
    )
    return _ruled(world, analysis)


def _ruled(world: World, analysis: Analysis) -> Analysis:
    """The proposal and the verdicts, with the reviews that the case holds now."""
    m, asked = analysis.matrix, analysis.asked
    applied = apply_kept(world, m.size)
    seeds = np.zeros(m.size, dtype=np.bool_)
    for session in asked.seeds:
        seeds[_index(analysis, session)] = True
    brought, sessions = seeds_of.kept(world)
    places = {session: i for i, session in enumerate(analysis.ids)}
    seeds[[places[session] for session in sessions if session in places]] = True
    given = Given(
        condemned=(applied.condemned | seeds) & ~applied.vouched,
        vouched=applied.vouched,
        indicated=np.zeros(m.size, dtype=np.bool_),
    )
    first = propose(m, given, fdr=asked.fdr)
    listed = [*(seeds_of.seed(kind, value) for kind, value in asked.indicators), *brought]
    sown = seeds_of.sown(world, listed, analysis.networks, m.size)
    hard = (given.condemned, given.vouched)
    seen = Seen(traits=analysis.shared, twins=analysis.twins, sown=sown.sessions)
    proposal, second = look(m, first, seen, hard, fdr=asked.fdr)
    apart = looked_into(world, m, proposal)
    machine = inside.contested(proposal, apart, proposal.ruling.verdict)
    verdict, names = reviews.overruled(machine, applied)
    found = campaigns(m, proposal, verdict, analysis.ids, analysis.networks)
    return Analysis(
        asked=asked,
        matrix=m,
        networks=analysis.networks,
        ids=analysis.ids,
        shared=analysis.shared,
        twins=analysis.twins,
        proposal=proposal,
        second=second,
        sown=sown,
        apart=apart,
        applied=applied,
        machine=machine,
        verdict=verdict,
        decided_by=names,
        campaigns=found,
    )


def _ids(world: World, m: Matrix) -> tuple[str, ...]:
    """A session's id: the hash of its account and first row (digest, position, part 0)."""
    files = world.engine.fetch("detect_files")
    digests = dict(zip(files["file"].to_pylist(), files["digest"].to_pylist(), strict=True))
    return tuple(
        hashlib.sha256(f"{m.account[acc]}\0{digests[file]}:{position}:0".encode()).hexdigest()[
            :16
        ]
        for acc, file, position in zip(
            m.acc.tolist(), m.file.tolist(), m.position.tolist(), strict=True
        )
    )


def _index(analysis: Analysis, session: str) -> int:
    try:
        return analysis.ids.index(session)
    except ValueError as error:
        raise InputError(
            "no session of this case has that id",
            next_step="Take the id from `tocsin detect` or from detect/sessions.parquet.",
            where=session,
        ) from error


def _asked(world: World) -> Asked:
    """What the last run was asked, as its summary keeps it."""
    kept = world.case.read_json(SUMMARY)
    if not isinstance(kept, dict):
        raise InputError(
            "detection has not run on this case",
            next_step="Run: tocsin detect CASE",
        )
    return Asked(
        seeds=tuple(kept["asked"]["seed_sessions"]),
        indicators=tuple((kind, value) for kind, value in kept["asked"]["indicators"]),
        fdr=float(kept["fdr"]),
    )


# What is told and published -----------------------------------------------------------------


def _want(world: World, analysis: Analysis, wanted: Sequence[int]) -> None:
    rows = [(i + 1, analysis.ids[i]) for i in wanted]
    world.engine.bind_arrow(tables.WANTED, rows_of(tables.WANTED, rows))


def _told(
    world: World, analysis: Analysis, wanted: Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    """The reasons of the wanted sessions, as JSON values."""
    _want(world, analysis, wanted)
    world.engine.run(outcome.shown())
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


def _suspicion(analysis: Analysis, i: int, told: list[dict[str, Any]]) -> Document:
    m, ruling = analysis.matrix, analysis.proposal.ruling
    return {
        "session": analysis.ids[i],
        "account": m.account[int(m.acc[i])],
        "start_at": facts_told.instant(int(m.start_us[i])),
        "end_at": facts_told.instant(int(m.end_us[i])),
        "probability": round(float(ruling.probability[i]), 6),
        "q_value": round(float(ruling.q_value[i]), 6),
        "verdict": reviews.WORDS[int(analysis.verdict[i])],
        "decided_by": analysis.decided_by.get(i, ""),
        "campaign": _campaign_of(analysis).get(analysis.ids[i], ""),
        "acts": int(m.lines[i]),
        "persons": int(m.persons[i]),
        "reasons": told,
    }


def _campaign_of(analysis: Analysis) -> dict[str, str]:
    return {session: made.id for made in analysis.campaigns for session in made.sessions}


def _publish(world: World, analysis: Analysis) -> Document:
    world.progress.stage("verdicts")
    p = analysis.proposal.ruling.probability
    reviewed = set(analysis.applied.decided)
    suspect = np.flatnonzero(analysis.verdict != LEGITIMATE)
    listed = sorted({*suspect.tolist(), *reviewed}, key=lambda i: (-p[i], analysis.ids[i]))
    told = _told(world, analysis, listed)
    _write_sessions(world, analysis, told)
    _write_acts(world, analysis)
    document = facts_told.document(
        analysis.proposal,
        analysis.matrix,
        suspicions=[_suspicion(analysis, i, told[i]) for i in listed if i in set(suspect)],
        fdr=analysis.asked.fdr,
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


def _write_sessions(
    world: World, analysis: Analysis, told: Mapping[int, list[dict[str, Any]]]
) -> None:
    m, ruling = analysis.matrix, analysis.proposal.ruling
    campaign = _campaign_of(analysis)
    rows = pa.table(
        {
            "session": pa.array(analysis.ids, pa.string()),
            "account": pa.array(m.account, pa.string()).take(pa.array(m.acc)),
            "start_us": m.start_us,
            "end_us": m.end_us,
            "acts": m.lines,
            "persons": m.persons,
            "probability": ruling.probability,
            "q_value": ruling.q_value,
            "verdict": pa.array(reviews.WORDS).take(pa.array(analysis.verdict)),
            "decided_by": [analysis.decided_by.get(i, "") for i in range(m.size)],
            "campaign": [campaign.get(name, "") for name in analysis.ids],
            "reasons": [as_text(told[i]) if i in told else "[]" for i in range(m.size)],
        }
    )
    world.engine.bind_arrow(tables.SESSIONS_OUT, rows)
    staged = world.case.aside("sessions.parquet")
    world.engine.write(
        tables.SESSIONS_OUT.name, SESSIONS, staged, order=("start_us", "session")
    )
    world.case.publish(staged, "detect/sessions.parquet")
    world.engine.drop(tables.SESSIONS_OUT.name)


def _write_acts(world: World, analysis: Analysis) -> None:
    engine = world.engine
    kept = np.flatnonzero(analysis.verdict != LEGITIMATE).tolist()
    _want(world, analysis, kept)
    machine = analysis.machine
    rows, acts = [], []
    for i in kept:
        word = reviews.WORDS[int(machine[i])]
        one = analysis.apart.get(i)
        apart = one is not None and inside.two_hands(one) and word != "legitimate"
        rows.append((i + 1, analysis.ids[i], "undecided" if apart else word))
        if one is not None and apart:
            acts += inside.attributed(one, word)
    engine.bind_arrow(tables.RULED, rows_of(tables.RULED, rows))
    engine.bind_arrow(INSIDE, rows_of(INSIDE, acts))
    engine.run(outcome.rows())
    engine.run(outcome.attributed())
    staged = world.case.aside("acts.parquet")
    engine.write(ACTS.name, ACTS, staged, order=("digest", "position", "part"))
    world.case.publish(staged, "detect/acts.parquet")
    engine.drop(ACTS.name, "detect_rows")
