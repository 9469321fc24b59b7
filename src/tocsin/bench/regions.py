"""Simulated regions: what `tocsin detect` finds of each attack, and whom it accuses wrongly.

The simulator is never the headline: its thieves are the project's own. It shows what each honest
oddity costs (false alarms by confounder), and how many persons a day an imitator of the owner
may take before half of them are found (the undetectable budget).
"""

import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from tocsin.wiring.cases import open_case
from tocsin.wiring.regions import Size, simulate
from tocsin.wiring.stages import detect
from tocsin.wiring.trails import ingest

PERSONS, PROFESSIONALS, DAYS = 2_000, 100, 14

REGIONS: Mapping[str, int] = {
    "none": 10,
    "scrape": 3,
    "departed": 3,
    "ten-accounts": 3,
    "rotating": 3,
    "warm-up": 3,
    "shared-session": 3,
    "imitator": 10,
}
"""How many regions of each attack."""

FIRST_SEED = 8_000
"""Seeds that nothing was developed on."""

BUDGET = ((0, 5), (5, 10), (10, 20), (20, 1_000))
"""Persons a day that an imitator opens, from and below."""

SAID = ("usurped", "undecided")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One region: its truth beside what was said of it; keys are numbers of true sessions."""

    label: Mapping[int, str]
    confounder: Mapping[int, str]
    acts: Counter[tuple[str, str]]  # (true label, attribution)
    said: Mapping[int, str]  # the worst attribution of any act of the session
    sessions: int  # that Tocsin made
    persons_a_day: float  # that the thief opened


@dataclass(slots=True)
class Tally:
    """Sums over regions."""

    acts: Counter[tuple[str, str]] = field(default_factory=Counter)
    honest: Counter[str] = field(default_factory=Counter)  # what was said of honest sessions
    sessions: int = 0
    accusing: int = 0  # regions with an honest session called usurped


def measured() -> list[Mapping[str, Any]]:
    """Rows by attack, by confounder, and of the undetectable budget."""
    rows: list[Mapping[str, Any]] = []
    confounders: dict[str, Counter[str]] = defaultdict(Counter)
    imitators: list[tuple[float, bool]] = []
    for attack, found in _all():
        tally = Tally()
        for one in found:
            _count(one, tally, confounders)
            if attack == "imitator":
                imitators.append((one.persons_a_day, one.acts["usurped", "usurped"] > 0))
        rows.append(_row(attack, tally))
    rows += [
        {
            "benchmark": "confounders",
            "confounder": name or "(none)",
            "sessions": said["sessions"],
            **{word: said[word] for word in SAID},
            "false_per_thousand": round(
                1_000 * sum(said[w] for w in SAID) / said["sessions"], 2
            ),
        }
        for name, said in sorted(confounders.items())
    ]
    return rows + [_budget(low, high, imitators) for low, high in BUDGET]


def _all() -> Iterator[tuple[str, Iterator[Judged]]]:
    seed = FIRST_SEED
    for attack, regions in REGIONS.items():
        yield attack, (_judged(attack, seed + n) for n in range(regions))
        seed += 100


def _count(one: Judged, tally: Tally, confounders: dict[str, Counter[str]]) -> None:
    tally.acts.update(one.acts)
    tally.sessions += one.sessions
    accused = False
    for number, label in one.label.items():
        if label != "legitimate":
            continue
        said = one.said.get(number, "")
        tally.honest[said] += 1
        accused = accused or said == "usurped"
        confounders[one.confounder[number]].update(["sessions", said])
    tally.accusing += accused


def _row(attack: str, tally: Tally) -> Mapping[str, Any]:
    acts = tally.acts
    stolen = sum(n for (label, _), n in acts.items() if label == "usurped")
    called = sum(n for (_, said), n in acts.items() if said == "usurped")
    right = acts["usurped", "usurped"]
    return {
        "benchmark": "regions",
        "attack": attack,
        "regions": REGIONS[attack],
        "acts_stolen": stolen,
        "recall": round(right / stolen, 3) if stolen else None,
        "precision": round(right / called, 3) if called else None,
        "left_undecided": round(acts["usurped", "undecided"] / stolen, 3) if stolen else None,
        "sessions": tally.sessions,
        "false_usurped": tally.honest["usurped"],
        "false_undecided_per_thousand": round(
            1_000 * tally.honest["undecided"] / max(tally.sessions, 1), 2
        ),
        "regions_that_accuse": tally.accusing,
    }


def _budget(low: int, high: int, imitators: list[tuple[float, bool]]) -> Mapping[str, Any]:
    held = [found for persons, found in imitators if low <= persons < high]
    return {
        "benchmark": "undetectable budget",
        "persons_a_day": f"{low} to {high}",
        "imitators": len(held),
        "found": sum(held),
    }


def _judged(attack: str, seed: int) -> Judged:
    sys.stderr.write(f"… {attack} {seed}\n")
    with TemporaryDirectory(prefix="tocsin-bench-") as folder:
        place = Path(folder)
        os.environ.setdefault("TOCSIN_KEY_DIR", str(place / "keys"))
        size = Size(persons=PERSONS, professionals=PROFESSIONALS, days=DAYS, seed=seed)
        simulate(place / "region", size, (attack,))
        open_case(place / "case", place / "region/estate.toml")
        ingest(place / "case")
        sessions = int(detect(place / "case")["sessions"])
        return _compared(place, sessions)


def _compared(place: Path, sessions: int) -> Judged:
    files = {
        row["file"]: row["digest"]
        for row in pq.read_table(place / "case/trail/ledger.parquet").to_pylist()
    }
    attributed = {
        (row["digest"], row["position"]): row["attribution"]
        for row in pq.read_table(place / "case/detect/acts.parquet").to_pylist()
    }
    acts: Counter[tuple[str, str]] = Counter()
    said: dict[int, str] = {}
    for act in _csv(place / "region/truth/acts.csv"):
        if act["in_trail"] == "true":
            where = (files[act["file"]], int(act["position"]))
            word = attributed.get(where, "legitimate")
            acts[act["label"], word] += 1
            number = int(act["session"])
            if word in SAID and said.get(number) != "usurped":
                said[number] = word
    truth = list(_csv(place / "region/truth/sessions.csv"))
    return Judged(
        label={int(row["number"]): row["label"] for row in truth},
        confounder={int(row["number"]): row["confounder"] for row in truth},
        acts=acts,
        said=said,
        sessions=sessions,
        persons_a_day=_persons_a_day(place, truth),
    )


def _persons_a_day(place: Path, truth: list[dict[str, str]]) -> float:
    """Distinct persons that the thief saw, over the days on which he was there."""
    days = {row["start_at"][:10] for row in truth if row["label"] == "usurped"}
    reach = pq.read_table(place / "region/truth/reach.parquet", columns=["person", "grade"])
    seen = {r["person"] for r in reach.to_pylist() if r["grade"] == "certain"}
    return len(seen) / max(len(days), 1)


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)
