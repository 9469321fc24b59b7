import os
import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.adapters.typst_pages import TypstPrinter

AT = datetime(2025, 9, 8, 1, 2, 3, 456, tzinfo=UTC)


def paper(**more):
    return {
        "title": "Titre",
        "operator": "GRADeS",
        "lang": "fr",
        "to": "",
        "mark": [],
        "facts": [],
        "foot": "",
        "paragraphs": [],
        "blocks": [],
        "signature": "",
        "picture": "",
        "tells": "",
        "words": {"field": "Champ", "value": "Valeur"},
        **more,
    }


def text_of(pdf: bytes, tmp_path) -> str:
    if shutil.which("pdftotext") is None and not os.environ.get("CI"):
        pytest.skip("pdftotext is absent: sh tests/servers.sh")
    (tmp_path / "a.pdf").write_bytes(pdf)
    return subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "a.pdf"), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_paper_is_a_tagged_pdf_and_the_same_values_give_the_same_bytes():
    first = TypstPrinter().pdf("paper.typ", paper(), at=AT)
    assert first == TypstPrinter().pdf("paper.typ", paper(), at=AT)
    assert first.startswith(b"%PDF-")
    assert b"pdfuaid" in first
    assert b"/StructTreeRoot" in first or b"/ObjStm" in first


def test_markup_in_a_value_is_printed_as_it_is(tmp_path):
    hostile = '#eval("1+1") *b* $x$ </w> @cite #read("/etc/passwd") \\u{41}'
    pdf = TypstPrinter().pdf("paper.typ", paper(paragraphs=[hostile]), at=AT)
    assert hostile in text_of(pdf, tmp_path)


@settings(max_examples=25, deadline=None)
@given(st.text())
def test_no_text_from_outside_can_stop_a_paper(text):
    values = paper(title=f"T {text}", operator=text, paragraphs=[text], foot=text)
    assert TypstPrinter().pdf("paper.typ", values, at=AT).startswith(b"%PDF-")


def test_a_character_that_no_font_has_is_printed_as_a_square(tmp_path):
    pdf = TypstPrinter().pdf("paper.typ", paper(paragraphs=["né 中 \x00 fin"]), at=AT)
    shown = text_of(pdf, tmp_path)
    assert "né □" in shown
    assert "fin" in shown
