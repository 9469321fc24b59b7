"""The look-alike watch: newly registered names against the operator's and the health bodies'."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.act.phishing.hosts import defanged, host_of, is_public, owners
from tocsin.act.phishing.lookalike import Alike, alike, readable
from tocsin.core.messages import Senders
from tocsin.core.records import Says

WATCHED_CLAIMS = ("health", "health_insurance", "operator")
"""Whose names are watched for."""

MOST_LETTERS = 253
"""Letters of a host name (RFC 1035)."""

_HOST = re.compile(r"^[^\s/@\\<>\"'(){}|^`]+\.[^\s/@\\<>\"'(){}|^`]+$")

_HOW = {
    "inside": Says(
        "Le nom contient « {part} », le nom de {name}, et n'est pas un de ses sites.",
        "The name holds “{part}”, the name of {name}, and is not one of its sites.",
    ),
    "skeleton": Says(
        "Le nom se lit « {part} » (lettres qui se ressemblent), le nom de {name}.",
        "The name reads “{part}” (letters that look alike), the name of {name}.",
    ),
    "one_edit": Says(
        "« {part} » est à une lettre du nom de {name}.",
        "“{part}” is one letter away from the name of {name}.",
    ),
    "disguised": Says(
        "Le nom, écrit avec des lettres accentuées ou étrangères, contient « {part} », le nom de {name}.",
        "The name, written with accented or foreign letters, holds “{part}”, the name of {name}.",
    ),
}


NOTHING = Says("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedHost:
    """What is said of one host name: lookalike, official, no_sign or unreadable."""

    host: str
    verdict: str
    body: str = ""
    name: Says = NOTHING
    part: str = ""
    how: str = ""
    why: Says = NOTHING
    readable: str = ""
    defanged: str = ""


def watching(senders: Senders) -> Mapping[str, str]:
    """The names to watch for: those of the health bodies and of the operator."""
    return {
        token: body
        for token, body in senders.by_token.items()
        if senders.bodies[body].claim in WATCHED_CLAIMS
    }


def watched(line: str, senders: Senders, watch: Mapping[str, str]) -> WatchedHost:
    """What is said of one line of a feed: a host name, or an address with one inside."""
    given = line.split(maxsplit=1)[0][:2000] if line.split() else ""
    host = host_of(given)[0] if "/" in given or "@" in given or ":" in given else given
    host = host.replace("[.]", ".").strip(".").lower().removeprefix("*.")
    if not host or len(host) > MOST_LETTERS or not _HOST.match(host):
        return WatchedHost(host=given[:100], verdict="unreadable")
    if owners(host, senders) or is_public(host, senders):
        return WatchedHost(host=given, verdict="official")
    found = alike(host, watch, stem=_stem(host, senders))
    if found is None:
        return WatchedHost(host=given, verdict="no_sign")
    return _found(given, found, senders)


def _stem(host: str, senders: Senders) -> str:
    domain = senders.registrable(host)
    if not domain or "." not in domain or not host.endswith(domain):
        return ""
    return host[: len(host) - len(domain) + domain.index(".")]


def _found(given: str, found: Alike, senders: Senders) -> WatchedHost:
    name = senders.bodies[found.body].name
    words = _HOW[found.how]
    return WatchedHost(
        host=given,
        verdict="lookalike",
        body=found.body,
        name=name,
        part=found.part,
        how=found.how,
        why=Says(
            words.fr.format(part=found.part, name=name.fr),
            words.en.format(part=found.part, name=name.en),
        ),
        readable=readable(found.host),
        defanged=defanged(found.host),
    )
