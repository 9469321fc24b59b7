"""Writes the documents of the case: HTML, PDF and JSON, with the index of their figures."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.act.documents import dpv, stale
from tocsin.act.documents.facts import Known
from tocsin.act.documents.fields import Block, Field, Paper
from tocsin.act.report.sentences import instant, say
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.evidence import digest_of
from tocsin.core.papers import Printer
from tocsin.core.ports import Pages
from tocsin.core.records import Says
from tocsin.flow.decide import decided
from tocsin.flow.decided import Decided
from tocsin.flow.incident import refuse_if_closed
from tocsin.flow.papers import FINALS, FOLDER, HISTORY, drafted, known, states
from tocsin.flow.world import World

INDEX = f"{FOLDER}/index.json"
TEMPLATE = "document.html.j2"
PRINTED = "paper.typ"

_WORDS = {
    "field": Says("Champ", "Field"),
    "value": Says("Valeur et source", "Value and source"),
    "source": Says("source : ", "source: "),
    "unknown": Says("Inconnu : ", "Unknown: "),
    "case": Says("Dossier", "Case"),
    "made": Says("Établi le", "Made on"),
    "revision": Says("Révision du périmètre", "Revision of the scope"),
    "none": Says("aucune encore", "none yet"),
}
_PROPOSITION = Says(
    "PROPOSITION : ces chiffres reposent sur des suspicions que personne n'a relues. Ce texte "
    "ne peut être ni déposé ni publié tel quel.",
    "PROPOSITION: these figures rest on suspicions that nobody has reviewed. This text can "
    "neither be filed nor published as it is.",
)
_FINAL = ("ARRÊTÉ par {by}, le {at}.", "MADE FINAL by {by}, on {at}.")
_DRAFT = Says(
    "BROUILLON : à relire et à signer par un humain.",
    "DRAFT: to be reviewed and signed by a human.",
)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """The wish that one document be final, in a human's name."""

    id: str
    by: str


def documents(
    world: World, pages: Pages, printer: Printer, final: Final | None = None
) -> Document:
    """Draft every document of the case into `act/documents/`.

    1. Decide: clocks, risk, continuity as of now.
    2. Refuse what cannot be final, before anything is written.
    3. Set each document in HTML and PDF, and its values in JSON; publish file by file.
    4. Keep what they say, then the index: it is written last.

    Args:
        final: the document to be made final, if any.

    Raises:
        InputError: there is no such document.
        RefusedError: the case is closed, or the figures rest on unreviewed suspicions.
    """
    refuse_if_closed(world.case.journal(), "documents")
    found = decided(world)
    facts = known(world, found, _contacts(world, found))
    papers = drafted(facts)
    if final:
        _may_be_final(final, papers)
    world.progress.stage("documents")
    setter = _Setter(world, pages, printer)
    sums: dict[str, dict[str, str]] = {}
    for n, paper in enumerate(papers):
        wish = final if final and final.id == paper.id else None
        files = setter.files(paper, wish)
        for name, content in files.items():
            world.case.write_bytes(f"{FOLDER}/{name}", content)
        sums[paper.id] = {name: digest_of(content) for name, content in files.items()}
        if wish:
            _keep_final(world, wish, paper, files)
        world.progress.advance(n + 1, len(papers), "documents")
    listed = states(facts, papers, world.case.read_json(FINALS))
    _keep_figures(world, facts, papers)
    index = {
        "revision": facts.revision,
        "proposition": facts.proposition,
        "made_at": facts.now.isoformat(),
        "documents": [
            _row(paper, state, sums[paper.id])
            for paper, state in zip(papers, listed, strict=True)
        ],
    }
    world.case.write_json(INDEX, index)
    world.case.note(
        "documents_drafted",
        {"revision": facts.revision, "proposition": facts.proposition, "count": len(papers)},
    )
    return {**index, "folder": world.case.where(FOLDER)}


