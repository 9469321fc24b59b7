"""What makes a negative conditional, category by category, with the reason.

A category is not reached only if nothing of this list holds for the services that admit the
accounts and can show it.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.core.records import Estate, Service
from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.core.vocabulary import CATEGORIES
from tocsin.scope.blind import Account, Opening, Silence, Stretch, admits
from tocsin.scope.catalogue import categories_shown, category, items_of
from tocsin.scope.settled import DAY_US

BLOCK = 1024
"""Positions looked at together around an unread line."""

UNREAD = table(
    "scope_unread",
    "line that could not be read, and the readable instants around it",
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    after_us=US,  # NULL where no readable line stands before it
    before_us=US,
)
UNKNOWN_ACTS = table(
    "scope_unknown_acts",
    "service ('' = not told) and source, with acts that the catalogue does not know",
    service=TEXT,
    source=TEXT,
    acts=COUNT,
)
UNREAD_COUNTS = table(
    "scope_unread_counts",
    "source and account, with unread lines inside the account's widened time",
    source=TEXT,
    account=TEXT,
    lines=COUNT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A reason why a category cannot be excluded.

    Args:
        kind: blind, silent, undecided, unmatched, unread, edge, untrailed.
        service: the service it stands in, '' where it stands in several.
        categories: those it touches.
        number: gaps, acts, lines or sessions, by kind.
        start_us: first instant, where there is one.
        end_us: last instant.
        words: state or operation, by kind.
        account: whose, '' where it is of no account in particular.
        sources: whose trail would tell more.
        purged_us: from when on the producer no longer keeps it; None where that is not known.
    """

    kind: str
    service: str
    categories: frozenset[str]
    number: int = 0
    start_us: int | None = None
    end_us: int | None = None
    words: str = ""
    account: str = ""
    sources: tuple[str, ...] = ()
    purged_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the doubts are drawn from; small, fetched from the engine."""

    accounts: Sequence[Account]
    openings: Sequence[Opening]
    silences: Sequence[Silence]
    unknown_acts: Sequence[tuple[str, str, int]]  # service, source, acts
    unread: Sequence[tuple[str, str, int]]  # source, account, lines
    coverage: Sequence[Stretch]
    open_accounts: Sequence[tuple[str, bool, str]]  # account, known, role
    open_sessions: int


def doubts(estate: Estate, evidence: Evidence) -> tuple[Doubt, ...]:
    """Every reason that makes a negative conditional."""
    shows = {s.id: categories_shown(s) or frozenset(CATEGORIES) for s in estate.services}
    return (
        *_gaps(estate, shows, evidence.openings),
        *_silent(estate, evidence.silences),
        *_acts(estate, shows, evidence.unknown_acts),
        *_lines(estate, shows, evidence),
        *_edges(estate, evidence),
        *_open(estate, evidence),
    )


def _gaps(
    estate: Estate, shows: Mapping[str, frozenset[str]], openings: Iterable[Opening]
) -> Iterable[Doubt]:
    spans = {(o.service, o.source, o.start_us, o.end_us, o.state) for o in openings}
    for service, source, start, end, state in sorted(spans):
        yield Doubt(
            kind="blind",
            service=service,
            categories=shows[service],
            number=1,
            start_us=start,
            end_us=end,
            words=state,
            sources=(source,),
            purged_us=_purged(estate, (source,), start),
        )


def _purged(estate: Estate, sources: Iterable[str], since_us: int) -> int | None:
    """When the first of these producers no longer keeps what happened since that instant."""
    wanted = set(sources)
    kept = [s.retention_days for s in estate.sources if s.id in wanted and s.retention_days > 0]
    return since_us + min(kept) * DAY_US if kept else None


def _silent(estate: Estate, silences: Iterable[Silence]) -> Iterable[Doubt]:
    sessions: dict[tuple[str, str], set[str]] = {}
    listed = list(silences)
    for silence in listed:
        key = silence.service, silence.operation
        sessions.setdefault(key, set()).add(silence.session)
    services = {s.id: s for s in estate.services}
    for (name, operation), seen in sorted(sessions.items()):
        service = services[name]
        items = [
            item
            for o in service.operations
            if o.id == operation
            for item in items_of(service, o)
        ]
        yield Doubt(
            kind="silent",
            service=name,
            categories=frozenset(category(item) for item in items),
            number=len(seen),
            words=operation,
            **_span(
                estate, [s for s in listed if (s.service, s.operation) == (name, operation)]
            ),
        )


def _span(estate: Estate, listed: Sequence[Silence]) -> dict[str, Any]:
    sources = tuple(sorted({s.source for s in listed}))
    start = min(s.first_us for s in listed)
    return {
        "sources": sources,
        "start_us": start,
        "end_us": max(s.last_us for s in listed),
        "purged_us": _purged(estate, sources, start),
    }


def _acts(
    estate: Estate,
    shows: Mapping[str, frozenset[str]],
    rows: Iterable[tuple[str, str, int]],
) -> Iterable[Doubt]:
    trails = {s.id: s.services for s in estate.sources}
    totals: dict[str, int] = {}
    for service, source, acts in rows:
        for name in (service,) if service else trails.get(source, ()):
            totals[name] = totals.get(name, 0) + acts
    for name, acts in sorted(totals.items()):
        categories = shows.get(name, frozenset(CATEGORIES))
        yield Doubt(kind="unmatched", service=name, categories=categories, number=acts)


def _lines(
    estate: Estate, shows: Mapping[str, frozenset[str]], evidence: Evidence
) -> Iterable[Doubt]:
    services = {s.id: s for s in estate.services}
    trails = {s.id: s.services for s in estate.sources}
    roles = {a.account: a for a in evidence.accounts}
    most: dict[str, dict[str, int]] = {}
    for source, account, lines in evidence.unread:
        for name in trails.get(source, ()):
            a = roles[account]
            if name in services and admits(services[name], a.role, known=a.known):
                by_source = most.setdefault(name, {})
                by_source[source] = max(by_source.get(source, 0), lines)
    for name, by_source in sorted(most.items()):
        total = sum(by_source.values())
        yield Doubt(
            kind="unread",
            service=name,
            categories=shows[name],
            number=total,
            sources=tuple(sorted(by_source)),
        )


def _edges(estate: Estate, evidence: Evidence) -> Iterable[Doubt]:
    """The widened time must lie between the oldest and the newest trailed instant."""
    spans: dict[str, tuple[int, int]] = {}
    for row in evidence.coverage:
        if row.state == "trailed":
            start, end = spans.get(row.source, (row.start_us, row.end_us))
            spans[row.source] = min(start, row.start_us), max(end, row.end_us)
    if not evidence.accounts:
        yield from _unheard(estate, spans)
    for service in estate.services:
        admitted = [a for a in evidence.accounts if admits(service, a.role, known=a.known)]
        categories = categories_shown(service)
        if admitted and categories:
            start = min(a.from_us for a in admitted)
            end = max(a.to_us for a in admitted)
            yield from _edge(estate, service, spans, (start, end))


def _unheard(estate: Estate, trailed: Container[str]) -> Iterable[Doubt]:
    """Where a source told no line, that no theft is seen excludes none in its services."""
    for service in estate.services:
        silent = tuple(
            s.id for s in estate.sources if service.id in s.services and s.id not in trailed
        )
        if silent:
            yield Doubt(
                kind="untrailed",
                service=service.id,
                categories=categories_shown(service),
                sources=silent,
            )


def _edge(
    estate: Estate,
    service: Service,
    spans: Mapping[str, tuple[int, int]],
    time: tuple[int, int],
) -> Iterable[Doubt]:
    categories = categories_shown(service)
    sources = [s.id for s in estate.sources if service.id in s.services]
    trailed = [spans[source] for source in sources if source in spans]
    if len(trailed) < len(sources) or not sources:
        absent = tuple(source for source in sources if source not in spans)
        yield Doubt(
            kind="untrailed",
            service=service.id,
            categories=categories,
            sources=absent,
            start_us=time[0],
            end_us=time[1],
            purged_us=_purged(estate, absent, time[0]),
        )
    if trailed and time[0] < max(start for start, _ in trailed):
        yield Doubt(
            kind="edge",
            service=service.id,
            categories=categories,
            words="before",
            start_us=max(start for start, _ in trailed),
            end_us=time[0],
            sources=tuple(s for s in sources if s in spans and spans[s][0] > time[0]),
        )
    if trailed and time[1] > min(end for _, end in trailed):
        yield Doubt(
            kind="edge",
            service=service.id,
            categories=categories,
            words="after",
            end_us=min(end for _, end in trailed),
            start_us=time[1],
            sources=tuple(s for s in sources if s in spans and spans[s][1] < time[1]),
        )


def _open(estate: Estate, evidence: Evidence) -> Iterable[Doubt]:
    categories: set[str] = set()
    for _, known, role in evidence.open_accounts:
        for service in estate.services:
            if admits(service, role, known=known):
                categories |= categories_shown(service)
    if evidence.open_accounts:
        yield Doubt(
            kind="undecided",
            service="",
            categories=frozenset(categories),
            number=evidence.open_sessions,
        )


def unknown_acts() -> Step:
    """Acts of retained sessions that the catalogue does not know.

    Reads: scope_acts, scope_sessions
    """
    return Step(
        fills=UNKNOWN_ACTS,
        reads=("scope_acts", "scope_sessions"),
        sql="""
