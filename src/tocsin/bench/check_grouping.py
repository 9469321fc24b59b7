"""How reports are grouped into campaigns: varied copies of the fictive lures, by pairs."""

import random
import re
from collections.abc import Sequence
from itertools import combinations

from tocsin.act.phishing.folding import fold
from tocsin.act.reports.grouping import Marks, groups
from tocsin.act.reports.redaction import redacted, shingles
from tocsin.bench.check_counts import Row
from tocsin.bench.check_sets import Sample

COPIES, SEED, SHORTEST = 5, 7, 90
"""Copies of each lure; the seed of what varies; letters below which a lure is left out."""
NAMES = ("Martin", "Dupont", "Lefebvre", "Nguyen", "Garcia", "Petit", "Moreau")


def grouping(french: Sequence[Sample]) -> list[Row]:
    """Lures copied with other names, links, digits and letters; pairs put together rightly."""
    chance = random.Random(SEED)  # noqa: S311  (no secret: copies that are the same each run)
    lures = [s for s in french if s.lure and len(s.message.text) > SHORTEST]
    copies = [(n, _varied(s, chance)) for n, s in enumerate(lures) for _ in range(COPIES)]
    marks = [Marks(shingles=shingles(fold(redacted(t))), traces=()) for _, t in copies]
    group_of = {m: k for k, members in enumerate(groups(marks)) for m in members}
    right = wrong = missed = 0
    for a, b in combinations(range(len(copies)), 2):
        same, put = copies[a][0] == copies[b][0], group_of[a] == group_of[b]
        right += same and put
        wrong += put and not same
        missed += same and not put
    found = 2 * right / max(1, 2 * right + wrong + missed)
    what = f"grouping of {COPIES} varied copies of each lure, F1 of pairs"
    return [{"set": "fictive French", "what": what, "value": round(found, 4), "n": len(copies)}]


def _varied(s: Sample, chance: random.Random) -> str:
    text = f"{s.message.subject}\n{s.message.text}"
    text = re.sub(r"\d", lambda _: str(chance.randrange(10)), text)
    text = re.sub(r"[\w.-]+\.example", lambda _: f"site{chance.randrange(999)}.example", text)
    text = text.replace("Bonjour", f"Bonjour {chance.choice(NAMES)}")
    disguise = chance.random()
    if disguise < 0.2:
        return text.replace("a", "\u0430").replace("e", "\u0435")
    return text.replace(" ", " \u200b") if disguise < 0.4 else text
