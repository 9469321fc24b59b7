"""`tocsin bench detect`: account switching on a real trail, web bots, simulated regions.

Everything is measured on accounts and times that no model has seen; peers run on the same
figures in the same run. Learn: before the median instant, accounts of one half. Test: after it,
accounts of the other half. Split k halves the accounts by bit k of the MD5 of their name.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.bench import conformal, days, regions, webbots
from tocsin.bench.measures import Codes, Reals, auc, found, interval, runs
from tocsin.bench.peers import OFF_THE_SHELF
from tocsin.bench.scores import Scores
from tocsin.bench.switching import KINDS, Switched, four_rules, freeman, switched
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.detect.contrast import half_of, learn
from tocsin.detect.figures import FIGURES
from tocsin.wiring.spare import spare_engine

SPLITS = 5
"""Halvings of the accounts."""

RELATIVE = (
    "hour_now",
    "weekend_now",
    "client_now",
    "unit_now",
    "area_now",
    "person_new",
    "area_new",
    "person_new_moved",
    "peers_unknown",
    "volume_moved",
    "volume",
    "rate",
    "areas",
)
"""Of what `tocsin detect` counts, the thirteen that the outlier detectors are given beside."""

LOW_AND_SLOW = (1, 3, 5, 10, 20)
"""Sessions in a row over which evidence is gathered."""


def run(*, data: Path | None, scores: Path | None) -> Mapping[str, Any]:
    """Measure everything that the data folder allows; write every scored session.

    Args:
        data: a folder with `edits/edits.parquet` and `webbots/requests.parquet`.
        scores: a CSV or Parquet file to write.

    Raises:
        InputError: no folder, or nothing of use in it.
    """
    if data is None or not data.is_dir():
        raise InputError(
            Says("bench detect demande de vraies traces", "bench detect needs real trails"),
            next_step=Says(
                "Donnez --data FOLDER, avec edits/edits.parquet et webbots/requests.parquet.",
                "Give --data FOLDER with edits/edits.parquet and webbots/requests.parquet.",
            ),
        )
    kept = Scores()
    rows: list[Mapping[str, Any]] = []
    edits, bots = data / "edits" / "edits.parquet", data / "webbots" / "requests.parquet"
    if edits.is_file():
        with spare_engine("2GB") as engine:
            made = switched(engine, edits)
        rows += _switching(made, kept)
    else:
        rows.append({"benchmark": "switching", "skipped": "edits/edits.parquet is absent"})
    if bots.is_file():
        rows += webbots.measured(bots, kept)
    else:
        rows.append({"benchmark": "webbots", "skipped": "webbots/requests.parquet is absent"})
    rows += regions.measured()
    if scores is not None:
        kept.write(scores)
    return {"bench": "detect", "rows": rows}


def _switching(made: Switched, kept: Scores) -> list[Mapping[str, Any]]:
    m, trials = made.matrix, made.trials
    genuine = trials.real & (made.scored > 0)
    cut = float(np.median(m.start_us[trials.on[genuine]]))
    early = m.start_us[trials.on] < cut
    rows: list[Mapping[str, Any]] = []
    for split in range(SPLITS):
        half = np.array([half_of(name, split) for name in m.account])[m.acc[trials.on]]
        dev = (made.scored > 0) & early & (half == 0)
        late = (made.scored > 0) & ~early & (half == 1) & (made.protocol > 0)
        changed = late & (trials.kind == days.SWITCHED)
        test = late & ~changed
        before = (made.scored > 0) & early & (half == 1) & (made.protocol > 0)
        before &= trials.kind != days.SWITCHED
        methods = _methods(made, dev, late | before)
        for name, score in methods.items():
            rows.append(_row(made, split, name, score, test))
        ours = methods[OURS]
        rows += conformal.strata(made, split, ours, (before & genuine, test))
        rows += conformal.lists(made, split, ours, (before & genuine, test))
        both = (test & trials.real, changed)
        rows.append(
            {"benchmark": "first day", "split": split}
            | dict(days.measured(m, both, ours, trials.session, trials.on))
        )
        kept.switching(made, split, ours, test)
    rows += _means(rows)
    return rows


RICHER = ", with our figures"
"""An outlier detector that is given what `tocsin detect` counts, not the plain figures."""

OURS = "contrast"
"""The method that `tocsin detect` runs."""


def _methods(made: Switched, dev: Any, wanted: Any) -> dict[str, Reals]:  # noqa: ANN401
    """Scores of the wanted trials by every method; NaN elsewhere."""
    trials, figures = made.trials, made.figures
    at = {figure.name: j for j, figure in enumerate(FIGURES)}
    attack = (trials.kind >= 0) & (trials.kind < 3)
    taught = dev & (trials.real | attack)
    size = len(trials.kind)

    def spread(values: Reals) -> Reals:
        whole = np.full(size, np.nan)
        whole[wanted] = values
        return whole

    model = learn(figures[taught], attack[taught])
    score, parts = model.score(figures[wanted])
    made_by: dict[str, Reals] = {
        OURS: spread(score),
        "contrast, additive": spread(np.asarray(parts.sum(axis=1), dtype=np.float64)),
    }
    ours = np.nan_to_num(figures[:, [at[name] for name in RELATIVE]].astype(np.float64))
    for given, told in ((made.plain, ""), (ours, RICHER)):
        own, asked = given[dev & trials.real], given[wanted]
        middle, width = own.mean(axis=0), own.std(axis=0) + 1e-9
        for name, peer in OFF_THE_SHELF.items():
            made_by[name + told] = spread(
                peer((own - middle) / width, (asked - middle) / width)
            )
    plain = made.plain[wanted]
    made_by["Freeman ratio"] = spread(freeman(plain, team=False))
    made_by["Freeman ratio, unit"] = spread(freeman(plain, team=True))
    made_by["four rules"] = spread(four_rules(plain))
    return made_by


def _row(made: Switched, split: int, name: str, score: Reals, test: Any) -> dict[str, Any]:  # noqa: ANN401
    m, trials = made.matrix, made.trials
    own = test & trials.real
    row: dict[str, Any] = {"benchmark": "switching", "split": split, "method": name}
    row["genuine"] = int(own.sum())
    account = m.acc[trials.on]
    start = m.start_us[trials.on]
    for number, kind in enumerate(KINDS):
        here = test & (trials.kind == number)
        row[f"{kind}_auc"] = round(auc(score[here], score[own]), 4)
        row[f"{kind}_tpr_0.1%"] = round(found(score[here], score[own], 0.001), 4)
        row[f"{kind}_tpr_1%"] = round(found(score[here], score[own], 0.01), 4)
    for size in LOW_AND_SLOW[1:]:
        calm = runs(score[own], account[own], start[own], size)
        for number in (1, 2):
            here = test & (trials.kind == number)
            slow = runs(score[here], account[here], start[here], size)
            row[f"{KINDS[number]}_auc_k{size}"] = round(auc(slow, calm), 4)
    if name == OURS:
        row |= _intervals(score, account, test, trials.kind)
    return row


def _intervals(score: Reals, account: Codes, test: Any, kind: Codes) -> dict[str, Any]:  # noqa: ANN401
    at = np.flatnonzero(test)
    s, k = score[at], kind[at]

    def of(number: int, rate: float | None) -> list[float]:
        def figure(rows: Any) -> float:  # noqa: ANN401
            attacks, own = s[rows][k[rows] == number], s[rows][k[rows] == -1]
            return auc(attacks, own) if rate is None else found(attacks, own, rate)

        return interval(account[at], figure)

    return {
        "stranger_tpr_0.1%_95": of(0, 0.001),
        "colleague_auc_95": of(1, None),
        "mimic_auc_95": of(2, None),
    }


def _means(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The mean of each method over the splits."""
    listed: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["benchmark"] == "switching":
            listed.setdefault(str(row["method"]), []).append(row)
    means: list[Mapping[str, Any]] = []
    for name, many in listed.items():
        mean: dict[str, Any] = {"benchmark": "switching", "split": "mean", "method": name}
        for key, value in many[0].items():
            if isinstance(value, float):
                mean[key] = round(float(np.mean([row[key] for row in many])), 4)
        means.append(mean)
    return means
