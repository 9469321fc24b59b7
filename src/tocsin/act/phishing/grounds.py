"""What a message gives as its ground and how it presses: weighed by where it leads the reader.

A ground or a haste weighs only if the message leaves the reader a way out to somebody else.
"""

import re
from collections.abc import Iterator, Mapping

from tocsin.act.phishing.facts import Facts, Span
from tocsin.act.phishing.hosts import TRUSTED, Destination
from tocsin.core.messages import Why
from tocsin.core.records import Says

GROUNDS: dict[str, tuple[float, str, str]] = {
    "offer": (
        1.4,
        "Le message vante une offre non demandée.",
        "It praises an offer nobody asked for.",
    ),
    "extortion": (2.6, "Le message fait chanter.", "It blackmails."),
    "parcel_named": (0.7, "Le message parle d'un colis.", "It speaks of a parcel."),
    "strange_media": (
        1.3,
        "Le message veut faire ouvrir une vidéo ou une photo.",
        "It wants a video or a photo opened.",
    ),
    "renewal": (
        0.9,
        "Le message parle d'un renouvellement ou d'une expiration.",
        "It speaks of a renewal or an expiry.",
    ),
    "refund": (1.2, "Le message promet de l'argent.", "It promises money."),
    "unpaid": (1.0, "Le message parle d'une somme à régler.", "It speaks of a sum to pay."),
    "parcel": (
        1.5,
        "Le message parle d'un colis qui ne peut pas être livré.",
        "It speaks of a parcel that cannot be delivered.",
    ),
    "suspended": (
        1.1,
        "Le message menace de couper un compte ou un service.",
        "It threatens to cut an account or a service.",
    ),
    "payment_failed": (
        1.2,
        "Le message dit qu'un paiement n'est pas passé.",
        "It says that a payment failed.",
    ),
    "alarm": (
        1.2,
        "Le message alarme sur une opération ou une connexion.",
        "It alarms about an operation or a login.",
    ),
    "prize": (1.5, "Le message promet un gain.", "It promises a prize."),
    "breach": (
        1.3,
        "Le message s'appuie sur une fuite de données.",
        "It builds on a data breach.",
    ),
    "job": (1.3, "Le message propose un travail facile.", "It offers an easy job."),
    "relative": (1.5, "Le message dit venir d'un proche.", "It says it comes from a relative."),
    "voicemail": (1.5, "Le message annonce un message vocal.", "It announces a voice message."),
    "mailbox": (
        1.6,
        "Le message menace une boîte aux lettres électronique.",
        "It threatens a mailbox.",
    ),
    "legal": (1.4, "Le message menace de poursuites.", "It threatens legal action."),
    "rights": (
        1.3,
        "Le message dit que des droits vont se perdre.",
        "It says that rights will be lost.",
    ),
    "aid": (
        0.9,
        "Le message propose une aide ou une offre limitée.",
        "It offers an aid or a limited offer.",
    ),
    "investment": (
        1.5,
        "Le message promet un placement ou des fonds.",
        "It promises an investment or funds.",
    ),
    "identity": (
        1.1,
        "Le message veut une confirmation d'identité ou de compte.",
        "It wants an identity or an account confirmed.",
    ),
    "document": (
        0.9,
        "Le message annonce un document ou une facture à ouvrir.",
        "It announces a document or an invoice to open.",
    ),
}
PRESSING: dict[str, tuple[float, str, str]] = {
    "date": (0.3, "Le message donne une date limite.", "It gives a date."),
    "deadline": (
        0.7,
        "Le message presse : il donne très peu de temps.",
        "It presses: very little time is given.",
    ),
    "sanction": (0.7, "Le message menace d'une conséquence.", "It threatens a consequence."),
    "urgency": (0.6, "Le message insiste sur l'urgence.", "It insists on urgency."),
}
WANTED: dict[str, tuple[float, str, str]] = {
    "pay": (0.7, "Le message veut un paiement.", "It wants a payment."),
    "form": (
        0.6,
        "Le message veut que vous confirmiez ou remplissiez quelque chose.",
        "It wants something confirmed or filled in.",
    ),
}

_PROMISED = re.compile(
    r"en attente|vous attend|reclam\w+|finalis\w+|eligible|droit a|accepter|beneficiez|percevoir|recevoir"
)
"""Money that is only promised, not told as paid."""

MOST_GROUNDS, MOST_PRESSURE = 2.6, 1.2
"""The most that all grounds, and all haste, may weigh."""


def untrusted(f: Facts) -> list[Destination]:
    """The destinations that are nobody's official site."""
    return [d for d in f.destinations if d.kind not in TRUSTED]


