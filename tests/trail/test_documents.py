"""Entries of a JSON document are found one by one, also after a broken one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.trail.documents import BROKEN, NO_OBJECT, NO_RESOURCE, cut_json

SIZES = (0, 1, 7, 1000)


def cut(raw, size=0):
    raw = raw.encode() if isinstance(raw, str) else raw
    chunks = [raw[i : i + size] for i in range(0, len(raw), size)] if size else [raw]
    rows = []
    for batch in cut_json(chunks):
        rows += [(r["position"], r["line"], r["reason"]) for r in batch.to_pylist()]
    return rows


def resource(n):
    start = f'{{"resourceType":"AuditEvent","id":"{n}",'
    return start + r'"name":"}{\" [","agent":[{"a":[1]}]}'


def entry(n):
    return f'{{"fullUrl":"urn:{n}","resource":{resource(n)}}}'


def bundle(*entries, tail=""):
    return f'{{"resourceType":"Bundle","entry":[{",".join(entries)}]{tail}}}'


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(bundle(entry(1), entry(2)), [1, 2], id="bundle"),
        pytest.param(bundle(entry(1), tail=',"link":[{"a":"]}"}]'), [1], id="a tail"),
        pytest.param(bundle(), [], id="no entries"),
        pytest.param('{"resourceType":"Bundle"}', [], id="no list"),
        pytest.param(f"[{resource(1)},\n{resource(2)}]", [1, 2], id="array"),
        pytest.param(f"{resource(1)}\n{resource(2)}\n", [1, 2], id="ndjson"),
        pytest.param(
            bundle(entry(1), "5", "null", '"x"', "{}", entry(2)),
            [1, NO_OBJECT, NO_OBJECT, NO_OBJECT, NO_RESOURCE, 2],
            id="elements that are no entries",
        ),
        pytest.param(
            bundle(entry(1), '{"fullUrl":"u","resource":{"id":}}', entry(2)),
            [1, "not JSON", 2],
            id="an entry that is no JSON",
        ),
        pytest.param(
            bundle(entry(1), entry(2)[:-2], entry(3)), [1, BROKEN, 3], id="not closed"
        ),
        pytest.param(
            bundle(entry(1), entry(2) + "}", entry(3)), [1, BROKEN, 3], id="closed twice"
        ),
        pytest.param(
            bundle(entry(1), '{"resource":{"id":"abc},', entry(3)),
            [1, BROKEN, 3],
            id="a text not ended",
        ),
        pytest.param(bundle(entry(1), entry(2))[:-30], [1, BROKEN], id="truncated"),
    ],
)
def test_each_entry_is_one_rank(text, expected, size):
    found = cut(text, size)
    assert [row[0] for row in found] == list(range(1, len(expected) + 1))
    told = [
        (reason if line is None else int(json.loads(line)["id"])) for _, line, reason in found
    ]
    assert told == expected


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("indent", [None, 1, "\t"])
def test_a_pretty_document_is_one_entry_each(size, indent):
    one = json.loads(resource(1))
    whole = {"resourceType": "Bundle", "entry": [{"resource": one}] * 2}
    for value, many in ((one, 1), (whole, 2), ([one, one, one], 3)):
        for sort in (False, True):
            text = json.dumps(value, indent=indent, sort_keys=sort)
            assert [json.loads(line) for _, line, _ in cut(text, size)] == [one] * many


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.dictionaries(st.sampled_from(["a", "é", "entry"]), values), max_size=5),
    size=st.integers(1, 60),
    indent=st.sampled_from([None, 2]),
)
def test_any_bundle_gives_back_its_resources(names, size, indent):
    resources = [{"resourceType": "AuditEvent", **name} for name in names]
    whole = {
        "resourceType": "Bundle",
        "id": "b",
        "entry": [{"fullUrl": "u", "resource": r} for r in resources],
    }
    text = json.dumps(whole, indent=indent, ensure_ascii=False)
    assert [json.loads(line) for _, line, _ in cut(text, size)] == resources


@given(raw=st.binary(max_size=120), size=st.integers(1, 30))
def test_no_bytes_are_fatal(raw, size):
    cut(b"{" + raw, size)
    cut(b'{"resourceType":"Bundle","entry":[' + raw, size)
