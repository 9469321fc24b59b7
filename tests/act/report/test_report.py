import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import sqlglot

from tocsin.act.report import tallies
from tocsin.act.report.questions import GROUPS
from tocsin.act.report.sections_trail import funnel_stages
from tocsin.act.report.whole import model
from tocsin.adapters.pages import Templates
from tocsin.core.evidence import digest_of
from tocsin.flow.report import READS, gather, report
from tocsin.flow.world import bind_published

HOSTILE = "<script>alert(1)</script>"


class Outline(HTMLParser):
    """What a reader's software sees: headings, ids, targets, tables, languages."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.headings, self.ids, self.targets, self.external = [], [], [], []
        self.tables = self.captions = self.scripts = self.rows_headed = 0
        self.spans: list[list[str]] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.scripts += tag == "script"
        self.rows_headed += tag == "th" and said.get("scope") == "row"
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in said:
            self.ids.append(said["id"])
        for name in ("href", "src", "action", "srcset", "data", "poster"):
            if name in said:
                known = said[name].startswith("#") or said[name] == "data:,"
                (self.targets if known else self.external).append(said[name])


@pytest.fixture(scope="module")
def page(whole) -> str:
    return Path(report(whole.world, Templates())).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shown(whole):
    """The page's model, every stage run."""
    return model(found(whole))


def found(made):
    bind_published(made.world, *READS)
    return gather(made.world)


def said_in(page: str, lang: str) -> list[str]:
    return re.findall(rf'<span lang="{lang}">(.*?)</span>', page)


@pytest.mark.parametrize("stages", [0, 1, 2, 3])
def test_every_question_is_answered_whatever_has_run(hand_made, stages):
    for stage in (hand_made.ingested, hand_made.detected, hand_made.scoped)[:stages]:
        stage()
    answered = [a for _, answers in model(found(hand_made)).answers for a in answers]
    assert [a.id for a in answered] == [f"Q{n:02}" for n in range(1, 28)]
    for answer in answered:
        assert answer.conclusion
        assert answer.confidence in {"certain", "probable", "unknown"}
        if answer.confidence == "unknown":
            told = " ".join(s.fr for s in answer.conclusion)
            assert answer.because or "Inconnu, parce qu" in told, answer.id
    if stages == 0:
        assert {a.confidence for a in answered} <= {"unknown", "probable"}


def test_the_questions_stand_in_their_five_groups():
    assert [len(group.questions) for group in GROUPS] == [7, 8, 3, 5, 4]


def test_the_page_runs_nothing_that_came_from_outside(page):
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert Outline(page).scripts == 1
    assert not re.search(r"<[^>]+\son[a-z]+=", page)
    assert not re.search(r"<[^>]+\sstyle=", page)


def test_the_page_asks_nothing_from_outside(page):
    outline = Outline(page)
    assert outline.external == []
    assert not re.search(r"https?://", page.replace("http-equiv", ""))
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_every_link_has_its_place_and_every_id_is_one(page):
    outline = Outline(page)
    assert len(outline.ids) == len(set(outline.ids))
    assert {t[1:] for t in outline.targets if t.startswith("#")} <= set(outline.ids)


def test_headings_come_in_order_and_tables_have_captions(page):
    outline = Outline(page)
    assert outline.headings.count(1) == 1
    for before, after in pairwise(outline.headings):
        assert after <= before + 1
    assert outline.tables == outline.captions > 8
    assert outline.rows_headed > outline.tables


def test_both_languages_are_whole(page):
    french, english = said_in(page, "fr"), said_in(page, "en")
    assert len(french) == len(english) > 200
    for fr, en in zip(french, english, strict=True):
        assert fr.strip(), en
        assert en.strip(), fr
        assert not re.search(r"\{\w+\}", fr + en)
    assert len(re.findall('<text lang="fr"', page)) == len(re.findall('<text lang="en"', page))
    assert len(re.findall('<title id="[a-z]+-title-fr"', page)) == 3


def test_the_switch_is_there_and_french_needs_no_script(page):
    assert page.count('<html lang="fr"') == 1
    assert 'class="switch" role="group" aria-labelledby="switch-name" hidden' in page
    assert len(re.findall('<button[^>]+aria-pressed="', page)) == 2


def test_the_figures_are_those_of_the_summaries(whole, shown):
    scope = whole.case.read_json("scope/summary.json")
    assert [f.value.en for f in shown.brief.figures] == ["20", "32", "40"]
    items = {
        row.cells[0].detail[0].en: [c.says.en for c in row.cells[1:4]]
        for row in shown.items.rows
    }
    assert items == {
        name: [str(n[grade]) for grade in ("certain", "probable", "possible")]
        for name, n in scope["items"].items()
    }
    assert shown.ledger.note[0].en == "180 = 170 + 6 + 4: it reconciles."
    pairs = shown.controllers.note[0].en
    assert pairs.startswith("48 person-controller pairs = 40 distinct persons + 8")


