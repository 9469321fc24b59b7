"""What the law asks of a notice: each check yields what is missing.

Source:
    Regulation (EU) 2016/679, art. 34(2) and 33(3)(b) to (d), art. 77.
"""

from collections.abc import Iterator

from tocsin.act.notices.lint_proof import Proof
from tocsin.act.notices.wording import CODE_MARK, PERSON_MARK


def nature(proof: Proof) -> Iterator[str]:
    """What happened, with its dates."""
    said = proof.passage("nature")
    year = proof.told.first_on[:4]
    if len(said) < 80 or (not proof.correction and year not in said):
        yield said


def controllers(proof: Proof) -> Iterator[str]:
    """Who is the controller."""
    names = [proof.head.controllers.get(c) or c for c in proof.told.controllers]
    if proof.correction:
        names = [proof.head.operator]
    yield from (name for name in names if name not in proof.full)


def items(proof: Proof) -> Iterator[str]:
    """The items concerned."""
    if not proof.correction and proof.passage("items").count("\n") < 1:
        yield proof.passage("items")


def not_reached(proof: Proof) -> Iterator[str]:
    """What was not reached."""
    if not proof.correction and len(proof.passage("not_reached")) < 20:
        yield proof.passage("not_reached")


def consequences(proof: Proof) -> Iterator[str]:
    """The likely consequences."""
    said = proof.passage("consequences")
    if not proof.correction and len(said) < 40:
        yield said


def measures(proof: Proof) -> Iterator[str]:
    """The measures taken."""
    if len(proof.passage("measures")) < 20:
        yield proof.passage("measures")


def advice(proof: Proof) -> Iterator[str]:
    """What the person can do."""
    if len(proof.passage("advice")) < 40:
        yield proof.passage("advice")


def contact(proof: Proof) -> Iterator[str]:
    """The data protection officer."""
    reach = [text for text in proof.head.dpos.values() if text]
    if not reach or not any(text in proof.passage("rights") for text in reach):
        yield proof.passage("rights")


def authority(proof: Proof) -> Iterator[str]:
    """The right to complain, with the address."""
    said = proof.passage("rights")
    if "CNIL" not in said or "75334" not in said:
        yield said


def complaint(proof: Proof) -> Iterator[str]:
    """The pre-filled complaint."""
    said = proof.passage("complaint_form")
    filled = proof.public or (CODE_MARK in said and PERSON_MARK in said)
    whole = "323-1" in said and filled
    if not proof.correction and not whole:
        yield said
