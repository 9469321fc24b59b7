"""The verbs around a scope: two revisions compared, persons reviewed, packages."""

from pathlib import Path

import click

from tocsin.cli import shown_scope
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say
from tocsin.wiring import scopes

CASE = click.argument("case", type=click.Path(path_type=Path, file_okay=False))


@click.command(
    help=say(
        "Compare deux révisions de l'étendue : qui est entré, qui est sorti, et pourquoi "
        "(identifiants locaux seulement).",
        "Compares two revisions of the scope: who came in, who left, and why (local ids only).",
    ),
    epilog=examples("tocsin diff affaire 1 2", "tocsin diff affaire 1 2 --json"),
)
@CASE
@click.argument("earlier", metavar="N", type=click.IntRange(1))
@click.argument("later", metavar="M", type=click.IntRange(1))
@as_json
def diff(case: Path, earlier: int, later: int, *, as_json: bool) -> None:
    """Compare two revisions."""
    finish(scopes.diff(case, earlier, later), shown_scope.compared, plain=as_json)


@click.command(
    help=say(
        "Écrit pour chaque responsable de traitement un paquet chiffré à sa clé age : ses "
        "personnes, ses données, sa période, ses délais. Un responsable sans clé est nommé.",
        "Writes for each controller a package encrypted for its age key: its persons, items, "
        "window and clocks. A controller without a key is named.",
    ),
    epilog=examples("tocsin packages affaire --out paquets"),
)
@CASE
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=say("dossier où écrire les paquets", "folder to write the packages to"),
)
@as_json
def packages(case: Path, out: Path, *, as_json: bool) -> None:
    """Write the packages."""
    finish(scopes.packages(case, out), shown_scope.packaged, plain=as_json)
