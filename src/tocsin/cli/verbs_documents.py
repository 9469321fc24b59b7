"""The documents of a case: `tocsin act CASE documents`."""

from pathlib import Path

import click

from tocsin.cli import shown_incident
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say
from tocsin.wiring import papers


@click.command(
    help=say(
        "Écrit les brouillons des dépôts (avis aux responsables, CNIL, registre, ARS, NIS 2, "
        "plainte) et des textes publiés, en HTML, PDF et JSON, dans act/documents/ ; "
        "index.json donne la source de chaque chiffre. Fonctionne dès l'ouverture : l'inconnu "
        "y est dit inconnu.",
        "Writes the drafts of filings (notices to controllers, CNIL, register, health "
        "authority, NIS2, complaint) and of published texts, as HTML, PDF and JSON, in "
        "act/documents/; index.json gives each figure's source. Works from hour zero: what is "
        "unknown says so.",
    ),
    epilog=examples(
        "tocsin act affaire documents",
        'tocsin act affaire documents --final cnil-initial-440000001 --by "D. Dpo"',
    ),
)
@click.option(
    "--final",
    default="",
    metavar="ID",
    help=say("document arrêté, prêt à déposer", "document made final, ready to be filed"),
)
@click.option("--by", default="", metavar="NAME", help=say("qui l'arrête", "who makes it so"))
@as_json
@click.pass_obj
def documents(case: Path, final: str, by: str, *, as_json: bool) -> None:
    """Draft the documents."""
    finish(papers.documents(case, final, by), shown_incident.documents, plain=as_json)
