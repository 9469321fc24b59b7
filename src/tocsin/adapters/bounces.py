"""Delivery reports: a Maildir or a folder of .eml files, read and left as they are.

A report (RFC 3464) names our message by its envelope id, or carries its headers. What is no
report but quotes one of our Message-IDs and comes from a mailer daemon is taken as a failure.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from pathlib import Path

from tocsin.core.notices import Receipt, State

LARGEST_BYTES = 2_000_000
OURS = re.compile(r"\b([0-9a-f]{32})@[A-Za-z0-9.-]+")
NOTICE = re.compile(r"\b[0-9a-f]{32}\b")
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
ACTIONS = {
    "failed": State.PERMANENT,
    "delivered": State.DELIVERED,
    "relayed": State.SENT,
    "expanded": State.DELIVERED,
}
"""What the action of a report means; `delayed` changes nothing (RFC 3464, 2.3.3)."""

DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery", re.IGNORECASE)


class BounceFolder:
    """The reports of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receipts(self) -> Iterator[Receipt]:
        """What each report says of our messages; a file that is none says nothing."""
        for file in self._files():
            try:
                if file.stat().st_size > LARGEST_BYTES:
                    continue
                content = file.read_bytes()
            except OSError:
                continue
            yield from read_report(content)

    def _files(self) -> Iterator[Path]:
        if not self._folder.is_dir():
            return
        for file in sorted(self._folder.rglob("*")):
            inside = file.relative_to(self._folder)
            if file.is_symlink() or not file.is_file() or "tmp" in inside.parts[:-1]:
                continue
            if not file.name.startswith("."):
                yield file


def read_report(content: bytes) -> Iterator[Receipt]:
    """The receipts that one message holds."""
    try:
        message = email.message_from_bytes(content, policy=email.policy.compat32)
        parts = list(message.walk())
    except (ValueError, LookupError, RecursionError):
        return
    original = _original(content)
    found = False
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for receipt in _report(part, original):
            found = True
            yield receipt
    if not found and original and DAEMON.search(str(message.get("From", ""))):
        code = STATUS.search(content.decode("ascii", "replace"))
        evidence = f"bounce {code.group() if code else ''}".strip()
        if code is None or code.group(1) == "5":
            yield Receipt(
                message_id="", notice=original, state=State.PERMANENT, evidence=evidence
            )


def _report(part: Message | EmailMessage, original: str) -> Iterator[Receipt]:
    payload = part.get_payload()
    groups = payload if isinstance(payload, list) else []
    envelope = next((str(g["Original-Envelope-Id"]) for g in groups
                     if isinstance(g, Message) and g["Original-Envelope-Id"]), "")  # fmt: skip
    named = NOTICE.search(envelope)
    notice = named.group() if named else original
    if not notice:
        return
    for group in groups:
        if not isinstance(group, Message):
            continue
        action = str(group.get("Action", "")).strip().lower()
        state = ACTIONS.get(action)
        if state is None:
            continue
        code = STATUS.search(str(group.get("Status", "")))
        yield Receipt(
            message_id="",
            notice=notice,
            state=state,
            evidence=f"dsn {action} {code.group() if code else ''}".strip(),
        )


def _original(content: bytes) -> str:
    """The notice whose Message-ID the message quotes, below its own headers."""
    _, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    found = OURS.search(body.decode("ascii", "replace"))
    return found.group(1) if found else ""
