"""What a session shows, as tokens of a few channels: hour, network, service, unit, persons.

A stranger's estate may fill only some of them. A channel without a token is silent: it weighs
nothing, and is never "normal". Person ids that read as paths (a/b/c) tell their folder: some
sources number records by unit.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tocsin.core.tables import Step
from tocsin.core.zones import DAY_US, HOUR_US, to_wall
from tocsin.detect.matrix import Codes, Matrix
from tocsin.detect.trial_tables import CLOCK_TRAITS, CONTENT, TRAITS


@dataclass(frozen=True, slots=True)
class Channel:
    """A kind of token.

    Args:
        number: in the relations.
        name: of its signal.
        follows_clock: True for where and when a session was; False for what it did.
        kinds: how many different tokens everybody may show (smooths the general share).
        pull: sessions of the account that weigh as much as everybody's share.
    """

    number: int
    name: str
    follows_clock: bool
    kinds: float
    pull: float


HOUR = Channel(1, "hour", True, 8.0, 3.0)
WEEKEND = Channel(2, "weekend", True, 2.0, 3.0)
WEEKDAY = Channel(3, "weekday", True, 7.0, 3.0)
NETWORK = Channel(4, "network", True, 400.0, 3.0)
CLIENT = Channel(5, "client", True, 40.0, 3.0)
SERVICE = Channel(6, "service", False, 40.0, 3.0)
OPERATION = Channel(7, "operation", False, 100.0, 9.0)
UNIT = Channel(8, "unit", False, 40.0, 3.0)
TOP = Channel(9, "branch", False, 2_000.0, 9.0)
AREA = Channel(10, "area", False, 20_000.0, 9.0)
FOLDER = Channel(11, "folder", False, 20_000.0, 9.0)
PERSON = Channel(12, "person", False, 300_000.0, 9.0)
BEFORE = Channel(13, "before", False, 500.0, 3.0)

CHANNELS = (
    HOUR,
    WEEKEND,
    WEEKDAY,
    NETWORK,
    CLIENT,
    SERVICE,
    OPERATION,
    UNIT,
    TOP,
    AREA,
    FOLDER,
    PERSON,
    BEFORE,
)
"""All channels. BEFORE is who last worked on the person: it is made from PERSON."""

_ID = "translate(c.person, '\\:', '//')"
_DEPTH = "(length(c.id) - length(replace(c.id, '/', '')))"


def content(since_us: int) -> Step:
    """What each session that is weighed did: its acts on data by person, service, operation.

    Args:
        since_us: an instant before all of their acts, as their producers tell it.
    """
    return Step(
        fills=CONTENT,
        reads=("access", "detect_files", "detect_held", "detect_trials"),
        sql=f"""
SELECT h.s AS s, a.person AS person, coalesce(a.service, '') AS service,
       a.operation AS operation, min(coalesce(a.client, '')) AS client, count(*) AS acts
FROM access AS a
JOIN detect_files AS f ON a.digest = f.digest
JOIN detect_held AS h ON h.file = f.file AND h.position = a.position
JOIN (
  SELECT t.s AS s FROM detect_trials AS t UNION SELECT t.clock AS s FROM detect_trials AS t
) AS t ON h.s = t.s
WHERE h.data = 1 AND a.occurred_us >= {since_us}
GROUP BY h.s, a.person, coalesce(a.service, ''), a.operation""",
    )


def traits() -> Step:
    """The tokens of each session; several tokens of one channel share by the root of acts."""
    one = "SELECT c.s AS s, {channel} AS channel, {what} AS token"
    return Step(
        fills=TRAITS,
        reads=("detect_content", "detect_clock_traits", "person_controllers"),
        sql=f"""
