"""A mail server's answers, one by one: what was taken, what was not, and what nobody knows."""

import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from tocsin.adapters.smtp_carrier import SmtpAccount, SmtpCarrier
from tocsin.core.errors import OutsideError, RefusedError
from tocsin.core.notices import Parcel
from tocsin.core.outgoing import Address

MAIL = b"From: a@o.invalid\r\nSubject: x\r\n\r\n.hidden dot\r\nlast line\r\n"


class Server:
    """Answers as it is told; `drop` names the moment at which it hangs up."""

    def __init__(self, *, drop="", pipelining=True, lax=False, **answers):
        self.answers = {
            "mail": "250 2.1.0 ok",
            "rcpt": "250 2.1.5 ok",
            "data": "354 go on",
            "end": "250 2.0.0 Ok: queued as 4F2A1C0",
            "quit": "221 bye",
        } | answers
        self.drop, self.pipelining, self.lax = drop, pipelining, lax
        self.mails, self.commands, self.connections = [], [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            if self.drop == f"door{self.connections}":
                line.close()
                continue
            with suppress(ConnectionError), line, line.makefile("rwb") as stream:
                if self.drop == "mute":
                    stream.readline()
                else:
                    self._talk(stream)

    def _talk(self, stream):
        def say(text):
            stream.write(text.encode() + b"\r\n")
            stream.flush()

        say("220 mx.invalid ESMTP")
        while raw := stream.readline():
            command = raw.decode("latin-1").strip()
            self.commands.append(command)
            word = command[:4].lower()
            if self.drop == word:
                return
            if word == "ehlo":
                say("250-mx.invalid")
                say("250 PIPELINING" if self.pipelining else "250 HELP")
            elif word == "data":
                if not self._data(stream, say):
                    return
            elif word in self.answers:
                say(self.answers[word])
            else:
                say("250 ok")

    def _data(self, stream, say):
        nobody = not self.answers["rcpt"].startswith("250")
        answer = "554 nobody" if nobody and not self.lax else self.answers["data"]
        say(answer)
        return not answer.startswith("354") or self._content(stream, say)

    def _content(self, stream, say):
        content = b""
        while (raw := stream.readline()) != b".\r\n":
            if not raw:
                return False
            content += raw
        if self.drop in ("answer", "hold"):
            return self.drop == "hold"
        if content:
            self.mails.append(content)
        say(self.answers["end"])
        return True


@contextmanager
def carrying(server, *, host="127.0.0.1", scheme="smtp", wait_s=5.0):
    address = Address(
        url=f"{scheme}://{host}:{server.port}",
        scheme=scheme,
        host=host,
        port=server.port,
        path="",
    )
    carrier = SmtpCarrier(
        SmtpAccount(address=address, sender="a@o.invalid", command_s=wait_s, answer_s=wait_s)
    )
    try:
        yield carrier
    finally:
        carrier.close()
        server.listener.close()


def parcel(to="x@y.invalid", notice="n"):
    return Parcel(notice=notice * 32, to=to, content=MAIL)


def sent(carrier, to="x@y.invalid"):
    carrier.ready(parcel(to))
    return carrier.send(parcel(to))


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({}, "sent"),
        ({"rcpt": "550 5.1.1 <x@y.invalid> unknown"}, "permanent_failure"),
        ({"rcpt": "450 4.2.0 later"}, "temporary_failure"),
        ({"rcpt": "550 5.1.1 no", "lax": True}, "permanent_failure"),
        ({"data": "451 4.3.0 busy"}, "temporary_failure"),
        ({"end": "554 5.6.0 no"}, "permanent_failure"),
        ({"end": "452 4.2.2 full"}, "temporary_failure"),
        ({"end": "421 4.3.2 closing"}, "temporary_failure"),
        ({"drop": "mail"}, "temporary_failure"),
        ({"drop": "rcpt"}, "temporary_failure"),
        ({"drop": "data"}, "temporary_failure"),
        ({"drop": "answer"}, "uncertain"),
    ],
    ids=str,
)
def test_each_answer_has_its_state(answers, state, pipelining):
    with carrying(server := Server(pipelining=pipelining, **answers)) as carrier:
        came = sent(carrier)
    assert str(came.state) == state
    assert "y.invalid" not in came.evidence
    assert len(server.mails) == (state == "sent") + ("end" in answers)


def test_the_evidence_is_the_codes_and_the_queue_number():
    with carrying(Server()) as carrier:
        assert sent(carrier).evidence == "250 2.0.0 4F2A1C0"


