"""Seals a case in one archive."""

import hashlib
import importlib.metadata
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import tocsin
from tocsin.act.seal import contents
from tocsin.adapters import archive, signing
from tocsin.adapters.case_folder import CaseFolder
from tocsin.adapters.rebuilt_case import files_below
from tocsin.adapters.timestamps import TimestampAuthority
from tocsin.adapters.vault import AgeVault
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.core.seal import Member, Seal
from tocsin.flow.bundle import Gathered, gather, sealed
from tocsin.wiring.world import Document, open_world

ROOMS = ("core", "trail", "detect", "scope", "flow")
"""The folders whose rules decide what a recomputation gives."""


def bundle(root: Path, file: Path, *, identities: bool, key: Path | None) -> Document:
    """Seal the case in one archive.

    Returns:
        The contract's `bundle` document: file, root, key.

    Raises:
        InputError: the file's folder is absent or is the case, or the key is none.
    """
    _refuse_target(root, file)
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with open_world(root, write=True) as (world, case):
        signer = signing.read_key(key or case.keyring.signing_key())
        has = Gathered(
            names=files_below(root),
            lines=case.journal(),
            directory=_opened_directory(case) if identities else {},
            identities=identities,
        )
        make = sealed(case, signer, TimestampAuthority(), identities=identities)
        made: list[Seal] = []

        def seal(members: Sequence[Member]) -> bytes:
            made.append(make(members, rules(), importlib.metadata.version("tocsin")))
            return made[0].text()

        try:
            archive.write(str(aside), gather(world, has), seal)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
        facts = {"root": made[0].root, "key": made[0].key, "identities": identities}
        case.note("bundled", facts)
    return {"file": str(file), "root": made[0].root, "key": made[0].key}


def _refuse_target(root: Path, file: Path) -> None:
    inside = file.resolve().is_relative_to(root.resolve())
    if file.is_dir() or inside or not file.resolve().parent.is_dir():
        raise InputError(
            Says("l'archive ne peut pas être écrite là", "the bundle cannot be written there"),
            next_step=Says(
                "Nommez un fichier hors du dossier de l'affaire, dans un dossier qui existe.",
                "Name a file outside the case, in a folder that exists.",
            ),
            where=str(file),
        )


def _opened_directory(case: CaseFolder) -> Mapping[str, bytes]:
    """The directory's tables as they were sealed, and the key of the pseudonyms."""
    vault = AgeVault(case, case.keyring)
    names = vault.names()
    case.note("vault_opened", {"tables": list(names), "why": contents.CUSTODY_WHY[0]})
    opened = {f"{name}.parquet": vault.parquet(name) for name in names}
    key_name = contents.PSEUDONYM_KEY.removeprefix(contents.DIRECTORY)
    return {**opened, key_name: case.keyring.pseudonym_key().encode()}


def rules() -> Mapping[str, str]:
    """SHA-256 (hex) of the rules of each room, as they are installed here."""
    top = Path(str(tocsin.__file__)).parent
    found = {}
    for room in ROOMS:
        digest = hashlib.sha256()
        for file in sorted((top / room).rglob("*.py")):
            digest.update(f"{file.relative_to(top).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        found[room] = digest.hexdigest()
    return found
