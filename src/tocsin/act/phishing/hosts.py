"""Where a link leads: whose site, or why nobody's; tricks that hide it. Nothing is opened."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tocsin.act.phishing.lookalike import alike, is_disguised, readable
from tocsin.act.phishing.names import of_function
from tocsin.core.messages import Senders

SHORTENERS = frozenset(
    """
    bit.ly tinyurl.com is.gd cutt.ly t.ly rb.gy ow.ly buff.ly rebrand.ly shorturl.at s.id v.gd urlz.fr goo.su
    lc.cx tiny.cc bl.ink short.io shorturl.gg urls.fr qrco.de l.ead.me me2.do kutt.it n9.cl u.to x.gd clck.ru
    tr.ee linktr.ee shorten.so t.co lnkd.in did.li da.gd cli.re c.im trib.al po.st dlvr.it 1url.com adf.ly surl.li
    vk.cc qr1.be xy2.eu tny.im tinyurl.fr bitly.com shor.by t1p.de kurzelinks.de urlr.me acortar.link
    """.split()
)
"""Services that hide where a link leads."""

FREE_HOSTS = (
    """
    web.app firebaseapp.com netlify.app vercel.app pages.dev workers.dev herokuapp.com github.io gitlab.io
    glitch.me repl.co replit.app onrender.com wixsite.com weebly.com wixstudio.io webflow.io 000webhostapp.com
    blogspot.com square.site godaddysites.com myshopify.com webcindario.com yolasite.com jimdofree.com jimdosite.com
    azurewebsites.net windows.net cloudfront.net r2.dev translate.goog ngrok.io ngrok-free.app duckdns.org ddns.net hopto.org
    no-ip.org dynv6.net plesk.page temp.swtest.ru cprapid.com sviluppo.host forms.gle typeform.com jotform.com
    formstack.com cognitoforms.com canva.site carrd.co notion.site surge.sh fly.dev trycloudflare.com ipfs.io dweb.link ipfs.dweb.link
    framer.website mystrikingly.com strikingly.com ukit.me site123.me webnode.fr e-monsite.com
    """
).split()
"""Hosts where anybody may put a page in minutes."""

ANYBODYS = frozenset(
    "docs.google.com sites.google.com drive.google.com script.google.com forms.gle 1drv.ms forms.office.com sway.office.com onedrive.live.com".split()
)
"""Hosts of large bodies where anybody may put a page."""

MESSAGING = frozenset(
    "wa.me t.me whatsapp.com telegram.me telegram.org m.me signal.me api.whatsapp.com".split()
)

_ADDRESS = re.compile(r"^\d{1,3}(\.\d{1,3}){3}$|^\[[0-9a-f:.]+\]$|^(0x[0-9a-f]+|\d{8,10})$")
_FRENCH_WORD_ENDS = frozenset(
    "la de me si ne au il is ma sa se so to no my in as et est lu mu tel it pm py sh pl rs md mk cc so am".split()
)
_SCHEMED = r"(?:h(?:tt|xx)ps?\s?:\s?//|www\s?\.\s?)[^\s<>\"'\])}]+"
_BARE = r"(?<![\w@.-])(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,24}(?::\d{2,5})?(?:/[^\s<>\"'\])}]*)?(?![\w@]|[\w.+-]*@)"
_NUMBERED = r"(?<![\w@.-])\d{1,3}(?:\.\d{1,3}){3}(?::\d{2,5})?/[^\s<>\"'\])}]*"
URL = re.compile(f"{_SCHEMED}|{_NUMBERED}|{_BARE}", re.IGNORECASE)
PLACEHOLDER = re.compile(
    r"https?://(?:\.\.\.|…|\s|$)|[<\[({](?:url|lien|link|http|https)[>\])}]|\[(?:lien|url)[^\]]*\]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where a link leads.

    Args:
        kind: official public neutral messaging shortener free_host address lookalike
            userinfo unknown hidden (a link whose address cannot be read).
        made_of: for an unknown site, what its name is made of (`names.of_function`).
        bodies: the bodies whose site it is, or that it imitates.
        start, end: its place in the folded text; -1 when it is not written there.
    """

    url: str
    host: str
    domain: str
    kind: str
    bodies: frozenset[str]
    disguised: bool = False
    made_of: str = ""
    start: int = -1
    end: int = -1
    shown: str = ""


CHEAP_ENDS = frozenset(
    "top xyz icu click shop site online live vip cc buzz cfd sbs bond info cyou rest fun space website store pw tk ml ga cf gq monster quest lol autos homes yt pm wf tf link win bid lat mom".split()
)
"""Endings that cost little and that lures like. Source: red.flag.domains and the Phishing.Database
lists, 2022 to 2025; they weigh only beside other signs."""

TRUSTED = frozenset({"official", "public", "neutral"})


