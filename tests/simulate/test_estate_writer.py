import gzip
import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from tocsin.adapters.estate_writer import write
from tocsin.core.errors import RefusedError
from tocsin.core.folders import NewFile


class Silent:
    """A progress that says nothing."""

    def stage(self, words):
        pass

    def advance(self, done, total, unit):
        pass


def bytes_file(path, *chunks):
    return NewFile(path=path, content=lambda: chunks)


def test_bytes_are_compressed_as_the_suffix_says(tmp_path):
    names = ("a.txt", "b.txt.gz", "c.txt.zst")
    digests = write(
        [bytes_file(name, b"one\n", b"two\n") for name in names], tmp_path, Silent()
    )
    raw = [(tmp_path / name).read_bytes() for name in names]
    assert raw[0] == gzip.decompress(raw[1]) == b"one\ntwo\n"
    assert zstandard.ZstdDecompressor().stream_reader(raw[2]).read() == b"one\ntwo\n"
    assert digests["b.txt.gz"] == hashlib.sha256(raw[1]).hexdigest()


def test_a_table_is_written_as_the_suffix_says(tmp_path):
    table = pa.table({"name": ["x", ""], "count": [1, 2]})
    paths = ("t.parquet", "sub/t.csv", "t.csv.gz")
    write([NewFile(path=path, content=lambda: table) for path in paths], tmp_path, Silent())
    assert pq.read_table(tmp_path / "t.parquet").equals(table)
    assert (tmp_path / "sub/t.csv").read_text() == '"name","count"\n"x",1\n"",2\n'
    assert gzip.decompress((tmp_path / "t.csv.gz").read_bytes()).startswith(b'"name"')


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "there").write_text("kept")
    with pytest.raises(RefusedError):
        write([bytes_file("a", b"x")], tmp_path, Silent())
    assert (tmp_path / "there").read_text() == "kept"


def test_a_path_that_leaves_the_folder_is_refused(tmp_path):
    with pytest.raises(RefusedError):
        write([bytes_file("../a", b"x")], tmp_path / "inner", Silent())
    assert not (tmp_path / "a").exists()
