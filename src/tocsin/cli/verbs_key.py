"""The verb `key`: the signing key of a named human."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say


@click.group(
    help=say(
        "Clés des personnes qui approuvent une fermeture ou un envoi.",
        "Keys of the persons who approve a containment or a mass send.",
    )
)
def key() -> None:
    """Group of the verbs on keys."""


@key.command(
    "new",
    help=say(
        "Fait une clé de signature (Ed25519). La moitié privée reste dans FILE, lisible de "
        "vous seul ; la moitié publique est affichée, pour l'[[approver]] du patrimoine. Un "
        "fichier qui existe n'est jamais remplacé.",
        "Makes a signing key (Ed25519). The private half stays in FILE, readable by you only; "
        "the public half is printed, for the estate's [[approver]]. A file that exists is "
        "never replaced.",
    ),
    epilog=examples("tocsin key new ma-cle.pem"),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@as_json
def new(file: Path, *, as_json: bool) -> None:
    """Make a key."""
    from tocsin.wiring.keys import new_key  # noqa: PLC0415 - loaded only when asked

    finish(new_key(file), _shown, plain=as_json)


def _shown(found: dict[str, Any], out: Console) -> None:
    out.print(found["key"])
    out.print(
        say(
            f"La moitié privée est dans {found['file']} : ne la donnez à personne.",
            f"The private half is in {found['file']}: give it to nobody.",
        ),
        style="dim",
    )
