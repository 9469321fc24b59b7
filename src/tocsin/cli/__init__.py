"""The door for people and scripts: `tocsin VERB`. Each verb is a few lines over `wiring`."""

import logging

import click

from tocsin.cli.door import run
from tocsin.cli.verbs_case import detect, explain, ingest, open_, review, scope, status
from tocsin.cli.verbs_whole import bench, demo, estate, investigate, simulate
from tocsin.cli.words import say


@click.group(
    help=say(
        "Tocsin : de l'alerte à l'avis. Quelles sessions n'étaient pas celles du "
        "professionnel, les données de qui ont été atteintes, et avec quelle certitude.",
        "Tocsin: from the alert to the notice. Which sessions were not the professional's, "
        "whose data was reached, and how surely.",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog=say(
        "Pour commencer : tocsin demo. Une commande interrompue se relance telle quelle.",
        "To begin: tocsin demo. A command that was cut short is simply run again.",
    ),
)
@click.version_option(package_name="tocsin", prog_name="tocsin")
@click.option(
    "--lang",
    type=click.Choice(["fr", "en"]),
    help=say("langue des phrases (sinon celle du poste)", "language (else the locale's)"),
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    help=say("détail du journal technique", "detail of the technical log"),
)
def group(lang: str | None, log_level: str) -> None:
    """Set up what all verbs share. `lang` was read before the commands were made."""
    del lang
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(name)s %(message)s")


for verb in (
    demo,
    open_,
    ingest,
    detect,
    explain,
    review,
    scope,
    investigate,
    status,
    estate,
    simulate,
    bench,
):
    group.add_command(verb)


def main() -> None:
    """The console script."""
    run(group)
