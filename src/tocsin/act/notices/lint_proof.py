"""The notices that a template makes, as the linter reads them: each reader, each grade."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tocsin.act.notices.wording import (
    Letterhead,
    Notice,
    Told,
    as_text,
    notice,
    with_items,
)
from tocsin.core.notices import Reader, Template
from tocsin.core.vocabulary import Grade

SAMPLE_ITEMS = "|".join(
    f"{category}.{name}={grade}"
    for category, name, grade in (
        ("identity", "birth_name", "certain"),
        ("contact", "phone", "certain"),
        ("contact", "email", "probable"),
        ("contact", "address", "possible"),
        ("identifier", "ins", "probable"),
        ("medical", "diagnosis", "possible"),
        ("financial", "iban", "certain"),
        ("credential", "password", "certain"),
        ("implied", "health", "certain"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A template, and one notice that it makes."""

    template: Template
    head: Letterhead
    told: Told
    shown: Notice

    @property
    def full(self) -> str:
        """The whole text of the mail."""
        return as_text(self.shown)

    @property
    def correction(self) -> bool:
        """Whether it takes an earlier notice back: it has no item to list."""
        return self.template.id.startswith("correction.")

    @property
    def public(self) -> bool:
        """Whether everybody reads it: it names nobody and bears no reference."""
        return self.template.id.startswith("public.")

    def passage(self, id_: str) -> str:
        """The text of one passage, '' where it is missing."""
        return "\n".join(
            "\n".join((block.text, *block.points))
            for passage in self.shown.passages
            if passage.id == id_
            for block in passage.blocks
        )


def proofs(
    template: Template, head: Letterhead, controllers: tuple[str, ...]
) -> Iterator[Proof]:
    """The notices that a template makes: each reader, each grade, many items and few."""
    base = Told(
        reader=Reader.PERSON,
        grade=Grade.CERTAIN,
        items=SAMPLE_ITEMS,
        controllers=controllers[:3],
        first_on="2025-09-01",
        last_on="2025-09-03",
    )
    few = [f"identity.birth_name={grade}" for grade in Grade]
    tolds = [base, *(_as(base, reader=reader) for reader in Reader)]
    tolds += [
        _as(with_items(base, items), grade=grade)
        for grade, items in zip(Grade, few, strict=True)
    ]
    tolds.append(_as(base, first_on="", last_on="", replaces=True))
    for told in tolds:
        yield Proof(template=template, head=head, told=told, shown=notice(template, head, told))


def _as(told: Told, **changes: object) -> Told:
    values: dict[str, Any] = {n: getattr(told, n) for n in Told.__dataclass_fields__}
    return Told(**(values | changes))
