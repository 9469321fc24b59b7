"""From access rows to the lines of the accounts in hand: clock corrected, everything numbered.

A long trail is worked on some accounts at a time, so that memory does not grow with it: nothing
that a session is made of lies beyond its account. What all accounts share (addresses, files,
clients, operations) is numbered first; rows then carry numbers instead of words.
"""

from collections.abc import Sequence

from tocsin.core.tables import Step
from tocsin.core.vocabulary import PURPOSES_THAT_LIFT
from tocsin.detect.tables import ACTORS, ADDRESSES, CLIENTS, DEEDS, FILES, HAND, HOUSES
from tocsin.detect.tables_hand import KEYS, LINES, MORE, TAKEN

ON_DATA = (
    "CASE WHEN a.kind IN ('search', 'list', 'open', 'export', 'write') "
    "OR (a.kind = 'other' AND a.operation <> '') THEN 1 ELSE 0 END"
)
"""An act on data: neither a login nor a line that the catalogue gives no operation."""

NOT_TREATMENT = (
    "HRESCH",
    "HPAYMT",
    "HOPERAT",
    "PUBHLTH",
    "POPHLTH",
    "HSYSADMIN",
    "PATRQT",
    "HTEST",
)
"""Purposes of use that are no treatment (HL7 v3-ActReason)."""

GOOD = "CASE WHEN a.outcome IN ('ok', 'unknown') THEN 1 ELSE 0 END"
"""An act that was done, as far as its outcome tells."""

MOST_LINES = 2**32
"""Lines of one account, at most: its number and its lines' order make one number."""


def treats(purpose: str) -> str:
    """1 for an act that care may explain: no other purpose than treatment was declared."""
    listed = ", ".join(f"'{other}'" for other in NOT_TREATMENT)
    return f"CASE WHEN coalesce({purpose}, '') IN ({listed}) THEN 0 ELSE 1 END"


def addresses() -> Step:
    """The addresses of each source, with how many accounts they serve."""
    return Step(
        fills=ADDRESSES,
        reads=("access",),
        sql="""
SELECT a.source AS source, a.address AS address, count(*) AS rows,
       count(DISTINCT a.account) AS accounts
FROM access AS a
WHERE a.account <> '' AND a.address <> ''
GROUP BY a.source, a.address""",
    )


def numbering() -> tuple[Step, ...]:
    """Short numbers for files, accounts, clients and operations, so that rows stay small."""
    return (
        Step(
            fills=FILES,
            reads=("access",),
            sql="""
SELECT row_number() OVER (ORDER BY f.digest) AS file, f.digest AS digest
FROM (SELECT DISTINCT digest FROM access) AS f""",
        ),
        Step(
            fills=ACTORS,
            reads=("access",),
            sql="""
SELECT row_number() OVER (ORDER BY f.account) AS acc, f.account AS account, f.rows AS rows
FROM (
  SELECT a.account AS account, count(*) AS rows FROM access AS a
  WHERE a.account <> ''
  GROUP BY a.account
) AS f""",
        ),
        Step(
            fills=HOUSES,
            reads=("detect_actors", "accounts"),
            sql="""
SELECT w.acc AS acc, coalesce(o.organisation, '') AS house
FROM detect_actors AS w
LEFT JOIN accounts AS o ON w.account = o.account""",
        ),
        Step(
            fills=CLIENTS,
            reads=("access",),
            sql="""
SELECT f.source AS source, f.client AS client, f.family AS family,
       dense_rank() OVER (ORDER BY f.source, f.family) AS tool
FROM (
  SELECT c.source AS source, c.client AS client,
         translate(c.client, '0123456789', '') AS family
  FROM (
    SELECT a.source AS source, coalesce(a.client, '') AS client FROM access AS a
    WHERE a.account <> ''
    GROUP BY a.source, coalesce(a.client, '')
  ) AS c
) AS f""",
        ),
        Step(
            fills=DEEDS,
            reads=("access",),
            sql=f"""
SELECT row_number() OVER (ORDER BY a.service, a.operation, a.kind) AS deed,
       a.service AS service, a.operation AS operation, a.kind AS kind, {ON_DATA} AS data
FROM (
  SELECT coalesce(d.service, '') AS service, coalesce(d.operation, '') AS operation,
         max(d.kind) AS kind
  FROM access AS d
  WHERE d.account <> ''
  GROUP BY coalesce(d.service, ''), coalesce(d.operation, ''), coalesce(d.kind, '')
) AS a""",
        ),
    )


def hand(first: int, last: int) -> Step:
    """The accounts in hand: those of these numbers, both included."""
    return Step(
        fills=HAND,
        reads=("detect_actors",),
        sql=f"""
SELECT w.acc AS acc, w.account AS account
FROM detect_actors AS w
WHERE w.acc >= {first} AND w.acc <= {last}""",
    )


