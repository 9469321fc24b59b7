"""Letters: the address in the window, the same bytes for the same letter, nothing as markup."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import HEAD, TEMPLATES, told

from tocsin.act.notices import letters
from tocsin.act.notices.letters import Letter
from tocsin.act.notices.wording import notice
from tocsin.adapters.typst_pages import LetterPress

AT = datetime(2025, 9, 10, tzinfo=UTC)
MM = 72 / 25.4
HOME = {
    "address": "Bâtiment B, escalier 3\n12 rue des Trois-Frères-Barthélemy",
    "postal_code": "99000",
    "city": "Fictiville",
}


@pytest.mark.parametrize(
    ("contact", "reader", "expected"),
    [
        (
            HOME,
            "person",
            (
                "Jeanne MARTIN",
                "Bâtiment B, escalier 3",
                "12 rue des Trois-Frères-Barthélemy",
                "99000 FICTIVILLE",
            ),
        ),
        (
            HOME | {"guardian_name": "Garante FICTIVE", "guardian_address": "1 rue B"},
            "guardian",
            ("Garante FICTIVE", "1 rue B", "99000 FICTIVILLE"),
        ),
        (
            HOME | {"guardian_name": "Garante F", "guardian_address": "1 rue B 99100 Ville"},
            "guardian",
            ("Garante F", "1 rue B 99100 Ville"),
        ),
        (
            HOME,
            "parent",
            (
                "Au titulaire de l'autorité parentale",
                "de Jeanne MARTIN",
                "Bâtiment B, escalier 3",
                "12 rue des Trois-Frères-Barthélemy",
                "99000 FICTIVILLE",
            ),
        ),
    ],
)
def test_the_address_is_the_readers(contact, reader, expected):
    assert letters.address(contact, "Jeanne MARTIN", reader, "fr") == expected


@given(st.dictionaries(st.sampled_from([*HOME, "guardian_name"]), st.text(max_size=300)))
def test_no_address_outgrows_the_window(contact):
    lines = letters.address(contact, "Jeanne MARTIN", "person", "fr")
    assert len(lines) <= 6
    assert all(len(line) <= 38 and line.isprintable() for line in lines)


def letter(n=0, person="Jeanne MARTIN", language="fr", **more):
    shown = notice(TEMPLATES[f"notice.{language}"], HEAD, told(**more))
    return Letter(
        notice=f"{n:032x}",
        code="ABCD-EFGH-2345",
        address=(person, *["Ligne longue de trente-huit signes mmm"] * 4, "99000 FICTIVILLE"),
        person=person,
        shown=shown,
    )


def printed(*listed, tagged=True):
    values = letters.sheet(listed, HEAD, on="2025-09-10")
    return LetterPress(tagged=tagged).letters(values, at=AT)


def poppler(tool, *words):
    if shutil.which(tool) is None:
        pytest.skip("poppler-utils is not here: make servers")
    return subprocess.run(
        [tool, *words], capture_output=True, text=True, check=True, errors="replace"
    ).stdout


def test_the_address_stands_where_both_windows_show_it_and_nothing_else_does(tmp_path):
    file = tmp_path / "one.pdf"
    file.write_bytes(printed(letter()))
    found = poppler("pdftotext", "-bbox", "-l", "1", str(file), "-")
    words = [
        (*(float(x) / MM for x in box[:4]), box[4])
        for box in re.findall(
            r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<',
            found,
        )
    ]
    inside = [w for w in words if w[2] > 88 and w[3] > 43 and w[1] < 103]
    assert {"MARTIN", "FICTIVILLE"} <= {w[4] for w in inside}
    for x0, y0, x1, y1, word in inside:
        assert x0 >= 109.5, word
        assert x1 <= 191, word
        assert y0 >= 56.5, word
        assert y1 <= 79.5, word


def test_a_letter_is_tagged_titled_and_one_sheet(tmp_path):
    file = tmp_path / "one.pdf"
    file.write_bytes(printed(letter()))
    facts = poppler("pdfinfo", str(file))
    assert re.search(r"Tagged:\s+yes", facts)
    assert re.search(r"Pages:\s+2", facts)
    assert re.search(r"Title:\s+Information sur vos données", facts)
    assert b"pdfuaid:part" in file.read_bytes()


def test_each_letter_of_a_batch_begins_on_a_new_sheet(tmp_path):
    file = tmp_path / "three.pdf"
    file.write_bytes(printed(*(letter(n, f"Personne {n}") for n in range(3))))
    for n in range(3):
        page = str(2 * n + 1)
        text = poppler("pdftotext", "-f", page, "-l", page, str(file), "-")
        assert f"Cet avis concerne Personne {n}" in text


def words_of(file):
    return poppler("pdftotext", "-raw", str(file), "-").replace("\f", "\n").split()


def test_a_letter_for_a_printer_has_the_same_words_and_no_tags(tmp_path):
    listed = [letter(n, f"Personne {n}") for n in range(2)]
    for name, tagged in (("tagged", True), ("plain", False)):
        (tmp_path / name).write_bytes(printed(*listed, tagged=tagged))
    assert re.search(r"Tagged:\s+no", poppler("pdfinfo", str(tmp_path / "plain")))
    assert re.search(r"Pages:\s+4", poppler("pdfinfo", str(tmp_path / "plain")))
    bullets = {"•", "Essai", "Opérateur", "d'Essai"}  # the foot stands at another place
    tagged, plain = ([w for w in words_of(tmp_path / n) if w not in bullets]
                     for n in ("tagged", "plain"))  # fmt: skip
    assert sorted(tagged) == sorted(plain)


def test_letters_of_one_batch_may_say_different_things(tmp_path):
    file = tmp_path / "two.pdf"
    one, two = letter(0, "Ada UNE"), letter(1, "Bob DEUX", items="contact.email=certain")
    file.write_bytes(printed(one, two))
    text = poppler("pdftotext", str(file), "-")
    assert text.count("Ada UNE") == text.count("Bob DEUX") >= 3
    assert (text.count("• courriel"), text.count("• téléphone")) == (1, 1)


def test_paragraphs_and_lists_are_tagged_as_such(tmp_path):
    file = tmp_path / "one.pdf"
    file.write_bytes(printed(letter()))
    marks = poppler("pdfinfo", "-struct", str(file))
    found = re.findall(r"^  (\S+) ", marks, re.M)
    assert set(found) == {"P", "L", "H1", "H2"}
    assert found[:4] == ["P", "P", "P", "H1"]


def test_the_same_letters_make_the_same_bytes():
    assert printed(letter()) == printed(letter())


@pytest.mark.parametrize(
    "name", ['#read("/etc/passwd")', "$x$ *gras* _i_ <a> @b", "Ж 漢字 🙂", "a\x00\u202eb"]
)
def test_a_hostile_name_is_printed_as_it_is(name, tmp_path):
    file = tmp_path / "hostile.pdf"
    file.write_bytes(printed(letter(person=name)))
    text = poppler("pdftotext", str(file), "-")
    assert "root:" not in text
    assert "Cet avis concerne" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("batch,notice,code\nb,n1,C1\nb,n2,C2\n", ["n1", "n2"]),
        ("code\nC1\n", ["C1"]),
        ("C1\nC2\n\n", ["C1", "C2"]),
        ("", []),
    ],
)
def test_a_list_that_comes_back_is_read(text, expected):
    assert letters.listed(text) == expected


@pytest.mark.parametrize("tagged", [True, False])
@pytest.mark.parametrize(("sentences", "expected"), [(0, 2), (40, 3)])
def test_the_pages_of_a_letter_are_counted_however_long_it_is(tagged, sentences, expected):
    long = {"fr": ("Une mesure de plus, dite longuement, sur deux lignes. " * 3,) * sentences}
    head = replace(HEAD, said=long)
    one = Letter(
        notice="0" * 32,
        code="ABCD-EFGH-2345",
        address=("Jeanne MARTIN", "99000 FICTIVILLE"),
        person="Jeanne MARTIN",
        shown=notice(TEMPLATES["notice.fr"], head, told()),
    )
    press = LetterPress(tagged=tagged)
    values = letters.sheet([one], head, on="2025-09-10")
    assert letters.pages(press.letters(values, at=AT)) == expected
