"""HAProxy, really started: one list of addresses and one of sessions that it refuses."""

import http.client
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from real_servers import answers, free_port, program, running

CONFIG = """\
global
  stats socket {folder}/admin.sock mode 600 level admin
defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
frontend door
  bind 127.0.0.1:{port}
  http-request set-src hdr(x-from)
  http-request deny if {{ src -f {folder}/deny_addresses.acl }}
  http-request deny if {{ req.cook(SESSION),map({folder}/deny_sessions.map) -m found }}
  http-request deny if !{{ src -f {folder}/allowed_networks.acl }} {{ path /inner }}
  http-request return status 200 content-type text/plain string ok
"""


@dataclass(frozen=True)
class Haproxy:
    url: str
    port: int

    def status(self, *, address="192.0.2.1", session="none"):
        """What the proxy answers a visitor of that address with that session."""
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        talk.request("GET", "/", headers={"X-From": address, "Cookie": f"SESSION={session}"})
        return talk.getresponse().status


@contextmanager
def haproxy(folder: Path, *, config=CONFIG):
    words = program("haproxy", package="HAProxy")
    port = free_port()
    for name in ("deny_addresses.acl", "deny_sessions.map"):
        (folder / name).touch()
    (folder / "allowed_networks.acl").write_text("192.0.2.0/24\n")
    (folder / "haproxy.cfg").write_text(config.format(folder=folder, port=port))
    with running(
        [words, "-db", "-f", str(folder / "haproxy.cfg")],
        log=folder / "haproxy.log",
        there=lambda: answers("127.0.0.1", port),
        what="HAProxy",
    ):
        yield Haproxy(url=f"unix://{folder}/admin.sock", port=port)
