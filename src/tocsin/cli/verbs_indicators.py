"""The verb of partners: indicators out, indicators in."""

from pathlib import Path

import click

from tocsin.cli import shown_incident
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say
from tocsin.wiring import partners


@click.group(
    help=say(
        "Les indicateurs de la campagne (adresses, logiciels clients, instants), jamais des "
        "personnes : pour d'autres régions, ou d'elles.",
        "The campaign's indicators (addresses, clients, instants), never persons: for other "
        "regions, or from them.",
    ),
)
@click.argument("case", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def indicators(context: click.Context, case: Path) -> None:
    """Group of the indicators; the case is in `context.obj`."""
    context.obj = case


@indicators.command(
    "export",
    help=say(
        "Écrit les indicateurs en STIX 2.1 et MISP, avec leur TLP, dans act/indicators/ ; une "
        "copie dans FILE s'il est nommé.",
        "Writes the indicators as STIX 2.1 and MISP, with their TLP, in act/indicators/; a "
        "copy in FILE if it is named.",
    ),
    epilog=examples(
        "tocsin indicators affaire export",
        "tocsin indicators affaire export --tlp green --format misp partage.json",
    ),
)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--tlp",
    type=click.Choice(["clear", "green", "amber", "red"]),
    default="amber",
    show_default=True,
    help=say("avec qui les partager", "with whom they may be shared"),
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["stix", "misp"]),
    default="stix",
    show_default=True,
    help=say("format de la copie", "format of the copy"),
)
@as_json
@click.pass_obj
def export(case: Path, file: Path | None, tlp: str, kind: str, *, as_json: bool) -> None:
    """Give indicators."""
    finish(partners.export(case, tlp, kind, file), shown_incident.exported, plain=as_json)


@indicators.command(
    "import",
    help=say(
        "Prend les indicateurs d'un partenaire (STIX 2.1 ou MISP) : la prochaine détection "
        "relève les sessions qui leur correspondent.",
        "Takes a partner's indicators (STIX 2.1 or MISP): the next detection raises the "
        "sessions that match.",
    ),
    epilog=examples("tocsin indicators affaire import region-voisine.json"),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json
@click.pass_obj
def import_(case: Path, file: Path, *, as_json: bool) -> None:
    """Take indicators."""
    finish(partners.import_(case, file), shown_incident.imported, plain=as_json)
