import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tocsin import wiring


@dataclass(frozen=True)
class Place:
    """A simulated region, a case on it, and the keys of the case."""

    region: Path
    case: Path
    keys: Path

    def tocsin(self, *words: str, code: int = 0) -> str:
        """Run the real command line; its standard output. Standard error on a wrong code."""
        done = subprocess.run(
            [sys.executable, "-m", "tocsin", *words],
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, "TOCSIN_KEY_DIR": str(self.keys), "LANG": "fr_FR.UTF-8"},
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *words: str):
        """The verb's JSON document."""
        return json.loads(self.tocsin(*words, "--json"))


@pytest.fixture(scope="session")
def region(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("region") / "region"
    size = wiring.Size(persons=600, professionals=30, days=15, seed=11)
    wiring.simulate(folder, size, ("scrape",))
    return folder


@pytest.fixture(scope="session")
def investigated(region, tmp_path_factory):
    """Makes a case that `open` and `investigate` have gone through, by the command line."""

    def made(name: str) -> Place:
        folder = tmp_path_factory.mktemp(name)
        place = Place(region=region, case=folder / "case", keys=folder / "keys")
        place.tocsin("open", str(place.case), "--estate", str(region / "estate.toml"))
        place.tocsin("investigate", str(place.case))
        return place

    return made


@pytest.fixture(scope="session")
def whole(investigated) -> Place:
    """The case that tests share, and go on with."""
    return investigated("whole")
