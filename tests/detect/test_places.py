"""Networks and clocks."""

import pyarrow as pa
import pytest

from tocsin.detect.places import clocks_of, networks_of, prefix_of


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("[2001:db8:1:2::9]", "2001:db8:1::/48"),
        ("127.0.0.1", ""),
        ("127.255.0.9", ""),
        ("0.0.0.0", ""),
        ("0.1.2.3", "0.1.2.0/24"),
        ("203.0.113.256", ""),
        ("203.0.113.07", ""),
        (" 203.0.113.7 ", "203.0.113.0/24"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_an_address_has_the_network_of_its_prefix(address, prefix):
    assert prefix_of(address) == prefix


def _seen(*rows):
    names = ("source", "address", "rows", "accounts")
    return pa.table({n: [row[i] for row in rows] for i, n in enumerate(names)})


def test_a_source_that_shows_its_proxy_only_tells_no_place():
    table, names = networks_of(
        _seen(("web", "10.0.0.1", 990, 40), ("idp", "203.0.113.7", 9, 2))
    )
    assert dict(zip(table["source"].to_pylist(), table["net"].to_pylist(), strict=True)) == {
        "web": 0,
        "idp": names.index("203.0.113.0/24"),
    }


def test_intervals_of_one_clock_error_are_joined_and_unknown_ones_left_out():
    coverage = pa.table(
        {
            "source": ["a", "a", "a", "b"],
            "start_us": [0, 10, 20, 0],
            "end_us": [10, 20, 30, 30],
            "offset_s": [2.0, 2.0, -1.5, None],
        }
    )
    assert clocks_of(coverage).to_pylist() == [
        {"source": "a", "from_us": 0, "to_us": 20, "offset_us": 2_000_000},
        {"source": "a", "from_us": 20, "to_us": 30, "offset_us": -1_500_000},
    ]
