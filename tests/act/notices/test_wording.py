"""What a person reads: names of items, never values; grades, negatives and readers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import HEAD, TEMPLATES, told

from tocsin.act.notices.wording import as_text, notice, person_name, personal

FR, EN, EASY = (TEMPLATES[f"notice.{name}"] for name in ("fr", "en", "facile"))


def text(template=FR, head=HEAD, **more):
    shown = as_text(notice(template, head, told(**more)))
    return personal(shown, person="Jeanne MARTIN", code="ABCD-EFGH-2345")


@pytest.mark.parametrize(
    ("grade", "words"),
    [
        ("certain", "Elle a vu des données"),
        ("probable", "Elle a très probablement vu"),
        ("possible", "Elle a pu voir"),
    ],
)
def test_the_wording_follows_the_grade(grade, words):
    assert words in text(grade=grade, items=f"identity.birth_name={grade}")


def test_a_negative_is_said_only_of_what_the_scope_proves():
    said = text()
    before, _, after = said.partition("sans pouvoir l'exclure tout à fait")
    assert "données médicales" in before
    assert "données bancaires" in before
    assert "mots de passe" in after


def test_a_category_that_may_have_been_reached_is_in_no_negative():
    said = text(items="identity.birth_name=certain|medical.diagnosis=possible")
    assert "données médicales" not in said
    assert "diagnostic" in said


def test_a_service_that_tells_of_health_is_not_named():
    said = text(items="implied.palliative=certain|medical.hiv_status=certain")
    assert "palliati" not in said
    assert "hiv" not in said
    assert "inscrit dans un service de santé" in said


@pytest.mark.parametrize(
    ("reader", "words"),
    [("parent", "titulaire de l'autorité parentale"), ("guardian", "représentant")],
)
def test_who_reads_for_another_is_told_so(reader, words):
    said = text(reader=reader)
    assert words in said
    assert "qui concernent Jeanne MARTIN" in said


def test_dates_are_read_aloud():
    assert "Entre le 1er septembre 2025 et le 3 septembre 2025" in text()
    assert "Le 3 septembre 2025, une personne" in text(first_on="2025-09-03")
    assert "Between 1 September 2025 and 3 September 2025" in text(EN)
    assert "date que nous ne connaissons pas encore" in text(first_on="", last_on="")


def test_the_controllers_officer_is_named_before_the_operators():
    head = replace(HEAD, dpos={**HEAD.dpos, "990000176": "M. Essai, dpo@ch.invalid"})
    said = text(head=head)
    assert said.index("dpo@ch.invalid") < said.index("dpo@grades-demo.invalid")


def test_measures_that_were_recorded_are_told_with_their_day():
    head = replace(HEAD, measures=(("traces", ""), ("contained", "2025-09-05")))
    assert "fermé le 5 septembre 2025" in text(head=head)


def test_the_easy_notice_says_the_same_items():
    assert "nom de naissance" in text(EASY)


@given(
    st.fixed_dictionaries(
        {name: st.text(max_size=30) for name in ("first_names", "used_name", "birth_name")}
    )
)
def test_a_name_brings_no_control_character_into_a_notice(row):
    name = person_name(row)
    assert all(c.isprintable() for c in name)
    assert len(name) <= 120


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2025-09-04", "2025-09-04", "survenus le 4 septembre 2025 dans"),
        ("2025-09-01", "2025-09-03", "survenus entre le 1er septembre 2025 et le 3"),
        ("", "", "survenus à une date encore inconnue dans"),
    ],
)
def test_the_complaint_in_an_english_notice_is_in_french_with_its_date(first, last, expected):
    shown = notice(TEMPLATES["notice.en"], HEAD, told(first_on=first, last_on=last))
    form = next(one for one in shown.passages if one.id == "complaint_form")
    said = " ".join(block.text for block in form.blocks)
    assert expected in said
    assert "September" not in said


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "numéro de santé (INS)"),
        ("en", "health number (INS)"),
        ("facile", "raison des soins"),
    ],
)
def test_an_item_is_named_in_words_that_the_person_knows(language, expected):
    items = "identifier.ins=certain|medical.reason=certain"
    shown = notice(TEMPLATES[f"notice.{language}"], HEAD, told(items=items))
    assert f"- {expected}\n" in as_text(shown)
