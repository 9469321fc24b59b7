"""The verbs of the professional's questionnaire."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say
from tocsin.wiring import answers

CASE = click.argument("case", type=click.Path(path_type=Path, file_okay=False))


@click.command(
    help=say(
        "Écrit le questionnaire du professionnel : ses sessions, dans ses mots, sans nom de "
        "patient. Page à remplir si FILE finit par .html, sinon texte.",
        "Writes the professional's questionnaire: his sessions, in his words, without any "
        "patient's name. A page to fill in if FILE ends in .html, else text.",
    ),
    epilog=examples(
        "tocsin ask affaire phy00048 --out questions.html",
        "tocsin ask affaire phy00048 --out questions.txt",
    ),
)
@CASE
@click.argument("account")
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("fichier à envoyer au professionnel", "file to send to the professional"),
)
@as_json
def ask(case: Path, account: str, out: Path, *, as_json: bool) -> None:
    """Write the questionnaire of an account."""
    finish(answers.ask(case, account, out), _asked, plain=as_json)


@click.command(
    help=say(
        "Lit les réponses du professionnel et juge à nouveau les sessions. « Pas moi » "
        "suffit ; « moi » est une réponse, pas une preuve.",
        "Reads the professional's answers and judges the sessions again. \u201cNot me\u201d is "
        "enough; \u201cme\u201d is an answer, not a proof.",
    ),
    epilog=examples('tocsin answer affaire reponses.json --by "A. Analyste"'),
)
@CASE
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--by", required=True, metavar="NAME", help=say("qui dépose", "who files the answers")
)
@as_json
def answer(case: Path, file: Path, by: str, *, as_json: bool) -> None:
    """Take the professional's answers."""
    finish(answers.answer(case, file, by), _answered, plain=as_json)


def _asked(found: dict[str, Any], out: Console) -> None:
    many = len(found["sessions"])
    out.print(
        say(
            f"{found['file']} : {many} sessions demandées à {found['account']}.",
            f"{found['file']}: {many} sessions asked of {found['account']}.",
        )
    )


def _answered(found: dict[str, Any], out: Console) -> None:
    given = found["given"]
    out.print(
        say(
            f"{found['account']} : {given.get('not_me', 0)} « pas moi », {given.get('me', 0)} "
            f"« moi », {found['suspicions']} suspicions désormais.",
            f"{found['account']}: {given.get('not_me', 0)} \u201cnot me\u201d, "
            f"{given.get('me', 0)} \u201cme\u201d, {found['suspicions']} suspicions now.",
        )
    )
    if found["remarks"]:
        out.print(
            say(
                f"{found['remarks']} remarques, à lire dans evidence/{found['evidence']}.",
                f"{found['remarks']} remarks, to be read in evidence/{found['evidence']}.",
            )
        )
