"""The common shape of an AuditEvent, read fast: three agents, four entities, one person.

Every text of a line is taken at its place in one pass. The shape is R4's or R5's, as the first
line of the text says; a line of another one (DSTU2, STU3, the other version, more agents,
several persons, a part of a wrong type) is left to the complete reader, which says the same of
the lines that both can read (tests/trail/test_fhir.py).
"""

from tocsin.core.records import Source
from tocsin.core.tables import Step
from tocsin.core.vocabulary import PURPOSES_THAT_LIFT, TEST_PURPOSE
from tocsin.trail import fhir_words as words
from tocsin.trail.decoded import DECODED
from tocsin.trail.fhir_shapes import AGENTS, ENTITIES, REQUEST_ID, Shape

_PURPOSE = ("[0].coding[0].code", "[1]", "[0].coding[1]")
"""Of a list of purposes: the first code, and what only a list of another shape has."""


def _paths(listed: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'$.{path}'" for path in listed) + "]"


_WHO = ("who.identifier.value", "who.reference", "who.display")
_CALLED = ("who.display", "who.identifier.value", "who.reference")


def common(source: Source, s: Shape) -> Step:
    """The lines of the common shape, decoded.

    Reads:  lines
    Fills:  decoded: one row per line; where the line is of another shape `part` is -1, and
            `query`, `reason` and `head` hold it as `lines` has it
    """
    columns = _columns(source, s)
    made = ", ".join(f"{columns[c.name]} AS {c.name}" for c in DECODED.columns)
    coded = f"""SELECT *, {words.client_code("interaction", "action")} AS client_code
      FROM ({_picked(s)}) AS picked"""
    return Step(
        fills=DECODED,
        reads=("lines",),
        sql=f"""
          SELECT {made}
          FROM (SELECT *, coalesce({_other(s)}, true) AS other
            FROM (SELECT *, {_client_agent(s)} AS ca, {words.query("encoded")} AS asked,
                {_taken_apart(s)}
              FROM ({words.timed(coded, _when(s), source.timezone)}) AS timed) AS chosen)
            AS judged""",
        portable=False,
        view=True,
    )


def _when(s: Shape) -> str:
    """SQL: the start of the period, else the instant of the act, else of its recording."""
    instant, whole = s.instants
    period, recorded = s.at(whole), s.at("recorded")
    else_at = f"coalesce({s.at(instant)}, {recorded})" if instant else recorded
    return (
        f"CASE WHEN {period} IS NULL THEN {else_at}"
        f" ELSE coalesce(TRY(json_extract_string({period}, '$.start')), {else_at}) END"
    )


def _taken_apart(s: Shape) -> str:
    """Network, session and purpose of the agent who asks; purpose and patient of the event."""
    policy, use = s.chosen("ua", ("policy",), "agent"), s.chosen("ua", (s.use,), "agent")
    network = s.chosen("ua", s.networks, "agent")
    taken = f"[{network}, NULL]"
    if s.networks == ("network",):
        taken = f"""CASE WHEN starts_with({network}, '{{') THEN
        TRY(json_extract_string({network}, ['$.address', '$.type'])) END"""
    patient = "CAST(NULL AS VARCHAR[])"
    if s.patient:
        patient = f"""CASE WHEN starts_with({s.at(s.patient)}, '{{') THEN TRY(
        json_extract_string({s.at(s.patient)}, ['$.reference', '$.identifier.value'])) END"""
    return f"""
      {taken} AS network,
      {network} IS NOT NULL AS has_network, {policy} IS NOT NULL AS has_policy,
      CASE WHEN {policy} IS NULL THEN NULL
        WHEN starts_with({policy}, '["') AND ends_with({policy}, '"]')
          AND NOT contains({policy}, '","') AND NOT contains({policy}, '\\')
          THEN substr({policy}, 3, length({policy}) - 4)
        WHEN starts_with({policy}, '[') THEN TRY(json_extract_string({policy}, '$[0]'))
        END AS policy,
      {_purposes(use)} AS use, {_purposes(s.at(s.purposes))} AS event, {patient} AS patient"""


