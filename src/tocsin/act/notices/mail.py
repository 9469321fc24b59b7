"""A notice as a mail: plain text in one part, no link, nothing attached, nothing to load.

Source:
    RFC 5322 (message), RFC 2045 and 2047 (encodings), RFC 3834 (Auto-Submitted: no answer by
    a machine is wanted).
"""

import base64
import binascii
import re
from datetime import datetime
from email.utils import format_datetime

from tocsin.act.notices.wording import Notice
from tocsin.core.errors import RefusedError
from tocsin.core.records import Says

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def message(
    *,
    sender: tuple[str, str],
    to: tuple[str, str],
    shown: Notice,
    text: str,
    message_id: str,
    at: datetime,
) -> bytes:
    """The bytes of the mail, lines ended by CR LF.

    Args:
        sender: mailbox and name.
        to: mailbox and name.
        shown: gives the subject and the language.
        text: body; paragraphs on one line each, readers fold them.
        message_id: with its angle brackets.
        at: of this try.

    Raises:
        RefusedError: a header would hold a line feed or another control character.
    """
    headers = (
        ("From", mailbox(*sender)),
        ("To", mailbox(*to)),
        ("Subject", words(shown.subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", message_id),
        ("MIME-Version", "1.0"),
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Transfer-Encoding", "quoted-printable"),
        ("Content-Language", shown.language),
        ("Auto-Submitted", "auto-generated"),
    )
    lines = [f"{name}: {safe(value)}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + quoted(text)


def quoted(text: str) -> bytes:
    """A text in quoted-printable, lines ended by CR LF."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return binascii.b2a_qp(plain, istext=True).replace(b"\n", b"\r\n")


def safe(value: str) -> str:
    """A header's value, folded lines allowed, as it is.

    Raises:
        RefusedError: it holds a control character other than a fold.
    """
    if CONTROL.search(value.replace("\r\n ", "")):
        raise RefusedError(
            Says(
                "un en-tête du courriel contiendrait un saut de ligne ou un "
                "caractère de contrôle",
                "a header of the mail would hold a line feed or a control character",
            ),
            next_step=Says(
                "Corrigez le nom de l'expéditeur dans le fichier estate.toml, "
                "puis refaites le plan.",
                "Correct the sender's name in the estate, then plan again.",
            ),
        )
    return value


def mailbox(address: str, name: str) -> str:
    """An address with its name, as a header holds it."""
    if CONTROL.search(address) or re.search(r"[\s<>,;\"]", address):
        raise RefusedError(
            Says(
                "une adresse de courriel contiendrait un séparateur ou un "
                "caractère de contrôle",
                "a mailbox would hold a separator or a control character",
            ),
            next_step=Says(
                "Corrigez l'adresse dans l'annuaire ou dans le fichier "
                "estate.toml, puis refaites le plan.",
                "Correct the address in the directory or in the estate, then plan again.",
            ),
        )
    if not name:
        return address
    phrase = words(name, phrase=True)
    fold = "\r\n " if len(phrase.rpartition("\r\n")[2]) + len(address) > 64 else " "
    return f"{phrase}{fold}<{address}>"


def words(text: str, *, phrase: bool = False) -> str:
    """A header's text: as it is where it is plain ASCII, else in encoded words (RFC 2047)."""
    if CONTROL.search(text):
        raise RefusedError(
            Says(
                "un en-tête du courriel contiendrait un saut de ligne ou un "
                "caractère de contrôle",
                "a header of the mail would hold a line feed or a control character",
            ),
            next_step=Says(
                "Corrigez le nom ou le modèle qui le contient, puis refaites le plan.",
                "Correct the name or the template that holds it, then plan again.",
            ),
        )
    if text.isascii() and len(text) <= 60:
        if not phrase or re.fullmatch(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*", text):
            return text
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    chunks, rest = [], text
    while rest:
        size = min(len(rest), 36)
        while len(rest[:size].encode()) > 36:
            size -= 1
        chunks.append(rest[:size])
        rest = rest[size:]
    encoded = (base64.b64encode(chunk.encode()).decode() for chunk in chunks)
    return "\r\n ".join(f"=?utf-8?b?{part}?=" for part in encoded)
