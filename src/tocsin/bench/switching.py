"""Account switching on a real trail of edits: sessions, swaps by the published protocol, figures.

The trail is the public history of open-source projects: accounts (3,339) working on objects of
teams (29). It proves the engine, not the clinical meaning: no labelled trail of patient records
exists. The figures come from the very steps and functions that `tocsin detect` runs.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from tocsin.bench import days, sheet
from tocsin.bench.measures import Codes, Reals
from tocsin.core.ports import Engine
from tocsin.core.tables import PERSON_CONTROLLERS
from tocsin.detect import streams, swaps, traits, trial_tables
from tocsin.detect.figures import figures_of
from tocsin.detect.matrix import Matrix, Singles
from tocsin.detect.swaps import Trials

GAP_H = 3
"""Hours of silence that end a session."""

PAST = 20
"""Sessions that an account must have behind it."""

SHARE, SEED = 0.35, 7
"""Share of the scored sessions in whose place attacks are drawn, and the seed of the draw."""

TAUGHT = 16_000
"""Sessions in whose place more swaps are drawn, to learn from."""

CONTROL_NEAR = 2_500
"""How far along the trail the owner's own later session may be."""

KINDS = ("stranger", "colleague", "mimic", "control")
"""Kinds of trials; a genuine session is -1."""


@dataclass(frozen=True, kw_only=True)
class Switched:
    """The trials of the protocol and more swaps to learn from, with their figures."""

    matrix: Matrix
    trials: Trials
    figures: Singles
    scored: Codes  # 1 where the session belongs to the protocol
    protocol: Codes  # by trial: 1 for the protocol's, 0 for the swaps that only teach
    plain: Reals  # by trial: the figures of the published protocol (sheet.NAMES)


def switched(engine: Engine, data: Path) -> Switched:
    """Everything that the five splits share."""
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    _sessions(db, data)
    m, bots, team = _matrix(db)
    trials, protocol = _trials(m, bots, team)
    _bind(engine, db, m)
    engine.run(traits.traits())
    engine.bind_arrow(trial_tables.TRIALS, trials.relation(m))
    for step in streams.steps(int(m.start_us.min())):
        engine.run(step)
    engine.drop(*streams.PASSING)
    facts, before, peers = (
        engine.fetch(name)
        for name in ("detect_stream_facts", "detect_before_shares", "detect_peers")
    )
    figures = figures_of(facts, before, peers, m, trials)
    scored = (trials.past >= PAST) & ~bots[trials.on]
    plain = sheet.figures(db, m.acc, trials, scored & (protocol > 0))
    return Switched(
        matrix=m,
        trials=trials,
        figures=figures,
        scored=scored.astype(np.int64),
        protocol=protocol,
        plain=plain,
    )


def _sessions(db: duckdb.DuckDBPyConnection, data: Path) -> None:
    db.execute(f"""
CREATE TABLE rows_ AS
SELECT account, team, us, utc_offset, bot, team || '/' || object AS person, n,
       sum(CASE WHEN last_us IS NULL OR us - last_us > {GAP_H} * 3600000000 THEN 1 ELSE 0 END)
         OVER (PARTITION BY account ORDER BY us, n) AS rank
FROM (SELECT *, lag(us) OVER (PARTITION BY account ORDER BY us, n) AS last_us
      FROM (SELECT *, epoch_us(occurred_at) AS us, row_number() OVER () AS n
            FROM read_parquet('{data.as_posix().replace("'", "''")}') ) )""")
    db.execute("""
CREATE TABLE sessions_ AS
SELECT row_number() OVER (ORDER BY min(us), account, rank) AS s, account, rank,
       min(us) AS start_us, max(us) AS end_us, count(*) AS acts, bool_or(bot) AS bot,
       arg_min(utc_offset, (us, n)) AS utc_offset
FROM rows_ GROUP BY account, rank""")
    db.execute("""
CREATE TABLE content_ AS
SELECT s, person, any_value(r.team) AS team, count(*) AS acts,
       any_value(x.utc_offset) AS utc_offset
FROM rows_ AS r JOIN sessions_ AS x USING (account, rank) GROUP BY s, person""")


def _matrix(db: duckdb.DuckDBPyConnection) -> tuple[Matrix, Any, Codes]:
    rows = db.sql("""
SELECT s.*, t.team, t.persons FROM sessions_ AS s
JOIN (SELECT s, arg_max(team, (acts, -team)) AS team, sum(persons) AS persons
      FROM (SELECT s, team, sum(acts) AS acts, count(*) AS persons FROM content_ GROUP BY s, team)
      GROUP BY s) AS t USING (s) ORDER BY s""").to_arrow_table()
    names, acc = np.unique(rows["account"].to_numpy(zero_copy_only=False), return_inverse=True)
    size = rows.num_rows
    team = rows["team"].to_numpy().astype(np.int64)
    held: dict[str, Any] = {
        "account": tuple(names.tolist()),
        "acc": acc.astype(np.int64),
        "house": _usual(acc, team)[acc],
        "start_us": rows["start_us"].to_numpy(),
        "end_us": rows["end_us"].to_numpy(),
        "data": rows["acts"].to_numpy(),
        "care": np.column_stack([rows["persons"].to_numpy().astype(float)] * 1),
    }
    for field in fields(Matrix):
        held.setdefault(field.name, np.zeros(size, dtype=np.int64))
    return Matrix(**held), np.asarray(rows["bot"].to_numpy(zero_copy_only=False), bool), team


