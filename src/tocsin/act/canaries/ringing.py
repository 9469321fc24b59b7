"""A message that came to a canary: which one, is it a robot, does it ring.

Two stages: a touch (somebody wrote to the mailbox or the number), then a confirmation (the words
name the canary, or want something as a lure does; else a named human says so). A robot, a bounce
or an empty message touches and never rings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.act.canaries.identities import Canary
from tocsin.act.phishing.folding import fold
from tocsin.core.messages import Checked, Message

_ROBOT = re.compile(
    r"^(?:mailer-daemon|postmaster|no-?reply-bounce|bounces?)\b|mailer-daemon@|<>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """A message at a canary.

    Args:
        by: what led to it: mailbox, number or name.
        stage: `ignored` (a robot), `touched` (a human must confirm) or `confirmed`.
        why: the ground of the stage, a code.
    """

    canary: Canary
    by: str
    stage: str
    why: str


def reached(
    message: Message, canaries: Sequence[Canary], *, to: str = ""
) -> tuple[tuple[Canary, str], ...]:
    """The canaries that a message reached, and by what; `to` is where it came, if known."""
    addressed = {a.lower() for a in (*message.recipients, to) if a}
    numbers = {_digits(a) for a in addressed if len(_digits(a)) >= 9}
    words = f" {' '.join(re.findall(r'[a-z0-9]+', fold(f'{message.subject} {message.text}')))} "
    found = []
    for canary in canaries:
        if canary.email and canary.email.lower() in addressed:
            found.append((canary, "mailbox"))
        elif canary.phone and _digits(canary.phone) in numbers:
            found.append((canary, "number"))
        elif not addressed and _named(canary, words):
            found.append((canary, "name"))
    return tuple(found)


def touch(message: Message, checked: Checked, canary: Canary, by: str) -> Touch:
    """What a message at a canary is worth."""
    words = f" {' '.join(re.findall(r'[a-z0-9]+', fold(f'{message.subject} {message.text}')))} "
    sender = message.sender_address or message.sender_name
    robot = message.automatic or _ROBOT.search(sender) is not None
    empty = not message.text.strip() and not message.subject.strip() and not message.links
    if robot or empty:
        return Touch(canary=canary, by=by, stage="ignored", why="robot" if robot else "empty")
    if by != "name" and _named(canary, words):
        return Touch(canary=canary, by=by, stage="confirmed", why="names_the_canary")
    if by != "name" and checked.verdict != "no_sign":
        return Touch(
            canary=canary, by=by, stage="confirmed", why="lure_to_an_unguessable_address"
        )
    return Touch(canary=canary, by=by, stage="touched", why="a_human_must_confirm")


def _named(canary: Canary, words: str) -> bool:
    """Whether the words hold the family name and a first name, in any order."""
    family = " ".join(re.findall(r"[a-z0-9]+", fold(canary.birth_name)))
    given = re.findall(r"[a-z0-9]+", fold(canary.first_names))
    return bool(family) and f" {family} " in words and any(f" {g} " in words for g in given)


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return "0" + digits[2:] if digits.startswith("33") and len(digits) == 11 else digits
