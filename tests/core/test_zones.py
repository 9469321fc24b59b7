from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.core.zones import changes, to_utc, to_wall

ZONES = ("Europe/Paris", "UTC", "America/Cayenne", "Indian/Reunion", "Pacific/Noumea")


def us(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@given(st.sampled_from(ZONES), st.integers(0, 4_000_000_000))
def test_wall_time_agrees_with_the_zone_database(zone, seconds):
    wall = to_wall(np.array([seconds * 1_000_000]), zone)[0]
    at = datetime.fromtimestamp(seconds, tz=ZoneInfo(zone))
    assert wall == int(at.replace(tzinfo=UTC).timestamp()) * 1_000_000


@given(st.sampled_from(ZONES), st.integers(100_000_000, 4_000_000_000))
def test_wall_time_leads_back_to_an_instant_that_shows_the_same_wall_time(zone, seconds):
    instant = np.array([seconds * 1_000_000])
    back = to_utc(to_wall(instant, zone), zone)
    assert to_wall(back, zone)[0] == to_wall(instant, zone)[0]


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        pytest.param("2025-03-30T01:59", "2025-03-30T00:59", id="before the skipped hour"),
        pytest.param("2025-03-30T02:30", "2025-03-30T01:30", id="inside the skipped hour"),
        pytest.param("2025-03-30T03:00", "2025-03-30T01:00", id="after the skipped hour"),
        pytest.param("2025-10-26T02:30", "2025-10-26T00:30", id="the hour that stands twice"),
        pytest.param("2025-10-26T03:00", "2025-10-26T02:00", id="after it"),
    ],
)
def test_the_change_of_hour_in_paris(wall, utc):
    assert to_utc(np.array([us(wall)]), "Europe/Paris")[0] == us(utc)


def test_a_zone_without_change_has_one_offset():
    assert changes("UTC").offset_us == (0,)
