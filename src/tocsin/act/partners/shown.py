"""Which traits of the thief can be told to partners: those that are not everybody's."""

from collections.abc import Mapping

from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.core.tables import COUNT, TEXT, US, Step, table

TRAITS = table(
    "partners_traits",
    "address or client of acts held to be usurped",
    trait=TEXT,
    value=TEXT,
    first_us=US,
    last_us=US,
    acts=COUNT,
    unreviewed=COUNT,
    others=COUNT,
    accounts=COUNT,
)


def traits() -> Step:
    """Addresses and clients of usurped acts, and how many other accounts use them rightly.

    Reads:   access, acts, sessions
    Fills:   partners_traits; `others` counts accounts whose own acts, held by nobody, show the
             same trait; `accounts` is the number of accounts of the trail
    """
    return Step(
        fills=TRAITS,
        reads=("access", "acts", "sessions"),
        sql=f"""
            SELECT
              t.trait AS trait,
              t.value AS value,
              t.first_us AS first_us,
              t.last_us AS last_us,
              t.acts AS acts,
              t.unreviewed AS unreviewed,
              coalesce(o.others, 0) AS others,
              (SELECT count(DISTINCT account) FROM access WHERE account <> '') AS accounts
            FROM (
              SELECT trait, value, min(us) AS first_us, max(us) AS last_us,
                count(DISTINCT event_id) AS acts, max(unreviewed) AS unreviewed
              FROM ({_held("address")} UNION ALL {_held("client")}) AS h
              GROUP BY trait, value
            ) AS t
            LEFT JOIN (
              SELECT trait, value, count(DISTINCT account) AS others
              FROM ({_own("address")} UNION ALL {_own("client")}) AS w
              GROUP BY trait, value
            ) AS o ON o.trait = t.trait AND o.value = t.value""",
    )


def _held(trait: str) -> str:
    return f"""
        SELECT '{trait}' AS trait, a.{trait} AS value, a.occurred_us AS us,
          a.event_id AS event_id,
          CASE WHEN s.decided_by = '' THEN 1 ELSE 0 END AS unreviewed
        FROM access AS a
        JOIN acts AS u ON u.digest = a.digest AND u.position = a.position AND u.part = a.part
          AND u.attribution = 'usurped'
        JOIN sessions AS s ON s.session = u.session AND s.verdict = 'usurped'
        WHERE a.{trait} IS NOT NULL AND a.{trait} <> ''"""


def _own(trait: str) -> str:
    return f"""
        SELECT '{trait}' AS trait, a.{trait} AS value, a.account AS account
        FROM access AS a
        LEFT JOIN (SELECT DISTINCT digest, position FROM acts) AS u
          ON u.digest = a.digest AND u.position = a.position
        WHERE u.position IS NULL AND a.account <> '' AND a.{trait} <> ''
          AND a.{trait} IN (
            SELECT x.{trait} FROM access AS x
            JOIN acts AS v ON v.digest = x.digest AND v.position = x.position
              AND v.part = x.part AND v.attribution = 'usurped')"""


NETWORKS = table(
    "partners_networks",
    "network of the thief that others use by right",
    network=TEXT,
    others=COUNT,
)


def networks(starts: Mapping[str, str]) -> Step:
    """How many accounts use each network by right.

    Reads:   access, acts
    Fills:   partners_networks; a network that nobody else uses has no row
    Args:
        starts: of each network, how its addresses begin: digits, hex digits, dots, colons.

    Raises:
        InputError: a start holds something else.
    """
    parts = " UNION ALL ".join(_used(name, start) for name, start in starts.items())
    return Step(fills=NETWORKS, reads=("access", "acts"), sql=parts)


def _used(name: str, start: str) -> str:
    if not start or set(f"{name}{start}") - set("0123456789abcdef.:/"):
        raise InputError(
            Says("un réseau n'est pas lisible", "a network cannot be read"),
            next_step=Says("Relancez tocsin detect.", "Run detect again."),
            where=name[:40],
        )
    return f"""
        SELECT '{name}' AS network, count(DISTINCT a.account) AS others
        FROM access AS a
        LEFT JOIN (SELECT DISTINCT digest, position FROM acts) AS u
          ON u.digest = a.digest AND u.position = a.position
        WHERE u.position IS NULL AND a.account <> '' AND a.address LIKE '{start}%'"""
