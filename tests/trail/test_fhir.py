"""Every shape of AuditEvent is read, and both readers say the same where both can read."""

import base64
import csv
import json
import os
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_estate import client, coded, data, entity, event, patient, query, request, user

from tocsin.adapters.duckdb_engine import DuckdbEngine
from tocsin.core.records import ServiceBy, Source
from tocsin.core.tables import Step
from tocsin.core.vocabulary import TrailFormat
from tocsin.trail import fhir, fhir_shapes
from tocsin.trail.decoded import DECODED, LINES
from tocsin.trail.lines import batch_of

HERE = Path(__file__).parent
DATA = Path(os.environ.get("TOCSIN_DATA", HERE.parents[2] / "shared/data")) / "trails/fhir"
SAMPLES = list(csv.DictReader((HERE / "fhir_samples.csv").open(), delimiter="|"))
SHARED = ServiceBy(field="source", map={"hapi": "orientation", "gec": "files"})


def source(**said):
    built = {
        "id": "s",
        "service": "orientation",
        "service_by": None,
        "format": TrailFormat.FHIR,
        "files": (),
        "timezone": "UTC",
        "names_results": False,
        "silent": (),
        "retention_days": 1,
        "clock_offset_s": 0.0,
        "columns": {},
    }
    return Source(**{**built, **said})


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    made = DuckdbEngine(tmp_path_factory.mktemp("spill"))
    yield made
    made.close()


def read(engine, lines, of=None, *, both=True):
    """The decoded rows of lines, by the complete reader, and by the fast one where it can."""
    of = of or source()
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    batch = batch_of((n, text, None, None) for n, text in enumerate(texts, 1))
    engine.drop("lines", "decoded")
    engine.bind_arrow(LINES, _table(batch))
    engine.run(Step(fills=DECODED, reads=("lines",), sql=fhir.complete(of), portable=False))
    whole = engine.fetch("decoded", order=("position", "part")).to_pylist()
    by_place = {row["position"]: row for row in whole if row["part"] == 0}
    for first_line in FIRST_LINES.values() if both else ():
        engine.drop("decoded")
        for step in fhir.steps(of, first_line):
            engine.run(step)
        fast = engine.fetch("decoded", order=("position",)).to_pylist()
        engine.drop("decoded")
        for row in fast:
            if row["part"] == 0:
                assert row == by_place[row["position"]]
    return whole


FIRST_LINES = {"R4": '{"subtype": []}', "R5": '{"code": {}}'}
"""First lines that make the fast reader one of R4 or of R5."""


def _table(batch):
    return pa.Table.from_batches([batch])


def fast_ones(engine, lines, version="R4"):
    """The numbers of the lines that the fast reader takes."""
    batch = batch_of((n, json.dumps(line), None, None) for n, line in enumerate(lines, 1))
    engine.drop("lines", "decoded")
    engine.bind_arrow(LINES, _table(batch))
    for step in fhir.steps(source(), FIRST_LINES[version]):
        engine.run(step)
    taken = engine.fetch("decoded", order=("position",)).to_pylist()
    engine.drop("decoded")
    return [row["position"] for row in taken if row["part"] == 0]


# Samples of the standard -------------------------------------------------------------------


@pytest.mark.skipif(
    not DATA.is_dir(), reason="the public AuditEvents are not here: TOCSIN_DATA"
)
def test_every_public_sample_is_read_as_the_table_says(engine):
    lines = [(DATA / f"{s['file']}.json").read_text() for s in SAMPLES]
    rows = read(engine, [json.loads(line) for line in lines])
    found = []
    for n, sample in enumerate(SAMPLES, 1):
        mine = [row for row in rows if row["position"] == n]
        assert mine[0]["reason"] is None, sample["file"]
        found.append(
            {
                "file": sample["file"],
                "account": mine[0]["actor"],
                **{name: mine[0][name] for name in ("interaction", "resource")},
                "persons": ",".join(row["person"] for row in mine),
                **{name: mine[0][name] for name in ("session", "outcome", "purpose")},
            }
        )
    assert found == SAMPLES
    assert len(SAMPLES) == len(list(DATA.glob("*.json"))) == 83


