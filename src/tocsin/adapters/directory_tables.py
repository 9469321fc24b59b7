"""The directory at the door: CSV, gzip or Parquet in, the relations of the vault out."""

import gzip
import io
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tocsin.adapters.trail_files import BOMB_RATIO
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.evidence import digest_of
from tocsin.core.records import Estate, Says
from tocsin.core.tables import CONTROLLERS, PERSONS
from tocsin.core.zones import DAY_US, to_utc

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account", "role", "organisation"),
    "persons": ("person", "controller"),
    "care": ("person", "kind", "start_at"),
    "controllers": ("controller", "name"),
}
"""Columns that a table cannot do without (contract, section 1)."""

BOMB_FLOOR_BYTES = 64 << 20
"""A table's ratio is judged only past this length of decompressed text."""

PERSON_COLUMNS = tuple(name for name in PERSONS.names if name != "created_us")

CONTROLLER_COLUMNS = (
    *CONTROLLERS.names,
    "dpo_name",
    "dpo_email",
    "city",
    "mandate_from",
    "sender_name",
    "duties",
    "age_recipient",
)


def read_directory(
    estate: Estate, folder: Path
) -> tuple[Mapping[str, pa.Table], Mapping[str, str]]:
    """Read the directory image of an estate.

    Args:
        estate: what estate.toml says.
        folder: the estate's folder; the paths are relative to it.

    Returns:
        The relations of core.tables that come from the vault, by name, and the SHA-256 of each
        file as it was delivered.

    Raises:
        InputError: a file is absent, is not a table, lacks a required column, holds a date that
            is not ISO, or leads out of the estate.
    """
    zone = estate.operator.timezone
    raw: dict[str, pa.Table] = {}
    digests: dict[str, str] = {}
    for name in REQUIRED:
        path = getattr(estate.directory, name)
        if path:
            raw[name], digests[name] = _read(folder, path, REQUIRED[name])
        else:
            raw[name] = pa.table({c: pa.array([], pa.string()) for c in REQUIRED[name]})
    return {
        **_accounts(raw["accounts"], zone),
        **_persons(raw["persons"], zone),
        "care": _care(raw["care"], zone),
        "controllers": pa.table({c: _text(raw["controllers"], c) for c in CONTROLLER_COLUMNS}),
    }, digests


def _accounts(raw: pa.Table, zone: str) -> Mapping[str, pa.Table]:
    raw = _distinct(raw, "account")
    text = {
        name: _text(raw, name)
        for name in (
            "account",
            "rpps",
            "email",
            "role",
            "profession",
            "organisation",
            "aliases",
        )
    }
    closed = _instants(_text(raw, "closed_on"), zone, "closed_on", end_of_day=True)
    accounts = pa.table(
        {name: column for name, column in text.items() if name != "aliases"}
        | {
            "opened_us": _instants(_text(raw, "opened_on"), zone, "opened_on"),
            "closed_us": closed,
        }
    )
    known: dict[str, str] = {}
    rows = zip(
        *(text[n].to_pylist() for n in ("account", "rpps", "email", "aliases")), strict=True
    )
    listed = [
        (account, name)
        for account, rpps, email, aliases in rows
        for name in (account, rpps, f"8{rpps}" if rpps else "", email, *aliases.split("|"))
    ]
    # An account's own id beats another's alias; the first to give a name keeps it.
    for account, name in [pair for pair in listed if pair[0] == pair[1]] + listed:
        if name.strip():
            known.setdefault(name.strip(), account)
    names = pa.table(
        {
            "name": pa.array(list(known), pa.string()),
            "account": pa.array(list(known.values()), pa.string()),
        }
    )
    return {"accounts": accounts, "account_names": names}


def _persons(raw: pa.Table, zone: str) -> Mapping[str, pa.Table]:
    raw = _distinct(raw, "person")
    persons = pa.table(
        {name: _text(raw, name) for name in PERSON_COLUMNS}
        | {"created_us": _instants(_text(raw, "created_on"), zone, "created_on")}
    )
    return {
        "persons": persons,
        "person_controllers": _linked(raw, "controller"),
        "person_services": _linked(raw, "services", "service"),
    }


def _care(raw: pa.Table, zone: str) -> pa.Table:
    text = {name: _text(raw, name) for name in ("person", "account", "organisation", "kind")}
    return pa.table(
        text
        | {
            "start_us": _instants(_text(raw, "start_at"), zone, "start_at"),
            "end_us": _instants(_text(raw, "end_at"), zone, "end_at", end_of_day=True),
        }
    )


def _linked(raw: pa.Table, column: str, name: str = "") -> pa.Table:
    """One row per (person, value) of a column that holds several values parted by a bar."""
    parts = pc.split_pattern(_text(raw, column).combine_chunks(), "|")
    values = pc.utf8_trim_whitespace(pc.list_flatten(parts))
    owners = pc.take(raw["person"].combine_chunks(), pc.list_parent_indices(parts))
    linked = pa.table({"person": owners, name or column: values})
    return linked.filter(pc.not_equal(values, "")).group_by(linked.column_names).aggregate([])


def _distinct(raw: pa.Table, key: str) -> pa.Table:
    """The rows whose key stands for the first time; the key trimmed."""
    keys = pc.utf8_trim_whitespace(_text(raw, key))
    raw = raw.set_column(raw.column_names.index(key), key, keys)
    codes = pc.dictionary_encode(keys).combine_chunks().indices.to_numpy()
    first = np.unique(codes, return_index=True)[1]
    return raw if len(first) == len(raw) else raw.take(pa.array(np.sort(first)))


