"""Does the message want a secret said, sent or typed; or does it say that nobody will ask?

A secret is asked when a verb of giving and the secret stand in one sentence and no negation
governs the verb. "Nous ne demandons jamais votre mot de passe" asks for nothing;
"n'oubliez pas d'envoyer votre RIB" does; "apportez votre carte Vitale" does not.
"""

import re
from dataclasses import dataclass
from itertools import islice

from tocsin.act.phishing import secret_words as w

Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretAsk:
    """A secret that the message wants, with its place in the folded text.

    Args:
        ask: the word of ASKS.
        direct: False where the sentence sends the reader to his own account, or only has him
            type a code on a page.
    """

    ask: str
    start: int
    end: int
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFacts:
    """What the message says about secrets: asked, or promised never to be asked."""

    asked: tuple[SecretAsk, ...]
    denied: tuple[tuple[int, int], ...]


def secret_facts(text: str, *, notes: bool) -> SecretFacts:
    """The secrets asked for in a folded text, and the promises that none is.

    Args:
        text: the folded text.
        notes: whether these are notes of a call, where somebody tells what was asked.
    """
    asked: list[SecretAsk] = []
    denied: list[tuple[int, int]] = []
    if not w.ANY_OBJECT.search(text):
        return SecretFacts(asked=(), denied=())
    given = w.GIVEN.search(text) is not None
    listed = ""
    for start, end in sentences(text):
        sentence = text[start:end]
        listed = listed if _in_list(sentence, notes=notes) else _heads_list(sentence)
        for ask, found in _objects(sentence, notes=notes, given=given):
            login = _login_with(sentence, ask, found.span())
            verb = _verb_of(sentence, found.span()) or login
            verb = verb or _wanted(text, (start, end), found, listed, notes=notes)
            if verb is None:
                continue
            span = (min(verb[0], found.start()), max(verb[1], found.end()))
            place = (start + span[0], start + span[1])
            refused = listed == "never" or _warned(text, (start, end), notes=notes)
            if refused or _negated(sentence, verb, found.span()):
                denied.append(place)
                continue
            code = given and found.group().startswith(("code", "mot"))
            kind = "secret.otp" if code else ask
            direct = _directness(sentence, verb, kind, given=given, notes=notes)
            if verb == login or (direct and not notes and w.TO_BRING.match(text, end)):
                direct = False
            if direct is not None and listed != "bring":
                asked.append(SecretAsk(ask=ask, start=place[0], end=place[1], direct=direct))
    return SecretFacts(asked=tuple(asked), denied=tuple(denied))


def sentences(text: str) -> list[tuple[int, int]]:
    """The places of the sentences of a text; a question and what follows it stay apart."""
    found, at = [], 0
    for m in w.SENTENCE_END.finditer(text):
        if m.start() > at and not re.search(
            r"\b(?:dr|m|mme|n|st|tel|ref|etc|s\.v\.p|s\.v|\bs)$", text[at : m.start()]
        ):
            found.append((at, m.end()))
            at = m.end()
    if at < len(text):
        found.append((at, len(text)))
    return found


def _heads_list(sentence: str) -> str:
    """What a list is of that the sentence heads: `bring`, `never`, `send`, or ''."""
    if not sentence.rstrip().endswith(":"):
        return ""
    if w.NEVER_DO.search(sentence):
        return "never"
    if w.IN_PERSON.search(sentence):
        return "bring"
    clause = sentence.rsplit(", ", 1)[-1]
    return "send" if w.TELLING.search(clause) and not w.NEVER.search(clause) else ""


def _in_list(sentence: str, *, notes: bool) -> bool:
    """Whether the sentence goes on with such a list: a line of its own after a mark."""
    return not notes and re.match(r"\s*(?:[-*•·–—>+]|\d{1,2}[.)°])", sentence) is not None


def _wanted(
    text: str, place: Place, found: re.Match[str], listed: str, *, notes: bool
) -> Place | None:
    """The secret itself where it is wanted without a verb beside it, or in the next sentence."""
    sentence = text[place[0] : place[1]]
    told = notes and w.WANTED_NEXT.match(text, place[1]) is not None
    plain = w.NOT_A_NEGATION.sub("", sentence)
    held = notes or w.NEVER.search(plain) is not None or w.DISTANCED.search(text) is not None
    asked = not held and (
        listed == "send"
        or w.SENT_HERE.search(sentence) is not None
        or w.SENT_NEXT.match(text, place[1]) is not None
        or w.FIELD.match(sentence, found.end()) is not None
        or re.fullmatch(
            r"\W*(?:et )?(?:votre|ton|ta|le|la|vos)?\W*\?\W*", _around(sentence, found)
        )
        is not None
    )
    return found.span() if told or asked else None


