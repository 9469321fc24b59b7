"""The sessions that saw a person whom no reach row names: opened it, or asked what lists it."""

from typing import Any

from tocsin.act.canaries.identities import Canary
from tocsin.core.tables import ACCESS, ACTS, SESSIONS, TEXT, Step, table
from tocsin.flow.world import World, bind_published
from tocsin.scope.folding import fold
from tocsin.scope.queries import Term, parse, phone_key

_SEEN = table(
    "canary_acts",
    "act of a session that may be the thief's and query or person",
    session=TEXT,
    account=TEXT,
    verdict=TEXT,
    service=TEXT,
    kind=TEXT,
    person=TEXT,
    query=TEXT,
)


def _acts() -> Step:
    """The acts of sessions that are not the owner's, with the query or the person of each."""
    return Step(
        fills=_SEEN,
        reads=("access", "acts", "sessions"),
        sql="""
SELECT DISTINCT s.session AS session, s.account AS account, s.verdict AS verdict,
  a.service AS service, a.kind AS kind, a.person AS person, a.query AS query
FROM acts AS c
JOIN access AS a ON a.source = c.source AND a.digest = c.digest AND a.position = c.position
  AND a.part = c.part
JOIN sessions AS s ON s.session = c.session
WHERE c.attribution <> 'legitimate' AND (a.person <> '' OR a.query IS NOT NULL)
""",
    )


def sightings(world: World, canary: Canary) -> list[dict[str, Any]]:
    """The suspect sessions that saw a canary, the surest way of each.

    `named`: a line opens it. `replayed`: a logged query is answered by it.
    """
    if not world.case.files(ACTS):
        return []
    world.engine.drop(ACCESS.name, ACTS.name, SESSIONS.name, _SEEN.name)
    bind_published(world, ACCESS, ACTS, SESSIONS)
    world.engine.run(_acts())
    rows = world.engine.fetch(_SEEN.name, order=("session",)).to_pylist()
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        how = _how(row, canary)
        known = best.get(row["session"])
        if how and (known is None or (how == "named" and known["how"] != "named")):
            told = {k: row[k] for k in ("session", "account", "verdict", "service")}
            best[row["session"]] = {**told, "how": how}
    return sorted(best.values(), key=lambda s: (s["how"], s["session"]))


def _how(row: dict[str, Any], canary: Canary) -> str:
    if row["person"] == canary.person:
        return "named"
    if not row["query"] or (canary.service and row["service"] != canary.service):
        return ""
    asked = parse(row["query"])
    narrow = asked.readable and asked.rows_are_persons and asked.clauses
    return (
        "replayed"
        if narrow and all(any(_answers(t, canary) for t in c) for c in asked.clauses)
        else ""
    )


def _answers(term: Term, canary: Canary) -> bool:
    """Whether a canary answers a term; a column that a canary does not have answers nothing."""
    if term.column == "birth":
        first, first_end, last, last_end = term.value
        born = canary.birth_date
        return (
            (not first or born >= first)
            and (not last or born >= last)
            and not ((first_end and born >= first_end) or (last_end and born >= last_end))
        )
    held = {
        "family": [canary.birth_name, canary.used_name],
        "given": canary.first_names.split(),
        "city": [canary.city],
        "postal": [canary.postal_code],
        "sex": [canary.sex],
        "phone": [phone_key(canary.phone)],
        "email": [canary.email.lower()],
        "person": [canary.person],
    }.get(term.column, [])
    return any(_compared(term, value) for value in held if value)


def _compared(term: Term, value: str) -> bool:
    asked = term.value[0]
    if term.op == "is":
        return asked.casefold() == value.casefold()
    if term.op == "exact":
        return asked == value
    plain = fold(value)
    return asked in plain if term.op == "contains" else plain.startswith(asked)
