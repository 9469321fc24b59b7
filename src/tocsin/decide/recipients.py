"""Who must be told: persons of each controller, by whom, and what the doubtful would cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.core.incident import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """The persons of one controller.

    Args:
        told: certain and probable: told where article 34 applies.
        more: possible only: told on the DPO's reasoned choice; so many letters more.
        by_operator: whether the operator may tell them in the controller's name, by a mandate
            in force.
    """

    party: Party
    told: int
    more: int
    by_operator: bool


def recipients(
    parties: Iterable[Party], counts: Mapping[str, Mapping[str, Any]], at: datetime
) -> tuple[Recipients, ...]:
    """Who must be told, for each controller with any person reached.

    Args:
        parties: the controllers.
        counts: the scope's persons of each controller, by id.
        at: the instant at which a mandate must be in force.
    """
    found = []
    for party in parties:
        persons = counts.get(party.id, {})
        told, most = int(persons.get("probable", 0)), int(persons.get("possible", 0))
        if most:
            mandate = party.mandate_from is not None and party.mandate_from <= at
            found.append(
                Recipients(
                    party=party, told=told, more=max(most - told, 0), by_operator=mandate
                )
            )
    return tuple(found)
