"""ATNA / DICOM audit messages: bare XML, or RFC 5424 lines that carry it.

    <85>1 2025-10-10T13:55:36Z host app 12 IHE+RFC-3881 - <AuditMessage>
      <EventIdentification EventActionCode="E" EventDateTime="…" EventOutcomeIndicator="0">
        <EventID csd-code="110112" …/> <EventTypeCode csd-code="ITI-78" …/> </…>
      <ActiveParticipant UserID="a.martin" UserIsRequestor="true" NetworkAccessPointID="…"/>
      <AuditSourceIdentification AuditSourceID="…"/>
      <ParticipantObjectIdentification ParticipantObjectTypeCode="1"
        ParticipantObjectTypeCodeRole="1" ParticipantObjectID="p-12^^^&amp;1.2.3&amp;ISO"/> …

`read_batch` is pure and picklable: processes run it, message by message, and it alone parses
XML. A document type declaration is refused before the parser sees the message: a parser that
resolves no entity still expands those of attributes.

Source: DICOM PS3.15 A.5; RFC 3881; RFC 5424; IHE ITI-20; CP 1.2.840.10008 codes of annex D.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from zoneinfo import ZoneInfo

import pyarrow as pa
from lxml import etree

from tocsin.core.records import Source
from tocsin.core.vocabulary import PURPOSES_THAT_LIFT
from tocsin.trail.atna_query import translated
from tocsin.trail.decoded import DECODED
from tocsin.trail.instants import EARLIEST_US, LATEST_US
from tocsin.trail.reading import HEAD_CHARACTERS

SOURCE_ROLE, DESTINATION_ROLE = "110153", "110152"
APPLICATION_ROLES = frozenset(("110150", "110151", "110152", "110153", "110154", "110155"))
ASKS = frozenset(("110112", "110110"))
"""Events whose client is the sender: a query, a patient record fed."""
LOGIN_EVENT, LOGIN_TYPES = "110114", {"110122": "login", "110123": "logout"}
MARKS = {"110133": "stopped", "110134": "started"}
REQUEST_ID = "XrequestId"

_OUTCOMES = {"0": "ok", "4": "ok", "8": "failed", "12": "failed"}
_REFUSED = re.compile(
    r"refus|denied|forbid|unauthori[sz]ed|not permitted|interdit|\b40[13]\b", re.I
)
_PRIORITY = re.compile(r"<\d{1,3}>\d{1,2}")
_BLANK = "\ufeff \t\r\n"
_SEQUENCE = re.compile(r'\[meta [^\]]*?sequenceId="(\d{1,18})"')
_ROOT = re.compile(rb"<(?:[\w.-]+:)?AuditMessage[\s>/]")
_END = b"</AuditMessage>"
_TRUE = frozenset(("true", "1", "TRUE", "True"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader must know of the source: its zone, and the field that tells the service."""

    zone: str
    service_field: str = ""


def reading(source: Source) -> Reading:
    """How messages of that source are read."""
    return Reading(
        zone=source.timezone,
        service_field=source.service_by.field if source.service_by else "",
    )


def read_batch(rows: pa.RecordBatch | pa.Table, *, how: Reading) -> pa.RecordBatch:
    """Messages to decoded rows, in order; each message gives one row or more.

    Args:
        rows: position and whole message (columns of LINES), as `messages` gives them.
        how: of the source.

    Returns:
        A batch of the shape DECODED. What is no audit message is a row with its reason.
    """
    out = _Columns()
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        collect_ids=False,
    )
    texts = rows.column("line").cast(pa.binary()).to_pylist()
    columns = [rows.column(name).to_pylist() for name in ("position", "reason", "head")]
    for text, position, reason, head in zip(texts, *columns, strict=True):
        if reason is not None:
            out.refuse(position, 0, reason, head or _head(text or b""))
            continue
        part = 0
        for message in (text,) if _is_one(text) else _several(text):
            try:
                part = out.take(position, part, _decode(message, parser, how))
            except _UnreadableError as why:
                out.refuse(position, part, str(why), _head(message))
                part += 1
    return out.batch()


class _UnreadableError(Exception):
    """Why a message is no audit message; becomes the reason of its row."""


class _Message:
    """What one message says, while it is read. Its defaults stand on the class."""

    occurred_us: int = -1
    event_code: str = ""
    event_type: str = ""
    outcome: str = "unknown"
    purpose: str = ""
    mark: str = ""
    actor: str = ""
    actor_rank: int = 0
    address: str = ""
    others: tuple[tuple[str, str], ...] = ()
    persons: tuple[str, ...] = ()
    query: str = ""
    request_id: str | None = None
    source: str = ""
    site: str = ""
    sequence: int | None = None


