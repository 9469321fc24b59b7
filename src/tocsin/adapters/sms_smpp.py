"""SMS over SMPP 3.4, as a transmitter: one session, one message at a time.

    bind_transmitter → submit_sm … → unbind

A text is one PDU whatever its length (short_message, else the parameter message_payload), so
that a person never gets half of a notice. Where the answer to a submit_sm does not come, the
message is uncertain.

Source: SMPP Protocol Specification v3.4, issue 1.2, sections 4.1, 4.2, 4.4, 4.11, 5.1.3.
"""

import struct

from tocsin.adapters import wire
from tocsin.adapters.sms_text import gsm, ucs2
from tocsin.adapters.wire import Wire
from tocsin.core.causes import cause
from tocsin.core.errors import OutsideError
from tocsin.core.notices import Meanwhile, Outcome, Parcel, State, nothing
from tocsin.core.outgoing import Address
from tocsin.core.records import Says

BIND_TRANSMITTER, SUBMIT, UNBIND, ENQUIRE = 0x2, 0x4, 0x6, 0x15
ANSWER, NACK = 0x80000000, 0x80000000
VERSION = 0x34
PORT = 2775
MOST_PDU_BYTES = 65_536
MOST_OTHERS = 32
"""PDUs of the other side's own that are answered or passed over while an answer is awaited."""

SHORT_BYTES = 254
PAYLOAD = 0x0424
DEFAULT_ALPHABET, UCS2 = 0x00, 0x08
INTERNATIONAL, ALPHANUMERIC, E164, UNKNOWN = 1, 5, 1, 0

LATER = (0x08, 0x14, 0x58)
"""command_status that says "not now": ESME_RSYSERR, ESME_RMSGQFUL, ESME_RTHROTTLED."""

OURS = (0x03, 0x04, 0x0A, 0x0D, 0x0E, 0x0F, 0x48, 0x49)
"""command_status that blames us, not the reader: commands, bind state, source address, bind,
password, system_id (ESME_RINVCMDID, _RINVBNDSTS, _RINVSRCADR, _RBINDFAIL, _RINVPASWD,
_RINVSYSID, _RINVSRCTON, _RINVSRCNPI). Nobody is unreachable for it: sending stops."""


