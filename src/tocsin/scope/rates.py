"""How many persons a gap can have shown: nobody opens a million files in ten minutes.

Two rates are measured: the busiest ten minutes of the service, everybody together, and the
fastest pace of the retained sessions anywhere, over five acts in a row (a short stretch of a
theft tells its pace, not its length). Twice the greater of the two, and never less than one
person a second, bounds the number of persons of a gap; a list counts for its whole page. Whom
the gap showed stays unknown, so that reach keeps the whole perimeter. There is no such bound
where one act can show everybody: an export, or a list without pages.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tocsin.core.records import Estate, Service
from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.core.vocabulary import Kind, PersonsBy
from tocsin.scope.blind import NO_LIMIT, Opening

SECOND_US = 1_000_000

BUCKET_US = 600 * SECOND_US
"""The stretch in which rates are counted: ten minutes."""

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
PACES = table(
    "scope_paces",
    "retained session, with its quickest acts in a row",
    session=TEXT,
    five_us=US,  # least time from an act to the fourth after it; NULL under five acts
    two_us=US,  # least time between two acts; NULL for a single act
)

IN_A_ROW = 5
"""Acts in a row that a pace is measured over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The busiest ten minutes: rows that name a person, and list queries."""

    service: str
    named: int
    asked: int

    def persons(self, page: int) -> int:
        """Persons shown at most, lists of `page` rows."""
        return self.named + self.asked * page


def peaks(services: Sequence[str]) -> Step:
    """The busiest ten minutes of services, whoever acted.

    Args:
        services: those with a gap that counts.

    Reads: access
    Units: a search or list line is one query; any other row of a kind that may show somebody
        is one person. The columns read are few and short: the trail is read whole here.
    """
    listed = ", ".join("'" + s.replace("'", "''") + "'" for s in services) or "''"
    return Step(
        fills=PEAKS,
        reads=("access",),
        sql=f"""
SELECT b.service AS service, max(b.named) AS named, max(b.asked) AS asked
FROM (SELECT t.service AS service, t.us - t.us % {BUCKET_US} AS bucket_us,
    count(CASE WHEN t.asks = 0 THEN 1 END) AS named, sum(t.asks) AS asked
  FROM (SELECT a.service AS service, a.occurred_us AS us,
      CASE WHEN a.kind IN ('search', 'list') AND a.part = 0 THEN 1 ELSE 0 END AS asks
    FROM access AS a
    WHERE a.service IN ({listed}) AND a.outcome IN ('ok', 'unknown')
      AND a.kind IN ('search', 'list', 'open', 'export', 'write')) AS t
  GROUP BY t.service, t.us - t.us % {BUCKET_US}) AS b
GROUP BY b.service
""",
    )


def paces() -> Step:
    """The quickest acts in a row of each retained session. Reads: scope_acts."""
    order = "OVER (PARTITION BY t.session ORDER BY t.us, t.digest, t.position)"
    return Step(
        fills=PACES,
        reads=("scope_acts",),
        sql=f"""
SELECT p.session AS session, min(p.us - p.fifth) AS five_us, min(p.us - p.last) AS two_us
FROM (SELECT t.session AS session, t.us AS us, lag(t.us, {IN_A_ROW - 1}) {order} AS fifth,
    lag(t.us, 1) {order} AS last
  FROM (SELECT DISTINCT a.session AS session, a.us AS us, a.digest AS digest,
      a.position AS position
    FROM scope_acts AS a
    WHERE a.class_ = 'retained' AND a.persons NOT IN ('', 'none', 'unmatched')
      AND a.outcome IN ('ok', 'unknown')) AS t) AS p
GROUP BY p.session
""",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The quickest acts of a retained session."""

    session: str
    five_us: int | None
    two_us: int | None

    @property
    def acts_per_bucket(self) -> float:
        """Acts in ten minutes at that pace; 0 for a single act. No clock tells under 1 s."""
        if self.five_us is not None:
            return (IN_A_ROW - 1) * BUCKET_US / max(self.five_us, SECOND_US)
        if self.two_us is not None:
            return BUCKET_US / max(self.two_us, SECOND_US)
        return 0.0


def limited(
    estate: Estate,
    opened: Iterable[Opening],
    measured: tuple[Iterable[Peak], Iterable[Pace]],
    pages: Mapping[str, int],
) -> tuple[Opening, ...]:
    """The openings, each with the number of persons that it can have shown at most.

    Args:
        estate: its services.
        opened: gaps that count.
        measured: the peaks of everybody, and the paces of the retained sessions.
        pages: the longest page asked in each service by a retained session.
    """
    services = {s.id: s for s in estate.services}
    everybody = {p.service: p for p in measured[0]}
    sizes = {name: max(s.page_size, pages.get(name, 0)) for name, s in services.items()}
    fastest = max((pace.acts_per_bucket for pace in measured[1]), default=0.0)
    made = []
    for gap in opened:
        page = sizes[gap.service]
        most = NO_LIMIT
        if not _shows_all(services[gap.service]):
            tool = everybody.get(gap.service, Peak(service="", named=0, asked=0)).persons(page)
            lists = any(o.persons == PersonsBy.QUERY for o in services[gap.service].operations)
            theft = math.ceil(fastest * (max(page, 1) if lists else 1))
            each = max(MARGIN * max(tool, theft), LEAST_PER_BUCKET)
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
