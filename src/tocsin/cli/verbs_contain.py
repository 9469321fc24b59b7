"""The group `act CASE contain`: plan, approve, apply, verify, undo, status."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tocsin.cli.door import Document, as_json, examples, finish
from tocsin.cli.shown_contain import planned, stood
from tocsin.cli.words import say
from tocsin.core.orders import Do
from tocsin.wiring import containment
from tocsin.wiring.containment import Asked

PLAN = click.argument("plan")
BY = click.option("--by", default="", metavar="NAME", help=say("qui agit", "who acts"))
WHY = click.option("--why", default="", metavar="TEXT", help=say("pourquoi", "why"))


@click.group(
    help=say(
        "Fermer la porte sans fermer les soins : prévoir, appliquer, vérifier en demandant à "
        "nouveau à la cible, défaire. Chaque ordre part une fois, même relancé.",
        "Close the door without closing care: plan, apply, verify by asking the target again, "
        "undo. Each order is done once, even when run twice.",
    )
)
def contain() -> None:
    """Group of the verbs that close; the case is in `context.obj`."""


@contain.command(
    "plan",
    help=say(
        "Les ordres, qui ils arrêtent, et quels patients ces professionnels ont aujourd'hui. "
        "Rien ne part. revoke termine sessions et jetons, disable ferme le compte, enrol exige "
        "de nouveaux moyens d'identification, deny refuse une adresse (ou les sessions "
        "usurpées) au mandataire.",
        "The orders, whom they stop, and which patients these professionals have today. "
        "Nothing leaves. revoke ends sessions and tokens, disable closes the account, enrol "
        "demands new means of identification, deny refuses an address (or the usurped "
        "sessions) at the proxy.",
    ),
    epilog=examples(
        "tocsin act affaire contain plan --account d.martin --do revoke --do disable",
        "tocsin act affaire contain plan --account d.martin --do deny --address 203.0.113.7",
    ),
)
@click.option(
    "--account", "accounts", multiple=True, metavar="ID", help=say("le compte", "the account")
)
@click.option(
    "--do",
    "dos",
    multiple=True,
    required=True,
    type=click.Choice([str(do) for do in Do]),
    help=say("ce qui est fait", "what is done"),
)
@click.option(
    "--address",
    "addresses",
    multiple=True,
    metavar="A",
    help=say("l'adresse à refuser", "the address to deny"),
)
@click.option(
    "--session",
    "sessions",
    multiple=True,
    metavar="KEY",
    help=say("la session à refuser", "the session to deny"),
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ID",
    help=say("cette cible seulement", "this target only"),
)
@as_json
@click.pass_obj
def plan(
    case: Path,
    accounts: tuple[str, ...],
    dos: tuple[str, ...],
    addresses: tuple[str, ...],
    sessions: tuple[str, ...],
    targets: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """Print the orders and whom they stop."""
    if (addresses or sessions) and "deny" not in dos:
        raise click.UsageError(
            say("--address et --session vont avec deny", "--address and --session go with deny")
        )
    if sessions and len(set(accounts)) != 1:
        raise click.UsageError(
            say("--session est d'un seul --account", "--session is of one --account")
        )
    asked = Asked(
        accounts=tuple(dict.fromkeys(accounts)),
        dos=tuple(Do(do) for do in dict.fromkeys(dos)),
        addresses=tuple(dict.fromkeys(addresses)),
        sessions={accounts[0]: tuple(dict.fromkeys(sessions))} if sessions else None,
        targets=tuple(dict.fromkeys(targets)),
    )
    finish(containment.plan(case, asked), planned, plain=as_json)


@contain.command(
    "approve",
    help=say(
        "Une seconde personne nommée signe le plan de sa clé, inscrite à l'ouverture du "
        "dossier. Exigé quand le plan arrête beaucoup de professionnels.",
        "A second named person signs the plan with their key, enrolled when the case was "
        "opened. Demanded when a plan stops many professionals.",
    ),
    epilog=examples("tocsin act affaire contain approve c1a2b3c4d5e6 --key ma-cle.pem"),
)
@PLAN
@click.option(
    "--key",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("la clé privée", "the private key"),
)
@as_json
@click.pass_obj
def approve(case: Path, plan: str, key: Path, *, as_json: bool) -> None:
    """Sign a plan."""
    finish(containment.approve(case, plan, key), planned, plain=as_json)


@contain.command(
    "apply",
    help=say(
        "Ferme ce que dit le plan. Relancée après une panne, la commande demande d'abord à la "
        "cible où elle en est.",
        "Closes what the plan says. Run again after a failure, it first asks the target where "
        "it stands.",
    ),
    epilog=examples(
        'tocsin act affaire contain apply c1a2b3c4d5e6 --by "R. Astreinte" --why "usurpé"'
    ),
)
@PLAN
@click.option("--by", required=True, metavar="NAME", help=say("qui ferme", "who closes"))
@click.option("--why", required=True, metavar="TEXT", help=say("pourquoi", "why"))
@click.option(
    "--key",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say(
        "clé de la seconde personne, présente ici", "key of a second person, here present"
    ),
)
@as_json
@click.pass_obj
def apply(case: Path, plan: str, by: str, why: str, key: Path | None, *, as_json: bool) -> None:
    """Close."""
    _end(lambda: containment.apply(case, plan, by=by, why=why, key=key), as_json=as_json)


@contain.command(
    "verify",
    help=say(
        "Demande à nouveau à chaque cible comment est la porte ; puis cherche le même intrus "
        "dans les traces postérieures à la fermeture.",
        "Asks each target again how the door stands; then looks for the same thief in the "
        "trails later than the closing.",
    ),
    epilog=examples("tocsin act affaire contain verify c1a2b3c4d5e6"),
)
@click.argument("plan", default="")
@as_json
@click.pass_obj
def verify(case: Path, plan: str, *, as_json: bool) -> None:
    """Ask the targets again."""
    _end(lambda: containment.verify(case, plan), as_json=as_json)


@contain.command(
    "undo",
    help=say(
        "Remet chaque porte comme elle était avant le plan. Une session terminée ne revient "
        "pas : la personne se reconnecte.",
        "Puts each door back as it stood before the plan. An ended session does not come "
        "back: the person logs in again.",
    ),
    epilog=examples('tocsin act affaire contain undo c1a2b3c4d5e6 --by "R. Astreinte"'),
)
@PLAN
@BY
@WHY
@as_json
@click.pass_obj
def undo(case: Path, plan: str, by: str, why: str, *, as_json: bool) -> None:
    """Put back."""
    _end(lambda: containment.undo(case, plan, by=by, why=why), as_json=as_json)


@contain.command(
    "status",
    help=say(
        "Tous les plans, où en est chaque ordre. Aucune cible n'est interrogée.",
        "Every plan, and where each order stands. No target is asked.",
    ),
    epilog=examples("tocsin act affaire contain status"),
)
@as_json
@click.pass_obj
def status(case: Path, *, as_json: bool) -> None:
    """Where the orders stand."""
    finish(containment.status(case), stood, plain=as_json)


def _end(work: Callable[[], Document], *, as_json: bool) -> None:
    """Print what was done; then say what is left, with exit 4."""
    document = work()
    finish(document, stood, plain=as_json)
    plans: list[dict[str, Any]] = document.get("plans", [document])
    for one in plans:
        if (error := containment.unfinished(one)) is not None:
            raise error
