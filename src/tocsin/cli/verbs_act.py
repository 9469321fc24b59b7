"""The verbs of the room `act`: what goes out of the case, each behind `tocsin act CASE`."""

from pathlib import Path

import click

from tocsin.cli.lazy import LazyGroup
from tocsin.cli.words import say

SUBVERBS: dict[str, str] = {
    "contain": "verbs_contain:contain",
    "documents": "verbs_documents:documents",
    "notify": "verbs_notify:notify",
}
"""Each verb below `act CASE` and where it stands; its module is loaded when it is asked for."""


@click.group(
    cls=LazyGroup,
    verbs=SUBVERBS,
    help=say(
        "Agir : documents, fermeture, avis aux personnes.",
        "Act: documents, containment, notices to persons.",
    ),
)
@click.argument("case", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def act(context: click.Context, case: Path) -> None:
    """Group of the verbs that act; the case is theirs in `context.obj`."""
    context.obj = case