# Shapes ------------------------------------------------------------------------------------

R5 = {
    "resourceType": "AuditEvent",
    "id": "r5",
    "category": [{"coding": [coded("rest")]}],
    "code": {"coding": [coded("read", "http://hl7.org/fhir/restful-interaction")]},
    "action": "R",
    "occurredDateTime": "2025-09-01T10:00:00+02:00",
    "recorded": "2025-09-01T09:00:00Z",
    "outcome": {"code": {"system": "http://hl7.org/fhir/issue-severity", "code": "error"}},
    "authorization": [{"coding": [coded("ETREAT")]}],
    "agent": [
        {
            "type": {"coding": [coded("IRCP")]},
            "who": {"reference": "Practitioner/7"},
            "requestor": True,
            "policy": ["jti-1"],
            "networkString": "2001:db8::1",
        },
        {"type": {"coding": [coded("110152")]}, "who": {"display": "app"}},
    ],
    "source": {"observer": {"display": "srv"}, "type": [{"coding": [coded("4")]}]},
    "patient": {"reference": "Patient/p-9"},
    "entity": [
        {
            "what": {"reference": "Observation/1"},
            "role": {"coding": [coded("4")]},
        }
    ],
}


def only(rows, **expected):
    (row,) = rows
    assert {name: row[name] for name in expected} == expected


def test_r5_is_told_by_its_shape(engine):
    only(
        read(engine, [R5]),
        actor="Practitioner/7",
        session="jti-1",
        address="2001:db8::1",
        client="app",
        interaction="read",
        resource="Observation",
        person="p-9",
        outcome="failed",
        purpose="ETREAT",
        event_code="rest",
        occurred_us=1_756_713_600_000_000,
    )


def test_stu3_calls_the_account_user_id(engine):
    agent = {"userId": {"value": "95"}, "altId": "6", "requestor": True}
    person = {"reference": {"reference": "Patient/p-1"}, "role": coded("1")}
    only(read(engine, [event(agent=[agent], entity=[person])]), actor="95", person="p-1")


def test_dstu2_has_participants_and_objects(engine):
    line = {
        "resourceType": "AuditEvent",
        "id": "d",
        "event": {
            "type": coded("rest"),
            "subtype": [coded("search")],
            "dateTime": "2025-09-01T08:00:00Z",
            "outcome": "0",
        },
        "participant": [{"userId": {"value": "u"}, "requestor": True}],
        "source": {"identifier": {"value": "srv"}},
        "object": [{"reference": {"reference": "Patient/p-1"}, "role": coded("1")}],
    }
    only(read(engine, [line]), actor="u", interaction="search", person="p-1", outcome="ok")


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ({"who": {"identifier": {"value": "i"}, "reference": "r", "display": "d"}}, "i"),
        (
            {"who": {"reference": "Practitioner/r", "display": "d"}, "altId": "a"},
            "Practitioner/r",
        ),
        ({"who": {"display": "d"}, "altId": "a", "name": "n"}, "a"),
        ({"who": {"display": "d"}, "name": "n"}, "n"),
        ({"who": {"display": "d"}}, "d"),
    ],
)
def test_the_account_is_the_first_name_that_stands(engine, who, expected):
    agent = {**user(), **{"who": None, **who}}
    only(read(engine, [event(agent=[client(), agent])]), actor=expected)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"reference": "Patient/p-1"}, "p-1"),
        ({"reference": "Patient/p-1/_history/3"}, "p-1"),
        ({"reference": "https://x.example/fhir/Patient/p-1"}, "p-1"),
        ({"reference": "https://x.example/fhir/Patient/p-1/_history/2"}, "p-1"),
        ({"identifier": {"value": "24^^^NS&1.2&ISO"}}, "24^^^NS&1.2&ISO"),
        ({"reference": "#p", "identifier": {"value": "v"}}, "v"),
        ({"reference": "urn:uuid:5"}, "urn:uuid:5"),
    ],
)
def test_a_person_is_its_reference_without_patient_else_its_identifier(engine, what, expected):
    only(
        read(engine, [event(entity=[data(), {**patient("x"), "what": what}])]), person=expected
    )


