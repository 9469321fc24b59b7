"""The run in values that JSON can carry: reasons, habits, calibration, campaigns."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.core.records import Reason, Says
from tocsin.core.zones import DAY_US
from tocsin.detect import history, shape
from tocsin.detect.campaigns import Campaign
from tocsin.detect.matrix import Matrix
from tocsin.detect.pipeline import Proposal
from tocsin.detect.verdict import LEGITIMATE, PRIOR, rule

SHORT_DAYS = 14
"""A history shorter than this is said to be short."""

FEW_DAYS = 3
"""An account with fewer days of activity has too little history of its own."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(us: int) -> str:
    """An instant as ISO text in UTC."""
    return (_EPOCH + timedelta(microseconds=us)).isoformat()


def both(says: object) -> dict[str, str]:
    """A sentence in both languages."""
    assert isinstance(says, Says)
    return {"fr": says.fr, "en": says.en}


def reason(found: Reason) -> dict[str, Any]:
    """A reason as the contract words it, with its family."""
    return {
        "signal": found.signal,
        "family": found.family,
        "says": both(found.says),
        "bits": found.bits,
        "places": [
            {
                "source": place.source,
                "digest": place.digest,
                "position": place.position,
                "event_id": place.event_id,
            }
            for place in found.places
        ],
    }


def campaign(made: Campaign) -> dict[str, Any]:
    """A campaign as the contract words it."""
    return {
        "campaign": made.id,
        "sessions": list(made.sessions),
        "accounts": list(made.accounts),
        "traits": {
            "networks": list(made.networks),
            "clients": list(made.clients),
            "links": [
                {
                    "trait": link.trait,
                    "value": link.value,
                    "sessions": list(link.sessions),
                    "bits": round(link.bits, 1),
                }
                for link in made.links
            ],
        },
    }


def acts_in_brief(shown: pa.Table) -> list[dict[str, Any]]:
    """The session's first lines of each kind, by local ids."""
    names = ("us", "source", "position", "service", "operation", "kind", "outcome", "person")
    columns = [shown.sort_by("us")[name].to_pylist() for name in names]
    return [
        {"at": instant(row[0]), **dict(zip(names[1:], row[1:], strict=True))}
        for row in zip(*columns, strict=True)
    ]


def counts(m: Matrix, i: int) -> dict[str, int]:
    """What the session did, in numbers."""
    nothing, weak, strong = (int(n) for n in m.care[i])
    return {
        "lines": int(m.lines[i]),
        "searches": int(m.searches[i]),
        "opens": int(m.opens[i]),
        "writes": int(m.writes[i]),
        "exports": int(m.exports[i]),
        "persons": int(m.persons[i]),
        "persons_unexplained": nothing,
        "persons_of_the_organisation": weak,
        "persons_in_care": strong,
    }


def habit(m: Matrix, i: int, networks: tuple[str, ...]) -> dict[str, Any]:
    """What the account does in its other sessions."""
    mine = m.others(i)
    hours = np.bincount(m.hour[mine] % 8, minlength=8)
    nets, often = np.unique(m.net[mine], return_counts=True)
    top = [networks[int(n)] for n in nets[np.argsort(-often)][:3]]
    return {
        "sessions": len(mine),
        "days": len(np.unique(m.day[mine])),
        "networks": [name for name in top if name],
        "hours": [f"{3 * int(h)}-{3 * int(h) + 3}" for h in np.argsort(-hours)[:3] if hours[h]],
        "persons_a_session": float(np.median(m.persons[mine])) if len(mine) else 0.0,
        "searches_a_session": float(np.median(m.searches[mine])) if len(mine) else 0.0,
        "unexplained_share": float(m.care[mine, 0].sum() / max(float(m.care[mine].sum()), 1.0)),
    }


def document(
    found: Proposal, m: Matrix, *, suspicions: list[dict[str, Any]], fdr: float
) -> dict[str, Any]:
    """The summary of a run, campaigns and reviews apart."""
    return {
        "sessions": m.size,
        "suspicions": suspicions,
        "fdr": fdr,
        "prior": PRIOR,
        "sensitivity": {
            "prior_x10": _how_many(found, fdr, 10 * PRIOR),
            "prior_/10": _how_many(found, fdr, PRIOR / 10),
        },
        "expected_false": round(sum(1.0 - one["probability"] for one in suspicions), 3),
        "calibration": _calibration(found, m),
        "history": _history(m),
    }


def _how_many(found: Proposal, fdr: float, prior: float) -> dict[str, int]:
    """The verdicts that another prior would give to the same evidence."""
    ruling = rule(found.bits, found.spoken, fdr=fdr, prior=prior)
    return {
        "usurped": int((ruling.verdict == 2).sum()),
        "undecided": int((ruling.verdict == 1).sum()),
    }


def _calibration(found: Proposal, m: Matrix) -> dict[str, Any]:
    """How often the tests' p-values fall below nominal rates, suspicions left out."""
    calm = found.ruling.verdict == LEGITIMATE
    e = found.evidence
    realised: dict[str, Any] = {}
    for names, tested in ((shape.TESTS, e.shape), (history.TESTS, e.history)):
        for name, p in zip(names, tested.p, strict=True):
            taken = p[calm & (p < 1.0)]
            if len(taken):
                realised[name] = {
                    "sessions": len(taken),
                    "at_0.01": round(float((taken <= 0.01).mean()), 5),
                    "at_0.001": round(float((taken <= 0.001).mean()), 5),
                }
    return {
        "unusual_days": round(e.care.odd_days, 5),
        "concentration_of_care": e.care.alike,
        "network_levels": np.bincount(e.net.level[calm], minlength=4).tolist(),
        "realised": realised,
        "sessions_without_data": int((~m.acting).sum()),
    }


def _history(m: Matrix) -> dict[str, Any]:
    """How much history there is, and what it does not allow."""
    pairs = np.unique(np.column_stack([m.acc, m.day]), axis=0) if m.size else np.zeros((0, 2))
    days = np.bincount(pairs[:, 0].astype(np.int64)) if len(pairs) else np.zeros(0)
    span = int(m.end_us.max() - m.start_us.min()) / DAY_US if m.size else 0.0
    few = int(((days > 0) & (days < FEW_DAYS)).sum())
    says = Says(
        f"Historique de {span:.0f} jours ; {few} comptes ont moins de {FEW_DAYS} jours "
        "d'activité : ils sont jugés surtout d'après leur métier.",
        f"A history of {span:.0f} days; {few} accounts have fewer than {FEW_DAYS} days of "
        "activity: they are judged mostly by their role.",
    )
    return {
        "days": round(span, 1),
        "short": span < SHORT_DAYS,
        "accounts": int((days > 0).sum()),
        "accounts_with_little_history": few,
        "says": both(says),
    }
