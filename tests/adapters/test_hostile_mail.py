"""Mails made to hold the reader up: read in bounded time, none fatal."""

from time import process_time

import pytest
from tests.adapters.msg_made import msg

from tocsin.bench.check_fuzz import mails, run
from tocsin.core.errors import InputError
from tocsin.wiring.messages import check_message

ENDLESS = ("a", "1", "a.", "-", "0,0", "\u2003", "@", "é", "mot de passe RIB carte Vitale ")


@pytest.mark.parametrize("unit", ENDLESS)
def test_headers_and_words_without_end_are_read_in_bounded_time(unit):
    run_on = unit * (30_000 // len(unit))
    mail = "".join(f"{name}: {run_on}\n" for name in ("From", "Subject", "Reply-To", "To"))
    began = process_time()
    check_message(f"{mail}\n{run_on}".encode(), channel="mail")
    assert process_time() - began < 3


@pytest.mark.parametrize("raw", mails())
def test_deep_wide_and_long_mails_are_read(raw):
    assert check_message(raw).verdict in ("phishing", "suspicious", "no_sign")


def test_mutated_messages_stop_nothing():
    told = run(seconds=2)
    assert told["tried"] > 0


def _outlook(at, value):
    """An Outlook message with four bytes changed: `at` is a place, or the name of a stream
    whose size is changed."""
    raw = bytearray(msg(subject="Remboursement", body="mot " * 2_000, sender="Ameli"))
    if isinstance(at, str):
        at = raw.index(at.encode("utf-16-le")) + 0x78
    raw[at : at + 4] = value.to_bytes(4, "little")
    return bytes(raw)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        pytest.param("__substg1.0_1000001F", 0x7FFFFFF0, id="the size of a stream"),
        pytest.param("Root Entry", 0x7FFFFFF0, id="the size of the whole"),
        pytest.param(0x1E, 0x00060014, id="the size of sectors"),
        pytest.param(0x2C, 0x00FFFFFF, id="the number of places"),
        pytest.param(0x50, 0x00FFFFFF, id="a place outside"),
    ],
)
def test_an_outlook_message_that_lies_about_its_size_is_refused_at_once(at, value):
    began = process_time()
    with pytest.raises(InputError):
        check_message(_outlook(at, value))
    assert process_time() - began < 2
