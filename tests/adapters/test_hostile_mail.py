"""Mails made to hold the reader up: read in bounded time, none fatal."""

from time import process_time

import pytest

from tocsin.bench.check_fuzz import mails, run
from tocsin.wiring.messages import check_message

ENDLESS = ("a", "1", "a.", "-", "0,0", "\u2003", "@", "é")


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
