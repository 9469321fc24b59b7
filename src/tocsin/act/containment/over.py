"""Q07, "is it over?": judged from what the trails later than the closing show, and do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.core.ending import Again, EndFinding, Ending, Own
from tocsin.core.orders import State
from tocsin.core.records import Says

STRONG = ("address", "network")
"""Traits that a person does not share by installing the same software."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known when the question is asked.

    Args:
        contained_at: the last closing on record.
        again: rare traits of the thief seen later; usurped, undecided: later sessions.
        own: acts of the closed accounts after the closing.
        shown_until: of each source, the newest instant after the closing; None where none.
        dark: sources with a gap after the closing.
        thief_known: whether any act is held to be the thief's at all.
        fresh: whether detection ran on the newest trails.
        orders: states of the orders of every plan.
    """

    contained_at: datetime
    again: tuple[Again, ...]
    usurped: tuple[Again, ...]
    undecided: tuple[Again, ...]
    own: tuple[Own, ...]
    shown_until: Sequence[tuple[str, datetime | None]]
    dark: tuple[str, ...]
    thief_known: bool
    fresh: bool
    orders: tuple[State, ...]


NOT_CLOSED = Ending(
    finding=EndFinding.CANNOT_TELL,
    contained_at=None,
    trailed_until=None,
    says=Says(
        "Rien ne dit que c'est terminé : aucune fermeture n'est enregistrée.",
        "Nothing tells that it is over: no closing is on record.",
    ),
    because=(),
)


def ending(known: Known) -> Ending:
    """The answer: seen again, not seen again, or it cannot be told; and why.

    1. A usurped session, or a rare address or network of the thief, after the closing: again.
    2. Anything that leaves a doubt (below): it cannot be told.
    3. Else not seen again, until the instant that every source shows.
    """
    again = (*known.usurped, *known.again, *known.undecided)
    strong = known.usurped or [one for one in known.again if one.trait in STRONG]
    doubts = _doubts(known)
    instants = [until for _, until in known.shown_until]
    shown = [until for until in instants if until is not None]
    until = min(shown) if instants and len(shown) == len(instants) else None
    if strong:
        finding, says = EndFinding.SEEN_AGAIN, _seen_again(strong)
    elif doubts or until is None:
        finding, says = EndFinding.CANNOT_TELL, _CANNOT_TELL
    else:
        finding, says = EndFinding.NOT_SEEN_AGAIN, _NOT_SEEN
    return Ending(
        finding=finding,
        contained_at=known.contained_at,
        trailed_until=until,
        says=says,
        because=(*_facts(known), *doubts),
        again=again,
        own=known.own,
    )


_CANNOT_TELL = Says(
    "On ne peut pas dire que c'est terminé.", "It cannot be told whether it is over."
)
_NOT_SEEN = Says(
    "L'intrus n'est pas revu depuis la fermeture, dans les traces lues.",
    "The thief is not seen again since the closing, in the trails read.",
)


def _seen_again(strong: Sequence[Again]) -> Says:
    accounts = sorted({one.account for one in strong})
    named = ", ".join(accounts[:8]) + (" …" if len(accounts) > 8 else "")
    return Says(
        f"Ce n'est pas terminé : l'intrus est revu après la fermeture, sur {named}.",
        f"It is not over: the thief is seen again after the closing, on {named}.",
    )


def _facts(known: Known) -> tuple[Says, ...]:
    """How it is known."""
    found = [
        Says(
            f"{one.acts} actes sur {one.account} montrent {_FR[one.trait]} de l'intrus "
            f"({one.value}), dont {one.let_in} non refusés",
            f"{one.acts} acts on {one.account} show the thief's {one.trait} "
            f"({one.value}), of which {one.let_in} were not refused",
        )
        for one in known.again
    ]
    for sessions, fr, en in (
        (known.usurped, "tenue pour usurpée", "held to be usurped"),
        (known.undecided, "indécise", "undecided"),
    ):
        found += [
            Says(
                f"session {one.value} sur {one.account}, après la fermeture, {fr}",
                f"session {one.value} on {one.account}, after the closing, {en}",
            )
            for one in sessions
        ]
    found += [
        Says(
            f"le compte {one.account} a fait {one.acts} actes après la fermeture, dont "
            f"{one.let_in} non refusés",
            f"the account {one.account} made {one.acts} acts after the closing, of which "
            f"{one.let_in} were not refused",
        )
        for one in known.own
    ]
    return tuple(found)


_FR = {"address": "l'adresse", "network": "le réseau", "client": "le logiciel"}


def _doubts(known: Known) -> tuple[Says, ...]:
    """Why a silence would not be an end."""
    mute = [source for source, until in known.shown_until if until is None]
    named = ", ".join(mute[:8])
    dark = ", ".join(known.dark[:8])
    asked = [state for state in known.orders if state is not State.PLANNED]
    sure = {one.account for one in known.again if one.trait in STRONG}
    checks = (
        (
            not known.shown_until or len(mute) == len(known.shown_until),
            "aucune trace n'est postérieure à la fermeture : il faut ingérer la suite",
            "no trail is later than the closing: what followed must be ingested",
        ),
        (
            0 < len(mute) < len(known.shown_until),
            f"ces sources ne montrent rien après la fermeture : {named}",
            f"these sources show nothing after the closing: {named}",
        ),
        (
            bool(known.dark),
            f"ces sources ont une lacune après la fermeture : {dark}",
            f"these sources have a gap after the closing: {dark}",
        ),
        (
            not known.thief_known,
            "aucun acte n'est tenu pour celui de l'intrus : rien à reconnaître",
            "no act is held to be the thief's: there is nothing to recognise",
        ),
        (
            not known.fresh,
            "la détection n'a pas tourné sur les dernières traces",
            "detection has not run on the newest trails",
        ),
        (
            bool(known.undecided),
            "des sessions postérieures restent indécises",
            "later sessions are left undecided",
        ),
        (
            any(one.account not in sure for one in known.again),
            "un logiciel rare de l'intrus est revu, sans son réseau : à examiner",
            "a rare client of the thief is seen again, without its network: to be looked at",
        ),
        (
            any(s not in (State.VERIFIED, State.UNDONE) for s in asked),
            "des ordres de fermeture ne sont pas vérifiés",
            "orders to close are not verified",
        ),
        (
            State.UNDONE in asked,
            "une fermeture a été défaite",
            "a closing was undone",
        ),
    )
    return tuple(Says(fr, en) for true, fr, en in checks if true)
