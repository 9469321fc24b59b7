"""How many persons a gap can have shown, by the rates measured."""

import pytest
from region_made import Region, at, op, person, service, source

from tocsin.scope.rates import LEAST_PER_BUCKET

OPENS = (op("open", "open", "named"),)
PERSONS = 3000


def region_of(tmp_path, gap, operations=OPENS, **more):
    """An account with one act, a gap, and a service of many persons."""
    region = Region(
        tmp_path,
        persons=[person(f"p{i:04}", controllers=(f"E{i % 2}",)) for i in range(PERSONS)],
        services=(service("s", operations, **more),),
        sources=(source(), source("idp", "", format="keycloak")),
    )
    region.line("open", person="p0000", at=at())
    region.coverage.append(("src", *gap, "cut", ""))
    return region


@pytest.mark.parametrize(
    ("minutes", "most"),
    [(1, 1 + LEAST_PER_BUCKET), (10, 1 + LEAST_PER_BUCKET), (11, 1 + 2 * LEAST_PER_BUCKET)],
)
def test_a_short_gap_bounds_the_number_and_not_the_persons(tmp_path, minutes, most):
    found = region_of(tmp_path, (at(hours=1), at(hours=1, minutes=minutes))).run()
    assert found.persons["possible"] == PERSONS
    assert found.persons["at_most"] == most
    assert {c["persons"]["at_most"] for c in found.summary["controllers"]} == {most, most - 1}
    told = found.statements["identity"]["because"]
    assert sum("débit le plus élevé" in why for why in told) == 1


def test_a_rate_once_measured_is_doubled(tmp_path):
    region = region_of(tmp_path, (at(hours=1), at(hours=1, minutes=10)))
    for i in range(500):  # in ten minutes, by somebody else
        region.line("open", person="p0001", at=at(days=-3, seconds=i), attribution=None)
    assert region.run().persons["at_most"] == 1 + 1000


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param((*OPENS, op("dump", "export", "export")), id="an export"),
        pytest.param((*OPENS, op("search")), id="a list without pages"),
    ],
)
def test_one_act_that_shows_everybody_is_no_rate(tmp_path, operations):
    found = region_of(tmp_path, (at(hours=1), at(hours=1, minutes=1)), operations).run()
    assert found.persons["at_most"] == PERSONS
    assert not any("débit" in why for why in found.statements["identity"]["because"])


PACES = [
    pytest.param([0, 60, 120, 180, 240], 2 * 10 * 20, id="one search a minute"),
    pytest.param([0, 60, 120, 130, 140, 150, 160], 2 * 60 * 20, id="the quickest five count"),
    pytest.param([0, 12], 2 * 50 * 20, id="two acts are all there is"),
]


@pytest.mark.parametrize(("seconds", "most"), PACES)
def test_the_pace_of_a_theft_goes_on_in_a_gap_and_a_page_counts_whole(tmp_path, seconds, most):
    region = Region(
        tmp_path,
        persons=[person(f"p{i:04}") for i in range(PERSONS)],
        services=(service("s", (*OPENS, op("search")), page_size=20),),
        sources=(source(), source("idp", "", format="keycloak")),
    )
    region.coverage.append(("src", at(hours=1), at(hours=1, minutes=10), "cut", ""))
    for second in seconds:
        region.line("search", "/Patient?family=zz", at=at(seconds=second))
    assert region.run().persons["at_most"] == max(most, LEAST_PER_BUCKET)


def test_a_long_gap_is_everybody(tmp_path):
    found = region_of(tmp_path, (at(hours=1), at(hours=9))).run()
    assert found.persons["at_most"] == PERSONS