def _around(sentence: str, found: re.Match[str]) -> str:
    """The sentence without the secret that it names."""
    return sentence[: found.start()] + sentence[found.end() :]


def _warned(text: str, place: tuple[int, int], *, notes: bool) -> bool:
    """Whether the sentence tells what others ask for, or asks and is answered no."""
    sentence = text[place[0] : place[1]]
    if not notes and w.OWN_QUESTION.search(sentence):
        return True
    if not notes and "?" in sentence and w.ANSWERED_NO.match(text, place[1]):
        return True
    if notes:
        return w.TOLD_TO_REFUSE.search(sentence) is not None
    told = w.REPORTED.search(sentence) is not None and w.DISTANCED.search(text) is not None
    return told or w.WARNED.search(sentence) is not None


MOST_NAMED = 20
"""How often a sentence names one kind of secret at most: a longer one was made to hold us up."""


def _objects(sentence: str, *, notes: bool, given: bool) -> list[tuple[str, re.Match[str]]]:
    found = [
        (ask, m)
        for ask, words in w.OBJECT.items()
        for m in islice(words.finditer(sentence), MOST_NAMED)
        if not w.PRINTED.match(sentence, m.end())
    ]
    plain = (notes or not given) and not w.BUTTON.match(sentence)
    if plain and not any(ask == "secret.otp" for ask, _ in found):
        found += [("secret.otp", m) for m in islice(w.BARE.finditer(sentence), MOST_NAMED)]
    return found


def _verb_of(sentence: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """The verb of giving nearest to the secret: up to 110 letters before, 70 after."""
    before = [m.span() for m in w.VERB.finditer(sentence, max(0, span[0] - 110), span[0])]
    before = [v for v in before if v[1] <= span[0] + 1]
    if before:
        return before[-1]
    after = w.VERB.search(sentence, span[1], min(len(sentence), span[1] + 70))
    return after.span() if after else None


def _login_with(sentence: str, ask: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """A login by a secret that no site has one log in with."""
    if ask not in ("secret.nir", "secret.card"):
        return None
    found = w.LOGIN_WITH.search(sentence, max(0, span[0] - 60), span[0])
    return found.span() if found else None


def _negated(sentence: str, verb: tuple[int, int], secret: tuple[int, int]) -> bool:
    """Whether a negation governs the verb, or stands between it and the secret."""
    first, last = min(verb[0], secret[0]), max(verb[1], secret[1])
    clause = 0
    for m in w.CLAUSE_END.finditer(sentence, 0, first):
        clause = m.start() if m.group().startswith(",") else m.end()
    after = w.CLAUSE_END.search(sentence, last)
    until = min(len(sentence), last + 30, after.start() if after else len(sentence))
    words = w.NOT_A_NEGATION.sub(lambda m: " " * len(m.group()), sentence[clause:until])
    return w.NEVER.search(words) is not None


def _directness(
    sentence: str, verb: tuple[int, int], ask: str, *, given: bool, notes: bool
) -> bool | None:
    """True: asked of the reader. False: on his own account, or a code typed. None: not asked."""
    if ask == "secret.card" and w.ON_THE_CARD.search(sentence):
        return None
    remote = notes or w.REMOTE.search(sentence) is not None
    if (w.FETCHED if notes else w.IN_PERSON).search(sentence) and not w.REMOTE.search(sentence):
        return None
    if (
        not notes
        and w.ASKED_BY_READER.search(sentence)
        and ask in ("secret.password", "secret.otp")
    ):
        return None
    alone = w.ANY_OBJECT.match(sentence, verb[0]) is not None
    telling = alone or w.TELLING.match(sentence, verb[0]) is not None
    if ask == "secret.otp":
        if given and not (telling and remote):
            return None
        if not telling and not notes:
            return False
    return not (w.OWN_SPACE.search(sentence) and not remote and not notes)
