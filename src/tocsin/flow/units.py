"""What is kept of a trail file that has landed, and what the landing of a source needs."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from tocsin.core.ports import TrailFiles, Workers
from tocsin.core.records import Source
from tocsin.flow.world import World
from tocsin.trail.file_facts import FileFacts
from tocsin.trail.reader import Reader

Keyed = Callable[[str], str]


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file that was read; `unit.json` of its landing folder.

    `lines` = rows' lines + `quarantined` + `known`; `known` lines are those of a file that
    this one continues or repeats. `superseded` is the digest and position of a line that was
    cut short there and is whole here.
    """

    n: int
    file: str
    digest: str
    content: str
    length_bytes: int
    whole: bool
    head: str
    head_bytes: int
    lines: int
    quarantined: int
    known: int
    last_position: int
    requests: int = 0
    rows: int = 0
    superseded: tuple[str, int] | None = None
    carried: bool = False
    facts: FileFacts | None = None


@dataclass(slots=True, kw_only=True)
class Landing:
    """What the landing of files of one source needs, and the units that are there."""

    world: World
    files: TrailFiles
    workers: Workers
    keyed: Keyed
    source: Source
    reader: Reader
    folder: str  # of the source's units in the case
    units: list[Unit] = field(default_factory=list)
    directory_bound: Callable[[], None]

    def place(self, unit_or_digest: str) -> str:
        """The unit's folder in the case."""
        return f"{self.folder}/{unit_or_digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The file that the one at hand continues: its known lines end at `position`."""

    position: int = 0
    lines: int = 0
    superseded: tuple[str, int] | None = None