def test_several_persons_are_several_parts_each_once(engine):
    rows = read(engine, [event(entity=[patient("b"), patient("a"), patient("b"), data()])])
    assert [(row["part"], row["person"]) for row in rows] == [(0, "b"), (1, "a")]


def test_a_query_gives_its_text_and_its_resource(engine):
    asked = "GET https://x.example/fhir/Patient?family=a&birthdate=1950\nAccept: x"
    only(
        read(engine, [event(subtype=[coded("search-type")], entity=[query(asked)])]),
        query=asked,
        resource="Patient",
        path="/fhir/Patient",
        method="GET",
        person="",
    )


def test_a_query_that_is_no_base64_is_kept_as_it_is(engine):
    odd = entity("24", type=coded("2"), query="Patient?name=é")
    only(read(engine, [event(entity=[odd])]), query="Patient?name=é", resource="Patient")


@pytest.mark.parametrize(
    ("outcome", "words", "expected"),
    [
        ("0", None, "ok"),
        (4, None, "ok"),
        ("8", None, "failed"),
        ("8", "Access denied by consent", "refused"),
        ("8", "HTTP 403", "refused"),
        ("8", "HTTP 14035", "failed"),
        ("12", "denied", "failed"),
        (None, None, "unknown"),
    ],
)
def test_the_outcome_says_whether_it_was_refused(engine, outcome, words, expected):
    only(read(engine, [event(outcome=outcome, outcomeDesc=words)]), outcome=expected)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"period": {"start": "2025-09-01T07:00:00Z"}}, 1_756_710_000_000_000),
        ({"recorded": "2025-09-01T09:00:00.5+02:00"}, 1_756_710_000_500_000),
        ({"recorded": "2025-09-01T09:00:00"}, 1_756_710_000_000_000),
    ],
)
def test_the_instant_is_the_period_else_recorded_in_the_sources_zone(engine, said, expected):
    rows = read(engine, [event(**said)], source(timezone="Europe/Paris"))
    only(rows, occurred_us=expected)


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ({"address": "192.0.2.1", "type": "2"}, "192.0.2.1"),
        ({"address": "2001:db8::1"}, "2001:db8::1"),
        ({"address": "poste.exemple.fr", "type": "1"}, ""),
    ],
)
def test_an_address_is_only_what_is_one(engine, network, expected):
    agents = [client(), user(network=network)]
    only(read(engine, [event(agent=agents)]), address=expected)


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        (["TREAT"], "TREAT"),
        (["TREAT", "BTG"], "BTG"),
        (["TREAT", "HTEST"], "HTEST"),
        ([], ""),
    ],
)
def test_a_purpose_that_lifts_or_tests_wins(engine, uses, expected):
    concepts = [{"coding": [coded(code)]} for code in uses]
    agents = [client(), user(purposeOfUse=concepts) if concepts else user()]
    only(read(engine, [event(agent=agents)]), purpose=expected)


def test_test_data_is_said_by_the_security_labels_too(engine):
    only(read(engine, [event(meta={"security": [coded("HTEST")]})]), purpose="HTEST")


def test_a_producer_says_that_it_stops_recording(engine):
    lines = [event(subtype=[coded(code)]) for code in ("110133", "110134", "110120")]
    assert [row["mark"] for row in read(engine, lines)] == ["stopped", "started", ""]


