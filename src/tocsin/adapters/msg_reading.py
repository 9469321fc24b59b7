"""Reads an Outlook message (.msg) into a Message: the one file that knows its library."""

import struct

from tocsin.adapters.html_text import Seen, seen
from tocsin.adapters.mail_address import ADDRESS
from tocsin.adapters.mail_reading import read_mail
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.messages import Attachment, Message
from tocsin.core.records import Says

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def looks_like_msg(raw: bytes) -> bool:
    """Whether bytes are an OLE compound file, as .msg files are."""
    return raw.startswith(MAGIC)


def read_msg(raw: bytes) -> Message:
    """The message of an Outlook file.

    Raises:
        InputError: the file cannot be read.
    """
    import oxmsg  # noqa: PLC0415  (slow to load, seldom needed)

    try:
        found = oxmsg.Message.load(raw)
        html = found.html_body or ""
        plain = found.body or ""
        headers = "".join(f"{k}: {v}\n" for k, v in (found.message_headers or {}).items())
        sender, subject = found.sender or "", found.subject or ""
        files = tuple(
            Attachment(name=a.file_name or "", kind=a.mime_type or "")
            for a in found.attachments
        )
    except (
        OSError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        AssertionError,
        NotImplementedError,
        RecursionError,
        MemoryError,
        OverflowError,
        struct.error,
    ) as error:
        raise InputError(
            Says(
                f"le fichier .msg ne peut pas être lu : {cause(error).fr}",
                f"the .msg file cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Enregistrez le message en .eml, ou collez son texte avec : tocsin check -",
                "Save the message as .eml, or paste its text with: tocsin check -",
            ),
        ) from error
    return _message(html, plain, headers, (sender, subject), files)


def _message(
    html: str, plain: str, headers: str, said: tuple[str, str], files: tuple[Attachment, ...]
) -> Message:
    top = read_mail(headers.encode("utf-8", "surrogateescape") + b"\n") if headers else None
    words = seen(html) if html else Seen()
    sender, subject = said
    m = ADDRESS.search(sender)
    return Message(
        channel="mail",
        subject=(top.subject if top else "") or subject[:400],
        text=words.text if len(words.text) > 20 else plain or words.text,
        sender_name=(top.sender_name if top else "") or sender.split("<")[0].strip(' "')[:200],
        sender_address=(top.sender_address if top else "") or (m.group().lower() if m else ""),
        reply_to=top.reply_to if top else "",
        links=words.links,
        attachments=files[:50],
        authentication=top.authentication if top else {},
        hidden=words.hidden,
        forms=words.forms,
        bulk=top.bulk if top else False,
    )
