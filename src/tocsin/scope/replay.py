"""Replay of logged queries on the directory: whom each could have shown, page by page.

A page is a window [first row, end row) over the matches of a query in the order asked. Without
a known order, or among equals of it, any match of a group of equals may stand on any of the
group's rows: the group is then shown in part, and its size bounds the number of persons.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from tocsin.core.tables import COUNT, TEXT, US, YES_NO, Step, table
from tocsin.scope.queries import UNREADABLE, Clause, Query, parse
from tocsin.scope.settled import OPEN, OWN

NO_END = 4_000_000_000_000
"""End row of a window without end."""

CERTAIN, PROBABLE, POSSIBLE = 1, 2, 3
"""Grades inside steps: the smaller, the surer."""

ASKS = table(
    "scope_asks",
    "line whose persons are known by replay, or by nothing",
    digest=TEXT,
    position=COUNT,
    source=TEXT,
    session=TEXT,
    account=TEXT,
    us=US,
    service=TEXT,
    operation=TEXT,
    persons=TEXT,
    outcome=TEXT,
    query=TEXT,
    result_count=COUNT,
    lifted=YES_NO,
    class_=TEXT,
)

PAGES = table(
    "scope_pages",
    "line and window of a query's matches that it showed",
    digest=TEXT,
    position=COUNT,
    base=COUNT,  # the query's filters; 0 = none, the whole perimeter
    sort=COUNT,  # the order asked; 0 = none known
    first_row=COUNT,
    end_row=COUNT,
    most=COUNT,  # rows at most, by the logged count or the page
    grade=COUNT,
    rule=TEXT,
)


def asks(*, naming: tuple[str, ...]) -> Step:
    """The lines to replay, in the order that sessions ran.

    Args:
        naming: sources whose search lines name the persons that they returned.

    Reads:   scope_acts, scope_shown
    Silence: the owner's lines are here too: a page token of the thief may follow them
    """
    listed = ", ".join("'" + s.replace("'", "''") + "'" for s in naming) or "''"
    return Step(
        fills=ASKS,
        reads=("scope_acts", "scope_shown"),
        sql=f"""
SELECT a.digest AS digest, a.position AS position, min(a.source) AS source,
  min(a.session) AS session, min(a.account) AS account, min(a.us) AS us,
  a.service AS service, a.operation AS operation, a.persons AS persons,
  min(a.outcome) AS outcome, min(a.query) AS query, min(a.result_count) AS result_count,
  max(CASE WHEN a.lifted THEN 1 ELSE 0 END) = 1 AS lifted, min(a.class_) AS class_
FROM scope_acts AS a
JOIN (SELECT DISTINCT i.service AS service, i.operation AS operation
  FROM scope_shown AS i) AS w ON w.service = a.service AND w.operation = a.operation
WHERE a.outcome IN ('ok', 'unknown')
  AND ((a.persons = 'query' AND a.source NOT IN ({listed})) OR a.persons = 'export'
    OR (a.persons = 'named' AND a.person = ''))
GROUP BY a.digest, a.position, a.service, a.operation, a.persons
""",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A row of ASKS."""

    digest: str
    position: int
    source: str
    session: str
    service: str
    persons: str
    outcome: str
    query: str | None
    result_count: int | None
    class_: str