def _may_be_final(final: Final, papers: Sequence[Paper]) -> None:
    paper = next((p for p in papers if p.id == final.id), None)
    if paper is None:
        ids = ", ".join(p.id for p in papers[:6])
        raise InputError(
            Says(
                f"il n'y a pas de document « {final.id[:60]} »",
                f"there is no document {final.id[:60]!r}",
            ),
            next_step=Says(
                f"Prenez un identifiant de act/documents/index.json, tel que : {ids}.",
                f"Use an id of act/documents/index.json, such as: {ids}.",
            ),
            where="--final",
        )
    if paper.proposition:
        raise RefusedError(
            Says(
                f"{paper.id} repose sur une PROPOSITION : des soupçons que personne n'a revus",
                f"{paper.id} rests on a PROPOSITION: suspicions that nobody reviewed",
            ),
            next_step=Says(
                "Revoyez les sessions (tocsin review), lancez tocsin scope sans "
                "--accept-suspicions, puis recommencez.",
                "Review the sessions (tocsin review), run tocsin scope without "
                "--accept-suspicions, then ask again.",
            ),
            where=Says(f"révision {paper.revision}", f"revision {paper.revision}"),
        )


def _keep_final(world: World, final: Final, paper: Paper, files: Mapping[str, bytes]) -> None:
    """Keep the files as they are in a folder of their own, then say so."""
    finals = world.case.read_json(FINALS)
    made = dict(finals) if isinstance(finals, dict) else {}
    number = made.get(paper.id, {}).get("version", 0) + 1
    folder = f"{FOLDER}/final/{paper.id}-{number}"
    sums = {name: digest_of(content) for name, content in files.items()}
    for name, content in files.items():
        world.case.write_bytes(f"{folder}/{name}", content)
    made[paper.id] = {
        "version": number,
        "by": final.by,
        "at": world.clock.now().isoformat(),
        "revision": paper.revision,
        "folder": folder,
        "sha256": sums,
        "figures": stale.kept(paper.fields),
    }
    world.case.write_json(FINALS, made)
    facts = {"id": paper.id, "version": number, "revision": paper.revision, "sha256": sums}
    world.case.note("document_final", facts, by=final.by)


def _keep_figures(world: World, facts: Known, papers: Sequence[Paper]) -> None:
    """Keep what the documents say now, if it is not what was kept last."""
    kept = {
        p.id: {"duty": p.duty, "controller": p.controller, "figures": stale.kept(p.fields)}
        for p in papers
    }
    names = world.case.listed(HISTORY)
    last = world.case.read_json(f"{HISTORY}/{names[-1]}") if names else None
    if isinstance(last, dict) and last["documents"] == kept:
        return
    world.case.write_json(
        f"{HISTORY}/{len(names) + 1:06d}.json",
        {"revision": facts.revision, "made_at": facts.now.isoformat(), "documents": kept},
    )


def _contacts(world: World, found: Decided) -> dict[str, Mapping[str, str]]:
    if not found.incident.controllers:
        return {}
    opened = world.case.vault.open("controllers")["controllers"]
    world.case.note(
        "vault_opened", {"tables": ["controllers"], "why": "contacts of the controllers"}
    )
    return {
        row["controller"]: {
            name: row[name] for name in ("dpo_name", "dpo_email") if row.get(name)
        }
        for row in opened.to_pylist()
    }


def _row(paper: Paper, state: Document, written: Mapping[str, str]) -> Document:
    return {
        **state,
        "kind": paper.kind,
        "title": _both(paper.title),
        "revision": paper.revision,
        "proposition": paper.proposition,
        "files": list(written),
        "sha256": dict(written),
        "figures": [_figure(f) for f in paper.fields],
    }


def _figure(field: Field) -> Document:
    row: Document = {
        "field": field.id,
        "label": _both(field.label) if field.label else None,
        "value": _both(stale.told(field)),
        "source": field.source or None,
        "unknown": _both(field.unknown) if field.unknown else None,
        "of_the_scope": field.figure,
    }
    if not isinstance(field.code, str):
        row["code"] = field.code
    return row


