"""The ledger is exact whatever the files are: counted, kept, never fatal, never silent."""

import gzip
import json
import os

import pyarrow.parquet as pq
import pytest
import zstandard
from small_estate import SHARED, Place, client, coded, data, event, patient, seen_by, user

from tocsin import wiring
from tocsin.adapters import trail_files
from tocsin.adapters.case_folder import CaseFolder
from tocsin.bench.events import fhir_line
from tocsin.core.errors import InputError

pytestmark = pytest.mark.slow


def lines(*ids):
    return [event(name, entity=[patient("p-2")]) for name in ids]


def test_every_line_ends_accepted_or_in_quarantine(place):
    place.put("a.ndjson", [event("e-1"), "", "  ", "not json", event("e-2"), '{"a":'])
    found = place.ingest()
    assert found["sources"][0] == {
        "source": "fhir",
        "files": 1,
        "lines": 4,
        "accepted": 2,
        "quarantined": 2,
        "repeated": 0,
        "unmatched": 0,
    }
    assert place.rows("event_id", "position") == [("e-1", 1), ("e-2", 5)]
    assert [(r["position"], r["reason"]) for r in place.table("quarantine")] == [
        (4, "not JSON"),
        (6, "not JSON"),
    ]


def test_a_file_of_another_shape_is_read_in_bounded_memory(place, monkeypatch):
    monkeypatch.setenv("TOCSIN_MEMORY", "400MB")
    made = []
    for n in range(3_000):
        line = json.loads(fhir_line(n))
        line["code"] = {"coding": line.pop("subtype")}
        line["outcome"] = {"code": {"code": "success"}}
        made.append(line)
    place.put("a.ndjson", made)
    assert place.ingest()["sources"][0]["accepted"] == 3_000


def test_the_same_file_again_changes_nothing(place):
    place.put("a.ndjson", lines("e-1", "e-2"))
    first = place.ingest()
    before = {p: p.stat().st_ino for p in (place.case / "trail").rglob("*.parquet")}
    journal = (place.case / "journal.ndjson").read_bytes()
    assert place.ingest() == first
    assert before == {p: p.stat().st_ino for p in (place.case / "trail").rglob("*.parquet")}
    assert (place.case / "journal.ndjson").read_bytes() == journal


def test_a_touched_file_is_the_same_file(place):
    path = place.put("a.ndjson", lines("e-1", "e-2"))
    first = place.ingest()
    os.utime(path, (1, 1))
    assert place.ingest() == first
    assert place.counts() == [("trail/a.ndjson", 2, 2, 0, 0)]


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [("gz", gzip.compress), ("zst", zstandard.compress)],
)
def test_the_same_content_compressed_is_the_same_file(place, suffix, pack):
    path = place.put("a.ndjson", lines("e-1", "e-2"))
    place.put(f"b.ndjson.{suffix}", pack(path.read_bytes()))
    place.ingest()
    assert place.counts() == [
        ("trail/a.ndjson", 2, 2, 0, 0),
        (f"trail/b.ndjson.{suffix}", 2, 0, 0, 2),
    ]
    assert len(place.rows()) == 2


def test_compressed_files_are_read_by_their_content_whatever_their_name(place):
    raw = b"".join(b'{"x":%d}\n' % i for i in range(10))
    place.put("a.ndjson", gzip.compress(raw[:50]) + gzip.compress(raw[50:]))
    place.put("b.ndjson", zstandard.compress(raw[:50]) + zstandard.compress(raw[50:]))
    place.ingest()
    assert place.counts() == [
        ("trail/a.ndjson", 10, 0, 10, 0),
        ("trail/b.ndjson", 10, 0, 0, 10),
    ]


def test_the_rows_of_a_file_are_sorted_by_account_and_instant(place):
    lines = [weblog(f"/files/p-{n % 7}", n % 50, account=f"a-{n % 3}") for n in range(300)]
    place.put("a.log", lines)
    place.ingest()
    (file,) = (place.case / "trail/access").glob("*.parquet")
    rows = pq.read_table(file).to_pylist()
    keys = [(r["account"], r["occurred_at"], r["position"], r["part"]) for r in rows]
    assert len(keys) == 300
    assert keys == sorted(keys)


