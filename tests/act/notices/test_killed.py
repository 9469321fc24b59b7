"""Killed at random instants before a Postfix that drops connections and answers late."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import postfix_server
import pytest

from tocsin.bench.chaos import Chaos
from tocsin.bench.notice_case import MadeCase, person

pytestmark = pytest.mark.slow

PERSONS, KILLS, CONNECTIONS = 500, 20, 2
TERMS = ("told", "excluded", "unreachable", "pending", "uncertain")


def test_twenty_kills_lose_nobody_and_tell_nobody_twice(tmp_path):
    env = {**os.environ, "TOCSIN_KEY_DIR": str(tmp_path / "keys"), "TOCSIN_THREADS": "1"}
    os.environ["TOCSIN_KEY_DIR"] = env["TOCSIN_KEY_DIR"]
    with postfix_server.running() as server:
        proxy = Chaos(server.port, seed=7)
        made = MadeCase(tmp_path / "made", [person(n) for n in range(PERSONS)])
        made.append(
            f'\n[mail]\nsmtp = "smtp://127.0.0.1:{proxy.port}"\naccepted_log = "mail.log"\n'
        )
        os.link(server.log, made.estate / "mail.log")
        made.scope(
            (row, "990000176", "identity.birth_name", "certain")
            for row in (f"P{n:07d}" for n in range(PERSONS))
        )

        def command(*words):
            return [sys.executable, "-m", "tocsin", "act", str(made.case), "notify", *words]

        def told(*words):
            done = subprocess.run(
                command(*words, "--json"), env=env, capture_output=True, text=True, check=True
            )
            found = json.loads(done.stdout)
            for counted in (found["overall"], *found["controllers"]):
                assert counted["scoped"] == sum(counted[term] for term in TERMS)
            return found["overall"]

        done = subprocess.run(
            command("plan", "--json"), env=env, capture_output=True, text=True, check=True
        )
        campaign = json.loads(done.stdout)["campaign"]
        for key in made.keys:
            words = command("approve", campaign, "--key", str(key))
            subprocess.run(words, env=env, check=True, capture_output=True)
        chance = random.Random(20)
        sending = ("send", campaign, "--connections", str(CONNECTIONS), "--patience", "0")
        for n in range(KILLS):
            process = subprocess.Popen(
                command(*sending), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            time.sleep(chance.uniform(0.6, 2.2))
            process.send_signal(signal.SIGKILL)
            process.wait()
            if n % 5 == 4:
                overall = told("status")
                assert overall["uncertain"] <= (n + 1) * CONNECTIONS + proxy.connections
        told("send", campaign, "--connections", str(CONNECTIONS))
        overall = told("reconcile")
        assert overall == {
            "scoped": PERSONS,
            "told": PERSONS,
            "excluded": 0,
            "unreachable": 0,
            "pending": 0,
            "uncertain": 0,
        }
        mails = server.since({}, expect=PERSONS)
        proxy.close()
    readers = Counter(mail["Delivered-To"] for mail in mails)
    assert len(readers) == PERSONS
    assert max(readers.values()) == 1
