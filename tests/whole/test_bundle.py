"""A sealed case is checked elsewhere: what was changed is found, and named."""

import csv
import gzip
import io
import json
import random
import shutil
import tarfile
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.core.evidence import GENESIS, digest_of
from tocsin.wiring.verifying import verify

pytestmark = pytest.mark.slow

CHANGES = 1_000


@pytest.fixture(scope="module")
def whole(investigated):
    """A case of its own: nothing was decided or reviewed in it since it was investigated."""
    return investigated("bundled")


@pytest.fixture(scope="module")
def sealed(whole, tmp_path_factory):
    """The case's bundles, and a person's key: without identities, with them."""
    folder = tmp_path_factory.mktemp("sealed")
    plain = whole.json("bundle", str(whole.case), str(folder / "plain.tar"))
    full = whole.json("bundle", str(whole.case), str(folder / "full.tar"), "--identities")
    return folder, plain, full


@pytest.fixture
def copied(whole, tmp_path):
    """A copy of the case that may be changed, and another person's key."""
    shutil.copytree(whole.case, tmp_path / "case")
    whole.tocsin("key", "new", str(tmp_path / "other.pem"))
    return tmp_path / "case", tmp_path / "other.pem"


@pytest.fixture
def elsewhere(whole, tmp_path):
    """Another machine: none of the case's keys."""
    return replace(whole, keys=tmp_path / "no-keys")


def results(found):
    return {c["claim"]: c["result"] for c in found["claims"]}


def failed(found):
    return [c for c in found["claims"] if c["result"] == "FAIL"]


def test_everything_is_recomputed_elsewhere_from_a_bundle_with_identities(sealed, elsewhere):
    folder, _, full = sealed
    found = elsewhere.json("verify", str(folder / "full.tar"), "--key", full["key"])
    assert found["result"] == "PASS"
    said = results(found)
    assert [name for name, r in said.items() if r != "PASS"] == ["timestamp"]
    for name in ("evidence", "directory", "access", "coverage", "sessions", "acts", "reach"):
        assert said[name] == "PASS"
    summary = ("persons.certain", "persons.at_most", "statements.medical", "funnel")
    assert all(said[f"scope.{name}"] == "PASS" for name in summary)
    assert {f.name for f in folder.iterdir()} == {"plain.tar", "full.tar"}  # nothing is left


def test_a_bundle_without_identities_says_what_it_cannot_check(sealed, elsewhere):
    folder, plain, _ = sealed
    found = elsewhere.json("verify", str(folder / "plain.tar"), "--key", plain["key"])
    assert found["result"] == "PASS"
    said = results(found)
    for name in ("evidence", "directory", "access", "sessions", "scope.persons.at_most"):
        assert said[name] == "NOT_CHECKED"
    for name in ("root", "signer", "journal", "ledger", "scope.persons.certain"):
        assert said[name] == "PASS"


def test_a_bundle_without_identities_holds_no_query_no_head_and_no_name(sealed, whole):
    whole_bytes = (sealed[0] / "plain.tar").read_bytes()
    persons = next((whole.region / "directory").glob("persons*"))
    raw = persons.read_bytes()
    text = (gzip.decompress(raw) if persons.suffix == ".gz" else raw).decode()
    mails = {p["email"] for p in csv.DictReader(text.splitlines()) if p["email"]}
    assert mails
    assert not [mail for mail in mails if mail.encode() in whole_bytes]
    with tarfile.open(sealed[0] / "plain.tar") as tar:
        for member in tar.getmembers():
            if member.name.endswith(".parquet"):
                table = pq.read_table(io.BytesIO(tar.extractfile(member).read()))
                assert not {"query", "head"} & set(table.column_names)
            assert "landing" not in member.name
            assert "vault/" not in member.name


def test_without_a_key_the_signer_is_not_checked_and_another_fails(sealed, whole):
    path = str(sealed[0] / "plain.tar")
    assert results(whole.json("verify", path))["signer"] == "NOT_CHECKED"
    stranger = f"ed25519:{'0' * 64}"
    whole.tocsin("verify", path, "--key", stranger, code=3)
    assert results(verify(sealed[0] / "plain.tar", key=stranger))["signer"] == "FAIL"


def test_the_same_case_gives_the_same_archive(sealed, whole, tmp_path):
    for name, words in (("plain.tar", ()), ("full.tar", ("--identities",))):
        again = tmp_path / name
        whole.json("bundle", str(whole.case), str(again), *words)
        assert again.read_bytes() == (sealed[0] / name).read_bytes()


