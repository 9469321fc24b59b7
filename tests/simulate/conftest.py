"""Regions written once for the tests of this folder, and how to read what stands in them."""

import csv
import gzip
import io
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard

from tocsin.adapters.estate_writer import write
from tocsin.simulate.region import region


class Silent:
    """A progress that says nothing."""

    def stage(self, words):
        pass

    def advance(self, done, total, unit):
        pass


@dataclass(frozen=True)
class Written:
    """A region on disk."""

    folder: Path
    read: dict = field(default_factory=dict)

    def bytes_of(self, path):
        raw = (self.folder / path).read_bytes()
        if path.endswith(".gz"):
            return gzip.decompress(raw)
        if path.endswith(".zst"):
            return zstandard.ZstdDecompressor().stream_reader(raw).read()
        return raw

    def lines(self, path):
        if path not in self.read:
            self.read[path] = self.bytes_of(path).split(b"\n")[:-1]
        return self.read[path]

    def rows(self, path):
        if path.endswith(".parquet"):
            return pq.read_table(self.folder / path).to_pylist()
        return list(csv.DictReader(io.StringIO(self.bytes_of(path).decode())))

    def paths(self, pattern):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.glob(pattern))

    @cached_property
    def acts(self):
        return self.rows("truth/acts.csv")

    @cached_property
    def persons(self):
        return {row["person"]: row for row in self.rows("directory/persons.csv.gz")}

    @cached_property
    def sessions(self):
        return {row["number"]: row for row in self.rows("truth/sessions.csv")}


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Write a region, once for each set of arguments."""
    done = {}

    def make(*attacks, seed=4, persons=500, professionals=40, days=14):
        key = (attacks, seed, persons, professionals, days)
        if key not in done:
            folder = tmp_path_factory.mktemp("region")
            made = region(
                persons=persons,
                professionals=professionals,
                days=days,
                seed=seed,
                attacks=attacks,
            )
            write(made.files, folder, Silent())
            done[key] = Written(folder)
        return done[key]

    return make
