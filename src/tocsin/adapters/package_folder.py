"""Packages on disk: one zip a controller, encrypted with age, written aside then renamed."""

import os
import re
import secrets
import zipfile
from io import BytesIO
from pathlib import Path

import pyrage

from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.evidence import digest_of
from tocsin.core.packages import Package, Written
from tocsin.core.records import Says

_PARTED = re.compile(r"[|,;]|\s+(?=age1|ssh-)")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_MADE_AT = (1980, 1, 1, 0, 0, 0)
"""The only instant in a zip: the same content gives the same bytes before encryption."""


class AgePackages:
    """A folder of `.zip.age` files, 0600 in a folder 0700."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        except OSError as error:
            raise InputError(
                Says(
                    f"le dossier des paquets ne peut pas être créé : {cause(error).fr}",
                    f"the folder of the packages cannot be made: {cause(error).en}",
                ),
                next_step=Says(
                    "Nommez avec --out un dossier où vous pouvez écrire.",
                    "Name a folder that you may write with --out.",
                ),
                where=str(folder),
            ) from error

    def put(self, package: Package) -> Written | None:
        """See the port."""
        recipients = _recipients(package.recipient)
        if not recipients:
            return None
        sealed = pyrage.encrypt(_zipped(package), recipients)
        name = f"{_safe(package.controller)}.zip.age"
        self._write(name, sealed)
        return Written(file=name, digest=digest_of(sealed))

    def index(self, text: str) -> str:
        """See the port."""
        self._write("index.json", text.encode())
        return str(self.folder / "index.json")

    def _write(self, name: str, content: bytes) -> None:
        aside = self.folder / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.folder / name)


def _recipients(text: str) -> list[pyrage.x25519.Recipient | pyrage.ssh.Recipient]:
    """The recipients that the text names; none if any of them cannot be used."""
    found: list[pyrage.x25519.Recipient | pyrage.ssh.Recipient] = []
    for part in (p.strip() for p in _PARTED.split(text)):
        if not part:
            continue
        kind = pyrage.ssh if part.startswith("ssh-") else pyrage.x25519
        try:
            found.append(kind.Recipient.from_str(part))
        except pyrage.RecipientError:
            return []
    return found


def _safe(controller: str) -> str:
    """The controller's id as a file name; a digest tells apart ids that are not plain."""
    plain = _UNSAFE.sub("_", controller)[:60]
    return plain if plain == controller else f"{plain}-{digest_of(controller)[:8]}"


def _zipped(package: Package) -> bytes:
    sink = BytesIO()
    sums = [f"{digest_of(content)}  {name}" for name, content in package.files.items()]
    files = {**package.files, "SHA256SUMS": ("\n".join(sums) + "\n").encode()}
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _MADE_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return sink.getvalue()
