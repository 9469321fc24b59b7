"""Trail files for the benchmarks: BALP-like and ATNA events that no simulated region shaped.

Written straight from the profiles' examples (IHE BALP 1.1.4, DICOM PS3.15 A.5), with identifiers
drawn by a multiplicative walk: no two lines alike, no order that a reader could profit from.
"""

import base64
from collections.abc import Iterator
from pathlib import Path

FIRST_MS = 1_756_684_800_000  # 2025-09-01T00:00:00Z
ACCOUNTS, PERSONS = 5_000, 400_000
BLOCK = 20_000
DIRTY_EVERY = 50_021
"""One line in so many is cut in its middle: quarantine is on the measured path."""


def _walk(n: int, factor: int, size: int) -> int:
    return (n * factor + 12_345) % size


def _instant(n: int, per_ms: int) -> str:
    ms = FIRST_MS + n * per_ms
    day, rest = divmod(ms // 1000, 86_400)
    day -= 20_332  # days from 1970-01-01 to 2025-09-01
    return (
        f"2025-{9 + day // 30 % 3:02d}-{1 + day % 30:02d}T"
        f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.{ms % 1000:03d}Z"
    )


def fhir_line(n: int) -> str:
    """The n-th AuditEvent, R4: a patient read, or each fifth a patient query; about 1.6 KB."""
    account = _walk(n // 7, 2_654_435_761, ACCOUNTS)
    person = _walk(n, 40_503, PERSONS)
    query = n % 5 == 0
    code = "search-type" if query else "read"
    ours, theirs = ("110153", "110152") if query else ("110152", "110153")
    entity = f'{{"what":{{"reference":"Patient/p{person}"}},"type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"1","display":"Person"}},"role":{{"system":"http://terminology.hl7.org/CodeSystem/object-role","code":"1","display":"Patient"}}}}'
    if query:
        text = base64.b64encode(
            f"GET https://fhir.example/Patient?family=EX{person % 997:03d}&_count=20".encode()
        ).decode()
        entity = f'{{"type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"2","display":"System Object"}},"role":{{"system":"http://terminology.hl7.org/CodeSystem/object-role","code":"24","display":"Query"}},"query":"{text}"}}'
    line = (
        f'{{"resourceType":"AuditEvent","id":"ev-{n:012d}","meta":{{"profile":["https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"]}},'
        f'"type":{{"system":"http://terminology.hl7.org/CodeSystem/audit-event-type","code":"rest","display":"Restful Operation"}},'
        f'"subtype":[{{"system":"http://hl7.org/fhir/restful-interaction","code":"{code}","display":"{code}"}}],'
        f'"action":"{"E" if query else "R"}","recorded":"{_instant(n, 1_700)}","outcome":"0",'
        f'"agent":[{{"type":{{"coding":[{{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"{ours}"}}]}},"who":{{"display":"client-{account % 37}"}},"requestor":false,"network":{{"address":"10.{account % 200}.{n % 250}.{account % 250}","type":"2"}}}},'
        f'{{"type":{{"coding":[{{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"{theirs}"}}]}},"who":{{"reference":"Device/fhir-server"}},"requestor":false,"network":{{"address":"https://fhir.example","type":"5"}}}},'
        f'{{"type":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP","display":"information recipient"}}]}},"who":{{"identifier":{{"system":"https://idp.example","value":"pro{account:05d}"}}}},"requestor":true,"policy":["session-{account}-{n // 350}"]}}],'
        f'"source":{{"site":"fhir.example","observer":{{"reference":"Device/fhir-server"}},"type":[{{"system":"http://terminology.hl7.org/CodeSystem/security-source-type","code":"4","display":"Application Server"}}]}},'
        f'"entity":[{entity},{{"what":{{"identifier":{{"value":"req-{n:016x}"}}}},"type":{{"system":"https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType","code":"XrequestId"}}}}]}}'
    )
    return line[: len(line) // 2] if n % DIRTY_EVERY == DIRTY_EVERY - 1 else line


def atna_line(n: int) -> str:
    """The n-th RFC 5424 line with a patient-record message; about 1.6 KB."""
    account = _walk(n // 7, 2_654_435_761, ACCOUNTS)
    person = _walk(n, 40_503, PERSONS)
    at = _instant(n, 1_700)
    return (
        f'<85>1 {at} host{n % 5} repository 4711 IHE+RFC-3881 - \ufeff<?xml version="1.0" encoding="UTF-8"?><AuditMessage>'
        f'<EventIdentification EventActionCode="R" EventDateTime="{at}" EventOutcomeIndicator="0"><EventID csd-code="110110" codeSystemName="DCM" originalText="Patient Record"/><EventTypeCode csd-code="ITI-43" codeSystemName="IHE Transactions" originalText="Retrieve Document Set"/></EventIdentification>'
        f'<ActiveParticipant UserID="pro{account:05d}" UserName="" UserIsRequestor="true" NetworkAccessPointID="10.{account % 200}.{n % 250}.{account % 250}" NetworkAccessPointTypeCode="2"><RoleIDCode csd-code="110152" codeSystemName="DCM" originalText="Destination Role ID"/></ActiveParticipant>'
        f'<ActiveParticipant UserID="https://record.example/xds" AlternativeUserID="4711" UserIsRequestor="false" NetworkAccessPointID="record.example" NetworkAccessPointTypeCode="1"><RoleIDCode csd-code="110153" codeSystemName="DCM" originalText="Source Role ID"/></ActiveParticipant>'
        f'<AuditSourceIdentification AuditEnterpriseSiteID="region" AuditSourceID="record"><AuditSourceTypeCode csd-code="4" codeSystemName="DCM" originalText="Application Server"/></AuditSourceIdentification>'
        f'<ParticipantObjectIdentification ParticipantObjectID="p{person}^^^&amp;1.2.250.1.999.1&amp;ISO" ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1"><ParticipantObjectIDTypeCode csd-code="2" codeSystemName="RFC-3881" originalText="Patient Number"/></ParticipantObjectIdentification>'
        f'<ParticipantObjectIdentification ParticipantObjectID="doc-{n:012d}" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="3"><ParticipantObjectIDTypeCode csd-code="9" codeSystemName="RFC-3881" originalText="Report Number"/></ParticipantObjectIdentification>'
        f"</AuditMessage>"
    )


def write_lines(file: Path, make: str, rows: int) -> int:
    """Write so many lines of one kind ('fhir' or 'atna'); return the file's bytes."""
    line = fhir_line if make == "fhir" else atna_line
    with file.open("w", encoding="utf-8") as out:
        for block in _blocks(rows):
            out.write("\n".join(line(n) for n in block) + "\n")
    return file.stat().st_size


def _blocks(rows: int) -> Iterator[range]:
    for first in range(0, rows, BLOCK):
        yield range(first, min(first + BLOCK, rows))
