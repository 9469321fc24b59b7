"""Peers of `check`, offline: SpamAssassin and rspamd from Debian, installed and started here."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("spamassassin", "spamd", "spamc", "rspamd")
SPAMD_PORT, RSPAMD_PORT = 17_830, 17_831
START_S = 240
"""Seconds that a peer may take to start; rspamd compiles its expressions first."""


def installed() -> bool:
    """Whether the peers are there; installs them from Debian where this may be done."""
    wanted = ("spamd", "spamc", "rspamd")
    if all(_found(name) for name in wanted):
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(  # noqa: S603  (our own command line)
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],  # noqa: S607
            capture_output=True,
            check=False,
        )
    return all(_found(name) for name in wanted)


def _found(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@contextmanager
def spamassassin() -> Iterator[None]:
    """spamd without network tests, on a port of its own."""
    with tempfile.TemporaryDirectory(prefix="tocsin-spamd-") as home:
        Path(home).chmod(0o777)
        command = [
            str(_found("spamd")),
            "-L",
            "--port",
            str(SPAMD_PORT),
            "--max-children",
            "1",
            "-u",
            "nobody",
            "-H",
            home,
            "-s",
            "null",
            "--nouser-config",
        ]
        with _running(command, SPAMD_PORT):
            yield


@contextmanager
def rspamd() -> Iterator[None]:
    """rspamd without DNS, on ports of its own."""
    with tempfile.TemporaryDirectory(prefix="tocsin-rspamd-") as home:
        folder = Path(home)
        for name in ("local.d", "run", "db", "log"):
            (folder / name).mkdir()
        local = folder / "local.d"
        (local / "options.inc").write_text(
            'dns { nameserver = ["127.0.0.1:9"]; timeout = 0.05s; retransmits = 1; }\n'
        )
        (local / "worker-normal.inc").write_text(
            f'bind_socket = "127.0.0.1:{RSPAMD_PORT}"; count = 1;\n'
        )
        (local / "worker-controller.inc").write_text(
            f'bind_socket = "127.0.0.1:{RSPAMD_PORT + 1}"; count = 1;\n'
        )
        for n, name in enumerate(("worker-proxy", "worker-fuzzy"), start=2):
            (local / f"{name}.inc").write_text(
                f'enabled = false; bind_socket = "127.0.0.1:{RSPAMD_PORT + n}";\n'
            )
        variables = {
            "LOCAL_CONFDIR": folder,
            "RUNDIR": folder / "run",
            "DBDIR": folder / "db",
            "LOGDIR": folder / "log",
        }
        command = [str(_found("rspamd")), "-f", "-i", "-u", "root", "-g", "root"]
        command += [f"--var={name}={value}" for name, value in variables.items()]
        with _running(command, RSPAMD_PORT):
            yield


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603  (our own command line)
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait(port, process)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise RuntimeError(f"{process.args!r} did not start")


def spamassassin_score(raw: bytes) -> float:
    """The score that SpamAssassin gives a mail; 5 and more is spam by default."""
    done = subprocess.run(  # noqa: S603  (our own command line)
        [str(_found("spamc")), "-p", str(SPAMD_PORT), "-c", "-s", "10000000"],
        input=raw,
        capture_output=True,
        check=False,
    )
    try:
        return float(done.stdout.split(b"/")[0])
    except ValueError:
        return 0.0


def rspamd_score(raw: bytes) -> float:
    """The score that rspamd gives a mail; 6 and more adds a header by default."""
    asked = urllib.request.Request(f"http://127.0.0.1:{RSPAMD_PORT}/checkv2", data=raw)
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310  (this machine)
        return float(json.load(answer).get("score", 0.0))
