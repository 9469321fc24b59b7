"""The templates of notices: TOML files, the project's own or a folder that a human gives."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import msgspec

from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.evidence import digest_of
from tocsin.core.notices import Part, Section, Template
from tocsin.core.records import Says

LANGUAGES = ("fr", "en", "facile")
KINDS = ("notice", "correction", "public")
LARGEST_BYTES = 200_000


class _Part(msgspec.Struct, forbid_unknown_fields=True):
    text: str = ""
    list: str = ""
    when: str = ""


class _Section(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    title: str
    parts: list[_Part] = []


class _Template(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    language: str
    subject: str
    greeting: str
    sms: str
    section: list[_Section] = []
    words: dict[str, dict[str, str]] = {}


def texts(folder: Path | None = None) -> Mapping[str, str]:
    """The text of each template by id; those of the folder take the place of the project's.

    Raises:
        InputError: the folder is not there, or holds a template that is too large.
    """
    own = files("tocsin.adapters").joinpath("templates", "notices")
    names = [f"{kind}.{language}" for kind in KINDS for language in LANGUAGES]
    found = {name: own.joinpath(f"{name}.toml").read_text(encoding="utf-8") for name in names}
    if folder is None:
        return found
    if not folder.is_dir():
        raise InputError(
            Says("ce dossier de modèles n'existe pas", "there is no such folder of templates"),
            next_step=Says(
                "Nommez un dossier qui contient notice.fr.toml, notice.en.toml…",
                "Name a folder that holds notice.fr.toml, notice.en.toml …",
            ),
            where=str(folder),
        )
    for name in names:
        file = folder / f"{name}.toml"
        if file.is_file():
            found[name] = _text(file)
    return found


def read_template(text: str, *, name: str) -> Template:
    """The template that the text describes.

    Raises:
        InputError: it is not TOML, or lacks a part, or is not the one that its name says.
    """
    try:
        read = msgspec.convert(tomllib.loads(text), _Template)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(
            Says(
                "le modèle ne peut pas être lu : ses champs n'ont pas la forme attendue",
                f"the template cannot be read: {error}",
            ),
            next_step=Says(
                "Partez du modèle de même nom que Tocsin fournit.",
                "Begin from the template of the same name that Tocsin carries.",
            ),
            where=name,
        ) from error
    if read.id != name:
        raise InputError(
            Says(
                f"le modèle se nomme lui-même {read.id[:60]}",
                f"the template calls itself {read.id[:60]}",
            ),
            next_step=Says(
                "Donnez au modèle l'identifiant de son nom de fichier.",
                "Give the template the id of its file name.",
            ),
            where=name,
        )
    return Template(
        id=read.id,
        digest=digest_of(text),
        language=read.language,
        subject=read.subject,
        greeting=read.greeting,
        sections=tuple(
            Section(
                id=one.id,
                title=one.title,
                parts=tuple(Part(text=p.text, list=p.list, when=p.when) for p in one.parts),
            )
            for one in read.section
        ),
        sms=read.sms,
        words=read.words,
    )


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
        if len(content) > LARGEST_BYTES:
            raise InputError(
                Says("le modèle est trop gros", "the template is too large"),
                next_step=Says(
                    "Tenez l'avis en une page ou deux.", "Keep a notice to a page or two."
                ),
                where=str(file),
            )
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Says(
                f"le modèle ne peut pas être lu : {cause(error).fr}",
                f"the template cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Écrivez-le en TOML, en UTF-8.", "Write it as a TOML file in UTF-8."
            ),
            where=str(file),
        ) from error