def _purposes(said: str) -> str:
    paths = ", ".join(f"'${path}'" for path in _PURPOSE)
    return f"CASE WHEN {said} IS NOT NULL THEN TRY(json_extract_string({said}, [{paths}])) END"


def _else(known: str, number: str) -> str:
    """SQL: the number, unless something else is known."""
    return number if known == "NULL" else f"CASE WHEN {known} IS NULL THEN {number} END"


def _number(condition: list[str]) -> str:
    cases = " ".join(f"WHEN {said} THEN {i}" for i, said in enumerate(condition))
    return f"CASE {cases} END"


def _picked(s: Shape) -> str:
    """Every text of the line, and the numbers of the agents and entities that matter.

    Of lines taken together, one that is no JSON has each of them read on its own, at many times
    the cost. Most such lines are cut short, and their last character tells.
    """
    role = [s.entity(i, s.role) for i in range(ENTITIES)]
    agents = [s.agent(i, "requestor") for i in range(AGENTS)]
    there = [
        f"coalesce({', '.join(s.agent(i, part) for part in ('type.coding[0].code', *_CALLED))})"
        " IS NOT NULL"
        for i in range(AGENTS)
    ]
    without = [
        f"{role[i]} IS NULL AND {s.entity(i, 'what.reference')} IS NOT NULL"
        f" AND {s.entity(i, 'type.code')} IS DISTINCT FROM '{REQUEST_ID}'"
        for i in range(ENTITIES)
    ]
    record = [
        f"coalesce({role[i]}, '') <> '24'"
        f" AND contains({s.entity(i, 'what.reference')}, 'Patient/')"
        for i in range(ENTITIES)
    ]
    request = [
        f"{s.entity(i, 'type.code')} = '{REQUEST_ID}' OR {role[i]} = '{REQUEST_ID}'"
        for i in range(ENTITIES)
    ]
    query = " ".join(
        f"WHEN {role[i]} = '24' THEN {s.entity(i, 'query')}" for i in range(ENTITIES)
    )
    return f"""
      SELECT *, {s.at(s.interaction)} AS interaction, {s.at("action")} AS action,
        {_number([f"{said} = 'true'" for said in agents])} AS ua,
        {
        _number(
            [f"coalesce({said}, '') <> 'true' AND {there[i]}" for i, said in enumerate(agents)]
        )
    } AS oa,
        coalesce({_number([f"{said} = '1'" for said in role])}, {
        _else(s.at(s.patient), _number(record))
    }) AS pe,
        coalesce({_number([f"{said} IN ('4', '3', '20')" for said in role])},
          {_number(without)}) AS de,
        {_number(request)} AS re,
        CASE {query} END AS encoded
      FROM (SELECT *, CASE WHEN ends_with(line, '}}')
            THEN TRY(json_extract_string(line, {_paths(s.paths)})) END AS t
        FROM lines) AS taken"""


def _client_agent(s: Shape) -> str:
    return _number(
        [
            f"coalesce({s.agent(i, 'requestor')}, '') <> 'true' AND"
            f" ({s.agent(i, 'type.coding[0].code')} = client_code"
            f" OR {s.agent(i, 'type.coding[1].code')} = client_code)"
            for i in range(AGENTS)
        ]
    )


