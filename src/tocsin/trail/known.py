"""Acts that a source tells more than once: which lines are `repeated`, over all its files.

1. A line whose event id an earlier line has (earlier file, then earlier position) is repeated.
2. A client's view of a request whose server's view is there is repeated. Its event id goes to
   `also` of the server's row for the same person, else of the first server's row.
3. What only the client's view tells (account, session, query, …) completes that row; a person
   that no server's row of the request names becomes one more part of it.
"""

from tocsin.core.tables import (
    ACCESS,
    COUNT,
    QUARANTINE,
    TEXT,
    TEXTS,
    US,
    Step,
    Table,
    table,
)
from tocsin.trail.catalogue import quoted

UNITS = table("units", "file of a source, in the order of their coming", digest=TEXT, n=COUNT)

_LINE = {"digest": TEXT, "position": COUNT}
TWICE = table("twice", "hash of an event id that several lines have", h="UBIGINT")
AGAIN = table("again", "line whose event id an earlier line has", **_LINE)
BOTH = table("both_sides", "hash of a request id that both sides logged", h="UBIGINT")
VIEWS = table(
    "views",
    "line of a request that both sides logged",
    **_LINE,
    n=COUNT,
    request_id=TEXT,
    side=TEXT,
    event_id=TEXT,
    person=TEXT,
)
PAIRS = table(
    "pairs",
    "client's line and the server's line that is kept for it",
    **_LINE,
    n=COUNT,
    event_id=TEXT,
    request_id=TEXT,
    of_digest=TEXT,
    of_position=COUNT,
)
REPEATED = table("repeated_lines", "line whose act is known", **_LINE)
COMPLETED = ("account", "session", "address", "client", "query", "purpose")
ALSO = table(
    "also_known",
    "line kept and what its other views add",
    **_LINE,
    also=TEXTS,
    **dict.fromkeys(COMPLETED, TEXT),
)
EXTRAS = table(
    "extra_persons",
    "line kept and person that only its other view names",
    **_LINE,
    nth=COUNT,
    person=TEXT,
)
CHANGES = table(
    "changes",
    "file with lines that change",
    digest=TEXT,
    repeated=COUNT,
    fingerprint="UBIGINT",
)


def same_ids() -> tuple[Step, ...]:
    """Lines whose event id is known.

    Reads:  landed, units
    Fills:  again
    """
    twice = (
        "SELECT hash(event_id) AS h FROM landed WHERE part = 0 GROUP BY 1 HAVING count(*) > 1"
    )
    again = """
      SELECT digest, position FROM (
        SELECT l.digest AS digest, l.position AS position, row_number() OVER (
            PARTITION BY l.event_id ORDER BY u.n, l.position) AS nth
        FROM landed AS l JOIN twice AS t ON t.h = hash(l.event_id)
        JOIN units AS u ON u.digest = l.digest
        WHERE l.part = 0) AS ranked
      WHERE nth > 1"""
    return (
        Step(fills=TWICE, reads=("landed",), sql=twice, portable=False),
        Step(fills=AGAIN, reads=("landed", "twice", "units"), sql=again, portable=False),
    )


