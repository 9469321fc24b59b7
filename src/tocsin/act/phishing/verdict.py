"""From a message to what is said of it: facts, rules, a verdict, its reasons and what to do.

    from tocsin.act.phishing.verdict import check
    from tocsin.core.messages import Message
    checked = check(Message(channel="sms", text="…"), senders)

`tocsin.wiring.messages.check_message` does the same from raw bytes, with the shipped directory.
"""

import math

from tocsin.act.phishing.advice import advice
from tocsin.act.phishing.destination_signs import names_itself
from tocsin.act.phishing.facts import MOST_READ, Facts, facts
from tocsin.act.phishing.folding import fold, within
from tocsin.act.phishing.grounds import way
from tocsin.act.phishing.hosts import TRUSTED
from tocsin.act.phishing.rules import signals
from tocsin.act.phishing.told import asks_of, claims_of
from tocsin.core.messages import Checked, Message, Senders, Why
from tocsin.core.records import Says

SUSPICIOUS, PHISHING = 2.0, 3.5
"""Sums of weights from which the verdict is `suspicious`, then `phishing`."""

SLOPE = 1.3
"""How fast the probability follows the sum; one half at SUSPICIOUS."""

MOST_REASONS = 3


def check(message: Message, senders: Senders) -> Checked:
    """Say what a message is, with at most three reasons that quote it.

    Args:
        message: what somebody received; nothing in it is opened or fetched.
        senders: the directory of official senders (with a case: the operator's own, too).

    Returns:
        The verdict `phishing` (very probably a scam), `suspicious` (be wary, check another way)
        or `no_sign` (nothing found, which proves nothing), and why.
    """
    read = facts(message, senders)
    found = tuple(signals(read, senders))
    score = sum(one.weight for one in found)
    lean = _leaning(read, found, senders)
    verdict = raised(verdict_of(score), score, lean)
    sure = _sure(read, score) if lean is None and verdict == "no_sign" else NEVER
    french = senders.french(spoken(read)) if sure < NEVER else None
    if french is not None and french >= sure:
        verdict = "suspicious"
    if verdict != verdict_of(score):
        found = (*found, _raised_why(read))
    return Checked(
        verdict=verdict,
        probability=round(joined(score, lean, verdict), 4),
        asks=asks_of(read),
        claims=claims_of(read),
        reasons=reasons_of(read, found, verdict),
        advice=advice(read, verdict, senders),
        score=round(score, 3),
        signals=found,
    )


def verdict_of(score: float) -> str:
    """The verdict for a sum of weights."""
    if score >= PHISHING:
        return "phishing"
    return "suspicious" if score >= SUSPICIOUS else "no_sign"


def probability_of(score: float) -> float:
    """The probability that the message is a scam, for a sum of weights."""
    bounded = max(-12.0, min(24.0, score))
    return 1.0 / (1.0 + math.exp(-SLOPE * (bounded - SUSPICIOUS)))


WEAK, SURE = 0.6, 0.5
"""A sum that is a weak case at least; a leaning of the text model that may raise one."""

SHARE, MOST_SUM, MIDDLE = 0.8, 6.0, 0.2
"""How the sum and the leaning order English mails: leaning + SHARE x min(sum, MOST_SUM), one half
at MIDDLE. Set on the mails of 2002 (docs/reference/benchmarks.md)."""

FLOORS = {"phishing": 0.5, "suspicious": 0.35, "no_sign": 0.0}


SURE_FRENCH, SURE_MAIL, SURE_WORDS, NEVER = 1.2, 1.8, 2.8, 99.0
"""Leanings of the French model that raise a weak case to `suspicious`, never to the top: a text,
a mail; a text that no rule speaks of and that leads nowhere. Each stands above what genuine
messages had when the model had not been trained on their writer (docs/why/text-model.md)."""

WEAK_FRENCH, SMALL_WAY = 0.3, 0.4
"""The least sum of a weak case; the way out below which a message leads to nobody."""


