"""Activity of the services, counted by hour: the intruder's acts left out."""

from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.core.zones import DAY_US, HOUR_US

ACTIVITY = table(
    "decide_activity",
    "service, organisation, kind of act and hour with any act",
    service=TEXT,
    organisation=TEXT,
    what=TEXT,
    hour_us=US,
    acts=COUNT,
)
LOCKED_OUT = table(
    "decide_locked_out",
    "account at work before a containment, refused after it and never let in that day",
    account=TEXT,
    organisation=TEXT,
    contained_us=US,
    refused=COUNT,
)
CONTAINED = table("decide_contained", "containment", contained_us=US)

WEEK_US = 7 * DAY_US


def activity() -> Step:
    """Acts that succeeded, by service, establishment, kind and UTC hour.

    Reads:   access; acts (those held to be usurped are left out); accounts
    Fills:   decide_activity; an hour without act has no row
    Units:   lines of the trail, however many persons each shows
    """
    return Step(
        fills=ACTIVITY,
        reads=("access", "acts", "accounts"),
        sql=f"""
            SELECT
              t.service AS service,
              coalesce(o.organisation, '') AS organisation,
              t.what AS what,
              t.hour_us AS hour_us,
              count(*) AS acts
            FROM (
              SELECT DISTINCT
                a.digest AS digest,
                a.position AS position,
                a.account AS account,
                a.service AS service,
                CASE
                  WHEN a.kind = 'login' THEN 'login'
                  WHEN a.kind IN ('search', 'list') THEN 'search'
                  WHEN a.kind = 'open' THEN 'open'
                  ELSE 'other'
                END AS what,
                a.occurred_us - a.occurred_us % {HOUR_US} AS hour_us
              FROM access AS a
              LEFT JOIN (
                SELECT DISTINCT digest, position FROM acts WHERE attribution = 'usurped'
              ) AS u ON u.digest = a.digest AND u.position = a.position
              WHERE u.position IS NULL
                AND a.operation <> '' AND a.account <> '' AND a.service <> ''
                AND a.outcome IN ('ok', 'unknown')
            ) AS t
            LEFT JOIN (
              SELECT account, max(organisation) AS organisation FROM accounts GROUP BY account
            ) AS o ON o.account = t.account
            GROUP BY t.service, coalesce(o.organisation, ''), t.what, t.hour_us""",
    )


def locked_out() -> Step:
    """Professionals whom a containment may have kept out.

    At work in the seven days before, refused in the day after, and no act of theirs succeeded
    in that day. Accounts with a session held to be usurped are left out: they are the target.

    Reads:   access, sessions, accounts, decide_contained
    """
    return Step(
        fills=LOCKED_OUT,
        reads=("access", "sessions", "accounts", "decide_contained"),
        sql=f"""
            SELECT
              r.account AS account,
              max(coalesce(o.organisation, '')) AS organisation,
              r.contained_us AS contained_us,
              max(r.refused) AS refused
            FROM (
              SELECT
                a.account AS account,
                c.contained_us AS contained_us,
                sum(CASE WHEN a.occurred_us >= c.contained_us
                    AND a.outcome IN ('refused', 'failed') THEN 1 ELSE 0 END) AS refused,
                sum(CASE WHEN a.occurred_us >= c.contained_us
                    AND a.outcome = 'ok' THEN 1 ELSE 0 END) AS let_in,
                sum(CASE WHEN a.occurred_us < c.contained_us
                    AND a.outcome = 'ok' THEN 1 ELSE 0 END) AS before
              FROM access AS a
              JOIN decide_contained AS c
                ON a.occurred_us >= c.contained_us - {WEEK_US}
                AND a.occurred_us < c.contained_us + {DAY_US}
              WHERE a.account <> ''
              GROUP BY a.account, c.contained_us
            ) AS r
            LEFT JOIN accounts AS o ON o.account = r.account
            LEFT JOIN (SELECT DISTINCT account FROM sessions WHERE verdict = 'usurped') AS s
              ON s.account = r.account
            WHERE r.refused > 0 AND r.let_in = 0 AND r.before > 0 AND s.account IS NULL
            GROUP BY r.account, r.contained_us""",
    )
