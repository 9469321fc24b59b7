"""Orders: what containment asks of a target, once each, whatever dies in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tocsin.core.errors import OutsideError
from tocsin.core.records import Says


class Do(StrEnum):
    """What is done to an account, or at the proxy for it (contract, section 3)."""

    REVOKE = "revoke"  # its sessions and tokens end
    DISABLE = "disable"  # it cannot log in
    ENROL = "enrol"  # its means of proof must be made anew at the next login
    DENY = "deny"  # an address or a session is refused at the proxy


class State(StrEnum):
    """Where an order stands (contract, section 3)."""

    PLANNED = "planned"
    SENT = "sent"
    APPLIED = "applied"
    VERIFIED = "verified"
    UNDONE = "undone"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Wanted(StrEnum):
    """How the door should stand."""

    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One thing asked of one target.

    Args:
        key: names it everywhere, the outside included: a second try is the same order.
        address: the network address to deny; '' otherwise.
        session: the session to deny, as the trail calls it; '' otherwise.
        wanted: closed, or open once its undoing began.
        before: what the target showed before anything was tried; None until it was asked.
        tries: how many times it left.
        proof: what the state rests on, as a document; None while nothing was tried.
    """

    key: str
    target: str
    do: Do
    account: str
    address: str = ""
    session: str = ""
    state: State = State.PLANNED
    wanted: Wanted = Wanted.CLOSED
    before: Mapping[str, object] | None = None
    tries: int = 0
    proof: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a target showed when it was asked.

    `closed` is None where the target cannot tell. `found` is what it takes to put the door back
    as it stood: identifiers and flags, never a name, a contact or a secret.
    """

    closed: bool | None
    found: Mapping[str, object]
    says: Says


class Door(Protocol):
    """One target, asked and told in the words of orders. Every call may be made twice.

    `names` are the names under which the target may know the account, the likeliest first.
    """

    def look(self, order: Order, names: tuple[str, ...]) -> Seen:
        """How the door stands now; changes nothing.

        Raises:
            UntriedError: the target cannot be asked, or does not know the account.
        """
        ...

    def close(self, order: Order, names: tuple[str, ...]) -> Says:
        """Close it; the receipt.

        Raises:
            UntriedError: nothing was changed.
            UnansweredError: it was asked, and no receipt came back.
        """
        ...

    def reopen(self, order: Order, names: tuple[str, ...]) -> Says:
        """Put back what `order.before` holds; the receipt. Raises as `close` does."""
        ...


class UntriedError(OutsideError):
    """The target could not be asked, or said no: nothing was changed there."""


class UnreachableError(UntriedError):
    """The target cannot be reached at all: its other orders need not wait for it too."""


class UnansweredError(OutsideError):
    """The target was asked and no receipt came back: it may have been done."""


ASK_AGAIN = Says(
    "Relancez la même commande : elle interroge d'abord la cible, et ne fait rien deux fois.",
    "Run the same command again: it asks the target first, and does nothing twice.",
)
"""The next step after an order that failed or is uncertain."""