SELECT a.service AS service, a.source AS source, count(*) AS acts
FROM scope_acts AS a JOIN scope_sessions AS h ON h.session = a.session
WHERE a.persons = 'unmatched' GROUP BY a.service, a.source
""",
    )


def unread() -> Step:
    """Unread lines, with the readable instants around them in their file.

    Only rows near an unread line are looked at: its block of positions and the two beside it.
    Between a readable line and the first unread line after it stand at most blank or repeated
    lines; where they are more than a block, an earlier readable line is taken, which is wider.

    Reads:   quarantine, access
    Silence: NULL on a side where the file has no readable line
    """
    return Step(
        fills=UNREAD,
        reads=("quarantine", "access"),
        sql=f"""
WITH blocks AS (SELECT DISTINCT q.digest AS digest,
    q.position - q.position % {BLOCK} + b.shift AS block
  FROM quarantine AS q
  CROSS JOIN (SELECT -{BLOCK} AS shift UNION ALL SELECT 0 AS shift UNION ALL
    SELECT {BLOCK} AS shift) AS b),
readable AS (SELECT a.source AS source, a.digest AS digest, a.position AS position,
    a.occurred_us AS us
  FROM access AS a
  JOIN blocks AS f ON f.digest = a.digest AND f.block = a.position - a.position % {BLOCK}),
