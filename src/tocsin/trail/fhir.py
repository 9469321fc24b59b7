"""FHIR AuditEvent to decoded rows: DSTU2 to R5, told apart by shape, never by version.

    {"resourceType": "AuditEvent", "id": "…", "type": {…}, "subtype": [{"code": "read"}],
     "recorded": "2025-09-01T08:00:00Z", "outcome": "0", "agent": [{…}], "source": {…},
     "entity": [{…}]}                                              (one line)

A line is taken apart once, without regard to what it lacks; a part of the wrong type is then
absent. Lines in which something useful is absent are looked at again, part by part, and those
that hold it in the wrong type are quarantined with the name of that part.

Source: HL7 FHIR R4 (4.0.1) and R5 AuditEvent; IHE BALP 1.1.4; DICOM PS3.15 A.5; contract,
"Reading the trails".
"""

from tocsin.core.records import Source
from tocsin.core.tables import COUNT, Step, Table, table
from tocsin.core.vocabulary import PURPOSES_THAT_LIFT, TEST_PURPOSE
from tocsin.trail import fhir_words as words
from tocsin.trail.decoded import DECODED, LINES
from tocsin.trail.fhir_common import common
from tocsin.trail.fhir_faults import why_unread
from tocsin.trail.fhir_shapes import REQUEST_ID, shape_of
from tocsin.trail.reading import HEAD_CHARACTERS

_REFERENCE = '{"reference":"VARCHAR","identifier":{"value":"VARCHAR"},"display":"VARCHAR"}'
_SHAPE = f"""{{
  "resourceType":"VARCHAR","id":"VARCHAR","recorded":"VARCHAR","outcome":"VARCHAR",
  "outcomeDesc":"VARCHAR","action":"VARCHAR","occurredDateTime":"VARCHAR",
  "period":"JSON","occurredPeriod":"JSON","type":{{"code":"VARCHAR"}},
  "subtype":[{{"system":"VARCHAR","code":"VARCHAR"}}],"code":"JSON","category":"JSON",
  "purposeOfEvent":"JSON","authorization":"JSON","meta":{{"security":"JSON"}},
  "patient":"JSON","event":"JSON",
  "agent":[{{"type":{{"coding":[{{"code":"VARCHAR"}}]}},"role":"JSON","who":{_REFERENCE},
    "altId":"VARCHAR","name":"VARCHAR","requestor":"BOOLEAN","policy":["VARCHAR"],
    "network":{{"address":"VARCHAR","type":"VARCHAR"}},"networkString":"VARCHAR",
    "networkUri":"VARCHAR","purposeOfUse":[{{"coding":[{{"code":"VARCHAR"}}],"code":"VARCHAR"}}],
    "authorization":"JSON","userId":"JSON",
    "reference":"JSON"}}],
  "source":{{"site":"VARCHAR","observer":{{"reference":"VARCHAR","display":"VARCHAR",
    "identifier":"JSON"}},"identifier":"JSON","type":[{{"code":"VARCHAR","coding":"JSON"}}]}},
  "entity":[{{"what":{_REFERENCE},"type":{{"code":"VARCHAR","coding":"JSON"}},
    "role":{{"code":"VARCHAR","coding":"JSON"}},"query":"VARCHAR","reference":"JSON",
    "identifier":"JSON"}}]
}}"""
"""Every part of DSTU2 to R5 that is read. What is rare is left as JSON, at no cost."""

LEFT = Table(name="fhir_left", per="line of no common shape", columns=LINES.columns)

RESTFUL = "http://hl7.org/fhir/restful-interaction"
RECORDING_STOPPED, RECORDING_STARTED = "110133", "110134"
"""DICOM CID 401: audit recording stopped, started."""


def steps(source: Source, first_line: str) -> tuple[Step, ...]:
    """AuditEvents to decoded rows, those of the common shape that the first line is of.

    Reads:  lines
    Fills:  decoded, one row per line; of a line of any other shape the line itself in `query`,
            with `part` -1
    Units:  occurred_us is microseconds UTC; an instant without zone is in the source's
    """
    return (common(source, shape_of(first_line)),)


LEFT_SIZES = Step(
    fills=table("left_sizes", "line of no common shape", position=COUNT, size=COUNT),
    reads=("decoded_files",),
    sql="SELECT position, coalesce(length(query), 0) AS size FROM decoded_files WHERE part < 0",
    portable=False,
)
"""Which lines `steps` left, and how long they are in characters."""


