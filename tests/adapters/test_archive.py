"""A bundle file has one spelling: whatever a tar archive may hold else is refused."""

import io
import tarfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.adapters.archive import BundleFile, write
from tocsin.core.errors import InputError, OutsideError
from tocsin.core.seal import Content, Member, manifest

FILES = {"a": b"", "a-b": b"x" * 512, "f/long": b"y" * 1300, "é" * 60 + "/" + "n" * 95: b"z"}


def made(path, files=None):
    path.unlink(missing_ok=True)
    contents = [Content(name=name, data=data) for name, data in (files or FILES).items()]
    write(str(path), contents, lambda members: b"seal of %d" % len(members))
    return path


def looked(path):
    file = BundleFile(path)
    try:
        return file.look()
    finally:
        file.close()


@pytest.fixture
def bundle(tmp_path):
    return made(tmp_path / "b.tar")


def test_a_bundle_is_read_as_it_was_written(bundle, tmp_path):
    members, listed, seal, wrong = looked(bundle)
    assert wrong == ""
    assert [m.name for m in members] == sorted(FILES, key=str.encode)
    assert listed == manifest(members)
    assert seal == b"seal of 4"
    file = BundleFile(bundle)
    (tmp_path / "out").mkdir()
    assert list(file.unpack(str(tmp_path / "out"))) == list(members)
    file.close()
    assert {name: (tmp_path / "out" / name).read_bytes() for name in FILES} == FILES


def test_any_tar_opens_it(bundle):
    with tarfile.open(bundle) as tar:
        found = {
            m.name.removeprefix("bundle/"): tar.extractfile(m).read() for m in tar.getmembers()
        }
        assert all(m.isreg() for m in tar.getmembers())
    assert {name: found[name] for name in FILES} == FILES


def test_the_same_contents_give_the_same_bytes(bundle, tmp_path):
    other = dict(reversed(FILES.items()))
    assert made(tmp_path / "c.tar", other).read_bytes() == bundle.read_bytes()


@settings(
    max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.data())
def test_another_byte_anywhere_is_another_content_or_no_bundle(bundle, data):
    whole = bundle.read_bytes()
    before = looked(bundle)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    other = bundle.with_name("changed.tar")
    other.write_bytes(changed)
    assert looked(other) != before


@pytest.mark.parametrize("more", [b"\0", bytes(512), bytes(10240), b"x"])
def test_bytes_after_the_end_are_refused(bundle, more):
    bundle.write_bytes(bundle.read_bytes() + more)
    assert looked(bundle)[3]


@pytest.mark.parametrize("less", [1, 511, 512, 1024, 1536, 2000])
def test_a_file_cut_short_is_refused(bundle, less):
    bundle.write_bytes(bundle.read_bytes()[:-less])
    assert looked(bundle)[3]


def hostile(*infos, spelling=tarfile.USTAR_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=spelling) as tar:
        for info, data in infos:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def info(name, **more):
    made_info = tarfile.TarInfo(name)
    made_info.mode = 0o600
    for key, value in more.items():
        setattr(made_info, key, value)
    return made_info


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04" + bytes(600), id="a zip"),
        pytest.param(b"\x1f\x8b" + bytes(600), id="compressed"),
        pytest.param(hostile((info("bundle/../../etc/passwd"), b"x")), id="up"),
        pytest.param(hostile((info("/etc/passwd"), b"x")), id="absolute"),
        pytest.param(hostile((info("case.toml"), b"x")), id="outside the folder"),
        pytest.param(
            hostile((info("bundle/a", type=tarfile.SYMTYPE, linkname="/etc"), b"")), id="link"
        ),
        pytest.param(
            hostile((info("bundle/a", type=tarfile.LNKTYPE, linkname="b"), b"")), id="hard link"
        ),
        pytest.param(hostile((info("bundle/a", type=tarfile.DIRTYPE), b"")), id="folder"),
        pytest.param(hostile((info("bundle/a", type=tarfile.CHRTYPE), b"")), id="device"),
        pytest.param(
            hostile((info("bundle/a", type=tarfile.GNUTYPE_SPARSE), b"")), id="sparse"
        ),
        pytest.param(hostile((info("bundle/a"), b"1"), (info("bundle/a"), b"2")), id="twice"),
        pytest.param(hostile((info("bundle/b"), b"1"), (info("bundle/a"), b"2")), id="order"),
        pytest.param(hostile((info("bundle/a"), b"1"), (info("bundle/a/b"), b"2")), id="both"),
        pytest.param(hostile((info("bundle/a", mode=0o4755), b"x")), id="mode"),
        pytest.param(hostile((info("bundle/a", uid=1), b"x")), id="owner"),
        pytest.param(hostile((info("bundle/a", mtime=5), b"x")), id="time"),
        pytest.param(
            hostile((info("bundle/" + "n" * 120), b"x"), spelling=tarfile.GNU_FORMAT), id="GNU"
        ),
        pytest.param(
            hostile((info("bundle/é" + "n" * 120), b"x"), spelling=tarfile.PAX_FORMAT), id="pax"
        ),
        pytest.param(hostile((info("bundle/a\nb"), b"x")), id="control character"),
    ],
)
def test_a_hostile_archive_is_refused_before_anything_is_written(tmp_path, content):
    path = tmp_path / "h.tar"
    path.write_bytes(content)
    assert looked(path)[3]
    assert [f.name for f in tmp_path.iterdir() if f.name != "keys"] == ["h.tar"]


def test_a_size_that_lies_is_refused_without_reading_on(tmp_path):
    block = bytearray(made(tmp_path / "b.tar").read_bytes()[:512])
    block[124:136] = b"\x80" + (1 << 60).to_bytes(11, "big")
    (tmp_path / "h.tar").write_bytes(bytes(block) + bytes(1024))
    assert "stops inside" in looked(tmp_path / "h.tar")[3]


def test_a_name_that_a_bundle_cannot_hold_is_said_when_it_is_made(tmp_path):
    for name in ("n" * 300, "a\nb"):
        with pytest.raises(InputError):
            made(tmp_path / "b.tar", {name: b""})


def test_a_file_of_another_length_than_it_said_is_told(tmp_path):
    # A file of /proc says that it is empty, and is not.
    with pytest.raises(OutsideError):
        write(
            str(tmp_path / "b.tar"), [Content(name="a", path="/proc/self/stat")], lambda _: b""
        )


def test_members_are_told_by_the_bytes_that_were_written(bundle):
    (first, *_) = looked(bundle)[0]
    assert first == Member(
        "a", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
