"""The frame of a filing: its file name, its paper, who notifies and who signs."""

from collections.abc import Callable

from tocsin.act.documents.facts import Known
from tocsin.act.documents.fields import Block, Field, Paper, known
from tocsin.act.documents.parts import text
from tocsin.act.report.sentences import plain
from tocsin.core.evidence import digest_of
from tocsin.core.incident import OPERATOR, Party
from tocsin.core.records import Says

CONTROLLER_SIGNS = text(
    "Le responsable de traitement décide et signe (nom, qualité, date) :",
    "The controller decides and signs (name, capacity, date):",
)
OPERATOR_SIGNS = text(
    "L'opérateur signe (nom, qualité, date) :", "The operator signs (name, capacity, date):"
)


def id_(name: str, party: Party) -> str:
    """A file name: the party's id where it has one, without what a path would read."""
    if not party.id:
        return name
    word = "".join(c for c in party.id if c.isascii() and (c.isalnum() or c in "-_"))[:40]
    return f"{name}-{word}" if word == party.id else f"{name}-{word}{digest_of(party.id)[:8]}"


def paper(
    facts: Known, party: Party, duty: str, name: str, told: tuple[Says, Says, Says]
) -> Callable[..., Paper]:
    """What makes the paper of a filing from its blocks.

    Args:
        name: of the file, before the party's id.
        told: its title, to whom it goes, who signs it.
    """
    title, to, signed_by = told

    def made(*blocks: Block, notes: tuple[Says, ...] = ()) -> Paper:
        return Paper(
            id=id_(name, party),
            kind="filing",
            duty=duty,
            controller=party.id,
            title=title,
            to=to,
            blocks=blocks,
            revision=facts.revision,
            proposition=facts.proposition,
            notes=notes,
            signed_by=signed_by,
        )

    return made


def who(facts: Known, party: Party) -> Field:
    """Who notifies: the operator or the controller."""
    label = text("Responsable de traitement", "Controller")
    if party.id == OPERATOR:
        source = "estate.toml operator"
        name = facts.estate.operator.name
        return known("notifier.organism", label, plain(name), source)
    lines = [plain(party.name), plain(party.id)]
    if party.city:
        lines.append(plain(party.city))
    return known("notifier.organism", label, tuple(lines), "alert/controllers.json")


def processor(facts: Known) -> Field:
    """The processor, where the operator is one."""
    label = text("Sous-traitant", "Processor")
    if not facts.processor:
        return known(
            "notifier.processor", label, text("aucun", "none"), "estate.toml operator.role"
        )
    return known(
        "notifier.processor",
        label,
        plain(facts.estate.operator.name),
        "estate.toml operator",
    )
