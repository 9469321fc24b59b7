"""The same thief after the closing, searched in the trail: on this account and on others."""

from tocsin.core.tables import (
    ACCESS,
    ACTS,
    COUNT,
    COVERAGE,
    SESSIONS,
    TEXT,
    US,
    Step,
    table,
)

RARE_ACCOUNTS = 2
"""A trait that more honest accounts had before the closing tells nobody apart."""

ADDRESSES = table("over_addresses", "address of the trail", address=TEXT)
NETWORKS = table("over_networks", "address and its network", address=TEXT, network=TEXT)
CLOSED = table("over_closed", "account that a plan closed", account=TEXT)
ACTED = table(
    "over_acted",
    "act of the trail, and whether it was usurped",
    event_id=TEXT,
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    occurred_us=US,
    account=TEXT,
    let_in=COUNT,
    address=TEXT,
    network=TEXT,
    client=TEXT,
    usurped=COUNT,
)
TRAITS = table(
    "over_traits",
    "act and trait",
    event_id=TEXT,
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    occurred_us=US,
    account=TEXT,
    let_in=COUNT,
    usurped=COUNT,
    trait=TEXT,
    value=TEXT,
)
THIEF = table("over_thief", "trait of the thief before the closing", trait=TEXT, value=TEXT)
HONEST = table(
    "over_honest",
    "trait of the thief and account that had it otherwise, before the closing",
    trait=TEXT,
    value=TEXT,
    account=TEXT,
)
RARE = table("over_rare", "trait of the thief that few others had", trait=TEXT, value=TEXT)
AGAIN = table(
    "over_again",
    "account and rare trait of the thief seen after the closing",
    account=TEXT,
    trait=TEXT,
    value=TEXT,
    acts=COUNT,
    let_in=COUNT,
    first_us=US,
    last_us=US,
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    event_id=TEXT,
)
OWN = table(
    "over_own",
    "closed or usurped account with acts after the closing",
    account=TEXT,
    acts=COUNT,
    let_in=COUNT,
    first_us=US,
    last_us=US,
)
SUSPECT = table(
    "over_suspect",
    "session begun after the closing that is not held to be the owner's",
    session=TEXT,
    account=TEXT,
    verdict=TEXT,
    acts=COUNT,
    start_us=US,
    end_us=US,
)
SHOWN = table(
    "over_shown",
    "source: until when it is trailed after the closing, and for how long it is not",
    source=TEXT,
    until_us=US,
    dark_us=US,
)


def addresses() -> Step:
    """The distinct addresses of the trail: their networks are computed outside the engine.

    Reads:   access
    Fills:   over_addresses, one row per address
    """
    return Step(
        fills=ADDRESSES,
        reads=(ACCESS.name,),
        sql="SELECT DISTINCT address AS address FROM access WHERE address <> ''",
    )


def search(contained_us: int) -> tuple[Step, ...]:
    """What is searched, in order.

    Args:
        contained_us: the closing.
    """
    return (
        _acted(),
        _traits(),
        _thief(contained_us),
        _honest(contained_us),
        _rare(),
        _again(contained_us),
        _own(contained_us),
        _suspect(contained_us),
        _shown(contained_us),
    )


def _acted() -> Step:
    """The trail with what detection and reviews attribute.

    Reads:   access, acts, over_networks
    Fills:   over_acted, one row per act: the first of its persons stands for the line
    """
    return Step(
        fills=ACTED,
        reads=(ACCESS.name, ACTS.name, NETWORKS.name),
        sql="""
            SELECT a.event_id AS event_id, a.source AS source, a.digest AS digest,
                   a.position AS position, a.occurred_us AS occurred_us, a.account AS account,
                   CASE WHEN a.outcome IN ('refused', 'failed') THEN 0 ELSE 1 END AS let_in,
                   a.address AS address, n.network AS network, a.client AS client,
                   CASE WHEN t.attribution = 'usurped' THEN 1 ELSE 0 END AS usurped
            FROM access AS a
            LEFT JOIN acts AS t
              ON a.digest = t.digest AND a.position = t.position AND a.part = t.part
            LEFT JOIN over_networks AS n ON a.address = n.address
            WHERE a.account <> '' AND a.part = 0
        """,
        view=True,
    )


def _traits() -> Step:
    """Each act once for each trait that it shows.

    Reads:   over_acted
    Fills:   over_traits, one row per act and trait
    """
    kept = "event_id, source, digest, position, occurred_us, account, let_in, usurped"
    parts = [
        f"SELECT {kept}, '{name}' AS trait, {name} AS value FROM over_acted WHERE {name} <> ''"
        for name in ("address", "network", "client")
    ]
    return Step(fills=TRAITS, reads=(ACTED.name,), sql=" UNION ALL ".join(parts), view=True)


