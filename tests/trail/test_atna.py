"""ATNA audit messages: framing, decoding, and the published examples."""

import base64
import functools
import os
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.adapters.xml_pool import XmlPool
from tocsin.trail import atna
from tocsin.trail.atna_messages import messages
from tocsin.trail.atna_query import translated
from tocsin.trail.decoded import DECODED
from tocsin.trail.lines import cut_lines

HOW = atna.Reading(zone="Europe/Paris")
DATA = Path(
    os.environ.get("TOCSIN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")
)
EXAMPLES = DATA / "trails" / "atna"


def message(  # noqa: PLR0917
    at="2025-10-10T13:55:36Z",
    user="a.martin",
    event="110112",
    type_="ITI-78",
    person="p-12",
    outcome="0",
    address="192.0.2.7",
    kind="2",
    code="csd-code",
    extra="",
    inside="",
):
    patient = (
        f'<ParticipantObjectIdentification ParticipantObjectID="{person}"'
        ' ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1"/>'
        if person
        else ""
    )
    return (
        f'<AuditMessage><EventIdentification EventActionCode="E" EventDateTime="{at}"'
        f' EventOutcomeIndicator="{outcome}"><EventID {code}="{event}"/>'
        f'<EventTypeCode {code}="{type_}"/>{inside}</EventIdentification>'
        f'<ActiveParticipant UserID="{user}" UserIsRequestor="true"'
        f' NetworkAccessPointID="{address}" NetworkAccessPointTypeCode="{kind}"/>'
        f'<AuditSourceIdentification AuditEnterpriseSiteID="site" AuditSourceID="pacs"/>'
        f"{patient}{extra}</AuditMessage>"
    )


def frames(*pieces):
    return [
        row
        for batch in messages(cut_lines([p.encode() for p in pieces]))
        for row in batch.to_pylist()
    ]


def decode(*texts, how=HOW):
    size = len(texts)
    rows = pa.record_batch(
        {
            "position": pa.array(range(1, size + 1), pa.int64()),
            "line": pa.array(texts, pa.string()),
            "reason": pa.nulls(size, pa.string()),
            "head": pa.nulls(size, pa.string()),
        }
    )
    out = atna.read_batch(rows, how=how)
    assert tuple(out.schema.names) == DECODED.names
    return out.to_pylist()


def query(text, role="24"):
    packed = base64.b64encode(text.encode()).decode()
    return (
        '<ParticipantObjectIdentification ParticipantObjectID="q" ParticipantObjectTypeCode="2"'
        f' ParticipantObjectTypeCodeRole="{role}"><ParticipantObjectQuery>{packed}'
        "</ParticipantObjectQuery></ParticipantObjectIdentification>"
    )


# The published examples --------------------------------------------------------------------

