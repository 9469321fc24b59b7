"""A reported message as it is kept, and a campaign as it is told."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from tocsin.act.phishing.facts import Facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.hosts import TRUSTED
from tocsin.act.reports.grouping import Marks, groups
from tocsin.act.reports.redaction import redacted, shingles
from tocsin.core.evidence import digest_of
from tocsin.core.messages import Checked

KEPT_DAYS = 90
"""Days that the redacted words of a report are kept; after them only digests and counts stay."""

MOST_LETTERS = 1_500

_SHARED_KINDS = frozenset({"shortener", "messaging", "free_host", "hidden"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A reported message as it is kept: redacted words, the lure's own traces, no reporter.

    Args:
        report: id: digest of the raw bytes and the reporter, so that a message twice is once.
        at: ISO instant, UTC.
        kept_at: ISO instant from which the time of keeping runs.
        reporter: local id of the person who reported it, '' where unknown.
        uses: data items that the message shows to know of its reader.
    """

    report: str
    at: str
    kept_at: str
    channel: str
    reporter: str
    verdict: str
    probability: float
    claims: tuple[str, ...]
    asks: tuple[str, ...]
    hosts: tuple[str, ...]
    numbers: tuple[str, ...]
    senders: tuple[str, ...]
    traces: tuple[str, ...]
    uses: tuple[str, ...]
    text: str
    shingles: tuple[int, ...]


