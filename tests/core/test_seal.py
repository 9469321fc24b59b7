"""A manifest and a seal have one spelling each; a claim fails when its two sides differ."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.seal import (
    Finding,
    Member,
    Seal,
    claim,
    is_safe,
    manifest,
    members_of,
    root_of,
    seal_of,
    unchecked,
    verdict,
)

SEAL = Seal(
    case="c1",
    identities=False,
    root="ab" * 32,
    size=2,
    key=f"ed25519:{'0' * 64}",
    tool="1",
    rules={"scope": "cd" * 32},
)

names = st.text(string.ascii_letters + "é-_. ", min_size=1, max_size=20).filter(
    lambda name: name not in (".", "..")
)
members = st.lists(
    st.builds(Member, names, st.text("0123456789abcdef", min_size=64, max_size=64))
)


@given(members)
def test_a_manifest_is_read_as_it_was_written(listed):
    assert members_of(manifest(listed)) == tuple(listed)


@given(members.filter(bool), st.data())
def test_a_manifest_with_another_byte_is_another_or_none(listed, data):
    text = bytearray(manifest(listed))
    at = data.draw(st.integers(0, len(text) - 1))
    text[at] ^= data.draw(st.integers(1, 255))
    found = members_of(bytes(text))
    assert found is None or root_of(found) != root_of(listed)


def test_a_seal_is_read_as_it_was_written():
    assert seal_of(SEAL.text()) == SEAL


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]\n", id="no object"),
        pytest.param(b"{}\n", id="no field"),
        pytest.param(SEAL.text() + b" ", id="a byte more"),
        pytest.param(SEAL.text().replace(b'"size":2', b'"size": 2'), id="a space"),
        pytest.param(SEAL.text().replace(b'"format":1', b'"format":2'), id="another format"),
        pytest.param(SEAL.text().replace(b'{"', b'{"more":1,"', 1), id="a field more"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_what_is_no_seal_to_the_byte_is_none(text):
    assert seal_of(text) is None


def test_the_signature_covers_everything_else():
    for name in ("case", "root", "key", "tool", "timestamp"):
        assert replace(SEAL, **{name: "x"}).signed() != SEAL.signed()
    assert replace(SEAL, identities=True).signed() != SEAL.signed()
    assert replace(SEAL, size=3).signed() != SEAL.signed()
    assert replace(SEAL, signature="00").signed() == SEAL.signed()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a", True),
        ("a/b.c", True),
        ("élan/été", True),
        ("", False),
        ("/a", False),
        ("a/", False),
        ("a//b", False),
        ("../a", False),
        ("a/../b", False),
        ("./a", False),
        ("a\\b", False),
        ("a\nb", False),
        ("a\0b", False),
    ],
)
def test_a_name_is_safe_when_it_stays_below_and_reads_one_way(name, safe):
    assert is_safe(name) is safe


def test_one_claim_that_fails_makes_the_whole_fail():
    good, bad, unknown = claim("a", 1, 1), claim("b", 1, 2), unchecked("c", "no bytes")
    assert verdict([good, unknown])["result"] == "PASS"
    found = verdict([good, bad, unknown])
    assert found["result"] == "FAIL"
    assert found["claims"][1] == {
        "claim": "b",
        "result": Finding.FAIL,
        "expected": "1",
        "found": "2",
    }