class SmppCarrier:
    """A channel to an SMS centre.

    Args:
        address: `smpp://host:port`.
        user: its system_id.
        secret: its password, 8 octets at most by the standard.
        sender: what the message shows: up to 11 letters and digits, or a number with +.
    """

    def __init__(self, address: Address, *, user: str, secret: str, sender: str) -> None:
        self._address = address
        self._user, self._secret, self._sender = user, secret, sender
        self._wire: Wire | None = None
        self._number = 0
        self._refused = ""

    def ready(self, parcel: Parcel) -> None:
        """See the port: connected, bound, and alive if it was so before."""
        del parcel
        if self._refused:
            raise self._refuses(Says(self._refused, self._refused))
        if self._wire is not None:
            try:
                self._ask(ENQUIRE, b"")
            except (OSError, ValueError):
                self._drop()
            else:
                return
        self._wire = wire.dial(self._reached(), name=self._address.url)
        body = b"".join(
            (
                _text(self._user, 16),
                _text(self._secret, 9),
                _text("", 13),
                bytes((VERSION, UNKNOWN, UNKNOWN)),
                _text("", 41),
            )
        )
        try:
            status, _ = self._ask(BIND_TRANSMITTER, body)
        except (OSError, ValueError) as error:
            self._drop()
            raise self._refuses(cause(error)) from error
        if status:
            self._drop()
            raise self._refuses(Says(f"{status:#x}", f"{status:#x}"))

    def send(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Outcome:
        """See the port."""
        del meanwhile
        if self._wire is None:
            return Outcome(state=State.TEMPORARY, evidence="not connected")
        try:
            asked = self._submit(parcel)
        except ValueError:  # a number or a sender that SMPP cannot spell
            return Outcome(state=State.PERMANENT, evidence="not an SMPP field")
        try:
            status, body = self._ask(SUBMIT, asked)
        except (OSError, ValueError) as error:
            self._drop()
            return Outcome(state=State.UNCERTAIN, evidence=type(error).__name__)
        if status == 0:
            mark = body.partition(b"\0")[0].decode("ascii", "replace")
            fine = mark.isalnum() and len(mark) <= 64 and mark not in parcel.to
            return Outcome(state=State.SENT, evidence=f"smpp {mark}" if fine else "smpp")
        if status in OURS:
            self._refused = f"{status:#x}"
        later = status in LATER or status in OURS
        state = State.TEMPORARY if later else State.PERMANENT
        return Outcome(state=state, evidence=f"smpp {status:#x}")

    def close(self) -> None:
        """See the port."""
        if self._wire is not None:
            try:
                self._ask(UNBIND, b"")
            except (OSError, ValueError):
                pass
            finally:
                self._drop()

    def _submit(self, parcel: Parcel) -> bytes:
        text = parcel.content.decode()
        coded, alphabet = gsm(text), DEFAULT_ALPHABET
        if coded is None:
            coded, alphabet = ucs2(text), UCS2
        short = coded if len(coded) <= SHORT_BYTES else b""
        number = self._sender.startswith("+")
        head = b"".join(
            (
                _text("", 6),
                bytes((INTERNATIONAL, E164) if number else (ALPHANUMERIC, UNKNOWN)),
                _text(self._sender.removeprefix("+"), 21),
                bytes((INTERNATIONAL, E164)),
                _text(parcel.to.removeprefix("+"), 21),
                bytes((0, 0, 0)),  # esm_class, protocol_id, priority_flag
                _text("", 17),
                _text("", 17),
                bytes((0, 0, alphabet, 0, len(short))),
                short,
            )
        )
        if short:
            return head
        return head + struct.pack(">HH", PAYLOAD, len(coded)) + coded

    # The session ---------------------------------------------------------------------------

    def _ask(self, command: int, body: bytes) -> tuple[int, bytes]:
        """Send a PDU and await its answer: command_status and body.

        Raises:
            OSError, ValueError: no answer that can be read came.
        """
        line = self._wire
        if line is None:
            raise ConnectionError
        self._number = self._number % 0x7FFFFFFF + 1
        line.renew()
        line.send(struct.pack(">IIII", 16 + len(body), command, 0, self._number) + body)
        for _ in range(MOST_OTHERS):
            got, status, number, content = self._read(line)
            if got in (command | ANSWER, NACK) and number in (self._number, 0):
                if got == NACK and not status:
                    raise ValueError("a refusal without reason")
                return status, content
            if got == ENQUIRE:
                line.send(struct.pack(">IIII", 16, ENQUIRE | ANSWER, 0, number))
            elif got == UNBIND:
                raise ConnectionError("the SMS centre takes leave")
        raise ValueError("no answer among what the SMS centre says")

    @staticmethod
    def _read(line: Wire) -> tuple[int, int, int, bytes]:
        size, command, status, number = struct.unpack(">IIII", line.exactly(16))
        if not 16 <= size <= MOST_PDU_BYTES:
            raise ValueError("an impossible length")
        return command, status, number, line.exactly(size - 16)

    def _drop(self) -> None:
        if self._wire is not None:
            self._wire.finish()
            self._wire = None

    def _reached(self) -> Address:
        at = self._address
        return Address(
            url=at.url, scheme=at.scheme, host=at.host, port=at.port or PORT, path=""
        )

    def _refuses(self, why: Says) -> OutsideError:
        return OutsideError(
            Says(
                f"le centre SMS ne laisse pas entrer Tocsin ({why.fr})",
                f"the SMS centre does not let Tocsin in ({why.en})",
            ),
            next_step=Says(
                "Vérifiez user, le secret et sender de [sms], puis relancez "
                "l'envoi : rien n'est perdu.",
                "Check user, secret, sender of [sms], then send again: nothing is lost.",
            ),
            where=self._address.url,
        )


def _text(text: str, most: int) -> bytes:
    """A C-octet string of at most so many bytes, its NUL included.

    Raises:
        ValueError: it is longer, or holds what such a string cannot.
    """
    coded = text.encode("ascii", "strict") + b"\0"
    if len(coded) > most or 0 in coded[:-1]:
        raise ValueError("a field is too long for SMPP")
    return coded