PUBLISHED = {
    "atna-record-1": ("smitty@readingroom.hospital.org", "110104", "", ["ptid12345"]),
    "atna-record-2": ("7601002860123", "110107", "ITI-43", ["PATIENT1"]),
    "audit-message-iti55": ("unknown", "110112", "ITI-55", [""]),
    "pdq": (
        "MESA_DEPARTMENT|MESA_PD_CONSUMER", "110112", "ITI-21",
        ["24", "78246", "27", "78106"],
    ),
    "pdqm": ("/app-gateway/fhir/Patient", "110112", "ITI-78", [""]),
    "pdqmread": (
        "/app-gateway/fhir/Patient/IHERED-2340", "110112", "ITI-78", ["IHERED-2340"],
    ),
    "pdqv3": (
        "unknown", "110112", "ITI-47",
        ["IHERED-2340", "IHEGREEN-2340", "IHEBLUE-2340", "IHEBLUE-2342", "IHEFACILITY-2340",
         "IHEFACILITY-2342"],
    ),
    "pixfeed": ("PKL|SAP-ISH", "110110", "ITI-8", ["7627199"]),
    "pixfeedmerge": ("NIST|NIST_SENDER", "110110", "ITI-8", ["MW-10001"]),
    "pixfeedmergesource": (
        "BLA|IHE_SYS_IHERED", "110110", "ITI-8",
        ["IHERED-2340", "IHEBLUE-2342", "IHEFACILITY-2342", "IHEFACILITY-2340",
         "IHEGREEN-2340", "IHEBLUE-2340"],
    ),
    "pixfeedsource": (
        "BLA|IHE_SYS_IHERED", "110110", "ITI-8",
        ["IHERED-2342", "IHEBLUE-2342", "IHEFACILITY-2342"],
    ),
    "pixm": ("/app-gateway/fhir/Patient/$ihe-pix", "110112", "ITI-83", ["IHEBLUE-2340"]),
    "pixquery": ("MESA_DEPARTMENT|MESA_PIX_CLIENT", "110112", "ITI-9", ["27", "78106"]),
    "pixupdatesource": (
        "BLA|IHE_SYS_IHERED", "110110", "ITI-10",
        ["IHERED-2342", "IHEBLUE-2342", "IHEFACILITY-2342"],
    ),
    "pixv3feed": ("unknown", "110110", "ITI-44", ["JW-824-v3"]),
    "pixv3query": ("unknown", "110112", "ITI-45", ["JW-824-v3"]),
    "pixv3sourcefeed": ("", "110110", "ITI-44", ["PIX"]),
    "start": ("WDF-LAP-1237$", "110100", "110120", [""]),
    "stop": ("WDF-LAP-1237$", "110100", "110121", [""]),
    "xcpd": ("unknown", "110112", "ITI-55", ["IHERED-1040"]),
    "xpidsource": (
        "BLA|IHE_SYS_IHERED", "110110", "ITI-64",
        ["IHEGREEN-2340", "IHEGREEN-2342", "IHERED-2340", "IHERED-2342"],
    ),
}  # fmt: skip
"""Account, event code, event type and persons of each; '' where the message gives none."""


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"the examples are not in {EXAMPLES}")
@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_published_message_is_read_as_the_table_says(name):
    rows = []
    for batch in messages(cut_lines([(EXAMPLES / f"{name}.xml").read_bytes()])):
        rows += atna.read_batch(batch, how=HOW).to_pylist()
    assert [r["reason"] for r in rows] == [None] * len(rows)
    assert {(r["actor"], r["event_code"], r["event_type"]) for r in rows} == {
        PUBLISHED[name][:3]
    }
    assert [r["person"] for r in rows] == PUBLISHED[name][3]
    assert [(r["position"], r["part"]) for r in rows] == [(1, n) for n in range(len(rows))]


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"the examples are not in {EXAMPLES}")
def test_every_published_message_is_in_the_table():
    assert {file.stem for file in EXAMPLES.glob("*.xml")} == set(PUBLISHED)


# One message ---------------------------------------------------------------------------------


def test_a_message_gives_account_event_person_address_and_instant():
    (row,) = decode(message())
    assert row["actor"] == "a.martin"
    assert (row["event_code"], row["event_type"], row["person"]) == ("110112", "ITI-78", "p-12")
    assert (row["address"], row["service_key"], row["outcome"]) == ("192.0.2.7", "pacs", "ok")
    assert (row["occurred_us"], row["reason"]) == (1760104536000000, None)


def test_an_instant_without_zone_is_in_the_zone_of_the_source():
    (row,) = decode(message(at="2025-10-10T15:55:36.1234567"))
    assert row["occurred_us"] == 1760104536123456


def test_old_codes_and_a_name_space_are_read_alike():
    old = message(code="code")
    spaced = old.replace("<AuditMessage>", '<AuditMessage xmlns="urn:x">')
    prefixed = (
        message()
        .replace("</", "</a:")
        .replace("<Audit", "<a:Audit")
        .replace("<Event", "<a:Event")
        .replace("<Active", "<a:Active")
        .replace("<Participant", "<a:Participant")
        .replace("<a:AuditMessage>", '<a:AuditMessage xmlns:a="urn:x">')
    )
    wanted = decode(message())[0]
    for row in decode(old, spaced, prefixed):
        assert {**row, "position": 1} == wanted


@pytest.mark.parametrize(
    ("address", "kind", "wanted"),
    [
        ("192.0.2.7", "2", "192.0.2.7"),
        ("192.0.2.7", "1", "192.0.2.7"),
        ("2001:DB8::1", "2", "2001:db8::1"),
        ("[2001:db8::1]", "2", "2001:db8::1"),
        ("station-4", "1", ""),
        ("station-4", "2", ""),
        ("", "", ""),
    ],
)
def test_only_an_address_is_an_address(address, kind, wanted):
    assert decode(message(address=address, kind=kind))[0]["address"] == wanted


@pytest.mark.parametrize(
    ("outcome", "said", "wanted"),
    [
        ("0", "", "ok"),
        ("4", "", "ok"),
        ("8", "", "failed"),
        ("8", "Access denied", "refused"),
        ("12", "", "failed"),
        ("", "", "unknown"),
    ],
)
def test_the_outcome_indicator(outcome, said, wanted):
    inside = f"<EventOutcomeDescription>{said}</EventOutcomeDescription>"
    assert decode(message(outcome=outcome, inside=inside))[0]["outcome"] == wanted


