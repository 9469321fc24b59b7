"""A run of detection as values, and how it is written to the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.core.tables import ACTS, SESSIONS
from tocsin.detect import inside, outcome, reviews, tables
from tocsin.detect.answers import Answered
from tocsin.detect.campaigns import Campaign
from tocsin.detect.habit import HabitEvidence
from tocsin.detect.inside import Apart
from tocsin.detect.matrix import Matrix
from tocsin.detect.pipeline import GIVEN, Proposal
from tocsin.detect.reviews import Applied
from tocsin.detect.second import Held, Second
from tocsin.detect.session_ids import SessionIds
from tocsin.detect.tables_second import INSIDE
from tocsin.detect.verdict import LEGITIMATE
from tocsin.flow.inside import rows_at_hand
from tocsin.flow.seeds import Sown
from tocsin.flow.world import World, as_text, rows_of


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
    habit: HabitEvidence | None
    networks: tuple[str, ...]
    ids: SessionIds
    shared: Held
    twins: pa.Table
    proposal: Proposal
    second: Second
    sown: Sown
    said: Answered | None
    apart: Mapping[int, Apart]
    near: frozenset[int]  # sessions whose rows the engine has at hand
    applied: Applied
    machine: Any  # the verdict before reviews
    verdict: Any
    decided_by: Mapping[int, str]
    campaigns: tuple[Campaign, ...]


def want(world: World, analysis: Analysis, wanted: Sequence[int]) -> None:
    """Name to the engine the sessions that the next steps are about."""
    if not analysis.near.issuperset(wanted):
        rows_at_hand(world, {*analysis.near, *wanted})
    rows = [(i + 1, analysis.ids[i]) for i in wanted]
    world.engine.bind_arrow(tables.WANTED, rows_of(tables.WANTED, rows))
    world.engine.run(outcome.wanted_rows())


def campaign_of(analysis: Analysis) -> dict[str, str]:
    """The campaign of each session that is in one."""
    return {session: made.id for made in analysis.campaigns for session in made.sessions}


def write_sessions(
    world: World, analysis: Analysis, told: Mapping[int, list[dict[str, Any]]]
) -> None:
    """Publish the table of sessions, with the reasons that are told."""
    m, ruling = analysis.matrix, analysis.proposal.ruling
    joined = campaign_of(analysis)
    places = analysis.ids.places(list(joined))
    campaign = {place: joined[session] for session, place in places.items()}
    rows = pa.table(
        {
            "session": analysis.ids.as_text(),
            "account": pa.array(m.account, pa.string()).take(pa.array(m.acc)),
            "start_us": m.start_us,
            "end_us": m.end_us,
            "acts": m.lines,
            "persons": m.persons,
            "probability": ruling.probability,
            "q_value": ruling.q_value,
            "verdict": pa.array(reviews.WORDS).take(pa.array(analysis.verdict)),
            "decided_by": _said(m.size, analysis.decided_by, ""),
            "campaign": _said(m.size, campaign, ""),
            "reasons": _said(m.size, {i: as_text(one) for i, one in told.items()}, "[]"),
        }
    )
    world.engine.bind_arrow(tables.SESSIONS_OUT, rows)
    staged = world.case.aside("sessions.parquet")
    world.engine.write(
        tables.SESSIONS_OUT.name, SESSIONS, staged, order=("start_us", "session")
    )
    world.case.publish(staged, "detect/sessions.parquet")
    world.engine.drop(tables.SESSIONS_OUT.name)


def _said(size: int, said: Mapping[int, str], else_: str) -> pa.Array:
    """A column of text of which few sessions have their own."""
    which = np.zeros(size, dtype=np.int32)
    which[list(said)] = np.arange(1, len(said) + 1)
    return pa.array([else_, *said.values()], pa.string()).take(pa.array(which))


def write_acts(world: World, analysis: Analysis) -> None:
    """Publish the acts of every session that is not all legitimate, each with whose it is."""
    engine = world.engine
    kept = np.flatnonzero(analysis.verdict != LEGITIMATE).tolist()
    want(world, analysis, kept)
    machine, given = analysis.machine, analysis.proposal.families["given"]
    rows, acts = [], []
    for i in kept:
        word = reviews.WORDS[int(machine[i])]
        one = analysis.apart.get(i)
        by_act = inside.two_hands if given[i] >= GIVEN else inside.act_by_act
        apart = one is not None and by_act(one) and word != "legitimate"
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
