import re
from base64 import b64encode
from hashlib import sha256

import pytest
from jinja2 import DictLoader, UndefinedError

from tocsin.adapters.pages import Templates, policy


@pytest.fixture
def pages(monkeypatch):
    made = Templates()
    made._templates.loader = DictLoader(
        {"report.html.j2": "<style>{{ sheet }}</style><p>{{ x }}</p>{{ policy }}"}
    )
    return made


def test_what_is_given_is_escaped(pages):
    page = pages.render("report.html.j2", {"x": '<img src=x onerror="1">'})
    assert "<p>&lt;img src=x onerror=&#34;1&#34;&gt;</p>" in page


def test_a_value_that_nobody_gave_is_a_bug(pages):
    with pytest.raises(UndefinedError):
        pages.render("report.html.j2", {})


def test_the_policy_lets_only_its_own_sheet_and_script_in(pages):
    page = pages.render("report.html.j2", {"x": ""})
    sheet = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert sheet
    digest = b64encode(sha256(sheet[1].encode()).digest()).decode()
    assert f"sha256-{digest}" in page
    said = policy("a", "b")
    assert said.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in said
    assert "http" not in said
