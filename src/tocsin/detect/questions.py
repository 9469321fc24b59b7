"""The professional's questionnaire: his sessions in his words, never a person's name.

The suspicions stand among ordinary sessions of the same weeks, in order of time and not marked:
the question must not carry its answer. What comes back is read by `answers.py`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.core.records import Says

SUSPECT_MOST, ORDINARY_MOST = 12, 5
"""Sessions asked about, at most: suspicions, then ordinary ones."""

USUAL_DAYS = 3
"""Days on which a network was seen that make it one of the account's usual ones."""

WAYS = ("me", "not_me", "known", "unsure")
"""The answers, as a program writes them."""

FRENCH = ("moi", "pas moi", "quelqu'un que je connais", "je ne sais pas")
ENGLISH = ("me", "not me", "someone I know", "I do not know")

_DAYS = (
    ("lundi", "Monday"),
    ("mardi", "Tuesday"),
    ("mercredi", "Wednesday"),
    ("jeudi", "Thursday"),
    ("vendredi", "Friday"),
    ("samedi", "Saturday"),
    ("dimanche", "Sunday"),
)
_MONTHS = (
    ("janvier", "January"), ("février", "February"), ("mars", "March"), ("avril", "April"),
    ("mai", "May"), ("juin", "June"), ("juillet", "July"), ("août", "August"),
    ("septembre", "September"), ("octobre", "October"), ("novembre", "November"),
    ("décembre", "December"),
)  # fmt: skip

MARK = "QUESTIONNAIRE TOCSIN 1"
"""First line of the text form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A session of the account as detection published it; instants are local and aware."""

    session: str
    start_at: datetime
    end_at: datetime
    persons: int
    probability: float
    suspect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """Where and in what a session took place, read from its lines."""

    services: tuple[str, ...] = ()
    place: str = ""  # network, '' where it is not known
    usual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One session, as it is asked about."""

    session: str
    says: Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A questionnaire: for which case and account, and its questions."""

    id: str
    case: str
    account: str
    operator: str
    questions: tuple[Question, ...]


def chosen(sittings: Sequence[Sitting]) -> tuple[Sitting, ...]:
    """The sessions to ask about, in order of time: suspicions, and ordinary ones near them."""
    suspects = sorted((s for s in sittings if s.suspect), key=lambda s: -s.probability)
    taken = suspects[:SUSPECT_MOST]
    ordinary = [s for s in sittings if not s.suspect and s.persons]
    middle = taken[len(taken) // 2].start_at if taken else None
    if middle is not None:
        ordinary.sort(key=lambda s: abs((s.start_at - middle).total_seconds()))
    else:
        ordinary.sort(key=lambda s: s.start_at, reverse=True)
    step = max(1, len(ordinary) // (3 * ORDINARY_MOST))  # some near, some further away
    taken += ordinary[::step][:ORDINARY_MOST]
    return tuple(sorted(taken, key=lambda s: (s.start_at, s.session)))


def form(
    sittings: Sequence[Sitting],
    around: Mapping[str, Around],
    *,
    case: str,
    account: str,
    operator: str,
) -> Form:
    """The questionnaire of an account."""
    questions = tuple(
        Question(session=one.session, says=_told(one, around.get(one.session, Around())))
        for one in chosen(sittings)
    )
    text = "\0".join((case, account, *(question.session for question in questions)))
    return Form(
        id=hashlib.sha256(text.encode()).hexdigest()[:12],
        case=case,
        account=account,
        operator=operator,
        questions=questions,
    )


def _told(one: Sitting, around: Around) -> Says:
    day, month = _DAYS[one.start_at.weekday()], _MONTHS[one.start_at.month - 1]
    since, until = (f"{at.hour} h {at.minute:02d}" for at in (one.start_at, one.end_at))
    begun, ended = (f"{at.hour}:{at.minute:02d}" for at in (one.start_at, one.end_at))
    place_fr, place_en = _place(around)
    services = ", ".join(around.services)
    in_fr = f", dans « {services} »" if services else ""
    in_en = f", in “{services}”" if services else ""
    many = "s" if one.persons > 1 else ""
    people = "persons" if one.persons != 1 else "person"
    of_month = "1er" if one.start_at.day == 1 else str(one.start_at.day)
    return Says(
        f"Le {day[0]} {of_month} {month[0]} {one.start_at.year}, de {since} à {until}, "
        f"{place_fr}{in_fr} : {one.persons} personne{many} consultée{many}.",
        f"On {day[1]} {one.start_at.day} {month[1]} {one.start_at.year}, from {begun} to "
        f"{ended}, {place_en}{in_en}: {one.persons} {people} looked at.",
    )


def _place(around: Around) -> tuple[str, str]:
    if not around.place:
        return (
            "depuis un lieu que la trace ne dit pas",
            "from a place that the trail does not say",
        )
    if around.usual:
        return "depuis un de vos lieux habituels", "from one of your usual places"
    return (
        f"depuis un lieu qui n'est pas habituel (réseau {around.place})",
        f"from a place that is not usual (network {around.place})",
    )


INTRODUCTION = Says(
    "Votre compte est examiné après un accès anormal. Vous n'êtes accusé de rien : dites "
    "seulement, pour chaque session, si c'était vous. Certaines sont ordinaires. En cas de "
    "doute, répondez « je ne sais pas ». N'écrivez le nom d'aucun patient.",
    "Your account is being looked at after an abnormal access. You are not accused of "
    "anything: only say, for each session, whether it was you. Some are ordinary ones. When in "
    "doubt, answer “I do not know”. Write no patient's name.",
)
WEIGHED = Says(
    "« Pas moi » suffit à tenir une session pour usurpée ; « moi » est une réponse, pas une "
    "preuve, et se pèse avec le reste.",
    "“Not me” is enough to hold a session as usurped; “me” is an answer, not a proof, and is "
    "weighed with the rest.",
)


def as_text(asked: Form) -> str:
    """The form as plain text, to be filled in with any editor and sent back."""
    ways = " / ".join(FRENCH)
    lines = [
        MARK,
        f"dossier : {asked.case}",
        f"questionnaire : {asked.id}",
        f"compte : {asked.account}",
        "",
        INTRODUCTION.fr,
        WEIGHED.fr,
        f"Réponses possibles : {ways}.",
        "",
        INTRODUCTION.en,
        WEIGHED.en,
        f"Possible answers: {' / '.join(ENGLISH)}.",
        "",
    ]
    for number, question in enumerate(asked.questions, 1):
        lines += [
            f"[{number}] session {question.session}",
            f"    {question.says.fr}",
            f"    {question.says.en}",
            "réponse / answer :",
            "remarque / remark :",
            "",
        ]
    return "\n".join(lines)
