"""How every verb ends: one JSON document or a summary, a clear error, the right exit code."""

import errno
import json
import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click
from rich.console import Console

from tocsin.cli.usage import usage
from tocsin.cli.words import here, pick, say
from tocsin.core.causes import cause
from tocsin.core.errors import TocsinError

Document = Mapping[str, Any]

SURROUNDINGS = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM),
    *(errno.EMFILE, errno.ENFILE, errno.ENOMEM),
}
"""What the machine refuses, whatever the command: a full disk, a folder shut to this user."""

SPACES = "\u00a0\u202f"
"""Spaces that French writes before its marks and inside its numbers."""

EPILOG_MARK = "\b\n"


def console() -> Console:
    """Standard output, without markup read in what comes from outside."""
    return Console(markup=False, highlight=False, soft_wrap=True)


def examples(*lines: str) -> str:
    """The examples at the end of a verb's help."""
    listed = "\n".join(f"  {line}" for line in lines)
    return f"{EPILOG_MARK}{say('Exemples :', 'Examples:')}\n{listed}"


def as_json(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --json, the same on every verb."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help=say(
            "un seul document JSON sur la sortie standard",
            "one JSON document on standard output",
        ),
    )(function)


def finish(
    document: Document, show: Callable[[dict[str, Any], Console], None], *, plain: bool
) -> None:
    """Print what the verb found: JSON for a program, else the summary for a person."""
    said = pick(document)
    if plain:
        sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
        return
    shown = harmless(said)
    if isinstance(shown, dict):
        show(shown, console())


def harmless(value: object) -> object:
    """What a terminal may be given: no text in it moves the cursor or turns the writing.

    A name that a stranger wrote stays on its line.
    """
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, dict):
        return {name: harmless(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [harmless(inner) for inner in value]
    return value


def one_line(text: str) -> str:
    """The text on one line, without any sign that prints nothing."""
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in SPACES else " " if sign.isspace() else ""
        for sign in text
    )


def run(group: click.Group) -> None:
    """Run the command line; turn each kind of error into its exit code."""
    try:
        group.main(
            args=_arguments(_readable(sys.argv[1:])), prog_name="tocsin", standalone_mode=False
        )
    except TocsinError as error:
        _complain(*(here(each) for each in (error.what, error.next_step, error.where)))
        sys.exit(error.exit_code)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.UsageError as error:
        _mistyped(error)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        _complain(
            say("interrompu", "interrupted"),
            say(
                "Relancez la même commande : elle reprend où elle en était.",
                "Run the same command again: it goes on from where it was.",
            ),
            "",
        )
        sys.exit(4)
    except BrokenPipeError:
        sys.exit(4)
    except OSError as error:
        if error.errno not in SURROUNDINGS:
            raise
        why = cause(error)
        _complain(
            say(f"la machine a refusé\u00a0: {why.fr}", f"the machine refused: {why.en}"),
            say(
                "Libérez de la place ou ouvrez les droits, puis relancez la même commande.",
                "Make room or open the rights, then run the same command again.",
            ),
            str(error.filename or ""),
        )
        sys.exit(4)


def _mistyped(error: click.UsageError) -> None:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        sys.stderr.write(error.format_message() + "\n")
        return
    what, step = usage(error)
    _complain(here(what), here(step), "")


def _readable(words: list[str]) -> list[str]:
    """The words as given; bytes that are no UTF-8 could not be kept in a journal.

    Raises:
        UsageError: one of them is not UTF-8.
    """
    for place, word in enumerate(words, 1):
        if any("\ud800" <= sign <= "\udfff" for sign in word):
            raise click.UsageError(
                say(f"le mot {place} n'est pas en UTF-8", f"word {place} is not UTF-8")
            )
    return words


def _arguments(words: list[str]) -> list[str]:
    """Let --lang and --log-level stand anywhere: bring them before the verb."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word in ("--lang", "--log-level"):
            front += [word, next(waiting, "")]
        elif word.startswith(("--lang=", "--log-level=")):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def _complain(what: str, next_step: str, where: str) -> None:
    logging.getLogger("tocsin").debug("error", exc_info=True)
    place = f" ({where})" if where and where not in what else ""
    sys.stderr.write(
        f"tocsin: {one_line(what).rstrip('.')}{one_line(place)}. {one_line(next_step)}\n"
    )
