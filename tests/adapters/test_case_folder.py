import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from tocsin.adapters.case_folder import CaseFolder, SystemClock, begin
from tocsin.core.errors import InputError, OutsideError
from tocsin.core.evidence import first_break


@pytest.fixture
def case(tmp_path):
    begin(tmp_path / "case", "x = 1", {"id": "abc", "opened_at": "2025-09-05T00:00:00+00:00"})
    folder = CaseFolder(tmp_path / "case", clock=SystemClock(), write=True)
    folder.keyring.make()
    yield folder
    folder.close()


def test_the_vault_gives_back_what_it_took_and_shows_nothing_outside(case):
    case.vault.seal({"persons": pa.table({"birth_name": ["EXEMPLE-TRES-RARE"]})})
    assert case.vault.open("persons")["persons"]["birth_name"].to_pylist() == [
        "EXEMPLE-TRES-RARE"
    ]
    for file in case.root.rglob("*"):
        if file.is_file():
            assert b"EXEMPLE-TRES-RARE" not in file.read_bytes()


def test_without_its_key_the_vault_stays_shut(case):
    case.vault.seal({"persons": pa.table({"person": ["p1"]})})
    (case.keyring.folder / "age.key").unlink()
    with pytest.raises(InputError, match="key"):
        case.vault.open("persons")


def test_everything_published_is_for_the_owner_alone(case):
    case.write_json("detect/summary.json", {"n": 1})
    case.note("tried", {"n": 1})
    for entry in [case.root, *case.root.rglob("*")]:
        mode = stat.S_IMODE(entry.stat().st_mode)
        assert mode == (0o700 if entry.is_dir() else 0o600), entry


def test_the_journal_is_chained_and_a_line_cut_by_a_kill_gives_way(case):
    case.note("one", {})
    case.note("two", {"n": 2})
    path = case.root / "journal.ndjson"
    with path.open("ab") as journal:
        journal.write(b'{"n":2,"at":"20')
    case.note("three", {})
    lines = case.journal()
    assert len(lines) == 3
    assert first_break(lines) is None


def test_one_writes_while_others_read(case):
    with pytest.raises(OutsideError, match="another command"):
        CaseFolder(case.root, clock=SystemClock(), write=True)
    reader = CaseFolder(case.root, clock=SystemClock(), write=False)
    case.write_json("a.json", [1])
    assert reader.read_json("a.json") == [1]


def test_a_pseudonym_depends_on_the_cases_key(case, tmp_path):
    begin(tmp_path / "other", "x = 1", {"id": "def"})
    other = CaseFolder(tmp_path / "other", clock=SystemClock(), write=False)
    other.keyring.make()
    assert case.keyring.pseudonym("190") == case.keyring.pseudonym("190")
    assert case.keyring.pseudonym("190") != other.keyring.pseudonym("190")


def test_a_folder_that_is_no_case_is_refused_with_the_next_step(tmp_path):
    with pytest.raises(InputError) as caught:
        CaseFolder(tmp_path, clock=SystemClock(), write=False)
    assert "tocsin open" in caught.value.next_step.en


def test_a_case_of_a_newer_format_is_refused(case):
    toml = case.root / "case.toml"
    toml.write_text(toml.read_text().replace("format = 1", "format = 2"))
    with pytest.raises(InputError, match="format 2"):
        CaseFolder(case.root, clock=SystemClock(), write=False)


def test_a_work_folder_left_by_a_kill_is_wiped_by_the_next_writer(case):
    left = case.aside("spilled")
    with open(left, "wb") as spilled:  # noqa: PTH123
        spilled.write(b"rows")
    case.close()
    again = CaseFolder(case.root, clock=SystemClock(), write=True)
    again.close()
    assert not os.path.exists(left)  # noqa: PTH110


def test_readers_and_writers_that_note_at_the_same_time_keep_one_chain(case):
    others = [CaseFolder(case.root, clock=SystemClock(), write=False) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: others[n % 4].note("seen", {"n": n}), range(40)))
    assert len(case.journal()) == 40
    assert first_break(case.journal()) is None


@pytest.mark.parametrize("said", ["a\x7fb", 'x"\\\r\n[operator]\nid = "y"', "\x00\x1b[31m"])
def test_what_the_alert_says_is_read_back_as_it_was_said(tmp_path, said):
    begin(tmp_path / "CASE", "", {"id": "c", "opened_at": "", "alert": said})
    assert (
        CaseFolder(tmp_path / "CASE", clock=SystemClock(), write=False).facts["alert"] == said
    )


def test_a_case_cannot_be_made_below_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be made"):
        begin(tmp_path / "file/CASE", "", {"id": "c", "opened_at": ""})