@dataclass(slots=True)
class Plan:
    """What to replay: distinct queries, orders and the windows of each line."""

    clauses: dict[Clause, int] = field(default_factory=dict)
    bases: dict[tuple[Clause, ...], int] = field(default_factory=dict)
    sorts: dict[tuple[tuple[str, bool], ...], int] = field(default_factory=dict)
    pages: list[tuple[str, int, int, int, int, int, int, int, str]] = field(
        default_factory=list
    )
    longest: dict[str, int] = field(default_factory=dict)  # page asked, by service
    ignored: int = 0
    unreadable: int = 0
    unnamed: int = 0

    def base(self, clauses: tuple[Clause, ...]) -> int:
        """The number of a set of filters; 0 for none."""
        if not clauses:
            return 0
        for clause in clauses:
            self.clauses.setdefault(clause, len(self.clauses))
        return self.bases.setdefault(clauses, len(self.bases) + 1)

    def sort(self, keys: tuple[tuple[str, bool], ...]) -> int:
        """The number of an order; 0 for none."""
        return self.sorts.setdefault(keys, len(self.sorts) + 1) if keys else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What the estate says that a replay must know.

    Args:
        page_sizes: rows of a list page, by service; 0 = all.
        bare: sources whose query is the query string: none logged means none asked.
        lossy: sources with lines that cannot be read in the time examined: a page before
            that of a token may be among them.
    """

    page_sizes: Mapping[str, int]
    bare: frozenset[str]
    lossy: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Trace:
    """The last search of a session in a service, and the page tokens seen since."""

    query: Query
    size: int
    first: int
    tokens: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Traces:
    """The searches that page tokens go on with, by session and service."""

    last: dict[tuple[str, str], _Trace] = field(default_factory=dict)
    by_token: dict[tuple[str, str, str], _Trace] = field(default_factory=dict)

    def behind(self, ask: Ask, token: str) -> _Trace | None:
        """The search behind a token: the one it followed first, else the last before it."""
        last = self.last.get((ask.session, ask.service))
        if last is None or not token:
            return last
        return self.by_token.setdefault((ask.session, ask.service, token), last)


def plan(rows: Iterable[Ask], habits: Habits) -> Plan:
    """Read the queries and say which window of which matches each line showed.

    Args:
        rows: the lines in the order that each session ran.
        habits: page sizes and logging habits of the estate.
    """
    made = Plan()
    read: dict[str, Query] = {}
    traces = _Traces()
    for ask in rows:
        text = ask.query or ""
        if text not in read:
            read[text] = parse(text)
        logged = bool(text) or ask.source in habits.bare or ask.persons == "export"
        query = read[text] if logged and ask.persons != "named" else UNREADABLE
        window = _window(ask, query, habits, traces)
        if ask.class_ != OWN:
            made.longest[ask.service] = max(made.longest.get(ask.service, 0), query.count or 0)
            _add(made, ask, window)
            if not window.placed and ask.source in habits.lossy:
                _add(made, ask, replace(window, sure=False, rule="token"))
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    query: Query
    first: int = 0
    size: int = 0  # 0 = to the end
    rule: str = ""
    sure: bool = True
    placed: bool = True  # False where the page is only taken for the one after the last


def _window(ask: Ask, query: Query, habits: Habits, traces: _Traces) -> _Window:
    """The window of one line; a page token inherits the search before it in the session."""
    if not query.readable:
        rule = "unnamed" if ask.persons == "named" else "unreadable"
        if ask.persons == "query":
            traces.last.pop((ask.session, ask.service), None)
        return _Window(query=query, size=_size(ask, query, habits), rule=rule, sure=False)
    if query.token or query.token_offset is not None:
        behind = traces.behind(ask, query.token)
        return _inherited(query, behind, _size(ask, query, habits))
    size = _size(ask, query, habits)
    page = (query.page or 1) - 1
    first = query.offset + page * size if size else query.offset
    if ask.persons == "query":
        traces.last[ask.session, ask.service] = _Trace(query=query, size=size, first=first)
    return _Window(query=query, first=first, size=size)


def _size(ask: Ask, query: Query, habits: Habits) -> int:
    if ask.persons == "named":
        return 1
    if not query.rows_are_persons:
        return 0
    if query.count is not None:
        return query.count
    return habits.page_sizes.get(ask.service, 0) if ask.persons == "query" else 0


def _inherited(query: Query, trace: _Trace | None, own_size: int) -> _Window:
    if trace is None or (query.clauses and query.clauses != trace.query.clauses):
        if query.clauses:  # its own filters, an unknown page of them
            return _Window(query=replace(query, ignored=query.ignored + 1), size=own_size)
        return _Window(query=UNREADABLE, size=own_size, rule="token", sure=False)
    size = query.count if query.count is not None else trace.size
    first, told = _page_of(query, trace, size)
    inherited = replace(trace.query, ignored=trace.query.ignored + query.ignored)
    return _Window(query=inherited, first=first if size else 0, size=size, placed=told)


def _page_of(query: Query, trace: _Trace, size: int) -> tuple[int, bool]:
    """The first row of a token's page, and whether the query says so; else the next page."""
    if query.token_offset is not None:
        return query.token_offset, True
    if query.page is not None:
        return (query.page - 1) * size, True
    if query.offset:
        return query.offset, True
    turn = trace.tokens.setdefault(query.token, len(trace.tokens) + 1)
    return trace.first + turn * size, False


def _add(made: Plan, ask: Ask, window: _Window) -> None:
    query = window.query
    shows_none = ask.result_count == 0 or (query.count == 0 and query.readable)
    if shows_none:
        return
    sure = window.sure and not query.ignored
    made.ignored += bool(query.ignored)
    made.unreadable += not query.readable and window.rule in ("unreadable", "token")
    made.unnamed += window.rule == "unnamed"
    end = window.first + window.size if sure and window.size else NO_END
    most = min(window.size or NO_END, ask.result_count or NO_END)
    grade, rule = _graded(ask, window.rule, sure=sure)
    # Matches that a page cannot place are all of them: the window is open, the number is not.
    made.pages.append(
        (
            ask.digest,
            ask.position,
            made.base(query.clauses),
            made.sort(query.sort) if sure and window.size else 0,
            window.first if sure else 0,
            end,
            most,
            grade,
            rule,
        )
    )


def _graded(ask: Ask, rule: str, *, sure: bool) -> tuple[int, str]:
    if ask.class_ == OPEN:
        return POSSIBLE, "undecided"
    if not sure:
        return POSSIBLE, rule or "widened"
    if ask.outcome != "ok":
        return POSSIBLE, "outcome"
    return PROBABLE, "exported" if ask.persons == "export" else "replayed"


def driven(plan: Plan, persons: Mapping[int, int]) -> list[tuple[int, int, int]]:
    """Rows of CLAUSES: the clause that the fewest persons answer drives its query."""
    rows: list[tuple[int, int, int]] = []
    for clauses, base in plan.bases.items():
        numbers = [plan.clauses[clause] for clause in clauses]
        driver = min(numbers, key=lambda n: (persons.get(n, 0), n))
        rows += [(base, n, int(n == driver)) for n in numbers]
    return rows
