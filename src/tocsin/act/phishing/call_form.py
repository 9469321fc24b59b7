"""The guided form for a phone call: short questions, whose answers become notes."""

from collections.abc import Mapping
from dataclasses import dataclass

from tocsin.act.phishing.folding import fold
from tocsin.core.records import Says


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the form, and the note that its answer makes (`{}` = the answer).

    `yes` is the note of a "yes"; a "no" makes none.
    """

    key: str
    asked: Says
    note: str = ""
    yes: str = ""


QUESTIONS = (
    Question(
        "qui",
        Says("Qui disait appeler ?", "Who did the caller say to be?"),
        "La personne disait être {}.",
    ),
    Question(
        "numero",
        Says("Quel numéro s'est affiché ?", "Which number was shown?"),
        "Numéro affiché : {}.",
    ),
    Question("motif", Says("Pour quelle raison ?", "For what reason?"), "Motif : {}."),
    Question(
        "demande",
        Says("Que fallait-il faire ou donner ?", "What had you to do or to give?"),
        "On m'a demandé : {}.",
    ),
    Question(
        "secret",
        Says(
            "Un code, un mot de passe ou un numéro de carte a-t-il été demandé ? (oui/non)",
            "Was a code, a password or a card number asked for? (yes/no)",
        ),
        yes="On m'a demandé un code ou un mot de passe.",
    ),
    Question(
        "argent",
        Says(
            "Un paiement ou un virement a-t-il été demandé ? (oui/non)",
            "Was a payment or a transfer asked for? (yes/no)",
        ),
        yes="Il fallait payer par virement immédiat.",
    ),
    Question(
        "logiciel",
        Says(
            "Fallait-il installer quelque chose ? (oui/non)",
            "Had something to be installed? (yes/no)",
        ),
        yes="Il fallait installer un logiciel de prise en main à distance.",
    ),
    Question(
        "hâte",
        Says("La personne pressait-elle ? (oui/non)", "Did the caller press you? (yes/no)"),
        yes="C'était urgent, il fallait agir immédiatement.",
    ),
)
"""The questions, in the order in which they are asked."""

_YES = {"oui", "o", "yes", "y", "vrai", "1", "x"}
_NO = {"non", "n", "no", "faux", "0", ""}


def notes(answers: Mapping[str, str]) -> str:
    """The notes that the answers make; an answer in words stands for itself."""
    lines = []
    for question in QUESTIONS:
        said = " ".join(answers.get(question.key, "").split())
        plain = fold(said).strip(" .!")
        if plain in _NO:
            continue
        if question.yes:
            lines.append(question.yes if plain in _YES else f"{question.yes} {said}.")
        else:
            lines.append(question.note.format(said))
    return "\n".join(lines)
