"""What was decided and done, gathered for the report from the case's documents and journal."""

from collections.abc import Mapping
from typing import Any

from tocsin.act.report.decisions import Decided, Done
from tocsin.act.report.findings import summary
from tocsin.alert import reading
from tocsin.core.notices import NOTICES
from tocsin.core.tables import COUNT, TEXT, Step, table
from tocsin.flow.continuity import PLOT
from tocsin.flow.decide import SUMMARY
from tocsin.flow.papers import FINALS
from tocsin.flow.world import World

NOTICES_FILE = "act/notices.parquet"
CANARIES, HITS = "act/canaries/canaries.json", "act/canaries/hits.json"
INDEX = "act/documents/index.json"

BY_STATE = table("report_notices", "state of notices", state=TEXT, persons=COUNT)


def done(world: World) -> Done:
    """The clocks, the risk, what people recorded, what left the case."""
    case = world.case
    index = case.read_json(INDEX)
    kept = case.read_json(PLOT)
    return Done(
        decided=summary(case.read_json(SUMMARY), Decided),
        records=reading.history(case.journal(), case.facts).standing,
        notices=_notices(world),
        texts=_texts(case.read_json(FINALS), index),
        canaries=_rows(case.read_json(CANARIES)),
        hits=_rows(case.read_json(HITS)),
        plot=str(kept.get("picture", "")) if isinstance(kept, dict) else "",
        drafted=len(index["documents"]) if isinstance(index, dict) else 0,
    )


def _notices(world: World) -> Mapping[str, int]:
    if NOTICES_FILE.rpartition("/")[2] not in world.case.listed("act"):
        return {}
    world.engine.drop(NOTICES.name)
    world.engine.bind_files(NOTICES, [world.case.where(NOTICES_FILE)])
    world.engine.run(
        Step(
            fills=BY_STATE,
            reads=("notices",),
            sql="""
                SELECT state AS state, count(DISTINCT person) AS persons
                FROM notices GROUP BY state""",
        )
    )
    rows = world.engine.fetch(BY_STATE.name).to_pylist()
    world.engine.drop(BY_STATE.name, NOTICES.name)
    return {row["state"]: int(row["persons"]) for row in rows}


def _texts(finals: object, index: object) -> Mapping[str, int]:
    """The published texts made final, with the revision that each rests on."""
    listed: list[dict[str, Any]] = index["documents"] if isinstance(index, dict) else []
    texts = {row["id"] for row in listed if row["kind"] == "text"}
    made = finals if isinstance(finals, dict) else {}
    return {id_: int(row["revision"]) for id_, row in made.items() if id_ in texts}


def _rows(value: object) -> int:
    if isinstance(value, dict):
        value = next((v for v in value.values() if isinstance(v, list)), [])
    return len(value) if isinstance(value, list) else 0
