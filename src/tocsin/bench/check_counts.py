"""What the benchmark of messages counts with: shares, their intervals, words for a model."""

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Any

from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.text_model import words_of
from tocsin.bench import text_model
from tocsin.bench.check_sets import Sample

Row = dict[str, Any]


def wilson(hits: int, of: int) -> list[float]:
    """The 95 % interval of a share (E. B. Wilson, JASA 22, 1927)."""
    if not of:
        return [0.0, 1.0]
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


def share(name: str, what: str, hits: int, of: int) -> Row:
    """A row: so many of so many, with the interval of the share."""
    return {
        "set": name,
        "what": what,
        "share": round(hits / of, 4) if of else None,
        "n": of,
        "interval": wilson(hits, of),
    }


def read(s: Sample) -> list[str]:
    """The words of a message, as a model reads them."""
    return words_of(fold(s.message.subject), fold(s.message.text)) or ["vide"]


def words(samples: Sequence[Sample]) -> list[text_model.Row]:
    """The words of messages as features, each weighed as its set is."""
    return text_model.rows(_weighed(samples), text_model.words_alone)


def mails(samples: Sequence[Sample]) -> list[text_model.Row]:
    """The features of mails as the English model reads them, each weighed as its set is."""
    return text_model.rows(_weighed(samples))


def _weighed(samples: Sequence[Sample]) -> Iterator[text_model.Mail]:
    for s in samples:
        weight = text_model.WEIGHTS.get(s.family, 1.0)
        yield s.message.subject, s.message.text, int(s.lure), weight


def calibration_error(told: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error: the gap of probability told and share found, by equal bins.

    Source:
        M. P. Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015.
    """
    gaps = 0.0
    for n in range(bins):
        of = [
            (p, y)
            for p, y in told
            if n / bins <= p < (n + 1) / bins or (n == bins - 1 and p == 1)
        ]
        gaps += abs(sum(p for p, _ in of) - sum(y for _, y in of))
    return gaps / len(told) if told else 0.0


def micro_f1(pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> float:
    """Micro-averaged F1 of (what holds, what was found) over all messages."""
    right = sum(len(holds & found) for holds, found in pairs)
    all_ = sum(len(holds) + len(found) for holds, found in pairs)
    return 2 * right / all_ if all_ else 1.0
