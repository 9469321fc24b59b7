"""Runs one verb of containment and kills itself, without warning, at its n-th write.

A write is anything that outlives the process: a file put in place, a line of the journal, a
change at the door. The door's own state stands in a file, as a server's would.
"""

import json
import os
import signal
import sys
from pathlib import Path

from tocsin.adapters import signing
from tocsin.adapters.case_folder import CaseFolder
from tocsin.core.orders import Seen
from tocsin.core.records import Says
from tocsin.flow import contain_orders
from tocsin.flow.contain_orders import Hands
from tocsin.wiring import containment
from tocsin.wiring.world import open_world

case, plan, state, at, verb = sys.argv[1:]
left = int(at)


def write():
    """Count one write; die at the n-th, before it."""
    global left  # noqa: PLW0603 - a process that lives for one run
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


class Door:
    """A server whose state is a file; says its state as a real one does."""

    def _read(self):
        file = Path(state)
        return json.loads(file.read_text()) if file.exists() else {"closed": [], "changes": {}}

    def _set(self, order, *, closed):
        now = self._read()
        thing = f"{order.target} {order.do} {order.account}"
        if (thing in now["closed"]) == closed:
            return  # as it is already: asking twice changes once
        write()
        (now["closed"].append if closed else now["closed"].remove)(thing)
        mark = f"{order.key} {'close' if closed else 'open'}"
        now["changes"][mark] = now["changes"].get(mark, 0) + 1
        aside = Path(state + ".new")
        aside.write_text(json.dumps(now))
        aside.replace(state)
        write()

    def look(self, order, names):
        closed = f"{order.target} {order.do} {order.account}" in self._read()["closed"]
        return Seen(closed=closed, found={"closed": closed}, says=Says("vu", "seen"))

    def close(self, order, names):
        self._set(order, closed=True)
        return Says("fermé", "closed")

    def reopen(self, order, names):
        if not order.before["closed"]:
            self._set(order, closed=False)
        return Says("ouvert", "open")


def counted(method):
    def before_and_after(*args, **kwargs):
        write()
        done = method(*args, **kwargs)
        write()
        return done

    return before_and_after


CaseFolder.publish = counted(CaseFolder.publish)
CaseFolder.note = counted(CaseFolder.note)

with open_world(Path(case), write=True) as (world, folder):
    outgoing = containment.outgoing_of(folder, why="contain")
    hands = Hands(outgoing=outgoing, opens=lambda _: Door(), verifies=signing.verifies)
    act = getattr(contain_orders, verb)
    found = act(world, plan, hands, by="R. Astreinte", why="essai")
    assert contain_orders.unfinished(found) is None
