"""Indicators and sessions that people bring: kinds, networks, and the kept file."""

import pytest

from tocsin.core.errors import InputError
from tocsin.flow import seeds


@pytest.mark.parametrize(
    ("kind", "value", "trait"),
    [
        pytest.param("address", "203.0.113.7", "address", id="an address"),
        pytest.param("network", "203.0.113.0/24", "network", id="a network"),
        pytest.param("user_agent", "curl/8", "client", id="a user agent is a client"),
        pytest.param("device", "PC-7", "client", id="a device is a client"),
    ],
)
def test_an_indicator_is_compared_by_its_trait(kind, value, trait):
    assert seeds.seed(kind, value).trait == trait


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("colour", "red", id="another kind"),
        pytest.param("address", "  ", id="nothing"),
        pytest.param("network", "not a network", id="no network"),
    ],
)
def test_an_indicator_that_says_nothing_is_refused(kind, value):
    with pytest.raises(InputError) as refused:
        seeds.seed(kind, value)
    assert refused.value.next_step


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param("198.51.100.0/24", [2], id="the same"),
        pytest.param("198.51.0.0/16", [2, 3], id="a wider one"),
        pytest.param("198.51.100.77/32", [2], id="one address of it"),
        pytest.param("2001:db8::/32", [4], id="version 6"),
        pytest.param("192.0.2.0/24", [], id="one that is not there"),
    ],
)
def test_a_network_matches_the_networks_that_it_overlaps(value, found):
    networks = ("", "203.0.113.0/24", "198.51.100.0/24", "198.51.7.0/24", "2001:db8::/48")
    assert list(seeds._numbers(value, networks)) == found
