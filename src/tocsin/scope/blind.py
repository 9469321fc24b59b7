"""What no line can tell: gaps that count for an account, and operations that are not trailed.

A gap opens every operation of its service to an account that the service admits, if it touches
the time of the account's usurped acts widened by 24 hours, or a time when the identity provider
shows the account logged in. An operation that a source does not trail counts in the services
that a usurped session entered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tocsin.core.records import Estate, Service
from tocsin.core.tables import TEXT, US, Step, table
from tocsin.scope.settled import MARGIN_US

HOUR_US = 3_600_000_000

LOGGED_IN_US = 10 * HOUR_US
"""How long a login lasts where no logout is trailed (contract, section 1, Blind)."""

NO_LIMIT = 4_000_000_000_000
"""Persons of a vista whose number nothing limits."""

LOGINS = table(
    "scope_logins",
    "login of an account of interest at an identity provider",
    account=TEXT,
    start_us=US,
    end_us=US,
)
ENTERED = table(
    "scope_entered",
    "service that a retained session entered",
    session=TEXT,
    account=TEXT,
    service=TEXT,
    first_us=US,
    last_us=US,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account with retained acts; times in microseconds UTC, without margin."""

    account: str
    known: bool
    role: str
    organisation: str
    first_us: int
    last_us: int
    sessions: int

    @property
    def from_us(self) -> int:
        """Start of the widened time."""
        return self.first_us - MARGIN_US

    @property
    def to_us(self) -> int:
        """End of the widened time."""
        return self.last_us + MARGIN_US


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A row of coverage, in microseconds UTC, half-open."""

    source: str
    start_us: int
    end_us: int
    state: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """When the identity provider shows an account logged in."""

    account: str
    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A service that a retained session entered, and when."""

    session: str
    account: str
    service: str
    first_us: int
    last_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A gap that counts for an account in a service."""

    account: str
    service: str
    source: str
    start_us: int
    end_us: int
    state: str
    why: str
    most: int = NO_LIMIT  # persons that it can have shown (scope/rates.py)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """An operation that is not trailed, in a service that a session entered."""

    service: str
    operation: str
    source: str
    session: str
    account: str
    first_us: int
    last_us: int


def admits(service: Service, role: str, *, known: bool) -> bool:
    """Whether the service lets the role in; an account without a known role is let in."""
    return not service.roles or not known or not role or role in service.roles


def openings(
    estate: Estate,
    accounts: Sequence[Account],
    gaps: Iterable[Stretch],
    logins: Iterable[Login],
) -> tuple[Opening, ...]:
    """The gaps that count, for each account and service.

    Args:
        estate: services, their roles, and which source trails which service.
        accounts: accounts with retained acts.
        gaps: coverage that is not `trailed`; a gap of an identity provider opens nothing.
        logins: when these accounts were logged in.
    """
    times: dict[str, list[tuple[int, int]]] = {
        a.account: [(a.from_us, a.to_us)] for a in accounts
    }
    for login in logins:
        times.setdefault(login.account, []).append((login.start_us, login.end_us))
    services = {s.id: s for s in estate.services}
    trails = {s.id: s.services for s in estate.sources}
    return tuple(
        Opening(
            account=account.account,
            service=name,
            source=gap.source,
            start_us=gap.start_us,
            end_us=gap.end_us,
            state=gap.state,
            why=gap.why,
        )
        for gap in gaps
        for account in accounts
        if any(s <= gap.end_us and gap.start_us <= e for s, e in times[account.account])
        for name in trails.get(gap.source, ())
        if name in services and admits(services[name], account.role, known=account.known)
    )


def silences(estate: Estate, entered: Iterable[Entry]) -> tuple[Silence, ...]:
    """The operations that are not trailed, in the services that retained sessions entered."""
    silent = [
        (name, operation, source.id)
        for source in estate.sources
        for name in source.services
        for operation in source.silent
        if any(
            s.id == name and any(o.id == operation for o in s.operations)
            for s in estate.services
        )
    ]
    return tuple(
        Silence(
            service=service,
            operation=operation,
            source=source,
            session=entry.session,
            account=entry.account,
            first_us=entry.first_us,
            last_us=entry.last_us,
        )
        for entry in entered
        for service, operation, source in silent
        if entry.service == service
    )


def logins() -> Step:
    """When the identity provider shows an account of interest logged in.

    Reads:   scope_lines, sources, scope_accounts
    Units:   until the session's logout, else 10 hours; without a session key, until the next
        event where that is the logout
    """
    return Step(
        fills=LOGINS,
        reads=("scope_lines", "sources", "scope_accounts"),
        sql=f"""
WITH events AS (SELECT a.account AS account, a.session AS session, a.occurred_us AS us,
    a.kind AS kind
  FROM scope_lines AS a
  JOIN scope_accounts AS h ON h.account = a.account
  JOIN (SELECT DISTINCT source FROM sources WHERE service = '') AS s ON s.source = a.source
  WHERE a.kind IN ('login', 'logout') AND a.outcome IN ('ok', 'unknown')),
paired AS (SELECT account, session, us, kind,
    lead(kind) OVER (PARTITION BY account, session ORDER BY us, kind) AS next_kind,
    lead(us) OVER (PARTITION BY account, session ORDER BY us, kind) AS next_us,
    min(CASE WHEN kind = 'logout' THEN us END) OVER (PARTITION BY account, session
      ORDER BY us, kind ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS out_us
  FROM events)
SELECT account, us AS start_us,
  CASE WHEN session <> '' AND out_us IS NOT NULL THEN out_us
    WHEN next_kind = 'logout' THEN next_us ELSE us + {LOGGED_IN_US} END AS end_us
FROM paired WHERE kind = 'login'
""",
    )


def entered() -> Step:
    """Services that retained sessions entered. Reads: scope_acts, scope_sessions."""
    return Step(
        fills=ENTERED,
        reads=("scope_acts", "scope_sessions"),
        sql="""
SELECT a.session AS session, min(h.account) AS account, a.service AS service,
  min(a.us) AS first_us, max(a.us) AS last_us
FROM scope_acts AS a JOIN scope_sessions AS h ON h.session = a.session
WHERE a.service <> '' AND a.outcome IN ('ok', 'unknown')
GROUP BY a.session, a.service
""",
    )