def between(accounts: Sequence[str]) -> str:
    """A condition that all rows of the accounts meet, by which files can be passed over.

    Args:
        accounts: the first and the last in the order of their words.
    """
    return " AND ".join(
        f"a.account {sign} '{account}'"
        for sign, account in zip((">=", "<="), accounts, strict=True)
        if account.isascii() and account.isprintable() and not set(account) & set("'\\")
    )


def taken(bounds: Sequence[str] = ()) -> Step:
    """The access rows of the accounts in hand.

    Args:
        bounds: the first and the last of them, where there are others.
    """
    lifting = ", ".join(f"'{purpose}'" for purpose in PURPOSES_THAT_LIFT)
    within = between(bounds) if bounds else ""
    return Step(
        fills=TAKEN,
        reads=(
            "access",
            "detect_hand",
            "detect_files",
            "detect_clients",
            "detect_deeds",
            "detect_networks",
            "detect_clocks",
        ),
        sql=f"""
SELECT f.file AS file, a.position AS position, a.part AS part,
       a.occurred_us - coalesce(c.offset_us, 0) AS us, w.acc AS acc,
       coalesce(p.net, 0) AS net, a.session AS session, t.tool AS tool, d.deed AS deed,
       {GOOD} AS good,
       CASE WHEN a.purpose IN ({lifting}) THEN 1 ELSE 0 END AS lifts,
       {treats("a.purpose")} AS treats, a.person AS person, a.query AS query
FROM access AS a
JOIN detect_hand AS w ON a.account = w.account
JOIN detect_files AS f ON a.digest = f.digest
JOIN detect_clients AS t ON a.source = t.source AND coalesce(a.client, '') = t.client
JOIN detect_deeds AS d ON coalesce(a.service, '') = d.service
     AND coalesce(a.operation, '') = d.operation AND coalesce(a.kind, '') = coalesce(d.kind, '')
LEFT JOIN detect_networks AS p ON a.source = p.source AND a.address = p.address
LEFT JOIN detect_clocks AS c ON a.source = c.source
     AND a.occurred_us >= c.from_us AND a.occurred_us < c.to_us
{f"WHERE {within}" if within else ""}""",
    )


def keys() -> Step:
    """The session keys of the accounts in hand."""
    return Step(
        fills=KEYS,
        reads=("detect_taken", "detect_deeds", "detect_clients"),
        sql="""
SELECT k.acc AS acc, k.session AS session,
       row_number() OVER (ORDER BY k.acc, k.session) AS key,
       CASE WHEN k.low = k.high THEN k.low ELSE 0 END AS net,
       CASE WHEN k.outside = 1 OR k.first_source <> k.last_source THEN 1 ELSE 0 END AS opens
FROM (
  SELECT t.acc AS acc, t.session AS session,
         max(CASE WHEN d.service = '' THEN 1 ELSE 0 END) AS outside,
         min(o.source) AS first_source, max(o.source) AS last_source,
         min(CASE WHEN t.net > 0 THEN t.net END) AS low,
         max(CASE WHEN t.net > 0 THEN t.net END) AS high
  FROM detect_taken AS t
  JOIN detect_deeds AS d ON t.deed = d.deed
  JOIN (
    SELECT c.tool AS tool, dense_rank() OVER (ORDER BY c.source) AS source
    FROM (SELECT DISTINCT tool, source FROM detect_clients) AS c
  ) AS o ON t.tool = o.tool
  WHERE t.session <> ''
  GROUP BY t.acc, t.session
) AS k""",
    )


def lines() -> tuple[Step, ...]:
    """One row per line of the accounts in hand; and what lines name beside their first person.

    The order is that of account, network, time and place in the trail.
    """
    return (
        Step(
            fills=LINES,
            reads=("detect_taken", "detect_keys"),
            sql=f"""
SELECT l.acc * {MOST_LINES} + row_number() OVER (
         PARTITION BY l.acc ORDER BY l.net, l.us, l.file, l.position) AS n,
       l.file AS file, l.position AS position, l.us AS us, l.acc AS acc, l.key AS key,
       l.net AS net, l.opens AS opens, l.tool AS tool, l.deed AS deed, l.good AS good,
       l.lifts AS lifts, l.treats AS treats, l.person AS person, l.query AS query
FROM (
  SELECT t.file AS file, t.position AS position, t.us AS us, t.acc AS acc,
         coalesce(k.key, 0) AS key, coalesce(k.opens, 0) AS opens,
         CASE WHEN t.net > 0 THEN t.net ELSE coalesce(k.net, 0) END AS net,
         t.tool AS tool, t.deed AS deed, t.good AS good, t.lifts AS lifts,
         t.treats AS treats, t.person AS person, t.query AS query
  FROM detect_taken AS t
  LEFT JOIN detect_keys AS k ON t.acc = k.acc AND t.session = k.session
  WHERE t.part = 0 AND t.us IS NOT NULL
) AS l""",
        ),
        Step(
            fills=MORE,
            reads=("detect_taken",),
            sql="""
SELECT t.file AS file, t.position AS position, t.person AS person, t.treats AS treats
FROM detect_taken AS t
WHERE t.part > 0 AND t.person <> ''""",
        ),
    )
