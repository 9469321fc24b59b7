"""The professional's questionnaire: what it says, what comes back, what it does to a run."""

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from second_region import Second

from tocsin.core.errors import InputError, TocsinError
from tocsin.detect import answers, question_page, questions
from tocsin.detect.questions import Around, Sitting
from tocsin.wiring import answers as door
from tocsin.wiring import stages, trails
from tocsin.wiring.cases import open_case

NOON = datetime(2025, 9, 1, 12, tzinfo=UTC)


def sitting(number, *, suspect=False, persons=4):
    return Sitting(
        session=f"{number:016x}",
        start_at=NOON + timedelta(days=number),
        end_at=NOON + timedelta(days=number, minutes=20),
        persons=persons,
        probability=0.9 if suspect else 0.0,
        suspect=suspect,
    )


@pytest.fixture
def asked():
    listed = [sitting(n, suspect=n in (5, 6)) for n in range(12)]
    around = {f"{5:016x}": Around(services=("Parcours",), place="203.0.113.0/24")}
    return questions.form(listed, around, case="c1", account="<u>&1", operator="O")


def filled(asked, way="pas moi"):
    return questions.as_text(asked).replace("réponse / answer :", f"réponse / answer : {way}")


def test_suspicions_stand_among_ordinary_sessions_in_order_of_time(asked):
    names = [question.session for question in asked.questions]
    assert names == sorted(names)
    assert {f"{5:016x}", f"{6:016x}"} < set(names)


@pytest.mark.parametrize(
    ("word", "way"),
    [
        pytest.param("moi", "me", id="French"),
        pytest.param(" Pas moi. ", "not_me", id="with a capital and a stop"),
        pytest.param("not me", "not_me", id="English"),
        pytest.param("quelqu\u2019un que je connais", "known", id="another apostrophe"),
        pytest.param("je ne sais pas", "unsure", id="in doubt"),
    ],
)
def test_a_filled_text_is_read_back(asked, word, way):
    found = answers.read(filled(asked, word).replace("\n", "\r\n"))
    assert (found.case, found.account, found.questionnaire) == ("c1", "<u>&1", asked.id)
    assert {one.way for one in found.answers} == {way}
    assert len(found.answers) == len(asked.questions)


def test_the_page_holds_no_markup_of_the_outside_and_opens_no_network(asked):
    page = question_page.as_page(asked)
    assert "<u>" not in page
    assert "default-src 'none'" in page.replace("&#x27;", "'")
    assert "http://" not in page
    assert "https://" not in page
    head = page.split('id="head">')[1].split("</script>")[0]
    assert json.loads(head)["sessions"] == [one.session for one in asked.questions]


HOSTILE = {
    "empty": "",
    "not a form": "bonjour",
    "torn JSON": '{"tocsin_answers": 1',
    "deep JSON": '{"a":' * 50_000,
    "another JSON": "{}",
    "a list of numbers": '{"tocsin_answers": 1, "answers": [1]}',
    "no head": '{"tocsin_answers": 1, "answers": []}',
    "too large": "x" * (answers.LARGEST + 1),
    "an answer that is none": "QUESTIONNAIRE TOCSIN 1\ndossier: c\nquestionnaire: q\n"
    "compte: a\n[1] session s\nréponse / answer : peut-être\n",
    "the same session twice": "QUESTIONNAIRE TOCSIN 1\ndossier: c\nquestionnaire: q\n"
    "compte: a\n[1] session s\n[2] session s\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_that_is_no_answer_is_refused_with_a_next_step(text):
    with pytest.raises(InputError) as refused:
        answers.read(text)
    assert refused.value.next_step


@given(st.text(max_size=400))
@example("] session ")
def test_no_text_does_worse_than_be_refused(text):
    for start in ("", "QUESTIONNAIRE TOCSIN 1\n", '{"tocsin_answers": 1, "answers": '):
        with contextlib.suppress(TocsinError):
            answers.read(start + text)


def test_answers_of_another_case_or_about_other_sessions_are_refused(asked):
    found = answers.read(filled(asked))
    names = [question.session for question in asked.questions]
    assert answers.checked(found, case="c1", account="<u>&1", sessions=names) is found
    for wrong in (
        {"case": "c2", "account": "<u>&1", "sessions": names},
        {"case": "c1", "account": "other", "sessions": names},
        {"case": "c1", "account": "<u>&1", "sessions": names[1:]},
    ):
        with pytest.raises(InputError):
            answers.checked(found, **wrong)


def test_not_me_is_hard_evidence_and_me_is_weighed(keys, tmp_path):
    Second(seed=5, attack="none", accounts=25, persons=400, days=12).write(tmp_path / "e")
    case = tmp_path / "case"
    open_case(case, tmp_path / "e/estate.toml")
    trails.ingest(case)
    stages.detect(case)
    listed = pq.read_table(case / "detect/sessions.parquet").to_pylist()
    account = listed[0]["account"]
    told = door.ask(case, account, tmp_path / "form.txt")
    with pytest.raises(InputError):
        door.ask(case, account, tmp_path / "form.txt")
    text = (tmp_path / "form.txt").read_text()
    text = text.replace("réponse / answer :", "réponse / answer : pas moi", 1)
    text = text.replace("réponse / answer :\n", "réponse / answer : moi\n")
    text = text.replace("remarque / remark :", "remarque / remark : Mme Untel", 1)
    (tmp_path / "back.txt").write_text(text)
    found = door.answer(case, tmp_path / "back.txt", "A. Analyste")
    assert found["given"] == {"not_me": 1, "me": len(told["sessions"]) - 1}
    listed = pq.read_table(case / "detect/sessions.parquet").to_pylist()
    now = {row["session"]: row for row in listed}
    assert now[told["sessions"][0]]["verdict"] == "usurped"
    assert now[told["sessions"][1]]["verdict"] == "legitimate"
    kept = "".join(path.read_text() for path in (case / "detect").rglob("*.json"))
    assert "Untel" not in kept + (case / "journal.ndjson").read_text()