def test_dots_arrive_as_they_were():
    with carrying(server := Server()) as carrier:
        sent(carrier)
    assert server.mails[0].replace(b"\r\n..", b"\r\n.") == MAIL


def test_many_mails_share_a_connection_and_a_refusal_spoils_none():
    with carrying(server := Server()) as carrier:
        sent(carrier)
        server.answers["rcpt"] = "550 5.1.1 no"
        sent(carrier)
        server.answers["rcpt"] = "250 ok"
        sent(carrier)
    assert (len(server.mails), server.connections) == (2, 1)


def test_after_a_cut_the_next_mail_has_a_new_connection():
    with carrying(server := Server(drop="answer")) as carrier:
        assert str(sent(carrier).state) == "uncertain"
        server.drop = ""
        assert str(sent(carrier).state) == "sent"
    assert server.connections == 2


def test_a_door_that_slams_is_knocked_at_again():
    with carrying(server := Server(drop="door1")) as carrier:
        assert str(sent(carrier).state) == "sent"
    assert server.connections == 2


def test_a_server_that_stays_mute_is_waited_for_once():
    with (
        carrying(server := Server(drop="mute"), wait_s=0.3) as carrier,
        pytest.raises(OutsideError),
    ):
        sent(carrier)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("moment", "state", "tries"),
    [("data", "temporary_failure", 20), ("answer", "uncertain", 20), ("hold", "uncertain", 2)],
)
def test_a_server_that_loses_every_line_is_left_before_all_is_in_doubt(moment, state, tries):
    with carrying(Server(drop=moment), wait_s=0.2) as carrier:
        assert {str(sent(carrier).state) for _ in range(tries)} == {state}
        with pytest.raises(OutsideError):
            sent(carrier)


def test_an_answer_in_between_starts_the_count_anew():
    with carrying(server := Server(drop="answer")) as carrier:
        for drop, tries, state in (("answer", 19, "uncertain"), ("", 1, "sent")) * 2:
            server.drop = drop
            assert {str(sent(carrier).state) for _ in range(tries)} == {state}


def test_a_late_answer_is_waited_for_then_uncertain():
    server = Server()
    server.answers["end"] = "250 ok"
    server._content = lambda stream, say: stream.read() and False
    with carrying(server, wait_s=0.3) as carrier:
        assert str(sent(carrier).state) == "uncertain"


def test_a_server_that_refuses_the_sender_stops_everything_and_fails_nobody():
    with carrying(Server(mail="550 5.7.1 who are you")) as carrier:
        assert str(sent(carrier).state) == "temporary_failure"
        with pytest.raises(OutsideError, match="refuses the sender"):
            carrier.ready(parcel())


def test_a_server_elsewhere_without_starttls_is_refused():
    """2130706433 is 127.0.0.1 for the resolver, and elsewhere for the estate."""
    with (
        carrying(server := Server(), host="2130706433") as carrier,
        pytest.raises(RefusedError, match="STARTTLS"),
    ):
        carrier.ready(parcel())
    assert not [c for c in server.commands if c.startswith("MAIL")]


@pytest.mark.slow
def test_a_server_that_speaks_in_clear_is_no_smtps_server():
    with carrying(Server(), scheme="smtps", wait_s=0.2) as carrier, pytest.raises(OutsideError):
        carrier.ready(parcel())


@pytest.mark.parametrize(
    "to", ["x@y.invalid>\r\nRCPT TO:<z@y.invalid", "x@y.invalid, z@y.invalid", "x y@z", "x"]
)
def test_an_address_cannot_end_its_command(to):
    with carrying(server := Server()) as carrier:
        carrier.ready(parcel(to))
        with pytest.raises(RefusedError):
            carrier.send(parcel(to))
    assert not [c for c in server.commands if c[:4] in ("RCPT", "MAIL")]


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_reader_who_was_announced_and_not_written_to_gets_nothing(pipelining):
    with carrying(server := Server(pipelining=pipelining)) as carrier:
        carrier.ready(parcel("one@y.invalid", "a"))
        carrier.ready(parcel("two@y.invalid", "b"))
        assert str(carrier.send(parcel("two@y.invalid", "b")).state) == "sent"
        carrier.ready(parcel("three@y.invalid", "c"))
    assert len(server.mails) == 1
    assert server.connections == (2 if pipelining else 1)


def test_the_next_message_is_made_while_the_answer_is_awaited():
    with carrying(server := Server()) as carrier:
        carrier.ready(parcel())
        made = []
        carrier.send(parcel(), lambda: made.append(len(server.commands)))
    assert made
