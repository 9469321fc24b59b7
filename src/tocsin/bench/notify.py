"""Notices measured: planning, mail into a real Postfix, letters, and 200 kills in a storm.

Peers and limits in the same run: a bare smtplib loop into the same Postfix with messages of
the same size, over one connection; the letters are compared with the core alone.
"""

import os
import random
import signal
import smtplib
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tocsin.bench import postfix
from tocsin.bench.chaos import Chaos
from tocsin.bench.notice_case import MadeCase, person
from tocsin.core.errors import OutsideError
from tocsin.core.records import Says
from tocsin.wiring import bench_notices, notices, notices_send

MAILS, LETTERS = 3_000, 1_000
KILLED_PERSONS, KILLS, CONNECTIONS = 2_000, 200, 2
LINES = 82
"""Of 72 bytes: with its head a bare mail has the size of ours, 6,000 bytes on average."""

ENDINGS = 10
"""Commands that may be needed after the last kill."""

TERMS = ("told", "excluded", "unreachable", "pending", "uncertain")


def run(*, rows: int) -> Mapping[str, Any]:
    """Measure; one row of results per kind.

    Args:
        rows: persons of the plan; fewer than 100,000 shrink the other figures alike.
    """
    share = min(1.0, rows / 100_000)
    with TemporaryDirectory(prefix="tocsin-bench-") as name, _keys(Path(name) / "keys"):
        root = Path(name)
        found = [_planned(root / "plan", rows)]
        found += _letters(max(20, int(LETTERS * share)))
        if postfix.missing():
            raise OutsideError(
                Says(
                    "Postfix n'est pas là, ou vous n'êtes pas root : l'envoi ne peut "
                    "pas être mesuré",
                    "Postfix is not here, or this is not root: mail cannot be measured",
                ),
                next_step=Says(
                    "Lancez `make servers` en root, puis mesurez à nouveau.",
                    "Run `make servers` as root, then measure again.",
                ),
            )
        found += _mailed(root / "mail", max(100, int(MAILS * share)))
        found.append(
            killed(root / "kill", max(60, int(KILLED_PERSONS * share)), int(KILLS * share) or 3)
        )
    return {"bench": "notify", "cores": os.cpu_count(), "rows": found}