class _Setter:
    """Sets one paper in each language and format into a folder."""

    def __init__(self, world: World, pages: Pages, printer: Printer) -> None:
        self.world, self.pages, self.printer = world, pages, printer
        self.at = world.clock.now()

    def files(self, paper: Paper, final: Final | None) -> dict[str, bytes]:
        """Its files: name and content; what is made final says by whom, and is no draft."""
        made: dict[str, bytes] = {}
        for lang in ("fr", "en") if paper.kind == "text" else ("fr",):
            stem = paper.id if lang == "fr" else f"{paper.id}.en"
            values = self.values(paper, lang, final)
            made[f"{stem}.html"] = self.pages.render(TEMPLATE, {"paper": values}).encode()
            made[f"{stem}.pdf"] = self.printer.pdf(PRINTED, values, at=self.at)
        value = dpv.record(paper) if paper.duty.startswith("gdpr") else None
        made[f"{paper.id}.json"] = json.dumps(
            _as_json(paper, value), ensure_ascii=False, indent=1
        ).encode()
        return made

    def values(self, paper: Paper, lang: str, final: Final | None) -> Document:
        """What both templates read, in one language."""
        zone = self.world.estate.operator.timezone
        mark = [_PROPOSITION] if paper.proposition else [_DRAFT]
        if final:
            mark = [say(*_FINAL, by=final.by, at=instant(self.at, zone))]
        revision = str(paper.revision) if paper.revision else _in(_WORDS["none"], lang)
        return {
            "lang": lang,
            "title": _in(paper.title, lang),
            "operator": self.world.estate.operator.name,
            "to": _in(paper.to, lang),
            "mark": [_in(m, lang) for m in (*mark, *paper.notes)],
            "facts": [
                [_in(_WORDS["case"], lang), str(self.world.case.facts["id"])],
                [_in(_WORDS["revision"], lang), revision],
                [_in(_WORDS["made"], lang), _in(instant(self.at, zone), lang)],
            ],
            "paragraphs": [],
            "blocks": [_block(block, lang) for block in paper.blocks],
            "foot": f"Tocsin · {paper.id}",
            "picture": paper.picture,
            "picture_data": _data(paper.picture),
            "tells": _in(paper.tells, lang),
            "signature": _in(paper.signed_by, lang) if paper.signed_by else "",
            "words": {name: _in(words, lang) for name, words in _WORDS.items()},
        }


def _data(picture: str) -> str:
    """The picture as an address of data: the page asks nothing from outside."""
    if not picture:
        return ""
    return f"data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}"


def _block(block: Block, lang: str) -> Document:
    return {
        "title": _in(block.title, lang),
        "paragraphs": _sentences(block.fields, lang),
        "items": [],
        "fields": [
            {
                "label": _in(f.label, lang),
                "values": _values(f, lang),
                "unknown": f.unknown is not None,
                "source": f"{_in(_WORDS['source'], lang)}{f.source}" if f.source else "",
            }
            for f in block.fields
            if f.label is not None
        ],
    }


def _sentences(fields: Iterable[Field], lang: str) -> list[str]:
    return [value for f in fields if f.label is None for value in _values(f, lang)]


def _values(field: Field, lang: str) -> list[str]:
    if field.unknown is not None:
        return [f"{_in(_WORDS['unknown'], lang)}{_in(field.unknown, lang)}"]
    return [_in(value, lang) for value in field.values]


def _as_json(paper: Paper, record: Document | None) -> Document:
    return {
        "id": paper.id,
        "duty": paper.duty,
        "controller": paper.controller,
        "title": _both(paper.title),
        "revision": paper.revision,
        "proposition": paper.proposition,
        "blocks": [
            {"title": _both(b.title), "fields": [_figure(f) for f in b.fields]}
            for b in paper.blocks
        ],
        **({"dpv": record} if record is not None else {}),
    }


def _in(says: Says | None, lang: str) -> str:
    return says.in_language(lang) if says else ""


def _both(says: Says) -> dict[str, str]:
    return {"fr": says.fr, "en": says.en}
