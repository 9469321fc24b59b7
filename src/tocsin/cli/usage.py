"""What was typed wrong on the command line, said in both languages."""

import re
from difflib import get_close_matches
from typing import Any

import click

from tocsin.core.records import Says

OF_A_PATH = {
    "does not exist": "{} est introuvable",
    "is a file": "{} est un fichier, et c'est un dossier qui est attendu",
    "is a directory": "{} est un dossier, et c'est un fichier qui est attendu",
    "is not readable": "{} n'est pas lisible : les droits manquent",
    "is not writable": "{} n'est pas modifiable : les droits manquent",
}
"""What click says of a path, and the same in French."""

SIGNS = {"<": " < ", "<=": " ≤ ", ">": " > ", ">=": " ≥ "}
"""How bounds are printed."""

OF_A_VALUE = (
    (r"'?(.*?)'? is not a valid integer(?: range)?\.", "« {} » n'est pas un nombre entier"),
    (r"'?(.*?)'? is not a valid float(?: range)?\.", "« {} » n'est pas un nombre"),
    (r"'?(.*?)'? is not a valid boolean.*", "« {} » n'est ni true ni false"),
    (r"'?(.*?)'? does not match the formats? .*", "« {} » n'est pas un instant lisible"),
)
"""What click says of a value, and the same in French."""


def usage(error: click.UsageError) -> tuple[Says, Says]:
    """What is wrong with the words that were given, and what to do."""
    where = error.ctx.command_path if error.ctx else "tocsin"
    near = _near(error)
    mean = (
        Says(f"Vouliez-vous dire {near} ? ", f"Did you mean {near}? ") if near else Says("", "")
    )
    step = Says(f"{mean.fr}Voyez : {where} --help", f"{mean.en}See: {where} --help")
    return _wrong(error), step


def _wrong(error: click.UsageError) -> Says:
    """By the kind of the error; click's own words are the English ones."""
    english = error.message
    if isinstance(error, click.MissingParameter):
        english = error.format_message()
        return Says(_missing(error), english)
    if isinstance(error, click.NoSuchOption):
        return Says(f"l'option {error.option_name} n'existe pas", _no_full_stop(english))
    if isinstance(error, click.BadParameter):
        french = f"{_name(error)} : {_value(error)}"
        return Says(french, error.format_message())
    if isinstance(error, click.BadOptionUsage):
        takes = "ne prend pas de valeur" if "does not take" in english else "demande une valeur"
        return Says(f"l'option {error.option_name} {takes}", english)
    return _of_the_line(english)


def _of_the_line(english: str) -> Says:
    """What is no fault of one option; a sentence of Tocsin's own is already in one language."""
    for pattern, french in (
        (r"No such command '(.*)'\.", "la commande « {} » n'existe pas"),
        (r"Got unexpected extra arguments? \((.*)\)", "des mots en trop : {}"),
        (r"Missing command\.", "la commande n'est pas nommée"),
        (r"Argument '?(.*?)'? takes \d+ values\.", "l'argument {} demande plus de valeurs"),
    ):
        found = re.fullmatch(pattern, english, re.DOTALL)
        if found:
            return Says(french.format(*found.groups()), english)
    return Says(english, english)


def _missing(error: click.MissingParameter) -> str:
    kind = "l'option" if isinstance(error.param, click.Option) else "l'argument"
    if error.param is not None and isinstance(error.param.type, click.Choice):
        return f"il manque {kind} {_name(error)}, l'un de : {_choices(error.param.type)}"
    return f"il manque {kind} {_name(error)}"


def _value(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    said = error.message
    if isinstance(kind, click.Choice):
        given = re.match(r"'(.*)' is not (?:one of )?'", said, re.DOTALL)
        word = f"« {given[1]} » n'est pas" if given else "ce n'est pas"
        return f"{word} l'une des valeurs : {_choices(kind)}"
    found = re.fullmatch(r"\w+ '(.*)' (.*)\.", said, re.DOTALL)
    if isinstance(kind, click.Path) and found and found[2] in OF_A_PATH:
        return OF_A_PATH[found[2]].format(found[1])
    found = re.fullmatch(r"(.*) is not in the range (.*)\.", said, re.DOTALL)
    if found:
        span = re.sub("[<>]=?", lambda sign: SIGNS[sign[0]], found[2])
        return f"{found[1]} est hors des bornes ({span})"
    for pattern, french in OF_A_VALUE:
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found:
            return french.format(found[1])
    return "la valeur n'a pas la forme attendue"


def _choices(kind: click.Choice[Any]) -> str:
    return ", ".join(str(one) or "(vide)" for one in kind.choices)


def _name(error: click.BadParameter) -> str:
    """The option or the argument, as the help writes it."""
    if error.param is None:
        return "une valeur"
    if isinstance(error.param, click.Argument):
        return error.param.human_readable_name.upper()
    return max(error.param.opts, key=len)


def _near(error: click.UsageError) -> str:
    """The option or the command that was probably meant, or ''."""
    if isinstance(error, click.NoSuchOption):
        return (error.possibilities or [""])[0]
    found = re.fullmatch(r"No such command '(.*)'\.", error.message, re.DOTALL)
    if not found or error.ctx is None or not isinstance(error.ctx.command, click.Group):
        return ""
    return next(
        iter(get_close_matches(found[1], error.ctx.command.list_commands(error.ctx))), ""
    )


def _no_full_stop(sentence: str) -> str:
    return sentence.rstrip(".")
