"""The verb `lines`: the acts of an account, or who saw a person."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say

MAX_LISTED = 40


@click.command(
    help=say(
        "Montre les lignes d'un compte, ou qui a vu une personne, avec leur place dans les "
        "traces. Une personne est nommée par son identifiant local.",
        "Shows the lines of an account, or who saw a person, with their place in the trails. A "
        "person is named by the local id.",
    ),
    epilog=examples(
        "tocsin lines affaire --account pro00042",
        "tocsin lines affaire --person p1042 --json",
    ),
)
@click.argument("case", type=click.Path(path_type=Path, file_okay=False))
@click.option("--account", multiple=True, help=say("compte ; répétable", "account; repeatable"))
@click.option(
    "--person", multiple=True, help=say("identifiant local ; répétable", "local id; repeatable")
)
@as_json
def lines(
    case: Path, account: tuple[str, ...], person: tuple[str, ...], *, as_json: bool
) -> None:
    """Show lines."""
    from tocsin.wiring.lines import lines as found  # noqa: PLC0415 - loaded only when asked

    if bool(account) == bool(person):
        raise click.UsageError(
            say(
                "nommez des comptes avec --account, ou des personnes avec --person",
                "name accounts with --account, or persons with --person",
            )
        )
    finish(found(case, accounts=account, persons=person), _shown, plain=as_json)


def _shown(found: dict[str, Any], out: Console) -> None:
    listed = found["lines"]
    out.print(
        say(
            f"{len(listed)} lignes, {found['accounts']} comptes, {found['persons']} personnes",
            f"{len(listed)} lines, {found['accounts']} accounts, {found['persons']} persons",
        )
    )
    for one in listed[:MAX_LISTED]:
        out.print(
            f"  {one['occurred_at'][:19]}  {one['account']:<14} {one['service']:<14} "
            f"{one['operation'] or '-':<14} {one['outcome']:<8} {one['person'] or '-':<14} "
            f"{one['source']}:{one['position']}"
        )
    if len(listed) > MAX_LISTED:
        more = len(listed) - MAX_LISTED
        out.print(say(f"  … et {more} autres (--json)", f"  … and {more} more (--json)"))
