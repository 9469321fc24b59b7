"""What cannot be helped ends with its exit code and one sentence, never with a traceback."""

import errno
import io
import os
import sys

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.cli.door import SPACES, finish, run
from tocsin.core.errors import RefusedError
from tocsin.core.records import Says


@click.group()
def group():
    """A command line of one verb."""


@group.command()
@click.argument("how")
def fail(how):
    """End in one way."""
    if how == "refused":
        raise RefusedError(
            Says("non\r\n\x1b[31m", "no\r\n\x1b[31m"),
            next_step=Says("stop", "stop"),
            where="a\nb",
        )
    number = getattr(errno, how)
    raise OSError(number, os.strerror(number), "CASE/file")


def ended(monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["tocsin", *words])
    with pytest.raises(SystemExit) as end:
        run(group)
    return end.value.code, capsys.readouterr().err


@pytest.mark.parametrize("how", ["ENOSPC", "EACCES", "EROFS", "EMFILE"])
def test_what_the_machine_refuses_may_be_tried_again(monkeypatch, capsys, how):
    code, said = ended(monkeypatch, capsys, "fail", how)
    assert code == 4
    assert "CASE/file" in said
    assert len(said.splitlines()) == 1


def test_a_file_that_is_missing_without_a_word_for_it_stays_a_bug(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["tocsin", "fail", "ENOENT"])
    with pytest.raises(FileNotFoundError):
        run(group)


def test_a_word_that_is_not_utf_8_is_refused_before_anything_is_done(monkeypatch, capsys):
    code, said = ended(monkeypatch, capsys, "fail", "\udcff")
    assert code == 2
    assert "UTF-8" in said


def test_an_error_is_one_line_that_moves_no_cursor(monkeypatch, capsys):
    code, said = ended(monkeypatch, capsys, "fail", "refused")
    assert code == 3
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said


@given(st.text())
def test_a_name_from_outside_stays_on_its_line_of_a_summary(name):
    said = io.StringIO()

    def show(found, out):
        out.file = said
        out.print(f"<{found['controllers'][0]['name']}>")

    finish({"controllers": [{"name": name + "\x1b[2J\r\n\u202e\x9b"}]}, show, plain=False)
    assert said.getvalue().rstrip("\n").splitlines() == [said.getvalue().rstrip("\n")]
    assert all(sign.isprintable() or sign in SPACES for sign in said.getvalue().rstrip("\n"))