def leaves(first: int, last: int) -> Step:
    """The lines that `steps` left, from one position to another, both included."""
    return Step(
        fills=LEFT,
        reads=("decoded_files",),
        sql=f"""SELECT position, query AS line, reason, head FROM decoded_files
          WHERE part < 0 AND position BETWEEN {first} AND {last}""",
        portable=False,
        view=True,
    )


def completes(source: Source) -> tuple[Step, ...]:
    """AuditEvents of any shape to decoded rows.

    Reads:  fhir_left
    Fills:  decoded, one row per line and person it names
    """
    sql = complete(source, LEFT.name)
    return (Step(fills=DECODED, reads=(LEFT.name,), sql=sql, portable=False, view=True),)


def complete(source: Source, lines: str = "lines") -> str:
    """SELECT: lines of any shape, decoded or with the reason why they cannot be read."""
    return _shown(_judged(_picked(_events(lines), source), source.timezone))


def _events(lines: str) -> str:
    """Each line and its event; what DSTU2 calls participant and object is agent and entity."""
    renamed = (
        "replace(replace(line, '\"participant\"', '\"agent\"'), '\"object\"', '\"entity\"')"
    )
    return f"""
      SELECT position, line, reason, head, CASE
          WHEN e.agent IS NULL AND e.event IS NOT NULL
            THEN TRY(from_json({renamed}, '{_SHAPE}')) ELSE e END AS e
      FROM (SELECT position, line, reason, head, TRY(from_json(line, '{_SHAPE}')) AS e
        FROM {lines} AS every) AS taken"""


_ROLE = "CASE WHEN x.role.coding IS NULL THEN x.role.code ELSE x.role.coding->>'$[0].code' END"
_TYPE = "CASE WHEN x.type.coding IS NULL THEN x.type.code ELSE x.type.coding->>'$[0].code' END"
_REF = "coalesce(x.what.reference, x.reference->>'$.reference')"
_VALUE = "coalesce(x.what.identifier.value, x.identifier->>'$.value')"


def _who(agent: str) -> str:
    """SQL: the account of an agent (contract; STU3 and DSTU2 `userId` and `reference`)."""
    return (
        f"coalesce({agent}.who.identifier.value, {agent}.who.reference,"
        f" {agent}.userId->>'$.value', {agent}.reference->>'$.reference', {agent}.altId,"
        f" {agent}.name, {agent}.who.display)"
    )


def _called(agent: str) -> str:
    """SQL: how an agent that is no account is called."""
    return (
        f"coalesce({agent}.who.display, {agent}.name, {agent}.who.identifier.value,"
        f" {agent}.who.reference, {agent}.reference->>'$.reference',"
        f" {agent}.userId->>'$.value', {agent}.altId)"
    )


def _interaction() -> str:
    """SQL: the code of the interaction, the RESTful one where there are several."""
    restful = f"lambda s: s.system = '{RESTFUL}'"
    listed = '[{"system":"VARCHAR","code":"VARCHAR"}]'

    def of(codings: str) -> str:
        return f"coalesce(list_filter({codings}, {restful})[1].code, {codings}[1].code)"

    return f"""CASE WHEN len(e.subtype) = 1 THEN e.subtype[1].code
      WHEN e.subtype IS NOT NULL THEN {of("e.subtype")}
      WHEN e.code IS NOT NULL THEN {of(f"from_json(e.code->'$.coding', '{listed}')")}
      WHEN e.event IS NOT NULL THEN {of(f"from_json(e.event->'$.subtype', '{listed}')")} END"""


def _picked(events: str, source: Source) -> str:
    """The agents and entities that matter, picked once."""
    listed = f"""
      SELECT position, line, reason, head, e, coalesce({_interaction()}, '') AS interaction,
        coalesce(e.action, e.event->>'$.action', '') AS action,
        list_filter(e.agent, lambda a: a.requestor)[1] AS user_agent,
        list_filter(e.agent, lambda a: NOT coalesce(a.requestor, false)) AS others,
        list_filter(e.entity, lambda x: ({_ROLE}) = '1') AS said_patients,
        list_filter(e.entity, lambda x: coalesce({_ROLE}, '') NOT IN ('1', '24')
          AND contains({_REF}, 'Patient/')) AS records,
        coalesce(list_filter(e.entity, lambda x: ({_ROLE}) IN ('4', '3', '20'))[1],
          list_filter(e.entity, lambda x: ({_ROLE}) IS NULL AND ({_REF}) IS NOT NULL
            AND ({_TYPE}) IS DISTINCT FROM '{REQUEST_ID}')[1]) AS data_entity,
        list_filter(e.entity, lambda x: ({_ROLE}) = '24')[1].query AS encoded,
        list_filter(e.entity, lambda x: ({_TYPE}) = '{REQUEST_ID}'
          OR ({_ROLE}) = '{REQUEST_ID}')[1] AS request
      FROM ({events}) AS events"""
    has_role = (
        "(a.type.coding[1].code = client_code OR a.type.coding[2].code = client_code"
        " OR a.role->>'$[0].coding[0].code' = client_code)"
    )
    return f"""
      SELECT *, {_service_key(source)} AS service_key,
        CASE WHEN len(said_patients) > 0 OR e.patient IS NOT NULL THEN said_patients
          ELSE records[1:1] END AS patients,
        list_filter(others, lambda a: {has_role})[1] AS client_agent
      FROM (SELECT *, {words.client_code("interaction", "action")} AS client_code,
          {words.query("encoded")} AS query FROM ({listed}) AS listed) AS coded"""


