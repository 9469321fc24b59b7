"""Which acts count, and how far: retained, open, or the owner's.

An act is `retained` when it is held to be the thief's: reviewed so by a human, or, with
suspicions accepted, proposed so by the machine. It is `open` when it is undecided, or suspected
by the machine and neither reviewed nor accepted. The rest is `own`.
"""

from tocsin.core.tables import COUNT, TEXT, US, YES_NO, Step, table
from tocsin.core.vocabulary import PURPOSES_THAT_LIFT, TEST_PURPOSE

RETAINED, OPEN, OWN = "retained", "open", "own"

DAY_US = 86_400_000_000

MARGIN_US = DAY_US
"""Time added before the first and after the last usurped act (contract, section 1, Blind)."""

ACTS_COUNTED = table(
    "scope_acts",
    "row of access of a session with any act that is not legitimate",
    digest=TEXT,
    position=COUNT,
    part=COUNT,
    source=TEXT,
    session=TEXT,
    account=TEXT,
    us=US,
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    persons=TEXT,  # how the operation's persons are known; '' where it is not in the catalogue
    outcome=TEXT,
    person=TEXT,
    query=TEXT,
    result_count=COUNT,
    lifted=YES_NO,
    testing=YES_NO,
    class_=TEXT,
)

CONCERNED = table(
    "scope_concerned", "account of a session with any act that is not legitimate", account=TEXT
)
LINES = table(
    "scope_lines",
    "row of access of the accounts concerned",
    digest=TEXT,
    position=COUNT,
    part=COUNT,
    source=TEXT,
    account=TEXT,
    session=TEXT,
    occurred_us=US,
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    outcome=TEXT,
    person=TEXT,
    query=TEXT,
    result_count=COUNT,
    purpose=TEXT,
)
MANY_ACCOUNTS = 2_000
"""Accounts beyond which the trail is read whole: a list that long prunes little."""

ACCOUNTS_HELD = table(
    "scope_accounts",
    "account with a retained act",
    account=TEXT,
    known=YES_NO,
    role=TEXT,
    organisation=TEXT,
    first_us=US,
    last_us=US,
    sessions=COUNT,
)

ACCOUNTS_OPEN = table(
    "scope_open_accounts", "account with an open act", account=TEXT, known=YES_NO, role=TEXT
)

SESSIONS_HELD = table(
    "scope_sessions", "session with a retained act", session=TEXT, account=TEXT, acts=COUNT
)

SESSIONS_OPEN = table("scope_open_sessions", "session with an open act", session=TEXT)

FUNNEL = table("scope_funnel", "figure", accepted=COUNT, on_data=COUNT)

UNMATCHED = "a.operation = '' AND a.account <> '' AND a.kind = 'other'"
"""How access shows an act of an account that the catalogue does not know."""


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join("'" + name.replace("'", "''") + "'" for name in names) or "''"


def _purpose(words: tuple[str, ...]) -> str:
    spaced = "concat(' ', replace(replace(coalesce(a.purpose, ''), ',', ' '), '|', ' '), ' ')"
    return "(" + " OR ".join(f"strpos({spaced}, ' {word} ') > 0" for word in words) + ")"


def concerned() -> Step:
    """The accounts whose acts may count. Reads: acts, sessions."""
    return Step(
        fills=CONCERNED,
        reads=("acts", "sessions"),
        sql="""
SELECT DISTINCT s.account AS account FROM acts AS c JOIN sessions AS s ON s.session = c.session
""",
    )


def lines(accounts: tuple[str, ...]) -> Step:
    """The rows of these accounts, so that the trail is read once and only where they stand.

    Args:
        accounts: none = the rows of everybody.

    Reads: access
    """
    where = f"WHERE a.account IN ({_listed(accounts)})" if accounts else ""
    columns = ", ".join(f"a.{name} AS {name}" for name in LINES.names)
    return Step(
        fills=LINES, reads=("access",), sql=f"SELECT {columns} FROM access AS a {where}"
    )


