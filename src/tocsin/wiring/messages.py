"""Checks messages and host names: real files, the shipped directory, the operator's words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tocsin.act.phishing.hosts_watch import watched, watching
from tocsin.act.phishing.verdict import check
from tocsin.adapters.message_files import read_message
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.messages import Checked, Message, Senders
from tocsin.core.records import Says
from tocsin.wiring.operator_words import with_operator
from tocsin.wiring.senders import known_senders
from tocsin.wiring.world import Document


def check_message(
    raw: bytes, *, channel: str = "", senders: Senders | None = None, name: str = ""
) -> Checked:
    """Check one message.

    Args:
        raw: a mail (.eml or .msg), a picture with a QR code, a text or notes of a call.
        channel: one of mail, sms, call, web; guessed where it is not given.
        senders: the directory to check against; the shipped one where it is not given.

    Raises:
        InputError: the bytes cannot be read as a message.
    """
    known = known_senders() if senders is None else senders
    return check(read_message(raw, channel=channel, name=name), known)


def message_of(raw: bytes, *, channel: str = "") -> Message:
    """The message in some bytes, as values.

    Raises:
        InputError: the bytes cannot be read as a message.
    """
    return read_message(raw, channel=channel)


def check_file(
    raw: bytes, *, channel: str = "", case: Path | None = None, name: str = ""
) -> Document:
    """The verb `check`: the verdict as the contract spells it."""
    senders = known_senders() if case is None else with_operator(known_senders(), case)
    return told(check_message(raw, channel=channel, senders=senders, name=name))


def told(checked: Checked) -> Document:
    """A verdict as the contract spells it."""
    return {
        "verdict": checked.verdict,
        "probability": checked.probability,
        "asks": list(checked.asks),
        "claims": list(checked.claims),
        "reasons": [
            {
                "signal": r.signal,
                "says": _pair(r.says),
                "weight": round(r.weight, 3),
                "quote": r.quote,
            }
            for r in checked.reasons
        ],
        "advice": [_pair(one) for one in checked.advice],
    }


def check_hosts(text: str, *, case: Path | None = None) -> Document:
    """The verb `check --hosts`: which host names imitate the operator or a health body."""
    senders = known_senders() if case is None else with_operator(known_senders(), case)
    watch = watching(senders)
    found: list[dict[str, Any]] = []
    counts = {"read": 0, "official": 0, "unreadable": 0}
    for line in _lines(text):
        counts["read"] += 1
        one = watched(line, senders, watch)
        if one.verdict == "lookalike":
            found.append(
                {
                    "host": one.host,
                    "verdict": "lookalike",
                    "body": one.body,
                    "name": _pair(one.name),
                    "part": one.part,
                    "how": one.how,
                    "why": _pair(one.why),
                    "readable": one.readable,
                    "defanged": one.defanged,
                }
            )
        elif one.verdict in counts:
            counts[one.verdict] += 1
    return {**counts, "found": len(found), "hosts": found}


def text_of_hosts(file: Path) -> str:
    """The lines of a file of host names, whatever bytes it holds.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return file.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise InputError(
            Says(
                f"le fichier des noms de machines ne peut pas être lu : {cause(error).fr}",
                f"the file of hosts cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un fichier texte, un nom de machine par ligne.",
                "Name a text file with one host name a line.",
            ),
            where=str(file),
        ) from error


def _lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        clean = line.strip().strip("\x00")
        if clean and not clean.startswith("#"):
            yield clean


def _pair(says: Says) -> dict[str, str]:
    return {"fr": says.fr, "en": says.en}
