"""Reads a raw mail (.eml) into a Message: headers repaired, words as seen, nothing opened."""

import binascii
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header
from email.message import Message as RawMail
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses

from tocsin.adapters.forwarded_mail import forwarded
from tocsin.adapters.html_text import seen
from tocsin.adapters.mail_address import ADDRESS, MOST_HEADER
from tocsin.adapters.qr_codes import qr_links
from tocsin.core.messages import Attachment, Link, Message

_HEADER = re.compile(rb"^(?:From |[A-Za-z][A-Za-z0-9-]{1,60}:[ \t])")
_KNOWN = re.compile(
    rb"^(?:from|to|subject|date|received|return-path|message-id|mime-version|content-type|delivered-to|reply-to|x-[a-z-]+)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    binascii.Error,
    MessageError,
)
"""What the standard library raises on malformed headers and bodies."""

MOST_PARTS = 200
"""Parts of a mail that are read; a bomb has more."""


def looks_like_mail(raw: bytes) -> bool:
    """Whether bytes begin with the headers of a mail."""
    start = raw[:4000].lstrip(b"\xef\xbb\xbf\r\n")
    head = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    return _HEADER.match(start) is not None and len(_KNOWN.findall(head)) >= 2


def read_mail(raw: bytes) -> Message:
    """The message of a raw mail; a mail that carries the reported mail gives that one."""
    start = raw.lstrip(b"\xef\xbb\xbf\r\n")
    mail = BytesParser(policy=compat32).parsebytes(start)
    return _message(_reported(mail))


def _reported(mail: RawMail) -> RawMail:
    """The mail that a reporter attached, else the mail itself."""
    for part in _parts(mail):
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], RawMail):
                return inner[0]
    return mail


def _parts(mail: RawMail) -> Iterator[RawMail]:
    waiting = [mail]
    given = 0
    while waiting and given < MOST_PARTS:
        part = waiting.pop(0)
        given += 1
        yield part
        inner = part.get_payload() if part.is_multipart() else None
        if isinstance(inner, list):
            waiting = [p for p in inner if isinstance(p, RawMail)] + waiting


def _message(mail: RawMail) -> Message:
    headers = _headers(mail)
    name, address = _first_address(headers.get("from", ""))
    links: list[Link] = []
    plain, hidden, forms, unseen, pictures = "", 0, 0, 0, 0
    markup_text = ""
    attachments: list[Attachment] = []
    for part in _parts(mail):
        kind = part.get_content_type()
        disposition = str(part.get("content-disposition", "")).lower()
        if kind.startswith("image/") and len(links) < 400:
            links += qr_links(_bytes(part))
        if part.is_multipart():
            continue
        if disposition.startswith("attachment") or kind not in ("text/plain", "text/html"):
            attachments.append(Attachment(name=_filename(part), kind=kind))
            continue
        words = _text(part)
        if kind == "text/plain":
            plain += words + "\n"
            continue
        found = seen(words)
        markup_text += found.text + "\n"
        links += found.links
        hidden += found.hidden
        forms += found.forms
        unseen += found.unseen
        pictures += found.pictures
    read = Message(
        channel="mail",
        subject=headers.get("subject", "")[:400],
        text=markup_text if len(markup_text.strip()) > 20 else plain or markup_text,
        sender_name=name[:200],
        sender_address=address[:200],
        reply_to=_first_address(headers.get("reply-to", ""))[1][:200],
        links=tuple(links),
        attachments=tuple(attachments[:50]),
        authentication=_authentication(mail),
        hidden=hidden,
        forms=forms,
        bulk="list-unsubscribe" in headers or "list-id" in headers,
        recipients=_recipients(mail),
        automatic=headers.get("auto-submitted", "no").strip().lower() not in ("", "no")
        or headers.get("return-path", "").strip() == "<>",
        unseen=unseen,
        pictures=pictures,
    )
    return forwarded(read)


_READ = frozenset(("from", "subject", "reply-to", "return-path", "auto-submitted"))
"""Headers whose words are read; of the others it counts that they are there."""


def _headers(mail: RawMail) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in mail.raw_items():
        low = name.lower()
        if low not in found:
            found[low] = _decoded(str(value)[:MOST_HEADER]) if low in _READ else ""
    return found


def _decoded(value: str) -> str:
    """A header with its encoded words read and its raw 8-bit bytes repaired."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    text = re.sub(r"\r?\n[ \t]+", " ", text)
    if "=?" not in text:
        return text
    try:
        parts = decode_header(text)
    except UNREADABLE:
        return text
    return "".join(
        part if isinstance(part, str) else _as_text(part, charset or "utf-8")
        for part, charset in parts
    )


def _as_text(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset)
    except (LookupError, UnicodeDecodeError, ValueError):
        pass
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _first_address(value: str) -> tuple[str, str]:
    try:
        found = getaddresses([value])
    except UNREADABLE:
        found = []
    for name, address in found:
        if "@" in address:
            return name.strip(), address.strip().lower()
    m = ADDRESS.search(value)
    return (value[: m.start()].strip(' "<') if m else value.strip()), (
        m.group().lower() if m else ""
    )


def _recipients(mail: RawMail) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in ("delivered-to", "x-original-to", "envelope-to", "to", "cc"):
        for value in (mail.get_all(name) or [])[:20]:
            for address in ADDRESS.findall(_decoded(str(value)[:20_000])):
                found.setdefault(address.lower())
    return tuple(found)[:200]


def _bytes(part: RawMail) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except UNREADABLE:
        return b""
    return payload if isinstance(payload, bytes) else b""


def _text(part: RawMail) -> str:
    try:
        charset = part.get_content_charset() or "utf-8"
    except UNREADABLE:
        charset = "utf-8"
    return _as_text(_bytes(part)[:2_000_000], charset)


def _filename(part: RawMail) -> str:
    try:
        return _decoded(str(part.get_filename() or ""))[:200]
    except UNREADABLE:
        return ""


def _authentication(mail: RawMail) -> dict[str, str]:
    """Results of the reader's own server: the first such header; a pass counts only if the
    server that wrote it is the one that received the mail last."""
    said = mail.get_all("authentication-results") or []
    received = mail.get_all("received") or []
    if not said:
        return {}
    text = re.sub(r"\s+", " ", str(said[0])[:MOST_HEADER])[:2000]
    server = text.split(";", 1)[0].strip().split(" ")[0].lower()
    by = re.search(r"\bby ([\w.-]+)", str(received[0])[:MOST_HEADER]) if received else None
    ours = by is not None and server.split(".")[-2:] == by.group(1).lower().split(".")[-2:]
    found = {}
    for method in ("spf", "dkim", "dmarc"):
        m = re.search(rf"\b{method}=(\w+)", text)
        if m and (ours or m.group(1).lower() != "pass"):
            found[method] = m.group(1).lower()
    return found


__all__ = ["Link", "looks_like_mail", "read_mail"]
