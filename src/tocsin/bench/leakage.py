"""`tocsin bench leakage`: what each single feature gives away on the simulator's hard tier.

A simulator in which one number tells the thief proves nothing. For each attack of the hard tier
the area under the ROC curve of every feature of a session alone is counted, either way up, and
their mean over the attacks. Above 0.90 the hard tier is not hard (docs/why/hard-tier.md).
"""

import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tocsin.detect.context import SHARED
from tocsin.flow.analysis import Analysis
from tocsin.flow.detect import judged
from tocsin.simulate.thefts import HARD
from tocsin.wiring.cases import open_case
from tocsin.wiring.regions import Size, simulate
from tocsin.wiring.trails import ingest
from tocsin.wiring.world import open_world

MOST = 0.90
"""A feature above this gives the thief away by itself."""

SEEDS = (7001,)
"""Regions of each attack."""

Reals = NDArray[np.float64]


def run(*, persons: int, seeds: tuple[int, ...] = SEEDS) -> Mapping[str, Any]:
    """Simulate, ingest and measure; the AUC of each feature by attack, and their mean."""
    found: dict[str, dict[str, float]] = {}
    for attack in HARD:
        scores: dict[str, list[Reals]] = defaultdict(list)
        labels: list[NDArray[np.bool_]] = []
        for seed in seeds:
            sys.stderr.write(f"… {attack} {seed}\n")
            features, stolen = _region(attack, persons, seed)
            labels.append(stolen)
            for name, values in features.items():
                scores[name].append(values)
        truth = np.concatenate(labels)
        found[attack] = {
            name: round(auc(np.concatenate(parts), truth), 3) for name, parts in scores.items()
        }
    names = list(next(iter(found.values())))
    mean = {name: round(float(np.mean([found[a][name] for a in HARD])), 3) for name in names}
    return {
        "benchmark": "leakage",
        "persons": persons,
        "seeds": list(seeds),
        "rows": [
            {"feature": name, **{a: found[a][name] for a in HARD}, "mean": mean[name]}
            for name in sorted(names, key=lambda name: -mean[name])
        ],
        "most": max(mean.values()),
        "fine": max(mean.values()) <= MOST,
    }


def auc(values: Reals, truth: NDArray[np.bool_]) -> float:
    """The area under the ROC curve, ties halved, whichever way up is larger."""
    _, rank, many = np.unique(values, return_inverse=True, return_counts=True)
    middle = (np.cumsum(many) - (many - 1) / 2.0)[rank]
    ours, others = int(truth.sum()), int((~truth).sum())
    if not ours or not others:
        return 0.5
    area = (float(middle[truth].sum()) - ours * (ours + 1) / 2.0) / (ours * others)
    return max(area, 1.0 - area)


def _region(attack: str, persons: int, seed: int) -> tuple[dict[str, Reals], Any]:
    with TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ.setdefault("TOCSIN_KEY_DIR", str(place / "keys"))
        size = Size(persons=persons, professionals=persons // 27, days=24, seed=seed)
        simulate(place / "region", size, (attack,))
        open_case(place / "case", place / "region/estate.toml")
        ingest(place / "case")
        with open_world(place / "case", write=True) as (world, _):
            analysis = judged(world)
            held = world.engine.fetch("detect_held")
            files = world.engine.fetch("detect_files")
        digest = dict(zip(files["file"].to_pylist(), files["digest"].to_pylist(), strict=True))
        where = {
            (digest[file], position): s - 1
            for s, file, position in zip(
                *(held[name].to_pylist() for name in ("s", "file", "position")), strict=True
            )
        }
        stolen = _stolen(place, where, analysis.matrix.size)
    return _features(analysis), stolen


def _stolen(place: Path, where: Mapping[Any, int], size: int) -> NDArray[np.bool_]:
    """The sessions most of whose acts are the thief's."""
    ledger = pq.read_table(place / "case/trail/ledger.parquet").to_pylist()
    files = {row["file"]: row["digest"] for row in ledger}
    count: Counter[tuple[int, str]] = Counter()
    with (place / "region/truth/acts.csv").open(encoding="utf-8") as truth:
        for act in csv.DictReader(truth):
            if act["in_trail"] == "true":
                s = where.get((files[act["file"]], int(act["position"])))
                if s is not None:
                    count[s, act["label"]] += 1
    stolen = np.zeros(size, dtype=np.bool_)
    for (s, label), acts in count.items():
        if label == "usurped" and acts > count[s, "legitimate"]:
            stolen[s] = True
    return stolen


def _features(found: Analysis) -> dict[str, Reals]:
    """What one can count in a session, or say of it beside its account."""
    m, e = found.matrix, found.proposal.evidence
    reached = m.care.sum(axis=1)
    long = np.maximum(m.end_us - m.start_us, 1_000_000) / 1e6
    counted = {
        "acts": m.data,
        "persons": m.persons,
        "searches": m.searches,
        "opens": m.opens,
        "writes": m.writes,
        "services": m.services,
        "pages turned": m.pages,
        "duration": long,
        "acts a minute": 60.0 * m.data / long,
        "spread of gaps": m.gap_sd,
        "searches to opens": np.log((m.searches + 1.0) / (m.opens + 1.0)),
        "order of queries": np.maximum(m.ups, m.downs) / np.maximum(m.moves, 1),
        "night": np.isin(m.hour % 8, (0, 1, 7)),
        "weekend": m.hour >= 8,
        "refused logins": m.failed_logins,
        "emergency claimed": m.overrides,
        "unusual network": e.net.level >= SHARED,
        "unusual client": e.client.level >= SHARED,
        "two places at once": e.elsewhere > 0,
        "unexplained share": m.care[:, 0] / np.maximum(reached, 1.0),
        "unexplained persons": m.care[:, 0],
    }
    return {name: np.asarray(values, dtype=np.float64) for name, values in counted.items()}