@contextmanager
def _keys(folder: Path) -> Iterator[None]:
    before = os.environ.get("TOCSIN_KEY_DIR")
    os.environ["TOCSIN_KEY_DIR"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TOCSIN_KEY_DIR"]
        else:
            os.environ["TOCSIN_KEY_DIR"] = before


class _Timed:
    """Wall and CPU seconds of a block."""

    def __enter__(self) -> "_Timed":
        self.began, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall_s = time.perf_counter() - self.began
        self.cpu_s = time.process_time() - self.cpu


def _made(root: Path, persons: int, more: str = "") -> MadeCase:
    case = MadeCase(root, [person(n) for n in range(persons)])
    case.append(more)
    items = ("identity.birth_name", "identity.birth_date", "contact.email", "contact.phone")
    case.scope(
        (f"P{n:07d}", "990000176", item, "certain" if n % 3 else "probable")
        for n in range(persons)
        for item in items
    )
    return case


def _planned(root: Path, persons: int) -> Mapping[str, Any]:
    case = _made(root, persons, '\n[mail]\nsmtp = "smtp://127.0.0.1:25"\n')
    with _Timed() as timed:
        notices.plan(case.case, possible={})
    return {
        "kind": "plan",
        "persons": persons,
        "wall_s": round(timed.wall_s, 1),
        "cpu_s": round(timed.cpu_s, 1),
    }


def _letters(count: int) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for size, tagged in ((1, True), (100, True), (100, False)):
        setter = bench_notices.letters_of(size, tagged=tagged)
        setter(0)
        with _Timed() as timed:
            for n in range(max(1, count // size)):
                setter(n)
        made = max(1, count // size) * size
        found.append(
            {
                "kind": f"letters, {size} a file, {'PDF/UA' if tagged else 'for a printer'}",
                "letters": made,
                "per_cpu_s": round(made / timed.cpu_s),
                "per_wall_s": round(made / timed.wall_s),
            }
        )
    return found


def _mailed(root: Path, mails: int) -> list[Mapping[str, Any]]:
    """Our own sending between two bare loops; the queue is empty before each."""
    key = generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    found: list[Mapping[str, Any]] = []
    for connections in (1, CONNECTIONS):
        with postfix.running() as server:
            case = _made(root / str(connections), mails)
            (case.estate / "dkim.pem").write_bytes(key)
            case.append(
                f'\n[mail]\nsmtp = "smtp://127.0.0.1:{server.port}"\ndkim = {{domain = '
                '"operateur.invalid", selector = "s1", key_file = "dkim.pem"}\n'
            )
            campaign = _approved(case)
            before = _bare(server, mails // 2)
            with _Timed() as timed:
                pace = notices_send.Pace(patience_s=0, connections=connections)
                notices_send.send(case.case, campaign, pace)
            server.drained()
            bare = (before + _bare(server, mails // 2)) / 2
            rate = mails / timed.wall_s
            found.append(
                {
                    "kind": f"mail into Postfix, DKIM RSA-2048, connections: {connections}",
                    "mails": mails,
                    "per_wall_s": round(rate),
                    "bare_loop_per_wall_s": round(bare),
                    "of_bare_loop": round(rate / bare, 2),
                    "cpu_ms_per_mail": round(1000 * timed.cpu_s / mails, 2),
                }
            )
    return found


def _approved(case: MadeCase) -> str:
    campaign = str(notices.plan(case.case, possible={})["campaign"])
    for key in case.keys:
        notices.approve(case.case, campaign, key)
    return campaign


def _bare(server: postfix.Postfix, mails: int) -> float:
    """Mails a second of smtplib alone over one connection: the size of ours, unsigned, nothing
    kept."""
    body = "x" * 70 + "\r\n"
    head = "From: a@bench.invalid\r\nSubject: bench\r\nMessage-ID: <{n}@bench.invalid>\r\n\r\n"
    with smtplib.SMTP("127.0.0.1", server.port) as smtp:
        began = time.perf_counter()
        for n in range(mails):
            text = head.format(n=n) + body * LINES
            smtp.sendmail("a@bench.invalid", [f"b{n}@bench.invalid"], text)
        rate = mails / (time.perf_counter() - began)
    server.drained()
    return rate


def killed(root: Path, persons: int, kills: int) -> Mapping[str, Any]:
    """Kill -9 at random instants while a proxy drops connections and answers late."""
    chance = random.Random(200)  # noqa: S311  (instants, not secrets)
    with postfix.running() as server:
        proxy = Chaos(server.port, seed=7, trouble=0.01, late=0.35, late_s=0.25)
        case = _made(
            root,
            persons,
            f'\n[mail]\nsmtp = "smtp://127.0.0.1:{proxy.port}"\naccepted_log = "mail.log"\n',
        )
        os.link(server.log, case.estate / "mail.log")
        campaign = _approved(case)
        words = ("send", campaign, "--connections", str(CONNECTIONS))
        sums = True
        uncertain = hit = 0
        for n in range(kills):
            hit += _kill(case, words, proxy, chance)
            if n % 10 == 9:
                overall = notices.status(case.case)["overall"]
                sums &= overall["scoped"] == sum(overall[term] for term in TERMS)
                uncertain = max(uncertain, overall["uncertain"])
        connections = proxy.connections
        overall = _ended(case, words)
        sums &= overall["scoped"] == sum(overall[term] for term in TERMS)
        mails = server.since({}, expect=persons)
        proxy.close()
    readers = Counter(str(mail["Delivered-To"]) for mail in mails)
    return {
        "kind": "kill -9 in a storm",
        "persons": persons,
        "kills": kills,
        "kills_while_sending": hit,
        "connections": connections,
        "most_uncertain_at_once": uncertain,
        "sums_exact": sums,
        "told": overall["told"],
        "left_uncertain": overall["uncertain"],
        "persons_mailed": len(readers),
        "mailed_twice": sum(count > 1 for count in readers.values()),
    }


def _ended(case: MadeCase, words: tuple[str, ...]) -> Mapping[str, int]:
    """Send until nobody waits, however slow the machine: what ends it is a fact, not a time."""
    overall: Mapping[str, int] = {}
    for _ in range(ENDINGS):
        subprocess.run(_command(case, *words), check=False, capture_output=True)  # noqa: S603
        overall = notices_send.reconcile(case.case)["overall"]
        if not overall["pending"] and not overall["uncertain"]:
            break
    return overall


def _kill(case: MadeCase, words: tuple[str, ...], proxy: Chaos, chance: random.Random) -> bool:
    before = proxy.connections
    process = subprocess.Popen(  # noqa: S603  (our own command line)
        _command(case, *words, "--patience", "0"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 30
    while proxy.connections == before and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, 1.2))
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return alive


def _command(case: MadeCase, *words: str) -> list[str]:
    return [sys.executable, "-m", "tocsin", "act", str(case.case), "notify", *words]
