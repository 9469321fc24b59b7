"""The verb `canary`: identities that are nobody, planted before, watched after."""

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.messages import CHANNELS
from tocsin.core.records import Says
from tocsin.flow.canaries import Human
from tocsin.wiring import canaries as wired

BY = click.option("--by", default="", metavar="NAME", help=say("qui décide", "who decides"))
WHY = click.option("--why", default="", metavar="TEXT", help=say("pourquoi", "why"))


@click.group(
    help=say(
        "Les canaris : des identités qui ne sont personne, plausibles, marquées FICT (hors "
        "soins et statistiques). Un message à l'une d'elles dit que la liste volée sert.",
        "Canaries: identities that are nobody, plausible, flagged FICT (out of care and "
        "statistics). A message to one tells that the stolen list is in use.",
    )
)
@click.argument("case", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def canary(context: click.Context, case: Path) -> None:
    """Group of the verbs on canaries; the case is theirs in `context.obj`."""
    context.obj = case


@canary.command(
    help=say(
        "Fait une identité par service et périmètre et écrit les lignes à planter dans "
        "l'annuaire ; ou, avec --from, enregistre celles qui y sont déjà.",
        "Makes one identity for each service and perimeter and writes the rows to plant in the "
        "directory; or, with --from, registers those that stand there already.",
    ),
    epilog=examples(
        "tocsin canary affaire plant --mail-domain canaris.example --out a-planter.csv "
        '--by "A. Responsable" --why "veille"',
        'tocsin canary affaire plant --from canaries.csv --by "A. Responsable" --why "veille"',
    ),
)
@click.option("--from", "standing", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--mail-domain", default="", help=say("domaine de l'opérateur", "operator's domain")
)
@click.option(
    "--phone", multiple=True, help=say("numéros de l'opérateur", "operator's numbers")
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False))
@BY
@WHY
@as_json
@click.pass_obj
def plant(
    case: Path,
    standing: Path | None,
    mail_domain: str,
    *,
    phone: tuple[str, ...],
    out: Path | None,
    by: str,
    why: str,
    as_json: bool,
) -> None:
    """Plant canaries."""
    human = Human(by=by, why=why)
    if standing is not None:
        finish(wired.plant_standing(case, standing, human), _planted, plain=as_json)
        return
    if not mail_domain or out is None:
        raise click.UsageError(
            say(
                "donnez --from, ou --mail-domain et --out",
                "give --from, or --mail-domain and --out",
            )
        )
    making = wired.Making(domain=mail_domain, phones=phone, out=out)
    finish(wired.plant_new(case, making, human), _planted, plain=as_json)


@canary.command(
    help=say(
        "Un message est arrivé à un canari (FILE, ou - pour l'entrée standard). Premier "
        "temps : touché ; second temps : confirmé par ses mots, ou par une personne nommée "
        "avec --confirm.",
        "A message came to a canary (FILE, or - for standard input). First stage: touched; "
        "second: confirmed by its words, or by a named human with --confirm.",
    ),
    epilog=examples(
        "tocsin canary affaire hit message.eml",
        "tocsin canary affaire hit - --to +33639980000 --channel sms",
        'tocsin canary affaire hit --confirm H-0123456789 --by "A. Analyste" --why "écrit"',
    ),
)
@click.argument("file", required=False, metavar="FILE|-")
@click.option(
    "--to", default="", help=say("adresse ou numéro atteint", "address or number reached")
)
@click.option("--channel", type=click.Choice(CHANNELS), default=None)
@click.option("--at", default="", metavar="INSTANT")
@click.option("--confirm", "hit_id", default="", metavar="HIT")
@BY
@WHY
@as_json
@click.pass_obj
def hit(
    case: Path,
    file: str | None,
    *,
    to: str,
    channel: str | None,
    at: str,
    hit_id: str,
    by: str,
    why: str,
    as_json: bool,
) -> None:
    """A message at a canary, or the confirmation of one."""
    if bool(file) == bool(hit_id):
        raise click.UsageError(say("donnez FILE ou --confirm", "give FILE or --confirm"))
    if hit_id:
        finish(wired.confirm(case, hit_id, Human(by=by, why=why)), _hit, plain=as_json)
        return
    raw = _read(str(file))
    finish(wired.hit(case, raw, to=to, channel=channel or "", at=at), _hit, plain=as_json)


@canary.command(
    "list",
    help=say("Les canaris et ce qui les a touchés.", "The canaries and what touched them."),
    epilog=examples("tocsin canary affaire list --json"),
)
@as_json
@click.pass_obj
def list_(case: Path, *, as_json: bool) -> None:
    """Tell canaries and hits."""
    finish(wired.list_canaries(case), _listed, plain=as_json)


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InputError(
            Says(
                f"le message ne peut pas être lu : {cause(error).fr}",
                f"the message cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un fichier qui contient le message, ou - pour l'entrée standard.",
                "Name a file that holds the message, or - for standard input.",
            ),
            where=file,
        ) from error


def _planted(found: dict[str, Any], out: Console) -> None:
    out.print(
        say(f"{found['planted']} canaris enregistrés", f"{found['planted']} canaries kept")
    )
    if "file" in found:
        out.print(
            say(
                f"  Lignes à planter dans l'annuaire : {found['file']}",
                f"  Rows to plant in the directory: {found['file']}",
            )
        )


def _hit(found: dict[str, Any], out: Console) -> None:
    for one in found["hits"]:
        out.print(
            f"{one['hit']}  {one['stage']} ({one['why']})  {one['canary']}  "
            f"{one['service']}  {one.get('campaign', '')}"
        )
        for session in one["sessions"]:
            out.print(f"  {session['session']}  {session['account']}  {session['how']}")
    if found["alert"]:
        out.print(
            say("ALERTE : la liste volée est utilisée.", "ALERT: the stolen list is in use.")
        )


def _listed(found: dict[str, Any], out: Console) -> None:
    for one in found["canaries"]:
        out.print(
            f"{one['canary']}  {one['service']}  {one['controller']}  {one['planted_at']}"
        )
    for one in found["hits"]:
        out.print(
            f"{one['hit']}  {one['at']}  {one['stage']}  {one['canary']}  {one['service']}"
        )
