"""The common shape of an AuditEvent, read fast: R4, three agents, four entities, one person.

Every text of a line is taken at its place in one pass; a line of another shape (DSTU2, STU3,
R5, more agents, several persons, a part of a wrong type) is left to the complete reader, which
says the same of the lines that both can read (tests/trail/test_fhir.py).
"""

from tocsin.core.records import Source
from tocsin.core.tables import Step
from tocsin.core.vocabulary import PURPOSES_THAT_LIFT, TEST_PURPOSE
from tocsin.trail import fhir_words as words
from tocsin.trail.decoded import DECODED

AGENTS, ENTITIES = 3, 4

_TEXTS = (
    "resourceType",
    "id",
    "recorded",
    "period",
    "outcome",
    "outcomeDesc",
    "action",
    "type.code",
    "subtype[0].code",
    "source.site",
    "source.observer.display",
    "source.observer.reference",
    "source.observer.identifier.value",
    "source.type[0].code",
    "purposeOfEvent",
    "meta.security",
)
_OF_AGENT = (
    "requestor",
    "type.coding[0].code",
    "type.coding[1].code",
    "who.identifier.value",
    "who.reference",
    "who.display",
    "network",
    "policy",
    "purposeOfUse",
)
"""The last three whole: only those of the agent who asks are taken apart, in `_taken_apart`."""
_OF_ENTITY = (
    "what.reference",
    "what.identifier.value",
    "type.code",
    "role.code",
    "query",
)
_ELSEWHERE = (
    "patient",
    "subtype[1]",
    f"agent[{AGENTS}]",
    f"entity[{ENTITIES}]",
)
"""Parts of another shape: a line with one of them is left to the complete reader.

DSTU2 and R5 have no `subtype` at the top, and are left to it by that.
"""

_RARELY = (
    "source.identifier",
    *(
        f"agent[{i}].{part}"
        for i in range(AGENTS)
        for part in ("userId", "reference", "altId", "name", "role[0].coding", "networkString")
    ),
    *(
        f"entity[{i}].{part}"
        for i in range(ENTITIES)
        for part in ("reference", "identifier", "role.coding", "type.coding")
    ),
)
"""The like, looked for only where something useful is absent."""

_LAST = ("agent[#-1].requestor", "entity[#-1].type.code")
"""What the last agent and the last entity have, unless they are no objects."""

_PATHS = (
    *_TEXTS,
    *_LAST,
    *_ELSEWHERE,
    *(f"agent[{i}].{part}" for i in range(AGENTS) for part in _OF_AGENT),
    *(f"entity[{i}].{part}" for i in range(ENTITIES) for part in _OF_ENTITY),
)
_PURPOSE = ("[0].coding[0].code", "[1]", "[0].coding[1]")
"""Of a list of purposes: the first code, and what only a list of another shape has."""
_AT = {path: n for n, path in enumerate(_PATHS, 1)}

_OBJECTS = (
    "type",
    "source",
    "subtype[0]",
    *(
        f"agent[{i}]{part}"
        for i in range(AGENTS)
        for part in ("", ".who", ".who.identifier", ".network", ".type")
    ),
    *(
        f"entity[{i}]{part}"
        for i in range(ENTITIES)
        for part in ("", ".what", ".what.identifier", ".role", ".type")
    ),
)
_LISTS = ("agent", "entity", "subtype", *(f"agent[{i}].policy" for i in range(AGENTS)))


def _at(path: str) -> str:
    return f"t[{_AT[path]}]"


def _agent(i: int, part: str) -> str:
    return _at(f"agent[{i}].{part}")


def _entity(i: int, part: str) -> str:
    return _at(f"entity[{i}].{part}")


def _paths(listed: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'$.{path}'" for path in listed) + "]"


def _chosen(number: str, parts: tuple[str, ...], of: str) -> str:
    """SQL: of the agent or entity of that number, the first of these parts that it has.

    The parts of one agent follow those of the one before, so the number tells the place.
    """
    stride = len(_OF_AGENT if of == "agent" else _OF_ENTITY)
    said = [f"t[{_AT[f'{of}[0].{part}']} + {stride} * {number}]" for part in parts]
    return said[0] if len(said) == 1 else f"coalesce({', '.join(said)})"


