"""A second case, made from what a first one starts from, to recompute it beside it."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.adapters.case_folder import CaseFolder
from tocsin.adapters.trail_files import TrailFolder
from tocsin.adapters.vault import AgeVault
from tocsin.core.errors import InputError, OutsideError, RefusedError
from tocsin.core.ports import Case, Clock, Found, Vault
from tocsin.core.records import Says

CHUNK_BYTES = 4 << 20


def files_below(root: Path) -> list[str]:
    """The regular files below a folder, as paths from it, sorted; links are refused.

    Raises:
        RefusedError: something there is neither a folder nor a regular file.
    """
    return sorted(_files(root, ""))


def _files(folder: Path, before: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = before + entry.name
            if entry.is_dir(follow_symlinks=False):
                if name != "work":
                    yield from _files(Path(entry.path), f"{name}/")
            elif entry.is_file(follow_symlinks=False):
                yield name
            else:
                raise RefusedError(
                    Says(
                        "le dossier contient autre chose qu'un fichier : un lien, un "
                        "tube ou un périphérique",
                        "the case holds something that is no file: a link, a pipe or a device",
                    ),
                    next_step=Says(
                        "Retirez-le du dossier de l'affaire.",
                        "Take it out of the case's folder.",
                    ),
                    where=entry.path,
                )


def fingerprint(path: str) -> str:
    """SHA-256 (hex) of a file's bytes."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def start(source: Path, target: Path, names: Sequence[str]) -> None:
    """Give a second case the files that it starts from, without copying their bytes."""
    for name in names:
        there = target / name
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            there.hardlink_to(source / name)
        except OSError:  # another volume, or one without links
            shutil.copyfile(source / name, there)


class OpenedVault:
    """A directory image that a bundle carries opened."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def seal(self, tables: Mapping[str, pa.Table]) -> Mapping[str, str]:
        """See the port: what is recomputed seals nothing."""
        raise RefusedError(
            Says(
                "un dossier en cours de vérification ne reçoit pas de nouvel annuaire",
                "a case that is being verified keeps no new directory",
            ),
            next_step=Says(
                "Vérifiez le dossier tel qu'il a été archivé.",
                "Verify the case as it was bundled.",
            ),
            where=", ".join(sorted(tables)),
        )

    def open(self, *names: str) -> Mapping[str, pa.Table]:
        """See the port."""
        return {name: pq.read_table(self._path(name)) for name in names}

    def names(self) -> tuple[str, ...]:
        """The tables that the image holds."""
        return tuple(sorted(f.stem for f in self._folder.glob("*.parquet")))

    def digests(self) -> Mapping[str, str]:
        """SHA-256 (hex) of each table's file."""
        return {name: fingerprint(str(self._path(name))) for name in self.names()}

    def _path(self, name: str) -> Path:
        path = self._folder / f"{name}.parquet"
        if not path.exists():
            raise InputError(
                Says(
                    f"l'archive ne contient pas la table {name} de l'annuaire",
                    f"the bundle holds no table {name} of the directory",
                ),
                next_step=Says(
                    "Demandez une archive faite avec --identities.",
                    "Ask for a bundle made with --identities.",
                ),
                where=name,
            )
        return path


class BorrowedVault:
    """The vault of the first case, lent to the second."""

    def __init__(self, vault: AgeVault) -> None:
        self._vault = vault

    def seal(self, tables: Mapping[str, pa.Table]) -> Mapping[str, str]:
        """See the port: a lent vault is not written."""
        return OpenedVault(Path()).seal(tables)

    def open(self, *names: str) -> Mapping[str, pa.Table]:
        """See the port."""
        return self._vault.open(*names)

    def digests(self) -> Mapping[str, str]:
        """SHA-256 (hex) of each table, opened in memory."""
        return {
            name: hashlib.sha256(self._vault.parquet(name)).hexdigest()
            for name in self._vault.names()
        }


class RebuiltCase(CaseFolder):
    """The second case: its own folder, another's directory."""

    def __init__(self, root: Path, *, clock: Clock, vault: Vault) -> None:
        super().__init__(root, clock=clock, write=True)
        self._lent = vault

    @property
    def vault(self) -> Vault:
        """See the port."""
        return self._lent


class RebuiltTrails(TrailFolder):
    """The raw files of the evidence, under the names that they were delivered with.

    Args:
        evidence: the folder of the raw files, each named by its digest.
        case: the second case.
        delivered: by source, its files in the order in which they came: name, digest ('' for
            what was refused), and why it was refused. A source's one pattern is its id.
    """

    def __init__(
        self,
        evidence: Path,
        case: Case,
        delivered: Mapping[str, Sequence[tuple[str, str, str]]],
    ) -> None:
        super().__init__(evidence, case)
        self._evidence = evidence
        self._delivered = delivered

    def found(self, patterns: Sequence[str]) -> tuple[Found, ...]:
        """See the port."""
        return tuple(self._one(*one) for p in patterns for one in self._delivered.get(p, ()))

    def _one(self, name: str, digest: str, problem: str) -> Found:
        if problem:
            return Found(name=name, path="", stamp=(), problem=problem)
        path = self._evidence / Path(digest).name
        if not path.is_file():
            raise OutsideError(
                Says(
                    "un fichier brut des traces n'est pas parmi les preuves",
                    "a raw file of the trail is not in the evidence",
                ),
                next_step=Says(
                    "Redemandez le dossier ou l'archive.",
                    "Ask for the case or the bundle again.",
                ),
                where=digest,
            )
        return Found(name=name, path=str(path), stamp=())