def test_a_grown_file_is_a_continuation(place):
    path = place.put("a.log", [weblog("/files/p-1", 1), weblog("/files/p-1", 2)])
    place.ingest()
    path.write_bytes(path.read_bytes() + (weblog("/files/p-2", 3) + "\n").encode())
    place.ingest()
    assert place.counts() == [("trail/a.log", 2, 2, 0, 0), ("trail/a.log", 3, 1, 0, 2)]
    assert sorted(place.rows("position", "person")) == [(1, "p-1"), (2, "p-1"), (3, "p-2")]


def test_a_line_cut_short_is_read_once_it_is_whole(place):
    whole = "".join(weblog("/files/p-1", n) + "\n" for n in (1, 2, 3)).encode()
    path = place.put("a.log", whole[:-40])
    place.ingest()
    assert place.counts() == [("trail/a.log", 3, 2, 1, 0)]
    path.write_bytes(whole)
    place.ingest()
    assert place.counts() == [("trail/a.log", 3, 2, 0, 1), ("trail/a.log", 3, 1, 0, 2)]
    assert sorted(place.rows("position")) == [(1,), (2,), (3,)]
    assert place.table("quarantine") == []


def test_a_last_line_without_line_feed_is_not_read_twice(place):
    whole = "\n".join(weblog("/files/p-1", n) for n in (1, 2)).encode()
    path = place.put("a.log", whole)
    place.ingest()
    path.write_bytes(whole + b"\r\n" + weblog("/files/p-2", 3).encode())
    place.ingest()
    assert place.counts() == [("trail/a.log", 2, 2, 0, 0), ("trail/a.log", 3, 1, 0, 2)]


def test_a_rotated_file_keeps_its_rows_and_has_its_own_line_in_the_ledger(place):
    path = place.put("a.log", [weblog("/files/p-1", 1)])
    place.ingest()
    path.rename(path.with_name("a.log.1"))
    place.put("a.log", [weblog("/files/p-1", 2)])
    place.ingest()
    assert place.counts() == [
        ("trail/a.log", 1, 1, 0, 0),
        ("trail/a.log", 1, 1, 0, 0),
        ("trail/a.log.1", 1, 0, 0, 1),
    ]
    assert len(place.rows()) == 2


