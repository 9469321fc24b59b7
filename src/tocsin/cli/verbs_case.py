"""The verbs of one case, from `open` to `scope`."""

from pathlib import Path

import click

from tocsin import wiring
from tocsin.cli import shown, shown_incident
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import LANG, say
from tocsin.core.incident import BellKind

CASE = click.argument("case", type=click.Path(path_type=Path, file_okay=False))


@click.command(
    "open",
    help=say(
        "Ouvre un dossier sur un patrimoine : garde l'image de l'annuaire dans le coffre, fait "
        "les clés et dit où elles sont.",
        "Opens a case on an estate: keeps the directory image in the vault, makes the keys and "
        "says where they are.",
    ),
    epilog=examples(
        "tocsin open affaire --estate region/estate.toml",
        'tocsin open affaire --estate region/estate.toml --alert "appel du RSSI"',
    ),
)
@CASE
@click.option(
    "--estate",
    "estate_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("le fichier estate.toml", "the estate.toml file"),
)
@click.option(
    "--alert",
    default="",
    metavar="TEXT",
    help=say(
        "ce qui a donné l'alerte ; sur un dossier ouvert, l'alerte le rejoint",
        "what rang the bell; on an open case, the alert joins it",
    ),
)
@click.option(
    "--alert-kind",
    default="",
    type=click.Choice(["", *map(str, BellKind)]),
    metavar="call|mail|detector|person|other",
    help=say("d'où elle vient, sinon deviné", "whence it came, else guessed"),
)
@click.option("--by", default="", metavar="NAME", help=say("qui l'a reçue", "who took it"))
@click.option(
    "--at",
    default="",
    metavar="INSTANT",
    help=say("instant de l'alerte (ISO)", "instant of the alert (ISO)"),
)
@as_json
def open_(
    case: Path,
    estate_file: Path | None,
    alert: str,
    alert_kind: str,
    *,
    by: str,
    at: str,
    as_json: bool,
) -> None:
    """Open a case, or join an alert to it."""
    if alert and wiring.is_open(case):
        found = wiring.another_alert(case, alert, estate_file, kind=alert_kind, at=at, by=by)
        finish(found, shown_incident.joined, plain=as_json)
        return
    if estate_file is None:
        raise click.UsageError(
            say("un nouveau dossier demande --estate", "a new case needs --estate")
        )
    found = wiring.open_case(case, estate_file, alert=alert, kind=alert_kind, at=at)
    finish(found, shown.opened, plain=as_json)


@click.command(
    help=say(
        "Fait entrer les traces du patrimoine, ou les fichiers nommés. Chaque ligne finit en "
        "acte, en quarantaine ou en répétition ; rien n'est perdu.",
        "Brings in the estate's trails, or the files named. Each line ends as an act, in "
        "quarantine or as a repetition; nothing is lost.",
    ),
    epilog=examples(
        "tocsin ingest affaire",
        "tocsin ingest affaire trail/extra.ndjson.gz --source orientation-audit",
    ),
)
@CASE
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--source", default="", help=say("la source des fichiers", "the files' source"))
@as_json
def ingest(case: Path, files: tuple[Path, ...], source: str, *, as_json: bool) -> None:
    """Bring trails in."""
    if bool(files) != bool(source):
        raise click.UsageError(
            say(
                "des fichiers nommés vont avec --source, et --source avec des fichiers",
                "named files go with --source, and --source with files",
            )
        )
    found = wiring.ingest(case, files, source)
    finish(found, shown.ingested, plain=as_json)


