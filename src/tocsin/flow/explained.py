"""What a run says of its suspicions, and why: told once, kept, read again by `explain`."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tocsin.detect import explanation, facts_told, inside, reviews
from tocsin.detect.reasons import parts_of
from tocsin.flow.analysis import Analysis, campaign_of

EXPLAINED = "detect/explained.json"
"""Where the case keeps the explanation of each suspicion and of each reviewed session."""

Document = dict[str, Any]


def suspicion(analysis: Analysis, i: int, told: list[dict[str, Any]]) -> Document:
    """A session as `detect` tells it."""
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
        "campaign": campaign_of(analysis).get(analysis.ids[i], ""),
        "acts": int(m.lines[i]),
        "persons": int(m.persons[i]),
        "reasons": told,
    }


def explained(
    analysis: Analysis,
    wanted: Sequence[int],
    told: Mapping[int, list[dict[str, Any]]],
    shown: pa.Table,
) -> dict[str, Document]:
    """The whole explanation of each wanted session, by its id.

    Args:
        told: the reasons of each.
        shown: the relation `detect_shown`.
    """
    return {
        analysis.ids[i]: _one(
            analysis, i, told[i], shown.filter(pc.equal(shown["s"], pa.scalar(i + 1)))
        )
        for i in wanted
    }


def _one(analysis: Analysis, i: int, told: list[dict[str, Any]], shown: pa.Table) -> Document:
    m = analysis.matrix
    looks = (analysis.proposal, analysis.second)
    parts = parts_of(m, looks, i)
    mine = m.of_account(int(m.acc[i]))
    starts = [facts_told.instant(int(m.start_us[k])) for k in mine]
    return {
        **suspicion(analysis, i, told),
        "for_the_owner": [reason for reason in told if reason["bits"] < 0],
        "otherwise": explanation.otherwise(parts, float(analysis.proposal.bits[i])),
        "alike": explanation.alike(m, i, analysis.verdict, analysis.ids, starts),
        "against_habit": explanation.against_habit(m, i, analysis.verdict),
        "inside": _inside(analysis, i),
        "acts": facts_told.acts_in_brief(shown),
        "counts": facts_told.counts(m, i),
        "habit": facts_told.habit(m, i, analysis.networks),
    }


def _inside(analysis: Analysis, i: int) -> Document | None:
    """When the session stopped being the owner's, and whether two hands took turns."""
    one = analysis.apart.get(i)
    if one is None or reviews.WORDS[int(analysis.verdict[i])] == "legitimate":
        return None
    return {
        "two_hands": inside.two_hands(one),
        "turns": one.turns,
        "bits": round(one.bits, 1),
        "earliest_at": facts_told.instant(one.earliest),
        "latest_at": facts_told.instant(one.latest),
    }
