"""Text messages: an SMS centre and a gateway that behave well, badly, and not at all."""

import json
import socket
import struct
import sys
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent / "doors"))
from keycloak_emulated import served

from tocsin.adapters import wire
from tocsin.adapters.smpp_session import SmppSession
from tocsin.adapters.sms_gateway import GatewayCarrier
from tocsin.adapters.sms_smpp import SmppCarrier
from tocsin.adapters.sms_text import BASIC, EXTENDED, gsm, ucs2
from tocsin.adapters.web_calls import Site
from tocsin.core.errors import OutsideError
from tocsin.core.notices import Parcel, State
from tocsin.core.outgoing import Address

USER, SECRET = "tocsin", "secret8"
TEXT = "GRADeS Essai : un incident. Réf. AB12. Rien à cliquer : 02 00 00 00 00"


def address(scheme, port):
    url = f"{scheme}://127.0.0.1:{port}"
    return Address(url=url, scheme=scheme, host="127.0.0.1", port=port, path="")


def parcel(text=TEXT, to="+33600000000"):
    return Parcel(notice="n1", to=to, content=text.encode())


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(wire, "DEADLINE_S", 1.0)


# SMPP ---------------------------------------------------------------------------------------


class Centre:
    """An SMS centre that takes PDUs apart as the standard writes them."""

    def __init__(self):
        self.port = 0
        self.taken = []
        self.sessions = 0
        self.status = {}  # command -> command_status
        self.before = b""  # PDUs of its own that come before an answer
        self.silent_on = 0  # command that gets no answer
        self.receipts = []  # deliver_sm bodies that a receiver is given, kept until taken
        self.gives_receipts = True
        self.answers = []  # command_status of its answers

    def talk(self, sock):
        self.sessions += 1
        read = sock.makefile("rb")
        while head := read.read(16):
            size, command, _, number = struct.unpack(">IIII", head)
            body = read.read(size - 16)
            status = self.status.get(command, 0)
            if command == 0x2:
                user, word = body.split(b"\0")[:2]
                status = 0 if (user, word) == (USER.encode(), SECRET.encode()) else 0x0E
            if command == 0x4 and message(body)["registered"] and not self.gives_receipts:
                status = 0x07
            if command == 0x4 and not status:
                self.taken.append(message(body))
            if command == self.silent_on:
                return
            mark = b"A1B2C%d\0" % (2 + len(self.taken))
            answer = b"" if status else {0x2: b"CENTRE\0", 0x4: mark}.get(command, b"")
            head = struct.pack(">IIII", 16 + len(answer), command | 0x80000000, status, number)
            sock.sendall(self.before + head + answer)
            if command == 0x6:
                return
            if command == 0x1 and not status:
                self.offer(sock, read)

    def offer(self, sock, read):
        """Give each receipt, and keep those that are to be offered again."""
        for number, body in enumerate(tuple(self.receipts), 1):
            sock.sendall(struct.pack(">IIII", 16 + len(body), 0x5, 0, number) + body)
            _, command, status, answered = struct.unpack(">IIII", read.read(16))
            if command != 0x80000005:
                return
            assert (answered, read.read(1)) == (number, b"\0")
            self.answers.append(status)
            if status != 0x64:
                self.receipts.remove(body)


def deliver(text=b"", *, esm=4, options=b""):
    """The body of a deliver_sm."""
    head = b"\0\1\1" + b"33600000000\0" + b"\5\0GRADeS\0" + bytes((esm, 0, 0)) + b"\0\0"
    return head + bytes((0, 0, 0, 0, len(text))) + text + options


def receipt(mark="A1B2C3", stat="DELIVRD", err="000"):
    """A receipt as appendix B of the standard writes it."""
    return deliver(
        f"id:{mark} sub:001 dlvrd:001 submit date:2511250300 done date:2511250301 "
        f"stat:{stat} err:{err} text:Essai".encode()
    )


