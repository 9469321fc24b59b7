"""What makes a notice look like phishing: each check yields what was found."""

import re
from collections.abc import Iterator

from tocsin.act.notices.lint_proof import Proof
from tocsin.act.notices.lint_words import (
    ASKS,
    ATTACHMENTS,
    COMPENSATION,
    GSM,
    MARKUP,
    PRESSURE,
    SECRETS,
    VALUES,
    not_negated,
)
from tocsin.act.notices.wording import CODE_MARK, PERSON_MARK, Letterhead

LONGEST_SMS = 306
"""Two parts of a concatenated SMS in the GSM alphabet (3GPP TS 23.040: 2 x 153)."""

LONGEST_SUBJECT = 78
"""RFC 5322, 2.1.1: a line should not be longer."""

MEAN_WORDS = {False: 20, True: 12}
MOST_WORDS = {False: 45, True: 25}
"""Words of a sentence, on the mean and at most, and of one that must be easy to read."""


def verifiable(proof: Proof) -> Iterator[str]:
    """The reference, and where to check it."""
    said = proof.passage("check")
    ways = [way for way in (proof.head.phone, proof.head.site) if way]
    marked = proof.public or CODE_MARK in said
    if not marked or not ways or not any(way in said for way in ways):
        yield said


def named(proof: Proof) -> Iterator[str]:
    """The name of the person."""
    if not proof.public and PERSON_MARK not in proof.passage("nature"):
        yield proof.passage("nature")


def anonymous(proof: Proof) -> Iterator[str]:
    """A person, or a reference, in what everybody reads."""
    said = proof.full
    if proof.public and (PERSON_MARK in said or CODE_MARK in said):
        yield said.replace(PERSON_MARK, "{person}").replace(CODE_MARK, "{code}")


def promise(proof: Proof) -> Iterator[str]:
    """The promise, in its exact words."""
    promise = proof.template.words.get("promise", {}).get("text", "")
    if promise not in PROMISES or promise not in proof.full:
        yield promise


def links(proof: Proof) -> Iterator[str]:
    """Links, mark-up, and addresses that are not the operator's."""
    for text in _texts(proof):
        for found in MARKUP.finditer(text):
            yield found.group()
        bare = MAILBOX.sub("", text)
        for found in HOST.finditer(bare):
            if found.group().lower() != proof.head.site.lower():
                yield found.group()


def mailboxes(proof: Proof) -> Iterator[str]:
    """Mailboxes that nobody knows."""
    known = " ".join(proof.head.dpos.values())
    for text in _texts(proof):
        for found in MAILBOX.finditer(text):
            if found.group() not in known:
                yield found.group()


def numbers(proof: Proof) -> Iterator[str]:
    """Telephone numbers that nobody knows."""
    known = _digits(proof.head.phone + " " + " ".join(proof.head.dpos.values())) + CNIL_PHONE
    for text in _texts(proof):
        for found in PHONE.finditer(text):
            if _digits(found.group()) not in known:
                yield found.group()


def asks(proof: Proof) -> Iterator[str]:
    """Requests."""
    yield from not_negated(ASKS, _texts(proof))
    yield from not_negated(SECRETS, _texts(proof))


def pressure(proof: Proof) -> Iterator[str]:
    """Haste and threats."""
    yield from not_negated(PRESSURE, _texts(proof))


def compensation(proof: Proof) -> Iterator[str]:
    """Money."""
    yield from not_negated(COMPENSATION, _texts(proof))


def attachment(proof: Proof) -> Iterator[str]:
    """Attachments."""
    yield from not_negated(ATTACHMENTS, _texts(proof))


def loud(proof: Proof) -> Iterator[str]:
    """Exclamation marks and capitals."""
    for text in _texts(proof):
        yield from (found.group() for found in LOUD.finditer(text))


def subject(proof: Proof) -> Iterator[str]:
    """A subject that is not sober."""
    said = proof.shown.subject
    if not 10 <= len(said) <= LONGEST_SUBJECT or PERSON_MARK in said or CODE_MARK in said:
        yield said
    if re.match(r"\s*(re|tr|fwd?)\s*:", said, re.I):
        yield said


def values(proof: Proof) -> Iterator[str]:
    """Values of items."""
    for text in _texts(proof):
        for found in VALUES.finditer(text):
            yield found.group()


def hidden(proof: Proof) -> Iterator[str]:
    """Signs that are invisible or of another alphabet."""
    for text in _texts(proof):
        for sign in text.replace(PERSON_MARK, "").replace(CODE_MARK, ""):
            foreign = "\u0370" <= sign <= "\u058f" or "\U0001d400" <= sign <= "\U0001d7ff"
            if foreign or (not sign.isprintable() and sign != "\n"):
                yield f"U+{ord(sign):04X}"


def sms(proof: Proof) -> Iterator[str]:
    """A text message that is more or less than a pointer."""
    if proof.public:
        return
    said = proof.shown.sms
    length = len(said.replace(CODE_MARK, "x" * 14))
    way = proof.head.phone or proof.head.site
    if CODE_MARK not in said or proof.head.sender not in said or way not in said:
        yield said
    if length > LONGEST_SMS or PERSON_MARK in said:
        yield said
    yield from sorted(set(said) - GSM - {CODE_MARK} - set(proof.head.sender))


def readable(proof: Proof) -> Iterator[str]:
    """Sentences that are too long."""
    easy = proof.template.id.endswith(".facile")
    skipped = ("complaint_form", "rights")
    said = [
        sentence
        for passage in proof.shown.passages
        if passage.id not in skipped
        for block in passage.blocks
        for text in (block.text, *block.points)
        for sentence in re.split(r"[.!?:]\s+", text)
        if len(sentence.split()) > 2 and sentence.strip(". ") not in " ".join(PROMISES)
    ]
    lengths = [len(sentence.split()) for sentence in said]
    mean = sum(lengths) / max(len(lengths), 1)
    if mean > MEAN_WORDS[easy]:
        yield f"{mean:.0f} words"
    if max(lengths, default=0) > MOST_WORDS[easy]:
        yield f"{max(lengths)} words"


def _texts(proof: Proof) -> tuple[str, str, str]:
    """What is read, without what the operator's own names and officers bring in."""
    head = proof.head
    return (
        unsigned(proof.shown.subject, head),
        unsigned(proof.full, head),
        unsigned(proof.shown.sms, head),
    )


def unsigned(text: str, head: Letterhead) -> str:
    """The text without the names of the operator, of controllers and of officers."""
    for name in (head.operator, head.sender, *head.controllers.values(), *head.dpos.values()):
        text = text.replace(name, "") if len(name) > 3 else text
    return text


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


PROMISES = (
    "Nous ne demandons jamais de coordonnées bancaires, de numéro de sécurité sociale ni de "
    "mot de passe par courriel, par téléphone ou par SMS.",
    "We never ask for bank details, a social security number or a password by e-mail, by "
    "telephone or by SMS.",
)
"""The same words everywhere, so that a message that breaks them can be told."""

CNIL_PHONE = "0153732222"
HOST = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]+\.)+(?!gouv\b)[a-z]{2,24}\b(?![\w@])", re.I)
MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<!\d)(?:\+33\s?|0)[1-9](?:[\s.]?\d\d){4}(?!\d)|(?<!\d)08\d{8}(?!\d)")
LOUD = re.compile(r"!|(?:\b[A-ZÉÈÀÇ]{4,}\b[\s,]*){2,}")
