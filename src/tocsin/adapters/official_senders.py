"""Reads the directory of official senders that Tocsin ships, and the public suffix list."""

import tomllib
from collections import defaultdict
from functools import cache
from importlib.resources import files

from publicsuffixlist import PublicSuffixList

from tocsin.core.messages import Body, Never, Senders
from tocsin.core.records import Says

FOLDER = "senders"


@cache
def official_senders() -> Senders:
    """The shipped directory: senders.toml, the public-sector hosts, the bundled suffix list.

    No network: the suffix list is the copy inside the package that carries it.
    """
    said = tomllib.loads(_text("senders.toml"))
    bodies = {one["id"]: _body(one) for one in said["body"]}
    by_domain: dict[str, set[str]] = defaultdict(set)
    for body in bodies.values():
        for domain in body.domains:
            by_domain[domain].add(body.id)
    known = PublicSuffixList(accept_unknown=False)
    return Senders(
        version=said["version"],
        bodies=bodies,
        by_word={word: body for body in bodies.values() for word in body.words},
        by_token=dict(
            sorted(
                ((t.replace("-", ""), b.id) for b in bodies.values() for t in b.tokens),
                key=lambda pair: (-len(pair[0]), pair[0]),
            )
        ),
        by_domain={domain: frozenset(ids) for domain, ids in by_domain.items()},
        public=frozenset(
            line for line in _text("public-hosts.txt").split("\n") if line[:1] not in ("", "#")
        ),
        neutral=frozenset(said["neutral"]["domains"]),
        nevers=tuple(_never(one) for one in said["rule"]),
        registrable=lambda host: known.privatesuffix(host) or ".".join(host.split(".")[-2:]),
        suffix_known=lambda host: known.publicsuffix(host) is not None,
    )


def _text(name: str) -> str:
    return (files("tocsin.adapters") / FOLDER / name).read_text(encoding="utf-8")


def _body(one: dict[str, object]) -> Body:
    name = one["name"]
    assert isinstance(name, dict)

    def texts(key: str) -> tuple[str, ...]:
        listed = one.get(key, [])
        return tuple(str(word) for word in listed) if isinstance(listed, list) else ()

    return Body(
        id=str(one["id"]),
        claim=str(one["claim"]),
        name=Says(fr=name["fr"], en=name["en"]),
        words=texts("words"),
        domains=texts("domains"),
        numbers=texts("numbers"),
        tokens=texts("tokens"),
        generic=bool(one.get("generic", False)),
        weak=bool(one.get("weak", False)),
        source=str(one["source"]),
    )


def _never(one: dict[str, object]) -> Never:
    against = one["against"]
    assert isinstance(against, list)
    return Never(
        body=str(one["body"]),
        against=tuple(str(ask) for ask in against),
        says=Says(fr=str(one["fr"]), en=str(one["en"])),
        source=str(one["source"]),
        checked_on=str(one["checked_on"]),
    )