def _other(s: Shape) -> str:
    """Whether the line is of another shape, or holds a part of a wrong type."""
    roles = [s.entity(i, s.role) for i in range(ENTITIES)]
    second = " OR ".join(f"({roles[i]} = '1' AND pe < {i})" for i in range(1, ENTITIES))
    requestors = " OR ".join(
        f"({s.agent(i, 'requestor')} = 'true' AND ua < {i})" for i in range(1, AGENTS)
    )
    elsewhere = ", ".join(s.at(path) for path in s.left)

    rare, objects = s.rare_paths, s.object_paths
    n, m = len(rare), len(rare) + len(objects)
    types = f"json_type(line, {_paths(rare + objects + s.list_paths)})"
    wrong = f"""len(list_filter({types}, lambda x, i: x IS NOT NULL AND (i <= {n} OR (
        x <> 'NULL' AND x <> CASE WHEN i <= {m} THEN 'OBJECT' ELSE 'ARRAY' END)))) > 0"""
    return f"""CASE WHEN reason IS NOT NULL OR t IS NULL
        OR {s.at("resourceType")} IS DISTINCT FROM 'AuditEvent' OR occurred_us IS NULL
        OR occurred_us < {words.EARLIEST_US} OR occurred_us >= {words.LATEST_US}
        OR interaction IS NULL OR interaction IN ('110133', '110134')
        OR coalesce({elsewhere}, use[2], use[3], event[2], event[3]) IS NOT NULL
        OR NOT starts_with({s.at(s.instants[1])}, '{{') OR starts_with(encoded, '{{')
        OR substr({s.at("recorded")}, 5, 1) <> '-' OR {_other_outcome(s)}
        OR {_other_patient(s)} OR {second} OR {requestors} THEN true
      WHEN {_suspect(s)} THEN {wrong} ELSE false END"""


def _other_outcome(s: Shape) -> str:
    """SQL: R4's outcome is a code, R5's an object."""
    return f"starts_with({s.at('outcome')}, '{{')" if s.patient == "" else "false"


def _other_patient(s: Shape) -> str:
    """SQL: the event's patient is no object, or another person than the entity's."""
    if not s.patient:
        return "false"
    said = _of_event()
    return f"""NOT starts_with({s.at(s.patient)}, '{{')
        OR ({_of_entity(s)} <> '' AND {said} <> '' AND {_of_entity(s)} <> {said})"""


def _of_event() -> str:
    return words.person_id("patient[1]", "patient[2]")


def _of_entity(s: Shape) -> str:
    reference = s.chosen("pe", ("what.reference",), "entity")
    value = s.chosen("pe", ("what.identifier.value",), "entity")
    return f"CASE WHEN pe IS NULL THEN '' ELSE {words.person_id(reference, value)} END"


def _person(s: Shape) -> str:
    """SQL: the person that an entity names, else the event's own."""
    if not s.patient:
        return _of_entity(s)
    own = f"CASE WHEN patient IS NULL THEN '' ELSE {_of_event()} END"
    return f"coalesce(nullif({_of_entity(s)}, ''), {own})"


def _suspect(s: Shape) -> str:
    """Whether something useful is absent, which may stand there in a wrong type."""
    said = [
        f"coalesce({', '.join(s.entity(i, part) for part in s.of_entity)})"
        for i in range(ENTITIES)
    ]
    holes = " OR ".join(
        f"({said[i]} IS NULL AND {said[i + 1]} IS NOT NULL)" for i in range(ENTITIES - 1)
    )
    odd = " OR ".join(
        f"({said[i]} IS NOT NULL AND ((coalesce({s.entity(i, s.role)}, '') = ''"
        f" AND coalesce({s.entity(i, 'type.code')}, '') <> '{REQUEST_ID}')"
        f" OR coalesce({s.entity(i, 'what.reference')}, {s.entity(i, 'what.identifier.value')},"
        f" {s.entity(i, 'query')}) IS NULL))"
        for i in range(ENTITIES)
    )
    return f"""(ua IS NULL OR (has_network AND network[1] IS NULL)
      OR (has_policy AND policy IS NULL)
      OR coalesce({s.entity(0, s.role)}, {s.entity(0, "type.code")}) IS NULL
      OR {s.chosen("ua", _WHO[:2], "agent")} IS NULL
      OR {s.chosen("coalesce(ca, oa)", _CALLED, "agent")} IS NULL
      OR ca IS NULL OR {s.at(s.last[0])} IS NULL OR {s.at(s.last[1])} IS NULL
      OR {holes} OR {odd})"""


