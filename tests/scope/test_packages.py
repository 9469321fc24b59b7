"""One package a controller, that only it can open, and figures that add up."""

import csv
import io
import json
import zipfile

import pyarrow as pa
import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from region_made import Region, person

from tocsin.adapters.package_folder import AgePackages
from tocsin.core.errors import InputError
from tocsin.flow.packages import packages
from tocsin.flow.scope import scope
from tocsin.scope.packages import neutral


def written(tmp_path, recipients, clocks=None):
    """Scope a region of three controllers and write its packages to `out`."""
    region = Region(
        tmp_path,
        persons=[
            person("p1", birth_name="=HYPERLINK(1)", controllers=("E1",), phone="+33612"),
            person("p2", controllers=("E1", "E2")),
            person("p3", controllers=("../E3",)),
        ],
    )
    region.line("open", person="p1")
    region.line("search", "/Patient?_id=p2")
    region.line("open", person="p3")
    region.line("open", person="ghost")
    world = region.world()
    scope(world, accept_suspicions=False)
    named = ["E1", "E2", "../E3"]
    world.case.vault.tables["controllers"] = pa.table(
        {
            "controller": named,
            "name": [f"Hôpital {c}" for c in named],
            "age_recipient": [recipients.get(c, "") for c in named],
        }
    )
    out = tmp_path / "out"
    made = packages(world, AgePackages(out), clocks or {})
    world.engine.close()
    return made, out, world


def opened(out, file, key):
    content = pyrage.decrypt((out / file).read_bytes(), [key])
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name) for name in archive.namelist()}


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_each_controller_opens_its_own_part_and_no_other(tmp_path):
    keys = {c: pyrage.x25519.Identity.generate() for c in ("E1", "E2", "../E3")}
    made, out, world = written(tmp_path, {c: str(k.to_public()) for c, k in keys.items()})
    files = {p["controller"]: p["file"] for p in made["packages"]}
    assert sorted(path.name for path in out.iterdir()) == sorted(
        [*files.values(), "index.json"]
    )
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in out.iterdir())
    one = opened(out, files["E1"], keys["E1"])
    assert {row["person"] for row in table(one["personnes.csv"])} == {"p1", "p2"}
    assert {row["person"] for row in table(one["donnees.csv"])} == {"p1", "p2"}
    with pytest.raises(pyrage.DecryptError):
        opened(out, files["E2"], keys["E1"])
    other = b"".join(opened(out, files["E2"], keys["E2"]).values())
    assert b"p1" not in other
    assert b"E1" not in other
    events = [event for event, _ in world.case.journal]
    assert events == ["vault_opened", "scoped", "vault_opened", "packaged"]


def test_a_package_holds_its_figures_its_window_and_its_clock(tmp_path):
    key = pyrage.x25519.Identity.generate()
    clock = {"duty": "gdpr-33-1", "starts_at": "S", "due_at": "D", "state": "running"}
    made, out, _ = written(tmp_path, {"E1": str(key.to_public())}, {"E1": [clock]})
    files = opened(out, made["packages"][0]["file"], key)
    said = json.loads(files["etendue.json"])
    assert said["persons"]["certain"] == 1
    assert said["persons"]["probable"] == 2
    assert said["also_elsewhere"] == 1
    assert said["items"]["medical.note"] == {"certain": 1, "probable": 1, "possible": 1}
    assert said["window"]["start_at"].startswith("2025-09-03T10:00:01")
    assert said["clocks"] == [clock]
    assert "S → D" in files["LISEZMOI.txt"].decode()


def test_no_cell_runs_in_a_spreadsheet(tmp_path):
    key = pyrage.x25519.Identity.generate()
    made, out, _ = written(tmp_path, {"E1": str(key.to_public())})
    rows = table(opened(out, made["packages"][0]["file"], key)["personnes.csv"])
    (row,) = [r for r in rows if r["person"] == "p1"]
    assert (row["birth_name"], row["phone"]) == ("'=HYPERLINK(1)", "'+33612")


@given(st.text())
def test_a_neutral_cell_never_begins_as_a_formula(text):
    (cell,) = neutral(pa.chunked_array([[text]])).to_pylist()
    assert cell in (text, "'" + text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "|"))


def test_a_controller_without_a_usable_key_is_named(tmp_path):
    made, out, _ = written(tmp_path, {"E2": "age1nonsense"})
    assert made["packages"] == []
    assert {c["controller"]: c["why"] for c in made["without_recipient"]} == {
        "../E3": "absent",
        "E1": "absent",
        "E2": "unusable",
    }
    assert [path.name for path in out.iterdir()] == ["index.json"]


def test_the_figures_of_the_controllers_add_up_to_the_person(tmp_path):
    made, _, _ = written(tmp_path, {})
    assert made["reconciliation"] == {
        "sum_of_controllers": 4,
        "counted_again": 1,
        "without_controller": 1,
        "distinct": 4,
    }


def test_without_a_scope_there_is_nothing_to_pack(tmp_path):
    world = Region(tmp_path).world()
    with pytest.raises(InputError, match="no scope"):
        packages(world, AgePackages(tmp_path / "out"), {})
