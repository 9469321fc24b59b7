"""Reads what somebody received, whatever its shape: mail, .msg, picture, text, call notes."""

import re
import unicodedata

from tocsin.adapters.forwarded_mail import forwarded
from tocsin.adapters.mail_address import ADDRESS, MOST_HEADER
from tocsin.adapters.mail_reading import looks_like_mail, read_mail
from tocsin.adapters.msg_reading import looks_like_msg, read_msg
from tocsin.adapters.qr_codes import is_image, qr_links
from tocsin.core.errors import InputError
from tocsin.core.messages import CHANNELS, Message
from tocsin.core.records import Says

MOST_BYTES = 25_000_000
"""A message of more bytes than this is refused: mail providers stop at 25 MB."""

_CALL = re.compile(
    r"m'a (?:appele|telephone|rappele)|(?:a|ont|avait) (?:appele|telephone|rappele)\b|au telephone|recu un appel|appel (?:de|d'un|d'une|recu|telephonique)\b|raccroch|numero masque|m'appelle pour|au bout du fil"
    r"|called me|phone call|on the phone|hung up|caller"
)
_SAID_HEADER = re.compile(
    r"^(?:de|from|expediteur|objet|sujet|subject|a|to|date|envoye|sent)\s*:\s*(.*)$"
)


def read_message(raw: bytes, *, channel: str = "", name: str = "") -> Message:
    """The message in some bytes; the channel is guessed where it is not given.

    Raises:
        InputError: no such channel, too long, or a file that cannot be read.
    """
    if channel not in ("", *CHANNELS):
        raise InputError(
            Says(f"« {channel} » n'est pas un canal", f"“{channel}” is no channel"),
            next_step=Says(
                f"Choisissez parmi {', '.join(CHANNELS)} (capture d'écran : web).",
                f"Choose one of {', '.join(CHANNELS)} (a screenshot: web).",
            ),
            where=name,
        )
    if len(raw) > MOST_BYTES:
        raise InputError(
            Says(
                f"le message fait {len(raw)} octets, plus que {MOST_BYTES}",
                f"the message has {len(raw)} bytes, more than {MOST_BYTES}",
            ),
            next_step=Says(
                "Donnez le message seul, sans ses grosses pièces jointes.",
                "Give the message alone, without its large attachments.",
            ),
            where=name,
        )
    if looks_like_msg(raw) or name.lower().endswith(".msg"):
        return read_msg(raw)
    if is_image(raw):
        return Message(channel=channel or "web", text="", links=tuple(qr_links(raw)))
    if looks_like_mail(raw) and channel in ("", "mail"):
        return read_mail(raw)
    return _from_text(_decoded(raw), channel)


def _decoded(raw: bytes) -> str:
    for mark, charset in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(charset, "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _from_text(text: str, channel: str) -> Message:
    clean = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
    said = channel or _guessed(clean)
    if said != "mail":
        return Message(channel=said, text=clean)
    return _from_pasted_mail(clean)


def _guessed(text: str) -> str:
    low = unicodedata.normalize("NFD", text[:3000].lower().replace("’", "'"))
    plain = "".join(c for c in low if unicodedata.category(c) != "Mn")
    first = plain.lstrip().split("\n", 1)[0]
    if _SAID_HEADER.match(first):
        return "mail"
    if _CALL.search(plain):
        return "call"
    return "sms" if len(text) <= 500 and text.count("\n") <= 4 else "mail"


def _from_pasted_mail(text: str) -> Message:
    """A pasted mail: lines "De : …", "Objet : …" on top are its headers; else its first line,
    if it is short, is its subject."""
    lines = text.split("\n")
    said: dict[str, str] = {}
    at = 0
    while at < min(len(lines), 8):
        plain = unicodedata.normalize("NFD", lines[at].lower())
        m = _SAID_HEADER.match(
            "".join(c for c in plain if unicodedata.category(c) != "Mn").strip()
        )
        if m is None:
            break
        key, _, value = lines[at].partition(":")
        said[key.strip().lower()] = value.strip()
        at += 1
    subject = next((said[k] for k in ("objet", "sujet", "subject") if k in said), "")
    sender = next(
        (said[k] for k in ("de", "from", "expéditeur", "expediteur") if k in said), ""
    )
    if not said and len(lines) > 1 and len(lines[0]) <= 120:
        subject, at = lines[0], 1
    m = ADDRESS.search(sender)
    read = Message(
        channel="mail",
        subject=subject[:MOST_HEADER],
        text="\n".join(lines[at:]).strip(),
        sender_name=sender.split("<")[0].strip(' "')[:200] if sender else "",
        sender_address=m.group().lower()[:200] if m else "",
    )
    return forwarded(read)