@click.command(
    help=say(
        "Trouve les sessions qui n'étaient pas celles du professionnel, avec leurs raisons et "
        "leur probabilité.",
        "Finds the sessions that were not the professional's, with reasons and probability.",
    ),
    epilog=examples(
        "tocsin detect affaire",
        "tocsin detect affaire --fdr 0.01",
        "tocsin detect affaire --indicator address=203.0.113.7",
    ),
)
@CASE
@click.option(
    "--seed-session",
    multiple=True,
    metavar="SESSION",
    help=say("session que l'on sait usurpée", "session known to be usurped"),
)
@click.option(
    "--indicator",
    multiple=True,
    metavar="address|network|client=VALUE",
    help=say("trait de l'intrus", "trait of the intruder"),
)
@click.option(
    "--fdr",
    type=click.FloatRange(0, 0.3, min_open=True),
    default=0.05,
    show_default=True,
    help=say("taux de fausses découvertes accepté", "accepted false-discovery rate"),
)
@as_json
def detect(
    case: Path,
    seed_session: tuple[str, ...],
    indicator: tuple[str, ...],
    fdr: float,
    *,
    as_json: bool,
) -> None:
    """Find suspicions."""
    found = wiring.detect(case, seed_session, indicator, fdr=fdr)
    finish(found, shown.detected, plain=as_json)


@click.command(
    help=say(
        "Dit pourquoi une session est suspecte, avec ses lignes, ce qui parle pour le "
        "titulaire, ce qui l'aurait rendue normale et les sessions qui lui ressemblent.",
        "Says why a session is suspect, with its lines, what speaks for the owner, what would "
        "have made it normal, and the sessions that are like it.",
    ),
    epilog=examples(
        "tocsin explain affaire 3f2a9c0d1e4b5a67",
        "tocsin explain affaire 3f2a9c0d1e4b5a67 --picture session.svg",
    ),
)
@CASE
@click.argument("session")
@click.option(
    "--picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=say(
        "dessin (SVG) de la session face aux habitudes du compte",
        "drawing (SVG) of the session beside the account's habit",
    ),
)
@as_json
def explain(case: Path, session: str, picture: Path | None, *, as_json: bool) -> None:
    """Explain one session."""
    found = wiring.explain(case, session, picture=picture, lang=LANG)
    finish(found, shown.explained, plain=as_json)


@click.command(
    help=say(
        "Une personne nommée décide d'une session ; la décision tient aux actes et survit aux "
        "nouveaux calculs.",
        "A named human decides on a session; the decision is kept on its acts and survives new "
        "runs.",
    ),
    epilog=examples(
        "tocsin review affaire 3f2a9c0d1e4b5a67 --verdict usurped "
        '--by "A. Analyste" --why "le titulaire était en congé"'
    ),
)
@CASE
@click.argument("session")
@click.option(
    "--verdict", required=True, type=click.Choice(["usurped", "legitimate", "undecided"])
)
@click.option("--by", required=True, metavar="NAME", help=say("qui décide", "who decides"))
@click.option("--why", required=True, metavar="TEXT", help=say("pourquoi", "why"))
@as_json
def review(case: Path, session: str, verdict: str, by: str, why: str, *, as_json: bool) -> None:
    """Decide on one session."""
    found = wiring.review(case, session, verdict, by=by, why=why)
    finish(found, shown.reviewed, plain=as_json)


@click.command(
    help=say(
        "Dit les données de qui, lesquelles, et avec quelle certitude. Par défaut pour les "
        "sessions revues ; avec --accept-suspicions la révision est une PROPOSITION.",
        "Says whose data, which items, and how surely. By default of reviewed sessions; with "
        "--accept-suspicions the revision is a PROPOSITION.",
    ),
    epilog=examples("tocsin scope affaire", "tocsin scope affaire --accept-suspicions --json"),
)
@CASE
@click.option(
    "--accept-suspicions",
    is_flag=True,
    help=say(
        "compter aussi les suspicions sous le seuil", "count suspicions under the FDR too"
    ),
)
@as_json
def scope(case: Path, *, accept_suspicions: bool, as_json: bool) -> None:
    """Compute the reach."""
    found = wiring.scope(case, accept_suspicions=accept_suspicions, lang=LANG)
    finish(found, shown.scoped, plain=as_json)


@click.command(
    help=say("Dit où en est le dossier.", "Says where the case stands."),
    epilog=examples("tocsin status affaire"),
)
@CASE
@as_json
def status(case: Path, *, as_json: bool) -> None:
    """Where we stand."""
    finish(wiring.status(case), shown.stands, plain=as_json)