def _service_key(source: Source) -> str:
    said = (
        "e.source.observer.display",
        "e.source.observer.identifier->>'$.value'",
        "e.source.observer.reference",
        "e.source.identifier->>'$.value'",
        "e.source.site",
    )
    return words.service_key(source, said)


def _judged(picked: str, zone: str) -> str:
    """Each line with its instant, its persons, and the reason why it cannot be read."""
    return f"""
      SELECT *, {why_unread()} AS why FROM (
        SELECT *, {_persons()} AS persons, {_suspect()} AS suspect
        FROM ({words.timed(picked, _WHEN, zone)}) AS timed) AS weighed"""


def _shown(judged: str) -> str:
    """One row per line and person, as DECODED."""
    columns = _columns()
    made = ", ".join(f"{columns[c.name]} AS {c.name}" for c in DECODED.columns)
    parts = {"part": "unnest(part)", "person": "unnest(person)"}
    listed = ", ".join(f"{parts.get(c.name, c.name)} AS {c.name}" for c in DECODED.columns)
    return f"SELECT {listed} FROM (SELECT {made} FROM ({judged}) AS judged) AS made"


def _columns() -> dict[str, str]:
    several = "why IS NULL AND len(persons) > 0"
    return {
        "position": "position",
        "part": f"CASE WHEN {several} THEN range(len(persons)) ELSE [0] END",
        "event_id": "nullif(e.id, '')",
        "request_id": "nullif(coalesce(request.what.identifier.value,"
        " request.identifier->>'$.value', request.what.reference), '')",
        "side": _side(),
        "occurred_us": "CASE WHEN why IS NULL THEN occurred_us END",
        "actor": f"coalesce({_who('user_agent')}, '')",
        "session": "coalesce(user_agent.policy[1], '')",
        "address": words.address(
            "coalesce(user_agent.network.address, user_agent.networkString,"
            " user_agent.networkUri)",
            "user_agent.network.type",
        ),
        "client": f"coalesce({_called('client_agent')}, {_called('others[1]')}, '')",
        "interaction": "interaction",
        "resource": words.resource(
            "coalesce(data_entity.what.reference, data_entity.reference->>'$.reference')",
            "query",
            "coalesce(patients[1].what.reference, patients[1].reference->>'$.reference')",
        ),
        "method": words.method("query"),
        "path": words.path("query"),
        "event_code": "coalesce(e.type.code, e.event->>'$.type.code',"
        " e.category->>'$[0].coding[0].code', '')",
        "event_type": "interaction",
        "action": "action",
        "operation": "''",
        "outcome": words.outcome(
            "coalesce(e.outcome, e.event->>'$.outcome')",
            "coalesce(e.outcomeDesc, e.event->>'$.outcomeDesc', '')",
        ),
        "person": f"CASE WHEN {several} THEN persons ELSE [''] END",
        "query": "coalesce(query, '')",
        "result_count": "CAST(NULL AS BIGINT)",
        "purpose": _purpose(),
        "service_key": "service_key",
        "mark": _mark(),
        "sequence": "CAST(NULL AS BIGINT)",
        "reason": "why",
        "head": "CASE WHEN why IS NOT NULL"
        f" THEN left(coalesce(head, line), {HEAD_CHARACTERS}) END",
    }


def _mark() -> str:
    def has(code: str) -> str:
        return (
            f"(e.subtype[1].code = '{code}' OR e.subtype[2].code = '{code}'"
            f" OR interaction = '{code}')"
        )

    return f"""CASE WHEN {has(RECORDING_STOPPED)} THEN 'stopped'
      WHEN {has(RECORDING_STARTED)} THEN 'started' ELSE '' END"""


