"""The orientation service's trail: FHIR R4 AuditEvent in the shape of IHE BALP 1.1.

One line an act, by the server; some hospitals' software writes its own line of the same act,
with the same X-Request-Id. https://profiles.ihe.net/ITI/BALP/
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.catalogue import CODE
from tocsin.simulate.happenings import Happenings, merged
from tocsin.simulate.organisations import GP, NURSE, PHYSICIAN, SOCIAL
from tocsin.simulate.sessions import BRIEF
from tocsin.simulate.text import as_base64, chosen, hex_ids, iso, join, numbers
from tocsin.simulate.trails import Trail

Ints = NDArray[np.int64]

_SEARCH = CODE["orientation", "search"]
_PERSON = CODE["orientation", "read-person"]
_SERVER = "https://fhir.grades-demo.invalid/orientation/r4"
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_TYPES = "http://terminology.hl7.org/CodeSystem"
_RPPS = "https://rpps.esante.gouv.fr"


def _coding(system: str, code: str) -> str:
    return f'{{"system":"{system}","code":"{code}"}}'


_SOURCE_ROLE = f'"type":{{"coding":[{_coding(_DCM, "110153")}]}}'
_TARGET_ROLE = f'"type":{{"coding":[{_coding(_DCM, "110152")}]}}'
_USER_ROLE = (
    '{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType",'
    '"code":"IRCP"}]},"who":{"identifier":{"system":"'
)
_ENTITY = (
    f'"type":{{"system":"{_TYPES}/audit-entity-type","code":"2"}},'
    f'"role":{{"system":"{_TYPES}/object-role","code":"'
)
_PATIENT = (
    f'"type":{{"system":"{_TYPES}/audit-entity-type","code":"1"}},'
    f'"role":{{"system":"{_TYPES}/object-role","code":"1"}}}}'
)
_REQUEST = (
    '"type":{"system":"https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType",'
    '"code":"XrequestId"}}'
)
_WORDS = ("search-type", "read", "read", "create", "update")
_ACTIONS = ("E", "R", "R", "C", "U")
_PROFILES = ("PatientQuery", "PatientRead", "PatientRead", "PatientCreate", "PatientUpdate")


def _heads() -> list[str]:
    """The constant start of a line, by operation."""
    return [
        f'"meta":{{"profile":["https://profiles.ihe.net/ITI/BALP/StructureDefinition/'
        f'IHE.BasicAudit.{profile}"]}},"type":'
        + _coding(f"{_TYPES}/audit-event-type", "rest")
        + f',"subtype":[{_coding("http://hl7.org/fhir/restful-interaction", word)}]'
        f',"action":"{action}","period":{{"start":"'
        for word, action, profile in zip(_WORDS, _ACTIONS, _PROFILES, strict=True)
    ]


def _entities(past: Happenings, rows: Ints) -> pa.StringArray:
    """The data or query entity, and the patient entity where the act names one."""
    code = past.acts.code[rows]
    searches = np.flatnonzero(code == _SEARCH)
    named = np.flatnonzero(code != _SEARCH)
    query = as_base64(join(_SERVER, "/Patient?", past.query.take(pa.array(rows[searches]))))
    asked = join("{", _ENTITY, '24"},"query":"', query, '"}')
    person = past.person(rows[named])
    request = join("ServiceRequest/sr-", numbers(past.acts.person[rows[named]] * 7 + 11))
    own = np.flatnonzero(code[named] == _PERSON)
    other = np.flatnonzero(code[named] != _PERSON)
    data = merged(
        len(named),
        [
            (own, join("Patient/", person.take(pa.array(own)))),
            (other, request.take(pa.array(other))),
        ],
    )
    told = join(
        '{"what":{"reference":"', data, '"},', _ENTITY, '4"}},',
        '{"what":{"reference":"Patient/', person, '"},', _PATIENT,
    )  # fmt: skip
    return merged(len(rows), [(searches, asked), (named, told)])


def _clients(past: Happenings, rows: Ints) -> tuple[pa.StringArray, pa.StringArray]:
    """The client and server agents, their DICOM roles turned round for a read."""
    agent = past.sessions.agent[past.acts.session[rows]]
    reads = np.isin(past.acts.code[rows], (_PERSON, _PERSON + 1)).astype(np.int64)
    client = join(
        "{", chosen([_SOURCE_ROLE, _TARGET_ROLE], reads),
        ',"who":{"display":"orientation-web 5.2 (', chosen(BRIEF, agent),
        ')"},"requestor":false},',
    )  # fmt: skip
    server = join(
        "{", chosen([_TARGET_ROLE, _SOURCE_ROLE], reads),
        ',"who":{"reference":"Device/hapi-orientation","display":"hapi-orientation"}',
        f',"requestor":false,"network":{{"address":"{_SERVER}","type":"5"}}}},',
    )  # fmt: skip
    return client, server


def _users(past: Happenings, rows: Ints) -> pa.StringArray:
    """The requestor: known by RPPS where the professional has one, else by the account."""
    session = past.acts.session[rows]
    account = past.sessions.account[session]
    known = np.isin(past.team.role, (GP, PHYSICIAN, NURSE, SOCIAL))
    names = np.where(known, past.team.rpps, past.team.account)
    systems = np.where(known, _RPPS, "https://idp.grades-demo.invalid/realms/regional")
    return join(
        _USER_ROLE, chosen(systems.tolist(), account), '","value":"',
        chosen(names.tolist(), account), '"}},"requestor":true,"policy":["',
        chosen(past.sid, session), '"],"network":{"address":"',
        chosen(past.address, session), '","type":"2"}}],',
    )  # fmt: skip


def _from_house(past: Happenings, rows: Ints, hospitals: int) -> NDArray[np.bool_]:
    """Acts done with the software of the first hospitals, on their own network."""
    session = past.acts.session[rows]
    house = past.team.organisation[past.sessions.account[session]]
    network = np.char.startswith(past.sessions.address[session], "198.18.")
    return (house < hospitals) & network


def trail(
    rng: np.random.Generator, past: Happenings, *, hospitals_with_client_log: int
) -> Trail:
    """The trail of the orientation service."""
    rows = past.of_services("orientation")
    seen = rows[_from_house(past, rows, hospitals_with_client_log)]
    row = np.concatenate([rows, seen])
    client = np.repeat((0, 1), (len(rows), len(seen)))
    delay = np.concatenate(
        [np.zeros(len(rows), np.int64), -rng.integers(5, 90, len(seen)) * 1000]
    )
    order = np.lexsort((client, past.at_utc[row] + delay))
    row, client, delay = row[order], client[order], delay[order]
    ids = hex_ids(rng, len(row))
    requests = hex_ids(rng, len(past.acts.at), digits=24)
    heads, lag = _heads(), rng.integers(3, 60, len(row)) * 1000

    def write(lines: Ints) -> pa.StringArray:
        acts, at = row[lines], past.at_utc[row[lines]] + delay[lines]
        agents = _clients(past, acts)
        outcome = chosen(("0", "8", "8"), past.acts.outcome[acts])
        refusal = chosen(("", ',"outcomeDesc":"refused"', ""), past.acts.outcome[acts])
        observer = chosen(
            (
                '"source":{"site":"fhir.grades-demo.invalid","observer":{"reference":'
                '"Device/hapi-orientation","display":"hapi-orientation"},"type":['
                + _coding(f"{_TYPES}/security-source-type", "4")
                + ']},"entity":[',
                '"source":{"site":"poste.hopital.invalid","observer":{"display":'
                '"orientation-web"},"type":['
                + _coding(f"{_TYPES}/security-source-type", "1")
                + ']},"entity":[',
            ),
            client[lines],
        )
        return join(
            '{"resourceType":"AuditEvent","id":"', ids.take(pa.array(lines)), '",',
            chosen(heads, past.acts.code[acts] - _SEARCH), iso(at), '"},"recorded":"',
            iso(at + lag[lines]), '","outcome":"', outcome, '"', refusal,
            f',"purposeOfEvent":[{{"coding":[{{"system":"{_TYPES}/v3-ActReason","code":"',
            past.purpose(acts), '"}]}],"agent":[', agents[0], agents[1], _users(past, acts),
            observer, _entities(past, acts), ',{"what":{"identifier":{"value":"',
            requests.take(pa.array(acts)), '"}},', _REQUEST, "]}\n",
        )  # fmt: skip

    return Trail(
        source="orientation-audit",
        name="trail/orientation-{}.ndjson.gz",
        header="",
        at=past.at_utc[row] + delay,
        row=row,
        session=past.acts.session[row],
        ids=ids,
        echo=client == 1,
        torn=np.zeros(len(row), bool),
        write=write,
    )
