"""The vault: the directory image as age-encrypted Parquet, opened in memory only."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyrage

from tocsin.adapters.keyring import Keyring
from tocsin.core.errors import InputError, OutsideError, RefusedError
from tocsin.core.evidence import closed, digest_of
from tocsin.core.ports import Case
from tocsin.core.records import Says

SUFFIX = ".parquet.age"


class AgeVault:
    """One encrypted file a table, below `CASE/vault/`."""

    def __init__(self, case: Case, keyring: Keyring) -> None:
        self._case = case
        self._keyring = keyring

    def seal(self, tables: Mapping[str, pa.Table]) -> Mapping[str, str]:
        """See the port. Each table is written aside, then renamed."""
        digests = {}
        for name, rows in tables.items():
            sink = pa.BufferOutputStream()
            pq.write_table(rows, sink, compression="zstd")
            plain = sink.getvalue().to_pybytes()
            digests[name] = digest_of(plain)
            sealed = pyrage.encrypt(plain, [self._keyring.recipient()])
            staged = self._case.aside(f"{name}{SUFFIX}")
            Path(staged).write_bytes(sealed)
            self._case.publish(staged, f"vault/{name}{SUFFIX}")
        return digests

    def open(self, *names: str) -> Mapping[str, pa.Table]:
        """See the port."""
        return {name: pq.read_table(pa.BufferReader(self.parquet(name))) for name in names}

    def names(self) -> tuple[str, ...]:
        """The tables that the vault holds."""
        listed = self._case.listed("vault")
        return tuple(n.removesuffix(SUFFIX) for n in listed if n.endswith(SUFFIX))

    def parquet(self, name: str) -> bytes:
        """A table as the Parquet file that was sealed, in memory only.

        Raises:
            RefusedError: the case is closed.
            InputError: the vault holds no such table.
            OutsideError: the key is not this case's.
        """
        if closed(self._case.journal()):
            raise RefusedError(
                Says(
                    "l'affaire est close et sa clé détruite : les identités ne se lisent plus",
                    "the case is closed and its key destroyed: identities cannot be read",
                ),
                next_step=Says(
                    "Les empreintes et les comptes se lisent encore : tocsin status CASE.",
                    "Digests and counts can still be read: tocsin status CASE.",
                ),
                where=self._case.where(""),
            )
        path = Path(self._case.where(f"vault/{name}{SUFFIX}"))
        if not path.exists():
            raise InputError(
                Says(
                    f"le coffre ne contient pas la table {name}",
                    f"the vault holds no table {name}",
                ),
                next_step=Says(
                    "Rouvrez le dossier avec son fichier estate.toml : son ouverture "
                    "a été interrompue.",
                    "Open the case again on its estate: its opening was cut short.",
                ),
                where=str(path),
            )
        try:
            return self._keyring.decrypt(path.read_bytes())
        except pyrage.DecryptError as error:
            raise OutsideError(
                Says(
                    "le coffre ne s'ouvre pas avec la clé de ce dossier",
                    "the vault does not open with this case's key",
                ),
                next_step=Says(
                    "Remettez la clé créée à l'ouverture du dossier.",
                    "Put back the key that was made when the case was opened.",
                ),
                where=str(self._keyring.folder),
            ) from error
