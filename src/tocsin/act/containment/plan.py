"""The plan: which orders, to which targets, and whom they stop."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tocsin.core.errors import InputError
from tocsin.core.orders import Do, Order
from tocsin.core.outgoing import Target, TargetKind
from tocsin.core.records import Says

CAPABLE: Mapping[TargetKind, frozenset[Do]] = {
    TargetKind.KEYCLOAK: frozenset({Do.REVOKE, Do.DISABLE, Do.ENROL}),
    TargetKind.GLEWLWYD: frozenset({Do.REVOKE, Do.DISABLE}),
    TargetKind.LDAP: frozenset({Do.DISABLE, Do.ENROL}),
    TargetKind.HAPROXY: frozenset({Do.DENY}),
    TargetKind.WEBHOOK: frozenset(Do),
}
"""What each kind of target can do. A directory has no sessions; a proxy knows no accounts."""

FOUR_EYES_ABOVE = 5
"""Professionals stopped above which a second named human signs with an enrolled key."""

PURPOSE = "contain"
"""What an approval of a plan is signed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a human asked for. Accounts are those of the directory or of the trail."""

    accounts: tuple[str, ...]
    dos: tuple[Do, ...]
    addresses: tuple[str, ...] = ()
    sessions: Mapping[str, tuple[str, ...]] | None = None  # of each account, to be denied
    targets: tuple[str, ...] = ()  # () = all that can


def many(professionals: int) -> bool:
    """Whether so many professionals stopped ask for a second named human."""
    return professionals > FOUR_EYES_ABOVE


def orders_of(case_id: str, plan: str, asked: Asked, targets: Iterable[Target]) -> list[Order]:
    """The orders of a plan, keyed so that the same one is never two.

    Raises:
        InputError: a target is unknown, or nothing of the estate can do what is asked.
    """
    listed = list(targets)
    unknown = set(asked.targets) - {target.id for target in listed}
    if unknown:
        raise InputError(
            Says(
                f"le fichier estate.toml n'a pas de cible {min(unknown)}",
                f"the estate has no target {min(unknown)}",
            ),
            next_step=Says(
                "Nommez une cible du fichier estate.toml, ou omettez --target.",
                "Name a target of the estate file, or leave --target out.",
            ),
        )
    chosen = [t for t in listed if not asked.targets or t.id in asked.targets]
    made: list[Order] = []
    for do in asked.dos:
        able = [target for target in chosen if do in CAPABLE[target.kind]]
        if not able:
            raise InputError(
                Says(
                    f"aucune cible du fichier estate.toml ne sait faire {do}",
                    f"no target of the estate can {do}",
                ),
                next_step=Says(
                    "Décrivez-en une dans le fichier estate.toml, sous [[target]], "
                    "puis refaites le plan.",
                    "Describe one in the estate file as [[target]], then plan again.",
                ),
            )
        for target in able:
            made += _of_target(case_id, plan, asked, target, do)
    return made


def _of_target(case_id: str, plan: str, asked: Asked, target: Target, do: Do) -> list[Order]:
    things: list[tuple[str, str, str]] = []
    for account in asked.accounts:
        if do is not Do.DENY:
            things.append((account, "", ""))
        elif asked.addresses:
            things += [(account, address, "") for address in asked.addresses]
        else:
            things += [(account, "", s) for s in (asked.sessions or {}).get(account, ())]
    if do is Do.DENY and asked.addresses:
        # One address is denied once, whoever used it: the first account names the order.
        things = [thing for thing in things if thing[0] == asked.accounts[0]] or [
            ("", address, "") for address in asked.addresses
        ]
    return [
        Order(
            key=_digest([case_id, plan, target.id, str(do), *thing])[:32],
            target=target.id,
            do=do,
            account=thing[0],
            address=thing[1],
            session=thing[2],
        )
        for thing in things
    ]


def plan_id(case_id: str, asked: Asked, generation: int) -> str:
    """The plan's name: the same question gives the same plan, until it was undone."""
    sessions = sorted((a, *s) for a, s in (asked.sessions or {}).items())
    said = [
        case_id,
        sorted(asked.accounts),
        sorted(asked.dos),
        sorted(asked.addresses),
        sessions,
        sorted(asked.targets),
        generation,
    ]
    return "c" + _digest(said)[:11]


def places_of(targets: Iterable[Target]) -> dict[str, str]:
    """A digest of where each target is and what vouches for it: a plan holds there alone."""
    return {
        t.id: _digest([t.kind, t.address.url, t.ca_file, sorted(t.settings)]) for t in targets
    }


def digest_of_plan(plan: Mapping[str, object]) -> str:
    """What a second human signs: orders, places and whom they stop, to the letter."""
    said = {name: plan[name] for name in ("plan", "orders", "places", "stops")}
    return _digest(said)


def closed_services(target: Target, services: Sequence[str]) -> list[str]:
    """The services that closing an account at this target closes."""
    return list(target.services or services)


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
