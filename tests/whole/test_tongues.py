"""Wrong commands: each is answered in the reader's language, with what to do next."""

import sys

import pytest

from tocsin.cli import group, words
from tocsin.cli.door import run

ESTATE = """
[operator]
id = "op"
name = "GRADeS"
region = "R"
timezone = "Europe/Paris"
role = "processor"
duties = ["nis2"]
[directory]
as_of = 2025-09-05T00:00:00Z
accounts = "a.csv"
persons = "p.csv"
controllers = "c.csv"
[[service]]
id = "s"
"""

WRONG = [
    # what is typed, its end, what French says, what English says
    ("opne case", 2, "la commande « opne » n'existe pas", "No such command 'opne'"),
    ("opne case", 2, "Vouliez-vous dire open ?", "Did you mean open?"),
    ("detect", 2, "il manque l'argument CASE", "Missing argument 'CASE'"),
    ("open case --estat e.toml", 2, "Vouliez-vous dire --estate", "Did you mean --estate"),
    ("status a b", 2, "des mots en trop : b", "unexpected extra argument (b)"),
    ("simulate r --persons x", 2, "« x » n'est pas un nombre entier", "not a valid integer"),
    ("simulate r --persons 3", 2, "hors des bornes (x ≥ 100)", "not in the range"),
    ("bench zzz", 2, "n'est pas l'une des valeurs : ingest", "is not one of 'ingest'"),
    ("open case --estate .", 2, "est un dossier", "is a directory"),
    ("close case --why", 2, "--why demande une valeur", "requires an argument"),
    ("open case --estate no.toml", 2, "introuvable", "no such file"),
    ("open case --estate broken.toml", 2, "ligne 3, colonne 6", "line 3, column 6"),
    ("open case --estate zone.toml", 2, "pas un fuseau horaire", "not a time zone"),
    ("open case --estate number.toml", 2, "un texte est attendu ici", "expected `str`"),
    ("open case --estate short.toml", 2, "le champ obligatoire", "missing required field"),
    ("open case --estate e.toml", 2, "ne peut pas être ouverte", "cannot be opened"),
    ("open case --estate e.toml --at hier", 2, "instant ISO", "ISO instant"),
    ("status none", 2, "pas un dossier d'affaire", "not a case"),
    ("verify none", 2, "l'archive ne peut pas être lue", "the bundle cannot be read"),
    ("key new e.toml", 2, "une clé n'est jamais écrasée", "never overwritten"),
    ("check none.eml", 2, "le message ne peut pas être lu", "the message cannot be read"),
    ("estate starter zzz", 2, "Nommez l'un de", "Name one of"),
    ("simulate .", 2, "le dossier n'est pas vide", "the folder is not empty"),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the commands are typed: an estate without its tables, and some broken ones."""
    (tmp_path / "e.toml").write_text(ESTATE)
    (tmp_path / "broken.toml").write_text(ESTATE.replace('id = "op"', "id = "))
    (tmp_path / "zone.toml").write_text(ESTATE.replace("Europe/Paris", "Europe/Pari"))
    (tmp_path / "number.toml").write_text(ESTATE.replace('id = "s"', "id = 3"))
    (tmp_path / "short.toml").write_text(ESTATE.replace('id = "s"', ""))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_KEY_DIR", str(tmp_path / "keys"))
    return tmp_path


def said(monkeypatch, capsys, typed, lang):
    monkeypatch.setattr(words, "LANG", lang)
    monkeypatch.setattr(sys, "argv", ["tocsin", *typed.split()])
    with pytest.raises(SystemExit) as end:
        run(group)
    return end.value.code, capsys.readouterr().err.strip().replace("\u202f", " ").replace(
        "\xa0", " "
    )


@pytest.mark.parametrize(("typed", "code", "french", "english"), WRONG)
@pytest.mark.usefixtures("folder")
def test_a_wrong_command_is_answered_in_the_language_of_the_reader(
    monkeypatch, capsys, typed, code, french, english
):
    for lang, expected in (("fr", french), ("en", english)):
        ended, answer = said(monkeypatch, capsys, typed, lang)
        assert ended == code
        assert expected in answer
        assert len(answer.splitlines()) == 1
        assert "Error" not in answer


@pytest.mark.usefixtures("folder")
def test_french_signs_stay_on_the_line_of_their_word(monkeypatch, capsys):
    monkeypatch.setattr(words, "LANG", "fr")
    monkeypatch.setattr(sys, "argv", ["tocsin", "opne"])
    with pytest.raises(SystemExit):
        run(group)
    err = capsys.readouterr().err
    assert "«\u00a0opne\u00a0»" in err
    assert "open\u202f?" in err
    assert "Voyez\u00a0: tocsin --help" in err