lines AS (
  SELECT q.source AS source, q.digest AS digest, q.position AS position,
    CAST(NULL AS BIGINT) AS us, 1 AS unread FROM quarantine AS q
  UNION ALL
  SELECT r.source AS source, r.digest AS digest, r.position AS position, r.us AS us,
    0 AS unread FROM readable AS r),
near AS (SELECT source, digest, position, unread,
    max(CASE WHEN us IS NOT NULL THEN position END) OVER (PARTITION BY digest
      ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS up,
    min(CASE WHEN us IS NOT NULL THEN position END) OVER (PARTITION BY digest
      ORDER BY position ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS down
  FROM lines),
asked AS (SELECT DISTINCT source, digest, position, up, down FROM near WHERE unread = 1)
SELECT n.source AS source, n.digest AS digest, n.position AS position,
  min(b.us) AS after_us, max(c.us) AS before_us
FROM asked AS n
LEFT JOIN readable AS b ON b.digest = n.digest AND b.position = n.up
LEFT JOIN readable AS c ON c.digest = n.digest AND c.position = n.down
GROUP BY n.source, n.digest, n.position
""",
    )


def unread_counts(margin_us: int) -> Step:
    """Unread lines inside each account's widened time. Reads: scope_unread, scope_accounts."""
    return Step(
        fills=UNREAD_COUNTS,
        reads=("scope_unread", "scope_accounts"),
        sql=f"""
SELECT u.source AS source, h.account AS account, count(*) AS lines
FROM scope_unread AS u JOIN scope_accounts AS h
  ON coalesce(u.after_us, h.first_us) <= h.last_us + {margin_us}
  AND coalesce(u.before_us, h.last_us) >= h.first_us - {margin_us}
GROUP BY u.source, h.account
""",
    )