def _head(text: bytes) -> str:
    return text[: 4 * HEAD_CHARACTERS].decode(errors="replace")[:HEAD_CHARACTERS]


def _is_one(text: bytes) -> bool:
    end = text.find(_END)
    return end < 0 or end + len(_END) == len(text) or text.find(_END, end + 1) < 0


def _several(text: bytes) -> tuple[bytes, ...]:
    """The messages of a text that holds more than one."""
    parts = text.split(_END)
    whole = [part + _END for part in parts[:-1]]
    if parts[-1].strip():
        whole.append(parts[-1])
    return tuple(whole)


def _decode(text: bytes, parser: etree.XMLParser, how: Reading) -> _Message:
    """One message.

    Raises:
        _UnreadableError: it is none, with the reason.
    """
    if b"!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
        raise _UnreadableError("a document type declaration is refused")
    start = text.find(b"<AuditMessage")
    if start < 0:
        found = _ROOT.search(text)
        if found is None:
            raise _UnreadableError("no audit message in the line")
        start = found.start()
    message = _Message()
    host = _envelope(text[:start].decode(errors="replace"), message) if start else ""
    for child in _root(text[start:], parser):
        reader = _READERS.get(child.tag)
        if reader is not None:
            reader(child, message, how)
    if message.occurred_us < 0:
        raise _UnreadableError("no event identification with its instant")
    _tell_service(message, host, how)
    return message


def _root(xml: bytes, parser: etree.XMLParser) -> etree._Element:
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        cut = b"AuditMessage>" not in xml[14:]
        raise _UnreadableError(
            "the message is cut before its end" if cut else "not well-formed XML"
        ) from error
    if root.tag != "AuditMessage":
        for element in root.iter():
            element.tag = str(element.tag).rpartition("}")[2]
    return root


def _envelope(before: str, message: _Message) -> str:
    """The host that the RFC 5424 header names; the sequence number goes to the message."""
    bare = before.strip(_BLANK)
    if not bare or (bare.startswith("<?xml") and bare.endswith("?>")):
        return ""
    fields = bare.split(" ", 7)
    if fields[0].isdigit():  # octet counting, RFC 6587
        fields = bare.split(" ", 8)[1:]
    if len(fields) < 7 or not _PRIORITY.fullmatch(fields[0]):
        raise _UnreadableError("neither an RFC 5424 line nor XML")
    if fields[6] != "-":
        numbered = _SEQUENCE.search(before)
        message.sequence = int(numbered[1]) if numbered else None
    return fields[2] if fields[2] != "-" else ""


def _tell_service(message: _Message, host: str, how: Reading) -> None:
    field = how.service_field.lower().replace("_", "").replace("-", "")
    if field in {"auditenterprisesiteid", "enterprisesite", "site"}:
        message.source = message.site
    elif field in {"host", "hostname"}:
        message.source = host
    else:
        message.source = message.source or message.site or host


def _code(element: etree._Element) -> str:
    return element.get("csd-code") or element.get("code") or ""


def _event(element: etree._Element, message: _Message, how: Reading) -> None:
    message.occurred_us = _instant(element.get("EventDateTime") or "", how.zone)
    message.outcome = _OUTCOMES.get(element.get("EventOutcomeIndicator") or "", "unknown")
    failed = message.outcome == "failed"
    for child in element:
        name = child.tag
        if name == "EventID":
            message.event_code = _code(child)
        elif name == "EventTypeCode":
            code = _code(child)
            message.event_type = message.event_type or code
            message.mark = MARKS.get(code, message.mark)
        elif name == "PurposeOfUse":
            code = _code(child)
            if not message.purpose or code in PURPOSES_THAT_LIFT:
                message.purpose = code
        elif failed and name == "EventOutcomeDescription" and _REFUSED.search(child.text or ""):
            message.outcome = "refused"


def _instant(text: str, zone: str) -> int:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise _UnreadableError("no instant that can be read") from None
    if len(text) < len("2025-01-01T00:00"):
        raise _UnreadableError("no instant that can be read")
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    us = (at - _EPOCH) // _MICROSECOND
    if not EARLIEST_US <= us < LATEST_US:
        raise _UnreadableError("instant outside 1970-2100")
    return us


def _participant(element: etree._Element, message: _Message, _: Reading) -> None:
    user = element.get("UserID") or ""
    roles = [child.get("csd-code") or child.get("code") or "" for child in element]
    if element.get("UserIsRequestor") in _TRUE:
        rank = (2 if user else 0) + (0 if APPLICATION_ROLES.intersection(roles) else 1) + 1
        if rank > message.actor_rank:  # a person before the application that asks for it
            message.actor, message.actor_rank = user, rank
            message.address = _address(
                element.get("NetworkAccessPointID") or "",
                element.get("NetworkAccessPointTypeCode") or "",
            )
        return
    name = user or element.get("AlternativeUserID") or ""
    message.others += tuple((role, name) for role in roles if name)


