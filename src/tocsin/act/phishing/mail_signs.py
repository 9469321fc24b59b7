"""What the headers of a mail say: who sent it, whether that is proven, where an answer goes."""

import re
from collections.abc import Iterator

from tocsin.act.phishing.facts import Claimed, Facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.hosts import CHEAP_ENDS, TRUSTED, defanged
from tocsin.core.messages import Why
from tocsin.core.records import Says

FREE_MAIL = frozenset(
    [
        "gmail.com",
        "outlook.com",
        "outlook.fr",
        "hotmail.com",
        "hotmail.fr",
        "yahoo.com",
        "yahoo.fr",
        "live.com",
        "live.fr",
        "icloud.com",
        "gmx.com",
        "gmx.fr",
        "protonmail.com",
        "proton.me",
        "aol.com",
        "mail.com",
        "yandex.com",
        "mail.ru",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "laposte.net",
    ]
)
"""Domains where anybody may have a mailbox."""


def sender_signs(f: Facts, claim: Claimed | None) -> Iterator[Why]:
    """The signs of the sender; none where the message has no sender address."""
    if f.sender is None:
        return
    address = f.message.sender_address
    if f.sender.kind in ("lookalike", "userinfo"):
        yield _why(
            "lookalike_sender",
            f"L'expéditeur {defanged(f.sender.host)} imite le nom d'un organisme.",
            f"The sender {defanged(f.sender.host)} imitates a body's name.",
            3.0,
            address[:90],
        )
    elif (
        claim is not None
        and claim.strong
        and not claim.body.weak
        and claim.body.id not in f.sender.bodies
    ):
        trusted = f.sender.kind in TRUSTED
        named = claim.start == 0 and claim.end == 0
        own_name = claim.body.generic and (_spelled(f) or (not named and f.message.sender_name))
        care = claim.body.claim == "bank" and _CARE_HOST.match(f.sender.domain) is not None
        if (
            not own_name
            and not care
            and (not trusted or (named and f.sender.domain in FREE_MAIL))
        ):
            yield _why(
                "sender_elsewhere",
                f"Le message dit venir de {claim.body.name.fr}, mais il part de {defanged(f.sender.host)}.",
                f"The message says it comes from {claim.body.name.en}, but it was sent from {defanged(f.sender.host)}.",
                (1.2 if claim.body.generic else 2.4) if named else 1.4,
                address[:90],
            )
    yield from _shape_signs(f)
    yield from _header_signs(f)


def _spelled(f: Facts) -> bool:
    """Whether the sender's domain is his shown name: two of its words at least stand in it."""
    host = f.sender.domain if f.sender is not None else ""
    words = {w for w in re.findall(r"[a-z]{4,}", fold(f.message.sender_name)) if w in host}
    return len(words) > 1


_CARE_HOST = re.compile(r"(?:chu?|chru?|ghu?|ght|hopital|clinique|ehpad)[-.]")
"""How the domains of hospitals begin: in them CIC is a research centre, not a bank."""

THIN_LETTERS = 220
"""A mail with fewer letters than this says little by itself."""


def _shape_signs(f: Facts) -> Iterator[Why]:
    """What the shape of a mail says: links that all lead to strangers, little but a link."""
    if f.sender is None or f.message.channel != "mail":
        return
    links = [d for d in f.destinations if d.start < 0 and d.kind != "messaging"]
    strange = [d for d in links if d.kind not in TRUSTED and d.domain != f.sender.domain]
    if links and len(strange) == len(links) and f.sender.kind not in ("official", "public"):
        yield _why(
            "all_links_elsewhere",
            f"Aucun lien ne mène chez l'expéditeur ({defanged(f.sender.host)}).",
            f"No link leads to the sender's own site ({defanged(f.sender.host)}).",
            0.9,
            (strange[0].shown or strange[0].host)[:90],
        )
    if strange and len(f.message.text.strip()) < THIN_LETTERS:
        yield _why(
            "little_but_a_link",
            "Le message n'est presque qu'un lien.",
            "The message is little but a link.",
            0.8,
            (strange[0].shown or strange[0].host)[:90],
        )
    wants = f.pretexts or f.pressures or f.asks or f.secrets.asked
    if f.sender.made_of and wants:
        yield _why(
            "bait_sender",
            f"L'expéditeur {defanged(f.sender.host)} porte un nom fait de mots ordinaires : il ne dit pas qui écrit.",
            f"The sender {defanged(f.sender.host)} has a name made of ordinary words: it does not tell who writes.",
            1.1,
            f.message.sender_address[:90],
        )
    end = f.sender.domain.rpartition(".")[2]
    if f.sender.kind == "unknown" and end in CHEAP_ENDS:
        yield _why(
            "cheap_sender",
            f"L'expéditeur écrit depuis une adresse en .{end}, qui coûte peu.",
            f"The sender writes from a .{end} address, which costs little.",
            1.0,
            f.message.sender_address[:90],
        )


def _header_signs(f: Facts) -> Iterator[Why]:
    m = f.message
    proven = m.authentication.get("dmarc") == "pass"
    if f.sender is not None and f.sender.kind in ("official", "public") and proven:
        yield _why(
            "proven_sender",
            f"Votre messagerie confirme que le message vient du domaine {defanged(f.sender.domain)}.",
            f"Your mail provider confirms that the message comes from the domain {defanged(f.sender.domain)}.",
            -2.5,
            m.sender_address[:90],
        )
    strange = [d for d in f.destinations if d.kind not in TRUSTED]
    if m.bulk and proven and all(f.sender and d.domain == f.sender.domain for d in strange):
        yield _why(
            "own_letter",
            "Une lettre d'abonnement dont tous les liens restent chez l'expéditeur.",
            "A letter to subscribers whose links all stay at the sender's.",
            -0.6,
            m.sender_address[:90],
        )
    failed = [
        k for k in ("dmarc", "spf", "dkim") if m.authentication.get(k) in ("fail", "softfail")
    ]
    if failed:
        yield _why(
            "not_proven",
            "Votre messagerie n'a pas pu confirmer l'expéditeur.",
            "Your mail provider could not confirm the sender.",
            0.9 if "dmarc" in failed or len(failed) > 1 else 0.5,
            m.sender_address[:90],
        )
    reply = m.reply_to.rpartition("@")[2].strip(" >").lower()
    if (
        reply
        and f.sender is not None
        and not reply.endswith(f.sender.domain or "?")
        and not m.bulk
    ):
        free = reply in FREE_MAIL and f.sender.domain != reply
        yield _why(
            "reply_elsewhere",
            f"Une réponse partirait vers {defanged(reply)}, pas vers l'expéditeur affiché.",
            f"An answer would go to {defanged(reply)}, not to the sender shown.",
            1.3 if free else 0.4,
            m.reply_to[:90],
        )


def _why(signal: str, fr: str, en: str, weight: float, quote: str) -> Why:
    return Why(signal=signal, says=Says(fr, en), weight=weight, quote=quote)
