"""Two small text models, one for English mail and one for French messages.

Each may raise a weak case by one level and order a queue; neither decides alone, nor lowers a
verdict. Logistic regression on hashed words, pairs of words and runs of letters. The French one
learned from messages written for Tocsin alone: models trained on public texts flag genuine
French institutional messages (docs/why/text-model.md).
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

FRENCH_SIZE, FRENCH_LETTERS, RUNS = 1 << 17, 2_500, (3, 4, 5)
"""Places of the French model, letters that it reads, and its runs of letters."""

ENGLISH_SIZE, ENGLISH_LETTERS = SIZE + FRENCH_SIZE, 1_500
"""Places of the English model, words first; letters whose runs it reads, the subject twice."""

Features = tuple[NDArray[np.int64], NDArray[np.float64]]

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
    return _WORD.findall(f"{subject} . {subject} . {letter(text)[:MOST_LETTERS]}")


def letter(text: str) -> str:
    """A folded mail without the disclaimer that an office hangs below every mail, lure or not."""
    m = _DISCLAIMER.search(text, LEAST_LETTER)
    return text[: m.start()] if m else text


LEAST_LETTER = 40
"""Letters that a mail has before its disclaimer."""

_DISCLAIMER = re.compile(
    r"(?:confidentiality|privacy|legal) (?:notice|note|warning|disclaimer|statement)\b|\bdisclaimer ?:"
    r"|\bconfidentiality ?:|\bthis (?:e-?mail|message|communication|transmission)\b[^.\n]{0,90}?"
    r"\b(?:confidential|privileged|intended (?:only|solely)|property of)"
    r"|\bthe information (?:contained|transmitted) in this\b"
)


def is_french(words: list[str]) -> bool:
    """Whether the words are no English: short texts have few small words of either tongue."""
    english = sum(word in _ENGLISH for word in words)
    return sum(word in _FRENCH for word in words) >= english


def features(words: list[str], size: int = SIZE) -> Features:
    """Places and values of the hashed words and pairs: log of the count, of length one."""
    pairs = (f"{a} {b}" for a, b in itertools.pairwise(words))
    counts = Counter(zlib.crc32(w.encode()) % size for w in (*words, *pairs))
    places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = np.fromiter(
        (1.0 + math.log(n) for n in counts.values()), dtype=np.float64, count=len(counts)
    )
    length = float(np.sqrt((values * values).sum()))
    return places, values / length if length else values


def french_features(text: str) -> Features:
    """Places and values of a folded text: its words and pairs, and its runs of letters."""
    line = f" {' '.join(_DIGIT.sub('0', text[:FRENCH_LETTERS]).split())} "
    places, values = _runs(line)
    said, weights = features(_SAID.findall(line), FRENCH_SIZE)
    return np.concatenate((places, said)), np.concatenate((values, weights)) / math.sqrt(2)


def english_features(subject: str, text: str) -> Features:
    """Places and values of a folded mail: its words and pairs, and its runs of letters.

    Addresses, sums and numbers are read as such, whatever they say.
    """
    said, weights = features(words_of(subject, text))
    plain = f"{subject} . {subject} . {letter(text)[:ENGLISH_LETTERS]}"
    for kind, pattern in _KINDS:
        plain = pattern.sub(f" {kind} ", plain)
    places, values = _runs(f" {' '.join(plain.split())} ")
    return (
        np.concatenate((said, places + SIZE)),
        np.concatenate((weights, values)) / math.sqrt(2),
    )


_KINDS = (
    ("qlink", re.compile(r"(?:https?://|www\.)\S+")),
    ("qaddr", re.compile(r"[\w.+%=-]{1,80}@[\w.-]+")),
    (
        "qmoney",
        re.compile(r"(?:[$€£]|usd|eur) ?\d[\d.,]*|\d[\d.,]* ?(?:[$€£]|usd|eur|dollars|euros)"),
    ),
    ("qnum", re.compile(r"\d[\d.,:/-]*")),
)
_DIGIT = re.compile(r"\d")
_SAID = re.compile(r"[a-z0]+")
_NONE = np.zeros(0, dtype=np.int64)
_TURN, _STRETCH, _KEPT = np.uint64(257), np.uint64(0x9E3779B97F4A7C15), np.uint64(64 - 17)


def _runs(line: str) -> Features:
    """Places and values of the runs of letters of a line: log of the count, of length one."""
    letters = np.frombuffer(line.encode("ascii", "replace"), dtype=np.uint8).astype(np.uint64)
    found = [_hashed(letters, size) for size in RUNS if len(letters) >= size]
    places, counts = np.unique(np.concatenate(found or [_NONE]), return_counts=True)
    values = 1.0 + np.log(counts)
    return places, values / (np.sqrt((values * values).sum()) or 1.0)


def _hashed(letters: NDArray[np.uint64], size: int) -> NDArray[np.int64]:
    """The places of all runs of so many letters: multiplicative hashing (Knuth, TAOCP 6.4)."""
    last = len(letters) - size + 1
    run = np.zeros(last, dtype=np.uint64)
    for at in range(size):
        run = run * _TURN + letters[at : last + at]
    return ((run * _STRETCH) >> _KEPT).astype(np.int64)


def leaning(model: TextModel, words: list[str]) -> float:
    """The log-odds that the words are a lure's, as the model sees it."""
    return leaning_of(model, features(words))


def leaning_of(model: TextModel, read: Features) -> float:
    """The log-odds that some features are a lure's, as the model sees it."""
    places, values = read
    return float((model.weights[places] * values).sum() * model.step + model.constant)