@lru_cache(maxsize=65_536)
def _address(text: str, kind: str) -> str:
    if kind not in {"", "2"} and not (text[:1].isdigit() or ":" in text):
        return ""
    bare = text.strip("[] ")
    try:
        return str(ip_address(bare))
    except ValueError:
        return ""


def _audit_source(element: etree._Element, message: _Message, _: Reading) -> None:
    message.source = element.get("AuditSourceID") or ""
    message.site = element.get("AuditEnterpriseSiteID") or ""


def _object(element: etree._Element, message: _Message, _: Reading) -> None:
    role = element.get("ParticipantObjectTypeCodeRole")
    if role == "1" and element.get("ParticipantObjectTypeCode") == "1":
        said = element.get("ParticipantObjectID") or ""
        if "~" not in said and not message.persons:
            person = _person(said)
            message.persons = (person,) if person else ()
            return
        persons = map(_person, said.split("~"))
        message.persons = tuple(dict.fromkeys((*message.persons, *filter(None, persons))))
    elif role == "24":
        for child in element:
            if not message.query and child.tag == "ParticipantObjectQuery":
                message.query = translated(_decoded(child.text or ""))
    else:
        for child in element:
            if _code(child) == REQUEST_ID and child.tag == "ParticipantObjectIDTypeCode":
                message.request_id = element.get("ParticipantObjectID") or None


def _person(text: str) -> str:
    """The id before `^^^`; of a reference or a token search, its last part."""
    name = text.partition("^^^")[0].strip()
    if name.startswith("Patient/"):
        return name[8:]
    return name.rpartition("|")[2] if name.startswith(("urn:", "http")) else name


def _decoded(text: str) -> str:
    """Base64 that may lack its padding or hold line feeds; what is none stays as it is."""
    packed = "".join(text.split())
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except ValueError:
        return text.strip()
    return raw.decode(errors="replace")


_READERS = {
    "EventIdentification": _event,
    "ActiveParticipant": _participant,
    "AuditSourceIdentification": _audit_source,
    "ParticipantObjectIdentification": _object,
}

_TOLD = (
    "position", "part", "request_id", "occurred_us", "actor", "address", "client", "event_code",
    "event_type", "action", "outcome", "person", "query", "purpose", "service_key", "mark",
    "sequence", "reason", "head",
)  # fmt: skip
"""The columns that a message fills, in the order in which `_Columns` takes them."""

_NUMBERS = frozenset(("position", "part", "occurred_us", "result_count", "sequence"))
_ABSENT = frozenset(("event_id", "result_count"))


class _Columns:
    """Rows on their way to Arrow, column by column."""

    def __init__(self) -> None:
        self.rows: list[tuple[object, ...]] = []

    def take(self, position: int, part: int, message: _Message) -> int:
        """Add a message's rows, one a person; the next part's number."""
        wanted = SOURCE_ROLE if message.event_code in ASKS else DESTINATION_ROLE
        client = ""
        for role, name in message.others:
            if role == wanted and name != message.actor:
                client = name
                break
        action = ""
        if message.event_code == LOGIN_EVENT:
            action = LOGIN_TYPES.get(message.event_type, "")
        for person in message.persons or ("",):
            self.rows.append(
                (
                    position, part, message.request_id, message.occurred_us, message.actor,
                    message.address, client, message.event_code, message.event_type, action,
                    message.outcome, person, message.query, message.purpose, message.source,
                    message.mark, message.sequence, None, None,
                )
            )  # fmt: skip
            part += 1
        return part

    def refuse(self, position: int, part: int, reason: str, text: str) -> None:
        """Add the row of what could not be read."""
        empty = ("",) * 12
        head = text[:HEAD_CHARACTERS]
        self.rows.append((position, part, None, None, *empty, None, reason, head))

    def batch(self) -> pa.RecordBatch:
        """The rows as Arrow, in the shape DECODED."""
        size = len(self.rows)
        told = dict(zip(_TOLD, zip(*self.rows, strict=True), strict=True)) if size else {}
        arrays = {}
        for column in DECODED.columns:
            kind = pa.int64() if column.name in _NUMBERS else pa.string()
            if column.name in told:
                arrays[column.name] = pa.array(told[column.name], type=kind)
            elif column.name in _ABSENT or not size:
                arrays[column.name] = pa.nulls(size, kind)
            else:
                arrays[column.name] = pa.repeat(pa.scalar("", kind), size)
        return pa.record_batch(arrays)
