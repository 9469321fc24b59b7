"""A mail that somebody passed on: the message meant is the one inside, not the one around it.

    De : Nom <adresse>          From: Name <address>
    Envoyé : …                  Sent: …
    À : …                       To: …
    Objet : …                   Subject: …

Mail programs write these lines above what they pass on, each in its own tongue.
"""

import re
from dataclasses import replace

from tocsin.adapters.mail_address import ADDRESS
from tocsin.core.messages import Message

_PASSED_ON = re.compile(r"\s*(?:fwd?|tr|wg|rv|enc|doorst|i|vs|vb)\s*:\s*", re.IGNORECASE)
_FROM = r"from|de|von|da|van|exp[ée]diteur|remitente"
_SUBJECT = r"subject|objet|sujet|betreff|assunto|asunto|oggetto|onderwerp"
_OTHER = (
    r"sent|date|envoy[ée]|enviado(?: em| el)?|gesendet|datum|inviato|data|fecha|verzonden"
    r"|to|pour|[àa]|para|an|aan|cc|copie|reply-to|r[ée]pondre [àa]"
)
_LINE = re.compile(
    rf"^[ \t>*]*(?:(?P<from>{_FROM})|(?P<subject>{_SUBJECT})|{_OTHER})"
    r"\*?[ \t\xa0]*:[ \t*]*(?P<said>.*)$",
    re.IGNORECASE,
)
MOST_OWN, LEAST_LINES = 200, 3
"""Letters that the one who passes a mail on adds at most; header lines in a row at least."""


def forwarded(message: Message) -> Message:
    """The message that a mail passes on; the mail itself where it passes none on.

    What the reader's own server proved of the outer mail says nothing of the inner one.
    """
    if not _PASSED_ON.match(message.subject):
        return message
    lines = message.text.split("\n")
    found = _block(lines)
    if found is None:
        return message
    start, end, sender, subject = found
    if sum(len(line.strip(" -_\t")) for line in lines[:start]) > MOST_OWN:
        return message
    address = ADDRESS.search(sender)
    name = sender[: address.start()] if address else sender
    return replace(
        message,
        subject=(subject or _PASSED_ON.sub("", message.subject, count=1))[:400],
        text="\n".join(lines[end:]),
        sender_name=name.strip(" \"<[('")[:200],
        sender_address=address.group().lower().rstrip(".")[:200] if address else "",
        reply_to="",
        authentication={},
        bulk=False,
    )


def _block(lines: list[str]) -> tuple[int, int, str, str] | None:
    """The first run of header lines: its start, its end, who wrote, about what."""
    at = 0
    while at < min(len(lines), 60):
        end, sender, subject = at, "", ""
        blanks = 0
        while end < len(lines) and blanks < 2:
            m = _LINE.match(lines[end][:1000])
            if m is None and lines[end].strip():
                break
            blanks = 0 if m else blanks + 1
            sender = sender or (m.group("said") if m and m.group("from") else "")
            subject = subject or (m.group("said") if m and m.group("subject") else "")
            end += 1
        if sender and sum(bool(lines[n].strip()) for n in range(at, end)) >= LEAST_LINES:
            return at, end, sender.strip(), subject.strip()
        at = max(end, at + 1)
    return None