def _side() -> str:
    """Which side wrote the line: its observer is an agent of that side, else its type."""

    def is_observer(agent: str) -> str:
        observer = "e.source.observer"
        return (
            f"(coalesce({agent}.who.reference = {observer}.reference, false)"
            f" OR coalesce({agent}.who.display = {observer}.display, false)"
            f" OR coalesce({agent}.who.identifier.value = {observer}.identifier->>'$.value',"
            " false))"
        )

    kind = "coalesce(e.source.type[1].code, e.source.type[1].coding->>'$[0].code')"
    return f"""CASE WHEN request IS NULL THEN ''
      WHEN client_agent IS NOT NULL AND {is_observer("client_agent")} THEN 'client'
      WHEN client_agent IS NOT NULL
        AND len(list_filter(others, lambda a: {is_observer("a")})) > 0 THEN 'server'
      WHEN {kind} IN ('1', '2') THEN 'client'
      WHEN {kind} IN ('3', '4', '5', '6') THEN 'server' ELSE '' END"""


def _purpose() -> str:
    """The first purpose of use; one that lifts a perimeter wins, then that of test data."""
    rare = (
        "e.purposeOfEvent",
        "e.authorization",
        "user_agent.authorization",
        "e.event->'$.purposeOfEvent'",
    )
    absent = " AND ".join(f"({part}) IS NULL" for part in rare)
    use = "user_agent.purposeOfUse"
    simple = f"{absent} AND len({use}) = 1 AND len({use}[1].coding) = 1 AND NOT {_TEST}"
    concepts = " || ".join(
        f"coalesce(({part})->>'$[*].coding[*].code', [])"
        f" || coalesce(({part})->>'$[*].code', [])"
        for part in rare
    )
    own = f"""flatten(list_transform(coalesce({use}, []),
      lambda p: coalesce(list_transform(p.coding, lambda c: c.code), [p.code])))"""
    lifting = ", ".join(words.quoted(code) for code in PURPOSES_THAT_LIFT)
    first = f"({concepts} || {own})"
    return f"""CASE WHEN {simple} THEN coalesce({use}[1].coding[1].code, '')
      WHEN {absent} AND {use} IS NULL THEN CASE WHEN {_TEST} THEN '{TEST_PURPOSE}' ELSE '' END
      ELSE coalesce(list_filter({first}, lambda c: c IN ({lifting}))[1],
        CASE WHEN {_TEST} OR list_contains({first}, '{TEST_PURPOSE}')
          THEN '{TEST_PURPOSE}' END, {first}[1], '') END"""


_TEST = f"coalesce(contains(e.meta.security, '\"{TEST_PURPOSE}\"'), false)"


_WHEN = (
    "coalesce(e.period->>'$.start', e.occurredPeriod->>'$.start', e.occurredDateTime,"
    " e.recorded, e.event->>'$.dateTime')"
)


def _persons() -> str:
    """Ids of the patients named, in order, each once; R5's `patient` with them.

    Where no entity has the patient's role, a Patient among the others is the person.
    """
    each = f"lambda x: {words.person_id(_REF, _VALUE)}"
    r5 = words.person_id("e.patient->>'$.reference'", "e.patient->>'$.identifier.value'")
    every = f"""list_transform(coalesce(patients, []), {each})
      || CASE WHEN e.patient IS NULL THEN [] ELSE [{r5}] END"""
    return f"""CASE WHEN e.patient IS NULL AND len(patients) <= 1
        THEN list_filter(list_transform(patients, {each}), lambda p: p <> '')
      WHEN e.patient IS NULL AND patients IS NULL THEN NULL
      ELSE list_filter({every},
        lambda p, i: p <> '' AND list_position({every}, p) = i) END"""


def _suspect() -> str:
    """Whether something useful is absent, which may stand there in a wrong type."""
    odd = (
        f"(({_ROLE}) IS NULL AND ({_TYPE}) IS DISTINCT FROM '{REQUEST_ID}')"
        f" OR coalesce({_REF}, {_VALUE}, x.query) IS NULL"
    )
    return f"""(e.agent IS NULL OR e.entity IS NULL OR (e.subtype IS NULL AND e.code IS NULL)
      OR {_who("user_agent")} IS NULL OR user_agent.network.address IS NULL
      OR user_agent.policy IS NULL OR len(others) + 1 <> len(e.agent)
      OR len(list_filter(others, lambda a: {_called("a")} IS NULL)) > 0
      OR len(list_filter(e.entity, lambda x: {odd})) > 0
      OR e.period IS NOT NULL)"""
