"""Receipts of text messages: of an SMS centre (SMPP 3.4), or written down by a gateway's hook.

An SMS centre tells over a session of its own, and keeps what was not acknowledged:
    bind_receiver → (deliver_sm → deliver_sm_resp) … → unbind
    id:A1B2C3 sub:001 dlvrd:001 submit date:2511250300 done date:2511250301 stat:DELIVRD err:000

A gateway's receipts are a file, or a folder of files, one JSON object a line:
    {"reference": "<our reference>", "id": "<its own number>", "status": "delivered"}
or CSV with the same columns. The reference or the number names the message.

Source: SMPP Protocol Specification v3.4, issue 1.2, 4.6 (deliver_sm), 5.2.12 (esm_class),
5.2.28 (message_state), 5.3.2.12 and 5.3.2.35 (parameters), appendix B (text of a receipt).
"""

import csv
import json
import re
import struct
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tocsin.adapters.smpp_session import ANSWER, BIND_RECEIVER, ENQUIRE, SmppSession
from tocsin.core.notices import Named, Receipt, State

DELIVER = 0x5
DELIVERED, TRY_LATER, NOT_TAKEN = 0x00, 0x64, 0x66
"""Answers to a deliver_sm: kept; keep it for later (ESME_RX_T_APPN); no receipt (_R_APPN)."""

KIND, IS_RECEIPT = 0x3C, 0x04
RECEIPTED_ID, MESSAGE_STATE = 0x001E, 0x0427
STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}

QUIET_S, LONGEST_S = 2.0, 60.0
"""A centre that says nothing for so long has no more; the longest that it is listened to."""

MEANS: Mapping[str, State] = {
    "DELIVRD": State.DELIVERED,
    "DELIVERED": State.DELIVERED,
    **dict.fromkeys(
        (
            "EXPIRED", "DELETED", "UNDELIV", "UNDELIVERED", "UNDELIVERABLE", "REJECTD",
            "REJECTED", "FAILED", "PERMANENT_FAILURE",
        ),
        State.PERMANENT,
    ),
}  # fmt: skip
"""Words that are final. Others (ACCEPTD, ENROUTE, UNKNOWN, …) change nothing."""

LARGEST_BYTES, LONGEST_LINE = 200_000_000, 10_000
NOTICE = re.compile(r"[0-9a-f]{32}")
WORD = re.compile(r"\b(id|stat|err):([^ \0]{0,64})", re.IGNORECASE)


# An SMS centre ------------------------------------------------------------------------------


def smpp_receipts(
    session: SmppSession, named: Named, *, quiet_s: float = QUIET_S
) -> Iterator[Receipt]:
    """What the centre holds for us; each is acknowledged once the caller asks for the next.

    A receipt of a message that is not known (of a send that is under way elsewhere) stays with
    the centre. A text that somebody wrote back is not taken: nothing was asked.

    Raises:
        OutsideError: the centre does not let us in.
    """
    session.bind(BIND_RECEIVER)
    until = time.monotonic() + LONGEST_S
    unknown: set[str] = set()
    try:
        while time.monotonic() < until:
            command, number, body = session.next_pdu(quiet_s)
            if command == ENQUIRE:
                session.answer(ENQUIRE | ANSWER, 0, number)
            if command != DELIVER:
                continue
            said = read_deliver(body)
            if said is None:
                session.answer(DELIVER | ANSWER, NOT_TAKEN, number, b"\0")
                continue
            mark, word, error = said
            notice = named(mark)
            if not notice:
                session.answer(DELIVER | ANSWER, TRY_LATER, number, b"\0")
                if mark in unknown:
                    return  # the centre offers again what it was told to keep
                unknown.add(mark)
                continue
            yield from _receipt(notice, word, error)
            session.answer(DELIVER | ANSWER, DELIVERED, number, b"\0")
    except (OSError, ValueError):
        return  # silence, or the end: what was not acknowledged stays with the centre
    finally:
        session.close()


def read_deliver(body: bytes) -> tuple[str, str, str] | None:
    """Message id, status word and error of a delivery receipt; None where it is none.

    Raises:
        ValueError: it is no deliver_sm.
    """
    try:
        esm, text, options = _parts(body)
    except (struct.error, IndexError) as error:
        raise ValueError("a deliver_sm cut short") from error
    if esm & KIND != IS_RECEIPT:
        return None
    words = {name.lower(): value for name, value in WORD.findall(text.decode("latin-1"))}
    mark = options.get(RECEIPTED_ID, b"").rstrip(b"\0").decode("latin-1") or words.get("id", "")
    state = options.get(MESSAGE_STATE, b"")
    word = STATES.get(state[0], "") if len(state) == 1 else ""
    return mark, word or words.get("stat", ""), words.get("err", "")


def _parts(body: bytes) -> tuple[int, bytes, dict[int, bytes]]:
    """esm_class, short_message and optional parameters of a deliver_sm."""
    _, rest = _word(body)
    _, rest = _word(rest[2:])
    _, rest = _word(rest[2:])
    esm, rest = rest[0], rest[3:]
    _, rest = _word(rest)
    _, rest = _word(rest)
    size = rest[4]
    text, rest = rest[5 : 5 + size], rest[5 + size :]
    options: dict[int, bytes] = {}
    while rest:
        tag, length = struct.unpack(">HH", rest[:4])
        options[tag], rest = rest[4 : 4 + length], rest[4 + length :]
    return esm, text, options


def _word(content: bytes) -> tuple[bytes, bytes]:
    word, end, rest = content.partition(b"\0")
    if not end:
        raise IndexError
    return word, rest


# A gateway's file ---------------------------------------------------------------------------


def filed_receipts(place: Path, named: Named) -> Iterator[Receipt]:
    """What the files say of our messages; a line that cannot be read says nothing."""
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    for file in files:
        if file.is_symlink() or not file.is_file() or file.name.startswith("."):
            continue
        if file.stat().st_size <= LARGEST_BYTES:
            yield from _filed(file, named)


def _filed(file: Path, named: Named) -> Iterator[Receipt]:
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        lines = (line for line in stream if len(line) <= LONGEST_LINE and "\0" not in line)
        read: Iterable[Mapping[str, object]]
        read = csv.DictReader(lines) if file.suffix.lower() == ".csv" else _objects(lines)
        for said in read:
            reference, mark = _text(said, "reference"), _text(said, "id")
            ours = NOTICE.fullmatch(reference)
            notice = reference if ours else named(mark) if mark else ""
            if notice:
                yield from _receipt(notice, _text(said, "status"), _text(said, "error"))


def _objects(lines: Iterable[str]) -> Iterator[Mapping[str, object]]:
    for line in lines:
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            yield said


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    return str(value).strip() if isinstance(value, str | int) else ""


def _receipt(notice: str, word: str, error: str) -> Iterator[Receipt]:
    """The receipt, its evidence being words of the standard and a short code, never more."""
    known = re.sub(r"[ -]", "_", word.strip()).upper()
    state = MEANS.get(known)
    if state is not None:
        code = error if re.fullmatch(r"[0-9A-Za-z]{1,5}", error) else ""
        evidence = f"receipt {known.lower()} {code}".strip()
        yield Receipt(message_id="", notice=notice, state=state, evidence=evidence)
