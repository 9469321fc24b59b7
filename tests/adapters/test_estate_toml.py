from datetime import UTC, datetime

import pytest

from tocsin.adapters.estate_toml import read_estate
from tocsin.core.errors import InputError


@pytest.fixture
def text(estate):
    return (estate / "estate.toml").read_text()


def test_an_estate_as_the_contract_writes_it_is_read(text):
    read = read_estate(text, file="estate.toml")
    assert read.directory.as_of == datetime(2025, 9, 5, tzinfo=UTC)
    assert read.services[0].operations[0].match == {
        "interaction": "search-type",
        "resource": "Patient",
    }
    assert read.sources[0].services == ("orientation",)


@pytest.mark.parametrize(
    ("good", "bad", "column"),
    [
        pytest.param('kind = "search"', 'kind = "searh"', 1, id="a word not in the contract"),
        pytest.param('id = "search"', "id = 3", 1, id="a wrong type"),
        pytest.param('"identity.birth_name"', '"birth_name"', 1, id="an item without category"),
        pytest.param('service = "orientation"', 'service = "autre"', 1, id="unknown service"),
        pytest.param('"Europe/Paris"', '"Europe/Pari"', 1, id="no such zone"),
        pytest.param('"trail/*.ndjson"', '"../../x"', 1, id="a path out of the estate"),
        pytest.param('role = "processor"', 'role = "processor" x', 20, id="not TOML"),
        pytest.param("as_of = 2025-09-05T00:00:00Z", 'as_of = "hier"', 1, id="no instant"),
        pytest.param('[[source]]\nid = "orientation-audit"', "[[source]]", 1, id="missing"),
        pytest.param('"trail/*.ndjson"', '"trail/\\u0000"', 1, id="a NUL in a path"),
        pytest.param(
            "as_of = 2025-09-05T00:00:00Z",
            "as_of = 0001-01-01T00:00:00+14:00",
            1,
            id="an instant before the calendar",
        ),
    ],
)
def test_an_error_names_file_line_and_column(text, good, bad, column):
    line = text[: text.index(good)].count("\n") + 1
    with pytest.raises(InputError) as caught:
        read_estate(text.replace(good, bad), file="estate.toml")
    assert caught.value.where.en == f"estate.toml, line {line}, column {column}"
    assert caught.value.next_step


def test_an_id_that_stands_twice_is_refused(text):
    with pytest.raises(InputError, match="stands twice"):
        read_estate(text + text[text.index("[[source]]") :], file="estate.toml")


def test_values_nested_without_end_are_refused_not_followed():
    with pytest.raises(InputError, match="nests"):
        read_estate("a = " + "[" * 5000, file="estate.toml")
