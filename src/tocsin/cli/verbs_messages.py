"""The verb `check`: a message or a list of host names, and what to think of it."""

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tocsin.act.phishing.call_form import QUESTIONS, notes
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import LANG, say
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.messages import CHANNELS
from tocsin.core.records import Says

VERDICTS = {
    "phishing": say("Très probablement une arnaque", "Very probably a scam"),
    "suspicious": say("Méfiance : vérifiez autrement", "Be wary: check another way"),
    "no_sign": say(
        "Nous n'avons rien trouvé : cela ne prouve pas que c'est vrai",
        "We found nothing: this does not prove that it is true",
    ),
}


@click.command(
    help=say(
        "Dit ce qu'il faut penser d'un message : courriel (.eml, .msg), SMS, texte d'une "
        "capture, notes d'un appel. Rien n'est ouvert ni suivi ; le code de sortie est 0 quel "
        "que soit le verdict. FILE vaut - pour l'entrée standard. Avec --hosts : quels noms de "
        "domaine imitent l'opérateur ou un organisme de santé.",
        "Says what to think of a message: mail (.eml, .msg), SMS, text of a screenshot, notes "
        "of a call. Nothing is opened or followed; exit 0 whatever the verdict. FILE may be - "
        "for standard input. With --hosts: which host names imitate the operator or a health "
        "body.",
    ),
    epilog=examples(
        "tocsin check message.eml",
        "tocsin check sms.txt --channel sms",
        "tocsin check - --channel call",
        "tocsin check message.eml --case affaire --json",
        "tocsin check --hosts nouveaux-domaines.txt --case affaire",
    ),
)
@click.argument("file", required=False, metavar="FILE|-")
@click.option(
    "--channel",
    type=click.Choice(CHANNELS),
    help=say("par où c'est venu, sinon deviné", "how it came, else guessed"),
)
@click.option(
    "--case",
    "case",
    type=click.Path(path_type=Path, file_okay=False),
    help=say(
        "dossier : les services et les avis de l'opérateur",
        "case: the operator's services and notices",
    ),
)
@click.option(
    "--hosts",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("noms de domaine, un par ligne", "host names, one a line"),
)
@as_json
def check(
    file: str | None,
    channel: str | None,
    case: Path | None,
    hosts: Path | None,
    *,
    as_json: bool,
) -> None:
    """Check a message or host names."""
    from tocsin.wiring import messages  # noqa: PLC0415  (the directory is read only when asked)

    if bool(file) == bool(hosts):
        raise click.UsageError(
            say(
                "nommez un message, ou --hosts avec un fichier",
                "name a message, or --hosts and a file",
            )
        )
    if hosts is not None:
        text = messages.text_of_hosts(hosts)
        finish(messages.check_hosts(text, case=case), _hosts_shown, plain=as_json)
        return
    raw, said = _given(str(file), channel or "")
    found = messages.check_file(raw, channel=said, case=case, name=str(file))
    finish(found, _shown, plain=as_json)


def _given(file: str, channel: str) -> tuple[bytes, str]:
    """The bytes of the message; on a terminal, the answers of the form for a call."""
    if file == "-" and channel == "call" and sys.stdin.isatty():
        answers = {
            q.key: click.prompt(
                q.asked.in_language(LANG), default="", show_default=False, err=True
            )
            for q in QUESTIONS
        }
        return notes(answers).encode(), "call"
    if file == "-":
        return sys.stdin.buffer.read(), channel
    try:
        return Path(file).read_bytes(), channel
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


def _harmless(words: str) -> str:
    """Words of a message as they may stand on a screen: addresses that cannot be followed."""
    clean = "".join(c for c in words if c.isprintable())
    return (
        clean.replace("http", "hxxp").replace("://", "[:]//").replace(".", "[.]")
        if "." in clean and ("/" in clean or " " not in clean)
        else clean
    )


def _shown(found: dict[str, Any], out: Console) -> None:
    out.print(f"{VERDICTS[found['verdict']]}")
    out.print()
    for reason in found["reasons"]:
        quoted = _harmless(reason["quote"])
        out.print(f"  - {reason['says']}")
        if quoted:
            out.print(f"    {say('Les mots', 'The words')} : « {quoted} »")
    out.print()
    out.print(say("Que faire", "What to do") + " :")
    for line in found["advice"]:
        out.print(f"  - {line}")


def _hosts_shown(found: dict[str, Any], out: Console) -> None:
    out.print(
        say(
            f"{found['read']} noms lus, {found['found']} qui imitent un nom surveillé, "
            f"{found['official']} officiels, {found['unreadable']} illisibles",
            f"{found['read']} names read, {found['found']} that imitate a watched name, "
            f"{found['official']} official, {found['unreadable']} unreadable",
        )
    )
    for one in found["hosts"]:
        out.print(f"  {one['defanged']}  {one['why']}")
