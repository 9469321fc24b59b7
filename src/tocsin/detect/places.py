"""Networks: the addresses of a source gathered by prefix, computed on distinct addresses."""

import ipaddress
import re

import pyarrow as pa

PROXY_SHARE = 0.95
"""A source with so large a share of its lines from one network shows its proxy, not places."""

PROXY_ACCOUNTS = 10
"""Accounts from which such a network is a proxy."""


_PLAIN = re.compile(r"\.".join([r"(0|[1-9][0-9]{0,2})"] * 4))
"""An IPv4 address as nearly all are written: read thirty times as fast as any other."""


def prefix_of(address: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6; '' if it is no address.

    A mapped IPv4 address is read as IPv4; loopback and unspecified addresses tell no place.
    """
    plain = _PLAIN.fullmatch(address)
    if plain and max(map(int, plain.groups())) < 256:
        alone = plain[1] == "127" or address == "0.0.0.0"  # noqa: S104 - compared, not bound
        return "" if alone else f"{plain[1]}.{plain[2]}.{plain[3]}.0/24"
    try:
        ip = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback or ip.is_unspecified:
        return ""
    length = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network(f"{ip}/{length}", strict=False))


def networks_of(addresses: pa.Table) -> tuple[pa.Table, tuple[str, ...]]:
    """Number the networks of the addresses seen.

    Args:
        addresses: the relation `detect_addresses`.

    Returns:
        The relation `detect_networks`, and the prefix of each number ('' for 0).
    """
    sources = addresses["source"].to_pylist()
    texts = addresses["address"].to_pylist()
    rows = addresses["rows"].to_pylist()
    accounts = addresses["accounts"].to_pylist()
    prefixes = [prefix_of(text) for text in texts]
    total: dict[str, int] = {}
    weight: dict[tuple[str, str], tuple[int, int]] = {}
    for source, prefix, n, who in zip(sources, prefixes, rows, accounts, strict=True):
        total[source] = total.get(source, 0) + n
        had = weight.get((source, prefix), (0, 0))
        weight[source, prefix] = (had[0] + n, max(had[1], who))
    proxies = {
        pair
        for pair, (n, who) in weight.items()
        if n >= PROXY_SHARE * total[pair[0]] and who >= PROXY_ACCOUNTS and len(total) > 1
    }
    kept = [
        "" if (source, prefix) in proxies else prefix
        for source, prefix in zip(sources, prefixes, strict=True)
    ]
    names = ("", *sorted(set(kept) - {""}))
    number = {name: i for i, name in enumerate(names)}
    return (
        pa.table(
            {
                "source": pa.array(sources, pa.string()),
                "address": pa.array(texts, pa.string()),
                "net": pa.array([number[name] for name in kept], pa.int64()),
            }
        ),
        names,
    )


def clocks_of(coverage: pa.Table) -> pa.Table:
    """The clock errors of the sources, intervals of one error joined.

    Args:
        coverage: the contract's table, `start_us` and `end_us` beside its instants.

    Returns:
        The relation `detect_clocks`: offset = the source's clock minus true time.
    """
    names = ("source", "start_us", "end_us", "offset_s")
    columns = [
        coverage.sort_by([("source", "ascending"), ("start_us", "ascending")])[n] for n in names
    ]
    merged: list[list[object]] = []
    for source, start, end, offset_s in zip(*(c.to_pylist() for c in columns), strict=True):
        if not offset_s or start is None or end is None:
            continue
        offset = round(offset_s * 1_000_000)
        if merged and merged[-1][0] == source and merged[-1][3] == offset:
            merged[-1][2] = end
        else:
            merged.append([source, start, end, offset])
    return pa.table(
        {
            "source": pa.array([row[0] for row in merged], pa.string()),
            "from_us": pa.array([row[1] for row in merged], pa.int64()),
            "to_us": pa.array([row[2] for row in merged], pa.int64()),
            "offset_us": pa.array([row[3] for row in merged], pa.int64()),
        }
    )