@pytest.mark.parametrize("name", ["plain.tar", "full.tar"])
def test_each_of_a_thousand_random_changes_of_one_byte_is_found(sealed, tmp_path, name):
    changed = tmp_path / name
    shutil.copyfile(sealed[0] / name, changed)
    whole_bytes = changed.read_bytes()
    chance = random.Random(name)
    missed = []
    with changed.open("r+b", buffering=0) as file:
        for _ in range(CHANGES // 2):
            at = chance.randrange(len(whole_bytes))
            for byte in (whole_bytes[at] ^ chance.randrange(1, 256), whole_bytes[at]):
                file.seek(at)
                file.write(bytes([byte]))
                if byte != whole_bytes[at] and verify(changed)["result"] != "FAIL":
                    missed.append(at)
    assert not missed
    assert changed.read_bytes() == whole_bytes


def resealed(whole, case, other, path, *words):
    return whole.json("bundle", str(case), str(path), "--key", str(other), *words)


def changed_figure(case):
    for place in (
        "scope/summary.json",
        *(str(p.relative_to(case)) for p in case.glob("scope/revisions/*/summary.json")),
    ):
        said = json.loads((case / place).read_text())
        said["persons"]["possible"] += 1
        (case / place).write_text(json.dumps(said, ensure_ascii=False, indent=1))


def changed_row(case, place="scope/reach.parquet", column="grade", value="possible"):
    table = pq.read_table(case / place)
    rows = table.to_pylist()
    row = next(r for r in rows if r[column] != value)
    row[column] = value
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), case / place)


def changed_line(case):
    """One character of a raw line, in the evidence and under the digest that it then has."""
    for file in (case / "evidence").iterdir():
        raw = file.read_bytes()
        if raw[:1] == b"\x1f" and len(raw) > 20_000:
            text = bytearray(gzip.decompress(raw))
            at = text.index(b"0", len(text) // 2)
            text[at] = ord("1")
            file.write_bytes(gzip.compress(bytes(text)))
            return


def dropped_line(case):
    """One raw line less, in the middle of a file."""
    for file in (case / "evidence").iterdir():
        raw = file.read_bytes()
        if raw[:1] == b"\x1f" and len(raw) > 20_000:
            lines = gzip.decompress(raw).splitlines(keepends=True)
            del lines[len(lines) // 2]
            file.write_bytes(gzip.compress(b"".join(lines)))
            return


def dropped_row(case, place):
    table = pq.read_table(case / place)
    pq.write_table(table.slice(1), case / place)


def added_person(case):
    """Somebody more in reach, in the latest scope and in its revision."""
    for place in ("scope/reach.parquet", *case.glob("scope/revisions/*/reach.parquet")):
        table = pq.read_table(case / place)
        row = next(row for row in table.to_pylist() if row["grade"] == "certain")
        row = {**row, "person": "somebody"}
        more = pa.Table.from_pylist([row], schema=table.schema)
        pq.write_table(pa.concat_tables([table, more]), case / place)


def changed_decision(case):
    path = case / "decide/summary.json"
    said = json.loads(path.read_text())
    said["risk"]["level"] = "low" if said["risk"]["level"] != "low" else "high"
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1))


def first_access(case):
    return next((case / "trail/access").iterdir()).relative_to(case)


@pytest.mark.parametrize(
    ("change", "first"),
    [
        pytest.param(changed_figure, "journal.scoped", id="a figure"),
        pytest.param(dropped_line, "evidence", id="a raw line dropped"),
        pytest.param(
            lambda case: dropped_row(case, first_access(case)), "access", id="a row dropped"
        ),
        pytest.param(
            lambda case: dropped_row(case, "trail/coverage.parquet"), "coverage", id="coverage"
        ),
        pytest.param(added_person, "reach", id="a person added"),
        pytest.param(
            lambda case: [
                dropped_row(case, f.relative_to(case))
                for f in (case / "scope").rglob("grounds.parquet")
            ],
            "scope_grounds",
            id="the ground of a person dropped",
        ),
        pytest.param(changed_row, "latest.reach", id="a row of reach"),
        pytest.param(changed_line, "evidence", id="a raw line"),
        pytest.param(
            lambda case: changed_row(case, first_access(case), "account", "x"),
            "access",
            id="a row of access",
        ),
        pytest.param(
            lambda case: changed_row(case, "detect/sessions.parquet", "verdict", "usurped"),
            "sessions",
            id="a verdict",
        ),
    ],
)
def test_what_was_changed_and_sealed_with_another_key_is_found_and_named(
    elsewhere, copied, sealed, whole, change, first
):
    case, other = copied
    change(case)
    path = case.parent / "b.tar"
    made = resealed(whole, case, other, path, "--identities")
    trusted = verify(path, key=sealed[1]["key"])
    assert [c["claim"] for c in failed(trusted)] == ["signer"]
    found = verify(path, key=made["key"])
    assert found["result"] == "FAIL"
    assert failed(found)[0]["claim"] == first
    elsewhere.tocsin("verify", str(path), code=3)


