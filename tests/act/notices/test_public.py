"""What everybody reads: all that was reached, of nobody in particular."""

from dataclasses import replace

import pytest
from made import HEAD, TEMPLATES, recipient

from tocsin.act.notices.public import as_page, of_all, public
from tocsin.act.notices.wording import CODE_MARK, PERSON_MARK, as_text
from tocsin.bench.notice_case import MadeCase, person
from tocsin.core.errors import InputError, RefusedError
from tocsin.wiring import notices
from tocsin.wiring.notices_public import write_public

PUBLIC = [name for name in TEMPLATES if name.startswith("public.")]
PEOPLE = [
    recipient("p1", items="identity.birth_name=certain|contact.phone=possible"),
    recipient(
        "p2",
        decision="unreachable",
        grade="probable",
        items="contact.phone=probable",
        controllers=("990000184",),
        first_on="2025-08-30",
    ),
    recipient("p3", decision="excluded", items="financial.iban=certain", last_on="2025-12-01"),
]


def test_each_item_has_its_surest_grade_whoever_it_is_of():
    told = of_all(PEOPLE)
    assert told.items == (
        "contact.phone=probable|financial.iban=certain|identity.birth_name=certain"
    )
    assert told.controllers == ("990000176", "990000184")
    assert (told.first_on, told.last_on) == ("2025-08-30", "2025-09-03")
    assert of_all([PEOPLE[2]]) is None


@pytest.mark.parametrize("name", PUBLIC)
def test_nobody_is_named_and_the_page_leads_nowhere(name):
    shown = public(TEMPLATES[name], HEAD, of_all(PEOPLE))
    page = as_page(shown)
    for text in (as_text(shown), page):
        assert PERSON_MARK not in text
        assert CODE_MARK not in text
        assert "Clinique d" in text
    for sign in ("<a", "href", "src=", "<script", "<form", "url("):
        assert sign not in page


def test_what_the_scope_found_reached_never_shows_no_sign():
    head = replace(HEAD, findings={"medical": "not_reached", "credential": "reached"})
    shown = as_text(public(TEMPLATES["public.fr"], head, of_all(PEOPLE)))
    before = as_text(public(TEMPLATES["public.fr"], HEAD, of_all(PEOPLE)))
    assert "mots de passe" in before
    assert "mots de passe et" not in shown
    assert "données médicales" in shown


def test_a_hostile_name_cannot_write_the_page():
    shown = public(TEMPLATES["public.fr"], HEAD, of_all(PEOPLE))
    assert "<script>" not in as_page(
        type(shown)(
            language="fr",
            subject="<script>",
            greeting="",
            passages=shown.passages,
            closing="<script>",
            sms="",
        )
    )


def test_a_campaign_gives_its_public_communication_outside_the_case(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    gone = {"email": "", "phone": "", "address": "", "postal_code": "", "city": ""}
    made = MadeCase(tmp_path / "made", [person(1), person(2, **gone)])
    reached = [(f"P{n:07d}", "990000176", "identity.birth_name", "certain") for n in (1, 2)]
    made.scope(reached)
    notices.plan(made.case, possible={})
    found = write_public(made.case, "", tmp_path / "out")
    assert (found["unreachable"], found["needed"]) == (1, True)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(found["files"])
    for file in (tmp_path / "out").iterdir():
        text = file.read_text()
        assert "NOMFICTIF" not in text
        assert "P00000" not in text
        assert "Centre hospitalier fictif" in text
    with pytest.raises(InputError):
        write_public(made.case, "", made.case / "out")
    made.scope(reached, proposition=True)
    notices.plan(made.case, possible={})
    with pytest.raises(RefusedError, match="PROPOSITION"):
        write_public(made.case, "", tmp_path / "out")
