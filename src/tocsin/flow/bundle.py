"""Gather what goes into a bundle; its seal is signed over the root of all of it."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tocsin.act.seal import contents, journal
from tocsin.core.audit_events import AUDIT, openings
from tocsin.core.ports import Case
from tocsin.core.seal import Authority, Content, Member, Seal, Signing, root_of
from tocsin.core.tables import ACCESS, QUARANTINE, Table
from tocsin.flow.world import World

HELD_BACK: Mapping[Table, str] = {ACCESS: "query", QUARANTINE: "head"}
"""The column of each table that may hold an identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is at hand for a bundle.

    Args:
        names: the files of the case.
        lines: of the journal.
        directory: the directory's tables as Parquet, and the key of the pseudonyms, by name;
            empty for a bundle without identities.
        identities: whether the bundle has identities.
    """

    names: Sequence[str]
    lines: Sequence[str]
    directory: Mapping[str, bytes]
    identities: bool


def gather(world: World, has: Gathered) -> Iterator[Content]:
    """The contents of a bundle, in any order."""
    lines = contents.without_custody(has.lines)
    opened = dict(journal.facts_of(journal.entries(lines), "opened"))
    whole = contents.chosen(
        has.names, identities=has.identities, evidence=contents.plain_evidence(opened)
    )
    for name in whole:
        if name != "journal.ndjson":
            yield Content(name=name, path=world.case.where(name))
    yield Content(name="journal.ndjson", data="".join(f"{x}\n" for x in lines).encode())
    case_id = str(world.case.facts["id"])
    told = "".join(f"{x}\n" for x in openings(lines, case=case_id))
    yield Content(name=AUDIT, data=told.encode())
    for name, data in has.directory.items():
        yield Content(name=contents.DIRECTORY + name, data=data)
    if not has.identities:
        yield from _held_back(world)


def _held_back(world: World) -> Iterator[Content]:
    """The tables of the trail without what was typed, and without the heads of lines."""
    for shape, column in HELD_BACK.items():
        kept = Table(
            name=shape.name,
            per=shape.per,
            columns=tuple(c for c in shape.columns if c.name != column),
        )
        for path in world.case.files(shape):
            world.engine.bind_files(kept, [path], name="seal_kept")
            staged = world.case.aside("kept.parquet")
            world.engine.write("seal_kept", kept, staged)
            world.engine.drop("seal_kept")
            name = path.removeprefix(world.case.where(""))
            yield Content(name=name.lstrip("/"), path=staged)


def sealed(
    case: Case, key: Signing, authority: Authority, *, identities: bool
) -> Callable[[Sequence[Member], Mapping[str, str], str], Seal]:
    """What makes the seal of a bundle once its members are known."""

    def seal(members: Sequence[Member], rules: Mapping[str, str], tool: str) -> Seal:
        root = root_of(members)
        reply = authority.stamp(bytes.fromhex(root))
        unsigned = Seal(
            case=str(case.facts["id"]),
            identities=identities,
            root=root,
            size=len(members),
            key=key.key,
            tool=tool,
            rules=rules,
            timestamp=base64.b64encode(reply).decode(),
        )
        return replace(unsigned, signature=key.sign_bytes(unsigned.signed()).hex())

    return seal