_WHO = ("who.identifier.value", "who.reference", "who.display")
_CALLED = ("who.display", "who.identifier.value", "who.reference")


def common(source: Source) -> Step:
    """The lines of the common shape, decoded.

    Reads:  lines
    Fills:  decoded: one row per line; where the line is of another shape `part` is -1, and
            `query`, `reason` and `head` hold it as `lines` has it
    """
    columns = _columns(source)
    made = ", ".join(f"{columns[c.name]} AS {c.name}" for c in DECODED.columns)
    return Step(
        fills=DECODED,
        reads=("lines",),
        sql=f"""
          SELECT {made}
          FROM (SELECT *, coalesce({_other()}, true) AS other
            FROM (SELECT *, {_client_agent()} AS ca, {words.instant(_when(), source.timezone)}
                AS occurred_us, {words.query("encoded")} AS asked, {_taken_apart()}
              FROM (SELECT *, {words.client_code("interaction", "action")} AS client_code
                FROM ({_picked()}) AS picked) AS coded) AS chosen) AS judged""",
        portable=False,
        view=True,
    )


def _when() -> str:
    period = _at("period")
    return (
        f"CASE WHEN {period} IS NULL THEN {_at('recorded')}"
        f" ELSE coalesce(TRY(json_extract_string({period}, '$.start')), {_at('recorded')}) END"
    )


def _taken_apart() -> str:
    """Network, session and purpose of the agent who asks; the purpose that the event says."""
    network, policy, use = (
        _chosen("ua", (part,), "agent") for part in ("network", "policy", "purposeOfUse")
    )
    return f"""
      CASE WHEN starts_with({network}, '{{') THEN
        TRY(json_extract_string({network}, ['$.address', '$.type'])) END AS network,
      {network} IS NOT NULL AS has_network, {policy} IS NOT NULL AS has_policy,
      CASE WHEN {policy} IS NULL THEN NULL
        WHEN starts_with({policy}, '["') AND ends_with({policy}, '"]')
          AND NOT contains({policy}, '","') AND NOT contains({policy}, '\\')
          THEN substr({policy}, 3, length({policy}) - 4)
        WHEN starts_with({policy}, '[') THEN TRY(json_extract_string({policy}, '$[0]'))
        END AS policy,
      {_purposes(use)} AS use, {_purposes(_at("purposeOfEvent"))} AS event"""


def _purposes(said: str) -> str:
    paths = ", ".join(f"'${path}'" for path in _PURPOSE)
    return f"CASE WHEN {said} IS NOT NULL THEN TRY(json_extract_string({said}, [{paths}])) END"


def _number(condition: list[str]) -> str:
    cases = " ".join(f"WHEN {said} THEN {i}" for i, said in enumerate(condition))
    return f"CASE {cases} END"


def _picked() -> str:
    """Every text of the line, and the numbers of the agents and entities that matter."""
    role = [_entity(i, "role.code") for i in range(ENTITIES)]
    agents = [_agent(i, "requestor") for i in range(AGENTS)]
    there = [
        f"coalesce({', '.join(_agent(i, part) for part in ('type.coding[0].code', *_CALLED))})"
        " IS NOT NULL"
        for i in range(AGENTS)
    ]
    without = [
        f"{role[i]} IS NULL AND {_entity(i, 'what.reference')} IS NOT NULL"
        f" AND {_entity(i, 'type.code')} IS DISTINCT FROM 'XrequestId'"
        for i in range(ENTITIES)
    ]
    record = [
        f"coalesce({role[i]}, '') <> '24'"
        f" AND contains({_entity(i, 'what.reference')}, 'Patient/')"
        for i in range(ENTITIES)
    ]
    query = " ".join(
        f"WHEN {role[i]} = '24' THEN {_entity(i, 'query')}" for i in range(ENTITIES)
    )
    return f"""
      SELECT *, {_at("subtype[0].code")} AS interaction, {_at("action")} AS action,
        {_number([f"{said} = 'true'" for said in agents])} AS ua,
        {
        _number(
            [f"coalesce({said}, '') <> 'true' AND {there[i]}" for i, said in enumerate(agents)]
        )
    } AS oa,
        coalesce({_number([f"{said} = '1'" for said in role])}, {_number(record)}) AS pe,
        coalesce({_number([f"{said} IN ('4', '3', '20')" for said in role])},
          {_number(without)}) AS de,
        {_number([f"{_entity(i, 'type.code')} = 'XrequestId'" for i in range(ENTITIES)])}
          AS re,
        CASE {query} END AS encoded
      FROM (SELECT *, TRY(json_extract_string(line, {_paths(_PATHS)})) AS t
        FROM lines) AS taken"""


