"""Web bots: 35 human and 50 moderate-bot sessions of a real site, told apart by shape alone.

The tests are those of `tocsin detect` (`detect/shape.py`), calibrated on other human sessions:
ten folds, no bot seen. POST lines are dropped first: they are mouse telemetry, a give-away.
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tocsin.bench.measures import auc, found
from tocsin.bench.peers import OFF_THE_SHELF
from tocsin.bench.scores import Scores
from tocsin.detect import shape
from tocsin.detect.matrix import Matrix

FOLDS = 10
"""Parts of the human sessions, each judged by the others."""

PAGES = """
WITH pages AS (
  SELECT session, label, epoch_us("at") AS us, path,
         lag(epoch_us("at")) OVER (PARTITION BY session ORDER BY "at") AS last_us
  FROM read_parquet('{file}')
  WHERE method = 'GET'
    AND NOT regexp_matches(lower(split_part(path, '?', 1)),
      '[.](css|js|png|jpe?g|gif|ico|svg|woff2?|ttf|map|webp)$')
)
SELECT session, any_value(label) AS label, min(us) AS start_us, max(us) AS end_us,
       count(*) AS pages, count(last_us) FILTER (WHERE us > last_us) AS gaps,
       coalesce(avg(ln(1 + (us - last_us) / 1e6)) FILTER (WHERE us > last_us), 0) AS gap_mean,
       coalesce(stddev_pop(ln(1 + (us - last_us) / 1e6)) FILTER (WHERE us > last_us), 0) AS gap_sd,
       coalesce(quantile_disc(ln(1 + (us - last_us) / 1e6), 0.9)
         FILTER (WHERE us > last_us), 0) AS gap_high
FROM pages GROUP BY session HAVING count(*) >= 3 ORDER BY session
"""


def measured(file: Path, kept: Scores) -> list[Mapping[str, Any]]:
    """Rows of results: our tests, and the outlier detectors on the same sessions."""
    asked = PAGES.format(file=file.as_posix().replace("'", "''"))
    rows = duckdb.connect().sql(asked).to_arrow_table()
    held = {name: rows[name].to_numpy(zero_copy_only=False) for name in rows.column_names}
    human = held["label"] == "human"
    size = len(human)
    matrix = _matrix(held, size)
    fold = np.zeros(size, dtype=np.int64)
    fold[human] = np.arange(int(human.sum())) * 7 % FOLDS
    fold[~human] = np.arange(int((~human).sum())) % FOLDS
    figures = np.column_stack(
        [held["gap_mean"], held["gap_sd"], np.log(held["pages"]), held["gap_high"]]
    ).astype(np.float64)
    score = np.zeros(size)
    others = {name: np.zeros(size) for name in OFF_THE_SHELF}
    for part in range(FOLDS):
        here, taught = fold == part, human & (fold != part)
        weights = taught.astype(np.float64)
        score[here] = _odd(matrix, weights)[here]
        for name, peer in OFF_THE_SHELF.items():
            others[name][here] = peer(figures[taught], figures[here])
    kept.add(
        "webbots",
        0,
        np.where(human, "human", "bot"),
        (held["session"].astype(str), held["start_us"]),
        (~human, score),
    )
    told: list[Mapping[str, Any]] = [_row("shape", score, human)]
    told += [_row(name, values, human) for name, values in others.items()]
    told.append(_row("rate", held["pages"] / (held["end_us"] - held["start_us"] + 1e6), human))
    return told


def _odd(m: Matrix, weights: Any) -> Any:  # noqa: ANN401 - arrays
    """The tests of rhythm of the sessions, against those that weigh: the best and the rest."""
    p = shape.rhythm(m, weights)
    fast, regular = (-np.log(np.maximum(each, 1e-12)) for each in p)
    return fast + 0.25 * regular


def _row(method: str, score: Any, human: Any) -> dict[str, Any]:  # noqa: ANN401 - arrays
    return {
        "benchmark": "webbots",
        "method": method,
        "human": int(human.sum()),
        "bots": int((~human).sum()),
        "auc": round(auc(score[~human], score[human]), 4),
        "tpr_10%": round(found(score[~human], score[human], 0.10), 4),
    }


def _matrix(held: dict[str, Any], size: int) -> Matrix:
    given: dict[str, Any] = {
        "acc": np.arange(size),
        "gaps": held["gaps"].astype(np.int64),
        "gap_mean": held["gap_mean"].astype(np.float64),
        "gap_sd": held["gap_sd"].astype(np.float64),
        "gap_high": held["gap_high"].astype(np.float64),
        "data": held["pages"].astype(np.int64),
        "account": tuple(held["session"].astype(str)),
    }
    for field in fields(Matrix):
        given.setdefault(field.name, np.zeros(size, dtype=np.int64))
    return Matrix(**given)
