"""A whole command, measured in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

# A child's peak counts that of the process which started it, from before it became itself: a
# small one stands between the benchmark, which may have grown, and the command.
_LAUNCH = """
import json, os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
_, state, usage = os.wait4(process.pid, 0)
wall = time.perf_counter() - began
with open(sys.argv[1], "w") as told:
    json.dump([wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024], told)
sys.exit(os.waitstatus_to_exitcode(state) and 1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a command took.

    Args:
        wall_s: seconds on the clock, its start included.
        cpu_s: seconds of processor, its children's included.
        peak_mib: its resident memory at the most.
    """

    wall_s: float
    cpu_s: float
    peak_mib: int


def spent(*words: str, env: Mapping[str, str] | None = None) -> Spent:
    """Run `tocsin` with these words.

    Raises:
        RuntimeError: it failed; the message is what it said.
    """
    with TemporaryDirectory(prefix="tocsin-bench-") as folder:
        told = Path(folder) / "told.json"
        command = [sys.executable, "-m", "tocsin", *words]
        done = subprocess.run(  # noqa: S603  (our own command line)
            [sys.executable, "-c", _LAUNCH, str(told), *command],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **(env or {})},
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        wall, used, peak = json.loads(told.read_text())
    return Spent(wall_s=wall, cpu_s=used, peak_mib=peak)
