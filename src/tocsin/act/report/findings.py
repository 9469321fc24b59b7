"""What the inquiry found so far, as the report reads it: frozen, everything may be absent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from tocsin.act.report.decisions import Done
from tocsin.act.report.sentences import said
from tocsin.core.ending import Ending
from tocsin.core.orders import Order
from tocsin.core.records import Estate, FileCount, Says

T = TypeVar("T")

# The documents of the case; unknown keys are ignored, so that a stage may tell more ---------


class SourceCount(msgspec.Struct, frozen=True, kw_only=True):
    """A source as `ingest` counted it, in lines."""

    source: str
    lines: int = 0
    accepted: int = 0
    quarantined: int = 0
    repeated: int = 0
    unmatched: int = 0


class Ingested(msgspec.Struct, frozen=True, kw_only=True):
    """trail/summary.json."""

    sources: tuple[SourceCount, ...] = ()
    start_at: datetime | None = None
    end_at: datetime | None = None


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """Sessions joined by rare traits."""

    campaign: str
    sessions: Any = 0
    accounts: Any = ()
    traits: Any = ()


class Detected(msgspec.Struct, frozen=True, kw_only=True):
    """detect/summary.json, without the suspicions (the tables hold them)."""

    sessions: int = 0
    campaigns: tuple[Campaign, ...] = ()
    fdr: float = 0.05
    prior: float | None = None
    sensitivity: Any = None
    expected_false: float | None = None
    history: Any = None


class Persons(msgspec.Struct, frozen=True, kw_only=True):
    """Distinct persons, cumulative by grade, and the bounds of the true number."""

    certain: int = 0
    probable: int = 0
    possible: int = 0
    at_least: int = 0
    at_most: int = 0
    test: int = 0
    unknown: int = 0


class ControllerPersons(msgspec.Struct, frozen=True, kw_only=True):
    """A controller and its persons."""

    controller: str
    name: str = ""
    persons: Persons = Persons()


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """A statement on a category; its sentences are {"fr", "en"}."""

    category: str
    finding: str
    says: Any
    because: tuple[Any, ...] = ()
    settle: tuple[Any, ...] = ()

    @property
    def sentence(self) -> Says:
        """What is said, exactly as scope wrote it."""
        return said(self.says)

    @property
    def reasons(self) -> tuple[Says, ...]:
        """Why it is said so."""
        return tuple(said(reason) for reason in self.because)

    @property
    def steps(self) -> tuple[Says, ...]:
        """What would make it surer: which log to ask for, from whom, before which date."""
        return tuple(said(step) for step in self.settle)


class Blindness(msgspec.Struct, frozen=True, kw_only=True):
    """What a producer of trails does not show by nature; its sentences are {"fr", "en"}."""

    source: str
    name: str = ""
    as_of: str = ""
    declared: bool = False
    says: Any = None
    effect: Any = None
    source_of_fact: str = ""


class Scoped(msgspec.Struct, frozen=True, kw_only=True):
    """scope/summary.json."""

    revision: int = 0
    proposition: bool = False
    persons: Persons = Persons()
    items: Mapping[str, Persons] = msgspec.field(default_factory=dict)
    controllers: tuple[ControllerPersons, ...] = ()
    statements: tuple[Stated, ...] = ()
    funnel: Any = None
    blind: Any = None
    silent: Any = None
    retained: Any = None
    counts: Any = None
    blindness: tuple[Blindness, ...] = ()


# The rows, small --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A row of coverage: what a source shows of a stretch of time."""

    source: str
    start_at: datetime
    end_at: datetime
    state: str
    offset_s: float | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineCount:
    """Lines of a source that could not be read for one reason; the first of them."""

    source: str
    reason: str
    lines: int
    digest: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason of a suspicion. `bits` above 0 speaks against the owner; places are lines."""

    signal: str
    family: str
    says: Says
    bits: float
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A session that is not plainly the owner's."""

    session: str
    account: str
    start_at: datetime
    end_at: datetime
    acts: int
    persons: int
    probability: float
    q_value: float
    verdict: str
    decided_by: str
    campaign: str
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUse:
    """An account with a suspicious session: its sessions by verdict, its last sure use."""

    account: str
    usurped: int
    undecided: int
    legitimate: int
    first_at: datetime
    last_at: datetime
    last_own_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStart:
    """When a session of such an account began."""

    account: str
    at: datetime
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationUse:
    """Acts by service, operation, outcome and attribution; `persons` are named by the lines."""

    service: str
    operation: str
    kind: str
    outcome: str
    attribution: str
    acts: int
    persons: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """Distinct persons that a rule reached in a grade."""

    grade: str
    rule: str
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Persons of scope/reach, and pairs of person and controller: the second sums the first."""

    persons: int = 0
    pairs: int = 0
    shared: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything that the report may say, gathered; what no stage produced is empty or None.

    Counts are rows of the case's tables; instants are aware; ids are the sources' local ids.
    """

    estate: Estate
    facts: Mapping[str, object]
    produced_at: datetime
    ingested: Ingested | None = None
    detected: Detected | None = None
    scoped: Scoped | None = None
    ledger: tuple[FileCount, ...] = ()
    quarantine: tuple[QuarantineCount, ...] = ()
    coverage: tuple[Interval, ...] = ()
    lines_on_data: int = 0
    suspicions: tuple[Suspicion, ...] = ()
    accounts: tuple[AccountUse, ...] = ()
    starts: tuple[SessionStart, ...] = ()
    operations: tuple[OperationUse, ...] = ()
    acts: Mapping[tuple[str, bool], int] = field(default_factory=dict)
    act_places: tuple[str, ...] = ()
    rules: tuple[RuleCount, ...] = ()
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overlap: Overlap = field(default_factory=Overlap)
    ending: Ending | None = None
    orders: tuple[Order, ...] = ()
    done: Done = field(default_factory=Done)

    @property
    def zone(self) -> str:
        """The operator's time zone: the one that every instant is written in."""
        return self.estate.operator.timezone

    @property
    def usurped(self) -> tuple[Suspicion, ...]:
        """Sessions held to be someone else's."""
        return tuple(s for s in self.suspicions if s.verdict == "usurped")

    @property
    def undecided(self) -> tuple[Suspicion, ...]:
        """Sessions that nobody and nothing settled."""
        return tuple(s for s in self.suspicions if s.verdict == "undecided")

    @property
    def unreviewed(self) -> tuple[Suspicion, ...]:
        """Usurped sessions that no human has decided."""
        return tuple(s for s in self.usurped if not s.decided_by)

    @property
    def gaps(self) -> tuple[Interval, ...]:
        """Intervals in which a source shows nothing that can be relied on."""
        return tuple(i for i in self.coverage if i.state != "trailed")

    @property
    def revision(self) -> int:
        """The scope's revision; 0 before the first."""
        return self.scoped.revision if self.scoped else 0


def summary(value: object | None, kind: type[T]) -> T | None:
    """A document of the case as its record; None where the stage has not run.

    Raises:
        msgspec.ValidationError: a stage wrote another shape, which is a bug.
    """
    return None if value is None else msgspec.convert(value, kind, strict=False)
