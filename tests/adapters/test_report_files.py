"""Reported messages and canaries come from anybody: what is none is refused, with its place."""

import pytest

from tocsin.adapters.canary_tables import read_standing
from tocsin.adapters.report_files import reported
from tocsin.core.errors import InputError

LONG = '"' + "a" * 200_000 + '"'
"""A cell past the limit of the reader."""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("r.csv", f"text,channel\n{LONG},mail\n"),
        ("r.csv", "text\nx\ra\n"),
        ("r.ndjson", "[" * 100_000),
        ("r.ndjson", '{"text": "x", "at": "0001-01-01T00:00:00+14:00"}'),
        ("r.ndjson", '{"text": "x", "at": "9999-12-31T23:59:59-14:00"}'),
        ("r.ndjson", "3"),
    ],
)
def test_a_line_that_is_no_report_is_refused_with_its_place(tmp_path, name, text):
    file = tmp_path / name
    file.write_bytes(text.encode())
    with pytest.raises(InputError) as caught:
        list(reported(file))
    assert str(file) in caught.value.where


@pytest.mark.parametrize("text", [f"person,service\n{LONG},s\n", f"{LONG}\n"])
def test_canaries_that_are_no_table_are_refused(tmp_path, text):
    file = tmp_path / "canaries.csv"
    file.write_bytes(text.encode())
    with pytest.raises(InputError):
        read_standing(file)
