"""A small text model for English mail: it may raise a weak case by one level and order a queue.

Hashed words and pairs of words, logistic regression. It never decides alone and never lowers a
verdict. French is left to the rules: models trained on public texts flag genuine French
institutional messages (docs/why/text-model.md).
"""

import itertools
import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 1 << 16
MOST_LETTERS = 3_000
"""Letters of a text that the model reads, the subject counted twice."""

_WORD = re.compile(r"[a-z][a-z']+")
_ENGLISH = frozenset(
    "the and to you your of is for in this have we our with please are that will not".split()
)
_FRENCH = frozenset(
    "le la les de des du et vous votre vos est une un pour dans sur nous pas avec ce".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextModel:
    """Weights of hashed features, in steps of `step`, and the constant."""

    weights: NDArray[np.int8]
    step: float
    constant: float
    version: str


def words_of(subject: str, text: str) -> list[str]:
    """The words that the model reads, in order; both texts are folded."""
    return _WORD.findall(f"{subject} . {subject} . {text[:MOST_LETTERS]}")


def is_english(words: list[str]) -> bool:
    """Whether English small words outnumber French ones by far."""
    english = sum(word in _ENGLISH for word in words)
    french = sum(word in _FRENCH for word in words)
    return english >= 3 and english > 2 * french


def features(words: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Places and values of the hashed words and pairs: log of the count, of length one."""
    pairs = (f"{a} {b}" for a, b in itertools.pairwise(words))
    counts = Counter(zlib.crc32(w.encode()) % SIZE for w in (*words, *pairs))
    places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = np.fromiter(
        (1.0 + math.log(n) for n in counts.values()), dtype=np.float64, count=len(counts)
    )
    length = float(np.sqrt((values * values).sum()))
    return places, values / length if length else values


def leaning(model: TextModel, words: list[str]) -> float:
    """The log-odds that the words are a lure's, as the model sees it."""
    places, values = features(words)
    return float((model.weights[places] * values).sum() * model.step + model.constant)
