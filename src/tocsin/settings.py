"""Settings of a run, from the environment: few, with defaults that need no thought."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may set without touching a case."""

    memory: str  # of the engine, TOCSIN_MEMORY; by default the process stays under 1 GiB
    threads: int  # TOCSIN_THREADS
    spark: str  # address of a Spark cluster, TOCSIN_SPARK; '' = this machine alone
    spark_memory: str  # of its driver and of each executor, TOCSIN_MEMORY too

    @property
    def rows_in_hand(self) -> int:
        """Rows of a trail that detection holds at once in so much memory."""
        found = re.fullmatch(r"\s*([0-9.]+)\s*([KMGT]?)i?B?\s*", self.memory, re.IGNORECASE)
        if found is None or found[1].count(".") > 1 or found[1] == ".":
            return ROWS_A_MEGABYTE * 640
        megabytes = float(found[1]) * UNITS[found[2].upper()]
        return max(int(megabytes * ROWS_A_MEGABYTE), 100_000)


ROWS_A_MEGABYTE = 2_400
"""Rows of access that a megabyte of the engine's memory can work on."""

UNITS = {"": 1e-6, "K": 1e-3, "M": 1.0, "G": 1e3, "T": 1e6}
"""Megabytes of each unit."""


def settings() -> Settings:
    """The settings that the environment gives."""
    return Settings(
        memory=os.environ.get("TOCSIN_MEMORY") or "640MB",
        threads=int(os.environ.get("TOCSIN_THREADS", "") or min(os.cpu_count() or 2, 8)),
        spark=os.environ.get("TOCSIN_SPARK", ""),
        spark_memory=os.environ.get("TOCSIN_MEMORY") or "2GB",
    )


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """'fr' or 'en': --lang, else the locale, else French."""
    for i, word in enumerate(arguments):
        if word.startswith("--lang="):
            return _known(word.removeprefix("--lang="))
        if word == "--lang" and i + 1 < len(arguments):
            return _known(arguments[i + 1])
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return _known(value)
    return "fr"


def _known(name: str) -> str:
    return "en" if name.lower().startswith("en") else "fr"
