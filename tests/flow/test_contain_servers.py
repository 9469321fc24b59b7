"""The command line against servers really started: planned, applied, verified, undone."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest
from contain_estate import ESTATE, write_estate
from glewlwyd_started import glewlwyd
from haproxy_started import haproxy
from slapd_started import slapd
from webhook_receiver import SECRET as SHARED
from webhook_receiver import webhook

pytestmark = pytest.mark.slow

TARGETS = """\
[[target]]
id = "annuaire"
kind = "ldap"
url = "{ldap}"
base = "{base}"
user = "{admin}"
secret_env = "ESSAI_LDAP"
services = ["dossier"]
[[target]]
id = "identites"
kind = "glewlwyd"
url = "{idp}"
user = "admin"
secret_env = "ESSAI_IDP"
[[target]]
id = "mandataire"
kind = "haproxy"
url = "{proxy}"
[[target]]
id = "maison"
kind = "webhook"
url = "{hook}"
secret_env = "ESSAI_HOOK"
"""

THIEF = "203.0.113.9"


class World:
    """A case, the servers that it closes, and the command line."""

    def __init__(self, folder, servers):
        self.case = folder / "case"
        self.ldap, self.idp, self.proxy, self.hook = servers
        self.env = {
            **os.environ,
            "TOCSIN_KEY_DIR": str(folder / "keys"),
            "TOCSIN_THREADS": "1",
            "ESSAI_LDAP": self.ldap.password,
            "ESSAI_IDP": "password",
            "ESSAI_HOOK": SHARED,
        }

    def tocsin(self, *words, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "tocsin", *words, "--json"],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if done.stdout else done.stderr

    def contain(self, *words, code=0):
        return self.tocsin("act", str(self.case), "contain", *words, code=code)

    def killed(self, *words, after_s):
        process = subprocess.Popen(
            [sys.executable, "-m", "tocsin", "act", str(self.case), "contain", *words],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def listed(self):
        """The lines of the proxy's list of addresses."""
        with socket.socket(socket.AF_UNIX) as talk:
            talk.connect(self.proxy.url.removeprefix("unix://"))
            talk.sendall(b"show acl #0\n")
            return [line for line in talk.makefile().read().splitlines() if THIEF in line]

    def stands(self, *, closed):
        """Ask each server another way than Tocsin does."""
        assert (self.ldap.bind() == 49) == closed
        assert (self.idp.log_in() == "") == closed
        assert (self.proxy.status(address=THIEF) == 403) == closed
        assert len(self.listed()) == int(closed)
        assert bool(self.hook.closed) == closed


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("contain")
    with ExitStack() as stack:
        places = [folder / name for name in ("ldap", "idp", "proxy")]
        for place in places:
            place.mkdir()
        servers = (
            stack.enter_context(slapd(places[0])),
            stack.enter_context(glewlwyd(places[1])),
            stack.enter_context(haproxy(places[2])),
            stack.enter_context(webhook()),
        )
        world = World(folder, servers)
        ldap, idp, proxy, hook = servers
        targets = TARGETS.format(
            ldap=ldap.url,
            base=ldap.base,
            admin=ldap.admin,
            idp=idp.url,
            proxy=proxy.url,
            hook=hook.url,
        )
        text = ESTATE[: ESTATE.index("[[target]]")] + targets
        write_estate(folder / "estate", text)
        accounts = folder / "estate/directory/accounts.csv"
        accounts.write_text(accounts.read_text() + "d.un,10000000100,doctor,990000001\n")
        (folder / "estate/trail/journal.csv").write_text(
            f"at,who,session,from,what,whom\n2025-09-01T10:00:00Z,d.un,thief,{THIEF},read,p1\n"
        )
        world.tocsin("open", str(world.case), "--estate", str(folder / "estate/estate.toml"))
        world.tocsin("ingest", str(world.case))
        yield world


QUESTION = ("--account", "d.un", "--do", "disable", "--do", "deny", "--address", THIEF)
SIGNED = ("--by", "R. Astreinte", "--why", "compte usurpé")


def states(document):
    return {order["state"] for order in document["orders"]}


def test_every_target_is_closed_verified_undone_and_verified_again(world):
    plan = world.contain("plan", *QUESTION)
    orders = {(order["target"], order["do"]) for order in plan["orders"]}
    assert orders == {
        ("annuaire", "disable"),
        ("identites", "disable"),
        ("maison", "disable"),
        ("maison", "deny"),
        ("mandataire", "deny"),
    }
    assert plan["stops"]["accounts"] == ["d.un"]
    world.stands(closed=False)
    assert states(world.contain("apply", plan["plan"], *SIGNED)) == {"applied"}
    world.stands(closed=True)
    assert states(world.contain("verify", plan["plan"])) == {"verified"}
    assert states(world.contain("undo", plan["plan"])) == {"undone"}
    world.stands(closed=False)
    found = world.contain("verify", plan["plan"])
    assert states(found) == {"undone"}
    assert found["over"]["finding"] == "cannot_tell"


def test_killed_at_random_it_ends_the_same(world):
    chance = random.Random(6)
    plan = world.contain("plan", *QUESTION)["plan"]
    for verb, closed in (("apply", True), ("undo", False)):
        for _ in range(5):
            world.killed(verb, plan, *SIGNED, after_s=chance.uniform(0.4, 1.2))
        world.contain(verb, plan, *SIGNED)
        world.stands(closed=closed)


def test_a_target_that_is_away_is_exit_4_and_the_others_are_closed(world):
    plan = world.contain("plan", *QUESTION)["plan"]
    right = world.env.pop("ESSAI_IDP")
    world.contain("apply", plan, *SIGNED, code=2)
    world.stands(closed=False)  # a secret that is not set is said before anything leaves
    world.env["ESSAI_IDP"] = "wrong"
    found = world.contain("apply", plan, *SIGNED, code=4)
    assert {o["target"]: o["state"] for o in found["orders"]}["identites"] == "failed"
    assert world.proxy.status(address=THIEF) == 403
    world.env["ESSAI_IDP"] = right
    assert states(world.contain("apply", plan, *SIGNED)) == {"applied"}
    world.stands(closed=True)
    world.contain("undo", plan)


def test_two_operators_at_once_do_it_once(world):
    plan = world.contain("plan", *QUESTION)["plan"]
    words = [sys.executable, "-m", "tocsin", "act", str(world.case), "contain", "apply", plan]
    both = [
        subprocess.Popen([*words, *SIGNED], env=world.env, stdout=-3, stderr=-3)
        for _ in range(4)
    ]
    codes = {process.wait(timeout=60) for process in both}
    assert codes <= {0, 4}  # 4: another command is writing this case
    assert states(world.contain("apply", plan, *SIGNED)) == {"applied"}
    world.stands(closed=True)
    world.contain("undo", plan)
    world.stands(closed=False)


def test_no_secret_and_no_name_stands_in_the_case(world):
    for file in (world.case / "act").rglob("*.json"):
        text = file.read_text()
        for word in (world.ldap.password, SHARED, "Fictive", "10000000100", "essai.example"):
            assert word not in text, file
    journal = (world.case / "journal.ndjson").read_text()
    assert world.ldap.password not in journal
    assert SHARED not in journal
