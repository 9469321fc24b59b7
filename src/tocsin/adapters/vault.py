"""The vault: the directory image as age-encrypted Parquet, opened in memory only."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyrage

from tocsin.adapters.keyring import Keyring
from tocsin.core.errors import InputError, OutsideError
from tocsin.core.ports import Case


class AgeVault:
    """One encrypted file a table, below `CASE/vault/`."""

    def __init__(self, case: Case, keyring: Keyring) -> None:
        self._case = case
        self._keyring = keyring

    def seal(self, tables: Mapping[str, pa.Table]) -> None:
        """See the port. Each table is written aside, then renamed."""
        for name, rows in tables.items():
            sink = pa.BufferOutputStream()
            pq.write_table(rows, sink, compression="zstd")
            sealed = pyrage.encrypt(sink.getvalue().to_pybytes(), [self._keyring.recipient()])
            staged = self._case.aside(f"{name}.parquet.age")
            Path(staged).write_bytes(sealed)
            self._case.publish(staged, f"vault/{name}.parquet.age")

    def open(self, *names: str) -> Mapping[str, pa.Table]:
        """See the port."""
        return {name: self._table(name) for name in names}

    def _table(self, name: str) -> pa.Table:
        path = Path(self._case.where(f"vault/{name}.parquet.age"))
        if not path.exists():
            raise InputError(
                f"the vault holds no table {name}",
                next_step="Open the case again on its estate: its opening was cut short.",
                where=str(path),
            )
        try:
            return pq.read_table(pa.BufferReader(self._keyring.decrypt(path.read_bytes())))
        except pyrage.DecryptError as error:
            raise OutsideError(
                "the vault does not open with this case's key",
                next_step="Put back the key that was made when the case was opened.",
                where=str(self._keyring.folder),
            ) from error
