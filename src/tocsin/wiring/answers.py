"""The professional's questionnaire: written to a file, read back as hostile input."""

import os
from pathlib import Path

from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.detect.answers import LARGEST
from tocsin.flow import questions
from tocsin.flow.detect import again
from tocsin.wiring.world import Document, open_world


def ask(root: Path, account: str, out: Path) -> Document:
    """Write the questionnaire of an account: a page where FILE ends in .html, else text.

    Raises:
        InputError: the file is there already, or cannot be written.
    """
    with open_world(root, write=True) as (world, _):
        asked = questions.ask(world, account)
        text = questions.written(asked, page=out.suffix.lower() in (".html", ".htm"))
        try:
            place = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise InputError(
                Says(
                    f"le questionnaire ne peut pas être écrit : {cause(error).fr}",
                    f"the questionnaire cannot be written: {cause(error).en}",
                ),
                next_step=Says(
                    "Nommez un nouveau fichier avec --out.", "Name a new file with --out."
                ),
                where=str(out),
            ) from error
        with os.fdopen(place, "w", encoding="utf-8") as file:
            file.write(text)
    return {
        "file": str(out),
        "questionnaire": asked.id,
        "account": account,
        "sessions": [question.session for question in asked.questions],
    }


def answer(root: Path, file: Path, by: str) -> Document:
    """Read the answers that came back, keep them, and judge the sessions again.

    Raises:
        InputError: nobody is named, or the file cannot be read or is no answer.
    """
    if not by.strip():
        raise InputError(
            Says("--by est vide", "--by is empty"),
            next_step=Says("Dites qui classe les réponses.", "Say who files the answers."),
        )
    content = _content(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    with open_world(root, write=True) as (world, case):
        digest = case.keep_evidence(content)
        taken = questions.take_answers(world, text, by, digest=digest)
        found = again(world)
        return {**taken, "suspicions": len(found["suspicions"])}


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise InputError(
            Says(
                f"les réponses ne peuvent pas être lues : {cause(error).fr}",
                f"the answers cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez le fichier qui est revenu.", "Name the file that came back."
            ),
            where=str(file),
        ) from error
    if len(content) > LARGEST:
        raise InputError(
            Says(
                "le fichier est trop gros pour un questionnaire",
                "the file is too large for a questionnaire",
            ),
            next_step=Says(
                "Renvoyez le questionnaire que `tocsin ask` a écrit, rempli.",
                "Send back the form that `tocsin ask` wrote, filled in.",
            ),
            where=str(file),
        )
    return content