def test_the_service_is_told_by_the_observer_or_any_path(engine):
    lines = [
        event(),
        event(source={"observer": {"display": "x"}, "site": "gec"}),
        event(source={"site": "other"}),
    ]
    rows = read(engine, lines, source(service="", service_by=SHARED))
    assert [row["service_key"] for row in rows] == ["hapi", "gec", "other"]
    by_path = ServiceBy(field="agent.0.who.display", map={"poste-1": "orientation"})
    rows = read(engine, lines[:1], source(service="", service_by=by_path))
    assert rows[0]["service_key"] == "poste-1"


# What cannot be read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nothing", "not JSON"),
        ('{"resourceType":"AuditEvent"', "not JSON"),
        ("5", "not a JSON object"),
        ("[]", "not a JSON object"),
        ({"resourceType": "Patient"}, "not an AuditEvent"),
        ({}, "not an AuditEvent"),
        (event(recorded=None), "no instant that can be read"),
        (event(recorded="yesterday"), "no instant that can be read"),
        (event(recorded={"at": 1}), "no instant that can be read"),
        (event(recorded="2199-01-01T00:00:00Z"), "instant outside 1970-2100"),
        (event(agent=user()), "agent is not a list"),
        (event(agent="a-1"), "agent is not a list"),
        (event(agent=["a-1"]), "agent holds what is no object"),
        (event(agent=[client(), user(who="a-1")]), "agent.who is not an object"),
        (event(agent=[client(), user(network="192.0.2.1")]), "agent.network is not an object"),
        (event(agent=[client(), user(policy="s-1")]), "agent.policy is not a list"),
        (event(entity=patient("p-1")), "entity is not a list"),
        (event(entity="p-1"), "entity is not a list"),
        (event(entity=[data(), 7]), "entity holds what is no object"),
        (event(entity=[7, data()]), "entity holds what is no object"),
        (event(entity=[{**patient("p"), "what": "Patient/p"}]), "entity.what is not an object"),
        (event(entity=[{**patient("p"), "role": "1"}]), "entity.role is not an object"),
        (event(subtype={"code": "read"}), "subtype is not a list"),
        (event(period="2025"), "period is not an object"),
    ],
    ids=str,
)
def test_a_part_of_the_wrong_type_is_named(engine, line, reason):
    (row,) = read(engine, [line])
    assert row["reason"] == reason
    assert row["head"]


@pytest.mark.parametrize(
    "line",
    [
        event(agent=None),
        event(entity=None),
        event(entity=[]),
        event(agent=[]),
        event(id=None),
        event(agent=[client()]),
        event(entity=[{"what": {"identifier": {"value": "x"}}, "type": coded("Consent")}]),
        event(text={"div": '<script>alert("entity")</script>'}),
        event(unknown=[{"agent": 5}]),
    ],
)
def test_what_is_only_absent_is_no_fault(engine, line):
    (row,) = read(engine, [line])
    assert row["reason"] is None


# Both readers ------------------------------------------------------------------------------


def test_the_fast_reader_takes_what_balp_producers_write(engine):
    lines = [
        event(),
        event(entity=[data(), patient("p"), request("r")]),
        event(subtype=[coded("search-type")], entity=[query("GET /Patient?_id=1")]),
        event(agent=[client(), user(network=None)]),
    ]
    assert fast_ones(engine, lines) == [1, 2, 3, 4]


def r5(**changes):
    return {**json.loads(json.dumps(R5)), **changes}


def r5_entity(role, **more):
    return {"role": {"coding": [coded(role)]}, **more}


def test_the_fast_reader_takes_what_r5_producers_write(engine):
    asked = base64.b64encode(b"GET /Patient?family=a").decode()
    named = r5_entity("1", what={"reference": "Patient/p-9"})
    lines = [
        R5,
        r5(entity=[named]),
        r5(entity=[r5_entity("24", query=asked)], patient=None),
        r5(outcome={"code": {"code": "success"}}, authorization=None),
        r5(entity=[named, r5_entity("XrequestId", what={"identifier": {"value": "r"}})]),
    ]
    rows = read(engine, lines)
    assert fast_ones(engine, lines, "R5") == [1, 2, 3, 4, 5]
    assert [row["person"] for row in rows] == ["p-9", "p-9", "", "p-9", "p-9"]
    assert rows[4]["request_id"] == "r"