def own(f: Facts, d: Destination) -> bool:
    """Whether a plain destination is on the domain that the mail says it comes from."""
    return (
        d.kind == "unknown"
        and not d.made_of
        and f.sender is not None
        and d.domain == f.sender.domain
    )


# Ways out: what somebody else could do with the reader --------------------------------------------


def way(f: Facts) -> float:
    """How far the message leads the reader to somebody unknown: 0 nowhere, 1 to a link."""
    trusted = any(d.kind in TRUSTED for d in f.destinations)
    markup = any(a.name.lower().endswith(MARKUP_FILES) for a in f.message.attachments)
    ways = (
        (1.0, any(d.kind != "hidden" and not own(f, d) for d in untrusted(f))),
        (0.9, "messaging" in f.asks or f.message.forms > 0 or markup),
        (0.8, risky_number(f) is not None and "call" in f.asks and not _free_calls(f)),
        (0.7, any(own(f, d) for d in f.destinations)),
        (0.8, f.hidden_link is not None and not trusted and f.message.channel == "web"),
        (0.45, f.hidden_link is not None and not trusted),
        (0.35, "reply" in f.asks),
    )
    return next((factor for factor, open_ in ways if open_), 0.0)


def _free_calls(f: Facts) -> bool:
    """Whether all numbers are free ones (0800 to 0805: Arcep), which no swindler rents."""
    return all(n.digits.startswith(("0800", "0801", "0805")) for n in f.numbers)


MARKUP_FILES = (".html", ".htm", ".shtml", ".svg", ".xhtml")
"""Attachments that open as a page of their own."""


ANSWERED = frozenset({"investment", "prize", "extortion", "job", "legal"})
"""Grounds of scams that only wait for an answer: a mail can always be answered."""


def risky_number(f: Facts) -> Span | None:
    """A number to call that is not a known body's."""
    for number in f.numbers:
        if number.kind in ("mobile", "premium", "landline", "foreign"):
            return number.start, number.end
    return None


def grounds(f: Facts) -> Iterator[Why]:
    """The grounds, the haste and the wishes of a message, by where it leads."""
    if f.warning is not None and f.warnings > 1 and not untrusted(f):
        yield _why(
            "warning",
            "Le message met en garde contre les arnaques et n'envoie nulle part.",
            "The message warns of scams and leads nowhere.",
            -1.5,
            f.quote(f.warning),
        )
        return
    factor = way(f)
    known = f.sender is not None and f.sender.kind in TRUSTED and not untrusted(f)
    answered = f.message.channel == "mail" and not known
    answered = answered and (f.sender is not None or f.warning is None)
    if answered and ANSWERED & f.pretexts.keys():
        factor = max(factor, 0.7)
    if not factor:
        return
    ranked = sorted(f.pretexts.items(), key=lambda p: -GROUNDS[p[0]][0])
    yield from _capped(f, ranked, GROUNDS, MOST_GROUNDS, factor)
    yield from _capped(f, list(f.pressures.items()), PRESSING, MOST_PRESSURE, factor)
    yield from _wishes(f, factor)


Table = Mapping[str, tuple[float, str, str]]


def _capped(
    f: Facts, found: list[tuple[str, Span]], table: Table, most: float, factor: float
) -> Iterator[Why]:
    left = most
    for name, span in found:
        weight, fr, en = table[name]
        if name == "refund" and _PROMISED.search(f.read.text):
            weight += 0.4
        taken = min(weight, left)
        left -= taken
        if taken > 0:
            yield _why(name, fr, en, round(taken * factor, 2), f.quote(span))


def _wishes(f: Facts, factor: float) -> Iterator[Why]:
    for name, (weight, fr, en) in WANTED.items():
        if name in f.asks:
            yield _why(f"asks_{name}", fr, en, round(weight * factor, 2), f.quote(f.asks[name]))
    if "pay" in f.asks and f.professional is not None and untrusted(f):
        yield _why(
            "care_to_pay",
            "Des soins ou des résultats contre un paiement, sur un site inconnu.",
            "Care or results against a payment, on an unknown site.",
            1.0,
            f.quote(f.asks["pay"]),
        )
    if f.greeting is not None:
        yield _why(
            "greeting",
            "Le message ne vous nomme pas.",
            "The message does not name you.",
            round(0.4 * factor, 2),
            f.quote(f.greeting),
        )


def _why(signal: str, fr: str, en: str, weight: float, quote: str) -> Why:
    return Why(signal=signal, says=Says(fr, en), weight=weight, quote=quote)
