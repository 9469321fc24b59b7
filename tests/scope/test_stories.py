"""Stories that a DPO can read and write: tests/cases/*/case.yml, lines and figures."""

from pathlib import Path

import pytest
import yaml
from region_made import Region, person

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*/case.yml"))
STORIES = [
    s for s in (yaml.safe_load(c.read_text(encoding="utf-8")) for c in CASES) if "lines" in s
]


@pytest.mark.parametrize("story", STORIES, ids=[s["name"] for s in STORIES])
def test_a_story_ends_as_it_says(tmp_path, story):
    who = story["persons"]
    region = Region(
        tmp_path,
        persons=[
            person(f"p{i:02}", birth_name=who["birth_name"], controllers=(who["controller"],))
            for i in range(who["count"])
        ],
    )
    for line in story["lines"]:
        region.line(**line)
    found = region.run()
    expected = story["expect"]["persons"]
    assert {name: found.persons[name] for name in expected} == expected
    findings = story["expect"]["findings"]
    assert {c: found.statements[c]["finding"] for c in findings} == findings
