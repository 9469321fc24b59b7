"""The pieces of a document: fields with their source, blocks, papers."""

from dataclasses import dataclass, field

from tocsin.core.records import Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a document: what it says and whence, or that it is unknown and why.

    Args:
        id: steady name, such as `persons.at_least`.
        label: its words in the form; None for a sentence of a text.
        values: what it says, one or several; empty where unknown.
        source: where in the case, or by which text; '' where unknown.
        unknown: why it is unknown; None where it is known.
        code: the same for a machine; None where unknown.
        figure: whether it follows from the scope: it is stale when the scope moves.
    """

    id: str
    label: Says | None
    values: tuple[Says, ...] = ()
    source: str = ""
    unknown: Says | None = None
    code: object = None
    figure: bool = False

    def __post_init__(self) -> None:
        known = bool(self.values) and bool(self.source) and self.unknown is None
        blank = not self.values and not self.source and self.unknown is not None
        if known == blank:
            raise ValueError(f"{self.id}: a field has a source or says unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Fields or sentences under one title."""

    title: Says
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document of the case.

    Args:
        id: file name without suffix.
        kind: `filing`, or `text` for what is published.
        duty: the duty that it serves, '' for none.
        controller: '' for the operator.
        revision: of the scope that its figures rest on; 0 before the first.
        proposition: whether its figures rest on suspicions that nobody reviewed.
        signed_by: whose signature it waits for.
        picture: an SVG, '' for none; `tells` says in words what it shows.
    """

    id: str
    kind: str
    duty: str
    controller: str
    title: Says
    to: Says
    blocks: tuple[Block, ...]
    revision: int
    proposition: bool
    notes: tuple[Says, ...] = field(default=())
    signed_by: Says | None = None
    picture: str = ""
    tells: Says | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in order."""
        return tuple(f for block in self.blocks for f in block.fields)


def known(
    id_: str,
    label: Says | None,
    values: Says | tuple[Says, ...],
    source: str,
    *,
    code: object = None,
    figure: bool = False,
) -> Field:
    """A field that the case fills."""
    listed = values if isinstance(values, tuple) else (values,)
    return Field(
        id=id_,
        label=label,
        values=listed,
        source=source,
        code=listed[0].en if code is None else code,
        figure=figure,
    )


def unknown(id_: str, label: Says | None, why: Says, *, figure: bool = False) -> Field:
    """A field that the case does not fill, and why."""
    return Field(id=id_, label=label, unknown=why, figure=figure)
