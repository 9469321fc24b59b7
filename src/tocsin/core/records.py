"""The nouns: what stands in the estate, what a rule returns. Frozen values, no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tocsin.core.outgoing import Approver
from tocsin.core.vocabulary import (
    Finding,
    Kind,
    Outcome,
    Perimeter,
    PersonsBy,
    TrailFormat,
)

PersonRef = str
"""A person outside the vault: the source's local id, nothing else."""


@dataclass(frozen=True, slots=True)
class Says:
    """One plain sentence, in French and in English."""

    fr: str
    en: str

    def in_language(self, lang: str) -> str:
        """The sentence in that language; French unless English is asked."""
        return self.en if lang == "en" else self.fr


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a claim stands in the trail: the line, by the digest of its file."""

    source: str
    digest: str
    position: int
    event_id: str


# The estate (contract, section 1) ----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """The regional operator, hospital group or host that runs the services."""

    id: str
    name: str
    region: str
    timezone: str
    role: str
    dpo: Mapping[str, str] = field(default_factory=dict)
    public: Mapping[str, str] = field(default_factory=dict)
    sender: Mapping[str, str] = field(default_factory=dict)
    duties: tuple[str, ...] = ()
    contract_hours: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFiles:
    """The image of the directory: its instant, and its tables' paths in the estate."""

    as_of: datetime
    accounts: str
    persons: str
    care: str
    controllers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one operation of a service shows, and how a trail line of it looks."""

    id: str
    match: Mapping[str, str]
    kind: Kind
    persons: PersonsBy
    reveals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of the catalogue."""

    id: str
    name: str
    implies: str
    perimeter: Perimeter
    roles: tuple[str, ...]
    ignore: tuple[str, ...]
    page_size: int
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBy:
    """How the lines of a shared repository tell their service: a field, and its values."""

    field: str
    map: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A producer of trail lines."""

    id: str
    service: str  # '' for an identity provider, or where `service_by` tells
    service_by: ServiceBy | None
    format: TrailFormat
    files: tuple[str, ...]
    timezone: str
    names_results: bool
    silent: tuple[str, ...]
    retention_days: int
    clock_offset_s: float
    columns: Mapping[str, str]
    producer: str = ""  # whose blindness is known (core/producers.py); '' = not told

    @property
    def services(self) -> tuple[str, ...]:
        """The services whose acts it trails; none for an identity provider."""
        if self.service_by is not None:
            return tuple(dict.fromkeys(self.service_by.map.values()))
        return (self.service,) if self.service else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What stands: operator, directory, services, sources, and who may approve."""

    operator: Operator
    directory: DirectoryFiles
    services: tuple[Service, ...]
    sources: tuple[Source, ...]
    approvers: tuple[Approver, ...] = ()


# What rules return ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A signal of a session, in a sentence, with its weight and its places.

    `bits` is signed: above 0 it speaks against the owner, below 0 for the owner.
    """

    signal: str
    family: str
    says: Says
    bits: float
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch in which a source shows nothing that can be relied on, half-open."""

    source: str
    start_at: datetime
    end_at: datetime
    state: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Distinct persons by cumulative grade, and the bounds of the true number."""

    certain: int
    probable: int
    possible: int
    at_least: int
    at_most: int
    test: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is said of a category of data, with its premises."""

    category: str
    finding: Finding
    says: Says
    because: tuple[Says, ...]
    settle: tuple[Says, ...] = ()  # what would make the sentence surer


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCount:
    """One line of the ledger: read = accepted + quarantined + repeated."""

    source: str
    file: str
    digest: str
    lines: int
    accepted: int
    quarantined: int
    repeated: int


__all__ = [
    "Bounds",
    "DirectoryFiles",
    "Estate",
    "FileCount",
    "Gap",
    "Operation",
    "Operator",
    "Outcome",
    "PersonRef",
    "Place",
    "Reason",
    "Says",
    "Service",
    "ServiceBy",
    "Source",
    "Statement",
]
