"""SMS over SMPP 3.4, as a transmitter: one session, one message at a time.

    bind_transmitter → submit_sm … → unbind

A text is one PDU whatever its length (short_message, else the parameter message_payload), so
that a person never gets half of a notice. Where the answer to a submit_sm does not come, the
message is uncertain.

Source: SMPP Protocol Specification v3.4, issue 1.2, sections 4.1, 4.2, 4.4, 4.11, 5.1.3.
"""

import re
import struct

from tocsin.adapters.smpp_session import BIND_TRANSMITTER, ENQUIRE, UNKNOWN, SmppSession, field
from tocsin.adapters.sms_text import gsm, ucs2
from tocsin.core.notices import Meanwhile, Outcome, Parcel, State, nothing
from tocsin.core.records import Says

SUBMIT = 0x4
SHORT_BYTES = 254
PAYLOAD = 0x0424
DEFAULT_ALPHABET, UCS2 = 0x00, 0x08
INTERNATIONAL, ALPHANUMERIC, E164 = 1, 5, 1

WITH_RECEIPT, NO_RECEIPTS = 1, 0x07
"""registered_delivery: a receipt, whatever becomes of it; the status that says that the centre
gives none (ESME_RINVREGDLVFLG)."""

LATER = (0x08, 0x14, 0x58)
"""command_status that says "not now": ESME_RSYSERR, ESME_RMSGQFUL, ESME_RTHROTTLED."""

OURS = (0x03, 0x04, 0x0A, 0x0D, 0x0E, 0x0F, 0x48, 0x49)
"""command_status that blames us, not the reader: commands, bind state, source address, bind,
password, system_id (ESME_RINVCMDID, _RINVBNDSTS, _RINVSRCADR, _RBINDFAIL, _RINVPASWD,
_RINVSYSID, _RINVSRCTON, _RINVSRCNPI). Nobody is unreachable for it: sending stops."""


class SmppCarrier:
    """A channel to an SMS centre.

    Args:
        session: with the centre.
        sender: what the message shows: up to 11 letters and digits, or a number with +.
    """

    def __init__(self, session: SmppSession, *, sender: str) -> None:
        self._session = session
        self._sender = sender
        self._receipt = WITH_RECEIPT
        self._refused = ""

    def ready(self, parcel: Parcel) -> None:
        """See the port: connected, bound, and alive if it was so before."""
        del parcel
        if self._refused:
            raise self._session.refuses(Says(self._refused, self._refused))
        if self._session.open:
            try:
                self._session.ask(ENQUIRE, b"")
            except (OSError, ValueError):
                self._session.drop()
            else:
                return
        self._session.bind(BIND_TRANSMITTER)

    def send(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Outcome:
        """See the port."""
        del meanwhile
        if not self._session.open:
            return Outcome(state=State.TEMPORARY, evidence="not connected")
        try:
            asked = self._submit(parcel)
        except ValueError:  # a number or a sender that SMPP cannot spell
            return Outcome(state=State.PERMANENT, evidence="not an SMPP field")
        try:
            status, body = self._session.ask(SUBMIT, asked)
            if status == NO_RECEIPTS and self._receipt:  # not taken: asked again without
                self._receipt = 0
                status, body = self._session.ask(SUBMIT, self._submit(parcel))
        except (OSError, ValueError) as error:
            self._session.drop()
            return Outcome(state=State.UNCERTAIN, evidence=type(error).__name__)
        if status == 0:
            mark = body.partition(b"\0")[0].decode("ascii", "replace")
            fine = re.fullmatch(r"[A-Za-z0-9-]{1,64}", mark) and mark not in parcel.to
            return Outcome(state=State.SENT, evidence=f"smpp {mark}" if fine else "smpp")
        if status in OURS:
            self._refused = f"{status:#x}"
        later = status in LATER or status in OURS
        state = State.TEMPORARY if later else State.PERMANENT
        return Outcome(state=state, evidence=f"smpp {status:#x}")

    def close(self) -> None:
        """See the port."""
        self._session.close()

    def _submit(self, parcel: Parcel) -> bytes:
        text = parcel.content.decode()
        coded, alphabet = gsm(text), DEFAULT_ALPHABET
        if coded is None:
            coded, alphabet = ucs2(text), UCS2
        short = coded if len(coded) <= SHORT_BYTES else b""
        number = self._sender.startswith("+")
        head = b"".join(
            (
                field("", 6),
                bytes((INTERNATIONAL, E164) if number else (ALPHANUMERIC, UNKNOWN)),
                field(self._sender.removeprefix("+"), 21),
                bytes((INTERNATIONAL, E164)),
                field(parcel.to.removeprefix("+"), 21),
                bytes((0, 0, 0)),  # esm_class, protocol_id, priority_flag
                field("", 17),
                field("", 17),
                bytes((self._receipt, 0, alphabet, 0, len(short))),
                short,
            )
        )
        if short:
            return head
        return head + struct.pack(">HH", PAYLOAD, len(coded)) + coded
