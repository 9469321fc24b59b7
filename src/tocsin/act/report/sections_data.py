"""The section on data: items by grade, controllers and their sums, statements, rules."""

from tocsin.act.report.findings import Findings, Persons, Stated
from tocsin.act.report.page import (
    ROWS_SHOWN,
    Bar,
    Cell,
    Grid,
    Row,
    Trace,
    code,
    count,
    head,
    marked,
    more,
    text,
)
from tocsin.act.report.sentences import NOTHING, plain, say
from tocsin.act.report.words import (
    CATEGORIES,
    FINDINGS,
    GRADES,
    RULES,
    item,
    word,
)
from tocsin.core.records import Says

BAR = 140


def item_grid(found: Findings) -> Grid:
    """One row per item: persons by grade, cumulative, with a bar."""
    items = sorted(found.scoped.items.items()) if found.scoped else []
    most = max((counts.possible for _, counts in items), default=0)
    return Grid(
        anchor="table-items",
        caption=say(
            "Personnes par donnée et par grade (cumulé)",
            "Persons by item and grade (cumulative)",
        ),
        head=head(
            ("Donnée", "Item", "text"),
            ("Certain", "Certain", "number"),
            ("+ probable", "+ probable", "number"),
            ("+ possible", "+ possible", "number"),
            ("Répartition", "Spread", "bar"),
        ),
        rows=tuple(
            Row(
                cells=(
                    text(item(name), detail=(plain(name),)),
                    count(counts.certain),
                    count(counts.probable),
                    count(counts.possible),
                    Cell(says=NOTHING, kind="bar", bar=_bar(counts, most)),
                )
            )
            for name, counts in items
        ),
    )


def controller_grid(found: Findings) -> Grid:
    """One row per controller, and how the sum meets the whole."""
    scope = found.scoped
    rows = sorted(
        (c for c in scope.controllers if c.persons.possible) if scope else (),
        key=lambda c: (-c.persons.possible, c.controller),
    )
    return Grid(
        anchor="table-controllers",
        caption=say(
            "Personnes par responsable de traitement (cumulé)",
            "Persons by controller (cumulative)",
        ),
        head=head(
            ("Responsable", "Controller", "text"),
            ("FINESS", "FINESS", "code"),
            ("Certain", "Certain", "number"),
            ("+ probable", "+ probable", "number"),
            ("+ possible", "+ possible", "number"),
        ),
        rows=tuple(
            Row(
                cells=(
                    text(plain(c.name or c.controller))
                    if c.controller
                    else text(say("aucun responsable connu", "no known controller")),
                    code(c.controller),
                    count(c.persons.certain),
                    count(c.persons.probable),
                    count(c.persons.possible),
                )
            )
            for c in rows[:ROWS_SHOWN]
        ),
        note=(*_sums(found), *more(len(rows) - ROWS_SHOWN, "scope/summary.json")),
    )


def _sums(found: Findings) -> tuple[Says, ...]:
    overlap = found.overlap
    if not overlap.persons:
        return ()
    return (
        say(
            "{pairs} lignes personne-responsable = {persons} personnes distinctes + {again} "
            "fois comptées de nouveau ; {shared} personnes relèvent de plusieurs responsables. "
            "Un responsable ne s'additionne donc pas à un autre.",
            "{pairs} person-controller pairs = {persons} distinct persons + {again} counted "
            "again; {shared} persons have several controllers. Controllers therefore do not "
            "add up.",
            pairs=overlap.pairs,
            persons=overlap.persons,
            again=overlap.pairs - overlap.persons,
            shared=overlap.shared,
        ),
    )


def statement_grid(found: Findings) -> Grid:
    """One row per category: the finding, the sentence, its because-list."""
    statements = found.scoped.statements if found.scoped else ()
    common = _common(statements)
    return Grid(
        anchor="table-statements",
        caption=say(
            "Énoncés par catégorie, avec leurs raisons", "Statements by category, with reasons"
        ),
        head=head(
            ("Catégorie", "Category", "text"),
            ("Constat", "Finding", "mark"),
            ("Énoncé et raisons", "Statement and reasons", "text"),
        ),
        rows=tuple(
            Row(
                cells=(
                    text(word(CATEGORIES, s.category)),
                    marked(word(FINDINGS, s.finding), s.finding),
                    text(
                        s.sentence,
                        detail=(
                            *(r for r in s.reasons if r not in common),
                            *(
                                say("Pour trancher : {step}", "To settle it: {step}", step=step)
                                for step in s.steps
                            ),
                        ),
                    ),
                )
            )
            for s in statements
        ),
        note=tuple(
            say(
                "Vaut pour chaque énoncé. {reason}",
                "Holds for each statement. {reason}",
                reason=r,
            )
            for r in common
        ),
    )


def _common(statements: tuple[Stated, ...]) -> tuple[Says, ...]:
    """The reasons that every statement gives, in order: said once under the table."""
    if len(statements) < 2:
        return ()
    first, *others = (s.reasons for s in statements)
    return tuple(r for r in first if all(r in reasons for reasons in others))


def rule_grid(found: Findings) -> Grid:
    """One row per grade and rule: how persons came into scope."""
    return Grid(
        anchor="table-rules",
        caption=say(
            "Personnes par grade et par règle (une personne peut en avoir plusieurs)",
            "Persons by grade and rule (a person may have several)",
        ),
        head=head(
            ("Grade", "Grade", "mark"),
            ("Règle", "Rule", "text"),
            ("Personnes", "Persons", "number"),
            ("Retrouver les lignes", "Find the lines", "trace"),
        ),
        rows=tuple(
            Row(
                cells=(
                    marked(word(GRADES, r.grade), r.grade),
                    text(word(RULES, r.rule)),
                    count(r.persons),
                    Cell(
                        says=NOTHING,
                        trace=Trace(
                            table="scope/reach.parquet",
                            query="SELECT DISTINCT person FROM 'scope/reach.parquet' "
                            f"WHERE grade = '{r.grade}' AND rule = '{r.rule}'",
                        ),
                    ),
                )
            )
            for r in sorted(found.rules, key=lambda r: list(GRADES).index(r.grade))
        ),
    )


def _bar(counts: Persons, most: int) -> Bar:
    unit = BAR / most if most else 0.0
    edges = [0, counts.certain, counts.probable, counts.possible]
    parts = tuple(
        (mark, round(low * unit, 1), round((high - low) * unit, 1))
        for mark, low, high in zip(
            ("certain", "probable", "possible"), edges, edges[1:], strict=False
        )
        if high > low
    )
    return Bar(width=BAR, parts=parts)
