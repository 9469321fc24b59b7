"""The report in a real browser: it runs under its own policy, and speaks both languages."""

import os
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.slow

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
)


def shown(page, profile, fragment=""):
    """The page's document after its script has run, and what the browser complained of."""
    if BROWSER is None:
        assert not os.environ.get("CI"), "run `make servers` first"
        pytest.skip("Chromium is not here: make servers")
    done = subprocess.run(
        [
            BROWSER,
            *FLAGS,
            f"--user-data-dir={profile}",
            "--dump-dom",
            f"file://{page}{fragment}",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, complaints


def test_the_report_runs_under_its_own_policy_without_a_complaint(whole, tmp_path):
    dom, complaints = shown(whole.case / "report/index.html", tmp_path)
    assert '<html lang="fr"' in dom
    assert not complaints


def test_the_english_switch_is_kept_in_the_address(whole, tmp_path):
    dom, _ = shown(whole.case / "report/index.html", tmp_path, "#en")
    assert '<html lang="en"' in dom