def test_marks_logins_and_purposes():
    stopped, started, login, logout, urgent = decode(
        message(event="110100", type_="110133"),
        message(event="110100", type_="110134"),
        message(event="110114", type_="110122"),
        message(event="110114", type_="110123"),
        message(inside='<PurposeOfUse csd-code="TREAT"/><PurposeOfUse csd-code="BTG"/>'),
    )
    assert (stopped["mark"], started["mark"], login["mark"]) == ("stopped", "started", "")
    assert (login["action"], logout["action"], urgent["action"]) == ("login", "logout", "")
    assert urgent["purpose"] == "BTG"


def test_a_person_comes_before_the_application_that_asks_for_it():
    application = (
        '<ActiveParticipant UserID="app" UserIsRequestor="true">'
        '<RoleIDCode csd-code="110153"/></ActiveParticipant>'
    )
    text = message().replace("<ActiveParticipant", application + "<ActiveParticipant", 1)
    assert decode(text)[0]["actor"] == "a.martin"


def test_aliases_are_parts_and_the_same_id_counts_once():
    rows = decode(message(person="1^^^A&amp;1.2&amp;ISO~2^^^B~1^^^C~~Patient/3"))
    assert [(r["part"], r["person"]) for r in rows] == [(0, "1"), (1, "2"), (2, "3")]


def test_an_rfc_5424_line_gives_its_sequence_and_its_host():
    line = (
        '<85>1 2025-10-10T13:55:36Z h1 app 12 IHE+RFC-3881 [meta sequenceId="41" a="]"] '
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>' + message()
    )
    by_host = atna.Reading(zone="UTC", service_field="host")
    plain, counted = decode(line, f"{len(line)} {line}", how=by_host)
    for row in (plain, counted):
        assert (row["reason"], row["sequence"], row["service_key"]) == (None, 41, "h1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no audit message"),
        ("hello", "no audit message"),
        ("<html/>", "no audit message"),
        ("junk " + message(), "neither"),
        (message()[:-20], "cut before its end"),
        (message()[:300], "cut before its end"),
        (message().replace("<EventID", "<EventID <"), "well-formed"),
        (message() + "<x/>", "well-formed"),
        (message(at="yesterday"), "no instant"),
        (message(at="2025-10-10"), "no instant"),
        (message(at="0001-01-01T00:00:00Z"), "outside"),
        ("<AuditMessage/>", "no event identification"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + message(), "document type"),
        (message(user="&lol;"), "well-formed"),
    ],
)
def test_what_is_no_message_is_kept_with_its_reason(text, said):
    rows = decode(message(), text, message())
    assert [bool(r["reason"]) for r in rows] == [False, True, False]
    assert said in rows[1]["reason"]
    assert rows[1]["head"] == text[:200]
    assert rows[1]["person"] == ""


@given(st.binary(max_size=300), st.integers(0, 700))
@settings(max_examples=200, deadline=None)
def test_no_damage_stops_the_reader(noise, at):
    whole = message().encode()
    text = (whole[:at] + noise + whole[at:]).decode(errors="replace")
    rows = decode(text)
    assert rows
    assert all(r["reason"] or r["occurred_us"] for r in rows)


# Queries -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("http://h/fhir/Patient?family=a", "http://h/fhir/Patient?family=a"),
        (
            "MSH|^~\\&|A\rQPD|IHE PDQ Query|1|@PID.5.1.1^DUPONT*~@PID.5.2^Zoé~@PID.7^19700102"
            "~@PID.8^F~@PID.11.5^44000\rRCP|I|10^RD\r",
            "Patient?family=DUPONT&given=Zo%C3%A9&birthdate=1970-01-02&gender=female"
            "&address-postalcode=44000&_count=10",
        ),
        ("MSH|^~\\&|A\rQPD|x|y|@PID.99^z", "Patient?PID.99=z"),
        ("MSH|^~\\&|A\rQPD|x|y|7^^^N", "Patient?identifier=7"),
        (
            "<q xmlns='urn:hl7-org:v3'><parameterList><livingSubjectName><value>"
            "<family>Le Goff</family><given>Anne</given></value></livingSubjectName>"
            "<livingSubjectBirthTime><value><low value='1970'/><high value='19711231'/></value>"
            "</livingSubjectBirthTime><mothersMaidenName><value>X</value></mothersMaidenName>"
            "</parameterList></q>",
            "Patient?family=Le%20Goff&given=Anne&birthdate=ge1970&birthdate=le1971-12-31",
        ),
        ("<q><parameterList><broken", "<q><parameterList><broken"),
        ("<!DOCTYPE a><parameterList/>", "<!DOCTYPE a><parameterList/>"),
        ("anything", "anything"),
    ],
)
def test_simple_queries_become_a_search(said, wanted):
    assert translated(said) == wanted
    assert decode(message(extra=query(said)))[0]["query"] == wanted


