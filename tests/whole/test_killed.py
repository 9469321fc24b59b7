"""A command killed at any instant leaves a case that the next run completes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from tocsin.adapters.case_folder import PLACES
from tocsin.core import tables

pytestmark = pytest.mark.slow

KILLS = 20


def everything(case):
    found = {}
    for shape in (tables.ACCESS, tables.QUARANTINE, tables.LEDGER, tables.COVERAGE):
        place = case / PLACES[shape]
        parts = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
        rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
        found[shape.name] = sorted(rows, key=str)
    return found


def test_twenty_kills_lose_no_line_and_double_none(whole, tmp_path):
    case = tmp_path / "case"
    chance = random.Random(20)
    words = [sys.executable, "-m", "tocsin"]
    env = {**os.environ, "TOCSIN_KEY_DIR": str(tmp_path / "keys")}
    estate = str(whole.region / "estate.toml")
    began = time.perf_counter()
    subprocess.run(
        [*words, "open", str(tmp_path / "timed"), "--estate", estate],
        env=env,
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [*words, "ingest", str(tmp_path / "timed")], env=env, check=True, capture_output=True
    )
    unbroken_s = time.perf_counter() - began
    for n in range(KILLS):
        verb = (
            ["ingest", str(case)]
            if (case / "case.toml").exists() and n > 3
            else ["open", str(case), "--estate", estate]
        )
        process = subprocess.Popen(
            [*words, *verb], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.2, max(0.4, unbroken_s * 0.6)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        access = case / PLACES[tables.ACCESS]
        for part in access.glob("*.parquet") if access.exists() else ():
            pq.read_metadata(part)
    subprocess.run(
        [*words, "open", str(case), "--estate", estate],
        env=env,
        check=False,
        capture_output=True,
    )
    subprocess.run([*words, "ingest", str(case)], env=env, check=True, capture_output=True)
    assert everything(case) == everything(tmp_path / "timed")
    assert not list((case / "work").glob("*"))
    shutil.rmtree(case)


@pytest.mark.parametrize("verb", ["detect", "scope"])
def test_a_killed_stage_leaves_the_tables_before_it_and_runs_again(whole, verb):
    words = [sys.executable, "-m", "tocsin", verb, str(whole.case)]
    env = {**os.environ, "TOCSIN_KEY_DIR": str(whole.keys)}
    for wait_s in (0.5, 0.9, 1.4):
        process = subprocess.Popen(
            words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for shape in (tables.SESSIONS, tables.REACH):
            pq.read_table(whole.case / PLACES[shape])
    whole.tocsin(verb, str(whole.case))


def test_two_processes_may_read_a_case_while_one_writes(whole):
    env = {**os.environ, "TOCSIN_KEY_DIR": str(whole.keys)}
    writer = subprocess.Popen(
        [sys.executable, "-m", "tocsin", "detect", str(whole.case)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    whole.json("status", str(whole.case))
    whole.json("status", str(whole.case))
    assert writer.wait() == 0
