"""A bundle as a file: a tar archive (POSIX ustar) that has one spelling only.

Regular files alone, sorted by name, each header a function of name and size, padding of zeros,
two blocks of zeros at the end and nothing after. Whatever else the format allows - links,
folders, devices, long-name records, owners, times - is refused because it is spelt otherwise,
so every byte of the file either counts or is known beforehand. Any `tar xf` opens it.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from tocsin.core.causes import cause
from tocsin.core.errors import InputError, OutsideError
from tocsin.core.records import Says
from tocsin.core.seal import MANIFEST, SEAL, Content, Member, is_safe, manifest

FOLDER = "bundle/"
"""What stands before each name in the archive, so that it unpacks into one folder."""

BLOCK_BYTES = 512
CHUNK_BYTES = 1 << 20
MANIFEST_BYTES = 256 << 20
"""A longer manifest is refused: it would list more than two million files."""
SEAL_BYTES = 1 << 20
NAME_BYTES, PREFIX_BYTES = 100, 155
"""Room for a name in a ustar header (POSIX.1-2017, pax, ustar interchange format)."""
OCTAL_LIMIT = 1 << 33
"""A size from here on is written in base 256, as GNU tar does."""


class _SpeltWrongError(Exception):
    """The bytes are not those of a bundle; the message says what and where."""


def _header(name: str, size: int) -> bytes:
    """The one header of a file of that name and size."""
    short, prefix = _split(name.encode())
    length = b"%011o\0" % size if size < OCTAL_LIMIT else b"\x80" + size.to_bytes(11, "big")
    fields = (
        short.ljust(NAME_BYTES, b"\0"),
        b"0000600\0" + b"0000000\0" * 2,
        length,
        b"00000000000\0",
        b" " * 8,
        b"0" + bytes(100),
        b"ustar\x0000" + bytes(64),
        b"0000000\0" * 2,
        prefix.ljust(PREFIX_BYTES, b"\0"),
        bytes(12),
    )
    block = b"".join(fields)
    total = b"%06o\0 " % sum(block)
    return block[:148] + total + block[156:]


def _split(name: bytes) -> tuple[bytes, bytes]:
    """A name in the two fields of a header: whole if it fits, else cut at a slash."""
    if len(name) <= NAME_BYTES:
        return name, b""
    at = name.find(b"/", len(name) - NAME_BYTES - 1)
    if not 0 < at <= PREFIX_BYTES or at == len(name) - 1:
        raise InputError(
            Says(
                "un fichier du dossier a un nom trop long pour une archive",
                "a file of the case has a name too long for a bundle",
            ),
            next_step=Says(
                "Ramenez-le à 100 octets, puis refaites l'archive.",
                "Shorten it to 100 bytes, then bundle again.",
            ),
            where=name.decode(errors="replace")[-80:],
        )
    return name[at + 1 :], name[:at]


def _name_and_size(block: bytes) -> tuple[str, int]:
    """What a header says; its bytes are compared with the one spelling by the caller."""
    try:
        short = block[:NAME_BYTES].rstrip(b"\0")
        prefix = block[345 : 345 + PREFIX_BYTES].rstrip(b"\0")
        name = (prefix + b"/" + short if prefix else short).decode()
        length = block[124:136]
        size = (
            int.from_bytes(length[1:], "big")
            if length[0] == 0x80
            else int(length[:11].decode("ascii"), 8)
        )
    except ValueError as error:
        raise _SpeltWrongError("a header cannot be read") from error
    return name, size


# Writing ----------------------------------------------------------------------------------


def write(
    target: str, contents: Iterable[Content], seal: Callable[[Sequence[Member]], bytes]
) -> None:
    """Write a bundle: the contents sorted by name, then the manifest, then the seal.

    Args:
        target: the file; it must not be there.
        contents: what goes in; names are safe and distinct.
        seal: makes the seal's bytes from the members of the manifest.
    """
    members = []
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as out:  # noqa: PTH123
        for content in sorted(contents, key=lambda c: c.name.encode()):
            if not is_safe(content.name):
                raise InputError(
                    Says(
                        "un fichier du dossier a un nom qu'une archive ne peut pas contenir",
                        "a file of the case has a name that a bundle cannot hold",
                    ),
                    next_step=Says(
                        "Renommez-le sans caractère de contrôle ni barre oblique inverse.",
                        "Rename it without control characters and backslashes.",
                    ),
                    where=ascii(content.name),
                )
            members.append(Member(content.name, _put(out, content)))
        _put(out, Content(name=MANIFEST, data=manifest(members)))
        _put(out, Content(name=SEAL, data=seal(members)))
        out.write(bytes(2 * BLOCK_BYTES))
        out.flush()
        os.fsync(out.fileno())


def _put(out: IO[bytes], content: Content) -> str:
    """Write one file; the SHA-256 of its bytes."""
    digest = hashlib.sha256()
    size = Path(content.path).stat().st_size if content.path else len(content.data)
    out.write(_header(FOLDER + content.name, size))
    written = 0
    for chunk in _read(content.path) if content.path else (content.data,):
        digest.update(chunk)
        out.write(chunk)
        written += len(chunk)
    if written != size:
        raise OutsideError(
            Says(
                "un fichier du dossier a changé pendant qu'il était archivé",
                "a file of the case changed while it was bundled",
            ),
            next_step=Says(
                "Ne laissez aucun autre programme écrire dans le dossier, puis "
                "refaites l'archive.",
                "Let no other program write the case, then bundle again.",
            ),
            where=content.name,
        )
    out.write(bytes(-size % BLOCK_BYTES))
    return digest.hexdigest()


def _read(path: str) -> Iterator[bytes]:
    with Path(path).open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


# Reading ----------------------------------------------------------------------------------


class BundleFile:
    """A bundle on disk; nothing of it is believed."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise InputError(
                Says(
                    f"l'archive ne peut pas être lue : {cause(error).fr}",
                    f"the bundle cannot be read: {cause(error).en}",
                ),
                next_step=Says(
                    "Nommez une archive scellée, ou le dossier d'une affaire.",
                    "Name a bundle file, or the folder of a case.",
                ),
                where=str(path),
            ) from error

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def look(self) -> tuple[Sequence[Member], bytes, bytes, str]:
        """See the port."""
        members: list[Member] = []
        kept: dict[str, bytearray] = {}
        try:
            for name, size, chunks in self._walk():
                digest = hashlib.sha256()
                keep = _kept(name, size)
                for chunk in chunks:
                    digest.update(chunk)
                    if keep:
                        kept.setdefault(name, bytearray()).extend(chunk)
                if not keep:
                    members.append(Member(name, digest.hexdigest()))
        except _SpeltWrongError as bad:
            return members, b"", b"", str(bad)
        seal, listed = bytes(kept.get(SEAL, b"")), bytes(kept.get(MANIFEST, b""))
        return members, listed, seal, ""

    def unpack(self, folder: str) -> Sequence[Member]:
        """See the port."""
        try:
            return self._unpack(Path(folder))
        except _SpeltWrongError as bad:
            raise OutsideError(
                Says(
                    "l'archive a changé pendant sa lecture",
                    "the bundle changed while it was read",
                ),
                next_step=Says(
                    "Ne laissez aucun autre programme y écrire, puis vérifiez-la à nouveau.",
                    "Let no other program write it, then verify it again.",
                ),
                where=str(bad),
            ) from bad

    def _unpack(self, folder: Path) -> Sequence[Member]:
        members = []
        for name, _, chunks in self._walk():
            if name in (MANIFEST, SEAL):
                for _ in chunks:
                    pass
                continue
            target = folder / name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            digest = hashlib.sha256()
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as out:  # noqa: PTH123
                for chunk in chunks:
                    digest.update(chunk)
                    out.write(chunk)
            members.append(Member(name, digest.hexdigest()))
        return members

    def _walk(self) -> Iterator[tuple[str, int, Iterator[bytes]]]:
        """Each file in turn; its chunks must be taken before the next."""
        self._file.seek(0)
        left = os.fstat(self._file.fileno()).st_size
        names = _Names()
        while (block := self._block()) != bytes(BLOCK_BYTES):
            name, size = _name_and_size(block)
            left -= BLOCK_BYTES
            if size > left:
                raise _SpeltWrongError(f"the file stops inside {name!a}")
            if not is_safe(name) or not name.startswith(FOLDER) or _spelt(name, size) != block:
                raise _SpeltWrongError(f"the header of {name!a} is not the one of a bundle")
            names.take(name.removeprefix(FOLDER))
            yield name.removeprefix(FOLDER), size, self._content(size)
            left -= size + -size % BLOCK_BYTES
        if names.last != SEAL or self._block() != bytes(BLOCK_BYTES) or self._file.read(1):
            raise _SpeltWrongError("the file does not end as a bundle ends")

    def _block(self) -> bytes:
        block = self._file.read(BLOCK_BYTES)
        if len(block) != BLOCK_BYTES:
            raise _SpeltWrongError("the file stops before its end")
        return block

    def _content(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            chunk = self._file.read(min(left, CHUNK_BYTES))
            if not chunk:
                raise _SpeltWrongError("the file stops before its end")
            left -= len(chunk)
            yield chunk
        padding = -size % BLOCK_BYTES
        if self._file.read(padding) != bytes(padding):
            raise _SpeltWrongError("what stands after a file is not padding")


class _Names:
    """The order of names: ascending, then the manifest, then the seal, each once."""

    def __init__(self) -> None:
        self.last = ""
        self._seen: set[str] = set()

    def take(self, name: str) -> None:
        """The next name of the archive."""
        if self.last == SEAL or (self.last == MANIFEST) != (name == SEAL):
            raise _SpeltWrongError(f"{name!a} stands out of its place")
        if name not in (MANIFEST, SEAL) and self.last.encode() >= name.encode():
            raise _SpeltWrongError(f"{name!a} stands twice or out of order")
        above = name
        while above := above.rpartition("/")[0]:
            if above in self._seen:
                raise _SpeltWrongError(f"{above!a} is a file and a folder")
        self._seen.add(name)
        self.last = name


def _spelt(name: str, size: int) -> bytes:
    try:
        return _header(name, size)
    except (InputError, OverflowError):
        return b""


def _kept(name: str, size: int) -> bool:
    """Whether a file is one of the two that are kept in memory while the rest is read."""
    limits = {MANIFEST: MANIFEST_BYTES, SEAL: SEAL_BYTES}
    if name in limits and size > limits[name]:
        raise _SpeltWrongError(f"{name} is too long")
    return name in limits
