"""What a containment is asked to close, as the case spells it, and whom that stops."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any
from zoneinfo import ZoneInfo

from tocsin.act.containment import stops as steps
from tocsin.act.containment.plan import Asked
from tocsin.core.errors import InputError
from tocsin.core.orders import Do
from tocsin.core.outgoing import Target
from tocsin.core.records import Says
from tocsin.core.tables import ACCESS, ACCOUNT_NAMES, ACCOUNTS, ACTS, CARE
from tocsin.flow.world import World, bind_directory, bind_published, rows_of

Document = dict[str, Any]


def checked(world: World, asked: Asked) -> Asked:
    """The question with accounts and addresses as the case spells them.

    Raises:
        InputError: neither the directory nor the trail knows the account; not an address;
            nothing that could be denied.
    """
    bind_directory(world, (ACCOUNTS, ACCOUNT_NAMES, CARE), why="containment")
    bind_published(world, ACCESS, ACTS)
    accounts = tuple(dict.fromkeys(_account(world, name) for name in asked.accounts))
    asked = replace(asked, accounts=accounts, addresses=tuple(map(_address, asked.addresses)))
    if Do.DENY in asked.dos and not asked.addresses and not asked.sessions:
        asked = replace(asked, sessions=_sessions(world, accounts))
    if not accounts and (set(asked.dos) != {Do.DENY} or not asked.addresses):
        raise InputError(
            Says("aucun compte n'est nommé", "no account is named"),
            next_step=Says("Nommez-en un avec --account ID.", "Name one with --account ID."),
        )
    return asked


def _account(world: World, name: str) -> str:
    """The account that the directory, else the trail, knows by this name."""
    known = world.engine.fetch("account_names").to_pylist()
    found = {str(row["account"]) for row in known if row["name"] == name}
    if any(row["account"] == name for row in known):
        return name
    if len(found) == 1:
        return found.pop()
    shape = steps.ASKED_ACCOUNTS
    world.engine.bind_arrow(shape, rows_of(shape, [(name,)]))
    world.engine.run(steps.seen())
    if world.engine.count(steps.SEEN.name):
        return name
    raise InputError(
        Says(
            "ni l'annuaire ni les traces ne connaissent ce compte",
            "neither the directory nor the trail knows this account",
        ),
        next_step=Says(
            "Nommez-le par son compte (accounts.account), son numéro RPPS ou un alias.",
            "Name it as accounts.account, an RPPS number or an alias says.",
        ),
        where=name[:60],
    )


def _address(text: str) -> str:
    try:
        read_ = ip_address(text.strip())
    except ValueError as error:
        raise InputError(
            Says("ce n'est pas une seule adresse de réseau", "this is not one network address"),
            next_step=Says(
                "Écrivez --address 203.0.113.7 ou 2001:db8::7 ; un réseau entier "
                "ne se refuse pas.",
                "Write --address 203.0.113.7 or 2001:db8::7; a network is not denied.",
            ),
            where=text[:60],
        ) from error
    if isinstance(read_, IPv6Address) and read_.ipv4_mapped:
        read_ = read_.ipv4_mapped
    if read_.is_unspecified or read_.is_loopback or read_.is_multicast:
        raise InputError(
            Says(
                "cette adresse n'est pas celle d'une seule machine du dehors",
                "this address is of no single machine outside",
            ),
            next_step=Says(
                "Nommez l'adresse du voleur, telle que les traces la montrent.",
                "Name the address of the thief, as the trail shows it.",
            ),
            where=text[:60],
        )
    return str(read_)


def _sessions(world: World, accounts: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    shape = steps.ASKED_ACCOUNTS
    world.engine.bind_arrow(shape, rows_of(shape, [(a,) for a in accounts]))
    world.engine.run(steps.usurped_sessions())
    rows = world.engine.fetch(steps.USURPED_SESSIONS.name, order=("account", "session"))
    found: dict[str, tuple[str, ...]] = {}
    for row in rows.to_pylist():
        found[row["account"]] = (*found.get(row["account"], ()), row["session"])
    if not found:
        raise InputError(
            Says(
                "rien à refuser : aucune adresse n'est nommée, aucune session du "
                "compte n'est usurpée",
                "nothing to deny: no address is named, and no session of the account is "
                "usurped",
            ),
            next_step=Says(
                "Ajoutez --address A, ou --session KEY, ou lancez d'abord tocsin detect.",
                "Add --address A, or --session KEY, or run tocsin detect first.",
            ),
        )
    return found


def stops(world: World, asked: Asked, targets: list[Target]) -> Document:
    """Whom the plan stops."""
    by_address = _users(world, asked, targets) if asked.addresses else []
    known = not asked.addresses or bool(world.case.files(ACCESS))
    stopped = sorted({*asked.accounts, *(row["account"] for row in by_address)})
    shape = steps.ASKED_ACCOUNTS
    world.engine.bind_arrow(shape, rows_of(shape, [(a,) for a in stopped]))
    start, end = _today(world)
    world.engine.run(steps.today(start_us=start, end_us=end))
    today = world.engine.fetch(steps.TODAY.name, order=("account", "person")).to_pylist()
    persons = sorted({row["person"] for row in today})
    world.engine.run(steps.same())
    same = world.engine.fetch(steps.SAME.name, order=("account", "other")).to_pylist()
    patients: dict[str, dict[str, None]] = {account: {} for account in stopped}
    for row in today:
        patients[row["account"]][row["person"]] = None
    kinds = {
        kind: len({row["person"] for row in today if row["kind"] == kind})
        for kind in sorted({row["kind"] for row in today})
    }
    return {
        "accounts": stopped,
        "persons_today": persons,
        "counts": {"accounts": len(stopped), "persons_today": len(persons)},
        "by_kind": kinds,
        "patients": [{"account": a, "persons": list(p)} for a, p in patients.items()],
        "by_address": by_address,
        "left_open": [row for row in same if row["account"] in asked.accounts],
        "known": known,
    }


def _users(world: World, asked: Asked, targets: list[Target]) -> list[Document]:
    """The accounts that used the addresses lately, so whom a denial stops there."""
    shape = steps.ASKED_ADDRESSES
    spelt = {a for one in asked.addresses for a in (one, f"::ffff:{one}")}
    world.engine.bind_arrow(shape, rows_of(shape, [(a,) for a in sorted(spelt)]))
    world.engine.run(steps.newest())
    everything = any(not target.services for target in targets)
    services = sorted({s for t in targets for s in t.services})
    world.engine.run(steps.users(() if everything else services))
    return [
        {
            "account": row["account"],
            "acts": row["acts"],
            "first_at": _instant(row["first_us"]),
            "last_at": _instant(row["last_us"]),
        }
        for row in world.engine.fetch(steps.USERS.name, order=("account",)).to_pylist()
    ]


def _today(world: World) -> tuple[int, int]:
    """The operator's day of now, in microseconds."""
    zone = ZoneInfo(world.estate.operator.timezone)
    day = world.clock.now().astimezone(zone).date()
    edges = [datetime.combine(d, time.min, zone) for d in (day, day + timedelta(days=1))]
    return int(edges[0].timestamp() * 1_000_000), int(edges[1].timestamp() * 1_000_000)


def _instant(us: int) -> str:
    return datetime.fromtimestamp(us / 1_000_000, UTC).isoformat()
