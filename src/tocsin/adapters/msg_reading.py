"""Reads an Outlook message (.msg) into a Message: the one file that knows its library."""

import struct

from tocsin.adapters.forwarded_mail import forwarded
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


def _kept_within(raw: bytes) -> bytes:
    """The bytes of a compound file whose header and directory keep within it.

    The library believes both: a false size makes it gather gigabytes.

    Raises:
        ValueError: they do not.

    Source:
        [MS-CFB] 2.2, header, with the first 109 places of the FAT; 2.6, directory entries.
    """
    import olefile  # noqa: PLC0415  (slow to load, seldom needed)

    shift, small = struct.unpack_from("<HH", raw, 0x1E)
    sectors = len(raw) >> shift if shift in (9, 12) and small == 6 else 0
    counts = [struct.unpack_from("<I", raw, at)[0] for at in (0x2C, 0x40, 0x48)]
    places = [p for p in struct.unpack_from("<109I", raw, 0x4C) if p < _SPECIAL]
    if len(set(places)) < len(places) or any(n > sectors for n in (*counts, *places)):
        raise ValueError("its header is false")
    with olefile.OleFileIO(raw) as kept:
        if any(one is not None and one.size > len(raw) for one in kept.direntries):
            raise ValueError("its directory is false")
    return raw


_SPECIAL = 0xFFFFFFFA
"""Numbers of sectors from here on mean something else: free, end of a chain."""


def read_msg(raw: bytes) -> Message:
    """The message of an Outlook file.

    Raises:
        InputError: the file cannot be read.
    """
    import oxmsg  # noqa: PLC0415  (slow to load, seldom needed)

    try:
        found = oxmsg.Message.load(_kept_within(raw))
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
    read = Message(
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
        recipients=top.recipients if top else (),
        unseen=words.unseen,
        pictures=words.pictures,
    )
    return forwarded(read)
