"""From access rows to the lines of an account: clock corrected, keys and networks numbered."""

from tocsin.core.tables import Step
from tocsin.detect.tables import ACTORS, ADDRESSES, FILES, KEYS, LINES

ON_DATA = (
    "CASE WHEN a.kind IN ('search', 'list', 'open', 'export', 'write') "
    "OR (a.kind = 'other' AND a.operation <> '') THEN 1 ELSE 0 END"
)
"""An act on data: neither a login nor a line that the catalogue gives no operation."""


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
    """Short numbers for files, accounts and session keys, so that rows stay small."""
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
SELECT row_number() OVER (ORDER BY f.account) AS acc, f.account AS account
FROM (SELECT DISTINCT account FROM access WHERE account <> '') AS f""",
        ),
        Step(
            fills=KEYS,
            reads=("access", "detect_networks"),
            sql="""
SELECT k.account AS account, k.session AS session,
       row_number() OVER (ORDER BY k.account, k.session) AS key,
       CASE WHEN k.low = k.high THEN k.low ELSE 0 END AS net,
       CASE WHEN k.outside = 1 OR k.sources > 1 THEN 1 ELSE 0 END AS opens
FROM (
  SELECT a.account AS account, a.session AS session,
         max(CASE WHEN coalesce(a.service, '') = '' THEN 1 ELSE 0 END) AS outside,
         count(DISTINCT a.source) AS sources,
         min(CASE WHEN p.net > 0 THEN p.net END) AS low,
         max(CASE WHEN p.net > 0 THEN p.net END) AS high
  FROM access AS a
  LEFT JOIN detect_networks AS p ON a.source = p.source AND a.address = p.address
  WHERE a.account <> '' AND a.session <> ''
  GROUP BY a.account, a.session
) AS k""",
        ),
    )


def lines() -> Step:
    """One row per line that names an account, at its corrected instant."""
    return Step(
        fills=LINES,
        reads=(
            "access",
            "detect_files",
            "detect_actors",
            "detect_keys",
            "detect_networks",
            "detect_clocks",
        ),
        sql=f"""
SELECT row_number() OVER (ORDER BY l.acc, l.net, l.us, l.file, l.position) AS n,
       l.file AS file, l.position AS position, l.us AS us, l.acc AS acc, l.key AS key,
       l.net AS net, l.opens AS opens, l.device AS device, l.source AS source,
       l.kind AS kind, l.good AS good,
       l.data AS data
FROM (
  SELECT f.file AS file, a.position AS position,
         a.occurred_us - coalesce(c.offset_us, 0) AS us, w.acc AS acc,
         coalesce(k.key, 0) AS key, coalesce(k.opens, 0) AS opens,
         CASE WHEN coalesce(p.net, 0) > 0 THEN p.net ELSE coalesce(k.net, 0) END AS net,
         translate(coalesce(a.client, ''), '0123456789', '') AS device,
         a.source AS source, a.kind AS kind,
         CASE WHEN a.outcome IN ('ok', 'unknown') THEN 1 ELSE 0 END AS good,
         {ON_DATA} AS data
  FROM access AS a
  JOIN detect_files AS f ON a.digest = f.digest
  JOIN detect_actors AS w ON a.account = w.account
  LEFT JOIN detect_keys AS k ON a.account = k.account AND a.session = k.session
  LEFT JOIN detect_networks AS p ON a.source = p.source AND a.address = p.address
  LEFT JOIN detect_clocks AS c ON a.source = c.source
       AND a.occurred_us >= c.from_us AND a.occurred_us < c.to_us
  WHERE a.account <> '' AND a.part = 0 AND a.occurred_us IS NOT NULL
) AS l""",
    )
