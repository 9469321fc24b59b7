"""The house checks itself: what no other command checks, in under a second."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tocsin.cli import VERBS

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "src/tocsin").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 401, 80
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service", "handler", "base"}


def calls(*names):
    """(where, call) of every call of these names in the source; of all where none is given."""
    for file in SOURCE:
        for node in ast.walk(ast.parse(file.read_text())):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and (not names or node.func.id in names):
                yield f"{file.name}:{node.lineno}", node


ERRORS = ("InputError", "RefusedError", "OutsideError")


def test_no_file_outgrows_its_purpose():
    long = {
        str(f.relative_to(ROOT)): n
        for f in SOURCE
        if (n := len(f.read_text().split("\n"))) > LONGEST_FILE
    }
    assert not long


def test_no_function_outgrows_a_screen_or_two():
    long = [
        f"{file.name}:{node.lineno} {node.name}"
        for file in SOURCE
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION
    ]
    assert not long


def test_no_file_has_a_name_that_says_nothing():
    assert not [f.name for f in SOURCE if f.stem in FORBIDDEN_NAMES]


def test_one_file_only_speaks_to_each_outside_thing():
    users: dict[str, set[str]] = {}
    for file in SOURCE:
        if "bench" in file.parts:  # peers are measured there, beside Tocsin
            continue
        for name in re.findall(
            r"^\s*(?:import|from) (duckdb|jinja2|pyrage|typst|zstandard)\b",
            file.read_text(),
            re.M,
        ):
            users.setdefault(name, set()).add(file.name)
    assert users["duckdb"] == {"duckdb_engine.py"}
    assert users["jinja2"] == {"pages.py"}
    assert users["typst"] == {"typst_pages.py"}
    assert users["pyrage"] <= {
        "vault.py",  # sealing
        "keyring.py",  # and its keys
        "package_folder.py",  # one package a controller
    }
    assert users["zstandard"] <= {"trail_files.py", "estate_writer.py"}  # read; simulated


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_locks_carry_hashes_and_no_address(lock):
    text = (ROOT / "requirements" / lock).read_text()
    assert "--hash=sha256:" in text
    assert not re.search(r"https?://|index-url|find-links", text)


def test_the_lock_holds_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = (ROOT / "requirements/run.txt").read_text().lower()
    for name in project["dependencies"]:
        assert f"\n{re.split('[<>=]', name)[0].lower()}==" in "\n" + pinned


def test_every_error_says_what_to_do_next():
    assert not [
        where
        for where, call in calls(*ERRORS)
        if "next_step" not in {k.arg for k in call.keywords}
    ]


def test_the_documents_name_only_verbs_that_exist():

    verbs = set(VERBS)
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for verb in re.findall(r"^\s*(?:\$ )?tocsin (?!-)([a-z]+)", page.read_text(), re.M):
            assert verb in verbs, f"{page.name}: tocsin {verb}"


def test_every_error_is_said_in_two_languages():
    for where, call in calls():
        if not call.func.id.endswith("Error"):
            continue
        for said in [*call.args, *(k.value for k in call.keywords)]:
            constant = isinstance(said, ast.Call) and ast.unparse(said.func) == "Says"
            if constant and all(isinstance(part, ast.Constant) for part in said.args):
                french, english = (part.value for part in said.args)
                assert "" not in (french, english), where
                assert french != english, where


def test_no_error_shows_the_name_of_a_class():
    assert not [where for where, call in calls(*ERRORS) if "__name__" in ast.unparse(call)]