def _usual(acc: Codes, team: Codes) -> Codes:
    """The team of most of each account's sessions."""
    size = int(team.max()) + 1
    many = np.bincount(acc * size + team, minlength=(int(acc.max()) + 1) * size)
    return np.asarray(many.reshape(-1, size).argmax(axis=1), dtype=np.int64)


def _bind(engine: Engine, db: duckdb.DuckDBPyConnection, m: Matrix) -> None:
    engine.bind_arrow(
        trial_tables.CONTENT,
        db.sql("""
SELECT s, person, 'files' AS service, '' AS operation, utc_offset AS client, acts
FROM content_""").to_arrow_table(),
    )
    engine.bind_arrow(
        PERSON_CONTROLLERS,
        db.sql("""
SELECT person, CAST(min(team) AS VARCHAR) AS controller FROM content_ GROUP BY person
""").to_arrow_table(),
    )
    engine.bind_arrow(
        trial_tables.CLOCK_TRAITS,
        db.sql(f"""
WITH local AS (
  SELECT s, start_us + CAST(substr(utc_offset, 1, 3) AS INT) * 3600000000 AS us FROM sessions_
), parts AS (
  SELECT s, us % 86400000000 // (3 * 3600000000) AS hour, (us // 86400000000 + 3) % 7 AS day
  FROM local
)
SELECT s, CAST({traits.HOUR.number} AS BIGINT) AS channel, CAST(hour AS VARCHAR) AS token,
       1.0::DOUBLE AS w FROM parts
UNION ALL SELECT s, {traits.WEEKEND.number}, CAST(CAST(day >= 5 AS INT) AS VARCHAR), 1.0 FROM parts
UNION ALL SELECT s, {traits.WEEKDAY.number}, CAST(day AS VARCHAR), 1.0 FROM parts
""").to_arrow_table(),
    )


def _trials(m: Matrix, bots: Any, team: Codes) -> tuple[Trials, Codes]:  # noqa: ANN401
    """Real sessions, the protocol's draws, then swaps of the product's own making."""
    size = m.size
    behind = swaps.behind(m.acc)
    rng = np.random.default_rng(SEED)
    people = np.flatnonzero(~bots)
    of_team = {t: people[team[people] == t] for t in np.unique(team)}
    of_account = {a: people[m.acc[people] == a] for a in np.unique(m.acc[people])}
    rows: list[tuple[int, int, int, int]] = []
    for v in np.flatnonzero(~bots & (behind >= PAST)).tolist():
        if rng.random() >= SHARE:
            continue
        near = people[slice(*np.searchsorted(people, [v + 1, v + 1 + swaps.NEAR]))]
        near = near[m.acc[near] != m.acc[v]]
        mates = of_team[team[v]]
        mates = mates[np.searchsorted(mates, v, side="right") :][: swaps.NEAR_COLLEAGUES]
        mates = mates[m.acc[mates] != m.acc[v]]
        own = of_account[m.acc[v]]
        later = int(np.searchsorted(own, v)) + 2
        if len(near):
            given = int(rng.choice(near))
            rows.append((given, given, v, 0))
        if len(mates):
            given, again = int(rng.choice(mates)), int(rng.choice(mates))
            rows += [(given, given, v, 1), (again, v, v, 2)]
        if later < len(own) and own[later] - v < CONTROL_NEAR:
            rows.append((int(own[later]), int(own[later]), v, 3))
    rows += days.drawn(m, people, PAST, behind)
    drawn = np.array(rows, dtype=np.int64).reshape(-1, 4)
    more = swaps.draw(m, past=PAST, most=TAUGHT)
    taught = np.flatnonzero(~more.real & ~bots[more.session] & ~bots[more.on])
    every = np.arange(size)
    on = np.concatenate([every, drawn[:, 2], more.on[taught]])
    trials = Trials(
        session=np.concatenate([every, drawn[:, 0], more.session[taught]]),
        clock=np.concatenate([every, drawn[:, 1], more.clock[taught]]),
        on=on,
        kind=np.concatenate([np.full(size, -1), drawn[:, 3], more.kind[taught]]),
        past=behind[on],
    )
    protocol = np.ones(len(on), dtype=np.int64)
    protocol[size + len(drawn) :] = 0
    return trials, protocol


def freeman(plain: Reals, *, team: bool) -> Reals:
    """The likelihood ratio of hour, day and place (Freeman et al., NDSS 2016)."""
    names = ("hour", "weekend", "offset", *(("team",) if team else ()))
    return np.asarray(np.sum([plain[:, sheet.NAMES.index(name)] for name in names], axis=0))


def four_rules(plain: Reals) -> Reals:
    """Rules that any console has: new place, new unit, off hours, many persons; counted."""
    column = {name: plain[:, j] for j, name in enumerate(sheet.NAMES)}
    return np.asarray(
        (column["offset"] > 1.0).astype(float)
        + (column["team"] > 1.0)
        + (column["hour"] > 1.0)
        + (column["volume"] > np.log(20.0))
    )