def test_a_query_of_another_role_is_none_and_odd_base64_is_kept():
    assert decode(message(extra=query("x", role="3")))[0]["query"] == ""
    odd = query("x").replace("eA==", "eA")
    assert decode(message(extra=odd))[0]["query"] == "x"
    plain = query("x").replace("eA==", "family=é")
    assert decode(message(extra=plain))[0]["query"] == "family=é"


# Framing -------------------------------------------------------------------------------------

PRETTY = message().replace("><", ">\n  <")


def test_one_message_a_line_keeps_the_number_of_its_line():
    rows = frames(f"{message()}\n\n{message()}\n")
    assert [(r["position"], r["line"]) for r in rows] == [(1, message()), (3, message())]


def test_printed_messages_are_ranked():
    declared = f'<?xml version="1.0"?>\n{PRETTY}\n'
    rows = frames(f"{declared}{declared}\n{PRETTY}")
    assert [r["position"] for r in rows] == [1, 2, 3]
    assert all(not r["reason"] for r in decode(*(r["line"] for r in rows)))


def test_octet_counting_without_line_feeds_is_ranked():
    frame = f"<85>1 2025-10-10T13:55:36Z h a 1 m - {message()}"
    rows = frames("".join(f"{len(frame)} {frame}" for _ in range(3)))
    assert [r["position"] for r in rows] == [1, 2, 3]
    assert all(not r["reason"] for r in decode(*(r["line"] for r in rows)))


def test_a_line_feed_before_the_xml_keeps_the_number_of_the_header():
    header = "<85>1 2025-10-10T13:55:36Z h a 1 m - "
    rows = frames(f"{header}{message()}\n{header}\n<?xml version='1.0'?>\n{message()}\n")
    assert [r["position"] for r in rows] == [1, 2]
    assert all(not r["reason"] for r in decode(*(r["line"] for r in rows)))


def test_a_cut_line_takes_no_other_with_it():
    rows = frames(f"{message()}\n{message()[:300]}\ngarbage\n{message()}\n{message()[:100]}")
    assert [r["position"] for r in rows] == [1, 2, 3, 4, 5]
    reasons = [bool(r["reason"]) for r in decode(*(r["line"] for r in rows))]
    assert reasons == [False, True, True, False, True]


def test_a_cut_printed_message_takes_no_other_with_it():
    rows = frames(f"{PRETTY}\n{PRETTY[:300]}\n{PRETTY}\n")
    reasons = [bool(r["reason"]) for r in decode(*(r["line"] for r in rows))]
    assert reasons == [False, True, False]
    assert [r["position"] for r in rows] == [1, 2, 3]


def test_two_messages_on_a_line_of_a_file_of_lines_are_parts():
    rows = frames(f"{message()}\n{message()}{message(person='p-13')}\n")
    assert [r["position"] for r in rows] == [1, 2]
    read = decode(rows[1]["line"])
    assert [(r["part"], r["person"]) for r in read] == [(0, "p-12"), (1, "p-13")]


@given(st.lists(st.sampled_from([message(), PRETTY, "junk", message()[:200]]), max_size=8))
@settings(max_examples=80, deadline=None)
def test_how_the_text_is_cut_into_pieces_changes_nothing(parts):
    text = "\n".join(parts)
    whole = frames(text)
    assert frames(*(text[i : i + 97] for i in range(0, len(text), 97))) == whole
    read = decode(*(r["line"] for r in whole))
    good = sum(p in {message(), PRETTY} for p in parts)
    assert sum(r["reason"] is None for r in read) == good


# The processes -------------------------------------------------------------------------------


def test_processes_give_what_one_gives_in_the_same_order():
    text = "\n".join(message(person=f"p{i}") for i in range(9_000))
    run = functools.partial(atna.read_batch, how=HOW)
    with XmlPool() as pool:
        shared = list(pool.run(run, messages(cut_lines([text.encode()]))))
    alone = [run(b) for b in messages(cut_lines([text.encode()]))]
    assert pa.Table.from_batches(shared) == pa.Table.from_batches(alone)
