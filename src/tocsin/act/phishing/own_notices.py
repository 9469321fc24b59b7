"""The operator's own notices: "yes, we sent this", or the words of a true notice with a changed slot.

A notice is known by its reference code, or by its words. Never "safe": a true notice asks for
nothing, so one that leads elsewhere or wants something is the worst lure of all.
"""

import re
from collections.abc import Iterator

from tocsin.act.phishing.facts import Facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.hosts import TRUSTED, defanged
from tocsin.core.messages import Senders, SentNotice, Why
from tocsin.core.records import Says

CODE = re.compile(r"\b[0-9A-Za-z]{4}[ -][0-9A-Za-z]{4}[ -][0-9A-Za-z]{3,5}\b")
"""A reference as notices print it."""

SAME = 0.45
"""Share of a message's runs of words that stand in the notice, from which it is that notice."""

RUN = 5


def runs(folded: str) -> frozenset[str]:
    """The runs of five words of a folded text, digits left out."""
    words = re.findall(r"[a-z]+", folded)
    return frozenset(" ".join(words[n : n + RUN]) for n in range(len(words) - RUN + 1))


def own_notice_signs(f: Facts, senders: Senders) -> Iterator[Why]:
    """What a message owes to a notice that was sent; nothing where it owes none."""
    found = _notice_of(f, senders)
    if found is None:
        return
    notice, quote = found
    changed = _changed(f, notice)
    if changed is None:
        sent_fr = (
            f"envoyé (depuis le {notice.sent_on})"
            if notice.sent_on
            else "préparé, pas encore envoyé"
        )
        sent_en = (
            f"sent (since {notice.sent_on})" if notice.sent_on else "prepared, not yet sent"
        )
        yield Why(
            signal="own_notice",
            says=Says(
                f"Ces mots sont ceux d'un avis que nous avons {sent_fr}, campagne {notice.id}. Vérifiez sa référence par téléphone, au numéro que vous connaissez.",
                f"These words are those of a notice that we have {sent_en}, campaign {notice.id}. Check its reference by phone, at the number that you know.",
            ),
            weight=-4.0,
            quote=quote,
        )
        return
    says, words = changed
    yield Why(signal="own_notice_changed", says=says, weight=6.0, quote=words)


def _notice_of(f: Facts, senders: Senders) -> tuple[SentNotice, str] | None:
    written = [m.group() for m in CODE.finditer(f.read.original)]
    mine = runs(f.read.text) if senders.notices else frozenset()
    for notice in senders.notices:
        for code in written:
            if notice.is_reference(code):
                return notice, code
        if len(mine) >= 8 and len(mine & notice.runs) >= SAME * len(mine):
            return notice, f.read.original.strip().split("\n", 1)[0][:90]
    return None


def _changed(f: Facts, notice: SentNotice) -> tuple[Says, str] | None:
    """What a true notice would not hold: a link elsewhere, a strange number, a wish."""
    for d in f.destinations:
        if d.kind not in TRUSTED:
            words = f.read.quote(d.start, d.end) if d.start >= 0 else d.host
            return Says(
                f"Les mots d'un de nos avis, mais avec un lien vers {defanged(d.host)} que nous n'y avons pas mis.",
                f"The words of a notice of ours, with a link to {defanged(d.host)} that we did not put there.",
            ), words
    for number in f.numbers:
        if number.kind not in ("official", "short") and number.digits not in notice.numbers:
            return Says(
                "Les mots d'un de nos avis, mais avec un numéro que nous n'y avons pas mis.",
                "The words of a notice of ours, with a number that we did not put there.",
            ), f.quote((number.start, number.end))
    for one in f.secrets.asked:
        return Says(
            "Les mots d'un de nos avis, mais qui demande un secret : un vrai avis ne demande rien.",
            "The words of a notice of ours that asks for a secret: a true notice asks for nothing.",
        ), f.quote((one.start, one.end))
    return None


_NUMBER = re.compile(r"(?:\+33|0)[ .-]?\d(?:[ .-]?\d{2}){4}")


def numbers_in(text: str) -> frozenset[str]:
    """The phone numbers that a text prints, as national digits."""
    digits = (re.sub(r"\D", "", m.group()) for m in _NUMBER.finditer(text))
    return frozenset("0" + d[2:] if d.startswith("33") else d for d in digits)


def runs_of(texts: Iterator[str]) -> frozenset[str]:
    """The runs of words of a template's sentences."""
    found: set[str] = set()
    for text in texts:
        found |= runs(fold(re.sub(r"\{[^}]*\}", " ", text)))
    return frozenset(found)
