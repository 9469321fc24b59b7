"""The shared repository's trail: ATNA audit messages (DICOM PS3.15 A.5) over RFC 5424 syslog.

Two services write into it, the regional record and the imaging archive; AuditSourceID tells
which. The repository's clock may be wrong by a constant.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.catalogue import CODE
from tocsin.simulate.happenings import Happenings, merged
from tocsin.simulate.sessions import BRIEF
from tocsin.simulate.text import as_base64, chosen, iso, join
from tocsin.simulate.trails import Trail

Ints = NDArray[np.int64]

_FIND = CODE["dossier", "find"]
_EVENTS = (
    ("E", "110112", "Query", "ITI-78", "Mobile Patient Demographics Query"),
    ("R", "110110", "Patient Record", "", ""),
    ("R", "110106", "Export", "ITI-43", "Retrieve Document Set"),
    ("C", "110107", "Import", "ITI-41", "Provide and Register Document Set"),
    ("R", "110103", "DICOM Instances Accessed", "", ""),
)  # as the acts of the dossier and imaging services are numbered, from `find` on
_DOMAIN = "1.2.250.1.999.1.1"


def _events() -> list[str]:
    made = []
    for _, event, words, kind, title in _EVENTS:
        typed = (
            f'<EventTypeCode csd-code="{kind}" codeSystemName="IHE Transactions" '
            f'originalText="{title}"/>'
            if kind
            else ""
        )
        told = f'<EventID csd-code="{event}" codeSystemName="DCM" originalText="{words}"/>'
        made.append(f'">{told}{typed}')
    return made


def _objects(past: Happenings, rows: Ints) -> pa.StringArray:
    """The patient that an act names, or the query that it sends."""
    code = past.acts.code[rows]
    searches = np.flatnonzero(code == _FIND)
    named = np.flatnonzero(code != _FIND)
    base = "https://dossier.grades-demo.invalid/fhir/Patient?"
    query = as_base64(join(base, past.query.take(pa.array(rows[searches]))))
    asked = join(
        '<ParticipantObjectIdentification ParticipantObjectID="MobilePatientDemographicsQuery" '
        'ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="24">'
        '<ParticipantObjectIDTypeCode csd-code="ITI-78" codeSystemName="IHE Transactions" '
        'originalText="Mobile Patient Demographics Query"/><ParticipantObjectQuery>',
        query,
        "</ParticipantObjectQuery></ParticipantObjectIdentification>",
    )
    told = join(
        '<ParticipantObjectIdentification ParticipantObjectID="',
        past.person(rows[named]),
        f'^^^GRADES-DEMO&amp;{_DOMAIN}&amp;ISO^PI" ParticipantObjectTypeCode="1" '
        'ParticipantObjectTypeCodeRole="1"><ParticipantObjectIDTypeCode csd-code="2" '
        'codeSystemName="RFC-3881" originalText="Patient Number"/>'
        "</ParticipantObjectIdentification>",
    )
    return merged(len(rows), [(searches, asked), (named, told)])


_STOP = (
    " repo1.grades-demo.invalid dossier-regional 4242 IHE+RFC-3881 - "
    '<?xml version="1.0" encoding="UTF-8"?><AuditMessage><EventIdentification '
    'EventActionCode="E" EventDateTime="'
)
_STOPPED = (
    '" EventOutcomeIndicator="0"><EventID csd-code="110100" codeSystemName="DCM" '
    'originalText="Application Activity"/><EventTypeCode csd-code="'
)
_STOP_TAIL = (
    '"/></EventIdentification><ActiveParticipant UserID="dossier-regional" '
    'UserIsRequestor="false"><RoleIDCode csd-code="110150" codeSystemName="DCM" '
    'originalText="Application"/></ActiveParticipant><AuditSourceIdentification '
    'AuditEnterpriseSiteID="GRADES-DEMO" AuditSourceID="dossier-regional"/></AuditMessage>\n'
)
_STOP_WORDS = (
    '110133" codeSystemName="DCM" originalText="Audit Recording Stopped',
    '110134" codeSystemName="DCM" originalText="Audit Recording Started',
)


def _stop_lines(at: Ints, row: Ints) -> pa.StringArray:
    """The producer's own word that it stops (row -1) or starts (row -2) recording."""
    told = chosen(_STOP_WORDS, -1 - row)
    return join("<85>1 ", iso(at), _STOP, iso(at), _STOPPED, told, _STOP_TAIL)


