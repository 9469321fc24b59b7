import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.adapters.directory_tables import read_directory
from tocsin.adapters.estate_toml import read_estate
from tocsin.core.errors import InputError


def read(folder):
    text = (folder / "estate.toml").read_text()
    return read_directory(read_estate(text, file="estate.toml"), folder)[0]


def test_dates_without_zone_are_in_the_operators_zone(estate):
    tables = read(estate)
    assert tables["accounts"]["closed_us"].to_pylist() == [1756677600000000, None]
    assert tables["care"]["start_us"].to_pylist() == [1754035200000000, 1754042400000000]
    assert tables["persons"]["created_us"].to_pylist() == [None, 1756504800000000]


def test_an_account_is_known_by_its_id_rpps_idnps_and_aliases(estate):
    names = dict(zip(*(c.to_pylist() for c in read(estate)["account_names"]), strict=True))
    assert names["810000000001"] == names["10000000001"] == names["beta"] == "d.un"


def test_several_controllers_give_one_row_each_and_empty_services_none(estate):
    tables = read(estate)
    pairs = set(zip(*(c.to_pylist() for c in tables["person_controllers"]), strict=True))
    assert pairs == {("p1", "990000001"), ("p1", "990000002"), ("p2", "990000001")}
    assert tables["person_services"].to_pylist() == [{"person": "p2", "service": "orientation"}]


@pytest.mark.parametrize("suffix", [".csv.gz", ".parquet"])
def test_gzip_and_parquet_read_as_csv_does(estate, suffix):
    plain = read(estate)["persons"]
    csv = (estate / "directory/persons.csv").read_bytes()
    target = estate / f"directory/persons{suffix}"
    if suffix == ".csv.gz":
        target.write_bytes(gzip.compress(csv))
    else:
        columns = {
            "person": ["p1", "p2"],
            "controller": ["990000001|990000002", "990000001"],
            "birth_name": ["EXEMPLE, FICTIF", "MODELE"],
            "birth_date": ["1990-00-00", "1990-01-02"],
            "services": ["", "orientation"],
            "created_on": [None, "2025-08-30"],
        }
        pq.write_table(pa.table(columns), target)
    toml = estate / "estate.toml"
    toml.write_text(toml.read_text().replace("persons.csv", f"persons{suffix}"))
    assert read(estate)["persons"].equals(plain)


def test_a_missing_required_column_names_file_and_column(estate):
    (estate / "directory/persons.csv").write_text("person,birth_name\np1,EXEMPLE\n")
    with pytest.raises(InputError) as caught:
        read(estate)
    assert caught.value.where.en == "directory/persons.csv, column controller"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b'person,controller\n"p1,9\n', b"PAR1"]
)
def test_a_table_that_cannot_be_read_names_its_file(estate, content):
    (estate / "directory/persons.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(estate)
    assert "directory/persons.csv" in caught.value.where


def test_a_table_that_would_swell_past_all_measure_is_refused(estate):
    swollen = gzip.compress(b"person,controller\n" + bytes(65 << 20))
    (estate / "directory/persons.csv.gz").write_bytes(swollen)
    text = (estate / "estate.toml").read_text()
    (estate / "estate.toml").write_text(text.replace("persons.csv", "persons.csv.gz"))
    with pytest.raises(InputError, match="decompresses") as caught:
        read(estate)
    assert caught.value.where == "directory/persons.csv.gz"


def test_a_link_out_of_the_estate_is_refused(estate, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text("person,controller\np1,9\n")
    (estate / "directory/persons.csv").unlink()
    (estate / "directory/persons.csv").symlink_to(outside)
    with pytest.raises(InputError, match="link"):
        read(estate)
