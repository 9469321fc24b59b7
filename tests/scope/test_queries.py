"""How a logged query is read, edge by edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.scope.folding import fold, letters, strict
from tocsin.scope.queries import Term, parse, phone_key, unquote


def starts(column, value):
    return Term(column, "starts", (value,))


@pytest.mark.parametrize(
    "text",
    [
        "GET https://h/fhir/Patient?family=Mar&_count=20\nAccept: application/fhir+json",
        "GET https://h/fhir/Patient?family=Mar&_count=20 HTTP/1.1\r\nHost: h",
        "/Patient?family=Mar&_count=20",
        "Patient?_count=20&family=MÀR",
        "family=Mar&_count=20",
        "?family=Mar&_count=20",
        "POST /r4/Patient/_search HTTP/1.1\nContent-Length: 87\n\nfamily=Mar&_count=20\n\n",
        "Patient?family=mar&_count=20&_include:iterate=Patient:organization&_revinclude=Encounter:patient",
        "https://h/fhir/Patient/_search?family=m%C3%A0r&_count=20&_format=json&_pretty=true",
        "http://h:8080/fhir/Patient?family=Mar&_count=20&given=#x",
    ],
)
def test_one_search_however_it_is_logged(text):
    query = parse(text)
    assert query.clauses == ((starts("family", "mar"),),)
    assert query.count == 20
    assert not query.ignored
    assert query.readable


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("given=jean+pierre", {(starts("given", "jean pierre"),)}),
        ("given=Jean-P", {(starts("given", "jeanp"),)}),
        ("name=le", {(starts("family", "le"), starts("given", "le"))}),
        ("family=a,b", {(starts("family", "a"), starts("family", "b"))}),
        ("given=a&given=b", {(starts("given", "a"),), (starts("given", "b"),)}),
        (r"family=a\,b", {(starts("family", "ab"),)}),
        ("family:exact=Dupont", {(Term("family", "exact", ("Dupont",)),)}),
        ("family:contains=PON", {(Term("family", "contains", ("pon",)),)}),
        ("gender=female", {(Term("sex", "is", ("F",)),)}),
        ("gender=male,unknown", {(Term("sex", "is", ("M",)), Term("sex", "is", ("U",)))}),
        ("_id=p1,Patient/p2", {(Term("person", "is", ("p1",)), Term("person", "is", ("p2",)))}),
        ("identifier=urn:oid:1.2|1 85 01", {(Term("identifier", "is", ("18501",)),)}),
        ("phone=%2B33612345678", {(Term("phone", "is", ("0612345678",)),)}),
        ("phone=+33612345678", {(Term("phone", "is", ("0612345678",)),)}),
        ("email=A@B.fr", {(Term("email", "is", ("a@b.fr",)),)}),
        ("address-postalcode=44", {(starts("postal", "44"),)}),
        ("address-city=Saint-N", {(starts("city", "saintn"),)}),
        ("family=&_count=5", set()),
        ("/Patient/p7/$everything?_count=5", {(Term("person", "is", ("p7",)),)}),
        ("/Observation?patient=Patient/p7&code=1&_count=3", {(Term("person", "is", ("p7",)),)}),
        ("/Patient/p7/Observation?code=1", {(Term("person", "is", ("p7",)),)}),
    ],
)
def test_filters(text, clauses):
    query = parse(text)
    assert set(query.clauses) == clauses
    assert not query.ignored


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("birthdate=1980-05-12", ("1980-05-12", "", "", "1980-05-12~")),
        ("birthdate=1980-05", ("1980-05-01", "", "", "1980-05-31~")),
        ("birthdate=eq1980", ("1980-01-01", "", "", "1980-12-31~")),
        ("birthdate=ge1980-05", ("", "", "1980-05-01", "")),
        ("birthdate=gt1980-05", ("", "", "1980-05-31~", "")),
        ("birthdate=le1980-05", ("", "1980-05-31~", "", "")),
        ("birthdate=lt1980-05", ("", "1980-05-01", "", "")),
        ("birthdate=ge1980&birthdate=lt1981-03", ("", "1981-03-01", "1980-01-01", "")),
        ("birthdate=1980-05-12T00:00:00Z", ("1980-05-12", "", "", "1980-05-12~")),
    ],
)
def test_birth_dates_are_four_bounds(text, bounds):
    assert parse(text).clauses == ((Term("birth", "within", bounds),),)


@pytest.mark.parametrize(
    "text",
    [
        "general-practitioner=p1",
        "organization.name=x",
        "_has:Observation:patient:code=1",
        "family:text=a",
        "family:missing=true",
        "birthdate=sa1980",
        "birthdate=hier",
        "gender=autre",
        "gender:not=male",
        "q=dupont",
        "_lastUpdated=gt2020",
        "family=-",
        "_count=beaucoup",
        "/Observation?code=1",
        "/Group/3/$export",
        "/Encounter?participant=13",
        "_include=Patient:link",
    ],
)
def test_what_is_not_understood_is_said(text):
    query = parse(text)
    assert query.ignored == 1
    assert query.clauses == ()


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><PRPA_IN201309UV02/>',
        "<queryByParameter>\n <queryId/>",
        "MSH|^~\\&|MESA|PIM||QBP^Q22\rQPD|",
        '{"family": "x"}',
    ],
)
def test_a_query_of_another_kind_is_not_replayed(text):
    assert not parse(text).readable


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("_sort=family,-birthdate", (("family", False), ("birth", True))),
        ("_sort=-_id", (("person", True),)),
        ("_sort=family,_lastUpdated,given", (("family", False),)),
        ("_sort=gender,family", ()),
        ("_sort:desc=family", ()),
        ("_sort=given&_sort=given", (("given", False),)),
    ],
)
def test_an_order_is_known_up_to_its_first_unknown_key(text, sort):
    assert parse(text).sort == sort


def test_page_tokens_are_not_filters():
    query = parse("https://h/fhir?_getpages=7c3a&_getpagesoffset=40&_count=20&_bundletype=x")
    assert (query.token, query.token_offset, query.count) == ("7c3a", 40, 20)
    assert parse("_page=abc").token == "abc"
    assert parse("_page=3").page == 3
    assert parse("_summary=count").count == 0


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Jean-Pierre  D'Ornano", "jeanpierre dornano"),
        ("ŒUVRARD", "oeuvrard"),
        ("Zoë ß", "zoe ss"),
        ("  ", ""),
        ("Saint-Étienne", "saintetienne"),
    ],
)
def test_folding(text, key):
    assert fold(text) == key


def test_keys_that_sort_and_that_merge():
    assert letters("D'Or 2") == "dor"
    assert strict("St-Paul") == strict("SAINT PAUL") == "saintpaul"


@pytest.mark.parametrize(
    "text", ["06.12.34.56.78", "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78"]
)
def test_phones_are_compared_by_their_digits(text):
    assert phone_key(text) == "0612345678"


@given(st.text())
def test_any_text_is_read_or_said_unreadable(text):
    parse(text)
    unquote(text)


@given(st.text())
def test_folding_is_settled_after_one_turn(text):
    assert fold(fold(text)) == fold(text)