def test_a_truncated_gzip_keeps_what_came_before(place):
    raw = gzip.compress(
        b"".join(
            (weblog(f"/files/p-{n * 7919 % 1000}", n % 60) + "\n").encode() for n in range(2000)
        )
    )
    place.put("a.log.gz", raw[: len(raw) // 2])
    place.ingest()
    ((_, total, accepted, quarantined, repeated),) = place.counts()
    assert total == accepted + 1
    assert (quarantined, repeated) == (1, 0)
    assert accepted > 100
    (left,) = place.table("quarantine")
    assert left["reason"] == "the file is cut short"
    assert left["position"] == total


def test_a_corrupt_zstd_keeps_what_came_before(place):
    packed = zstandard.compress(weblog("/files/p-1", 1).encode() + b"\n")
    place.put("a.log.zst", packed + packed[:-4] + b"\0\0\0\0\0\0\0\0")
    place.ingest()
    ((_, total, accepted, quarantined, _),) = place.counts()
    assert total == accepted + quarantined
    assert accepted >= 1
    assert quarantined == 1


def test_a_bomb_is_cut_and_counted(place, monkeypatch):
    monkeypatch.setattr(trail_files, "BOMB_FLOOR_BYTES", 1 << 20)
    text = (weblog("/files/p-1", 1) + "\n").encode() + b"\0" * (64 << 20)
    place.put("a.log.gz", gzip.compress(text))
    place.ingest()
    assert place.counts() == [("trail/a.log.gz", 2, 1, 1, 0)]
    assert "250 times" in place.table("quarantine")[0]["reason"]


def test_a_line_of_many_megabytes_is_one_quarantined_line(place):
    huge = b'{"resourceType":"AuditEvent","x":"' + b"x" * (20 << 20) + b'"}\n'
    before = b"".join(line_of(event("e-1")) for _ in range(1))
    place.put("a.ndjson", before + huge + line_of(event("e-2")))
    place.ingest()
    assert place.counts() == [("trail/a.ndjson", 3, 2, 1, 0)]
    (left,) = place.table("quarantine")
    assert left["position"] == 2
    assert "longer than" in left["reason"]
    assert len(left["head"]) == 200


def test_bytes_that_are_no_utf8_cost_their_line_only(place):
    place.put("a.log", b"\xff\xfe\xfa\n" + line_of(weblog("/files/p-1", 1)))
    place.put("b.log", line_of(weblog("/files/p-1", 2)) + b"caf\xe9\n\x00\n")
    place.ingest()
    assert place.counts() == [("trail/a.log", 2, 0, 2, 0), ("trail/b.log", 3, 1, 2, 0)]


def test_what_is_no_file_is_told_and_the_others_are_read(place, tmp_path):
    outside = tmp_path / "outside.ndjson"
    outside.write_text("{}")
    (place.estate / "trail/folder.ndjson").mkdir()
    (place.estate / "trail/link.ndjson").symlink_to(outside)
    os.mkfifo(place.estate / "trail/pipe.ndjson")
    (place.estate / "trail/away").symlink_to(tmp_path)
    place.put("empty.ndjson", b"")
    place.put("good.ndjson", [event("e-1")])
    found = place.ingest()
    assert place.counts() == [
        ("trail/empty.ndjson", 0, 0, 0, 0),
        ("trail/good.ndjson", 1, 1, 0, 0),
        ("trail/folder.ndjson", 1, 0, 1, 0),
        ("trail/link.ndjson", 1, 0, 1, 0),
        ("trail/pipe.ndjson", 1, 0, 1, 0),
    ]
    assert [(r["file"], r["reason"]) for r in found["refused"]] == [
        ("trail/folder.ndjson", "a folder, not a file"),
        ("trail/link.ndjson", "a symbolic link, not a file"),
        ("trail/pipe.ndjson", "a pipe, not a file"),
    ]
    assert place.ingest() == found


def test_named_files_enter_their_source_under_their_name(place, tmp_path):
    path = tmp_path / "later.ndjson"
    path.write_bytes(line_of(event("e-9")))
    place.ingest()
    found = place.ingest(path, source="fhir")
    assert found["sources"][0]["lines"] == 1
    assert place.counts() == [(str(path), 1, 1, 0, 0)]
    with pytest.raises(InputError, match="no source"):
        place.ingest(path, source="nothing")
    with pytest.raises(InputError, match="no such file"):
        place.ingest(tmp_path / "absent", source="fhir")


def test_a_bundle_counts_its_entries(place):
    entries = ",".join(f'{{"resource":{text(event(f"e-{n}"))}}}' for n in (1, 2))
    place.put("a.json", f'{{"resourceType":"Bundle","entry":[{entries},{{"resource":5}}]}}')
    place.put("b.json", text(event("e-3"), indent=2))
    place.ingest()
    assert place.counts() == [("trail/a.json", 3, 2, 1, 0), ("trail/b.json", 1, 1, 0, 0)]
    assert [r["position"] for r in place.table("quarantine")] == [3]


# Acts told twice ---------------------------------------------------------------------------


def test_a_known_event_id_is_repeated_within_and_over_files(place):
    place.put("a.ndjson", lines("e-1", "e-2", "e-1"))
    place.put("b.ndjson", lines("e-2", "e-3"))
    place.ingest()
    assert place.counts() == [
        ("trail/a.ndjson", 3, 2, 0, 1),
        ("trail/b.ndjson", 2, 1, 0, 1),
    ]
    assert sorted(place.rows("event_id")) == [("e-1",), ("e-2",), ("e-3",)]


def test_identical_lines_without_id_are_two_acts(place):
    place.put("a.log", [weblog("/files/p-1", 1)] * 2)
    place.ingest()
    assert place.counts() == [("trail/a.log", 2, 2, 0, 0)]
    assert len({row["event_id"] for row in place.rows()}) == 2


@pytest.mark.parametrize("files", [("a", "a"), ("a", "b")])
@pytest.mark.parametrize("order", [("client", "server"), ("server", "client")])
def test_the_servers_view_is_kept_and_the_clients_id_goes_to_also(place, files, order):
    told = {}
    for name, side in zip(files, order, strict=True):
        told.setdefault(name, []).append(seen_by(side, f"e-{side}", "r-1", patient("p-1")))
    for name, events in told.items():
        place.put(f"{name}.ndjson", events)
    place.ingest()
    assert place.rows("event_id", "also", "person") == [("e-server", ["e-client"], "p-1")]
    assert sum(count[4] for count in place.counts()) == 1
    assert sum(count[2] for count in place.counts()) == 1


def test_a_client_told_in_an_earlier_run_gives_way(place):
    place.put("a.ndjson", [seen_by("client", "e-c", "r-1", patient("p-1"))])
    place.ingest()
    assert place.rows("event_id") == [("e-c",)]
    place.put("b.ndjson", [seen_by("server", "e-s", "r-1", patient("p-1"))])
    place.ingest()
    assert place.rows("event_id", "also") == [("e-s", ["e-c"])]
    assert place.counts() == [("trail/a.ndjson", 1, 0, 0, 1), ("trail/b.ndjson", 1, 1, 0, 0)]


def test_one_side_with_several_events_of_a_request_keeps_them_all(place):
    place.put(
        "a.ndjson",
        [
            seen_by("server", "s-1", "r-1", patient("p-1")),
            seen_by("server", "s-2", "r-1", patient("p-2")),
            seen_by("client", "c-2", "r-1", patient("p-2")),
            seen_by("client", "c-1", "r-1", patient("p-1")),
        ],
    )
    place.ingest()
    assert place.rows("event_id", "also", "person") == [
        ("s-1", ["c-1"], "p-1"),
        ("s-2", ["c-2"], "p-2"),
    ]


def test_what_only_the_client_tells_is_not_lost(place):
    place.put(
        "a.ndjson",
        [
            seen_by("server", "s-1", "r-1", account=""),
            seen_by("client", "c-1", "r-1", patient("p-1"), patient("p-2")),
        ],
    )
    place.ingest()
    assert place.rows("event_id", "part", "person", "account") == [
        ("s-1", 0, "p-1", "a-1"),
        ("s-1", 1, "p-2", "a-1"),
    ]


# Rows --------------------------------------------------------------------------------------


def test_accounts_are_found_by_any_of_their_names(place):
    names = ["a-1", "10000000001", "810000000001", "un@exemple.fr", "uno", "inconnu"]
    place.put(
        "a.ndjson",
        [event(f"e-{n}", agent=[client(), user(name)]) for n, name in enumerate(names)],
    )
    place.ingest()
    assert place.rows("account") == [("a-1",)] * 5 + [("inconnu",)]


def test_persons_given_by_their_ins_are_resolved_or_keyed(place):
    known, unknown = "269054958815780", "155072B16831234"
    cx = f"{known}^^^&1.2.250.1.213.1.4.8&ISO^NH"
    place.put(
        "a.ndjson",
        [
            event(f"e-{n}", entity=[patient(p)])
            for n, p in enumerate((known, unknown, cx, "p-3"))
        ],
    )
    place.ingest()
    persons = [row[0] for row in place.rows("person")]
    assert [persons[0], persons[2], persons[3]] == ["p-1", "p-1", "p-3"]
    assert persons[1].startswith("ins:")
    assert unknown[:13] not in persons[1]


def test_the_most_precise_operation_wins(place):
    place.put(
        "a.ndjson",
        [
            event("e-1", entity=[patient("p-1"), data("Patient/p-1")]),
            event("e-2"),
            event("e-3", subtype=[coded("patch")]),
        ],
    )
    place.put(
        "a.log",
        [
            weblog("/files/p-1/summary", 1),
            weblog("/files/all/summary", 2),
            weblog("/files/p-2", 3),
            weblog("/assets/x.js", 4),
            weblog("/other", 5),
            weblog("/other", 6, account="-"),
        ],
    )
    found = place.ingest()
    rows = place.rows("source", "operation", "kind", "person")
    assert rows[:3] == [
        ("fhir", "read-patient", "open", "p-1"),
        ("fhir", "read", "open", "p-1"),
        ("fhir", "", "other", "p-1"),
    ]
    assert rows[3:] == [
        ("web", "summary", "open", "p-1"),
        ("web", "summary-of-all", "export", ""),
        ("web", "file", "open", "p-2"),
        ("web", "", None, ""),
        ("web", "", "other", ""),
        ("web", "", "other", ""),
    ]
    assert [s["unmatched"] for s in found["sources"]] == [1, 1]


def test_a_shared_repository_tells_its_services(tmp_path):
    place = Place(tmp_path, SHARED)
    other = {"observer": {"reference": "Device/7"}, "site": "gec"}
    place.put("a.ndjson", [event("e-1"), event("e-2", source=other), event("e-3", source={})])
    place.ingest()
    assert place.rows("service") == [("orientation",), ("files",), (None,)]


def test_rows_of_a_file_lie_by_account_and_instant(place):
    place.put(
        "a.ndjson",
        [
            event("e-1", agent=[client(), user("a-2")]),
            event("e-2", recorded="2025-09-01T09:00:00Z"),
            event("e-3", recorded="2025-09-01T07:00:00Z"),
        ],
    )
    place.ingest()
    (file,) = (place.case / "trail/access").glob("*.parquet")
    assert pq.read_table(file)["event_id"].to_pylist() == ["e-3", "e-2", "e-1"]
    assert str(pq.read_schema(file).field("occurred_at").type) == "timestamp[us, tz=UTC]"


# Kills -------------------------------------------------------------------------------------


class KilledError(Exception):
    """The process died here."""


def fill(place):
    """Files of which one changes what is published of the other."""
    place.put("a.ndjson", [*lines("e-1"), seen_by("client", "c", "r", patient("p-1")), "x"])
    place.put("b.ndjson", [seen_by("server", "s", "r", patient("p-1")), *lines("e-1", "e-2")])
    place.put("c.log", [weblog("/files/p-1", 1)])


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """What an ingest that nothing stops leaves."""
    place = Place(tmp_path_factory.mktemp("unbroken"))
    fill(place)
    return place, place.ingest()


@pytest.mark.parametrize("at", [1, 3, 5, 7, 8, 10, 12])
def test_a_kill_between_two_writes_changes_nothing_in_the_end(place, monkeypatch, unbroken, at):
    fill(place)
    wiring.open_case(place.case, place.estate / "estate.toml")
    publish, done = CaseFolder.publish, []

    def publish_until(self, staged, name):
        done.append(name)
        if len(done) == at:
            raise KilledError(name)
        publish(self, staged, name)

    with monkeypatch.context() as patch:
        patch.setattr(CaseFolder, "publish", publish_until)
        with pytest.raises(KilledError):
            place.ingest()
    whole, expected = unbroken
    assert place.ingest() == expected
    assert place.rows() == whole.rows()
    for name in ("ledger", "quarantine", "coverage"):
        assert place.table(name) == whole.table(name)


def test_evidence_holds_the_bytes_as_delivered(place):
    raw = gzip.compress(line_of(event("e-1")))
    place.put("a.ndjson.gz", raw)
    place.ingest()
    ((digest,),) = place.ledger("digest")
    kept = place.case / "evidence" / digest
    assert kept.read_bytes() == raw
    assert kept.stat().st_mode & 0o777 == 0o600


# Lines -------------------------------------------------------------------------------------


def text(value, **how):
    return json.dumps(value, **how)


def line_of(value):
    return ((value if isinstance(value, str) else text(value)) + "\n").encode()


def weblog(path, minute, account="a-1"):
    return (
        f"192.0.2.1 - {account} [01/Sep/2025:08:{minute:02d}:00 +0200]"
        f' "GET {path} HTTP/1.1" 200 512 "-" "Essai/1.0" "s-1"'
    )