def _client_agent() -> str:
    return _number(
        [
            f"coalesce({_agent(i, 'requestor')}, '') <> 'true' AND"
            f" ({_agent(i, 'type.coding[0].code')} = client_code"
            f" OR {_agent(i, 'type.coding[1].code')} = client_code)"
            for i in range(AGENTS)
        ]
    )


def _other() -> str:
    """Whether the line is of another shape, or holds a part of a wrong type."""
    roles = [_entity(i, "role.code") for i in range(ENTITIES)]
    second = " OR ".join(f"({roles[i]} = '1' AND pe < {i})" for i in range(1, ENTITIES))
    requestors = " OR ".join(
        f"({_agent(i, 'requestor')} = 'true' AND ua < {i})" for i in range(1, AGENTS)
    )
    elsewhere = ", ".join(_at(path) for path in _ELSEWHERE)

    n, m = len(_RARELY), len(_RARELY) + len(_OBJECTS)
    types = f"json_type(line, {_paths(_RARELY + _OBJECTS + _LISTS)})"
    wrong = f"""len(list_filter({types}, lambda x, i: x IS NOT NULL AND (i <= {n} OR (
        x <> 'NULL' AND x <> CASE WHEN i <= {m} THEN 'OBJECT' ELSE 'ARRAY' END)))) > 0"""
    return f"""CASE WHEN reason IS NOT NULL OR t IS NULL
        OR {_at("resourceType")} IS DISTINCT FROM 'AuditEvent' OR occurred_us IS NULL
        OR occurred_us < {words.EARLIEST_US} OR occurred_us >= {words.LATEST_US}
        OR interaction IS NULL OR interaction IN ('110133', '110134')
        OR coalesce({elsewhere}, use[2], use[3], event[2], event[3]) IS NOT NULL
        OR NOT starts_with({_at("period")}, '{{')
        OR starts_with(encoded, '{{') OR starts_with({_at("outcome")}, '{{')
        OR {second} OR {requestors} THEN true
      WHEN {_suspect()} THEN {wrong} ELSE false END"""


def _suspect() -> str:
    """Whether something useful is absent, which may stand there in a wrong type."""
    said = [
        f"coalesce({', '.join(_entity(i, part) for part in _OF_ENTITY)})"
        for i in range(ENTITIES)
    ]
    holes = " OR ".join(
        f"({said[i]} IS NULL AND {said[i + 1]} IS NOT NULL)" for i in range(ENTITIES - 1)
    )
    odd = " OR ".join(
        f"({said[i]} IS NOT NULL AND ((coalesce({_entity(i, 'role.code')}, '') = ''"
        f" AND coalesce({_entity(i, 'type.code')}, '') <> 'XrequestId')"
        f" OR coalesce({_entity(i, 'what.reference')}, {_entity(i, 'what.identifier.value')},"
        f" {_entity(i, 'query')}) IS NULL))"
        for i in range(ENTITIES)
    )
    return f"""(ua IS NULL OR (has_network AND network[1] IS NULL)
      OR (has_policy AND policy IS NULL)
      OR coalesce({_entity(0, "role.code")}, {_entity(0, "type.code")}) IS NULL
      OR {_chosen("ua", _WHO[:2], "agent")} IS NULL
      OR {_chosen("coalesce(ca, oa)", _CALLED, "agent")} IS NULL
      OR ca IS NULL OR {_at(_LAST[0])} IS NULL OR {_at(_LAST[1])} IS NULL
      OR {holes} OR {odd})"""


