"""Targets that are slow, lie, hang half-open or answer without end hold no command."""

import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from door_words import order_of, target_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.adapters import wire
from tocsin.adapters.glewlwyd_admin import GlewlwydDoor
from tocsin.adapters.haproxy_runtime import HaproxyDoor
from tocsin.adapters.keycloak_admin import KeycloakDoor
from tocsin.adapters.ldap_directory import LdapDoor
from tocsin.adapters.signed_webhook import WebhookDoor
from tocsin.core.errors import OutsideError
from tocsin.core.orders import UnansweredError, UntriedError

PATIENCE_S = 0.4


@pytest.fixture(autouse=True)
def impatient(monkeypatch, secret):
    """The deadline is short and the bound low, so that the tests are."""
    monkeypatch.setattr(wire, "DEADLINE_S", PATIENCE_S)
    monkeypatch.setattr(wire, "MOST_BYTES", 100_000)
    secret("s3cr3t-essai")


@contextmanager
def server(behave):
    """A TCP server that does with each connection what `behave` says; its port."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(8)
    stop = threading.Event()

    def each(talk):
        with talk:
            talk.settimeout(5)
            with suppress(OSError):
                behave(talk, stop)

    def accept():
        while not stop.is_set():
            try:
                talk, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=each, args=(talk,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        stop.set()
        listening.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        listening.close()


def reads_and_hangs(talk, stop):
    talk.recv(65536)
    stop.wait(10)


def hangs_without_reading(talk, stop):
    stop.wait(10)


def hangs_up_at_once(talk, stop):
    del stop


def reads_and_hangs_up(talk, stop):
    talk.recv(65536)


def drips(talk, stop):
    talk.recv(65536)
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000:
        talk.sendall(bytes([byte]))
        if stop.wait(0.05):
            return


def answers_without_end(talk, stop):
    talk.recv(65536)
    talk.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not stop.is_set():
        talk.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")


def headers_without_end(talk, stop):
    talk.recv(65536)
    talk.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stop.is_set():
        talk.sendall(b"X-More: " + b"x" * 4096 + b"\r\n")


def is_cut_short(talk, stop):
    talk.recv(65536)
    talk.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"sta')


def speaks_nonsense(talk, stop):
    talk.recv(65536)
    talk.sendall(b"\x30\x84\xff\xff\xff\xff\x00nonsense\r\n\r\n" * 20)


def announces_a_giant(talk, stop):
    talk.recv(65536)
    talk.sendall(b"\x30\x84\x7f\xff\xff\xff\x02\x01\x01")
    stop.wait(10)


BEHAVIOURS = [
    reads_and_hangs,
    hangs_without_reading,
    hangs_up_at_once,
    reads_and_hangs_up,
    drips,
    answers_without_end,
    headers_without_end,
    is_cut_short,
    speaks_nonsense,
    announces_a_giant,
]


def doors(port):
    http = f"http://127.0.0.1:{port}"
    return {
        "webhook": WebhookDoor(target_of("webhook", http), lambda _: b""),
        "keycloak": KeycloakDoor(target_of("keycloak", http, user="a", realm="r")),
        "glewlwyd": GlewlwydDoor(target_of("glewlwyd", http, user="a")),
        "haproxy": HaproxyDoor(target_of("haproxy", f"tcp://127.0.0.1:{port}")),
        "ldap": LdapDoor(target_of("ldap", f"ldap://127.0.0.1:{port}", user="a", base="b")),
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["webhook", "keycloak", "glewlwyd", "haproxy", "ldap"])
@pytest.mark.parametrize("behave", BEHAVIOURS, ids=lambda f: f.__name__)
def test_a_bad_target_is_an_outside_error_in_time_and_tells_no_secret(kind, behave):
    more = {"address": "198.51.100.7"} if kind == "haproxy" else {}
    order = order_of("deny" if kind == "haproxy" else "disable", **more)
    with server(behave) as port:
        door = doors(port)[kind]
        for ask in (door.look, door.close):
            began = time.monotonic()
            with pytest.raises(OutsideError) as caught:
                ask(order, ("d.un",))
            assert time.monotonic() - began < PATIENCE_S * 3 + 1
            assert "s3cr3t" not in str(caught.value)
            assert caught.value.next_step


@pytest.mark.parametrize(
    ("behave", "kind"),
    [
        (reads_and_hangs, UnansweredError),
        (reads_and_hangs_up, UnansweredError),
        (is_cut_short, UnansweredError),
    ],
)
def test_an_order_that_left_without_receipt_is_in_doubt(behave, kind):
    with server(behave) as port, pytest.raises(kind):
        doors(port)["webhook"].close(order_of("disable"), ("d.un",))


def test_a_login_without_answer_has_changed_nothing():
    with server(reads_and_hangs_up) as port:
        for kind in ("keycloak", "glewlwyd", "ldap"):
            with pytest.raises(UntriedError):
                doors(port)[kind].close(order_of("disable"), ("d.un",))


def test_a_target_that_nobody_serves_has_done_nothing():
    with socket.socket() as held:  # a port that is taken, and does not listen
        held.bind(("127.0.0.1", 0))
        for door in doors(held.getsockname()[1]).values():
            with pytest.raises(UntriedError, match="cannot be reached"):
                door.close(order_of("disable", address="198.51.100.7"), ("d.un",))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_nobody_is_called_there(status):
    called = []

    def elsewhere(talk, stop):
        called.append(talk.recv(10))

    def redirects(talk, stop):
        talk.recv(65536)
        place = f"http://127.0.0.1:{other}/".encode()
        said = b"HTTP/1.1 %d Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
        talk.sendall(said % (status, place))

    refused = pytest.raises(UntriedError, match="redirect")
    with server(elsewhere) as other, server(redirects) as port, refused:
        doors(port)["webhook"].close(order_of("disable"), ("d.un",))
    assert called == []


def test_a_failure_in_the_middle_is_in_doubt_and_a_refusal_is_not():
    def answers(line):
        def behave(talk, stop):
            talk.recv(65536)
            talk.sendall(b"HTTP/1.1 " + line + b"\r\nContent-Length: 0\r\n\r\n")

        return behave

    for line, kind in ((b"500 Oops", UnansweredError), (b"403 No", UntriedError)):
        with server(answers(line)) as port, pytest.raises(kind):
            doors(port)["webhook"].close(order_of("disable"), ("d.un",))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.binary(max_size=200))
def test_no_answer_of_a_directory_breaks_the_reader(said):
    def behave(talk, stop):
        talk.recv(65536)
        talk.sendall(b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00")  # bound
        talk.recv(65536)
        talk.sendall(said)

    with server(behave) as port, pytest.raises(OutsideError):
        doors(port)["ldap"].look(order_of("disable"), ("d.un",))


@pytest.mark.parametrize(
    "said",
    [
        b"[" * 90_000,
        b"[]",
        b'{"state": 3}',
        b'"closed"',
        b"null",
        b'{"state": null}',
        b"\xff\xfe",
        b"",
    ],
)
def test_a_webhook_that_says_something_else_tells_no_state(said):
    def behave(talk, stop):
        talk.recv(65536)
        size = str(len(said)).encode()
        talk.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: " + size + b"\r\n\r\n" + said)

    with server(behave) as port:
        seen = doors(port)["webhook"].look(order_of("disable"), ("d.un",))
    assert seen.closed is None
