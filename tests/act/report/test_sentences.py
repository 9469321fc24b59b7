from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.act.report.sentences import (
    duration,
    french,
    instant,
    interval,
    listed,
    number,
    percent,
    say,
    several,
    small,
)


@pytest.mark.parametrize(
    ("plain", "set_"),
    [
        ("Est-ce fini ?", "Est-ce fini\u202f?"),
        ("voici : ceci ; cela", "voici\u00a0: ceci\u202f; cela"),
        ("dire « non »", "dire «\u00a0non\u00a0»"),
        ("l'été d'une ligne qu'on lit", "l\u2019été d\u2019une ligne qu\u2019on lit"),
        ("quelqu'un", "quelqu\u2019un"),
    ],
)
def test_french_is_set_as_french(plain, set_):
    assert french(plain) == set_


@given(st.integers(0, 10**12))
def test_a_count_reads_back_in_both_languages(n):
    said = number(n)
    assert int(said.fr.replace("\u202f", "")) == int(said.en.replace(",", "")) == n


@given(st.text())
def test_a_part_is_never_read_as_a_pattern(part):
    assert say("avant {x} après", "before {x} after", x=part).en == f"before {part} after"


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_probability_is_never_rounded_to_certainty_or_to_nothing(p):
    assert percent(p).en not in {"0.0%", "100.0%"}


def test_nought_is_one_in_french_and_many_in_english():
    words = (("{n} ligne", "{n} line"), ("{n} lignes", "{n} lines"))
    assert several(0, *words) == say("0 ligne", "0 lines")
    assert several(1, *words) == say("1 ligne", "1 line")
    assert several(2, *words) == say("2 lignes", "2 lines")


def test_an_instant_is_written_in_the_operators_time():
    at = datetime(2025, 9, 1, 22, 5, tzinfo=UTC)
    assert instant(at, "Europe/Paris").fr.replace("\u00a0", " ") == "2 sept. 2025, 00 h 05"
    assert instant(at, "UTC").en.replace("\u00a0", " ") == "1 Sept 2025, 22:05"


def test_a_stretch_within_a_day_says_the_day_once():
    low = datetime(2025, 9, 1, 8, tzinfo=UTC)
    high = datetime(2025, 9, 1, 9, 30, tzinfo=UTC)
    said = interval(low, high, "UTC")
    assert said.fr.replace("\u00a0", " ") == "le 1er sept. 2025, de 08 h 00 à 09 h 30"
    assert interval(low, high.replace(day=2), "UTC").en.startswith("from ")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(9, "9 s"), (720, "12 min"), (11_100, "3 h 05 min"), (187_200, "2 j 4 h")],
)
def test_a_length_of_time_has_two_units(seconds, said):
    assert duration(seconds).fr.replace("\u00a0", " ") == said


def test_a_list_ends_with_and():
    assert listed(["a", "b", "c"]).fr == "a, b et c"
    assert listed(["a"]).en == "a"
    assert listed([]).fr == "—"


def test_a_small_rate_is_not_nought():
    assert small(0.0004).en == "<\u202f0.001"
    assert small(0.05).fr == "0,050"
