"""The hour zero with real ports: alerts, the journal, the clocks, the end of a case."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tocsin.alert.entries import Wanted
from tocsin.core.errors import InputError
from tocsin.core.evidence import digest_of
from tocsin.core.incident import Alert
from tocsin.core.records import Says
from tocsin.flow.closing import close as run_close
from tocsin.flow.decide import decide as run_decide
from tocsin.flow.incident import incident
from tocsin.flow.journal import join_alert, kind_of, told
from tocsin.flow.journal import record as run_record
from tocsin.wiring.world import Document, instant, open_world, text_of

UNREAD = datetime.min.replace(tzinfo=UTC)
"""The instant of an entry whose text is not yet read: its zone is in the case."""


def record(root: Path, wanted: Wanted, at: str) -> Document:
    """Write down what people did.

    Args:
        wanted: the entry, its instant not yet read.
        at: its instant as the command line gives it.
    """
    with open_world(root, write=True) as (world, _):
        read = replace(
            wanted,
            at=instant(at, world.estate),
            by=wanted.by.strip(),
            why=wanted.why.strip(),
        )
        return run_record(world, read)


def decide(root: Path, at: str, *, lang: str) -> Document:
    """Clocks, risk, continuity, filings: as of an instant, now by default."""
    with open_world(root, write=True) as (world, _):
        when = instant(at, world.estate) if at else None
        return run_decide(world, at=when, lang=lang)


def close(root: Path, *, by: str, why: str, erase: bool) -> Document:
    """Close the case: the key is destroyed, digests and counts stay."""
    with open_world(root, write=True) as (world, case):
        found = run_close(world, by=by, why=why, erase=erase, destroy=case.keyring.destroy)
        return {**found, "case": str(root)}


def another_alert(
    root: Path, alert: str, estate_file: Path | None, *, kind: str, at: str, by: str
) -> Document:
    """One more alert of a case that is open already.

    Raises:
        InputError: the case was opened on another estate than the one named.
    """
    with open_world(root, write=True) as (world, case):
        if estate_file and digest_of(text_of(estate_file)) != case.facts["estate_sha256"]:
            raise InputError(
                Says(
                    "ce dossier contient déjà une affaire, ouverte sur un autre "
                    "fichier estate.toml",
                    "this folder already holds a case, opened on another estate",
                ),
                next_step=Says(
                    "Omettez --estate pour y joindre l'alerte, ou nommez un nouveau dossier.",
                    "Leave --estate out to join the alert to it, or name a new folder.",
                ),
                where=str(root),
            )
        when = instant(at, world.estate) if at else world.clock.now()
        join_alert(world, Alert(at=when, kind=kind_of(alert, kind), text=alert, by=by))
        return {"case": str(root), **told(world, incident(world))}
