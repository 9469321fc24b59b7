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


@click.group(
    help=say(
        "Personnes et fiches : les réunions douteuses, tranchées par une personne nommée.",
        "Persons and records: doubtful merges, decided by a named human.",
    ),
    epilog=examples(
        "tocsin people affaire list",
        'tocsin people affaire merge P0012 P0345 --by "A. Duval" --why "même naissance"',
        'tocsin people affaire part P0012 P0345 --by "A. Duval" --why "jumelles"',
    ),
)
@CASE
@click.pass_context
def people(context: click.Context, case: Path) -> None:
    """Group of the verbs on persons; the case is theirs in `context.obj`."""
    context.obj = case


@people.command(
    "list",
    help=say(
        "Liste les paires de fiches à regarder et l'effet de chaque choix sur les comptes. "
        "Identifiants locaux seulement, sauf avec --identities (nom et motif exigés).",
        "Lists the pairs of records to look at, and the effect of each choice on the counts. "
        "Local ids only, but with --identities, which asks for a name and a reason.",
    ),
)
@click.option(
    "--identities",
    is_flag=True,
    help=say("montre les traits ; consigné au journal", "show the traits; journalled"),
)
@click.option("--by", default="", help=say("qui regarde", "who looks"))
@click.option("--why", default="", help=say("pourquoi", "why"))
@as_json
@click.pass_context
def list_(
    context: click.Context, *, identities: bool, by: str, why: str, as_json: bool
) -> None:
    """List the doubtful merges."""
    found = scopes.list_people(context.obj, identities=identities, by=by, why=why)
    finish(found, shown_scope.doubtful, plain=as_json)


def _decision(kind: str, words: str) -> click.Command:
    """The command that merges or parts records."""

    @click.command(kind, help=words)
    @click.argument("records", nargs=-1, required=True)
    @click.option("--by", required=True, help=say("qui décide", "who decides"))
    @click.option("--why", required=True, help=say("pourquoi", "why"))
    @as_json
    @click.pass_context
    def command(
        context: click.Context, records: tuple[str, ...], *, by: str, why: str, as_json: bool
    ) -> None:
        found = scopes.decide_people(context.obj, kind, records, by=by, why=why)
        finish(found, shown_scope.decided, plain=as_json)

    return command


people.add_command(
    _decision(
        "merge",
        say(
            "Ces fiches sont une seule personne. Pris en compte au prochain `scope`.",
            "These records are one person. Taken up by the next `scope`.",
        ),
    )
)
people.add_command(
    _decision(
        "part",
        say(
            "Ces fiches sont des personnes différentes. Pris en compte au prochain `scope`.",
            "These records are different persons. Taken up by the next `scope`.",
        ),
    )
)
