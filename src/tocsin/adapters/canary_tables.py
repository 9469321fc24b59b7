"""Canaries as tables outside: rows to plant in a directory, and those that stand there."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.records import Says

REQUIRED = ("person", "service")


def read_standing(file: Path) -> list[dict[str, str]]:
    """The canaries of a CSV: `person`, `service`, and `controller` where a perimeter counts.

    Raises:
        InputError: it cannot be read, or a required column is missing.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Says(
                f"les canaris ne peuvent pas être lus : {cause(error).fr}",
                f"the canaries cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un CSV en UTF-8 avec les colonnes person et service.",
                "Name a CSV in UTF-8 with the columns person and service.",
            ),
            where=str(file),
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    try:
        missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
        rows = list(reader)
    except csv.Error as error:  # a cell past the reader's limit, a bare CR
        raise InputError(
            Says("le fichier des canaris n'est pas un CSV", "the canaries are no CSV"),
            next_step=Says(
                "Nommez un CSV en UTF-8 avec les colonnes person et service.",
                "Name a CSV in UTF-8 with the columns person and service.",
            ),
            where=str(file),
        ) from error
    if missing:
        raise InputError(
            Says(f"la colonne {missing[0]} manque", f"the column {missing[0]} is missing"),
            next_step=Says(
                "Ajoutez-la : un canari a au moins une personne et un service.",
                "Add it: a canary has at least a person and a service.",
            ),
            where=str(file),
        )
    return [{k: (v or "").strip() for k, v in row.items() if k} for row in rows]


def write_rows(rows: Iterable[Mapping[str, str]], file: Path) -> None:
    """Write rows of the table `persons`, readable by the owner only.

    Raises:
        InputError: the file is there already, or cannot be written.
    """
    listed = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(listed[0]) if listed else ["person"])
    writer.writeheader()
    writer.writerows(listed)
    try:
        with file.open("x", encoding="utf-8", newline="") as stream:
            file.chmod(0o600)
            stream.write(out.getvalue())
    except OSError as error:
        raise InputError(
            Says(
                f"les lignes ne peuvent pas être écrites : {cause(error).fr}",
                f"the rows cannot be written: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un nouveau fichier, dans un dossier qui existe.",
                "Name a new file, in a folder that is there.",
            ),
            where=str(file),
        ) from error
