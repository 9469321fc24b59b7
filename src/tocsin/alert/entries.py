"""What may be written in the journal of an incident: checked before it is kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tocsin.core.errors import InputError
from tocsin.core.incident import (
    CONTROLLER_DUTIES,
    DUTIES,
    OPERATOR,
    EventKind,
    History,
    Recorded,
)
from tocsin.core.records import Says

OF_A_DUTY = (EventKind.FILED, EventKind.EXCEPTED)
"""Events that name the duty which they end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asks to have written down."""

    event: str
    at: datetime
    by: str
    controller: str = OPERATOR
    duty: str = ""
    why: str = ""
    replaces: int | None = None


def checked(
    wanted: Wanted,
    *,
    controllers: Collection[str],
    processor: bool,
    now: datetime,
    history: History,
) -> Wanted:
    """The entry as it may be kept.

    Raises:
        InputError: unknown event, controller or duty; an instant to come; a name that is
            missing; `filed` or `excepted` without duty, `excepted` without reason; a duty that
            only a controller has, without the controller; a replaced entry that is not there.
    """
    _event(wanted.event)
    _who(wanted.by)
    _when(wanted.at, now)
    _controller(wanted, controllers)
    _duty(wanted, processor=processor)
    _replaced(wanted, history)
    return wanted


def facts(wanted: Wanted) -> Mapping[str, object]:
    """The entry as the journal keeps it."""
    kept: dict[str, object] = {
        "event": wanted.event,
        "controller": wanted.controller,
        "duty": wanted.duty,
        "at": wanted.at.astimezone(UTC).isoformat(),
        "why": wanted.why,
    }
    if wanted.replaces is not None:
        kept["replaces"] = wanted.replaces
    return kept


def known(wanted: Wanted, history: History) -> Recorded | None:
    """The standing record that says the same already: writing it twice writes it once."""
    for record in history.standing:
        same = (record.event, record.controller, record.duty, record.at, record.by, record.why)
        if same == (
            wanted.event,
            wanted.controller,
            wanted.duty,
            wanted.at,
            wanted.by,
            wanted.why,
        ):
            return record
    return None


def _event(event: str) -> None:
    if event not in set(EventKind):
        raise InputError(
            Says(
                f"« {event[:40]} » n'est pas un événement du journal",
                f"{event[:40]!r} is not an event of the journal",
            ),
            next_step=Says(
                f"Prenez l'un de : {', '.join(EventKind)}.",
                f"Use one of: {', '.join(EventKind)}.",
            ),
            where="EVENT",
        )


def _who(by: str) -> None:
    if not by.strip():
        raise InputError(
            Says("--by est vide", "--by is empty"),
            next_step=Says("Dites qui l'a fait.", "Say who did it."),
            where="--by",
        )


def _when(at: datetime, now: datetime) -> None:
    latest = now.isoformat(timespec="seconds")
    if at > now:
        raise InputError(
            Says(
                f"l'instant {at.isoformat(timespec='seconds')} est encore à venir",
                f"the instant {at.isoformat(timespec='seconds')} is still to come",
            ),
            next_step=Says(
                f"Consignez ce qui a eu lieu, au plus tard maintenant ({latest}).",
                f"Record what has happened, at the latest now ({latest}).",
            ),
            where="--at",
        )


def _controller(wanted: Wanted, controllers: Collection[str]) -> None:
    if wanted.event == EventKind.TOLD_CONTROLLER and not wanted.controller:
        raise InputError(
            Says(
                "told_controller ne dit pas quel responsable de traitement a été informé",
                "told_controller does not say which controller was told",
            ),
            next_step=Says("Nommez-le avec --controller ID.", "Name it with --controller ID."),
            where="--controller",
        )
    if wanted.controller and wanted.controller not in controllers:
        first = ", ".join(sorted(controllers)[:5])
        raise InputError(
            Says(
                "le dossier ne connaît pas de responsable de traitement « "
                f"{wanted.controller[:40]} »",
                f"the case knows no controller {wanted.controller[:40]!r}",
            ),
            next_step=Says(
                "Prenez un identifiant des responsables de l'annuaire, tel que : "
                f"{first or 'aucun'}.",
                f"Use an id of the estate's controllers, such as: {first or 'none'}.",
            ),
            where="--controller",
        )


def _duty(wanted: Wanted, *, processor: bool) -> None:
    if wanted.event in OF_A_DUTY and not wanted.duty:
        raise InputError(
            Says(
                f"{wanted.event} ne dit pas quelle obligation",
                f"{wanted.event} does not say which duty",
            ),
            next_step=Says(
                f"Nommez-la avec --duty, l'une de : {', '.join(DUTIES)}.",
                f"Name it with --duty, one of: {', '.join(DUTIES)}.",
            ),
            where="--duty",
        )
    if wanted.duty and wanted.duty not in DUTIES:
        raise InputError(
            Says(
                f"il n'y a pas d'obligation « {wanted.duty[:40]} »",
                f"there is no duty {wanted.duty[:40]!r}",
            ),
            next_step=Says(
                f"Prenez l'une de : {', '.join(DUTIES)}.", f"Use one of: {', '.join(DUTIES)}."
            ),
            where="--duty",
        )
    if wanted.duty and wanted.event not in OF_A_DUTY:
        raise InputError(
            Says(f"{wanted.event} ne prend pas d'obligation", f"{wanted.event} takes no duty"),
            next_step=Says(
                "Omettez --duty, ou consignez `filed` ou `excepted`.",
                "Leave --duty out, or record `filed` or `excepted`.",
            ),
            where="--duty",
        )
    if wanted.duty in CONTROLLER_DUTIES and processor and not wanted.controller:
        raise InputError(
            Says(
                f"l'opérateur est sous-traitant : {wanted.duty} incombe à chaque responsable",
                f"the operator is a processor: {wanted.duty} is of each controller",
            ),
            next_step=Says(
                "Nommez le responsable de traitement avec --controller ID.",
                "Name the controller with --controller ID.",
            ),
            where="--controller",
        )
    if wanted.event == EventKind.EXCEPTED and not wanted.why.strip():
        raise InputError(
            Says("une exception demande son motif", "an exception needs its reason"),
            next_step=Says(
                "Dites pourquoi l'obligation ne s'applique pas, avec --why TEXT.",
                "Say why the duty does not apply, with --why TEXT.",
            ),
            where="--why",
        )


def _replaced(wanted: Wanted, history: History) -> None:
    if wanted.replaces is None:
        return
    if wanted.replaces not in {r.n for r in history.standing}:
        raise InputError(
            Says(
                f"aucune ligne en vigueur du journal n'a le numéro {wanted.replaces}",
                f"no standing record has the number {wanted.replaces}",
            ),
            next_step=Says(
                "`tocsin status CASE` montre les lignes du journal et leurs numéros.",
                "`tocsin status CASE` shows the records with their numbers.",
            ),
            where="--replaces",
        )
