from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tocsin.act.report.findings import Interval
from tocsin.act.report.pictures import LEFT, RIGHT, WIDTH, Axis, funnel, strip_boxes
from tocsin.act.report.sentences import plain

START = datetime(2025, 9, 1, tzinfo=UTC)
AXIS = Axis(START, START + timedelta(days=30))

spans = st.tuples(st.floats(-50, 1000), st.floats(0.01, 300)).map(
    lambda pair: (
        START + timedelta(hours=pair[0]),
        START + timedelta(hours=pair[0] + pair[1]),
    )
)


@given(spans, st.floats(0.5, 6))
def test_what_is_drawn_stays_inside_and_can_be_seen(span, least):
    x, width = AXIS.span(*span, least)
    assert width >= round(least, 1)
    assert x >= LEFT - 6.5
    assert x + width <= WIDTH - RIGHT + 0.2


def interval(state: str, start: int, end: int) -> Interval:
    return Interval(
        source="a",
        start_at=START + timedelta(hours=start),
        end_at=START + timedelta(hours=end),
        state=state,
        offset_s=None,
        why="",
    )


def test_a_gap_is_drawn_over_what_is_trailed():
    tiles = (
        interval("trailed", 0, 10),
        interval("silent", 10, 12),
        interval("trailed", 12, 700),
    )
    boxes = strip_boxes(tiles, AXIS, ["a"], 0.0)
    assert [box.mark for box in boxes] == ["trailed", "silent"]
    assert boxes[1].width >= 3


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=7))
def test_more_is_never_drawn_shorter(counts):
    drawn = funnel([(plain("x"), n, "lines") for n in counts], (plain("t"), plain("d")))
    pairs = sorted(zip(counts, [box.width for box in drawn.boxes], strict=True))
    assert all(low[1] <= high[1] for low, high in pairwise(pairs))
    assert all(box.x + box.width <= drawn.width for box in drawn.boxes)
