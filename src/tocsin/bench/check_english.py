"""English mail in the benchmark of messages: two corpora of lures against ham, beside peers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time

from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.text_model import (
    TextModel,
    english_features,
    leaning,
    leaning_of,
    words_of,
)
from tocsin.act.phishing.tongue import speaks_english
from tocsin.act.phishing.verdict import check
from tocsin.bench import check_peers as peers
from tocsin.bench import check_sets as sets
from tocsin.bench import text_model
from tocsin.bench.check_counts import Row, mails, read, share, words
from tocsin.bench.check_sets import Sample
from tocsin.core.messages import Checked, Senders

RATE = 0.005
PEER_MAILS = 250
"""Mails of each kind that peers read: they are slow."""


def english(folder: Path, ham_folder: Path, senders: Senders, failures: list[str]) -> list[Row]:
    """English mail: lures of two corpora against ham; the model is fitted without the ham judged."""
    ham = sets.old_mails(ham_folder, lure=False)
    halves = ham[::2], ham[1::2]
    lures = {
        "honeypot 2021-2025": sets.honeypot(folder, "EN"),
        "Nazario 2015-2022": sets.nazario(folder),
    }
    spam = sets.old_mails(ham_folder, lure=True)
    scores: dict[str, list[float]] = {
        name: [0.0] * len(listed) for name, listed in lures.items()
    }
    ham_scores: list[float] = []
    top: dict[str, int] = dict.fromkeys(lures, 0)
    for fit, judged in (halves, halves[::-1]):
        model = text_model.english_fitted(mails([*fit, *spam]), "0")
        judge = _judge(senders, model)
        ham_scores += [judge(s).probability for s in judged]
        for name, listed in lures.items():
            said = [judge(s) for s in listed]
            scores[name] = [
                a + c.probability / 2 for a, c in zip(scores[name], said, strict=True)
            ]
            top[name] = sum(c.verdict != "no_sign" for c in said)
    limit = threshold(ham_scores)
    rows = [
        {
            "set": "English mail",
            "what": f"threshold at {RATE:.1%} of other ham",
            "value": round(limit, 4),
            "n": len(ham),
        }
    ]
    for name, values in scores.items():
        rows += _found(name, lures[name], [v > limit for v in values])
        rows.append(share(f"English mail, {name}", "top two verdicts", top[name], len(values)))
        failures += [
            f"lure {s.where}" for s, v in zip(lures[name], values, strict=True) if v <= limit
        ][:20]
    rows += _across(lures, ham)
    rows += _mail_speed(lures["honeypot 2021-2025"][:200] + ham[:200], senders)
    return rows + _peers(lures["honeypot 2021-2025"], ham, halves)


def _found(name: str, listed: Sequence[Sample], over: Sequence[bool]) -> list[Row]:
    """How many lures stand over the threshold: of the whole set, which has mails in other
    tongues, and of those in English."""
    ours = [
        hit
        for s, hit in zip(listed, over, strict=True)
        if speaks_english(words_of(fold(s.message.subject), fold(s.message.text[:12_000])))
    ]
    what = f"recall at {RATE:.1%} false alarms"
    return [
        share(f"English mail, {name}", what, sum(over), len(over)),
        share(f"English mail, {name}", f"{what}, those in English", sum(ours), len(ours)),
    ]


def threshold(ham: Sequence[float]) -> float:
    """The score that RATE of these genuine messages pass."""
    ranked = sorted(ham, reverse=True)
    return ranked[min(len(ranked) - 1, int(RATE * len(ranked)))]


def _judge(senders: Senders, model: TextModel) -> Callable[[Sample], Checked]:

    def lean(subject: str, text: str) -> float | None:
        if not speaks_english(words_of(subject, text)):
            return None
        return leaning_of(model, english_features(subject, text))

    known = replace(senders, leaning=lean)
    return lambda s: check(s.message, known)


def _across(lures: dict[str, list[Sample]], ham: Sequence[Sample]) -> list[Row]:
    """Words + logistic from one corpus of lures to another, threshold on other ham."""
    rows = []
    names = list(lures)
    for trained, tested in (names, names[::-1]):
        model = text_model.fitted(words([*lures[trained], *ham[::2]]), "0")
        limit = threshold([leaning(model, read(s)) for s in ham[1::2]])
        hits = sum(leaning(model, read(s)) > limit for s in lures[tested])
        rows.append(
            share(
                f"English mail, {tested}",
                f"words + logistic trained on {trained}, {RATE:.1%}",
                hits,
                len(lures[tested]),
            )
        )
    return rows


def _mail_speed(judged: Sequence[Sample], senders: Senders) -> list[Row]:
    from tocsin.wiring.messages import check_message  # noqa: PLC0415

    began = process_time()
    for s in judged:
        check_message(s.raw, senders=senders)
    seconds = process_time() - began
    return [
        {
            "set": "English mail",
            "what": "mails a CPU second, read and checked",
            "value": round(len(judged) / seconds),
        }
    ]


def _peers(
    lures: Sequence[Sample], ham: Sequence[Sample], halves: tuple[Sequence[Sample], ...]
) -> list[Row]:
    if not peers.installed():
        return [{"set": "English mail", "absent": "SpamAssassin and rspamd"}]
    fixed, judged = halves[0][:: max(1, len(halves[0]) // PEER_MAILS)], lures[:PEER_MAILS]
    rows = []
    for name, started, score, default in (
        ("SpamAssassin", peers.spamassassin, peers.spamassassin_score, 5.0),
        ("rspamd", peers.rspamd, peers.rspamd_score, 6.0),
    ):
        try:
            with started():
                hams = [score(s.raw) for s in fixed]
                found = [score(s.raw) for s in judged]
        except (RuntimeError, OSError) as error:
            rows.append({"set": "English mail", "absent": f"{name}: {error}"})
            continue
        limit = threshold(hams)
        rows.append(
            share(
                "English mail, honeypot 2021-2025",
                f"{name}, {RATE:.1%} false alarms",
                sum(x > limit for x in found),
                len(found),
            )
        )
        rows.append(
            share(
                "English mail, honeypot 2021-2025",
                f"{name}, its default",
                sum(x >= default for x in found),
                len(found),
            )
        )
        rows.append(
            share(
                "English ham",
                f"{name}, its default",
                sum(x >= default for x in hams),
                len(hams),
            )
        )
    del ham
    return rows
