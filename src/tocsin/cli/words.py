"""The language of the door: every sentence that the CLI says, in French and in English."""

import os
import sys

from tocsin.core.records import Says
from tocsin.settings import language

LANG = language(sys.argv[1:], os.environ)
"""'fr' or 'en', decided once, before the commands are made: their help is in it."""


def say(fr: str, en: str) -> str:
    """The sentence in the language of this run."""
    return Says(fr=fr, en=en).in_language(LANG)


def pick(value: object) -> object:
    """A document with each {"fr", "en"} pair replaced by its sentence in this language."""
    if isinstance(value, dict):
        if set(value) == {"fr", "en"}:
            return value[LANG]
        return {name: pick(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [pick(inner) for inner in value]
    return value


def num(value: int) -> str:
    """A count with thin groups, as the language of this run writes it."""
    return f"{value:,}".replace(",", "\u202f" if LANG == "fr" else ",")