def _columns(source: Source) -> dict[str, str]:
    person = _chosen("pe", ("what.reference",), "entity")
    value = _chosen("pe", ("what.identifier.value",), "entity")
    request = ("what.identifier.value", "what.reference")
    return {
        "position": "position",
        "part": "CASE WHEN other THEN -1 ELSE 0 END",
        "event_id": f"nullif({_at('id')}, '')",
        "request_id": f"nullif({_chosen('re', request, 'entity')}, '')",
        "side": _side(),
        "occurred_us": "occurred_us",
        "actor": f"coalesce({_chosen('ua', _WHO, 'agent')}, '')",
        "session": "coalesce(policy, '')",
        "address": words.address("network[1]", "network[2]"),
        "client": f"coalesce({_chosen('coalesce(ca, oa)', _CALLED, 'agent')}, '')",
        "interaction": "interaction",
        "resource": words.resource(
            _chosen("de", ("what.reference",), "entity"), "asked", person
        ),
        "method": words.method("asked"),
        "path": words.path("asked"),
        "event_code": f"coalesce({_at('type.code')}, '')",
        "event_type": "interaction",
        "action": "coalesce(action, '')",
        "operation": "''",
        "outcome": words.outcome(_at("outcome"), f"coalesce({_at('outcomeDesc')}, '')"),
        "person": f"CASE WHEN pe IS NULL THEN '' ELSE {words.person_id(person, value)} END",
        "query": "CASE WHEN other THEN line ELSE coalesce(asked, '') END",
        "result_count": "CAST(NULL AS BIGINT)",
        "purpose": _purpose(),
        "service_key": _service_key(source),
        "mark": "''",
        "sequence": "CAST(NULL AS BIGINT)",
        "reason": "CASE WHEN other THEN reason END",
        "head": "CASE WHEN other THEN head END",
    }


def _side() -> str:
    observer = {
        part: _at(f"source.observer.{part.removeprefix('who.')}")
        for part in ("who.display", "who.reference", "who.identifier.value")
    }

    def is_observer(i: int) -> str:
        return (
            "("
            + " OR ".join(f"{_agent(i, part)} = {said}" for part, said in observer.items())
            + ")"
        )

    def any_of(condition: str) -> str:
        return " OR ".join(
            f"({condition.format(i=i)} AND {is_observer(i)})" for i in range(AGENTS)
        )

    other = " OR ".join(
        f"(coalesce({_agent(i, 'requestor')}, '') <> 'true' AND {is_observer(i)})"
        for i in range(AGENTS)
    )
    kind = _at("source.type[0].code")
    return f"""CASE WHEN re IS NULL THEN '' WHEN {any_of("ca = {i}")} THEN 'client'
      WHEN ca IS NOT NULL AND ({other}) THEN 'server'
      WHEN {kind} IN ('1', '2') THEN 'client'
      WHEN {kind} IN ('3', '4', '5', '6') THEN 'server' ELSE '' END"""


def _purpose() -> str:
    event, own = "event[1]", "use[1]"
    lifting = ", ".join(f"'{code}'" for code in PURPOSES_THAT_LIFT)
    security = _at("meta.security")
    return f"""CASE WHEN {event} IN ({lifting}) THEN {event}
      WHEN {own} IN ({lifting}) THEN {own}
      WHEN contains({security}, '"{TEST_PURPOSE}"') OR {event} = '{TEST_PURPOSE}'
        OR {own} = '{TEST_PURPOSE}' THEN '{TEST_PURPOSE}'
      ELSE coalesce({event}, {own}, '') END"""


def _service_key(source: Source) -> str:
    said = tuple(
        _at(f"source.{part}")
        for part in (
            "observer.display",
            "observer.identifier.value",
            "observer.reference",
            "site",
        )
    )
    return words.service_key(source, said)
