"""The plain figures of the outlier detectors, on a trail that can be counted by hand."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from tocsin.bench import sheet
from tocsin.bench.switching import _sessions
from tocsin.detect.swaps import Trials

NAMES = {name: j for j, name in enumerate(sheet.NAMES)}


@pytest.fixture
def walked(tmp_path):
    """Two accounts of two teams, a session a day each; the last trial puts one on the other."""
    file = Path(tmp_path) / "edits.parquet"
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    db.execute(
        "CREATE TABLE e (account TEXT, team BIGINT, occurred_at TIMESTAMPTZ, "
        "utc_offset TEXT, bot BOOLEAN, object TEXT)"
    )
    rows = [
        (who, team, f"2025-03-{day:02d} {hour}:00:00+00", "+0100", False, thing)
        for day in (3, 4, 5)
        for who, team, hour, things in (
            ("ann", 1, "09", ("src/a/x", "src/a/y")),
            ("bob", 2, "20", ("docs/b/z",)),
        )
        for thing in things
    ]  # fmt: skip
    db.executemany("INSERT INTO e VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.execute(f"COPY e TO '{file}'")
    _sessions(db, file)
    # Sessions by start: ann, bob, ann, bob, ann, bob.
    every = np.arange(6)
    trials = Trials(
        session=np.append(every, 3),
        clock=np.append(every, 3),
        on=np.append(every, 4),
        kind=np.append(np.full(6, -1), 0),
        past=np.append(every // 2, 2),
    )
    wanted = np.array([False, False, True, True, True, True, True])
    return sheet.figures(db, every % 2, trials, wanted)


def test_what_is_not_wanted_is_not_counted(walked):
    assert np.isnan(walked[:2]).all()
    assert not np.isnan(walked[2:]).any()


def test_the_owner_shows_nothing_new_and_a_stranger_everything(walked):
    own, stranger = walked[4], walked[6]
    for name in ("new objects", "new areas", "unexplained"):
        assert own[NAMES[name]] == 0.0
        assert stranger[NAMES[name]] == 1.0
    for name in ("hour", "team", "area mean"):
        assert own[NAMES[name]] < 0.0 < stranger[NAMES[name]]


def test_the_ratio_is_everybodys_share_over_the_accounts(walked):
    # Of four earlier sessions two are of team 2, none of them ann's, who has two.
    share = (2 + 1) / (4 + 40)
    assert walked[6, NAMES["team"]] == pytest.approx(np.log(share * (2 + 3) / (3 * share)))
    assert walked[4, NAMES["volume"]] == pytest.approx(np.log(2))
    assert walked[4, NAMES["areas"]] == 0.0
