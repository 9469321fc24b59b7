"""A receiver of signed orders, as an operator would write one: it checks, and does once."""

import hashlib
import hmac
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from keycloak_emulated import served

from tocsin.adapters.signing import verifies_bytes

SECRET = "secret-partage"


class Receiver:
    def __init__(self):
        self.url = ""
        self.public = ""  # the case's key, where there is no shared secret
        self.closed = set()
        self.done = []  # every change it made
        self.silent = False  # whether it tells its state

    def answer(self, said, key, signature):
        if not self._signed(said, signature):
            return 401, {"error": "signature"}
        order = json.loads(said)
        thing = (order["do"], order["account"], order["address"], order["session"])
        if order["ask"] == "close" and thing not in self.closed:
            assert key == order["key"]
            self.done.append(("close", key))
            self.closed.add(thing)
        if order["ask"] == "open" and thing in self.closed:
            self.done.append(("open", order["key"]))
            self.closed.discard(thing)
        state = "closed" if thing in self.closed else "open"
        return 200, {} if self.silent else {"state": state}

    def _signed(self, said, signature):
        stamp, _, mark = signature.partition(",")
        kind, _, given = mark.partition("=")
        signed = stamp.removeprefix("t=").encode() + b"." + said
        if kind == "ed25519":
            return verifies_bytes(self.public, bytes.fromhex(given), signed)
        wanted = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        return kind == "hmac-sha256" and hmac.compare_digest(wanted, given)


@contextmanager
def webhook(tls=None):
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            said = self.rfile.read(int(self.headers["Content-Length"]))
            status, document = state.answer(
                said, self.headers["Idempotency-Key"], self.headers["Tocsin-Signature"]
            )
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with served(Handler, tls=tls) as port:
        state.url = f"http{'s' if tls else ''}://127.0.0.1:{port}/orders"
        yield state
