"""Glewlwyd, a server of OpenID Connect, really started."""

import base64
import gzip
import http.client
import json
import os
import re
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from real_servers import answers, free_port, program, running

SCHEMA = Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz")
SAMPLE = Path("/usr/share/doc/glewlwyd/glewlwyd.conf.sample.gz")
PERSON, PASSWORD = "d.un", "motdepasse"

PLUGIN = {
    "module": "oidc",
    "name": "oidc",
    "display_name": "oidc",
    "enabled": True,
    "parameters": {
        "iss": "http://127.0.0.1/",
        "jwt-type": "sha",
        "jwt-key-size": "256",
        "key": "essai-essai-essai-essai-essai-es",
        "access-token-duration": 3600,
        "refresh-token-duration": 1209600,
        "code-duration": 600,
        "refresh-token-rolling": True,
        "allow-non-oidc": True,
        "auth-type-password-enabled": True,
        "auth-type-refresh-enabled": True,
        "subject-type": "public",
        "address-claim": {"type": "no"},
        "claims": [],
        "scope": [],
        "additional-parameters": [],
        "name-claim": "no",
        "email-claim": "no",
        "scope-claim": "no",
    },
}
CLIENT = {
    "client_id": "portail",
    "name": "portail",
    "confidential": True,
    "password": "secret-essai",
    "client_secret": "secret-essai",
    "redirect_uri": ["http://127.0.0.1/"],
    "authorization_type": ["password", "refresh_token"],
    "token_endpoint_auth_method": ["client_secret_basic"],
    "scope": ["g_profile"],
    "enabled": True,
}


class Glewlwyd:
    def __init__(self, port):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def call(self, method, path, said=None, cookie=""):
        body = json.dumps(said) if said is not None else None
        headers = {"Content-Type": "application/json", "Cookie": cookie}
        return self._ask(method, path, body, headers)

    def log_in(self, name=PERSON, password=PASSWORD):
        """The session cookie of a person; '' if they are not let in."""
        said = {"username": name, "password": password}
        status, cookie, _ = self.call("POST", "/auth/", said)
        return cookie if status == 200 else ""

    def inside(self, cookie):
        """What the server answers to the holder of that cookie."""
        return self.call("GET", "/profile_list/", cookie=cookie)[0]

    def token(self, **grant):
        """A status, and the refresh token if there is one."""
        secret = base64.b64encode(b"portail:secret-essai").decode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": f"Basic {secret}",
        }
        status, _, body = self._ask("POST", "/oidc/token", urlencode(grant), headers)
        return status, json.loads(body).get("refresh_token", "") if body else ""

    def refresh_token(self):
        grant = {"grant_type": "password", "scope": "g_profile"}
        return self.token(**grant, username=PERSON, password=PASSWORD)[1]

    def refreshed(self, token):
        return self.token(grant_type="refresh_token", refresh_token=token)[0]

    def _ask(self, method, path, body, headers):
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        talk.request(method, f"/api{path}", body, headers)
        reply = talk.getresponse()
        cookie = (reply.headers.get("Set-Cookie") or "").partition(";")[0]
        return reply.status, cookie, reply.read()


@contextmanager
def glewlwyd(folder: Path):
    words = program("glewlwyd", package="Glewlwyd")
    if not SCHEMA.exists():
        assert not os.environ.get("CI"), "Glewlwyd's schema is absent: its documentation has it"
        pytest.skip("Glewlwyd's schema is not here: Debian's documentation is left out")
    port = free_port()
    database = folder / "glewlwyd.db"
    with sqlite3.connect(database) as base:
        base.executescript(gzip.decompress(SCHEMA.read_bytes()).decode())
    text = gzip.decompress(SAMPLE.read_bytes()).decode()
    for found, written in (
        (r"(?m)^#?bind_address=.*$", 'bind_address="127.0.0.1"'),
        (r"(?m)^port=.*$", f"port={port}"),
        (r"localhost:4593", f"127.0.0.1:{port}"),
        (r'cookie_domain="localhost"', 'cookie_domain="127.0.0.1"'),
        (r"cookie_secure=1", "cookie_secure=0"),
        (r'path = "[^"]*"', f'path = "{database}"'),
        (r'log_file="[^"]*"', f'log_file="{folder}/log"'),
    ):
        text = re.sub(found, written, text)
    (folder / "glewlwyd.conf").write_text(text)
    server = Glewlwyd(port)
    with running(
        [words, f"--config-file={folder}/glewlwyd.conf"],
        log=folder / "glewlwyd.log",
        there=lambda: answers("127.0.0.1", port),
        what="Glewlwyd",
    ):
        admin = server.log_in("admin", "password")
        person = {"username": PERSON, "password": PASSWORD, "name": "Personne Fictive"}
        more = {"email": "d.un@essai.example", "scope": ["g_profile"], "enabled": True}
        for path, said in (
            ("/user/", {**person, **more}),
            ("/mod/plugin/", PLUGIN),
            ("/client/", CLIENT),
        ):
            status, _, body = server.call("POST", path, said, admin)
            assert status == 200, body
        yield server
