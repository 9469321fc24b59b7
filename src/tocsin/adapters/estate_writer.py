"""Writes a folder of new files: bytes as they come, tables by suffix, compressed by suffix."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import zstandard

from tocsin.core.errors import OutsideError, RefusedError
from tocsin.core.folders import NewFile
from tocsin.core.ports import Progress
from tocsin.core.records import Says

_GZIP = 31  # window bits that make zlib write a gzip member, with no time in its header


def write(files: Iterable[NewFile], folder: Path, progress: Progress) -> Mapping[str, str]:
    """Write the files below the folder, which must be absent or empty.

    Returns:
        SHA-256 (hex) of each file as it was written, by path.

    Raises:
        RefusedError: the folder holds something, or a path leaves it.
        OutsideError: the disk refused.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError(
            Says("le dossier n'est pas vide", "the folder is not empty"),
            next_step=Says(
                "Donnez un nouveau dossier, ou videz celui-ci.",
                "Give a new folder, or empty this one.",
            ),
            where=str(folder),
        )
    digests = {}
    listed = tuple(files)
    progress.stage("write")
    try:
        for done, file in enumerate(listed):
            digests[file.path] = _written(file, folder)
            progress.advance(done + 1, len(listed), "files")
    except OSError as error:
        raise OutsideError(
            Says("le dossier n'a pas pu être écrit", "the folder could not be written"),
            next_step=Says(
                "Libérez de la place ou donnez un autre dossier, puis réessayez.",
                "Make room or give another folder, then try again.",
            ),
            where=str(error.filename or folder),
        ) from error
    return digests


def _written(file: NewFile, folder: Path) -> str:
    path = (folder / file.path).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise RefusedError(
            Says("un chemin sort du dossier", "a path leaves the folder"),
            next_step=Says("C'est un défaut de Tocsin : signalez-le.", "Report this as a bug."),
            where=file.path,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    content = file.content()
    digest = hashlib.sha256()
    chunks = _table(content, file.path) if isinstance(content, pa.Table) else iter(content)
    with path.open("wb") as out:
        for chunk in _compressed(chunks, path.suffix):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _table(table: pa.Table, path: str) -> Iterator[bytes]:
    sink = pa.BufferOutputStream()
    if path.endswith(".parquet"):
        pq.write_table(table, sink, compression="zstd")
    else:
        pa_csv.write_csv(table, sink)
    yield sink.getvalue().to_pybytes()


def _compressed(chunks: Iterator[bytes], suffix: str) -> Iterator[bytes]:
    if suffix == ".gz":
        gzip = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
        yield from (gzip.compress(chunk) for chunk in chunks)
        yield gzip.flush()
    elif suffix == ".zst":
        zstd = zstandard.ZstdCompressor(level=1).compressobj()
        yield from (zstd.compress(chunk) for chunk in chunks)
        yield zstd.flush()
    else:
        yield from chunks
