"""How many persons a gap can have shown: nobody opens a million files in ten minutes.

The most that any ten minutes showed, in the service by everybody together and anywhere by the
retained sessions, is measured. Twice the greater of the two, and never less than one person a
second, bounds the number of persons of a gap; whom it showed stays unknown, so that reach keeps
the whole perimeter. There is no such bound where one act can show everybody: an export, or a
list without pages.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tocsin.core.records import Estate, Service
from tocsin.core.tables import COUNT, TEXT, Step, Table, table
from tocsin.core.vocabulary import Kind, PersonsBy
from tocsin.scope.blind import NO_LIMIT, Opening

BUCKET_US = 600_000_000
"""The stretch in which rates are measured: ten minutes."""

MARGIN = 2
"""How much faster than anything measured a session may have been in a gap."""

LEAST_PER_BUCKET = 600
"""One person a second, whatever was measured: what a patient script does anywhere."""

PEAKS = table(
    "scope_peaks",
    "service, with the busiest ten minutes of everybody together",
    service=TEXT,
    named=COUNT,
    asked=COUNT,
)
THEFT_PEAKS = Table(name="scope_theft_peaks", per=PEAKS.per, columns=PEAKS.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The busiest ten minutes: rows that name a person, and list queries."""

    service: str
    named: int
    asked: int

    def persons(self, page: int) -> int:
        """Persons shown at most, lists of `page` rows."""
        return self.named + self.asked * page


_ASKS = "CASE WHEN a.kind IN ('search', 'list') AND a.part = 0 THEN 1 ELSE 0 END"


def _peaks(fills: Table, rows: str, reads: tuple[str, ...]) -> Step:
    return Step(
        fills=fills,
        reads=reads,
        sql=f"""
SELECT b.service AS service, max(b.named) AS named, max(b.asked) AS asked
FROM (SELECT t.service AS service, t.us - t.us % {BUCKET_US} AS bucket_us,
    count(CASE WHEN t.asks = 0 THEN 1 END) AS named, sum(t.asks) AS asked
  FROM ({rows}) AS t GROUP BY t.service, t.us - t.us % {BUCKET_US}) AS b
GROUP BY b.service
""",
    )


def peaks(services: Sequence[str]) -> Step:
    """The busiest ten minutes of services, whoever acted.

    Args:
        services: those with a gap that counts.

    Reads: access
    Units: a search or list line is one query; any other row of a kind that may show somebody
        is one person. The columns read are few and short: the trail is read whole here.
    """
    listed = ", ".join("'" + s.replace("'", "''") + "'" for s in services) or "''"
    rows = f"""SELECT a.service AS service, a.occurred_us AS us, {_ASKS} AS asks
    FROM access AS a
    WHERE a.service IN ({listed}) AND a.outcome IN ('ok', 'unknown')
      AND a.kind IN ('search', 'list', 'open', 'export', 'write')"""
    return _peaks(PEAKS, rows, ("access",))


def theft_peaks() -> Step:
    """The busiest ten minutes of the retained acts, by service. Reads: scope_acts."""
    rows = f"""SELECT a.service AS service, a.us AS us, {_ASKS} AS asks
    FROM scope_acts AS a
    WHERE a.class_ = 'retained' AND a.persons NOT IN ('', 'none', 'unmatched')
      AND a.outcome IN ('ok', 'unknown')"""
    return _peaks(THEFT_PEAKS, rows, ("scope_acts",))


def limited(
    estate: Estate,
    opened: Iterable[Opening],
    measured: tuple[Iterable[Peak], Iterable[Peak]],
    pages: Mapping[str, int],
) -> tuple[Opening, ...]:
    """The openings, each with the number of persons that it can have shown at most.

    Args:
        estate: its services.
        opened: gaps that count.
        measured: the peaks of everybody, and those of the retained sessions.
        pages: the longest page asked in each service by a retained session.
    """
    services = {s.id: s for s in estate.services}
    everybody = {p.service: p for p in measured[0]}
    sizes = {name: max(s.page_size, pages.get(name, 0)) for name, s in services.items()}
    fastest = max((p.persons(max(sizes.get(p.service, 0), 1)) for p in measured[1]), default=0)
    made = []
    for gap in opened:
        page = sizes[gap.service]
        most = NO_LIMIT
        if not _shows_all(services[gap.service]):
            tool = everybody.get(gap.service, Peak(service="", named=0, asked=0)).persons(page)
            each = max(MARGIN * max(tool, fastest), LEAST_PER_BUCKET)
            stretches = -(-max(gap.end_us - gap.start_us, 1) // BUCKET_US)
            most = min(each * stretches, NO_LIMIT)
        made.append(replace(gap, most=most))
    return tuple(made)


def _shows_all(service: Service) -> bool:
    """Whether one act of the service can show everybody."""
    return any(
        o.persons == PersonsBy.EXPORT
        or (o.kind == Kind.EXPORT and o.persons != PersonsBy.NONE)
        or (o.persons == PersonsBy.QUERY and not service.page_size)
        for o in service.operations
    )