def test_two_persons_of_an_r5_event_are_left_to_the_complete_reader(engine):
    line = r5(entity=[r5_entity("1", what={"reference": "Patient/p-1"})])
    rows = read(engine, [line])
    assert [row["person"] for row in rows] == ["p-1", "p-9"]
    assert fast_ones(engine, [line], "R5") == []


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ({"subtype": [], "code": {}}, fhir_shapes.R4),
        ({"code": {"coding": []}}, fhir_shapes.R5),
        ({"code": "read"}, fhir_shapes.R4),
        ([], fhir_shapes.R4),
    ],
)
def test_the_first_line_tells_the_version(line, version):
    assert fhir_shapes.shape_of(json.dumps(line)) is version
    assert fhir_shapes.shape_of(json.dumps(line)[:-1] + "[" * 100_000) is fhir_shapes.R4


wholes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
PLACES = (
    ("recorded",),
    ("outcome",),
    ("subtype",),
    ("subtype", 0),
    ("agent",),
    ("agent", 0),
    ("agent", 1),
    ("agent", 1, "who"),
    ("agent", 1, "who", "identifier"),
    ("agent", 1, "network"),
    ("agent", 1, "policy"),
    ("agent", 0, "type"),
    ("source",),
    ("source", "observer"),
    ("entity",),
    ("entity", 0),
    ("entity", 1),
    ("entity", 1, "what"),
    ("entity", 1, "role"),
    ("entity", 2, "type"),
    ("entity", 0, "what", "reference"),
)


def _with(place, value):
    line = json.loads(json.dumps(event(entity=[data(), patient("p-1"), request("r-1")])))
    inner = line
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return line


R5_PLACES = (
    ("occurredDateTime",),
    ("occurredPeriod",),
    ("recorded",),
    ("outcome",),
    ("outcome", "code"),
    ("code",),
    ("code", "coding"),
    ("code", "coding", 0),
    ("category",),
    ("subtype",),
    ("authorization",),
    ("authorization", 0),
    ("patient",),
    ("patient", "reference"),
    ("patient", "identifier"),
    ("agent",),
    ("agent", 0),
    ("agent", 0, "who"),
    ("agent", 0, "network"),
    ("agent", 0, "networkString"),
    ("agent", 0, "networkUri"),
    ("agent", 0, "authorization"),
    ("agent", 0, "policy"),
    ("agent", 1, "type"),
    ("source", "type"),
    ("entity",),
    ("entity", 0),
    ("entity", 0, "what"),
    ("entity", 0, "role"),
    ("entity", 0, "role", "coding"),
    ("entity", 1, "what", "reference"),
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(R5_PLACES), wholes), min_size=1, max_size=40))
def test_where_both_readers_read_an_r5_line_they_say_the_same(engine, changes):
    lines = []
    for place, value in changes:
        line = r5()
        line["entity"].append(r5_entity("1", what={"reference": "Patient/p-9"}))
        inner = line
        for step in place[:-1]:
            inner = inner[step]
        inner[place[-1]] = value
        lines.append(line)
    rows = read(engine, lines)
    assert {row["position"] for row in rows} == set(range(1, len(lines) + 1))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), wholes), min_size=1, max_size=40))
def test_where_both_readers_read_a_line_they_say_the_same(engine, changes):
    lines = [_with(place, value) for place, value in changes]
    rows = read(engine, lines)
    assert {row["position"] for row in rows} == set(range(1, len(lines) + 1))


def test_base64_is_decoded_whatever_its_line_feeds(engine):
    coded_text = base64.encodebytes(b"GET /Patient?family=" + b"x" * 80).decode()
    odd = entity("24", type=coded("2"), query=coded_text)
    only(read(engine, [event(entity=[odd])]), resource="Patient")