def trail(
    rng: np.random.Generator,
    past: Happenings,
    *,
    offset_s: int,
    stops: tuple[tuple[int, int], ...],
) -> Trail:
    """The trail of the shared repository, on a clock that is `offset_s` seconds ahead.

    `stops` are the stretches in which it says that it does not record.
    """
    acts_ = past.of_services("dossier", "imaging")
    said = np.array([at for stop in stops for at in (stop[0] - 1000, stop[1])], np.int64)
    row = np.concatenate([acts_, np.tile((-1, -2), len(stops))]).astype(np.int64)
    true_at = np.concatenate([past.at_utc[acts_], said])
    order = np.argsort(true_at, kind="stable")
    row, true_at = row[order], true_at[order]
    heads = _events()
    lag = rng.integers(2, 40, len(row)) * 1000
    actions = [event[0] for event in _EVENTS]

    def told(lines: Ints) -> pa.StringArray:
        acts = row[lines]
        session = past.acts.session[acts]
        place = past.acts.code[acts] - _FIND
        at = true_at[lines] + offset_s * 1_000_000
        images = (place == 4).astype(np.int64)
        outcome = chosen(("0", "8", "4"), past.acts.outcome[acts])
        source = chosen(("dossier-regional", "pacs-regional"), images)
        return join(
            "<85>1 ", iso(at + lag[lines]), " repo1.grades-demo.invalid ", source,
            ' 4242 IHE+RFC-3881 - <?xml version="1.0" encoding="UTF-8"?><AuditMessage>'
            '<EventIdentification EventActionCode="', chosen(actions, place),
            '" EventDateTime="', iso(at), '" EventOutcomeIndicator="', outcome,
            chosen(heads, place), '<PurposeOfUse csd-code="', past.purpose(acts),
            '" codeSystemName="2.16.840.1.113883.1.11.20448" originalText="',
            past.purpose(acts), '"/></EventIdentification><ActiveParticipant UserID="',
            chosen(past.accounts, past.sessions.account[session]),
            '" UserIsRequestor="true" NetworkAccessPointID="',
            chosen(past.address, session),
            '" NetworkAccessPointTypeCode="2"><RoleIDCode csd-code="110153" '
            'codeSystemName="DCM" originalText="Source Role ID"/></ActiveParticipant>'
            '<ActiveParticipant UserID="', chosen(BRIEF, past.sessions.agent[session]),
            '" UserIsRequestor="false"><RoleIDCode csd-code="110150" codeSystemName="DCM" '
            'originalText="Application"/></ActiveParticipant><ActiveParticipant UserID="'
            'https://dossier.grades-demo.invalid/xds" AlternativeUserID="4242" '
            'UserIsRequestor="false" NetworkAccessPointID="repo1.grades-demo.invalid" '
            'NetworkAccessPointTypeCode="1"><RoleIDCode csd-code="110152" '
            'codeSystemName="DCM" originalText="Destination Role ID"/></ActiveParticipant>'
            '<AuditSourceIdentification AuditEnterpriseSiteID="GRADES-DEMO" AuditSourceID="',
            source, '"><AuditSourceTypeCode csd-code="4" codeSystemName="DCM" originalText="'
            'Application Server Process or Thread"/></AuditSourceIdentification>',
            _objects(past, acts), "</AuditMessage>\n",
        )  # fmt: skip

    def write(lines: Ints) -> pa.StringArray:
        real, stop = np.flatnonzero(row[lines] >= 0), np.flatnonzero(row[lines] < 0)
        at = true_at[lines[stop]] + offset_s * 1_000_000
        halted = _stop_lines(at, row[lines[stop]])
        return merged(len(lines), [(real, told(lines[real])), (stop, halted)])

    return Trail(
        source="repository",
        name="trail/repository.log.gz",
        header="",
        at=true_at,
        row=np.maximum(row, -1),
        session=np.where(row >= 0, past.acts.session[row], -1),
        ids=None,
        echo=np.zeros(len(row), bool),
        torn=np.zeros(len(row), bool),
        write=write,
    )
