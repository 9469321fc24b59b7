import numpy as np
import pytest

from tocsin.core.zones import DAY_US, HOUR_US
from tocsin.decide.continuity import Stretch, compare, line, sentence, stretches
from tocsin.decide.habit import quantile
from tocsin.decide.picture import drawn

MONDAY_US = 1_756_684_800_000_000  # 2025-09-01T00:00:00Z, a Monday
PARIS = "Europe/Paris"


def activity(*, days: int, a_day: int, seed: int, spread: float = 0.1) -> dict[int, int]:
    """Acts by hour of a service with a rhythm of the day and the week, and uneven days."""
    chance = np.random.default_rng(seed)
    found = {}
    for day in range(days):
        weekend = 0.25 if day % 7 >= 5 else 1.0
        mood = max(0.2, 1 + spread * chance.standard_normal())
        for hour in range(24):
            share = 1 / 10 if 8 <= hour < 18 else 1 / 200
            acts = int(chance.poisson(a_day * share * weekend * mood))
            if acts:
                found[MONDAY_US + (day * 24 + hour) * HOUR_US] = acts
    return found


def service(acts, days=42, blind=()):
    window = (MONDAY_US, MONDAY_US + days * DAY_US)
    made = line("s", acts, window, blind, "UTC")
    assert made is not None
    return made


def after(day: int, days: int = 7) -> Stretch:
    start = MONDAY_US + day * DAY_US
    return Stretch(period="after", start_us=start, end_us=start + days * DAY_US)


def test_a_usual_week_is_no_change_and_its_interval_holds_the_truth():
    (found,) = compare([service(activity(days=42, a_day=900, seed=1))], [after(30)])
    assert found.finding == "no_change"
    assert found.low < 0 < found.high


@pytest.mark.parametrize("left", [0.0, 0.4])
def test_a_service_that_was_cut_is_a_change(left):
    acts = activity(days=42, a_day=900, seed=2)
    cut = {
        h: int(n * left) if 30 <= (h - MONDAY_US) / DAY_US < 37 else n for h, n in acts.items()
    }
    (found,) = compare([service(cut)], [after(30)])
    assert found.finding == "change"
    assert found.high < 0


def test_what_is_too_quiet_too_short_or_blind_cannot_be_told():
    quiet = service(activity(days=42, a_day=3, seed=3))
    short = service(activity(days=12, a_day=900, seed=3), days=12)
    dark = (MONDAY_US + 30 * DAY_US, MONDAY_US + 37 * DAY_US)
    blind = service(activity(days=42, a_day=900, seed=3), blind=[dark])
    for one, where, why in (
        (quiet, after(30, 1), "few_acts"),
        (short, after(5), "short_history"),
        (blind, after(30), "blind"),
    ):
        (found,) = compare([one], [where])
        assert found.finding == "cannot_tell"
        assert found.measures[0][1].why == why


def test_calm_services_seldom_change():
    measured = [after(28, 2), after(30)]
    found = [
        compare([service(activity(days=42, a_day=600, seed=s, spread=0.15))], measured)[0]
        for s in range(100)
    ]
    assert sum(f.finding == "change" for f in found) <= 8


def test_the_attack_is_measured_by_whole_local_days_and_stops_at_the_containment():
    first = MONDAY_US + 10 * DAY_US + 3 * HOUR_US
    attack, containment, week = stretches(first, first + HOUR_US, [first + 5 * HOUR_US], PARIS)
    assert attack.start_us == MONDAY_US + 10 * DAY_US - 2 * HOUR_US  # midnight in Paris
    assert attack.end_us == first + 5 * HOUR_US
    assert (containment.period, week.period) == ("containment", "after")
    assert stretches(None, None, [], PARIS) == ()


def test_the_sentence_is_only_as_strong_as_the_measure():
    calm = compare([service(activity(days=42, a_day=900, seed=1))], [after(30)])
    assert sentence(calm, {}, 0).mood == "indicative"
    quiet = compare([service(activity(days=42, a_day=3, seed=3))], [after(30, 1)])
    assert sentence((*calm, *quiet), {}, 0).mood == "conditional"
    assert sentence(quiet, {}, 0).mood == "unknown"
    assert sentence(calm, {}, 3).mood == "refused"
    assert sentence((), {}, 0).mood == "unknown"


def test_the_plot_is_a_picture_whatever_the_name_of_the_service():
    svg = drawn(
        [service(activity(days=42, a_day=90, seed=1))],
        [after(30)],
        {"s": "<script>&"},
        PARIS,
    )
    assert svg.startswith("<svg")
    assert svg.endswith("</svg>")
    assert "<script" not in svg


@pytest.mark.parametrize(("freedom", "value"), [(5, 2.571), (10, 2.228), (30, 2.042)])
def test_the_quantile_of_student_is_that_of_the_tables(freedom, value):
    assert quantile(0.975, freedom) == pytest.approx(value, abs=0.01)
