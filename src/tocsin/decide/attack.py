"""The acts that are held to be someone else's, counted: when, how many, with writes or not."""

from tocsin.core.tables import COUNT, TEXT, US, Step, table

ATTACK = table(
    "decide_attack",
    "case",
    sessions=COUNT,
    accounts=COUNT,
    first_us=US,
    last_us=US,
    unreviewed=COUNT,
    writes=COUNT,
)

BY_CONTROLLER = table(
    "decide_by_controller",
    "controller and item",
    controller=TEXT,
    item=TEXT,
    probable=COUNT,
    possible=COUNT,
)


def by_controller() -> Step:
    """Distinct persons of each controller and item: with the probable ones, with the possible.

    Reads:   reach, one row per person, controller and item
    Fills:   decide_by_controller; persons of no known controller are left out
    """
    return Step(
        fills=BY_CONTROLLER,
        reads=("reach",),
        sql="""
            SELECT
              controller AS controller,
              item AS item,
              count(DISTINCT CASE WHEN grade IN ('certain', 'probable') THEN person END)
                AS probable,
              count(DISTINCT person) AS possible
            FROM reach
            WHERE controller <> ''
            GROUP BY controller, item""",
    )


def attack(*, unreviewed: bool) -> Step:
    """The usurped sessions, counted, with the instants of their first and last usurped act.

    Reads:   sessions, acts, access
    Fills:   decide_attack, one row; counts are 0 and instants NULL where nothing is held
    Args:
        unreviewed: whether sessions that nobody reviewed count too.
    """
    held = "s.verdict = 'usurped'" + ("" if unreviewed else " AND s.decided_by <> ''")
    return Step(
        fills=ATTACK,
        reads=("sessions", "acts", "access"),
        sql=f"""
            SELECT
              count(DISTINCT s.session) AS sessions,
              count(DISTINCT s.account) AS accounts,
              min(a.occurred_us) AS first_us,
              max(a.occurred_us) AS last_us,
              count(DISTINCT CASE WHEN s.decided_by = '' THEN s.session END) AS unreviewed,
              count(DISTINCT CASE WHEN a.kind = 'write' AND a.outcome = 'ok'
                    THEN a.event_id END) AS writes
            FROM sessions AS s
            JOIN acts AS u ON u.session = s.session AND u.attribution = 'usurped'
            JOIN access AS a ON a.digest = u.digest AND a.position = u.position
              AND a.part = u.part
            WHERE {held}""",
    )
