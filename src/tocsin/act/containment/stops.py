"""Whom a closing stops, from the trail and from the table of care."""

from collections.abc import Sequence

from tocsin.core.tables import ACCESS, ACCOUNTS, ACTS, CARE, COUNT, TEXT, US, Step, table

ASKED_ADDRESSES = table(
    "contain_addresses", "spelling of an address to be denied", address=TEXT
)
ASKED_ACCOUNTS = table("contain_accounts", "account to be stopped", account=TEXT)

USERS = table(
    "contain_users",
    "account that used one of the addresses lately",
    account=TEXT,
    acts=COUNT,
    first_us=US,
    last_us=US,
)
TODAY = table(
    "contain_today",
    "account, person whom it has today, and kind of their relation",
    account=TEXT,
    person=TEXT,
    kind=TEXT,
)
USURPED_SESSIONS = table(
    "contain_sessions", "account and key of a usurped session", account=TEXT, session=TEXT
)
SAME = table(
    "contain_same",
    "account to be stopped and another account of the same professional that stays open",
    account=TEXT,
    other=TEXT,
)
SEEN = table("contain_seen", "account that the trail knows", account=TEXT)
NEWEST = table("contain_newest", "whole trail", last_us=US)

DAY_US = 86_400_000_000
LATELY_DAYS = 30
"""How far back an address counts as used "lately", from the newest trailed instant."""


def newest() -> Step:
    """The newest instant of the trail.

    Reads:   access
    Fills:   contain_newest, one row (NULL on an empty trail)
    """
    return Step(
        fills=NEWEST,
        reads=(ACCESS.name,),
        sql="SELECT max(occurred_us) AS last_us FROM access",
    )


def users(services: Sequence[str]) -> Step:
    """Accounts that used one of the addresses lately, in the services that are closed.

    Reads:   access, contain_addresses, contain_newest
    Fills:   contain_users, one row per account
    Units:   acts are rows of the trail, whatever their outcome; the window is LATELY_DAYS
    Silence: no row means "not seen lately from there", not "never"
    """
    only = ""
    if services:
        listed = ", ".join("'" + name.replace("'", "''") + "'" for name in services)
        only = f" AND (a.service = '' OR a.service IS NULL OR a.service IN ({listed}))"
    return Step(
        fills=USERS,
        reads=(ACCESS.name, ASKED_ADDRESSES.name, NEWEST.name),
        sql=f"""
            SELECT a.account AS account, count(*) AS acts,
                   min(a.occurred_us) AS first_us, max(a.occurred_us) AS last_us
            FROM access AS a
            JOIN contain_addresses AS d ON a.address = d.address
            CROSS JOIN contain_newest AS n
            WHERE a.account <> '' AND a.occurred_us >= n.last_us - {LATELY_DAYS * DAY_US}{only}
            GROUP BY a.account
        """,
    )


def today(*, start_us: int, end_us: int) -> Step:
    """The persons whom the accounts to be stopped have today, by the table of care.

    Reads:   care, contain_accounts
    Fills:   contain_today, one row per account, person and kind
    Units:   a relation counts if it touches [start, end); a referral, a stay or a team without
             end still runs; an appointment without end is of its own day
    Silence: relations of an organisation name no professional and are not counted; neither are
             those of a territory, which are no one's patients of the day
    """
    return Step(
        fills=TODAY,
        reads=(CARE.name, ASKED_ACCOUNTS.name),
        sql=f"""
            SELECT DISTINCT c.account AS account, c.person AS person, c.kind AS kind
            FROM care AS c
            JOIN contain_accounts AS a ON c.account = a.account
            WHERE c.kind <> 'territory'
              AND c.start_us < {end_us}
              AND (c.start_us >= {start_us} OR c.end_us > {start_us}
                   OR (c.end_us IS NULL AND c.kind <> 'appointment'))
        """,
    )


def usurped_sessions() -> Step:
    """The trail's own keys of the sessions in which the accounts were usurped.

    Reads:   access, acts, contain_accounts
    Fills:   contain_sessions, one row per account and key
    Silence: a session that is not held to be usurped has no row
    """
    return Step(
        fills=USURPED_SESSIONS,
        reads=(ACCESS.name, ACTS.name, ASKED_ACCOUNTS.name),
        sql="""
            SELECT DISTINCT a.account AS account, a.session AS session
            FROM access AS a
            JOIN acts AS t
              ON a.digest = t.digest AND a.position = t.position AND a.part = t.part
            JOIN contain_accounts AS c ON a.account = c.account
            WHERE t.attribution = 'usurped' AND a.session <> ''
        """,
    )


def seen() -> Step:
    """Accounts asked for that the trail knows.

    Reads:   access, contain_accounts
    Fills:   contain_seen, one row per account
    """
    return Step(
        fills=SEEN,
        reads=(ACCESS.name, ASKED_ACCOUNTS.name),
        sql="""
            SELECT DISTINCT a.account AS account
            FROM access AS a JOIN contain_accounts AS c ON a.account = c.account
        """,
    )


def same() -> Step:
    """Other accounts of the professionals to be stopped, which the plan leaves open.

    Reads:   accounts, contain_accounts
    Fills:   contain_same, one row per account and other account of the same RPPS
    Silence: an account without RPPS is tied to no other
    """
    return Step(
        fills=SAME,
        reads=(ACCOUNTS.name, ASKED_ACCOUNTS.name),
        sql="""
            SELECT a.account AS account, b.account AS other
            FROM accounts AS a
            JOIN contain_accounts AS c ON a.account = c.account
            JOIN accounts AS b ON a.rpps = b.rpps AND a.account <> b.account
            LEFT JOIN contain_accounts AS d ON b.account = d.account
            WHERE a.rpps <> '' AND d.account IS NULL
        """,
    )
