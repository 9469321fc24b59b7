"""The frame of `--help`, which Click writes in English, in the language of this run."""

from collections.abc import Iterable

import click

from tocsin.cli.words import say

HEADINGS = {
    "Options": say("Options\u00a0", "Options"),
    "Commands": say("Commandes\u00a0", "Commands"),
}

WORDS = {
    "Show this message and exit.": say("affiche cette aide", "show this help"),
    "Show the version and exit.": say("affiche la version", "show the version"),
    "[default: ": say("[par défaut\u00a0: ", "[default: "),
    "; default: ": say(" ; par défaut\u00a0: ", "; default: "),
    "[required]": say("[obligatoire]", "[required]"),
    "; required]": say(" ; obligatoire]", "; required]"),
}
"""What Click says by itself beside an option, and what is said here."""


class Frame(click.HelpFormatter):
    """Writes the words around the sentences of a verb."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line of a help."""
        super().write_usage(prog, args, prefix or say("Utilisation\u00a0: ", "Usage: "))

    def write_heading(self, heading: str) -> None:
        """The name of a section."""
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Options or verbs, each with its sentence."""
        said = [(name, _translated(words)) for name, words in rows]
        super().write_dl(said, col_max, col_spacing)


def _translated(words: str) -> str:
    for theirs, ours in WORDS.items():
        words = words.replace(theirs, ours)
    return words
