"""A folder outside the case that a human names: files written whole, readable by its owner."""

import os
import secrets
from pathlib import Path

from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.records import Says


class PrintFolder:
    """Takes files by name; the same file written again takes the place of the first.

    Raises:
        InputError: the folder cannot be made, or stands inside the case.
    """

    def __init__(self, folder: Path, *, case: Path) -> None:
        if folder.resolve().is_relative_to(case.resolve()):
            raise InputError(
                Says(
                    "ce dossier est dans celui de l'affaire, qui ne garde aucun nom "
                    "hors de son coffre",
                    "this folder stands inside the case, which holds no name outside its vault",
                ),
                next_step=Says(
                    "Nommez un dossier ailleurs, sur un volume chiffré.",
                    "Name a folder elsewhere, on an encrypted volume.",
                ),
                where=str(folder),
            )
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                Says(
                    f"le dossier ne peut pas être créé : {cause(error).fr}",
                    f"the folder cannot be made: {cause(error).en}",
                ),
                next_step=Says(
                    "Nommez un dossier où vous pouvez écrire.",
                    "Name a folder that you may write.",
                ),
                where=str(folder),
            ) from error
        self.folder = folder

    def save(self, name: str, content: bytes) -> None:
        """Write a file aside, sync it, then give it its name."""
        aside = self.folder / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb", closefd=False) as stream:
                stream.write(content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        aside.replace(self.folder / name)
