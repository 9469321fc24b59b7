"""Lines of the trail that a person asks for."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tocsin.flow.layout import acts_of, who_saw
from tocsin.wiring.world import Document, open_world

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def lines(root: Path, *, accounts: Sequence[str] = (), persons: Sequence[str] = ()) -> Document:
    """The lines of these accounts, or those that name these persons."""
    with open_world(root, write=False) as (world, _):
        found = acts_of(world, accounts) if accounts else who_saw(world, persons)
    listed = []
    for row in found.to_pylist():
        at = _EPOCH + timedelta(microseconds=row.pop("occurred_us"))
        listed.append({"occurred_at": at.isoformat().replace("+00:00", "Z"), **row})
    return {
        "accounts": len({row["account"] for row in listed} - {""}),
        "persons": len({row["person"] for row in listed} - {""}),
        "lines": listed,
    }