WITH held AS (
  SELECT c.s AS s, c.person AS person, {_ID} AS id, count(*) AS acts
  FROM detect_content AS c
  WHERE c.person <> ''
  GROUP BY c.s, c.person
), paths AS (
  SELECT c.s AS s, c.person AS person, c.id AS id, {_DEPTH} AS depth
  FROM held AS c
), kept AS (
  SELECT p.person AS person, min(p.controller) AS unit
  FROM person_controllers AS p
  GROUP BY p.person
)
SELECT t.s AS s, t.channel AS channel, t.token AS token, t.w AS w
FROM detect_clock_traits AS t
UNION ALL
{one.format(channel=CLIENT.number, what="min(c.client)")}, 1.0 AS w
FROM detect_content AS c
WHERE c.client <> ''
GROUP BY c.s
UNION ALL
{one.format(channel=SERVICE.number, what="c.service")}, sqrt(count(*)) AS w
FROM detect_content AS c
WHERE c.service <> ''
GROUP BY c.s, c.service
UNION ALL
{one.format(channel=OPERATION.number, what="concat(c.service, '/', c.operation)")},
       sqrt(sum(c.acts)) AS w
FROM detect_content AS c
WHERE c.operation <> ''
GROUP BY c.s, concat(c.service, '/', c.operation)
UNION ALL
{one.format(channel=UNIT.number, what="k.unit")}, sqrt(count(*)) AS w
FROM paths AS c
JOIN kept AS k ON c.person = k.person
GROUP BY c.s, k.unit
UNION ALL
{one.format(channel=TOP.number, what="split_part(c.id, '/', 1)")}, sqrt(count(*)) AS w
FROM paths AS c
WHERE c.depth >= 1
GROUP BY c.s, split_part(c.id, '/', 1)
UNION ALL
SELECT c.s AS s, {AREA.number} AS channel, c.area AS token, sqrt(count(*)) AS w
FROM (
  SELECT c.s AS s,
         CASE WHEN c.depth >= 2 THEN concat(split_part(c.id, '/', 1), '/',
                                            split_part(c.id, '/', 2))
              ELSE split_part(c.id, '/', 1) END AS area
  FROM paths AS c
  WHERE c.depth >= 1
) AS c
GROUP BY c.s, c.area
UNION ALL
SELECT c.s AS s, {FOLDER.number} AS channel, c.folder AS token, sqrt(count(*)) AS w
FROM (
  SELECT c.s AS s,
         substr(c.id, 1, CAST(length(c.id)
           - length(split_part(c.id, '/', CAST(c.depth + 1 AS INT))) AS INT)) AS folder
  FROM paths AS c
  WHERE c.depth >= 1
) AS c
GROUP BY c.s, c.folder
UNION ALL
{one.format(channel=PERSON.number, what="c.person")}, 1.0 AS w
FROM paths AS c""",
    )


def clock_traits(m: Matrix, zone: str, asked: Codes) -> pa.Table:
    """The relation `detect_clock_traits`: hour, kind of day and network of some sessions.

    Args:
        asked: sessions whose clock is that of a trial, each once.
    """
    asked = asked[m.acting[asked]]
    wall = to_wall(m.start_us[asked], zone)
    days = wall // DAY_US
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    columns = (
        (HOUR, (wall % DAY_US) // (3 * HOUR_US)),
        (WEEKEND, (weekday >= 5).astype(np.int64)),
        (WEEKDAY, weekday),
        (NETWORK, m.net[asked]),
    )
    s, channel, token = [], [], []
    for kind, values in columns:
        at = np.flatnonzero((kind is not NETWORK) | (values > 0))
        s.append(asked[at] + 1)
        channel.append(np.full(len(at), kind.number))
        token.append(values[at])
    tokens = pa.array(np.concatenate(token), pa.int64()).cast(pa.string())
    return pa.table(
        {
            "s": pa.array(np.concatenate(s), pa.int64()),
            "channel": pa.array(np.concatenate(channel), pa.int64()),
            "token": tokens,
            "w": np.ones(len(tokens)),
        },
        schema=pa.schema(
            [
                (
                    c.name,
                    {"BIGINT": pa.int64(), "VARCHAR": pa.string()}.get(c.type, pa.float64()),
                )
                for c in CLOCK_TRAITS.columns
            ]
        ),
    )
