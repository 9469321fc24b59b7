"""The few endpoints of Keycloak's admin API that containment calls.

EMULATED, NEVER RUN AGAINST KEYCLOAK: written from its documentation (Admin REST API, users
resource), so that what it does not say is not tested.
"""

import json
import ssl
import threading
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

REALM = "essai"
ADMIN, SECRET = "tocsin-admin", "secret-essai"


class Keycloak:
    """The state of one realm."""

    def __init__(self):
        self.url = ""
        self.grants = ("password",)
        self.token = uuid.uuid4().hex
        self.user = {
            "id": str(uuid.uuid4()),
            "username": "d.un",
            "email": "d.un@essai.example",
            "firstName": "Personne",
            "attributes": {"rpps": ["10000000001"]},
            "enabled": True,
            "requiredActions": ["VERIFY_EMAIL"],
        }
        self.sessions = []
        self.offline = []
        self.asked = []

    def log_in(self):
        self.sessions.append({"id": str(uuid.uuid4()), "start": 1764038400000})

    def answer(self, method, path, query, said, bearer):
        """(status, document) of a call."""
        self.asked.append((method, path))
        if path.endswith("/protocol/openid-connect/token"):
            return self._token(path, said)
        if bearer != self.token:
            return 401, {"error": "HTTP 401 Unauthorized"}
        prefix = f"/admin/realms/{REALM}/users"
        if not path.startswith(prefix):
            return 404, {"error": "Realm not found."}
        rest = path.removeprefix(prefix).strip("/").split("/")
        if rest == [""]:
            return 200, self._found(query)
        if rest[0] != self.user["id"]:
            return 404, {"error": "User not found"}
        return self._of_user(method, rest[1:], said)

    def _token(self, path, said):
        form = {name: values[0] for name, values in parse_qs(said).items()}
        right = {
            "password": (
                path.startswith("/realms/master/")
                and (form.get("username"), form.get("password")) == (ADMIN, SECRET)
            ),
            "client_credentials": (
                path.startswith(f"/realms/{REALM}/")
                and (form.get("client_id"), form.get("client_secret")) == (ADMIN, SECRET)
            ),
        }
        grant = form.get("grant_type", "")
        if grant in self.grants and right.get(grant):
            return 200, {"access_token": self.token, "expires_in": 60}
        return 401, {"error": "invalid_grant"}

    def _found(self, query):
        asked = {name: values[0].lower() for name, values in parse_qs(query).items()}
        hit = any(
            asked.get(field) == self.user[field].lower() for field in ("username", "email")
        )
        return [dict(self.user)] if hit else []

    def _of_user(self, method, rest, said):
        if not rest:
            return self._whole(method, said)
        if rest[0] == "consents":
            return self._consents(method, rest)
        if rest == ["sessions"]:
            return 200, list(self.sessions)
        if rest == ["logout"] and method == "POST":
            self.sessions.clear()
            return 204, None
        return 404, {"error": "not emulated"}

    def _whole(self, method, said):
        if method == "GET":
            return 200, dict(self.user)
        # What is left out of a user is taken for empty: the whole must be sent back.
        self.user = {"id": self.user["id"], "enabled": False, **json.loads(said)}
        return 204, None

    def _consents(self, method, rest):
        if method == "GET":
            return 200, [
                {"clientId": c, "additionalGrants": [{"client": c, "key": "Offline Token"}]}
                for c in self.offline
            ]
        self.offline.remove(rest[1])
        return 204, None


@contextmanager
def keycloak():
    state = Keycloak()

    class Handler(BaseHTTPRequestHandler):
        def _any(self):
            parts = urlsplit(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            said = self.rfile.read(size).decode()
            bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            status, document = state.answer(self.command, parts.path, parts.query, said, bearer)
            body = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815

        def log_message(self, *_):
            pass

    with served(Handler) as port:
        state.url = f"http://127.0.0.1:{port}"
        yield state


@contextmanager
def served(handler, *, tls=None):
    """A web server in a thread, for one test; its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
        # The handshake belongs to the thread of each talk, as a real server does.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.handle_error = lambda *_: None
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
