"""`tocsin bench contain`: containment killed without warning, again and again.

The real command line applies and undoes plans on three receivers of signed orders, which answer
late and hang up now and then after having obeyed. It is killed (SIGKILL) while a receiver reads
its order, after the receiver obeyed, or at a random instant. Afterwards, by the receivers' own books: no order forgotten, none that changed anything twice.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

TARGETS = 3
DOS = ("revoke", "disable", "enrol")
LATE_S = 0.02
HANGS_UP = 0.1
DIES_BEFORE, DIES_AFTER = 0.1, 0.1
"""Chance that who asks is killed before the receiver obeys, and after."""

MOST_KILLS_A_PLAN = 12
SEED = 7

ESTATE = """\
[operator]
id = "bench"
name = "Bench"
[directory]
as_of = 2025-09-30T00:00:00Z
accounts = "accounts.csv"
persons = "persons.csv"
[[service]]
id = "record"
"""
TARGET = """\
[[target]]
id = "receiver{n}"
kind = "webhook"
url = "http://127.0.0.1:{port}/{n}"
secret_env = "TOCSIN_BENCH_SECRET"
"""


@dataclass(slots=True)
class Books:
    """What the receivers keep: the state of each thing, and every change that an order made."""

    chance: random.Random
    closed: set[tuple[str, ...]] = field(default_factory=set)
    changes: dict[tuple[str, str], int] = field(default_factory=dict)
    asked: int = 0
    victim: subprocess.Popen[bytes] | None = None
    kills_left: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, path: str, said: Mapping[str, str]) -> tuple[str, bool]:
        """Obey; the state, and whether to hang up instead of telling it."""
        thing = (path, said["do"], said["account"])
        with self.lock:
            self.asked += 1
            if self._kills(DIES_BEFORE):
                return "", True
            closes = {"close": True, "open": False}.get(said["ask"])
            if closes is not None and (thing in self.closed) != closes:
                mark = (said["key"], said["ask"])
                self.changes[mark] = self.changes.get(mark, 0) + 1
                (self.closed.add if closes else self.closed.discard)(thing)
            state = "closed" if thing in self.closed else "open"
            return state, self._kills(DIES_AFTER) or self.chance.random() < HANGS_UP

    def _kills(self, chance: float) -> bool:
        """Kill who asks, with that chance."""
        if not self.kills_left or self.victim is None or self.chance.random() >= chance:
            return False
        self.kills_left -= 1
        self.victim.send_signal(signal.SIGKILL)
        return True


def run(*, kills: int) -> Mapping[str, Any]:
    """Kill so many times; what became of the orders."""
    books = Books(random.Random(SEED))  # noqa: S311 - chance of a test, not of a key
    with TemporaryDirectory() as name, _served(books) as port:
        place = Path(name)
        case = _case(place, port)
        env = {
            **os.environ,
            "TOCSIN_KEY_DIR": str(place / "keys"),
            "TOCSIN_BENCH_SECRET": "bench",
        }
        began = perf_counter()
        return {
            "benchmark": "contain",
            "rows": [_soak(case, env, books, kills)],
            "elapsed_s": round(perf_counter() - began, 1),
        }


def _soak(case: Path, env: Mapping[str, str], books: Books, kills: int) -> Mapping[str, Any]:
    """Plan, apply, undo, with kills, until there were enough of them."""
    _tocsin(env, "open", str(case), "--estate", str(case.parent / "estate.toml"))
    done, plans, runs, wrong = 0, 0, 0, 0
    while done < kills:
        account = f"pro{plans}"
        asked = ["--account", account, *(w for do in DOS for w in ("--do", do))]
        said = _tocsin(env, "act", str(case), "contain", "plan", *asked, "--json")
        words = [json.loads(said)["plan"], "--by", "bench", "--why", "bench"]
        plans += 1
        things = {(f"/{n}", do, account) for n in range(TARGETS) for do in DOS}
        for verb in ("apply", "undo"):
            books.kills_left = min(MOST_KILLS_A_PLAN, kills - done)
            code = -1
            while code:
                runs += 1
                code = _run(env, ["act", str(case), "contain", verb, *words], books)
                done += code == -signal.SIGKILL
            left = things - books.closed if verb == "apply" else things & books.closed
            wrong += len(left)
    return {
        "kills": done,
        "runs": runs,
        "plans": plans,
        "orders": plans * TARGETS * len(DOS),
        "asked": books.asked,
        "changes": len(books.changes),
        "forgotten": wrong,
        "changed_twice": sum(count - 1 for count in books.changes.values()),
    }


def _run(env: Mapping[str, str], words: list[str], books: Books) -> int:
    """Run a command that may be killed; its exit code."""
    process = subprocess.Popen(  # noqa: S603 - Tocsin itself
        [sys.executable, "-m", "tocsin", *words],
        env=dict(env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    books.victim = process
    try:
        if books.kills_left and books.chance.random() < DIES_BEFORE:
            process.wait(timeout=books.chance.uniform(0.3, 2.0))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    code = process.wait()
    books.victim = None
    return code


def _tocsin(env: Mapping[str, str], *words: str) -> str:
    return subprocess.run(  # noqa: S603 - Tocsin itself
        [sys.executable, "-m", "tocsin", *words],
        env=dict(env),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def _case(place: Path, port: int) -> Path:
    accounts = "\n".join(f"pro{n},doctor,990000001" for n in range(5000))
    (place / "accounts.csv").write_text(f"account,role,organisation\n{accounts}\n")
    (place / "persons.csv").write_text("person,controller\np1,990000001\n")
    targets = "".join(TARGET.format(n=n, port=port) for n in range(TARGETS))
    (place / "estate.toml").write_text(ESTATE + targets)
    return place / "case"


@contextmanager
def _served(books: Books) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state, hangs_up = books.take(self.path, said)
            sleep(LATE_S)
            if hangs_up:
                self.close_connection = True
                return
            body = json.dumps({"state": state}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