def test_the_query_beside_a_figure_gives_that_figure(whole):
    stages = funnel_stages(found(whole))
    assert len(stages) == 7
    engine = duckdb.connect()
    for _, figure, _, trace in stages:
        query = re.sub(
            r"'((?:trail|detect|scope)/[^']+)'", rf"'{whole.case.root}/\1'", trace.query
        )
        rows = engine.execute(query).fetchall()
        counted = len(rows) if trace.query.startswith("SELECT D") or "*" in query[:9] else None
        assert (counted if counted is not None else rows[0][0]) == figure, trace.query


def test_a_statement_is_said_word_for_word(whole, shown, page):
    for statement in whole.case.read_json("scope/summary.json")["statements"]:
        assert statement["says"]["en"].replace("'", "&#39;") in page
    brief = [s.en for s in shown.brief.sentences]
    assert "Medical data would not have been reached, but this cannot be excluded." in brief


def test_a_proposition_says_so_and_speaks_in_the_conditional(shown):
    brief = shown.brief
    assert brief.ahead is not None
    assert "aurait été utilisé" in brief.sentences[0].fr
    assert len(brief.sentences) <= 6


def test_the_director_reads_no_account(shown):
    brief = shown.brief
    for sentence in brief.sentences:
        assert not re.search(r"\bd\.(un|deux)\b", sentence.fr + sentence.en)


def test_without_a_theft_the_report_says_that_no_finding_is_a_result(hand_made):
    hand_made.ingested()
    hand_made.detected(theft=False)
    hand_made.scoped(theft=False)
    shown = model(found(hand_made))
    assert "Aucun résultat est un résultat" in shown.brief.sentences[0].fr
    assert shown.brief.sentences[1].fr == "Personne n\u2019est dans le périmètre."
    assert shown.brief.ahead is None
    assert "Aucun" in shown.answers[0][1][0].conclusion[0].fr


def test_no_identity_is_read_and_the_vault_stays_shut(whole, page):
    names = {shape.name for shape in READS}
    assert "persons" not in names
    for steps in (tallies.of_trail(), tallies.of_detection(), tallies.of_scope()):
        for step in steps:
            names |= set(step.reads)
            if "access" in step.reads:
                assert not re.search(r"\ba\.(query|client|address)\b", step.sql)
            assert "head" not in step.sql
    assert names <= {shape.name for shape in READS} | {"report_suspect", "report_best"}
    assert not any('"vault_opened"' in line for line in whole.case.journal())
    assert "NOM-DE-PATIENT-FICTIF" not in page


def test_ids_stand_only_where_they_are_asked_for(page):
    shown = re.findall(r"<code>(p\d+)</code>", page)
    assert len(shown) == 40
    outside = re.sub(r"<details class=\"trace\">.*?</details>", "", page, flags=re.DOTALL)
    assert not re.search(r"\bp\d+\b(?=</code>)", outside)


def test_the_report_is_journalled_by_its_digest(whole, page):
    assert digest_of(page) in whole.case.journal()[-1]
    assert '"event":"reported"' in whole.case.journal()[-1]


def test_every_tally_is_read_alike_by_both_engines():
    for step in (*tallies.of_trail(), *tallies.of_detection(), *tallies.of_scope()):
        assert step.portable
        (spark,) = sqlglot.transpile(step.sql, read="duckdb", write="spark")
        (back,) = sqlglot.transpile(spark, read="spark", write="duckdb")
        assert sqlglot.parse_one(back, read="duckdb")


def test_the_page_stays_small_at_fifty_thousand_persons(hand_made):
    hand_made.ingested()
    hand_made.detected()
    hand_made.scoped()
    many = f"""COPY (
      SELECT 'p' || r.range AS person, '99' || (r.range % 80) AS controller, i.item AS item,
        CASE WHEN r.range % 3 = 0 THEN 'certain' ELSE 'probable' END AS grade,
        'named' AS rule, now() AS first_at, now() AS last_at, 1::BIGINT AS sessions,
        1::BIGINT AS acts
      FROM range(50000) AS r, (VALUES ('identity.birth_name'), ('contact.phone')) AS i(item)
    ) TO '{hand_made.case.root}/scope/reach.parquet' (FORMAT parquet)"""
    duckdb.connect().execute(many)
    page = Path(report(hand_made.world, Templates())).read_text(encoding="utf-8")
    assert len(page) < 400_000
