"""Instants in trail lines, as SQL: ISO texts and wall times to microseconds in UTC.

A trail says its time in its own zone. The changes of hour come from the zone's table
(core/zones.py), not from the engine, so that every engine and every year agrees.
"""

from tocsin.core.zones import changes

ISO_PARTS = (
    "'^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    "(?:[.,]([0-9]{1,9}))? ?(Z|z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?$', "
    "['day', 'clock', 'fraction', 'zone']"
)
"""Arguments of regexp_extract: ISO 8601 day and time, with or without fraction and zone."""

SECOND_US = 1_000_000
EARLIEST_US = 0
"""1970-01-01: no trail that may be read is older."""
LATEST_US = 4_102_444_800 * SECOND_US
"""2100-01-01: what says so is no instant of a trail."""


def wall_to_utc(wall: str, zone: str) -> str:
    """SQL: wall time of a zone (microseconds, read as if UTC) to the instant in UTC.

    A time that the change of hour makes twice is its first instant; one that it skips is read
    with the offset before the change, as core/zones.py does.

    Args:
        wall: SQL expression, BIGINT; it is repeated, so give a column.
        zone: IANA name.
    """
    table = changes(zone)
    before = (table.offset_us[0], *table.offset_us[:-1])
    edges = tuple(
        since + max(old, new)
        for since, old, new in zip(table.since_us, before, table.offset_us, strict=True)
    )
    return f"({wall} - {_branch(wall, edges, table.offset_us)})"


def with_instant(relation: str, *, text: str, zone: str) -> str:
    """SELECT: a relation and `occurred_us`, the instant of an ISO text; NULL where it is none.

    Args:
        relation: a FROM item with its alias.
        text: SQL expression of the text.
        zone: IANA name of the zone of texts that carry none.
    """
    digits = "replace(stamp.zone, ':', '')"
    return f"""
      SELECT *, CASE WHEN stamp.zone = '' THEN {wall_to_utc("wall_us", zone)}
          ELSE wall_us - offset_us END AS occurred_us
      FROM (
        SELECT *, CASE WHEN stamp.day <> '' THEN
            epoch_us(TRY_CAST(concat(stamp.day, ' ', stamp.clock) AS TIMESTAMP))
            + CAST(rpad(left(stamp.fraction, 6), 6, '0') AS BIGINT) END AS wall_us,
          CASE WHEN stamp.zone IN ('', 'Z', 'z', 'UTC') THEN 0
            ELSE (CAST(substr({digits}, 2, 2) AS BIGINT) * 3600
              + coalesce(TRY_CAST(substr({digits}, 4, 2) AS BIGINT), 0) * 60) * {SECOND_US}
              * CASE WHEN left(stamp.zone, 1) = '-' THEN -1 ELSE 1 END END AS offset_us
        FROM (SELECT *, regexp_extract({text}, {ISO_PARTS}) AS stamp FROM {relation}) AS parted
      ) AS walled"""


def _branch(wall: str, edges: tuple[int, ...], offsets: tuple[int, ...]) -> str:
    """A tree of comparisons: about eight a row for a zone that changes twice a year."""
    if len(set(offsets)) == 1:
        return str(offsets[0])
    middle = len(edges) // 2
    return (
        f"CASE WHEN {wall} < {edges[middle]} THEN"
        f" {_branch(wall, edges[:middle], offsets[:middle])}"
        f" ELSE {_branch(wall, edges[middle:], offsets[middle:])} END"
    )
