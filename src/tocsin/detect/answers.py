"""What comes back from the professional, read as hostile input, and what it weighs.

"Not me" is hard evidence: it overrides and is never averaged. "It was me" is an answer, not a
proof: who answers may be mistaken, or may not be the owner; it weighs a few bits and says so.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.detect.matrix import Flags, Reals
from tocsin.detect.question_page import REMARK_MOST
from tocsin.detect.questions import ENGLISH, FRENCH, MARK, WAYS

LARGEST = 256 * 1024
"""Characters of a file that comes back, at most."""

SAYS_ME = -3.0
"""Bits of "it was me": said nine times in ten by an owner, once in nine by whoever answers in
his place or out of habit. Declared."""

_WORDS = {
    **dict(zip(FRENCH, WAYS, strict=True)),
    **{word.casefold(): way for word, way in zip(ENGLISH, WAYS, strict=True)},
    **{way: way for way in WAYS},
    "oui": "me",
    "yes": "me",
    "non": "not_me",
    "no": "not_me",
    "quelqu un que je connais": "known",
    "": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer about one session; `way` is one of `WAYS`, or '' where none was given."""

    session: str
    way: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A questionnaire that came back."""

    case: str
    questionnaire: str
    account: str
    answers: tuple[Answer, ...]


def read(text: str) -> Returned:
    """Read a file that came back, text or JSON.

    Raises:
        InputError: it is too large, or not in the form of a questionnaire.
    """
    if len(text) > LARGEST:
        raise _refused(
            Says(
                "le fichier est trop gros pour un questionnaire",
                "the file is too large for a questionnaire",
            )
        )
    text = text.lstrip("\ufeff \r\n\t")
    found = _of_json(text) if text.startswith("{") else _of_text(text)
    names = [answer.session for answer in found.answers]
    if len(set(names)) != len(names):
        raise _refused(Says("une session a deux réponses", "a session is answered twice"))
    return found


def _refused(what: Says, where: str = "") -> InputError:
    return InputError(
        what,
        next_step=Says(
            "Renvoyez le questionnaire que `tocsin ask` a écrit, rempli, "
            "sans autre changement.",
            "Send back the form that `tocsin ask` wrote, filled in, otherwise as it was.",
        ),
        where=where,
    )


def _way(word: str, where: str) -> str:
    plain = unicodedata.normalize("NFC", word).replace("’", "'").strip(" .«»“”\"'").casefold()
    way = _WORDS.get(" ".join(plain.split()))
    if way is None:
        raise InputError(
            Says(
                f"« {_clean(word)[:40]} » n'est aucune des réponses",
                f"'{_clean(word)[:40]}' is none of the answers",
            ),
            next_step=Says(
                f"Écrivez l'une de : {', '.join(FRENCH)}.",
                f"Write one of: {', '.join(FRENCH)}.",
            ),
            where=where,
        )
    return way


def _clean(text: str) -> str:
    """One line, without control characters, cut to size."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:REMARK_MOST]


def _of_json(text: str) -> Returned:
    try:
        told: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refused(
            Says("le fichier n'est pas du JSON lisible", "the file is not readable JSON")
        ) from error
    if not isinstance(told, dict) or told.get("tocsin_answers") != 1:
        raise _refused(
            Says("le JSON n'est pas un fichier de réponses", "the JSON is no file of answers")
        )
    listed = told.get("answers")
    if not isinstance(listed, list):
        raise _refused(Says("les réponses ne forment pas une liste", "the answers are no list"))
    answers = []
    for place, one in enumerate(listed, 1):
        if not isinstance(one, dict) or not all(isinstance(v, str) for v in one.values()):
            raise _refused(
                Says("une réponse n'a pas la forme attendue", "an answer is not in its form"),
                f"answer {place}",
            )
        answers.append(
            Answer(
                session=str(one.get("session", "")),
                way=_way(str(one.get("answer", "")), f"answer {place}"),
                remark=_clean(str(one.get("remark", ""))),
            )
        )
    head = [told.get(name) for name in ("case", "questionnaire", "account")]
    if not all(isinstance(value, str) for value in head):
        raise _refused(
            Says(
                "le fichier ne dit pas à quel questionnaire il répond",
                "the file does not say which questionnaire it answers",
            )
        )
    return Returned(
        case=str(head[0]),
        questionnaire=str(head[1]),
        account=str(head[2]),
        answers=tuple(answers),
    )