def _thief(contained_us: int) -> Step:
    """What the thief showed before the closing.

    Reads:   over_traits
    Fills:   over_thief, one row per trait and value
    """
    return Step(
        fills=THIEF,
        reads=(TRAITS.name,),
        sql=f"""
            SELECT DISTINCT trait, value FROM over_traits
            WHERE usurped = 1 AND occurred_us <= {contained_us}
        """,
    )


def _honest(contained_us: int) -> Step:
    """Who else showed it, before the closing.

    Reads:   over_traits, over_thief
    Fills:   over_honest, one row per trait, value and account
    """
    return Step(
        fills=HONEST,
        reads=(TRAITS.name, THIEF.name),
        sql=f"""
            SELECT DISTINCT t.trait AS trait, t.value AS value, t.account AS account
            FROM over_traits AS t
            JOIN over_thief AS h ON t.trait = h.trait AND t.value = h.value
            WHERE t.usurped = 0 AND t.occurred_us <= {contained_us}
        """,
    )


def _rare() -> Step:
    """What tells the thief apart.

    Reads:   over_thief, over_honest
    Fills:   over_rare, one row per trait and value
    """
    return Step(
        fills=RARE,
        reads=(THIEF.name, HONEST.name),
        sql=f"""
            SELECT h.trait AS trait, h.value AS value
            FROM over_thief AS h
            LEFT JOIN over_honest AS o ON h.trait = o.trait AND h.value = o.value
            GROUP BY h.trait, h.value
            HAVING count(o.account) <= {RARE_ACCOUNTS}
        """,
    )


def _again(contained_us: int) -> Step:
    """The thief's rare traits after the closing, on accounts that had not had them.

    Reads:   over_traits, over_rare, over_honest
    Fills:   over_again, one row per account, trait and value, with its first line
    Silence: no row means "not seen", in the time and the sources that are trailed
    """
    return Step(
        fills=AGAIN,
        reads=(TRAITS.name, RARE.name, HONEST.name),
        sql=f"""
            SELECT account, trait, value, acts, let_in, first_us, last_us,
                   source, digest, position, event_id
            FROM (
                SELECT t.account AS account, t.trait AS trait, t.value AS value,
                       count(*) OVER w AS acts, sum(t.let_in) OVER w AS let_in,
                       min(t.occurred_us) OVER w AS first_us,
                       max(t.occurred_us) OVER w AS last_us,
                       t.source AS source, t.digest AS digest, t.position AS position,
                       t.event_id AS event_id,
                       row_number() OVER (
                           PARTITION BY t.account, t.trait, t.value
                           ORDER BY t.occurred_us, t.digest, t.position
                       ) AS rank
                FROM over_traits AS t
                JOIN over_rare AS r ON t.trait = r.trait AND t.value = r.value
                LEFT JOIN over_honest AS o
                  ON t.trait = o.trait AND t.value = o.value AND t.account = o.account
                WHERE t.occurred_us > {contained_us} AND o.account IS NULL
                WINDOW w AS (PARTITION BY t.account, t.trait, t.value)
            ) AS ranked
            WHERE rank = 1
        """,
    )


def _own(contained_us: int) -> Step:
    """What the closed and the usurped accounts did after the closing.

    Reads:   over_acted, over_closed
    Fills:   over_own, one row per account
    """
    return Step(
        fills=OWN,
        reads=(ACTED.name, CLOSED.name),
        sql=f"""
            SELECT a.account AS account, count(*) AS acts, sum(a.let_in) AS let_in,
                   min(a.occurred_us) AS first_us, max(a.occurred_us) AS last_us
            FROM over_acted AS a
            JOIN (
                SELECT account FROM over_closed
                UNION
                SELECT account FROM over_acted WHERE usurped = 1
            ) AS c ON a.account = c.account
            WHERE a.occurred_us > {contained_us}
            GROUP BY a.account
        """,
    )


def _suspect(contained_us: int) -> Step:
    """Later sessions that are not plainly their owner's.

    Reads:   sessions
    Fills:   over_suspect, one row per session
    """
    return Step(
        fills=SUSPECT,
        reads=(SESSIONS.name,),
        sql=f"""
            SELECT session, account, verdict, acts, start_us, end_us FROM sessions
            WHERE end_us > {contained_us} AND verdict IN ('usurped', 'undecided')
        """,
    )


def _shown(contained_us: int) -> Step:
    """What each source shows of the time after the closing.

    Reads:   coverage
    Fills:   over_shown, one row per source; until_us is NULL where nothing is trailed after
    Units:   microseconds
    """
    after = f"(CASE WHEN start_us > {contained_us} THEN start_us ELSE {contained_us} END)"
    return Step(
        fills=SHOWN,
        reads=(COVERAGE.name,),
        sql=f"""
            SELECT source,
                   max(CASE WHEN state = 'trailed' AND end_us > {contained_us}
                       THEN end_us END) AS until_us,
                   sum(CASE WHEN state <> 'trailed' AND end_us > {contained_us}
                       THEN end_us - {after} ELSE 0 END) AS dark_us
            FROM coverage
            GROUP BY source
        """,
    )
