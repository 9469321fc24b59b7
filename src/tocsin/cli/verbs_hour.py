"""The verbs of the hour zero: what people did, the clocks."""

from pathlib import Path

import click

from tocsin.alert.entries import Wanted
from tocsin.cli import shown_incident
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import LANG, say
from tocsin.wiring import incidents

CASE = click.argument("case", type=click.Path(path_type=Path, file_okay=False))


@click.command(
    help=say(
        "Note ce que quelqu'un a fait, et quand : les horloges en dépendent. EVENT est l'un de "
        "first_act, detected, aware (violation constatée), told_controller, filed (avec son "
        "obligation), excepted (une obligation écartée, avec la raison), contained, published, "
        "told_persons, complained, closed.",
        "Writes down what somebody did, and when: the clocks depend on it. EVENT is one of "
        "first_act, detected, aware, told_controller, filed (with its duty), excepted (a duty "
        "set aside, with the reason), contained, published, told_persons, complained, closed.",
    ),
    epilog=examples(
        'tocsin record affaire aware --at 2025-09-05T10:20 --by "A. Rssi" '
        '--why "lectures massives confirmées"',
        "tocsin record affaire told_controller --controller 440000001 --at "
        '2025-09-05T11:00 --by "A. Rssi"',
        "tocsin record affaire filed --duty gdpr-33-1 --controller 440000001 --at "
        '2025-09-07T16:00 --by "D. Dpo"',
    ),
)
@CASE
@click.argument("event")
@click.option(
    "--controller",
    default="",
    metavar="ID",
    help=say(
        "le responsable de traitement (sans : l'opérateur)",
        "the controller (without: the operator)",
    ),
)
@click.option("--duty", default="", metavar="ID", help=say("l'obligation", "the duty"))
@click.option(
    "--at",
    required=True,
    metavar="INSTANT",
    help=say("quand, ISO ; sans fuseau : celui de l'opérateur", "when, ISO; else its zone"),
)
@click.option("--by", required=True, metavar="NAME", help=say("qui", "who"))
@click.option("--why", default="", metavar="TEXT", help=say("pourquoi", "why"))
@click.option(
    "--replaces",
    type=int,
    metavar="N",
    help=say("numéro de l'entrée corrigée", "number of the entry that this one corrects"),
)
@as_json
def record(
    case: Path,
    event: str,
    controller: str,
    duty: str,
    at: str,
    *,
    by: str,
    why: str,
    replaces: int | None,
    as_json: bool,
) -> None:
    """Write down what people did."""
    wanted = Wanted(
        event=event,
        at=incidents.UNREAD,
        by=by,
        controller=controller,
        duty=duty,
        why=why,
        replaces=replaces,
    )
    finish(incidents.record(case, wanted, at), shown_incident.recorded, plain=as_json)


@click.command(
    help=say(
        "Dit où en est chaque obligation de chacun (horloges), la gravité pour les personnes, "
        "la continuité des soins, et ce qui est à déposer. Fonctionne dès l'ouverture.",
        "Says where each duty of each party stands (clocks), how severe it is for the persons, "
        "whether care went on, and what is to be filed. Works from hour zero.",
    ),
    epilog=examples("tocsin decide affaire", "tocsin decide affaire --at 2025-09-08T10:21"),
)
@CASE
@click.option(
    "--at",
    default="",
    metavar="INSTANT",
    help=say("horloges à cet instant (ISO), sinon maintenant", "clocks as of then, else now"),
)
@as_json
def decide(case: Path, at: str, *, as_json: bool) -> None:
    """Say where the duties stand."""
    finish(incidents.decide(case, at, lang=LANG), shown_incident.decided, plain=as_json)


@click.command(
    help=say(
        "Clôt le dossier : la clé est détruite, ce qui demande des identités est ensuite "
        "refusé (code 3) ; empreintes et comptes restent. Rien ne rouvre le coffre.",
        "Closes the case: the key is destroyed, what needs identities is then refused (exit "
        "3); digests and counts stay. Nothing opens the vault again.",
    ),
    epilog=examples('tocsin close affaire --by "A. Rssi" --why "notifié, plainte déposée"'),
)
@CASE
@click.option("--by", required=True, metavar="NAME", help=say("qui clôt", "who closes it"))
@click.option("--why", required=True, metavar="TEXT", help=say("pourquoi", "why"))
@click.option(
    "--erase",
    is_flag=True,
    help=say(
        "efface aussi les traces brutes et les lignes d'accès",
        "also removes the raw trails and the access rows",
    ),
)
@as_json
def close(case: Path, by: str, why: str, *, erase: bool, as_json: bool) -> None:
    """Close the case."""
    found = incidents.close(case, by=by, why=why, erase=erase)
    finish(found, shown_incident.closed, plain=as_json)
