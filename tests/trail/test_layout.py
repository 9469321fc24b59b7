"""The copies by account and by person answer as the trail does, and follow each new file."""

import json

import duckdb
import pyarrow.parquet as pq
import pytest
from small_estate import event, patient, user

from tocsin.flow import layout
from tocsin.wiring.lines import lines
from tocsin.wiring.world import open_world

pytestmark = pytest.mark.slow

MONTHS = ("2025-01-15T08:00:00Z", "2025-02-20T08:00:00Z", "2025-02-21T09:00:00Z")


def rows(*, at, account="d.un", person="p-1"):
    return [
        event(f"{at}-{account}-{person}", recorded=at, agent=[user(account)],
              entity=[patient(person)])
    ]  # fmt: skip


@pytest.fixture
def laid(place):
    """A case of three months of two accounts; its root, and what lays it out."""
    for n, at in enumerate(MONTHS):
        place.put(f"{n}.ndjson", [*rows(at=at), *rows(at=at, account="d.deux", person="p-2")])
    place.ingest()
    return place


def laid_out(place, least=0):
    with open_world(place.case, write=True) as (world, _):
        return layout.lay_out(world, least=least)


def answers(place):
    """Both questions; they are the same with copies and without."""
    asked = (
        lines(place.case, accounts=["d.un"]),
        lines(place.case, accounts=["d.deux", "d.un", "nobody", "o'clock"]),
        lines(place.case, persons=["p-2"]),
        lines(place.case, persons=["p-1", "p-2"]),
    )
    return json.loads(json.dumps(asked))


def copied(place):
    with open_world(place.case, write=False) as (world, _):
        return layout.bind(world, layout.layout.BY_PERSON, ["p-1"])


def test_the_copies_answer_as_the_trail_does(laid):
    before = answers(laid)
    assert not copied(laid)
    assert len(before[0]["lines"]) == 3
    assert before[2]["accounts"] == 1
    assert laid_out(laid) == 2  # stretches of thirty days
    assert copied(laid)
    assert answers(laid) == before


@pytest.mark.parametrize("named", ["account", "person"])
def test_each_copy_is_sorted_whatever_files_it_was_made_from(laid, named):
    at = "2025-05-10T08:00:00Z"
    laid.put("alone.ndjson", [*rows(at=at, account="d.zero", person="p-9"), *rows(at=at)])
    laid.ingest()
    laid_out(laid)
    files = list((laid.case / f"trail/layout/by_{named}").glob("*/*.parquet"))
    assert len(files) == 3
    for file in files:
        keys = [(r[named], r["occurred_at"]) for r in pq.read_table(file).to_pylist()]
        assert len(keys) > 1
        assert keys == sorted(keys)


def test_a_question_opens_only_the_files_that_can_answer_it(laid):
    laid_out(laid)
    written = json.loads((laid.case / "trail/layout/layout.json").read_text())
    for parts in written["files"]["by_account"].values():
        assert [part[:2] for part in parts] == [["d.deux", "d.un"]]
    for stretch in (laid.case / "trail/layout/by_account").iterdir():
        for file in stretch.iterdir():
            file.write_bytes(b"not read")
    assert lines(laid.case, accounts=["a", "d.uo"])["lines"] == []
    with pytest.raises(duckdb.Error):
        lines(laid.case, accounts=["d.un"])


def test_copies_of_an_older_form_are_made_again(laid):
    before = answers(laid)
    laid_out(laid)
    index = laid.case / "trail/layout/layout.json"
    told = json.loads(index.read_text())
    index.write_text(
        json.dumps({"made": 1, "marks": told["marks"], "files": {"by_account": {}}})
    )
    assert not copied(laid)
    assert answers(laid) == before
    assert laid_out(laid) == 2
    assert copied(laid)
    assert answers(laid) == before


def test_a_small_trail_needs_no_copy(laid):
    assert laid_out(laid, least=1_000) == 0
    assert not copied(laid)


def test_what_is_up_to_date_is_left_as_it_is(laid):
    laid_out(laid)
    before = sorted(laid.case.glob("trail/layout/**/*"))
    assert laid_out(laid) == 0
    assert sorted(laid.case.glob("trail/layout/**/*")) == before


def test_a_new_file_changes_only_the_stretches_that_it_touches(laid):
    laid_out(laid)
    before = {f.name for f in laid.case.glob("trail/layout/by_person/*")}
    laid.put("late.ndjson", rows(at="2025-02-22T08:00:00Z", person="p-3"))
    laid.ingest()
    assert not copied(laid)  # out of date: the trail itself answers
    assert lines(laid.case, persons=["p-3"])["lines"]
    assert laid_out(laid) == 1
    assert copied(laid)
    assert lines(laid.case, persons=["p-3"])["lines"]
    after = {f.name for f in laid.case.glob("trail/layout/by_person/*")}
    assert len(before & after) == 1
    assert len(after) == 2


def test_a_kill_before_the_index_leaves_the_copies_of_before(laid, monkeypatch):
    laid_out(laid)
    laid.put("late.ndjson", rows(at="2025-02-22T08:00:00Z", person="p-3"))
    laid.ingest()
    with open_world(laid.case, write=True) as (world, case), monkeypatch.context() as patch:
        patch.setattr(case, "write_json", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            layout.lay_out(world, least=0)
    assert not copied(laid)
    found = answers(laid)
    assert laid_out(laid) == 1
    assert answers(laid) == found
    assert len(list(laid.case.glob("trail/layout/by_person/*"))) == 2