@pytest.mark.parametrize(
    ("change", "first"),
    [
        pytest.param(changed_figure, "journal.scoped", id="a figure"),
        pytest.param(added_person, "scope.persons.certain", id="a person added"),
        pytest.param(
            lambda case: dropped_row(case, first_access(case)), "ledger.accepted", id="a row"
        ),
    ],
)
def test_without_identities_what_the_bundle_holds_is_still_recomputed(
    copied, whole, change, first
):
    case, other = copied
    change(case)
    path = case.parent / "b.tar"
    resealed(whole, case, other, path)
    found = verify(path)
    assert found["result"] == "FAIL"
    assert failed(found)[0]["claim"] == first
    assert results(found)["evidence"] == "NOT_CHECKED"


def test_a_decision_changed_in_its_document_is_found(whole, copied):
    case, other = copied
    changed_decision(case)
    path = case.parent / "b.tar"
    for words in ((), ("--identities",)):
        path.unlink(missing_ok=True)
        resealed(whole, case, other, path, *words)
        names = [c["claim"] for c in failed(verify(path))]
        assert names == ["journal.decided", "decide.risk"][: 1 + len(words)]


def test_a_figure_that_every_document_was_made_to_agree_with_is_still_found(
    whole, copied, tmp_path
):
    """The thief of the truth also rewrites the journal: only recomputing tells."""
    case, other = copied
    changed_figure(case)
    lines, previous = [], GENESIS
    for line in (case / "journal.ndjson").read_text().splitlines():
        entry = json.loads(line)
        if entry["event"] == "scoped":
            entry["facts"]["persons"]["possible"] += 1
        entry["previous"] = previous
        lines.append(json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
        previous = digest_of(lines[-1])
    (case / "journal.ndjson").write_text("".join(f"{line}\n" for line in lines))
    for words in (("--identities",), ()):
        path = tmp_path / f"b{len(words)}.tar"
        resealed(whole, case, other, path, *words)
        assert "scope.persons.possible" in [c["claim"] for c in failed(verify(path))]


def test_a_live_case_is_verified_and_a_change_in_it_is_found(whole, copied):
    case, _ = copied
    found = whole.json("verify", str(case))
    assert found["result"] == "PASS"
    changed_figure(case)
    whole.tocsin("verify", str(case), code=3)


def test_a_scope_older_than_a_review_is_not_called_false(whole, copied):
    case, _ = copied
    session = whole.json("detect", str(case))["suspicions"][0]["session"]
    words = ("--verdict", "legitimate", "--by", "A. Analyste", "--why", "vérifié")
    whole.tocsin("review", str(case), session, *words)
    found = whole.json("verify", str(case))
    assert found["result"] == "PASS"
    assert "NOT_CHECKED" in {r for name, r in results(found).items() if "scope." in name}
    whole.tocsin("scope", str(case))
    found = whole.json("verify", str(case))
    assert found["result"] == "PASS"
    assert results(found)["scope.persons.certain"] == "PASS"


def test_the_key_of_a_named_human_signs(whole, tmp_path):
    public = whole.json("key", "new", str(tmp_path / "k.pem"))["key"]
    path = tmp_path / "b.tar"
    made = whole.json("bundle", str(whole.case), str(path), "--key", str(tmp_path / "k.pem"))
    assert made == {"file": str(path), "root": made["root"], "key": public}
    assert results(whole.json("verify", str(path), "--key", public))["signer"] == "PASS"


def test_each_opening_of_the_vault_stands_in_the_audit_events(whole):
    journal = [json.loads(x) for x in (whole.case / "journal.ndjson").open()]
    opened = [e for e in journal if e["event"] == "vault_opened"]
    told = [json.loads(x) for x in (whole.case / "audit/vault-openings.ndjson").open()]
    assert len(told) == sum(len(e["facts"]["tables"]) for e in opened)
    assert {e["recorded"] for e in told} == {e["at"] for e in opened}
