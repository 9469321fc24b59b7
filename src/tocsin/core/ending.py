"""Is it over? What the trails later than the closing show of the same thief."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tocsin.core.records import Place, Says


class EndFinding(StrEnum):
    """What is said of the end; never a plain yes."""

    SEEN_AGAIN = "seen_again"
    NOT_SEEN_AGAIN = "not_seen_again"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """An account on which something of the thief is seen after the closing.

    `trait` is address, network, client, or session where detection holds a later session to be
    usurped or undecided; `value` is the trait's, or the session's id.
    """

    account: str
    trait: str
    value: str
    acts: int
    let_in: int  # acts that were not refused and did not fail
    first_at: datetime
    last_at: datetime
    first: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Acts of a closed account after the closing, whoever made them."""

    account: str
    acts: int
    let_in: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The answer, with how it is known.

    Args:
        contained_at: the last closing on record; None where there is none.
        trailed_until: the newest instant that every source shows after it; None where one of
            them shows nothing.
    """

    finding: EndFinding
    contained_at: datetime | None
    trailed_until: datetime | None
    says: Says
    because: tuple[Says, ...]
    again: tuple[Again, ...] = ()
    own: tuple[Own, ...] = ()
