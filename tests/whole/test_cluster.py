"""Detection and scope on a real cluster give DuckDB's rows, though a worker dies meanwhile."""

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tocsin import wiring
from tocsin.act.seal.compare import differences

pytestmark = pytest.mark.slow

KILL_AFTER = 25
"""Relations that are filled before a worker dies: detection is in the middle of its signals."""


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A standalone master with two workers of one core on loopback."""
    found = importlib.util.find_spec("pyspark")
    if found is None or shutil.which("java") is None:
        assert not os.environ.get("CI"), "run `make servers` first"
        pytest.skip("Spark or Java is not here: pip install 'tocsin[spark]', make servers")
    spark_class = Path(found.origin).parent / "bin/spark-class"
    folder = tmp_path_factory.mktemp("cluster")
    address = f"spark://127.0.0.1:{(port := free_port())}"
    env = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder)}
    deploy = "org.apache.spark.deploy"

    def started(name, *words):
        log = (folder / f"{name}.log").open("wb")
        return subprocess.Popen(
            [spark_class, *words, "--host", "127.0.0.1", "--webui-port", "0"],
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    master = started("master", f"{deploy}.master.Master", "--port", str(port))
    waited(port)
    worker = (f"{deploy}.worker.Worker", address, "--cores", "1", "--memory", "1g")
    workers = [started(f"w{n}", *worker, "--work-dir", str(folder / f"w{n}")) for n in (1, 2)]
    yield address, workers
    for process in (*workers, master):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def waited(port):
    for _ in range(300):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    """Two copies of one case whose trails are in."""
    folder = tmp_path_factory.mktemp("two")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_KEY_DIR", str(folder / "keys"))
        size = wiring.Size(persons=300, professionals=20, days=10, seed=3)
        wiring.simulate(folder / "region", size, ("scrape", "search-only"))
        wiring.open_case(folder / "one", folder / "region/estate.toml")
        wiring.ingest(folder / "one")
        shutil.copytree(folder / "one", folder / "two")
        wiring.detect(folder / "one")
        wiring.scope(folder / "one", accept_suspicions=True, lang="fr")
        yield folder


def small_conf(folder):
    """What makes a JVM quick on few rows: no second compiler, no code made for each query."""
    conf = folder / "conf"
    conf.mkdir()
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    lines = [
        f"spark.driver.extraJavaOptions {quick}",
        f"spark.executor.extraJavaOptions {quick}",
        "spark.sql.codegen.wholeStage false",
    ]
    (conf / "spark-defaults.conf").write_text("\n".join(lines))
    return conf


def kill_one(case, worker):
    """Kill a worker and its executor (-9) once enough relations are filled."""
    while len(list(case.glob("work/*-spark/[0-9]*"))) < KILL_AFTER:
        time.sleep(0.05)
    os.killpg(worker.pid, signal.SIGKILL)


def rows(case, name):
    listed = pq.read_table(case / name).to_pylist()
    return sorted(listed, key=lambda row: json.dumps(row, default=str, sort_keys=True))


def test_a_cluster_gives_the_same_rows_though_a_worker_is_killed(cluster, cases, monkeypatch):
    address, workers = cluster
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(cases / "keys"))
    monkeypatch.setenv("TOCSIN_SPARK", address)
    monkeypatch.setenv("TOCSIN_MEMORY", "900MB")
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("SPARK_CONF_DIR", str(small_conf(cases)))
    killer = threading.Thread(target=kill_one, args=(cases / "two", workers[0]), daemon=True)
    killer.start()
    wiring.detect(cases / "two")
    assert workers[0].poll() is not None, "the worker was to be killed meanwhile"
    wiring.scope(cases / "two", accept_suspicions=True, lang="fr")
    for name in (
        *("detect/sessions.parquet", "detect/acts.parquet"),
        *("scope/people.parquet", "scope/reach.parquet", "scope/statements.parquet"),
    ):
        found = differences(rows(cases / "one", name), rows(cases / "two", name))
        assert not list(found), name
    for name in ("detect/summary.json", "scope/summary.json"):
        one, two = (json.loads((cases / c / name).read_text()) for c in ("one", "two"))
        assert not list(differences(one, two)), name
    assert not list((cases / "two").glob("work/*"))