def _of_text(text: str) -> Returned:
    lines = text.splitlines()
    if not lines or lines[0].strip() != MARK:
        raise _refused(
            Says("le fichier n'est pas un questionnaire", "the file is no questionnaire")
        )
    body = next((n for n, line in enumerate(lines) if _heads(line)), len(lines))
    head: dict[str, str] = {}
    for line in lines[1:body]:
        name, _, value = line.partition(":")
        if name.strip() in ("dossier", "questionnaire", "compte"):
            head.setdefault(name.strip(), value.strip())
    answers: list[Answer] = []
    for number, line in enumerate(lines[body:], body + 1):
        _filled(answers, line, f"line {number}")
    if len(head) < 3:
        raise _refused(
            Says(
                "le fichier ne dit pas à quel questionnaire il répond",
                "the file does not say which questionnaire it answers",
            )
        )
    return Returned(
        case=head["dossier"],
        questionnaire=head["questionnaire"],
        account=head["compte"],
        answers=tuple(answers),
    )


_SESSION = "] session "


def _heads(line: str) -> bool:
    """Whether a line names the session that the next lines answer for."""
    return line.startswith("[") and _SESSION in line


def _filled(answers: list[Answer], line: str, where: str) -> None:
    """Take what one line of the form says about the session in hand."""
    if _heads(line):
        answers.append(Answer(session=line.partition(_SESSION)[2].strip(), way=""))
        return
    name, colon, value = line.partition(":")
    last = answers[-1]
    if colon and name.strip() == "réponse / answer":
        answers[-1] = Answer(session=last.session, way=_way(value, where), remark=last.remark)
    elif colon and name.strip() == "remarque / remark":
        answers[-1] = Answer(session=last.session, way=last.way, remark=_clean(value))


def checked(found: Returned, *, case: str, account: str, sessions: Sequence[str]) -> Returned:
    """The answers, once it is sure that they answer what was asked.

    Args:
        case, account, sessions: of the questionnaire as the case keeps it.

    Raises:
        InputError: it is another case's, another account's, or names sessions not asked about.
    """
    if (found.case, found.account) != (case, account):
        raise _refused(
            Says(
                "le fichier répond pour une autre affaire ou un autre compte",
                "the file answers for another case or account",
            )
        )
    strange = [one.session for one in found.answers if one.session not in set(sessions)]
    if strange:
        raise _refused(
            Says(
                "le fichier répond sur une session qui n'était pas demandée",
                "the file answers about a session that was not asked about",
            )
        )
    if not any(one.way for one in found.answers):
        raise _refused(
            Says("le fichier ne contient aucune réponse", "the file holds no answer")
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What the professionals' answers make of the sessions of now."""

    not_me: Flags
    me: Reals  # bits
    known: Flags
    gone: tuple[str, ...]  # sessions that were answered for and are no longer there


def applied(kept: Sequence[Mapping[str, Any]], ids: Sequence[str]) -> Answered:
    """The last answer about each session, put on the sessions of now.

    Args:
        kept: the documents of answers, in order.
        ids: of each session.
    """
    last = {
        str(one["session"]): str(one["answer"])
        for document in kept
        for one in document["answers"]
        if one["answer"]
    }
    places = {session: i for i, session in enumerate(ids) if session in last} if last else {}
    flags = {way: np.zeros(len(ids), dtype=np.bool_) for way in WAYS}
    for session, way in last.items():
        if session in places:
            flags[way][places[session]] = True
    return Answered(
        not_me=flags["not_me"],
        me=np.where(flags["me"], SAYS_ME, 0.0),
        known=flags["known"],
        gone=tuple(sorted(session for session in last if session not in places)),
    )