def _sure(f: Facts, score: float) -> float:
    """The leaning of the French model that raises this message."""
    sure = SURE_MAIL if f.message.channel == "mail" else SURE_FRENCH
    if score >= WEAK_FRENCH:
        return sure
    if score < 0 or any(names_itself(d, f) for d in f.destinations):
        return NEVER
    if way(f) > SMALL_WAY:
        return sure
    return SURE_WORDS if f.message.channel == "sms" and not f.warnings else NEVER


def spoken(f: Facts) -> str:
    """The folded words of a message without its addresses: where they lead is the rules' part."""
    text = f.read.text
    for one in sorted(f.destinations, key=lambda d: -d.start):
        if one.start >= 0:
            text = f"{text[: one.start]} {text[one.end :]}"
    return text


def _leaning(f: Facts, found: tuple[Why, ...], senders: Senders) -> float | None:
    """What the text model thinks of a mail in English; None where it has nothing to say.

    True and false mails of a bank say the same: where the sender is proven, words tell nothing.
    """
    m = f.message
    if m.channel != "mail" or any(one.signal == "proven_sender" for one in found):
        return None
    lean = senders.leaning(fold(within(m.subject)), fold(within(m.text[:MOST_READ])))
    return lean - AT_HOME if lean is not None and _stays_home(f) else lean


AT_HOME = 1.5
"""What it takes off the leaning that the provider confirms the sender and every link stays there:
most genuine mails are so, and a lure from a domain of its own."""


def _stays_home(f: Facts) -> bool:
    """Whether the provider confirms the sender's domain, and all links lead to it."""
    if f.sender is None or f.message.authentication.get("dmarc") != "pass":
        return False
    home = f.sender.domain
    return bool(f.destinations) and all(d.domain == home for d in f.destinations)


def raised(verdict: str, score: float, lean: float | None) -> str:
    """The verdict, one level higher where the model is sure of a weak case; never lower."""
    if lean is None or lean < SURE or score < WEAK:
        return verdict
    return {"no_sign": "suspicious", "suspicious": "phishing"}.get(verdict, verdict)


def joined(score: float, lean: float | None, verdict: str) -> float:
    """The probability; for English mails the model orders them, above the verdict's floor."""
    if lean is None:
        return probability_of(score)
    together = lean + SHARE * min(score, MOST_SUM)
    ordered = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, together - MIDDLE))))
    return max(FLOORS[verdict], ordered)


def _raised_why(f: Facts) -> Why:
    says = Says(
        "L'ensemble des mots ressemble à ceux d'autres arnaques.",
        "The words as a whole are like those of other scams.",
    )
    words = f.read.original.split("\n", 1)[0].strip()[:90]
    return Why(signal="text_model", says=says, weight=0.4, quote=words)


def reasons_of(f: Facts, found: tuple[Why, ...], verdict: str) -> tuple[Why, ...]:
    """At most three reasons, the heaviest first; a message without any gets one that says so."""
    wanted = -1 if verdict == "no_sign" else 1
    sided = sorted(
        (one for one in found if one.weight * wanted > 0 and one.quote),
        key=lambda one: -abs(one.weight),
    )
    chosen: list[Why] = []
    for one in sided:
        if one.signal not in {c.signal for c in chosen}:
            chosen.append(one)
    if wanted < 0 and len(chosen) < MOST_REASONS:
        chosen.append(_nothing_found(f))
    return tuple(chosen[:MOST_REASONS])


def _nothing_found(f: Facts) -> Why:
    good = next((d for d in f.destinations if d.kind in TRUSTED and d.start >= 0), None)
    if good is not None:
        says = Says(
            "Le lien mène à un site officiel connu. Tapez quand même l'adresse vous-même.",
            "The link leads to a known official site. Still, type the address yourself.",
        )
        return Why(
            signal="official_link", says=says, weight=0.0, quote=f.quote((good.start, good.end))
        )
    words = f.read.original.split("\n", 1)[0].strip()[:60]
    says = Says(
        "Nous n'avons rien trouvé qui trahisse une arnaque dans ces mots.",
        "We found nothing in these words that betrays a scam.",
    )
    return Why(signal="nothing_found", says=says, weight=0.0, quote=words)
