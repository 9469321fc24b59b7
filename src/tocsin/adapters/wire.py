"""One connection to one configured place: a deadline for the whole talk, a bound on its answer.

A target may be slow, lie, hang half-open or answer without end; none of it holds a command.
"""

import io
import socket
import ssl
import time
from collections.abc import Callable
from typing import TypeVar

from tocsin.core.causes import cause
from tocsin.core.errors import OutsideError
from tocsin.core.orders import ASK_AGAIN, UnansweredError, UnreachableError, UntriedError
from tocsin.core.outgoing import Address, is_loopback
from tocsin.core.records import Says

Found = TypeVar("Found")

DEADLINE_S = 20.0
"""Longest talk with a target, from the first byte to the last."""

MOST_BYTES = 4_000_000
"""Most bytes read of one talk."""


class Wire:
    """A connected socket with a deadline and a bound; closed by whoever made it."""

    def __init__(self, sock: socket.socket, *, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._left_bytes = MOST_BYTES
        self.changing = False
        """Set when what is sent next asks for a change: from then on silence is doubt."""

    def send(self, content: bytes) -> None:
        """Send all of it."""
        self._sock.settimeout(self._left_s())
        self._sock.sendall(content)

    sendall = send  # what http.client calls

    def into(self, buffer: memoryview) -> int:
        """Read some bytes into the buffer; 0 at the end."""
        self._sock.settimeout(self._left_s())
        count = self._sock.recv_into(buffer)
        self._left_bytes -= count
        if self._left_bytes < 0:
            raise TooMuchError
        return count

    def exactly(self, size: int) -> bytes:
        """So many bytes.

        Raises:
            ConnectionError: the other side stopped before.
        """
        if size > self._left_bytes:
            raise TooMuchError
        buffer = bytearray(size)
        view = memoryview(buffer)
        done = 0
        while done < size:
            count = self.into(view[done:])
            if not count:
                raise ConnectionError("the target stopped in the middle of its answer")
            done += count
        return bytes(buffer)

    def makefile(self, mode: str, *_: object, **__: object) -> io.BufferedReader:
        """What http.client reads from."""
        del mode
        return io.BufferedReader(_Reading(self))

    def renew(self, seconds: float | None = None) -> None:
        """Begin another question of the same talk: its deadline and bound are new."""
        self._deadline = time.monotonic() + (DEADLINE_S if seconds is None else seconds)
        self._left_bytes = MOST_BYTES

    def close(self) -> None:
        """http.client closes too early; see `finish`."""

    def secure(self, ca_file: str, host: str) -> None:
        """Begin TLS on it, the other side's certificate and name checked.

        On this machine a named authority is enough: certificates that servers make for
        themselves seldom name an address of loopback.
        """
        self._sock.settimeout(self._left_s())
        context = _context(ca_file)
        if ca_file and is_loopback(host):
            context.check_hostname = False
        self._sock = context.wrap_socket(self._sock, server_hostname=host)

    def finish(self) -> None:
        """Hang up."""
        self._sock.close()

    def _left_s(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the target was too slow")
        return left


class TooMuchError(OSError):
    """The target answers without end."""


class _Reading(io.RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._wire.into(buffer)


def dial(address: Address, *, name: str, ca_file: str = "", tls: bool = False) -> Wire:
    """Connect to that place and no other.

    Args:
        address: of the estate.
        name: of the target, for errors.
        ca_file: the authority that signs its certificate; '' for the machine's.
        tls: whether the talk begins with TLS.

    Raises:
        UnreachableError: it cannot be reached; nothing was sent.
    """
    deadline = time.monotonic() + DEADLINE_S
    try:
        if address.scheme == "unix":
            sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            sock.settimeout(DEADLINE_S)
            sock.connect(address.path)
        else:
            sock = socket.create_connection((address.host, address.port), timeout=DEADLINE_S)
    except OSError as error:
        raise unreachable(name, error) from error
    wire = Wire(sock, deadline=deadline)
    if tls:
        try:
            wire.secure(ca_file, address.host)
        except OSError as error:  # ssl.SSLError is one
            wire.finish()
            raise unreachable(name, error) from error
    return wire


def talk(wire: Wire, name: str, speak: Callable[[], Found]) -> Found:
    """Speak over a wire, then hang up; what goes wrong there is said in our words.

    Args:
        wire: a connection.
        name: of the target.
        speak: the talk.

    Raises:
        UntriedError: nothing was changed.
        UnansweredError: a change was asked for and no receipt came back.
    """
    try:
        return speak()
    except (OSError, EOFError, ValueError) as error:
        raise _silent(name, error, maybe_done=wire.changing) from error
    finally:
        wire.finish()


def unreachable(name: str, error: Exception) -> UnreachableError:
    """The target cannot be reached; nothing was sent."""
    return UnreachableError(
        Says(
            f"la cible est injoignable : {_why(error).fr}",
            f"the target cannot be reached: {_why(error).en}",
        ),
        next_step=ASK_AGAIN,
        where=name,
    )


def _silent(name: str, error: Exception, *, maybe_done: bool) -> OutsideError:
    if maybe_done:
        return UnansweredError(
            Says(
                f"la cible a reçu la demande et n'a pas donné de reçu : {_why(error).fr}",
                f"the target was asked and gave no receipt: {_why(error).en}",
            ),
            next_step=ASK_AGAIN,
            where=name,
        )
    return UntriedError(
        Says(
            f"la cible n'a pas donné de réponse lisible : {_why(error).fr}",
            f"the target gave no answer that can be read: {_why(error).en}",
        ),
        next_step=ASK_AGAIN,
        where=name,
    )


def _why(error: Exception) -> Says:
    """The kind of error, in words that hold nothing of what was sent."""
    if isinstance(error, TimeoutError):
        return Says("trop lente", "too slow")
    if isinstance(error, TooMuchError):
        return Says("elle répond sans fin", "it answers without end")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Says(
            f"son certificat n'est pas reconnu ({error.verify_message})",
            f"its certificate does not hold ({error.verify_message})",
        )
    return cause(error)


def _context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
