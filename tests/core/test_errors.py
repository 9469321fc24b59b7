"""An error says what is wrong in both languages, and crosses from one process to another."""

import errno
import pickle
import socket
import ssl

import pytest

from tocsin.core.causes import cause
from tocsin.core.errors import OutsideError
from tocsin.core.orders import UnansweredError
from tocsin.core.records import Says


@pytest.mark.parametrize("kind", [OutsideError, UnansweredError])
def test_an_error_is_whole_on_the_other_side_of_a_process(kind):
    error = kind(Says("non", "no"), next_step=Says("encore", "again"), where="là")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (again.what, again.next_step, again.where) == (
        error.what,
        error.next_step,
        error.where,
    )
    assert str(again) == "no (là). again"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "x"), "introuvable"),
        (IsADirectoryError(errno.EISDIR, "x"), "dossier"),
        (OSError(errno.ENOSPC, "x"), "disque"),
        (OSError(12345, "x"), "12345"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), "UTF-8"),
        (ssl.SSLCertVerificationError(1, "x"), "certificat"),
        (ssl.SSLError(1, "x"), "TLS"),
        (socket.gaierror(-2, "x"), "machine"),
        (TimeoutError(), "à temps"),
        (ValueError("x"), "forme"),
    ],
)
def test_a_cause_is_said_in_words_and_never_by_a_class(error, words):
    said = cause(error)
    assert words in said.fr
    assert said.fr != said.en
    assert type(error).__name__ not in said.fr + said.en
