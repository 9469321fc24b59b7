"""Seeds: what is known of a thief before the run, from the analyst and from the case.

`detect/seeds.json` holds what others brought (imported indicators, sessions):
`{"indicators": [{"trait": "address|network|client", "value": "…", "from": "…"}],
"sessions": [id, …]}`. Every run reads it.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.detect import outcome, tables
from tocsin.detect.matrix import Reals
from tocsin.detect.places import prefix_of
from tocsin.flow.world import World, rows_of

SEEDS = "detect/seeds.json"
"""Where the case keeps the seeds that were brought to it."""

TRAITS = {
    "address": "address",
    "network": "network",
    "client": "client",
    "device": "client",
    "user_agent": "client",
}
"""The kinds of indicator, and what each one is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """An indicator: its trait and value, and who brought it ('' for the analyst)."""

    trait: str
    value: str
    brought_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sown:
    """The sessions that show each indicator; `sessions` are flags in the seeds' order."""

    seeds: tuple[Seed, ...]
    sessions: tuple[Reals, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many sessions show each indicator."""
        return tuple(int(flags.sum()) for flags in self.sessions)


def seed(kind: str, value: str, brought_by: str = "") -> Seed:
    """An indicator as it is compared.

    Raises:
        InputError: another kind, an empty value, or a network that is none.
    """
    if kind not in TRAITS:
        raise InputError(
            Says(
                f"{kind} n'est pas une sorte d'indicateur", f"{kind} is not a kind of indicator"
            ),
            next_step=Says(
                "Écrivez --indicator address=…, network=… ou client=….",
                "Write --indicator address=…, network=… or client=….",
            ),
        )
    value = value.strip()
    if not value or (kind == "network" and not _network(value)):
        raise InputError(
            Says(f"« {value} » n'est pas une valeur de {kind}", f"'{value}' is no {kind}"),
            next_step=Says(
                "Donnez la valeur telle que les traces la montrent ; un réseau "
                "comme 198.51.100.0/24.",
                "Give a value as the trail shows it; a network as 198.51.100.0/24.",
            ),
            where="--indicator",
        )
    return Seed(trait=TRAITS[kind], value=value, brought_by=brought_by)


def kept(world: World) -> tuple[tuple[Seed, ...], tuple[str, ...]]:
    """The indicators and the sessions that the case keeps.

    Raises:
        InputError: the file is not in its form.
    """
    found = world.case.read_json(SEEDS)
    if found is None:
        return (), ()
    try:
        listed: dict[str, Any] = dict(found)  # type: ignore[call-overload]
        seeds = tuple(
            seed(str(one["trait"]), str(one["value"]), str(one.get("from", "")))
            for one in listed.get("indicators", [])
        )
        sessions = tuple(str(session) for session in listed.get("sessions", []))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            Says(
                "les indicateurs gardés par le dossier n'ont pas la forme attendue",
                "the seeds of the case are not in their form",
            ),
            next_step=Says(
                "Importez à nouveau les indicateurs, ou retirez le fichier.",
                "Import the indicators again, or remove the file.",
            ),
            where=SEEDS,
        ) from error
    return seeds, sessions


def _network(value: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None


def _numbers(value: str, networks: Sequence[str]) -> Iterable[int]:
    """The numbers of the networks of the trail that overlap this one."""
    wanted = _network(value)
    prefix = prefix_of(value.partition("/")[0])
    for number, name in enumerate(networks):
        known = _network(name) if name else None
        if name and (name == prefix or (wanted and known and _overlap(wanted, known))):
            yield number


def _overlap(
    a: ipaddress.IPv4Network | ipaddress.IPv6Network,
    b: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> bool:
    return a.version == b.version and a.overlaps(b)


def sown(world: World, seeds: Sequence[Seed], networks: Sequence[str], size: int) -> Sown:
    """The sessions that show each indicator.

    Args:
        networks: the prefix of each network number.
        size: how many sessions there are.
    """
    rows: list[tuple[object, ...]] = []
    for rank, one in enumerate(seeds):
        if one.trait == "network":
            rows += [(rank, "net", str(number)) for number in _numbers(one.value, networks)]
        else:
            rows.append((rank, one.trait, one.value))
    flags = [np.zeros(size) for _ in seeds]
    if rows:
        world.engine.bind_arrow(tables.INDICATORS, rows_of(tables.INDICATORS, rows))
        world.engine.run(outcome.indicated())
        found = world.engine.fetch("detect_indicated")
        for rank, s in zip(found["rank"].to_pylist(), found["s"].to_pylist(), strict=True):
            flags[rank][s - 1] = 1.0
    return Sown(seeds=tuple(seeds), sessions=tuple(flags))
