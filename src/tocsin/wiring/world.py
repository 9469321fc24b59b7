"""Opens a case with real ports for one command; reads what a command line gives."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.adapters.case_folder import CaseFolder, SystemClock
from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.adapters.estate_toml import read_estate
from tocsin.adapters.memory import give_back
from tocsin.adapters.shipped import producers
from tocsin.adapters.terminal import TerminalProgress
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.records import Estate, Says
from tocsin.flow.world import World
from tocsin.settings import settings

Document = Mapping[str, Any]


@contextmanager
def open_world(root: Path, *, write: bool) -> Iterator[tuple[World, CaseFolder]]:
    """A case with its ports, for one command; closed whatever happens."""
    clock = SystemClock()
    case = CaseFolder(root, clock=clock, write=write)
    estate = read_estate(case.estate_text(), file="estate.toml")
    chosen = settings()
    engine = DuckdbEngine(
        Path(case.aside("spill")), memory=chosen.memory, threads=chosen.threads
    )
    progress = TerminalProgress()
    try:
        yield (
            World(
                case=case,
                engine=engine,
                estate=estate,
                clock=clock,
                progress=progress,
                producers=producers(),
                give_back=give_back,
                rows_in_hand=chosen.rows_in_hand,
            ),
            case,
        )
    finally:
        progress.close()
        engine.close()
        case.close()


def text_of(file: Path) -> str:
    """The text of an estate file.

    Raises:
        InputError: it cannot be read as UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Says(
                f"le fichier estate.toml ne peut pas être lu : {cause(error).fr}",
                f"the estate file cannot be read: {cause(error).en}",
            ),
            next_step=Says("Nommez un estate.toml en UTF-8.", "Name an estate.toml in UTF-8."),
            where=str(file),
        ) from error


def instant(text: str, estate: Estate) -> datetime:
    """An ISO instant of a command line, aware, in UTC; without zone it is in the operator's.

    Raises:
        InputError: it is not an ISO instant.
    """
    try:
        at = datetime.fromisoformat(text)
        zoned = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(estate.operator.timezone))
        return zoned.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(
            Says("--at n'est pas un instant ISO", "--at is not an ISO instant"),
            next_step=Says(
                "Écrivez-le 2025-09-05T08:30+02:00.", "Write it as 2025-09-05T08:30+02:00."
            ),
            where=text[:40],
        ) from error


def read_indicator(text: str) -> tuple[str, str]:
    """An indicator of a command line: its trait and its value.

    Raises:
        InputError: it is not `trait=value` with a known trait.
    """
    trait, equals, value = text.partition("=")
    if trait not in ("address", "network", "client") or not equals or not value:
        raise InputError(
            Says(
                "un indicateur n'est pas de la forme trait=valeur",
                "an indicator is not of the form trait=value",
            ),
            next_step=Says(
                "Écrivez address=203.0.113.7, network=203.0.113.0/24 ou client=NAME.",
                "Write address=203.0.113.7, network=203.0.113.0/24 or client=NAME.",
            ),
            where=text[:60],
        )
    return trait, value