def defanged(url: str) -> str:
    """An address that nobody can follow by accident."""
    return re.sub(r"^http", "hxxp", url).replace("://", "[:]//").replace(".", "[.]")


def addresses(text: str, senders: Senders) -> Iterator[tuple[str, int, int]]:
    """The addresses written in a folded text, with their places."""
    for m in URL.finditer(text):
        url = m.group().rstrip(".,;:!?…")
        schemed = re.match(r"h(?:tt|xx)ps?|www", url) is not None
        if not schemed and not _is_host(url, text, m.start(), senders):
            continue
        yield re.sub(r"\s", "", url), m.start(), m.start() + len(url)


def _is_host(url: str, text: str, start: int, senders: Senders) -> bool:
    """Whether words with dots are an address and not two sentences without a space."""
    host = url.split("/", 1)[0].split(":", 1)[0]
    end = host.rpartition(".")[2]
    if end in ("example", "test", "invalid"):
        return True
    if not senders.suffix_known(host) or _ADDRESS.match(host):
        return bool(_ADDRESS.match(host))
    if end in _FRENCH_WORD_ENDS and "/" not in url:
        return "-" in host or host in senders.by_domain
    return (len(host) > 4 or host in SHORTENERS) and text[max(0, start - 1) : start] != "@"


def host_of(url: str) -> tuple[str, str]:
    """The host of an address, and the part before an @ that pretends to be it."""
    rest = re.sub(r"^[a-z][a-z0-9+.-]*:/*", "", url.strip(), flags=re.IGNORECASE)
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    pretended, at, host = authority.rpartition("@")
    host = re.sub(r":\d*$", "", host).strip(".").lower()
    return host, pretended if at else ""


def destination(url: str, senders: Senders) -> Destination:
    """Where an address leads."""
    host, pretended = host_of(url)
    kind, bodies, domain = _kind(host, senders)
    if pretended and "." in pretended and kind not in TRUSTED:
        kind = "userinfo"
        bodies = senders.by_domain.get(senders.registrable(pretended.lower()), bodies)
    return Destination(
        url=url,
        host=host,
        domain=domain,
        kind=kind,
        bodies=bodies,
        disguised=is_disguised(host),
        made_of=_made_of(domain, _Known(senders)) if kind == "unknown" else "",
    )


@lru_cache(maxsize=8192)
def _made_of(domain: str, known: "_Known") -> str:
    return of_function(domain, known.senders.by_word)


def owners(host: str, senders: Senders) -> frozenset[str]:
    """The bodies whose site a host is; a suffix (gouv.fr) counts for the whole of it."""
    parts = host.split(".")
    found: frozenset[str] = frozenset()
    for n in range(len(parts)):
        found |= senders.by_domain.get(".".join(parts[n:]), frozenset())
    return found


def is_public(host: str, senders: Senders) -> bool:
    """Whether a host is a public body's: listed, or below a listed registrable domain."""
    return (
        host in senders.public
        or senders.registrable(host) in senders.public
        or host.endswith(".gouv.fr")
        or host == "gouv.fr"
    )


def _kind(host: str, senders: Senders) -> tuple[str, frozenset[str], str]:
    return _kind_cached(host, _Known(senders))


class _Known:
    """The directory as a key of the cache: the same object is the same directory."""

    def __init__(self, senders: Senders) -> None:
        self.senders = senders

    def __hash__(self) -> int:
        return id(self.senders)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.senders is other.senders


@lru_cache(maxsize=8192)
def _kind_cached(host: str, known: _Known) -> tuple[str, frozenset[str], str]:
    senders = known.senders
    if not host or "." not in host:
        return "hidden", NOBODY, ""
    if _ADDRESS.match(host):
        return "address", NOBODY, host
    domain = senders.registrable(host)
    whose = owners(host, senders)
    if whose or host in ANYBODYS:
        return "free_host" if host in ANYBODYS else "official", whose, domain
    kind = _known_kind(host, domain, senders)
    if kind:
        return kind, NOBODY, domain
    stem = host[: -len(domain) + domain.index(".")] if "." in domain else host
    like = alike(host, senders.by_token, stem=stem)
    if like is not None:
        return "lookalike", frozenset({like.body}), domain
    free = any(host == one or host.endswith("." + one) for one in FREE_HOSTS)
    return "free_host" if free else "unknown", NOBODY, domain


NOBODY: frozenset[str] = frozenset()


def _known_kind(host: str, domain: str, senders: Senders) -> str:
    """The kind of a host that stands in a list; '' for any other."""
    if is_public(host, senders):
        return "public"
    if domain in senders.neutral:
        return "neutral"
    if domain in MESSAGING:
        return "messaging"
    return "shortener" if domain in SHORTENERS or host in SHORTENERS else ""


__all__ = ["Destination", "addresses", "defanged", "destination", "owners", "readable"]
