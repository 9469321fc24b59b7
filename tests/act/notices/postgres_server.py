"""A PostgreSQL of the tests' own, on a socket in a folder of its own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def running() -> Iterator[str]:
    binaries = _binaries()
    root_user = os.getuid() == 0
    if binaries is None or (root_user and shutil.which("runuser") is None):
        assert not os.environ.get("CI"), "run `make servers` first"
        pytest.skip("PostgreSQL is not here: make servers")
    before = ["runuser", "-u", "postgres", "--"] if root_user else []
    with TemporaryDirectory(prefix="tocsin-pg-", dir="/tmp") as name:
        if root_user:
            shutil.chown(name, "postgres")

        def command(tool: str, *words: str) -> None:
            subprocess.run(
                [*before, str(binaries / tool), *words],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=name,
                timeout=120,
            )

        command("initdb", "-D", f"{name}/data", "-U", "tocsin", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={name} -c fsync=off"
        command(
            "pg_ctl", "-D", f"{name}/data", "-w", "-l", f"{name}/log", "-o", options, "start"
        )
        try:
            yield f"postgresql://tocsin@/postgres?host={name}"
        finally:
            command("pg_ctl", "-D", f"{name}/data", "-m", "immediate", "stop")
