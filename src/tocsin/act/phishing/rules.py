"""What the facts weigh: one signal a rule, each with a sentence and the words it stands on.

Weights are log-odds, set by hand and tried on messages written for that (docs/why/
message-rules.md). A ground or a haste weighs only if the message leaves the reader a way out to
somebody else: genuine public messages know delays and consequences too, and only their
destination and sender tell them apart.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from tocsin.act.phishing.calls import calls
from tocsin.act.phishing.destination_signs import destination_signs, span_of
from tocsin.act.phishing.facts import LONG_LETTERS, Claimed, Facts
from tocsin.act.phishing.grounds import grounds, untrusted
from tocsin.act.phishing.hosts import TRUSTED, defanged
from tocsin.act.phishing.mail_looks import looks
from tocsin.act.phishing.mail_signs import sender_signs
from tocsin.act.phishing.own_notices import own_notice_signs
from tocsin.act.phishing.schemes import schemes
from tocsin.act.phishing.schemes_now import schemes_now
from tocsin.act.phishing.shapes import shapes
from tocsin.act.phishing.swindles import swindles
from tocsin.act.phishing.tongue import speaks_english
from tocsin.core.messages import Senders, Why
from tocsin.core.records import Says

SECRET_NAMES = {
    "secret.nir": Says("un numéro de sécurité sociale", "a social security number"),
    "secret.iban": Says("des coordonnées bancaires", "bank details"),
    "secret.card": Says("une carte bancaire", "a bank card"),
    "secret.password": Says("un mot de passe ou un code secret", "a password or a secret code"),
    "secret.otp": Says("un code reçu", "a code that was received"),
    "secret.identity_document": Says("une pièce d'identité", "an identity document"),
}


_AMONG_KIN = re.compile(
    r"\b(?:bise?s|bisous)\b|\bje te (?:fais|rembourse|vire)|\b(?:mamie|papi|maman|papa|tonton)\b.{0,400}\b(?:bise?s|bisous)\b"
)
"""Words of somebody of the family: a bank account is told to him to be paid back."""

_SENT = re.compile(
    r"\bpar (?:retour|sms|mms|texto|message|mail|e-?mail|whatsapp)\b|\b(?:photo(?:graphie\w*)?|scan|selfie)\b|sur ce numero|en (?:mp|message prive)"
)
"""Words of a paper that is sent, not shown."""

_RECEIVED = re.compile(
    r"\bcodes?\b.{0,40}(?:recus?|recevoir|sms|texto|chiffres|validation|verification|envoye)"
)
"""A code that came, or will come, by message: nobody else has a use for it."""

LONG, LEAST_SHARE = 2_500, 0.35
"""Letters of a mail from which its words weigh less, and the least that they keep: in a long
letter of news every word of a lure stands somewhere by chance."""

LONG_ENGLISH, LEAST_ENGLISH = 1_200, 0.2
"""The same for English mails, where the text model weighs the whole."""

_WORD = re.compile(r"[a-z]+")


def signals(f: Facts, senders: Senders) -> Iterator[Why]:
    """Every signal of a message, for and against."""
    yield from destination_signs(f)
    yield from _disguise(f)
    yield from own_notice_signs(f, senders)
    yield from _breach_notice(f)
    yield from looks(f)
    share = _share(f)
    for one in (
        *_secrets(f),
        *_claims_elsewhere(f),
        *schemes(f),
        *schemes_now(f),
        *swindles(f),
        *calls(f),
        *shapes(f),
        *grounds(f),
    ):
        sure = one.signal == "impossible_act" or one.weight < 0
        yield one if sure else replace(one, weight=one.weight * share)


def _share(f: Facts) -> float:
    """How much the words of a mail weigh: less in a long one."""
    if f.message.channel != "mail":
        return 1.0
    long_, least = LONG, LEAST_SHARE
    if len(f.read.text) > LONG_ENGLISH and speaks_english(_WORD.findall(f.read.text)):
        long_, least = LONG_ENGLISH, LEAST_ENGLISH
    return max(least, min(1.0, long_ / max(len(f.read.text), 1)))


def _why(signal: str, fr: str, en: str, weight: float, quote: str) -> Why:
    return Why(signal=signal, says=Says(fr, en), weight=weight, quote=quote)


# Secrets --------------------------------------------------------------------------------------


def health_speaks(f: Facts) -> bool:
    """Whether the message speaks as, or of, a health professional or the health insurance."""
    if f.professional is not None:
        return True
    return any(c.body.claim in ("health", "health_insurance") for c in f.claims)


def _secrets(f: Facts) -> Iterator[Why]:
    health = health_speaks(f)
    official = any(d.kind == "official" for d in f.destinations) and not untrusted(f)
    seen = set()
    for one in f.secrets.asked:
        if one.ask in seen:
            continue
        seen.add(one.ask)
        name = SECRET_NAMES[one.ask]
        quote = f.quote((one.start, one.end))
        kin = one.ask == "secret.iban" and _AMONG_KIN.search(f.read.text)
        if health and one.direct and one.ask != "secret.identity_document" and not kin:
            yield _why(
                "impossible_act",
                f"On vous demande {name.fr}. Un professionnel de santé ne le demande jamais par courriel, téléphone ou SMS.",
                f"You are asked for {name.en}. A health professional never asks for it by mail, phone or SMS.",
                2.5 if official else 6.0,
                quote,
            )
            continue
        sent = "reply" in f.asks or _SENT.search(f.read.text) is not None
        weight = 3.6 if health and one.direct and sent and not official else 0.0
        weight = weight or _secret_weight(f, one.ask, direct=one.direct, official=official)
        weight = 0.0 if kin else weight
        if weight:
            yield _why(
                "secret_asked",
                f"On vous demande {name.fr}.",
                f"You are asked for {name.en}.",
                weight,
                quote,
            )


def _secret_weight(f: Facts, ask: str, *, direct: bool, official: bool) -> float:
    if f.message.channel == "call":
        return 5.0 if ask != "secret.identity_document" else 2.5
    private = not f.claims and f.professional is None and not untrusted(f)
    promised = not f.pretexts.keys().isdisjoint(("refund", "prize", "aid", "job"))
    promised = promised and re.search(r"\b(?:vous|votre|your?)\b", f.read.text) is not None
    if private and promised and ask in ("secret.iban", "secret.identity_document"):
        return 2.2
    if private and ask == "secret.otp" and direct and _RECEIVED.search(f.read.text):
        return 2.6
    if official or (
        private and ask in ("secret.iban", "secret.otp", "secret.identity_document")
    ):
        return 0.0
    full = {"secret.iban": 1.5, "secret.identity_document": 0.4, "secret.otp": 2.6}.get(
        ask, 3.6
    )
    if untrusted(f):
        full += 0.8
    if not direct:
        full *= 0.8 if untrusted(f) else 0.2
    return full


def _claims_elsewhere(f: Facts) -> Iterator[Why]:
    links = [d for d in untrusted(f) if d.kind not in ("messaging",)]
    claim = main_claim(f)
    proven = f.message.authentication.get("dmarc") == "pass" and f.sender is not None
    if (
        claim is not None
        and proven
        and f.sender is not None
        and claim.body.id in f.sender.bodies
    ):
        links = [d for d in links if d.kind in ("lookalike", "userinfo", "address")]
    if claim is not None and links and not _reaches(claim, f):
        weight = _elsewhere_weight(claim, f)
        where = defanged(links[0].host) or "?"
        yield _why(
            "claim_elsewhere",
            f"Le message dit venir de {claim.body.name.fr}. Le lien mène à {where}, qui n'est pas un de ses sites.",
            f"The message says it comes from {claim.body.name.en}. The link leads to {where}, which is not one of its sites.",
            weight,
            span_of(links[0], f),
        )
    elif claim is not None and not links and f.hidden_link is not None:
        yield from _hidden_elsewhere(f, claim, f.hidden_link)
    yield from sender_signs(f, claim)


MONEY_OR_THREAT = frozenset(
    {
        "renewal",
        "refund",
        "suspended",
        "payment_failed",
        "unpaid",
        "alarm",
        "identity",
        "prize",
        "parcel",
    }
)


def _hidden_elsewhere(f: Facts, claim: Claimed, link: tuple[int, int]) -> Iterator[Why]:
    """A body that money or a threat is told of, and a link whose address cannot be read."""
    trusted = any(d.kind in TRUSTED for d in f.destinations)
    if (
        trusted
        or not claim.strong
        or claim.body.weak
        or not f.pretexts.keys() & MONEY_OR_THREAT
    ):
        return
    health = claim.body.claim == "health_insurance" and not claim.body.generic
    yield _why(
        "click_for_body",
        f"Le message dit venir de {claim.body.name.fr} et veut un clic sans montrer où il mène.",
        f"The message says it comes from {claim.body.name.en} and wants a click without showing where it leads.",
        1.8 if health else 1.3,
        f.quote(link),
    )


def _elsewhere_weight(claim: Claimed, f: Facts) -> float:
    if claim.body.weak:
        return 0.0 if claim.body.generic else 0.4
    if claim.body.generic:
        return 1.6 if claim.strong else 0.8
    if claim.strong:
        return 3.0
    spoken = f.sender is not None and len(f.read.text) > LONG_LETTERS
    if f.message.sender_name and f.sender is not None and not spoken:
        return 0.6
    return 0.3 if spoken else 1.5


def main_claim(f: Facts) -> Claimed | None:
    """The body that the message says to be; else the one that it speaks of; None."""
    ranked = sorted(
        f.claims, key=lambda c: (not c.strong, c.body.weak, c.body.generic, c.start)
    )
    return ranked[0] if ranked else None


def _reaches(claim: Claimed, f: Facts) -> bool:
    """Whether a link of the message leads to the claimed body, and none to a snare.

    A mail has links to others; an SMS that leads to its body has no need of them.
    """
    snares = {"lookalike", "userinfo", "address", "free_host"}
    if f.message.channel != "mail":
        snares |= {"unknown", "shortener"}
    others = [
        d for d in f.destinations if claim.body.id not in d.bodies or d.kind == "lookalike"
    ]
    return len(others) < len(f.destinations) and not any(d.kind in snares for d in others)


def _breach_notice(f: Facts) -> Iterator[Why]:
    """The first lure after a breach: a false notice. A true one asks for nothing."""
    span = f.pretexts.get("breach")
    wants = {"identity", "refund"} & f.pretexts.keys() or {"form", "pay"} & f.asks.keys()
    if span is not None and wants and f.warnings < 2 and (untrusted(f) or f.hidden_link):
        yield _why(
            "breach_notice_wants",
            "Un avis de fuite de données qui demande quelque chose : un vrai avis ne demande rien.",
            "A breach notice that wants something: a true notice asks for nothing.",
            1.5,
            f.quote(span),
        )


def _disguise(f: Facts) -> Iterator[Why]:
    hidden = f.read.disguises
    if hidden:
        start, end = hidden[0]
        original = f.read.original
        while start > 0 and original[start - 1].isalnum():
            start -= 1
        while end < len(original) and original[end : end + 1].isalnum():
            end += 1
        yield _why(
            "disguised_words",
            "Des mots sont écrits avec des lettres déguisées, pour échapper aux filtres.",
            "Words are written with disguised letters, to slip past filters.",
            1.8 + (0.8 if len(hidden) > 1 else 0.0),
            " ".join(original[start:end].split())[:90],
        )
    if f.message.hidden > 400:
        yield _why(
            "hidden_text",
            "Le message contient un texte caché.",
            "The message holds hidden text.",
            0.7,
            f.read.original[:60].strip(),
        )
