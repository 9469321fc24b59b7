"""Where links lead: unknown, disguised or imitating sites, and texts that lie about them."""

from collections.abc import Iterator

from tocsin.act.phishing.facts import Facts
from tocsin.act.phishing.grounds import own, untrusted
from tocsin.act.phishing.hosts import CHEAP_ENDS, Destination, defanged, host_of
from tocsin.act.phishing.lookalike import BAIT
from tocsin.act.phishing.names import own_name
from tocsin.core.messages import Why
from tocsin.core.records import Says

KINDS: dict[str, tuple[float, str, str]] = {
    "unknown": (
        0.7,
        "qui n'est le site d'aucun organisme connu",
        "which is no known body's site",
    ),
    "shortener": (
        1.3,
        "une adresse raccourcie qui cache sa destination",
        "a shortened address that hides where it leads",
    ),
    "free_host": (
        1.5,
        "une page gratuite que n'importe qui peut créer",
        "a free page that anybody can make",
    ),
    "address": (2.6, "une machine sans nom de site", "a machine without a site name"),
    "userinfo": (
        4.0,
        "dont le début imite un autre site : ce qui compte vient après le @",
        "whose beginning imitates another site: what counts comes after the @",
    ),
    "lookalike": (
        3.4,
        "qui imite le nom d'un organisme sans être son site",
        "which imitates a body's name and is not its site",
    ),
    "hidden": (0.3, "que l'on ne peut pas lire", "which cannot be read"),
}


def _why(signal: str, fr: str, en: str, weight: float, quote: str) -> Why:
    return Why(signal=signal, says=Says(fr, en), weight=weight, quote=quote)


def span_of(d: Destination, f: Facts) -> str:
    """The words that stand for a destination."""
    if d.start >= 0:
        return f.read.quote(d.start, d.end)
    return (d.shown or d.host)[:90]


def destination_signs(f: Facts) -> Iterator[Why]:
    """What the worst link of a message says, and texts that lie about theirs."""
    worst = sorted(untrusted(f), key=lambda d: -KINDS.get(d.kind, (0.0, "", ""))[0])[:1]
    for d in worst:
        if d.kind == "messaging":
            continue
        weight, fr, en = KINDS[d.kind]
        if f.sender is not None and d.kind in ("unknown", "shortener"):
            weight *= 0.3 if own(f, d) else 0.6
        shown = defanged(d.host) or "?"
        yield _why(
            d.kind,
            f"Un lien mène à {shown}, {fr}.",
            f"A link leads to {shown}, {en}.",
            weight,
            span_of(d, f),
        )
        yield from _host_signs(d, f)
        if d.disguised:
            yield _why(
                "disguised_host",
                f"L'adresse {shown} est écrite avec des lettres qui en imitent d'autres.",
                f"The address {shown} is written with letters that imitate others.",
                1.6,
                span_of(d, f),
            )
    yield from _texts_that_lie(f)


def names_itself(d: Destination, f: Facts) -> bool:
    """Whether the domain of a link bears a name that the message gives before it."""
    if d.start <= 0:
        return False
    plain = f.read.places is None
    return bool(
        own_name(d.domain, f.read.text[: d.start], f.read.original[: d.start] if plain else "")
    )


def _host_signs(d: Destination, f: Facts) -> Iterator[Why]:
    """What the name of an unknown site says by itself."""
    if d.kind != "unknown":
        return
    label, _, end = d.domain.rpartition(".")
    money = "pay" in f.asks or not f.pretexts.keys().isdisjoint(
        ("refund", "prize", "unpaid", "identity", "suspended", "breach")
    )
    baited = any(len(word) > 4 and word in BAIT for word in label.split("-"))
    if end not in CHEAP_ENDS and not money and not baited and names_itself(d, f):
        yield _why(
            "names_itself",
            f"Le site {defanged(d.host)} porte le nom que le message donne.",
            f"The site {defanged(d.host)} bears the name that the message gives.",
            -0.7,
            span_of(d, f),
        )
    if d.made_of:
        joined = d.made_of == "joined"
        yield _why(
            "joined_name" if joined else "bait_name",
            f"Le nom {defanged(d.host)} joint un nom connu à des mots ordinaires : les vrais sites ne se nomment pas ainsi."
            if joined
            else f"Le nom {defanged(d.host)} n'est fait que de mots ordinaires : il ne dit pas à qui est le site.",
            f"The name {defanged(d.host)} joins a known name to ordinary words: true sites are not called so."
            if joined
            else f"The name {defanged(d.host)} is made of ordinary words only: it does not tell whose site it is.",
            1.2 if joined else 0.9,
            span_of(d, f),
        )
    if label and end in CHEAP_ENDS:
        yield _why(
            "cheap_name",
            f"Les adresses en .{end} coûtent peu et servent souvent aux arnaques.",
            f"Addresses ending in .{end} cost little and often serve scams.",
            0.7,
            span_of(d, f),
        )


def _texts_that_lie(f: Facts) -> Iterator[Why]:
    for d in untrusted(f):
        shown = d.shown.strip()
        if d.start >= 0 or not shown or " " in shown or "." not in shown:
            continue
        said = host_of(shown)[0]
        if (
            "." in said
            and said != d.host
            and not said.endswith("." + d.domain)
            and said != d.domain
        ):
            yield _why(
                "lying_link",
                f"Le lien affiche {defanged(said)} mais mène à {defanged(d.host)}.",
                f"The link shows {defanged(said)} but leads to {defanged(d.host)}.",
                1.8,
                shown[:90],
            )
            return
