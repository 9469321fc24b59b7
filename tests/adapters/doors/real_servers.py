"""Real servers for the tests: unprivileged where they can be, on loopback, in their folder."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest


def program(name, *, package):
    """Where a server's program is; skips by its name where it is absent, never with CI."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/lib/openldap")
    if found is None:
        assert not os.environ.get("CI"), f"{name} is absent: run `make servers` first"
        pytest.skip(f"{package} is not here: make servers")
    return found


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def answers(host, port):
    try:
        socket.create_connection((host, port), timeout=0.2).close()
    except OSError:
        return False
    return True


def until(there, *, what, seconds=20.0):
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, f"{what} did not come up"
        time.sleep(0.05)


@contextmanager
def running(words, *, log: Path, there, what, env=None):
    """A server's process, stopped at the end whatever happens."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            words,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    try:
        until(lambda: there() or process.poll() is not None, what=what)
        assert process.poll() is None, f"{what}: {log.read_text()[-2000:]}"
        yield process
    finally:
        # The group is of this very process: it was started in a session of its own.
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def certificate(folder: Path, host: str):
    """A certificate of its own for that address of loopback: (certificate, key)."""
    folder.mkdir(exist_ok=True)
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(cert)),
            *("-subj", "/CN=essai.example", "-addext", f"subjectAltName=IP:{host}"),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    key.chmod(0o600)
    return cert, key