def both_sides() -> tuple[Step, ...]:
    """Client's lines whose request the server logged too.

    Reads:  landed, units, requests, again
    Fills:  pairs
    """
    both = """
      SELECT hash(request_id) AS h FROM requests GROUP BY 1
      HAVING min(side) = 'client' AND max(side) = 'server'"""
    views = """
      SELECT r.digest AS digest, r.position AS position, u.n AS n, r.request_id AS request_id,
        r.side AS side, l.event_id AS event_id, l.person AS person
      FROM requests AS r
      JOIN both_sides AS b ON b.h = hash(r.request_id)
      JOIN units AS u ON u.digest = r.digest
      JOIN landed AS l ON l.digest = r.digest AND l.position = r.position AND l.part = 0
      LEFT JOIN again AS a ON a.digest = r.digest AND a.position = r.position
      WHERE a.position IS NULL"""
    first = "arg_min({'digest': digest, 'position': position}, {'n': n, 'position': position})"
    pairs = f"""
      SELECT c.digest AS digest, c.position AS position, c.n AS n, c.event_id AS event_id,
        c.request_id AS request_id,
        coalesce(same.kept.digest, any_one.kept.digest) AS of_digest,
        coalesce(same.kept.position, any_one.kept.position) AS of_position
      FROM views AS c
      JOIN (SELECT request_id, {first} AS kept FROM views WHERE side = 'server'
        GROUP BY request_id) AS any_one ON any_one.request_id = c.request_id
      LEFT JOIN (SELECT request_id, person, {first} AS kept FROM views WHERE side = 'server'
        GROUP BY request_id, person) AS same
        ON same.request_id = c.request_id AND same.person = c.person
      WHERE c.side = 'client'"""
    return (
        Step(fills=BOTH, reads=("requests",), sql=both, portable=False),
        Step(
            fills=VIEWS,
            reads=("requests", "both_sides", "units", "landed", "again"),
            sql=views,
            portable=False,
        ),
        Step(fills=PAIRS, reads=("views",), sql=pairs, portable=False),
    )


def told() -> tuple[Step, ...]:
    """What changes in the rows of the files.

    Reads:  landed, again, views, pairs, superseded
    Fills:  repeated_lines, also_known, extra_persons, changes
    """
    repeated = """
      SELECT digest, position FROM again UNION SELECT digest, position FROM pairs
      UNION SELECT digest, position FROM superseded"""
    filled = ", ".join(
        f"arg_min(nullif(l.{name}, ''), {{'n': p.n, 'position': p.position}}) AS {name}"
        for name in COMPLETED
    )
    also = f"""
      SELECT p.of_digest AS digest, p.of_position AS position,
        list(p.event_id ORDER BY p.n, p.position) AS also, {filled}
      FROM pairs AS p
      JOIN landed AS l ON l.digest = p.digest AND l.position = p.position AND l.part = 0
      GROUP BY p.of_digest, p.of_position"""
    extras = """
      SELECT digest, position, row_number() OVER (
          PARTITION BY digest, position ORDER BY first_n, first_position, person) AS nth, person
      FROM (
        SELECT p.of_digest AS digest, p.of_position AS position, l.person AS person,
          min(p.n) AS first_n, min(p.position) AS first_position
        FROM pairs AS p
        JOIN landed AS l ON l.digest = p.digest AND l.position = p.position
        LEFT JOIN (SELECT DISTINCT v.request_id AS request_id, s.person AS person
          FROM views AS v JOIN landed AS s
            ON s.digest = v.digest AND s.position = v.position
          WHERE v.side = 'server') AS named
          ON named.request_id = p.request_id AND named.person = l.person
        WHERE l.person <> '' AND named.person IS NULL
        GROUP BY p.of_digest, p.of_position, l.person) AS found"""
    changes = """
      SELECT digest, sum(repeated) AS repeated, bit_xor(h) AS fingerprint FROM (
        SELECT digest, 1 AS repeated, hash(position, 'repeated') AS h FROM repeated_lines
        UNION ALL SELECT digest, 0, hash(position, also) FROM also_known
        UNION ALL SELECT digest, 0, hash(position, nth, person) FROM extra_persons) AS every
      GROUP BY digest"""
    return (
        Step(fills=REPEATED, reads=("again", "pairs", "superseded"), sql=repeated),
        Step(fills=ALSO, reads=("pairs", "landed"), sql=also, portable=False),
        Step(fills=EXTRAS, reads=("pairs", "views", "landed"), sql=extras, portable=False),
        Step(
            fills=CHANGES,
            reads=("repeated_lines", "also_known", "extra_persons"),
            sql=changes,
            portable=False,
        ),
    )


PUBLIC = Table(
    name="public_rows",
    per=ACCESS.per,
    columns=tuple(
        table("x", "y", occurred_us=US).columns[0] if c.name == "occurred_at" else c
        for c in ACCESS.columns
    ),
)


