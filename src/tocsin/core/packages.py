"""Packages: what leaves the case for one controller, encrypted for it alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What one controller is given.

    Args:
        controller: its id.
        recipient: its age recipient; several are parted by spaces or bars.
        files: name and content of each file inside.
    """

    controller: str
    recipient: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A package on disk: its name in the folder, and the SHA-256 of the encrypted bytes."""

    file: str
    digest: str


class PackageFolder(Protocol):
    """The folder that packages are written to."""

    def put(self, package: Package) -> Written | None:
        """Encrypt and write a package; None where its recipient cannot be used."""
        ...

    def index(self, text: str) -> str:
        """Write the index of the folder; return its path."""
        ...
