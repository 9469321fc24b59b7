"""How a reader in SQL becomes the relation `decoded`: every column named, every line kept."""

from collections.abc import Mapping

from tocsin.core.tables import Step
from tocsin.trail.decoded import DECODED
from tocsin.trail.instants import EARLIEST_US, LATEST_US

HEAD_CHARACTERS = 200
"""Characters of an unreadable line that quarantine keeps."""

_EMPTY = {
    "part": "0",
    "event_id": "NULL",
    "request_id": "NULL",
    "occurred_us": "NULL",
    "result_count": "NULL",
    "sequence": "NULL",
}
"""What a column is when a format has no such thing; '' for the others."""

NO_INSTANT = (
    "CASE WHEN occurred_us IS NULL THEN 'no instant that can be read'"
    f" WHEN occurred_us < {EARLIEST_US} OR occurred_us >= {LATEST_US}"
    " THEN 'instant outside 1970-2100' END"
)
"""SQL: why `occurred_us` is no instant of a trail; NULL where it is one."""


def decoded_step(
    taken_apart: str, *, reads: tuple[str, ...], columns: Mapping[str, str], reason: str
) -> Step:
    """The last step of a reader: a row per line, either its columns or its reason.

    Args:
        taken_apart: SELECT that gives `position`, `line`, `head` and what `columns` names.
        reads: the relations that it names.
        columns: SQL expression of each column of DECODED that the format has.
        reason: SQL expression, NULL where the line can be read.

    Returns:
        The step that fills `decoded`; a line with a reason has nothing else but its head.
    """
    names = [c.name for c in DECODED.columns if c.name not in {"position", "reason", "head"}]
    listed = ", ".join(_column(name, columns.get(name)) for name in names)
    sql = (
        f"SELECT position, {listed}, why AS reason, CASE WHEN why IS NULL THEN NULL"
        f" ELSE left(coalesce(head, line), {HEAD_CHARACTERS}) END AS head"
        f" FROM (SELECT *, {reason} AS why FROM ({taken_apart}) AS apart) AS judged"
    )
    return Step(fills=DECODED, reads=reads, sql=sql, portable=False, view=True)


def _column(name: str, said: str | None) -> str:
    empty = _EMPTY.get(name, "''")
    if said is None:
        return f"{empty} AS {name}"
    known = said if empty == "NULL" else f"coalesce({said}, {empty})"
    return f"CASE WHEN why IS NULL THEN {known} ELSE {empty} END AS {name}"