def message(body):
    """A submit_sm taken apart."""
    rest = body
    fields = {}

    def text(name):
        nonlocal rest
        fields[name], _, rest = rest.partition(b"\0")

    def octets(*names):
        nonlocal rest
        for name, value in zip(names, rest, strict=False):
            fields[name] = value
        rest = rest[len(names) :]

    text("service")
    octets("source_ton", "source_npi")
    text("source")
    octets("dest_ton", "dest_npi")
    text("dest")
    octets("esm_class", "protocol", "priority")
    text("schedule")
    text("validity")
    octets("registered", "replace", "coding", "default_id", "length")
    fields["short"], rest = rest[: fields["length"]], rest[fields["length"] :]
    if rest:
        tag, size = struct.unpack(">HH", rest[:4])
        assert (tag, size) == (0x0424, len(rest) - 4)
        fields["payload"] = rest[4:]
    return fields


@contextmanager
def centre():
    state = Centre()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(4)
    state.port = listening.getsockname()[1]

    def each(sock):
        with sock, suppress(OSError):
            state.talk(sock)

    def accept():
        while True:
            try:
                sock, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=each, args=(sock,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield state
    finally:
        listening.shutdown(socket.SHUT_RDWR)  # wakes who accepts
        listening.close()


def smpp(state, *, secret=SECRET, sender="GRADeS"):
    session = SmppSession(address("smpp", state.port), user=USER, secret=secret)
    return SmppCarrier(session, sender=sender)


def test_a_message_is_bound_submitted_and_its_number_kept():
    with centre() as state:
        carrier = smpp(state)
        carrier.ready(parcel())
        outcome = carrier.send(parcel())
        assert (outcome.state, outcome.evidence) == (State.SENT, "smpp A1B2C3")
        carrier.ready(parcel())
        assert carrier.send(parcel("a€b")).state is State.SENT
        carrier.close()
    one, two = state.taken
    assert state.sessions == 1
    assert (one["dest"], one["dest_ton"], one["dest_npi"]) == (b"33600000000", 1, 1)
    assert (one["source"], one["source_ton"]) == (b"GRADeS", 5)
    assert (one["coding"], one["short"]) == (0, gsm(TEXT))
    assert two["short"] == b"a\x1beb"


@pytest.mark.parametrize(
    ("text", "coding"), [("é" * 300, 0), ("ê" * 100, 8), ("ê" * 200, 8), ("œ 🙂", 8)]
)
def test_a_long_text_or_one_of_another_alphabet_is_one_whole_message(text, coding):
    with centre() as state:
        carrier = smpp(state, sender="+33200000000")
        carrier.ready(parcel())
        assert carrier.send(parcel(text)).state is State.SENT
    (one,) = state.taken
    assert one["coding"] == coding
    whole = one.get("payload", one["short"])
    assert whole == (gsm(text) if coding == 0 else ucs2(text))
    assert (one["source"], one["source_ton"], one["source_npi"]) == (b"33200000000", 1, 1)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0x08, State.TEMPORARY),
        (0x14, State.TEMPORARY),
        (0x58, State.TEMPORARY),
        (0x0B, State.PERMANENT),
        (0x45, State.PERMANENT),
    ],
)
def test_a_refusal_is_what_the_standard_says_it_is(status, state):
    with centre() as there:
        there.status = {0x4: status}
        carrier = smpp(there)
        carrier.ready(parcel())
        outcome = carrier.send(parcel())
        assert (outcome.state, outcome.evidence) == (state, f"smpp {status:#x}")
        carrier.ready(parcel())  # the session is still good
    assert there.sessions == 1


def test_a_centre_that_refuses_the_sender_stops_the_sending():
    with centre() as there:
        there.status = {0x4: 0x0A}
        carrier = smpp(there)
        carrier.ready(parcel())
        assert carrier.send(parcel()).state is State.TEMPORARY
        with pytest.raises(OutsideError, match="0xa"):
            carrier.ready(parcel())


def test_no_answer_is_uncertain_and_the_next_message_has_a_new_session():
    with centre() as state:
        state.silent_on = 0x4
        carrier = smpp(state)
        carrier.ready(parcel())
        assert carrier.send(parcel()).state is State.UNCERTAIN
        state.silent_on = 0
        carrier.ready(parcel())
        assert carrier.send(parcel()).state is State.SENT
    assert (state.sessions, len(state.taken)) == (2, 2)


