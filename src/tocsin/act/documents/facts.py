"""What the case knows, as the documents read it: values only, everything may be absent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tocsin.act.report.findings import Persons, Scoped
from tocsin.core.incident import OPERATOR, EventKind, History, Party, Recorded
from tocsin.core.records import Estate, Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """The sessions held to be someone else's, counted."""

    sessions: int
    accounts: int
    first_at: datetime
    last_at: datetime
    unreviewed: int
    writes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What is said of the continuity of care: the sentence and its mood.

    `mood`: indicative, conditional, refused, or unknown.
    """

    mood: str
    says: Says
    because: tuple[Says, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything that a document may say.

    Args:
        counts: the scope's persons of each controller.
        contacts: of each controller, `dpo_name` and `dpo_email`, from the vault.
        clocks: rows of the document of `decide`, by duty and controller.
        risk: its `risk`.
        indicators: traits of the campaign, by kind.
        picture: the plot of continuity, SVG, '' for none.
        over: the answer to "is it over?", where containment gave one.
        reach: of each controller, each item with its persons: with the probable ones, with the
            possible ones.
        filed: the figures of each paper as it was made final or filed, by paper and field.
    """

    case: str
    estate: Estate
    now: datetime
    history: History
    controllers: tuple[Party, ...]
    processor: bool
    contacts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    scoped: Scoped | None = None
    counts: Mapping[str, Persons] = field(default_factory=dict)
    attack: Attack | None = None
    clocks: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    risk: Mapping[str, Any] = field(default_factory=dict)
    care: Care | None = None
    indicators: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    over: Says | None = None
    picture: str = ""
    filed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reach: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The operator's zone."""
        return self.estate.operator.timezone

    @property
    def revision(self) -> int:
        """The scope's revision, 0 before the first."""
        return self.scoped.revision if self.scoped else 0

    @property
    def proposition(self) -> bool:
        """Whether the scope rests on suspicions that nobody reviewed."""
        return bool(self.scoped and self.scoped.proposition)

    @property
    def place(self) -> str:
        """Where the scope's figures stand in the case."""
        return f"scope/revisions/{self.revision}/summary.json"

    def persons(self, controller: str) -> Persons | None:
        """The persons of a controller, or of all for ''; None before any scope."""
        if not self.scoped:
            return None
        if controller == OPERATOR:
            return self.scoped.persons
        return self.counts.get(controller, Persons())

    def items(self, controller: str) -> dict[str, tuple[int, int]]:
        """Each item reached, with its persons: with the probable ones, with the possible."""
        if controller == OPERATOR and self.scoped:
            return {i: (p.probable, p.possible) for i, p in self.scoped.items.items()}
        return dict(self.reach.get(controller, {}))

    def finding(self, category: str, stated: str, controller: str) -> str:
        """What is said of a category for one party.

        A controller none of whose persons show it takes over what is proved for all; what is
        only not seen is not proved.
        """
        if controller == OPERATOR or stated == "not_reached":
            return stated
        rows = [n for i, n in self.items(controller).items() if i.startswith(f"{category}.")]
        return "reached" if any(n[0] for n in rows) else "cannot_be_excluded"

    def first(self, event: EventKind, controller: str | None = OPERATOR) -> Recorded | None:
        """The earliest record of an event."""
        return self.history.first(event, controller=controller)

    def clock(self, duty: str, controller: str) -> Mapping[str, Any] | None:
        """The clock of a duty of a party."""
        return self.clocks.get((duty, controller))