def _columns(source: Source, s: Shape) -> dict[str, str]:
    patient = s.chosen("pe", ("what.reference",), "entity")
    request = ("what.identifier.value", "what.reference")
    return {
        "position": "position",
        "part": "CASE WHEN other THEN -1 ELSE 0 END",
        "event_id": f"nullif({s.at('id')}, '')",
        "request_id": f"nullif({s.chosen('re', request, 'entity')}, '')",
        "side": _side(s),
        "occurred_us": "occurred_us",
        "actor": f"coalesce({s.chosen('ua', _WHO, 'agent')}, '')",
        "session": "coalesce(policy, '')",
        "address": words.address("network[1]", "network[2]"),
        "client": f"coalesce({s.chosen('coalesce(ca, oa)', _CALLED, 'agent')}, '')",
        "interaction": "interaction",
        "resource": words.resource(
            s.chosen("de", ("what.reference",), "entity"), "asked", patient
        ),
        "method": words.method("asked"),
        "path": words.path("asked"),
        "event_code": f"coalesce({s.at(s.event_code)}, '')",
        "event_type": "interaction",
        "action": "coalesce(action, '')",
        "operation": "''",
        "outcome": words.outcome(s.at("outcome"), f"coalesce({s.at('outcomeDesc')}, '')"),
        "person": _person(s),
        "query": "CASE WHEN other THEN line ELSE coalesce(asked, '') END",
        "result_count": "CAST(NULL AS BIGINT)",
        "purpose": _purpose(s),
        "service_key": _service_key(source, s),
        "mark": "''",
        "sequence": "CAST(NULL AS BIGINT)",
        "reason": "CASE WHEN other THEN reason END",
        "head": "CASE WHEN other THEN head END",
    }


def _side(s: Shape) -> str:
    observer = {
        part: s.at(f"source.observer.{part.removeprefix('who.')}")
        for part in ("who.display", "who.reference", "who.identifier.value")
    }

    def is_observer(i: int) -> str:
        return (
            "("
            + " OR ".join(f"{s.agent(i, part)} = {said}" for part, said in observer.items())
            + ")"
        )

    def any_of(condition: str) -> str:
        return " OR ".join(
            f"({condition.format(i=i)} AND {is_observer(i)})" for i in range(AGENTS)
        )

    other = " OR ".join(
        f"(coalesce({s.agent(i, 'requestor')}, '') <> 'true' AND {is_observer(i)})"
        for i in range(AGENTS)
    )
    kind = s.at(s.source_type)
    return f"""CASE WHEN re IS NULL THEN '' WHEN {any_of("ca = {i}")} THEN 'client'
      WHEN ca IS NOT NULL AND ({other}) THEN 'server'
      WHEN {kind} IN ('1', '2') THEN 'client'
      WHEN {kind} IN ('3', '4', '5', '6') THEN 'server' ELSE '' END"""


def _purpose(s: Shape) -> str:
    event, own = "event[1]", "use[1]"
    lifting = ", ".join(f"'{code}'" for code in PURPOSES_THAT_LIFT)
    security = s.at("meta.security")
    return f"""CASE WHEN {event} IN ({lifting}) THEN {event}
      WHEN {own} IN ({lifting}) THEN {own}
      WHEN contains({security}, '"{TEST_PURPOSE}"') OR {event} = '{TEST_PURPOSE}'
        OR {own} = '{TEST_PURPOSE}' THEN '{TEST_PURPOSE}'
      ELSE coalesce({event}, {own}, '') END"""


def _service_key(source: Source, s: Shape) -> str:
    said = tuple(
        s.at(f"source.{part}")
        for part in (
            "observer.display",
            "observer.identifier.value",
            "observer.reference",
            "site",
        )
    )
    return words.service_key(source, said)
