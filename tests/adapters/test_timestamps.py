"""Time-stamps of a real authority: `openssl ts` behind a small HTTP server on loopback."""

import shutil
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tocsin.adapters.timestamps import ROOTS_VARIABLE, URL_VARIABLE, TimestampAuthority
from tocsin.core.errors import InputError, OutsideError
from tocsin.core.seal import Finding

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed"),
]

CONFIGURATION = """
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa_config]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


def openssl(folder, *words, **more):
    done = subprocess.run(
        ["openssl", *words], cwd=folder, capture_output=True, check=True, **more
    )
    return done.stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The folder of an authority with a root of its own."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "ts.cnf").write_text(CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    for name in ("ca", "tsa"):
        openssl(
            folder, "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", f"{name}.key"
        )
        openssl(
            folder,
            "req",
            "-new",
            "-key",
            f"{name}.key",
            "-subj",
            f"/CN={name}",
            "-out",
            f"{name}.csr",
        )
    sign = ("x509", "-req", "-days", "30", "-extfile", "ts.cnf")
    openssl(
        folder,
        *sign,
        "-in",
        "ca.csr",
        "-signkey",
        "ca.key",
        "-extensions",
        "ca",
        "-out",
        "ca.pem",
    )
    openssl(
        folder,
        *sign,
        *("-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
        *("-extensions", "tsa", "-out", "tsa.pem"),
    )
    return folder


@contextmanager
def served(reply):
    """An HTTP server that answers each POST with what `reply` makes of its body."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            body = reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def url(authority, monkeypatch):
    def stamped(query):
        (authority / "q.tsq").write_bytes(query)
        return openssl(
            authority,
            *("ts", "-reply", "-config", "ts.cnf", "-section", "tsa_config"),
            *("-queryfile", "q.tsq"),
        )

    with served(stamped) as found:
        monkeypatch.setenv(URL_VARIABLE, found)
        monkeypatch.setenv(ROOTS_VARIABLE, str(authority / "ca.pem"))
        yield found


def test_a_real_authority_stamps_and_its_reply_is_verified(url, authority):
    reply = TimestampAuthority().stamp(b"root")
    result, at = TimestampAuthority().check(b"root", reply)
    assert (result, at[:2]) == (Finding.PASS, "20")
    (authority / "r.tsr").write_bytes(reply)
    (authority / "root").write_bytes(b"root")
    openssl(authority, "ts", "-verify", "-data", "root", "-in", "r.tsr", "-CAfile", "ca.pem")


def test_a_reply_for_other_bytes_fails(url):
    reply = TimestampAuthority().stamp(b"root")
    assert TimestampAuthority().check(b"another", reply)[0] is Finding.FAIL


def test_a_reply_that_was_changed_fails(url):
    reply = bytearray(TimestampAuthority().stamp(b"root"))
    reply[-1] ^= 1
    assert TimestampAuthority().check(b"root", bytes(reply))[0] is Finding.FAIL
    assert TimestampAuthority().check(b"root", b"nothing")[0] is Finding.FAIL


def test_without_trusted_roots_a_time_stamp_is_not_checked(url, monkeypatch):
    reply = TimestampAuthority().stamp(b"root")
    monkeypatch.delenv(ROOTS_VARIABLE)
    assert TimestampAuthority().check(b"root", reply)[0] is Finding.NOT_CHECKED
    assert TimestampAuthority().check(b"another", reply)[0] is Finding.FAIL


def test_an_authority_that_nobody_certified_fails(url, monkeypatch, authority):
    reply = TimestampAuthority().stamp(b"root")
    other = authority / "other"
    other.mkdir(exist_ok=True)
    openssl(
        other,
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-nodes", "-keyout", "k", "-out", "other.pem", "-subj", "/CN=other"),
    )
    monkeypatch.setenv(ROOTS_VARIABLE, str(other / "other.pem"))
    assert TimestampAuthority().check(b"root", reply)[0] is Finding.FAIL


def test_without_authority_nothing_is_stamped(monkeypatch):
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    assert TimestampAuthority().stamp(b"root") == b""


def test_an_authority_that_answers_wrongly_is_something_outside(monkeypatch, authority):
    monkeypatch.setenv(ROOTS_VARIABLE, str(authority / "ca.pem"))
    for reply in (b"no", bytes(300_000)):
        with served(lambda _, reply=reply: reply) as found:
            monkeypatch.setenv(URL_VARIABLE, found)
            with pytest.raises(OutsideError):
                TimestampAuthority().stamp(b"root")
    with pytest.raises(OutsideError):  # the server is gone
        TimestampAuthority().stamp(b"root")


def test_only_http_addresses_are_asked(monkeypatch):
    monkeypatch.setenv(URL_VARIABLE, "file:///etc/passwd")
    with pytest.raises(InputError):
        TimestampAuthority().stamp(b"root")
