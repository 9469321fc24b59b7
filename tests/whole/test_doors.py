"""The command line: help, language, exit codes, errors in one sentence."""

import json

import pytest

from tocsin.cli import VERBS, group

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_verb_has_complete_help_with_examples(whole, verb):
    text = whole.tocsin(verb, "--help")
    command = group.get_command(None, verb)
    if not hasattr(command, "commands"):
        assert "Exemples" in text
        assert f"tocsin {verb}" in text


def test_english_is_spoken_when_asked_wherever_the_option_stands(whole):
    assert "Examples" in whole.tocsin("detect", "--help", "--lang", "en")
    assert "Examples" in whole.tocsin("--lang=en", "detect", "--help")


def test_a_folder_that_is_no_case_ends_with_2_and_the_next_step(whole, tmp_path):
    said = whole.tocsin("status", str(tmp_path), code=2)
    assert "tocsin open" in said
    assert len(said.strip().splitlines()) == 1


def test_an_unknown_session_ends_with_2(whole):
    said = whole.tocsin("explain", str(whole.case), "0000000000000000", code=2)
    assert [x.startswith("tocsin: ") for x in said.strip().splitlines()].count(True) == 1


def test_a_wrong_estate_names_file_line_and_column(whole, tmp_path):
    text = (
        (whole.region / "estate.toml").read_text().replace('kind = "search"', 'kind = "x"', 1)
    )
    (tmp_path / "estate.toml").write_text(text)
    said = whole.tocsin("estate", "check", str(tmp_path / "estate.toml"), code=2)
    assert "ligne" in said
    assert "colonne" in said


def test_an_open_case_is_not_opened_twice(whole):
    estate = str(whole.region / "estate.toml")
    said = whole.tocsin("open", str(whole.case), "--estate", estate, code=2)
    assert "tocsin status" in said


def test_json_is_one_document_and_nothing_else(whole):
    for words in (("status",), ("ingest",), ("detect",), ("scope",)):
        json.loads(whole.tocsin(*words, str(whole.case), "--json"))


def test_the_frame_of_a_help_speaks_the_language_of_its_sentences(whole):
    french = whole.tocsin("simulate", "--help")
    assert french.startswith("Utilisation\u00a0: tocsin simulate")
    assert "affiche cette aide" in french
    assert "[par défaut\u00a0: 5000" in french
    assert "Commandes\u00a0:" in whole.tocsin("--help")
    english = whole.tocsin("--lang", "en", "--help")
    assert english.startswith("Usage: tocsin")
    assert "show this help" in english
