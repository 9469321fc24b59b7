"""Reported messages of a case: brought in, told by campaign, exported."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tocsin.adapters.report_files import reported
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.flow import reports as flow
from tocsin.wiring.operator_words import with_operator
from tocsin.wiring.senders import known_senders
from tocsin.wiring.world import Document, open_world


def import_reports(root: Path, file: Path) -> Document:
    """Bring reported messages in, and tell the campaigns."""
    senders = with_operator(known_senders(), root)
    with open_world(root, write=True) as (world, _):
        now = world.clock.now()

        def given() -> Iterator[flow.Given]:
            for one in reported(file):
                yield flow.Given(
                    message=one.message,
                    at=datetime.fromisoformat(one.at) if one.at else now,
                    reporter=one.reporter,
                    digest=one.digest,
                )

        return flow.take_in(world, given(), senders)


def list_campaigns(root: Path) -> Document:
    """The campaigns of a case."""
    with open_world(root, write=False) as (world, _):
        return flow.campaigns(world)


def export_campaigns(root: Path, shape: str, out: Path) -> Document:
    """Write the campaigns in a format for those who can stop them.

    Raises:
        InputError: the file cannot be written.
    """
    with open_world(root, write=True) as (world, _):
        text = flow.export(world, shape)
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(
            Says(
                f"l'export ne peut pas être écrit : {cause(error).fr}",
                f"the export cannot be written: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un fichier dans un dossier qui existe.",
                "Name a file in a folder that is there.",
            ),
            where=str(out),
        ) from error
    return {"file": str(out), "format": shape, "bytes": len(text.encode())}