_USES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("identity.birth_name", re.compile(r"\[nom\]")),
    (
        "identity.birth_date",
        re.compile(r"n[ée]+e? le \[date\]|date de naissance.{0,20}\[date\]", re.IGNORECASE),
    ),
    ("contact.address", re.compile(r"\[adresse\]|\[ville\]")),
    (
        "contact.email",
        re.compile(r"votre (?:adresse|e-?mail|courriel) \[courriel\]", re.IGNORECASE),
    ),
    ("identifier.nir", re.compile(r"\[NIR\]")),
    ("financial.iban", re.compile(r"\[IBAN\]")),
    (
        "administrative.appointment",
        re.compile(
            r"(?:rendez-vous|rdv|consultation|hospitalisation|séjour|intervention|admission)\b.{0,30}\[date\]",
            re.IGNORECASE,
        ),
    ),
    (
        "medical",
        re.compile(
            r"(?:votre|vos) (?:traitement|ordonnance|diagnostic|résultats?|analyses?|dossier médical|maladie|opération)",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How a report came.

    Args:
        at: ISO instant of the report, UTC.
        kept_at: ISO instant of its import, UTC.
        reporter: local id of the person, or ''.
        digest: SHA-256 of the raw message.
    """

    at: str
    kept_at: str
    reporter: str
    digest: str


def kept(f: Facts, checked: Checked, receipt: Receipt, names: Iterable[str] = ()) -> Report:
    """A reported message as it is kept.

    Args:
        f: its facts.
        checked: what was said of it.
        receipt: how it came.
        names: folded names of the operator's services and establishments.
    """
    whole = f.read.original[:MOST_LETTERS]
    words = redacted(whole)
    strange = [d for d in f.destinations if d.kind not in TRUSTED]
    hosts = tuple(dict.fromkeys(d.host for d in strange if d.host and d.kind != "messaging"))
    own = tuple(d.domain for d in strange if d.kind not in _SHARED_KINDS and d.domain)
    numbers = tuple(
        dict.fromkeys(n.digits for n in f.numbers if n.kind not in ("official", "short"))
    )
    sender = f.message.sender_address
    senders = (sender,) if sender and checked.verdict != "no_sign" else ()
    low = fold(whole)
    uses = [item for item, pattern in _USES if pattern.search(words)]
    uses += ["implied.service"] if any(name and name in low for name in names) else []
    lure = checked.verdict != "no_sign"
    return Report(
        report=digest_of(f"{receipt.digest}\x1f{receipt.reporter}")[:16],
        at=receipt.at,
        kept_at=receipt.kept_at,
        channel=f.message.channel,
        reporter=receipt.reporter,
        verdict=checked.verdict,
        probability=checked.probability,
        claims=checked.claims,
        asks=checked.asks,
        hosts=hosts if lure else (),
        numbers=numbers if lure else (),
        senders=senders,
        traces=tuple(
            dict.fromkeys([*(f"host:{h}" for h in own), *(f"number:{n}" for n in numbers)])
        )
        if lure
        else (),
        uses=tuple(uses),
        text=words,
        shingles=shingles(fold(words)),
    )


def told(
    reports: Sequence[Report], *, scoped: frozenset[str], stolen: frozenset[str]
) -> list[dict[str, Any]]:
    """The campaigns of the reports, largest first.

    Args:
        reports: in any order.
        scoped: local ids of the persons of the latest scope.
        stolen: items that were reached, as `category.name`.
    """
    ordered = sorted(reports, key=lambda r: (r.at, r.report))
    marks = [Marks(shingles=r.shingles, traces=r.traces) for r in ordered]
    return [_campaign([ordered[n] for n in group], scoped, stolen) for group in groups(marks)]


_ORDER = {"phishing": 2, "suspicious": 1, "no_sign": 0}


def _campaign(
    reports: list[Report], scoped: frozenset[str], stolen: frozenset[str]
) -> dict[str, Any]:
    worst = max(reports, key=lambda r: (_ORDER[r.verdict], r.probability))
    reporters = {r.reporter for r in reports if r.reporter}
    inside = reporters & scoped
    used = sorted({item for r in reports for item in r.uses})
    matched = [item for item in used if _was_stolen(item, stolen)]
    alert = worst.verdict != "no_sign" and bool(matched)
    return {
        "campaign": "C-" + digest_of(reports[0].report)[:8],
        "reports": len(reports),
        "first_at": reports[0].at,
        "last_at": reports[-1].at,
        "by_day": dict(sorted(Counter(r.at[:10] for r in reports).items())),
        "growth": _growth(reports),
        "verdict": worst.verdict,
        "probability": worst.probability,
        "channels": sorted({r.channel for r in reports}),
        "claims": _common(r.claims for r in reports),
        "asks": _common(r.asks for r in reports),
        "hosts": _common((r.hosts for r in reports), most=50),
        "numbers": _common((r.numbers for r in reports), most=50),
        "senders": _common((r.senders for r in reports), most=50),
        "reporters": len(reporters),
        "reporters_in_scope": len(inside),
        "share_in_scope": round(len(inside) / len(reporters), 3) if reporters else None,
        "uses": used,
        "uses_stolen": matched,
        "alert": alert,
        "sample": worst.text,
        "ids": [r.report for r in reports],
    }


def _growth(reports: list[Report]) -> float | None:
    """Reports of the last day against the mean of the days before; None on the first day."""
    days = Counter(r.at[:10] for r in reports)
    if len(days) < 2:
        return None
    last = max(days)
    before = [n for day, n in days.items() if day != last]
    return round(days[last] / (sum(before) / len(before)), 2)


def _common(lists: Iterable[Iterable[str]], *, most: int = 12) -> list[str]:
    return [value for value, _ in Counter(v for one in lists for v in one).most_common(most)]


def _was_stolen(item: str, stolen: frozenset[str]) -> bool:
    """Whether a used item is among those reached; a category alone counts for all its items."""
    category = item.partition(".")[0]
    if "." not in item or item == "implied.service":
        return any(one.partition(".")[0] == category for one in stolen)
    same = {
        "identity.birth_name": (
            "identity.birth_name",
            "identity.used_name",
            "identity.first_names",
        )
    }
    return any(one in stolen for one in same.get(item, (item,)))


def as_row(report: Report) -> dict[str, Any]:
    """The report as JSON keeps it."""
    return asdict(report)


def from_row(row: Mapping[str, Any]) -> Report:
    """The report that a row of JSON is."""
    lists = {"claims", "asks", "hosts", "numbers", "senders", "traces", "uses", "shingles"}
    values: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in row.items()}
    return Report(**values)


def without_words(report: Report) -> Report:
    """The report once its words have been kept long enough: counts and digests stay."""
    return replace(report, text="", reporter="", senders=())