def acts_counted(
    *, accept_suspicions: bool, redirecting: tuple[str, ...], shared: tuple[str, ...]
) -> Step:
    """The acts of suspicious sessions, with how far each counts.

    Args:
        accept_suspicions: the machine's `usurped` is retained without a review.
        shared: sources of several services: a line of theirs may not tell which.
        redirecting: web log sources: an unknown outcome there is a redirection and shows
            nothing (only 2xx and 304 reach).

    Reads:   scope_lines, acts, sessions, operations
    Silence: a session without a row has only legitimate acts
    """
    decided = "(coalesce(c.decided_by, '') <> '' OR coalesce(s.decided_by, '') <> '')"
    held = "true" if accept_suspicions else decided
    unmatched = f"{UNMATCHED} AND (a.service <> '' OR a.source IN ({_listed(shared)}))"
    return Step(
        fills=ACTS_COUNTED,
        reads=("scope_lines", "acts", "sessions", "operations"),
        sql=f"""
SELECT a.digest AS digest, a.position AS position, a.part AS part, a.source AS source,
  c.session AS session, coalesce(s.account, a.account) AS account, a.occurred_us AS us,
  coalesce(a.service, '') AS service, a.operation AS operation, a.kind AS kind,
  coalesce(o.persons, CASE WHEN {unmatched} THEN 'unmatched' ELSE '' END) AS persons,
  CASE WHEN a.outcome = 'unknown' AND a.source IN ({_listed(redirecting)}) THEN 'refused'
    ELSE a.outcome END AS outcome,
  coalesce(a.person, '') AS person, a.query AS query, a.result_count AS result_count,
  {_purpose(PURPOSES_THAT_LIFT)} AS lifted, {_purpose((TEST_PURPOSE,))} AS testing,
  CASE WHEN c.attribution = 'usurped' AND {held} THEN '{RETAINED}'
    WHEN c.attribution = 'legitimate' THEN '{OWN}' ELSE '{OPEN}' END AS class_
FROM scope_lines AS a
JOIN acts AS c ON c.digest = a.digest AND c.position = a.position AND c.part = a.part
LEFT JOIN sessions AS s ON s.session = c.session
LEFT JOIN operations AS o ON o.service = a.service AND o.operation = a.operation
""",
    )


def accounts_held() -> Step:
    """The accounts with a retained act, and the time of these acts.

    Reads:   scope_acts, accounts
    Units:   microseconds; first and last retained act, without margin
    """
    return Step(
        fills=ACCOUNTS_HELD,
        reads=("scope_acts", "accounts"),
        sql=f"""
SELECT h.account AS account, d.account IS NOT NULL AS known, coalesce(d.role, '') AS role,
  coalesce(d.organisation, '') AS organisation, h.first_us AS first_us, h.last_us AS last_us,
  h.sessions AS sessions
FROM (SELECT account, min(us) AS first_us, max(us) AS last_us,
    count(DISTINCT session) AS sessions
  FROM scope_acts WHERE class_ = '{RETAINED}' GROUP BY account) AS h
LEFT JOIN accounts AS d ON d.account = h.account
""",
    )


def accounts_open() -> Step:
    """The accounts with an open act. Reads: scope_acts, accounts."""
    return Step(
        fills=ACCOUNTS_OPEN,
        reads=("scope_acts", "accounts"),
        sql=f"""
SELECT h.account AS account, d.account IS NOT NULL AS known, coalesce(d.role, '') AS role
FROM (SELECT DISTINCT account FROM scope_acts WHERE class_ = '{OPEN}') AS h
LEFT JOIN accounts AS d ON d.account = h.account
""",
    )


def sessions_held() -> Step:
    """The sessions retained. Reads: scope_acts. Units: acts are rows held to be the thief's."""
    return Step(
        fills=SESSIONS_HELD,
        reads=("scope_acts",),
        sql=f"""
SELECT session, min(account) AS account, count(*) AS acts FROM scope_acts
WHERE class_ = '{RETAINED}' GROUP BY session
""",
    )


def sessions_open() -> Step:
    """The sessions with an open act. Reads: scope_acts."""
    return Step(
        fills=SESSIONS_OPEN,
        reads=("scope_acts",),
        sql=f"SELECT DISTINCT session FROM scope_acts WHERE class_ = '{OPEN}'",
    )


def funnel() -> Step:
    """Rows of access, and those that are acts on data. Reads: access, operations."""
    return Step(
        fills=FUNNEL,
        reads=("access", "operations"),
        sql="""
SELECT count(*) AS accepted,
  count(CASE WHEN o.persons IS NOT NULL AND o.persons <> 'none' THEN 1 END) AS on_data
FROM access AS a
LEFT JOIN operations AS o ON o.service = a.service AND o.operation = a.operation
""",
    )
