"""Papers as tagged PDF, set by Typst: the one file that knows it.

Values reach a template as JSON data (`sys.inputs.data`), never as markup: a hostile string is
printed as it is. The fonts are those that Typst embeds, so that a paper looks the same
everywhere.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import typst

FOLDER = "templates"

STANDARD: Literal["ua-1"] = "ua-1"
"""PDF/UA-1 (ISO 14289-1): tagged, with a title and a language."""

UNSHOWN = "\N{WHITE SQUARE}"
"""Printed in place of a character that the embedded fonts do not have."""

COVERED = (
    (0x20, 0x17F),  # Latin
    (0x218, 0x21B),
    (0x386, 0x3CE),  # Greek
    (0x410, 0x44F),  # Cyrillic
    (0x1E00, 0x1EF9),  # Latin, additional
    (0x2010, 0x2022),  # dashes, quotes, bullets
    (0x2026, 0x2026),
    (0x202F, 0x2030),
    (0x2039, 0x203A),
    (0x20AC, 0x20AC),
    (0x2190, 0x2193),
    (0x2264, 0x2265),
    (0x25A1, 0x25A1),
    (0x2610, 0x2611),
)
"""Ranges that the embedded fonts are known to have."""


class TypstPrinter:
    """Sets a template of this package."""

    def pdf(self, template: str, values: Mapping[str, object], *, at: datetime) -> bytes:
        """See the port. A text with a character that cannot be printed keeps a square there."""
        cleaned = _each(values, _visible)
        try:
            return _compiled(template, cleaned, at)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
        return _compiled(template, _each(cleaned, _covered), at)


class LetterPress:
    """Sets letters, thousands of them: one compiler and its fonts are kept between two.

    Typst remembers how a block of text was set, from one letter and one document to the next,
    as long as nothing that all of them read has changed: so the data come as a file, where
    `sys.inputs` would make it forget everything.

    Args:
        tagged: as PDF/UA-1, for eyes and for software that reads aloud; a printer needs none.
    """

    def __init__(self, *, tagged: bool = True) -> None:
        self._tagged = tagged
        fonts = typst.Fonts(include_system_fonts=False)
        self._compiler = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)
        self._template = _library()["letter.typ"]

    def letters(self, values: Mapping[str, object], *, at: datetime) -> bytes:
        """One document of letters."""
        cleaned = _each({**values, "tagged": self._tagged}, _visible)
        try:
            return self._set(cleaned, at)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
        return self._set(_each(cleaned, _covered), at)

    def _set(self, values: object, at: datetime) -> bytes:
        data = json.dumps(values, ensure_ascii=False).encode()
        made = self._compiler.compile(
            input={"main.typ": self._template, "data.json": data},  # type: ignore[type-var]
            format="pdf",
            pdf_standards=[STANDARD] if self._tagged else [],
            pdf_tags=self._tagged,
            timestamp=at.replace(microsecond=0),
        )
        if not isinstance(made, bytes):
            raise TypeError("letter.typ")
        return made


def _compiled(template: str, values: object, at: datetime) -> bytes:
    # Other templates are there to be imported; nothing else of the machine can be read.
    sources = {**_library(), "main.typ": _library()[template]}
    made = typst.compile(
        sources,  # type: ignore[call-overload]  # several files by name: not in its stub
        sys_inputs={"data": json.dumps(values, ensure_ascii=False)},
        pdf_standards=[STANDARD],
        ignore_system_fonts=True,
        timestamp=at.replace(microsecond=0),
    )
    if not isinstance(made, bytes):
        raise TypeError(template)
    return made


@cache
def _library() -> Mapping[str, bytes]:
    folder = files("tocsin.adapters").joinpath(FOLDER)
    return {
        entry.name: entry.read_bytes()
        for entry in folder.iterdir()
        if entry.name.endswith(".typ")
    }


def _each(value: object, change: Callable[[str], str]) -> object:
    """The same value with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {str(name): _each(inner, change) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_each(inner, change) for inner in value]
    return value


def _visible(text: str) -> str:
    """Without what has no shape: controls, marks of direction, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(
        c for c in text if c in "\n\u00ad" or unicodedata.category(c) not in _SHAPELESS
    )


_SHAPELESS = ("Cc", "Cf", "Cs", "Co", "Cn")


def _covered(text: str) -> str:
    return "".join(
        c if c == "\n" or any(low <= ord(c) <= high for low, high in COVERED) else UNSHOWN
        for c in text
    )