def _text(raw: pa.Table, name: str) -> pa.ChunkedArray:
    """A column as text without NULL; an absent one is all ''."""
    if name not in raw.column_names:
        return pa.chunked_array([pa.array([""] * len(raw), pa.string())])
    column = raw[name]
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.binary_join(column.cast(pa.list_(pa.string())), "|")
    return pc.fill_null(column.cast(pa.string()), "")


def _instants(
    column: pa.ChunkedArray, zone: str, name: str, *, end_of_day: bool = False
) -> pa.Array:
    """ISO dates and instants as microseconds UTC; '' as NULL; without zone, the operator's.

    A bare date is its midnight, or with `end_of_day` the midnight after it.
    """
    encoded = pc.dictionary_encode(pc.utf8_trim_whitespace(column)).combine_chunks()
    texts = encoded.dictionary
    found = _parse(texts, zone, name, end_of_day=end_of_day)
    return found.take(encoded.indices)


def _parse(texts: pa.Array, zone: str, name: str, *, end_of_day: bool) -> pa.Array:
    zoned = pc.match_substring_regex(texts, r"^.{10}[T ].*([Zz]|[+-]\d\d:?\d\d)$")
    bare = pc.match_substring_regex(texts, r"^\d{4}-\d\d-\d\d$")
    empty = pc.or_(pc.equal(texts, ""), pc.match_substring_regex(texts, r"-00(-00)?$"))
    wanted = pc.if_else(empty, None, texts)
    try:
        aware = pc.if_else(zoned, wanted, None).cast(pa.timestamp("us", tz="UTC"))
        wall = pc.if_else(zoned, None, wanted).cast(pa.timestamp("us"))
    except pa.ArrowInvalid as error:
        raise InputError(
            Says(
                f"la colonne {name} de l'annuaire contient autre chose que des dates ISO",
                f"the column {name} of the directory holds something else than ISO dates",
            ),
            next_step=Says(
                "Écrivez les dates AAAA-MM-JJ et les instants AAAA-MM-JJThh:mm:ss.",
                "Write dates as YYYY-MM-DD and instants as YYYY-MM-DDThh:mm:ss.",
            ),
            where=name,
        ) from error
    walls: NDArray[np.int64] = pc.fill_null(wall.cast(pa.int64()), 0).to_numpy(
        zero_copy_only=False
    )
    if end_of_day:
        walls = walls + np.where(bare.to_numpy(zero_copy_only=False), DAY_US, 0)
    utc = pa.array(to_utc(walls.astype(np.int64), zone))
    local = pc.if_else(pc.is_valid(wall), utc, None)
    return pc.coalesce(aware.cast(pa.int64()), local)


def _read(folder: Path, name: str, required: tuple[str, ...]) -> tuple[pa.Table, str]:
    content = _content(folder, name)
    digest = digest_of(content)
    try:
        if name.endswith(".parquet"):
            table = pq.read_table(pa.BufferReader(content))
        else:
            table = _csv(_unpacked(content, name) if name.endswith(".gz") else content)
    except (pa.ArrowException, OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputError(
            Says(
                f"une table de l'annuaire ne peut pas être lue : {cause(error).fr}",
                f"a table of the directory cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Exportez-la à nouveau en CSV UTF-8 avec en-tête, en .csv.gz ou en .parquet.",
                "Export it again as UTF-8 CSV with a header, .csv.gz or .parquet.",
            ),
            where=name,
        ) from error
    for column in required:
        if column not in table.column_names:
            raise InputError(
                Says(
                    f"la colonne obligatoire {column} manque",
                    f"the required column {column} is missing",
                ),
                next_step=Says(
                    "Ajoutez la colonne à la table, puis relancez la même commande.",
                    "Add the column to the table, then run the same command again.",
                ),
                where=Says(f"{name}, colonne {column}", f"{name}, column {column}"),
            )
    return table, digest


def _unpacked(content: bytes, name: str) -> bytes:
    """The decompressed text, held to what a directory can be: a bomb is refused early."""
    most = max(BOMB_FLOOR_BYTES, BOMB_RATIO * len(content))
    with gzip.open(io.BytesIO(content)) as stream:
        text = stream.read(most + 1)
    if len(text) > most:
        raise InputError(
            Says(
                f"une table de l'annuaire, décompressée, dépasse {BOMB_RATIO} fois sa taille",
                f"a table of the directory decompresses to more than {BOMB_RATIO} times "
                "its size",
            ),
            next_step=Says(
                "Exportez-la à nouveau en CSV UTF-8 avec en-tête, en .csv.gz ou en .parquet.",
                "Export it again as UTF-8 CSV with a header, .csv.gz or .parquet.",
            ),
            where=name,
        )
    return text


def _csv(content: bytes) -> pa.Table:
    text = content[3:] if content.startswith(b"\xef\xbb\xbf") else content
    header = text.split(b"\n", 1)[0].decode().strip("\r")
    columns = [part.strip().strip('"') for part in header.split(",")]
    return pyarrow.csv.read_csv(
        pa.BufferReader(text),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
        ),
    )


def _content(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve()) or path.is_symlink():
            raise InputError(
                Says(
                    "une table de l'annuaire est un lien, ou sort du dossier du "
                    "fichier estate.toml",
                    "a table of the directory is a link or leads out of the estate",
                ),
                next_step=Says(
                    "Copiez le fichier lui-même dans le dossier du fichier estate.toml.",
                    "Copy the file itself into the estate's folder.",
                ),
                where=name,
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            Says(
                "une table de l'annuaire ne peut pas être ouverte",
                "a table of the directory cannot be opened",
            ),
            next_step=Says(
                "Mettez le fichier à sa place, ou corrigez son chemin dans le "
                "fichier estate.toml.",
                "Put the file there, or correct its path in the estate file.",
            ),
            where=name,
        ) from error
