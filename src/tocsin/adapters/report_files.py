"""Reads reported messages: NDJSON, CSV, a folder of messages, or one message."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tocsin.adapters.message_files import read_message
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.evidence import digest_of
from tocsin.core.messages import CHANNELS, Message
from tocsin.core.records import Says

TEXT_FIELDS = ("text", "message", "body", "texte", "raw")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One reported message: when ('' = unknown), by whom, and the digest of what was given."""

    message: Message
    at: str
    reporter: str
    digest: str


def reported(path: Path) -> Iterator[Reported]:
    """The reported messages of a file or a folder.

    NDJSON and CSV have one report a line: `text` (or `raw`), and where known `channel`, `at`,
    `sender`, `subject`, `reporter` (the person's local id).

    Raises:
        InputError: it cannot be read, or a line is no report.
    """
    try:
        if path.is_dir():
            for file in sorted(f for f in path.iterdir() if f.is_file()):
                yield _one(file.read_bytes(), str(file))
            return
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            Says(
                f"les signalements ne peuvent pas être lus : {cause(error).fr}",
                f"the reports cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un fichier NDJSON ou CSV, un dossier de messages, ou un message.",
                "Name an NDJSON or CSV file, a folder of messages, or one message.",
            ),
            where=str(path),
        ) from error
    if path.suffix.lower() in (".ndjson", ".jsonl", ".json"):
        yield from _json_lines(raw, str(path))
    elif path.suffix.lower() == ".csv":
        yield from _csv_rows(raw.decode("utf-8-sig", "replace"), str(path))
    else:
        yield _one(raw, str(path))


def _csv_rows(text: str, where: str) -> Iterator[Reported]:
    rows = csv.DictReader(io.StringIO(text))
    number = 1
    while True:
        number += 1
        try:
            row = next(rows, None)
        except csv.Error as error:  # a cell past the reader's limit, a bare CR
            raise _wrong(f"{where}:{number}") from error
        if row is None:
            return
        yield _row({k: v for k, v in row.items() if isinstance(k, str)}, f"{where}:{number}")


def _json_lines(raw: bytes, where: str) -> Iterator[Reported]:
    text = raw.decode("utf-8", "replace")
    if text.lstrip().startswith("["):
        listed = _parsed(text, where)
        entries = list(enumerate(listed if isinstance(listed, list) else [], start=1))
    else:
        entries = [
            (n, _parsed(line, f"{where}:{n}"))
            for n, line in enumerate(text.split("\n"), 1)
            if line.strip()
        ]
    for number, entry in entries:
        if not isinstance(entry, dict):
            raise _wrong(f"{where}:{number}")
        yield _row(entry, f"{where}:{number}")


def _parsed(text: str, where: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong(where) from error
    return value


def _wrong(where: str) -> InputError:
    return InputError(
        Says("une ligne n'est pas un signalement", "a line is no report"),
        next_step=Says(
            'Donnez un objet JSON par ligne : "text", puis "channel", "at", "reporter".',
            'Give one JSON object a line: "text", then "channel", "at", "reporter".',
        ),
        where=where,
    )


def _row(row: dict[str, object], where: str) -> Reported:
    text = next((str(row[k]) for k in TEXT_FIELDS if row.get(k)), "")
    if not text:
        raise _wrong(where)
    channel = str(row.get("channel") or "")
    message = read_message(
        text.encode("utf-8", "surrogatepass"), channel=channel if channel in CHANNELS else ""
    )
    sender = str(row.get("sender") or "")
    message = Message(
        channel=message.channel,
        text=message.text,
        subject=str(row.get("subject") or message.subject),
        sender_name=message.sender_name,
        sender_address=sender.lower() if "@" in sender else message.sender_address,
        reply_to=message.reply_to,
        links=message.links,
        attachments=message.attachments,
        authentication=message.authentication,
        hidden=message.hidden,
        forms=message.forms,
        bulk=message.bulk,
    )
    return Reported(
        message=message,
        at=_instant(str(row.get("at") or row.get("date") or ""), where),
        reporter=str(row.get("reporter") or row.get("person") or ""),
        digest=digest_of(text.encode("utf-8", "replace")),
    )


def _instant(text: str, where: str) -> str:
    if not text:
        return ""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError) as error:
        raise InputError(
            Says("l'instant d'un signalement n'est pas ISO", "a report's instant is not ISO"),
            next_step=Says(
                "Écrivez-le 2025-09-12T08:30+02:00, ou omettez-le.",
                "Write it as 2025-09-12T08:30+02:00, or leave it out.",
            ),
            where=where,
        ) from error


def _one(raw: bytes, where: str) -> Reported:
    return Reported(
        message=read_message(raw, name=where), at="", reporter="", digest=digest_of(raw)
    )
