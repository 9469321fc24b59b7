"""A session with an SMS centre (SMPP 3.4): bound, asked, answered, left.

Source: SMPP Protocol Specification v3.4, issue 1.2, sections 4.1, 4.2, 4.11, 5.1.3.
"""

import struct

from tocsin.adapters import wire
from tocsin.adapters.wire import Wire
from tocsin.core.causes import cause
from tocsin.core.errors import OutsideError
from tocsin.core.outgoing import Address
from tocsin.core.records import Says

BIND_RECEIVER, BIND_TRANSMITTER, UNBIND, ENQUIRE = 0x1, 0x2, 0x6, 0x15
ANSWER, NACK = 0x80000000, 0x80000000
VERSION = 0x34
PORT = 2775
MOST_PDU_BYTES = 65_536
MOST_OTHERS = 32
"""PDUs of the other side's own that are answered or passed over while an answer is awaited."""

UNKNOWN = 0


class SmppSession:
    """One session at a time with one centre.

    Args:
        address: `smpp://host:port`.
        user: its system_id.
        secret: its password, 8 octets at most by the standard.
    """

    def __init__(self, address: Address, *, user: str, secret: str) -> None:
        self._address = address
        self._user, self._secret = user, secret
        self._wire: Wire | None = None
        self._number = 0

    @property
    def open(self) -> bool:
        """Whether it is bound, as far as we know."""
        return self._wire is not None

    def bind(self, command: int) -> None:
        """Come in as a transmitter or as a receiver.

        Raises:
            OutsideError: the centre does not let us in.
        """
        self._wire = wire.dial(self._reached(), name=self._address.url)
        body = b"".join(
            (
                field(self._user, 16),
                field(self._secret, 9),
                field("", 13),
                bytes((VERSION, UNKNOWN, UNKNOWN)),
                field("", 41),
            )
        )
        try:
            status, _ = self.ask(command, body)
        except (OSError, ValueError) as error:
            self.drop()
            raise self.refuses(cause(error)) from error
        if status:
            self.drop()
            raise self.refuses(Says(f"{status:#x}", f"{status:#x}"))

    def ask(self, command: int, body: bytes) -> tuple[int, bytes]:
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
            got, status, number, content = _read(line)
            if got in (command | ANSWER, NACK) and number in (self._number, 0):
                if got == NACK and not status:
                    raise ValueError("a refusal without reason")
                return status, content
            if got == ENQUIRE:
                self.answer(ENQUIRE | ANSWER, 0, number)
            elif got == UNBIND:
                raise ConnectionError("the SMS centre takes leave")
        raise ValueError("no answer among what the SMS centre says")

    def next_pdu(self, quiet_s: float) -> tuple[int, int, bytes]:
        """What the centre says of its own: command, number and body.

        Raises:
            OSError, ValueError: it said nothing for so long, or nothing that can be read.
        """
        if self._wire is None:
            raise ConnectionError
        self._wire.renew(quiet_s)
        command, _, number, body = _read(self._wire)
        if command == UNBIND:
            raise ConnectionError("the SMS centre takes leave")
        return command, number, body

    def answer(self, command: int, status: int, number: int, body: bytes = b"") -> None:
        """Answer what the centre said of its own."""
        if self._wire is not None:
            head = struct.pack(">IIII", 16 + len(body), command, status, number)
            self._wire.send(head + body)

    def close(self) -> None:
        """Take leave."""
        if self._wire is not None:
            try:
                self.ask(UNBIND, b"")
            except (OSError, ValueError):
                pass
            finally:
                self.drop()

    def drop(self) -> None:
        """Hang up."""
        if self._wire is not None:
            self._wire.finish()
            self._wire = None

    def refuses(self, why: Says) -> OutsideError:
        """The centre does not let us in, or blames us."""
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

    def _reached(self) -> Address:
        at = self._address
        return Address(
            url=at.url, scheme=at.scheme, host=at.host, port=at.port or PORT, path=""
        )


def _read(line: Wire) -> tuple[int, int, int, bytes]:
    size, command, status, number = struct.unpack(">IIII", line.exactly(16))
    if not 16 <= size <= MOST_PDU_BYTES:
        raise ValueError("an impossible length")
    return command, status, number, line.exactly(size - 16)


def field(text: str, most: int) -> bytes:
    """A C-octet string of at most so many bytes, its NUL included.

    Raises:
        ValueError: it is longer, or holds what such a string cannot.
    """
    coded = text.encode("ascii", "strict") + b"\0"
    if len(coded) > most or 0 in coded[:-1]:
        raise ValueError("a field is too long for SMPP")
    return coded
