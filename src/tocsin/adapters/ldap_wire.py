"""The part of LDAP v3 that containment needs: bind, StartTLS, search, modify, over one wire.

BER as LDAP restricts it: definite lengths, one-byte tags (RFC 4511, section 5.1). Every length
that a server announces is bounded before it is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin.adapters.wire import Wire

INTEGER, OCTETS, ENUMERATED, SEQUENCE, SET, BOOLEAN = 0x02, 0x04, 0x0A, 0x30, 0x31, 0x01
BIND, BOUND, SEARCH, FOUND, DONE = 0x60, 0x61, 0x63, 0x64, 0x65
MODIFY, MODIFIED, EXTENDED, EXTENDED_DONE = 0x66, 0x67, 0x77, 0x78
SIMPLE, OR_FILTER, EQUALS, EXTENDED_NAME = 0x80, 0xA1, 0xA3, 0x80

START_TLS = "1.3.6.1.4.1.1466.20037"
SUCCESS, NO_SUCH_ATTRIBUTE = 0, 16
DELETE, REPLACE = 1, 2

MOST_MESSAGES = 64
"""A search for one account answers with a few messages; a server that goes on is let go."""


class LdapError(Exception):
    """The server answered with a result that is no success."""

    def __init__(self, code: int, asked: str) -> None:
        super().__init__(f"LDAP result {code} to the {asked}")
        self.code = code
        self.asked = asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One entry: its name, and the values of the attributes asked, names in lower case."""

    dn: str
    values: Mapping[str, tuple[str, ...]]

    def first(self, name: str) -> str:
        """The first value of an attribute; '' if it has none."""
        return next(iter(self.values.get(name.lower(), ())), "")


class Ldap:
    """One session with a directory server."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._number = 0

    def start_tls(self, ca_file: str, host: str) -> None:
        """Demand TLS on the open connection."""
        request = _node(EXTENDED, _node(EXTENDED_NAME, START_TLS.encode()))
        self._expect(request, EXTENDED_DONE, "StartTLS")
        self._wire.secure(ca_file, host)

    def bind(self, user: str, password: str) -> None:
        """Log in. A user without password would be taken for nobody, and is refused."""
        if not password:
            raise LdapError(48, "bind without a password")
        request = _node(
            BIND,
            _integer(3) + _octets(user) + _node(SIMPLE, password.encode()),
        )
        self._expect(request, BOUND, "bind")

    def search(
        self, base: str, pairs: Sequence[tuple[str, str]], attributes: Sequence[str]
    ) -> list[Found]:
        """The entries below base where any of the (attribute, value) pairs holds, at most 3."""
        terms = b"".join(_node(EQUALS, _octets(a) + _octets(v)) for a, v in pairs)
        return self._search(base, 2, _node(OR_FILTER, terms), attributes)

    def read(self, dn: str, attributes: Sequence[str]) -> list[Found]:
        """One entry by its name, or none."""
        present = _node(0x87, b"objectClass")
        try:
            return self._search(dn, 0, present, attributes)
        except LdapError as error:
            if error.code == 32:  # noSuchObject
                return []
            raise

    def _search(
        self, base: str, scope: int, where: bytes, attributes: Sequence[str]
    ) -> list[Found]:
        request = _node(
            SEARCH,
            _octets(base)
            + _enumerated(scope)
            + _enumerated(0)  # aliases are not followed
            + _integer(3)  # at most three: two are one too many
            + _integer(15)  # seconds
            + _node(BOOLEAN, b"\x00")
            + where
            + _node(SEQUENCE, b"".join(_octets(name) for name in attributes)),
        )
        self._ask(request)
        found = []
        for _ in range(MOST_MESSAGES):
            tag, content = self._answer()
            if tag == FOUND:
                found.append(_entry(content))
            elif tag == DONE:
                code = _result(content)
                if code not in (SUCCESS, 4):  # sizeLimitExceeded: more than three
                    raise LdapError(code, "search")
                return found
        raise LdapError(3, "search without end")

    def modify(self, dn: str, changes: Sequence[tuple[int, str, Sequence[str]]]) -> None:
        """Change attributes: (DELETE or REPLACE, name, values)."""
        self._wire.changing = True
        listed = b"".join(
            _node(
                SEQUENCE,
                _enumerated(how)
                + _node(
                    SEQUENCE,
                    _octets(name) + _node(SET, b"".join(_octets(v) for v in values)),
                ),
            )
            for how, name, values in changes
        )
        self._expect(
            _node(MODIFY, _octets(dn) + _node(SEQUENCE, listed)), MODIFIED, "modification"
        )

    def _expect(self, request: bytes, tag: int, asked: str) -> None:
        self._ask(request)
        got, content = self._answer()
        code = _result(content) if got == tag else 2  # protocolError
        if code != SUCCESS:
            raise LdapError(code, asked)

    def _ask(self, request: bytes) -> None:
        self._number += 1
        self._wire.send(_node(SEQUENCE, _integer(self._number) + request))

    def _answer(self) -> tuple[int, bytes]:
        """The next message's operation; those of another request are an error."""
        tag = self._wire.exactly(1)[0]
        size = self._length()
        parts = list(_nodes(self._wire.exactly(size)))
        if tag != SEQUENCE or len(parts) < 2 or parts[0][0] != INTEGER:
            raise ValueError("not an LDAP message")
        if int.from_bytes(parts[0][1], "big") != self._number:
            raise ValueError("an answer to another request")
        return parts[1]

    def _length(self) -> int:
        first = self._wire.exactly(1)[0]
        if first < 0x80:
            return first
        count = first & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("an impossible length")
        return int.from_bytes(self._wire.exactly(count), "big")


def _node(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    spelt = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(spelt))) + spelt + content


def _octets(text: str) -> bytes:
    return _node(OCTETS, text.encode())


def _integer(value: int, tag: int = INTEGER) -> bytes:
    return _node(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _enumerated(value: int) -> bytes:
    return _integer(value, ENUMERATED)


def _nodes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The values that stand one after another.

    Raises:
        ValueError: a length leads out of the content.
    """
    at = 0
    while at < len(content):
        if at + 2 > len(content):
            raise ValueError("a value is cut short")
        tag, size = content[at], content[at + 1]
        at += 2
        if size >= 0x80:
            count = size & 0x7F
            if not 1 <= count <= 4:
                raise ValueError("an impossible length")
            size = int.from_bytes(content[at : at + count], "big")
            at += count
        if at + size > len(content):
            raise ValueError("a value is cut short")
        yield tag, content[at : at + size]
        at += size


def _result(content: bytes) -> int:
    first = next(_nodes(content), None)
    if first is None or first[0] != ENUMERATED or not first[1]:
        raise ValueError("no result code")
    return int.from_bytes(first[1], "big")


def _entry(content: bytes) -> Found:
    parts = list(_nodes(content))
    if len(parts) < 2:
        raise ValueError("not an entry")
    values: dict[str, tuple[str, ...]] = {}
    for _, attribute in _nodes(parts[1][1]):
        pair = list(_nodes(attribute))
        if len(pair) != 2:
            raise ValueError("not an attribute")
        name = pair[0][1].decode("utf-8", "replace").lower()
        values[name] = tuple(v.decode("utf-8", "replace") for _, v in _nodes(pair[1][1]))
    return Found(dn=parts[0][1].decode("utf-8"), values=values)