def public(digest: str) -> Step:
    """The rows of one file as they are published.

    Reads:  landed, repeated_lines, also_known, extra_persons
    Fills:  public_rows
    """

    def completed(name: str) -> str:
        empty = "''" if name in {"account", "session"} else "NULL"
        return f"coalesce(nullif(l.{name}, ''), a.{name}, {empty}) AS {name}"

    said = {
        name: completed(name) if name in COMPLETED else f"l.{name} AS {name}"
        for name in PUBLIC.names
    }
    said["also"] = "coalesce(a.also, l.also) AS also"
    own = {**said, "person": "coalesce(nullif(l.person, ''), x.person, '') AS person"}
    more = {
        **said,
        "person": "x.person AS person",
        "part": "last.part + x.nth - last.empty AS part",
    }
    joins = """
      LEFT JOIN also_known AS a ON a.digest = l.digest AND a.position = l.position
      LEFT JOIN repeated_lines AS r ON r.digest = l.digest AND r.position = l.position"""
    one = f"l.digest = {quoted(digest)} AND r.position IS NULL"
    return Step(
        fills=PUBLIC,
        reads=("landed", "repeated_lines", "also_known", "extra_persons"),
        sql=f"""
          SELECT {", ".join(own.values())} FROM landed AS l {joins}
          LEFT JOIN extra_persons AS x ON x.digest = l.digest AND x.position = l.position
            AND x.nth = 1 AND l.part = 0 AND l.person = ''
          WHERE {one}
          UNION ALL
          SELECT {", ".join(more.values())} FROM landed AS l {joins}
          JOIN extra_persons AS x ON x.digest = l.digest AND x.position = l.position
          JOIN (SELECT position, max(part) AS part,
              max(CASE WHEN part = 0 AND person = '' THEN 1 ELSE 0 END) AS empty
            FROM landed WHERE digest = {quoted(digest)} GROUP BY position) AS last
            ON last.position = l.position
          WHERE {one} AND l.part = 0 AND x.nth > last.empty""",
        portable=False,
        view=True,
    )


UNMATCHED = table("unmatched_lines", "source", lines=COUNT)


def unmatched() -> Step:
    """How many lines of accounts have an operation that the catalogue does not know.

    Reads:  published_rows
    """
    return Step(
        fills=UNMATCHED,
        reads=("published_rows",),
        sql="""
          SELECT count(*) AS lines FROM published_rows
          WHERE part = 0 AND operation = '' AND kind = 'other' AND account <> ''""",
    )


SUPERSEDED = table(
    "superseded", "line that was cut short and is whole in a later file", **_LINE
)
REFUSED = Table(name="refused_files", per="file not read", columns=QUARANTINE.columns)
GONE = table("gone_from_quarantine", "file", digest=TEXT, lines=COUNT)


def still_unread() -> tuple[Step, ...]:
    """Quarantine without the lines that a later file has whole.

    Reads:  quarantine_files, refused_files, superseded
    Fills:  still_unread, gone_from_quarantine
    """
    columns = ", ".join(f"u.{name} AS {name}" for name in QUARANTINE.names)
    join = """quarantine_files AS u LEFT JOIN superseded AS s
      ON s.digest = u.digest AND s.position = u.position"""
    return (
        Step(
            fills=Table(name="still_unread", per=QUARANTINE.per, columns=QUARANTINE.columns),
            reads=("quarantine_files", "refused_files", "superseded"),
            sql=f"SELECT {columns} FROM {join} WHERE s.position IS NULL"
            f" UNION ALL SELECT {columns} FROM refused_files AS u",
            view=True,
        ),
        Step(
            fills=GONE,
            reads=("quarantine_files", "superseded"),
            sql=f"SELECT u.digest AS digest, count(*) AS lines FROM {join}"
            " WHERE s.position IS NOT NULL GROUP BY u.digest",
        ),
    )
