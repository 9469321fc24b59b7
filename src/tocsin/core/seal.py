"""What a bundle is made of: its manifest, its seal, the claims that a verification makes."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from tocsin.core import merkle

MANIFEST = "MANIFEST"
"""The file that lists the others, in the format of `sha256sum`."""

SEAL = "SEAL.json"
"""The last file of a bundle: root, key, signature."""

FORMAT = 1
"""Format of the bundle."""

_SIGNED_AS = b"tocsin bundle 1\n"
"""What stands before the signed text, so that no other signature passes for a seal."""

_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f\x7f\\]+)")


class Finding(StrEnum):
    """The result of a claim."""

    PASS = "PASS"  # noqa: S105  # a result, not a password
    FAIL = "FAIL"
    NOT_CHECKED = "NOT_CHECKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing that a case or a bundle says, and what was found.

    Args:
        claim: its name; a figure's is the path to it in its document.
        result: PASS, FAIL or NOT_CHECKED.
        expected: what the case or the bundle says.
        found: what the verification found; why it could not look, where it did not.
    """

    claim: str
    result: Finding
    expected: str = ""
    found: str = ""


def claim(name: str, expected: object, found: object) -> Claim:
    """A claim that holds when both are equal."""
    same = Finding.PASS if expected == found else Finding.FAIL
    return Claim(claim=name, result=same, expected=_text(expected), found=_text(found))


def unchecked(name: str, why: str, *, expected: str = "") -> Claim:
    """A claim that could not be looked at, with the reason."""
    return Claim(claim=name, result=Finding.NOT_CHECKED, expected=expected, found=why)


def verdict(claims: Iterable[Claim]) -> Mapping[str, Any]:
    """The contract's `verify` document: PASS when no claim fails."""
    listed = list(claims)
    failed = any(c.result is Finding.FAIL for c in listed)
    return {
        "result": str(Finding.FAIL if failed else Finding.PASS),
        "claims": [
            {
                "claim": c.claim,
                "result": str(c.result),
                "expected": c.expected,
                "found": c.found,
            }
            for c in listed
        ],
    }


# The manifest -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A file of a bundle: its path, and the SHA-256 (hex) of its bytes."""

    name: str
    digest: str

    @property
    def line(self) -> str:
        """Its line of the manifest, as `sha256sum -c` reads it: a leaf of the tree."""
        return f"{self.digest}  {self.name}"


def is_safe(name: str) -> bool:
    """Whether a path stays below the folder that it is read from, and reads one way only."""
    parts = name.split("/")
    plain = _LINE.fullmatch(f"{'0' * 64}  {name}") is not None
    return plain and not any(part in ("", ".", "..") for part in parts)


def manifest(members: Sequence[Member]) -> bytes:
    """The manifest's text."""
    return "".join(f"{member.line}\n" for member in members).encode()


def members_of(text: bytes) -> tuple[Member, ...] | None:
    """The members that a manifest lists; None if it is not one, to the byte."""
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError:
        return None
    read = [_LINE.fullmatch(line) for line in lines[:-1]]
    members = tuple(Member(m[2], m[1]) for m in read if m is not None)
    return members if manifest(members) == text else None


def root_of(members: Iterable[Member]) -> str:
    """The Merkle root (hex) of a manifest: its lines are the leaves."""
    return merkle.root([member.line.encode() for member in members]).hex()


# The seal ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What the last file of a bundle says.

    Args:
        case: id of the case.
        identities: whether raw trails and the directory are inside.
        root: Merkle root of the manifest (hex).
        size: number of its leaves.
        key: the public key that signed, `ed25519:` and hex.
        tool: version of Tocsin.
        rules: SHA-256 (hex) of the rules of each room.
        timestamp: RFC 3161 reply for the root, base64; '' without authority.
        signature: hex, of all the rest.
    """

    case: str
    identities: bool
    root: str
    size: int
    key: str
    tool: str
    rules: Mapping[str, str]
    timestamp: str = ""
    signature: str = ""

    def signed(self) -> bytes:
        """The bytes that the signature covers: everything else that the seal says."""
        return _SIGNED_AS + _canonical({n: v for n, v in self._said() if n != "signature"})

    def text(self) -> bytes:
        """The file's bytes."""
        return _canonical(dict(self._said()))

    def _said(self) -> Iterator[tuple[str, object]]:
        yield "format", FORMAT
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            yield name, dict(value) if isinstance(value, Mapping) else value


def seal_of(text: bytes) -> Seal | None:
    """The seal that the bytes spell; None if they are not one, to the byte."""
    try:
        said = json.loads(text)
        if said.pop("format") != FORMAT:
            return None
        seal = Seal(**said)
        return seal if seal.text() == text else None
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


def _canonical(value: Mapping[str, object]) -> bytes:
    said = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return said.encode() + b"\n"


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# The ports --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What goes into a bundle under a name: a file of the disk, or bytes at hand."""

    name: str
    path: str = ""
    data: bytes = b""


class Signing(Protocol):
    """A private key that signs, wherever it is kept."""

    @property
    def key(self) -> str:
        """The public half, `ed25519:` and hex."""
        ...

    def sign_bytes(self, content: bytes) -> bytes:
        """The Ed25519 signature (RFC 8032) of these bytes."""
        ...


class Authority(Protocol):
    """A time-stamping authority (RFC 3161), where one is configured."""

    def stamp(self, data: bytes) -> bytes:
        """Its reply for the data; empty where no authority is configured."""
        ...

    def check(self, data: bytes, reply: bytes) -> tuple[Finding, str]:
        """Whether the reply is for the data, from an authority that is trusted; since when."""
        ...


class Archive(Protocol):
    """A bundle file being read."""

    def look(self) -> tuple[Sequence[Member], bytes, bytes, str]:
        """Read it to its end without writing anything.

        Returns:
            Its members, its manifest, its seal, and '' or what is wrong with its bytes.
        """
        ...

    def unpack(self, folder: str) -> Sequence[Member]:
        """Write its members below an empty folder; their digests as they were written."""
        ...
