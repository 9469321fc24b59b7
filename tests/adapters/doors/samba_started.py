"""Samba as an Active Directory, really started.

Its LDAP ports cannot be chosen: it listens on an address of loopback of its own, where the
machine lets this user have them.
"""

import os
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from real_servers import answers, program, running

HOST = "127.0.0.77"
PASSWORD = "Passw0rd.Essai"
USERS = "CN=Users,DC=essai,DC=example"


@dataclass(frozen=True)
class ActiveDirectory:
    folder: Path
    url: str
    base: str
    admin: str
    password: str
    ca_file: str

    def bind(self):
        """The result code of a login of the person, and what the server adds to it."""
        done = subprocess.run(
            [
                program("ldapsearch", package="ldap-utils"),
                *("-x", "-H", self.url, "-D", f"CN=d.un,{USERS}", "-w", PASSWORD),
                *("-s", "base", "-b", self.base, "1.1"),
            ],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            env={**os.environ, "LDAPTLS_REQCERT": "never"},
        )
        return done.returncode, done.stderr


@contextmanager
def samba(folder: Path):
    words = program("samba", package="samba-ad-dc")
    tool = program("samba-tool", package="samba")
    if not Path("/usr/share/samba/setup").exists():
        assert not os.environ.get("CI"), "samba-ad-provision is absent: run `make servers`"
        pytest.skip("samba-ad-provision is not here: make servers")
    try:
        with socket.socket() as sock:
            sock.bind((HOST, 389))
    except OSError:
        assert not os.environ.get("CI"), "this user may not listen on the port of LDAP"
        pytest.skip("Samba: this user may not listen on port 389")
    place = folder / "ad"
    place.mkdir()
    options = [
        f"--option=interfaces={HOST}/8",
        "--option=bind interfaces only=yes",
        "--option=server services=ldap",
        f"--option=pid directory={place}",
        f"--option=ncalrpc dir={place}/ncalrpc",
        f"--option=log file={place}/log",
        "--option=winbindd socket directory=" + str(place / "winbindd"),
    ]
    _tool(
        [tool, "domain", "provision", f"--targetdir={place}", "--realm=ESSAI.EXAMPLE"],
        ["--domain=ESSAI", "--server-role=dc", "--dns-backend=NONE", f"--host-ip={HOST}"],
        ["--host-name=dc", f"--adminpass={PASSWORD}", *options],
    )
    config = ["-s", str(place / "etc/smb.conf")]
    _tool([tool, "user", "create", "d.un", PASSWORD], config)
    with running(
        [words, "-i", "-M", "single", *config, *options],
        log=place / "samba.log",
        there=lambda: answers(HOST, 636),
        what="Samba",
    ):
        yield ActiveDirectory(
            folder=place,
            url=f"ldaps://{HOST}",
            base="DC=essai,DC=example",
            admin=f"CN=Administrator,{USERS}",
            password=PASSWORD,
            ca_file=str(place / "private/tls/ca.pem"),  # its own, made at its first start
        )


def _tool(*words):
    done = subprocess.run(
        [word for part in words for word in part],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
