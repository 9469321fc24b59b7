"""Simulated regions: an estate with a known truth, and the demonstration on it."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.adapters.estate_writer import write as write_estate
from tocsin.adapters.terminal import TerminalProgress
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.simulate.region import region
from tocsin.simulate.thefts import NAMES as ATTACKS
from tocsin.wiring.cases import open_case
from tocsin.wiring.stages import investigate
from tocsin.wiring.world import Document

__all__ = ["ATTACKS", "Size", "demo", "simulate"]

DEMO_PROFESSIONALS_PER_PERSON = 1 / 50
DEMO_DAYS = 30
DEMO_SEED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a simulated region is, and the seed of its chance."""

    persons: int
    professionals: int
    days: int
    seed: int


def simulate(folder: Path, size: Size, attacks: Sequence[str]) -> Document:
    """Write a region with a known truth."""
    if folder.exists() and any(folder.iterdir()):
        raise InputError(
            Says("le dossier n'est pas vide", "the folder is not empty"),
            next_step=Says("Nommez un nouveau dossier.", "Name a new folder."),
            where=str(folder),
        )
    progress = TerminalProgress()
    try:
        made = region(
            persons=size.persons,
            professionals=size.professionals,
            days=size.days,
            seed=size.seed,
            attacks=tuple(attacks) or ("none",),
        )
        write_estate(made.files, folder, progress)
        return {"folder": str(folder), "acts": made.acts, "attacks": list(attacks)}
    finally:
        progress.close()


def demo(out: Path, persons: int, *, lang: str) -> Document:
    """Simulate a region under attack and run the whole chain on it."""
    if out.exists() and not (out / "tocsin-demo").exists() and any(out.iterdir()):
        raise InputError(
            Says(
                "le dossier contient autre chose qu'une démonstration",
                "the folder holds something else than a demonstration",
            ),
            next_step=Says(
                "Nommez un autre dossier avec --out.", "Name another folder with --out."
            ),
            where=str(out),
        )
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / "tocsin-demo").touch()
    size = Size(
        persons=persons,
        professionals=max(20, round(persons * DEMO_PROFESSIONALS_PER_PERSON)),
        days=DEMO_DAYS,
        seed=DEMO_SEED,
    )
    simulate(out / "region", size, ("scrape",))
    open_case(out / "case", out / "region" / "estate.toml", alert="demonstration")
    return {**investigate(out / "case", lang=lang), "case": str(out / "case")}
