"""What no line can tell: gaps that count for an account, and operations that are not trailed.

A gap opens every operation of its service to an account that the service admits, if it touches
the time of the account's usurped acts widened by 24 hours, or a time when the identity provider
shows the account logged in. An operation that a source does not trail counts in the services
that a usurped session entered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tocsin.core.records import Estate, Service
from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.core.vocabulary import Perimeter
from tocsin.scope.catalogue import column_of, items_of
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
VISTAS = table(
    "scope_vistas",
    "what may have been seen unseen: service, perimeter, time",
    context=COUNT,
    service=TEXT,
    perimeter=TEXT,
    subject=TEXT,
    from_us=US,
    moment_us=US,  # its end
    most=COUNT,  # persons that it can have shown; NO_LIMIT where nothing limits it
)
VISTA_ITEMS = table(
    "scope_vista_items",
    "vista and item that may have been shown",
    context=COUNT,
    item=TEXT,
    column_name=TEXT,
    rule=TEXT,
    first_us=US,
    last_us=US,
    sessions=COUNT,
)
VISTA_PERSONS = table(
    "scope_vista_persons", "vista and record inside it", context=COUNT, record=TEXT
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


# Vistas: what these may have shown, as few relations as possible -----------------------------


@dataclass(slots=True)
class _Item:
    rule: str
    first_us: int
    last_us: int
    accounts: set[str]


@dataclass(slots=True)
class Vista:
    """A perimeter in a service during a time, and the items that may have been shown there."""

    service: str
    perimeter: str
    subject: str
    from_us: int
    to_us: int
    most: int = 0
    items: dict[str, _Item] = field(default_factory=dict)


def vistas(
    estate: Estate,
    accounts: Sequence[Account],
    opened: Iterable[Opening],
    silent: Iterable[Silence],
) -> tuple[Vista, ...]:
    """What gaps and silent operations may have shown. Alike perimeters are one vista.

    The region and an organisation only grow, so that their times are joined; a relation of
    care comes and goes, and each time is a vista of its own.
    """
    services = {s.id: s for s in estate.services}
    known = {a.account: a for a in accounts}
    made: dict[tuple[object, ...], Vista] = {}
    for gap in opened:
        service = services[gap.service]
        items = [i for o in service.operations for i in items_of(service, o)]
        vista = _vista(made, service, known[gap.account], (gap.start_us, gap.end_us))
        vista.most = min(vista.most + gap.most, NO_LIMIT)
        _add(vista, items, "blind", gap.account, (gap.start_us, gap.end_us))
    for quiet in silent:
        service = services[quiet.service]
        items = [
            i
            for o in service.operations
            if o.id == quiet.operation
            for i in items_of(service, o)
        ]
        if items and quiet.account in known:
            span = (quiet.first_us, quiet.last_us)
            vista = _vista(made, service, known[quiet.account], span)
            vista.most = NO_LIMIT
            _add(vista, items, "silent", quiet.account, span)
    return tuple(made.values())


def _vista(
    made: dict[tuple[object, ...], Vista],
    service: Service,
    account: Account,
    span: tuple[int, int],
) -> Vista:
    perimeter = service.perimeter if account.known else Perimeter.REGION
    subject = {
        Perimeter.REGION: "",
        Perimeter.ORGANISATION: account.organisation,
        Perimeter.CARE: account.account,
    }[perimeter]
    key: tuple[object, ...] = (service.id, str(perimeter), subject)
    if perimeter == Perimeter.CARE:
        key = (*key, *span)
    vista = made.setdefault(
        key,
        Vista(
            service=service.id,
            perimeter=str(perimeter),
            subject=subject,
            from_us=span[0],
            to_us=span[1],
        ),
    )
    vista.from_us, vista.to_us = min(vista.from_us, span[0]), max(vista.to_us, span[1])
    return vista


def _add(
    vista: Vista, items: Iterable[str], rule: str, account: str, span: tuple[int, int]
) -> None:
    for name in items:
        item = vista.items.setdefault(name, _Item(rule, *span, accounts=set()))
        item.rule = min(item.rule, rule)
        item.first_us, item.last_us = min(item.first_us, span[0]), max(item.last_us, span[1])
        item.accounts.add(account)


def vista_rows(
    found: Sequence[Vista], sessions: Mapping[str, int]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Rows of VISTAS and of VISTA_ITEMS.

    Args:
        found: the vistas; a vista's number is its place.
        sessions: retained sessions of each account.
    """
    views: list[tuple[object, ...]] = []
    items: list[tuple[object, ...]] = []
    for n, v in enumerate(found):
        views.append((n, v.service, v.perimeter, v.subject, v.from_us, v.to_us, v.most))
        items += [
            (
                n,
                name,
                column_of(name),
                i.rule,
                i.first_us,
                i.last_us,
                sum(sessions.get(a, 0) for a in i.accounts),
            )
            for name, i in v.items.items()
        ]
    return views, items


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


def vista_persons() -> Step:
    """Who stands inside each vista.

    Reads: scope_vistas, persons, scope_organisations, scope_cared, scope_unlisted
    """
    tail = """
LEFT JOIN scope_unlisted AS u ON u.person = p.person AND u.service = v.service
WHERE u.person IS NULL AND coalesce(p.created_us, v.moment_us) <= v.moment_us
"""
    return Step(
        fills=VISTA_PERSONS,
        reads=(
            "scope_vistas",
            "persons",
            "scope_organisations",
            "scope_cared",
            "scope_unlisted",
        ),
        sql=f"""
SELECT v.context AS context, p.person AS record
FROM scope_vistas AS v JOIN persons AS p ON v.perimeter = 'region' {tail}
UNION ALL
SELECT v.context AS context, p.person AS record
FROM scope_vistas AS v JOIN scope_organisations AS o ON o.organisation = v.subject
JOIN persons AS p ON p.person = o.person {tail} AND v.perimeter = 'organisation'
  AND v.subject <> ''
UNION ALL
SELECT DISTINCT v.context AS context, p.person AS record
FROM scope_vistas AS v JOIN scope_cared AS c ON c.account = v.subject
  AND c.from_us <= v.moment_us AND c.to_us >= v.from_us
JOIN persons AS p ON p.person = c.person {tail} AND v.perimeter = 'care'
""",
    )
