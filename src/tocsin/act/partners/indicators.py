"""Indicators: traits of a thief that another region can look for. Never a person."""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from tocsin.core.records import Says

WIDEST_V4, WIDEST_V6 = 16, 32
"""Networks wider than this are everybody's: they are neither given nor taken."""

LONGEST = 300
"""Characters of a client that is taken."""


class Tlp(StrEnum):
    """Traffic Light Protocol: with whom it may be shared (FIRST, TLP 2.0)."""

    CLEAR = "clear"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Trait(StrEnum):
    """What an indicator is compared with."""

    ADDRESS = "address"
    NETWORK = "network"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One trait of the thief, seen from an instant to another.

    Args:
        acts: acts of the thief that show it.
        reviewed: whether a named human reviewed every session that shows it.
    """

    trait: Trait
    value: str
    first_at: datetime
    last_at: datetime
    acts: int
    reviewed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An indicator that a partner gave; who gave it."""

    trait: Trait
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a partner's file gives: what is taken, what is left and why."""

    taken: tuple[Taken, ...]
    left: tuple[tuple[str, Says], ...]


NOT_A_TRAIT = Says(
    "ni adresse, ni réseau, ni logiciel client", "neither an address, a network nor a client"
)
PRIVATE = Says("adresse privée : elle est à tout le monde", "private address: it is anybody's")
TOO_WIDE = Says("réseau trop large", "network too wide")
TOO_LONG = Says("valeur vide ou trop longue", "value empty or too long")


def taken(kind: Trait, value: str, source: str) -> Taken | Says:
    """An indicator as it is kept, or why it is left.

    Args:
        kind: `address` and `network` are told apart by the value.
        value: as the partner wrote it.
        source: who gave it.
    """
    text = value.strip()
    if kind is Trait.CLIENT:
        plain = text.isprintable() and 0 < len(text) <= LONGEST
        return Taken(trait=kind, value=text, source=source) if plain else TOO_LONG
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return NOT_A_TRAIT
    if not shareable(text):
        narrow = network.prefixlen >= (WIDEST_V4 if network.version == 4 else WIDEST_V6)
        return PRIVATE if narrow else TOO_WIDE
    if network.num_addresses == 1:
        return Taken(trait=Trait.ADDRESS, value=str(network.network_address), source=source)
    return Taken(trait=Trait.NETWORK, value=str(network), source=source)


def shareable(value: str) -> bool:
    """Whether an address or a network can mean the same thing to another region."""
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    wide = network.prefixlen < (WIDEST_V4 if network.version == 4 else WIDEST_V6)
    inner = network.is_loopback or network.is_link_local or network.is_multicast
    return not wide and not inner and not _private(network)


_PRIVATE = tuple(
    ipaddress.ip_network(n)
    for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
"""RFC 1918, RFC 6598, RFC 4193. Addresses kept for documentation are not private here."""


def _private(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return any(
        known.version == network.version and network.subnet_of(known)  # type: ignore[arg-type]
        for known in _PRIVATE
    )


def merged(seeds: object, more: Iterable[Taken]) -> dict[str, object]:
    """The seeds of the case with the indicators taken: each trait and value once."""
    kept = dict(seeds) if isinstance(seeds, Mapping) else {}
    listed = [dict(one) for one in kept.get("indicators", ())]
    known = {(one.get("trait"), one.get("value")) for one in listed}
    for one in more:
        if (str(one.trait), one.value) not in known:
            known.add((str(one.trait), one.value))
            listed.append({"trait": str(one.trait), "value": one.value, "from": one.source})
    return {**kept, "indicators": listed, "sessions": list(kept.get("sessions", ()))}


def listed(value: object) -> tuple[Mapping[str, Any], ...]:
    """The objects of a list of a partner's file; anything else holds none."""
    return tuple(v for v in value if isinstance(v, Mapping)) if isinstance(value, list) else ()