def test_what_the_centre_says_of_its_own_is_answered_or_passed_over():
    enquire = struct.pack(">IIII", 16, 0x15, 0, 7)
    with centre() as state:
        state.before = enquire
        carrier = smpp(state)
        carrier.ready(parcel())
        assert carrier.send(parcel()).state is State.SENT


@pytest.mark.parametrize("before", [b"\xff" * 16, struct.pack(">IIII", 15, 4, 0, 1)])
def test_nonsense_after_a_submission_is_uncertain(before):
    with centre() as state:
        carrier = smpp(state)
        carrier.ready(parcel())
        state.before = before
        assert carrier.send(parcel()).state is State.UNCERTAIN


def test_a_centre_that_refuses_the_secret_is_said_without_it():
    with centre() as state, pytest.raises(OutsideError, match="0xe") as caught:
        smpp(state, secret="wrong").ready(parcel())
    assert "wrong" not in str(caught.value)


def test_a_number_that_cannot_be_spelt_never_leaves():
    with centre() as state:
        carrier = smpp(state)
        carrier.ready(parcel())
        assert carrier.send(parcel(to="+33" + "6" * 40)).state is State.PERMANENT
    assert state.taken == []


@given(st.text(st.sampled_from(BASIC.replace("\x1b", "") + "".join(EXTENDED)), max_size=50))
def test_every_letter_of_the_alphabet_has_its_own_code(text):
    coded = gsm(text)
    back, codes = [], {code: letter for letter, code in EXTENDED.items()}
    letters = iter(coded)
    for code in letters:
        back.append(codes[next(letters)] if code == 0x1B else BASIC[code])
    assert "".join(back) == text


# HTTP ---------------------------------------------------------------------------------------


class Gateway:
    def __init__(self):
        self.url = ""
        self.port = 0
        self.status = 200
        self.said = []
        self.hangs_up = False


@contextmanager
def gateway():
    state = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.said.append((dict(self.headers), said))
            if state.hangs_up:
                self.close_connection = True
                return
            body = json.dumps({"id": "m-77", "to": said["to"]}).encode()
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with served(Handler) as port:
        state.port = port
        yield state


def http(state):
    site = Site(address=address("http", state.port), name="sms", ca_file="")
    return GatewayCarrier(site, secret="bearer-word", sender="GRADeS")


def test_a_gateway_takes_a_message_once_by_its_key():
    with gateway() as state:
        carrier = http(state)
        carrier.ready(parcel())
        outcome = carrier.send(parcel())
    assert (outcome.state, outcome.evidence) == (State.SENT, "200 m-77")
    headers, said = state.said[0]
    assert said == {"to": "+33600000000", "from": "GRADeS", "text": TEXT, "reference": "n1"}
    assert headers["Idempotency-Key"] == "n1"
    assert headers["Authorization"] == "Bearer bearer-word"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (202, State.SENT),
        (409, State.SENT),
        (400, State.PERMANENT),
        (401, State.TEMPORARY),
        (429, State.TEMPORARY),
        (503, State.TEMPORARY),
        (302, State.TEMPORARY),
        (500, State.UNCERTAIN),
        (504, State.UNCERTAIN),
    ],
)
def test_each_answer_of_a_gateway_is_what_it_proves(status, state):
    with gateway() as there:
        there.status = status
        assert http(there).send(parcel()).state is state
    assert len(there.said) == 1


def test_a_gateway_that_refuses_the_secret_stops_the_sending():
    with gateway() as state:
        state.status = 403
        carrier = http(state)
        carrier.send(parcel())
        with pytest.raises(OutsideError, match="403") as caught:
            carrier.ready(parcel())
    assert "bearer-word" not in str(caught.value)


def test_a_gateway_that_hangs_up_is_uncertain_and_one_that_is_away_is_said_first():
    with gateway() as state:
        state.hangs_up = True
        assert http(state).send(parcel()).state is State.UNCERTAIN
    with socket.socket() as held:  # a port that is taken, and does not listen
        held.bind(("127.0.0.1", 0))
        state.port = held.getsockname()[1]
        with pytest.raises(OutsideError, match="cannot be reached"):
            http(state).ready(parcel())
        assert http(state).send(parcel()).state is State.TEMPORARY
