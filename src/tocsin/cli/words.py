"""The language of the door: every sentence that the CLI says, in French and in English."""

import os
import re
import sys

from tocsin.core.records import Says
from tocsin.settings import language

LANG = language(sys.argv[1:], os.environ)
"""'fr' or 'en', decided once, before the commands are made: their help is in it."""

_SPACED = re.compile(r" ([:»])(?=[\s,.;)]|$)")
_THIN = re.compile(r" ([;?!])(?=\s|$)")


def say(fr: str, en: str) -> str:
    """The sentence in the language of this run."""
    return Says(fr=fr, en=en).in_language(LANG)


def here(says: Says | str) -> str:
    """An error's sentence in the language of this run, set as French is printed."""
    if isinstance(says, str):
        return says
    return typeset(says.fr) if LANG == "fr" else says.en


def typeset(french: str) -> str:
    """No-break spaces before the high signs of French, and inside its guillemets."""
    return _SPACED.sub("\u00a0\\1", _THIN.sub("\u202f\\1", french.replace("« ", "«\u00a0")))


def pick(value: object) -> object:
    """A document with each {"fr", "en"} pair replaced by its sentence in this language."""
    if isinstance(value, dict):
        if set(value) == {"fr", "en"}:
            return value[LANG]
        return {
            name: pick(inner) if isinstance(inner, dict | list | tuple) else inner
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            pick(inner) if isinstance(inner, dict | list | tuple) else inner for inner in value
        ]
    return value


def num(value: int) -> str:
    """A count with thin groups, as the language of this run writes it."""
    return f"{value:,}".replace(",", "\u202f" if LANG == "fr" else ",")
