"""The verbs that do more than one stage, or no case at all."""

from pathlib import Path

import click

from tocsin import wiring
from tocsin.cli import shown, shown_scope
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import LANG, say


@click.command(
    help=say(
        "Simule une région attaquée, mène toute la chaîne, imprime les réponses et dit où "
        "regarder.",
        "Simulates a region with an attack, runs the whole chain, prints the answers and where "
        "to look.",
    ),
    epilog=examples("tocsin demo", "tocsin demo --persons 2000 --out essai"),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help=say("dossier de la démonstration", "folder of the demonstration"),
)
@click.option(
    "--persons",
    type=click.IntRange(100),
    default=50_000,
    show_default=True,
    help=say("personnes de la région", "persons of the region"),
)
@as_json
def demo(out: Path, persons: int, *, as_json: bool) -> None:
    """Show the whole chain."""
    finish(wiring.demo(out, persons, lang=LANG), shown.investigated, plain=as_json)


@click.command(
    help=say(
        "Écrit une région fictive : patrimoine, annuaire, traces, et la vérité dans truth/.",
        "Writes a fictive region: estate, directory, trails, and the truth in truth/.",
    ),
    epilog=examples(
        "tocsin simulate region --persons 2000 --professionals 80 --days 14 --seed 1 "
        "--attack scrape",
        "tocsin simulate calme --persons 2000 --days 14 --seed 2 --attack none",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--persons",
    type=click.IntRange(100),
    default=5_000,
    show_default=True,
    help=say("personnes de la région", "persons of the region"),
)
@click.option(
    "--professionals",
    type=click.IntRange(5),
    default=100,
    show_default=True,
    help=say("professionnels", "professionals"),
)
@click.option(
    "--days",
    type=click.IntRange(2, 400),
    default=30,
    show_default=True,
    help=say("jours de traces", "days of trails"),
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help=say("la même graine donne la même région", "the same seed gives the same region"),
)
@click.option(
    "--attack",
    multiple=True,
    default=("scrape",),
    show_default=True,
    type=click.Choice(wiring.ATTACKS),
    help=say("attaque jouée ; plusieurs possibles", "attack played; may be repeated"),
)
@as_json
def simulate(
    folder: Path,
    persons: int,
    professionals: int,
    days: int,
    seed: int,
    *,
    attack: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write a region with a known truth."""
    size = wiring.Size(persons=persons, professionals=professionals, days=days, seed=seed)
    found = wiring.simulate(folder, size, attack)
    finish(found, shown.simulated, plain=as_json)


@click.command(
    help=say(
        "Des traces au rapport d'une traite : ingest, detect, scope (suspicions acceptées) et "
        "report/index.html.",
        "From trails to report in one go: ingest, detect, scope (suspicions accepted) and "
        "report/index.html.",
    ),
    epilog=examples("tocsin investigate affaire", "tocsin investigate affaire --json"),
)
@click.argument("case", type=click.Path(path_type=Path, file_okay=False))
@as_json
def investigate(case: Path, *, as_json: bool) -> None:
    """Run the whole chain on a case."""
    found = wiring.investigate(case, lang=LANG)
    finish(found, shown.investigated, plain=as_json)


@click.group(help=say("Le patrimoine : ce qui existe.", "The estate: what stands."))
def estate() -> None:
    """Group of the estate's verbs."""


@estate.command(
    help=say(
        "Vérifie un patrimoine : erreurs avec fichier, ligne et colonne, et ce que le "
        "catalogue laisse ouvert ; avec un dossier, ce que ses traces contiennent et qu'il "
        "n'explique pas, et les entrées à ajouter.",
        "Checks an estate: errors with file, line and column, and what the catalogue leaves "
        "open; with a case, what its trails hold that it does not explain, and the entries to "
        "add.",
    ),
    epilog=examples(
        "tocsin estate check region/estate.toml",
        "tocsin estate check region/estate.toml affaire",
    ),
)
@click.argument("estate_file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("case", required=False, type=click.Path(path_type=Path, file_okay=False))
@as_json
def check(estate_file: Path, case: Path | None, *, as_json: bool) -> None:
    """Check an estate."""
    finish(wiring.check_estate(estate_file, case), shown_scope.checked, plain=as_json)


@estate.command(
    help=say(
        "Imprime un point de départ de catalogue (TOML à corriger) ; sans nom, les liste.",
        "Prints a starter of a catalogue (TOML to correct); without a name, lists them.",
    ),
    epilog=examples("tocsin estate starter", "tocsin estate starter record >> estate.toml"),
)
@click.argument("name", required=False, default="")
@as_json
def starter(name: str, *, as_json: bool) -> None:
    """Print a starter."""
    finish(wiring.estate_starter(name), shown_scope.started, plain=as_json)
