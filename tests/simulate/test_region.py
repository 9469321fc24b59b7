import base64
import csv
import io
import json
import tomllib
from urllib.parse import parse_qs, urlsplit

import pytest

from tocsin.core.errors import InputError
from tocsin.simulate.confounders import CONFOUNDERS
from tocsin.simulate.names import letters
from tocsin.simulate.region import region
from tocsin.simulate.thefts import NAMES

ATTACKS = [name for name in NAMES if name != "none"]
REQUIRED = {
    "accounts": {"account", "role", "organisation"},
    "persons": {"person", "controller"},
    "care": {"person", "kind", "start_at", "account", "organisation"},
    "controllers": {"controller", "name"},
}


def content_of(made):
    return {
        file.path: file.content()
        if file.path.endswith((".csv", ".parquet"))
        else b"".join(file.content())
        for file in made.files
        if not file.path.startswith("directory/")
    }


def test_the_same_seed_gives_the_same_bytes(written, tmp_path):
    first = written("scrape")
    size = {"persons": 500, "professionals": 40, "days": 14, "attacks": ("scrape",)}
    again = content_of(region(seed=4, **size))
    for path, content in again.items():
        if isinstance(content, bytes):
            assert content == first.bytes_of(path), path


def test_another_seed_gives_another_region(written):
    first, second = written("scrape", seed=4), written("scrape", seed=5)
    assert first.rows("truth/reach.parquet") != second.rows("truth/reach.parquet")


@pytest.mark.parametrize("attack", NAMES)
def test_the_estate_says_where_everything_stands(written, attack):
    made = written(attack)
    estate = tomllib.loads(made.bytes_of("estate.toml").decode())
    for table, columns in REQUIRED.items():
        rows = made.rows(estate["directory"][table])
        assert rows, table
        assert columns <= set(rows[0]), table
    for source in estate["source"]:
        assert [path for glob in source["files"] for path in made.paths(glob)], source["id"]


def test_there_are_at_least_four_formats(written):
    estate = tomllib.loads(written("none").bytes_of("estate.toml").decode())
    assert len({source["format"] for source in estate["source"]}) >= 4


def test_every_tie_points_at_somebody_who_is_there(written):
    made = written("scrape")
    accounts = {row["account"] for row in made.rows("directory/accounts.csv")}
    houses = {row["controller"] for row in made.rows("directory/controllers.csv")}
    for row in made.rows("directory/care.csv.gz"):
        assert row["person"] in made.persons
        assert bool(row["account"]) != bool(row["organisation"])
        assert row["account"] in accounts | {""}
        assert row["organisation"] in houses | {""}
    for row in made.persons.values():
        assert set(row["controller"].split("|")) <= houses


def test_the_directory_holds_the_hard_cases(written):
    rows = list(written("none").persons.values())
    assert any(row["identity_status"] == "FICT" for row in rows)
    assert any(row["died_on"] for row in rows)
    assert any(row["guardian_name"] for row in rows)
    assert any("|" in row["controller"] for row in rows)
    assert any(row["created_on"] for row in rows)
    assert any(not row["phone"] and not row["email"] for row in rows)
    same_ins = [row["ins"] for row in rows if row["identity_status"] == "qualifiée"]
    assert len(set(same_ins)) < len(same_ins)


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_act_in_trail_points_at_a_line_of_its_own(written, attack):
    made = written(attack)
    places = set()
    for act in made.acts:
        if act["in_trail"] != "true":
            assert not act["position"]
            continue
        place = (act["file"], act["position"])
        assert place not in places
        places.add(place)
        line = made.lines(act["file"])[int(act["position"]) - 1]
        assert act["event_id"].encode() in line
        account = made.sessions[act["session"]]["account"]
        if act["source"] in ("portal-web", "agenda-journal", "repository"):
            assert account.encode() in line


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_theft_leaves_few_acts_among_many(written, attack):
    made = written(attack)
    stolen = [act for act in made.acts if act["label"] == "usurped"]
    assert 10 < len(stolen) < len(made.acts) / 20
    assert 10 < len(stolen) < len(made.acts) / 10
    used = {made.sessions[act["session"]]["account"] for act in stolen}
    assert len(used) == 10 if attack == "ten-accounts" else 1 <= len(used) <= 2


def test_a_shared_session_is_one_token_used_by_two_at_once(written):
    made = written("shared-session")
    stolen = [row for row in made.sessions.values() if row["label"] == "usurped"]
    own = {row["session"]: row for row in made.sessions.values() if row["label"] != "usurped"}
    for row in stolen:
        host = own[row["session"]]
        assert host["account"] == row["account"]
        assert host["start_at"] <= row["start_at"] <= host["end_at"]
    logins = b"".join(b"".join(made.lines(path)) for path in made.paths("trail/idp-*"))
    for row in stolen:
        assert logins.count(b'"type":"LOGIN",') > 0
        assert f'"sessionId":"{row["session"]}"'.encode() in logins


def test_an_imitator_keeps_the_hours_and_the_volume_of_the_owner(written):
    made = written("imitator", persons=2000, professionals=80)
    stolen = [row for row in made.sessions.values() if row["label"] == "usurped"]
    acts = {row["number"]: 0 for row in made.sessions.values()}
    for act in made.acts:
        acts[act["session"]] += 1
    own = [
        acts[row["number"]]
        for row in made.sessions.values()
        if row["account"] == stolen[0]["account"] and row["label"] != "usurped"
    ]
    assert max(acts[row["number"]] for row in stolen) <= max(own)


def test_what_a_hole_hides_whole_is_no_part_of_another_theft(written):
    for seed in (1, 2, 3):
        made = written("gap", "rotating", "imitator", seed=seed)
        seen = {}
        for act in made.acts:
            if act["label"] == "usurped":
                account = made.sessions[act["session"]]["account"]
                seen.setdefault(account, set()).add(act["in_trail"])
        assert all("true" in flags for flags in seen.values())


def test_without_theft_nothing_is_usurped_and_nobody_reached(written):
    made = written("none")
    assert {act["label"] for act in made.acts} == {"legitimate"}
    assert made.rows("truth/reach.parquet") == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 4])
@pytest.mark.parametrize("attack", ATTACKS)
def test_reach_names_persons_of_the_directory_by_their_smallest_record(written, attack, seed):
    made = written(attack, seed=seed)
    reached = made.rows("truth/reach.parquet")
    assert reached
    assert {row["grade"] for row in reached} <= {"certain", "probable", "possible"}
    keys = [(row["person"], row["item"]) for row in reached]
    assert len(set(keys)) == len(keys)
    for row in made.rows("truth/records.parquet"):
        assert row["person"] in made.persons
        assert row["person"] <= row["record"]


def test_a_departed_account_is_closed_before_it_is_used_again(written):
    made = written("departed")
    stolen = [row for row in made.sessions.values() if row["label"] == "usurped"]
    closed = {row["account"]: row["closed_on"] for row in made.rows("directory/accounts.csv")}
    for session in stolen:
        assert closed[session["account"]] < session["start_at"][:10]
    own = [
        row
        for row in made.sessions.values()
        if row["account"] == stolen[0]["account"] and row["label"] == "legitimate"
    ]
    assert all(row["start_at"][:10] <= closed[row["account"]] for row in own)


def test_searches_that_open_nothing_name_nobody(written):
    made = written("search-only")
    grades = {row["grade"] for row in made.rows("truth/reach.parquet")}
    assert grades == {"probable"}


def test_a_theft_across_a_hole_hides_some_of_its_acts(written):
    made = written("gap")
    (hole,) = made.rows("truth/gaps.csv")
    stolen = [act for act in made.acts if act["label"] == "usurped"]
    hidden = {act["in_trail"] for act in stolen if act["source"] == hole["source"]}
    assert hidden == {"true", "false"}
    for path in made.paths("trail/orientation-*"):
        for line in made.lines(path):
            try:
                at = json.loads(line)["period"]["start"]
            except ValueError:
                continue
            assert not hole["start_at"] <= at < hole["end_at"]


def queries_of(made):
    """What the thief asked the orientation service: (instant, account or RPPS, parameters)."""
    for act in made.acts:
        if (act["label"], act["in_trail"], act["source"]) != (
            "usurped",
            "true",
            "orientation-audit",
        ):
            continue
        event = json.loads(made.lines(act["file"])[int(act["position"]) - 1])
        for entity in event["entity"]:
            if "query" in entity:
                url = base64.b64decode(entity["query"]).decode()
                user = event["agent"][-1]["who"]["identifier"]["value"]
                yield event["period"]["start"], user, parse_qs(urlsplit(url).query)


def answers(row, asked):
    """Whether a person answers a query, read from the written directory alone."""
    if "family" in asked:
        names = (row["birth_name"], row["used_name"])
        return any(letters(name).startswith(asked["family"][0]) for name in names if name)
    if "birthdate" in asked:
        return row["birth_date"].startswith(asked["birthdate"][0])
    return row["postal_code"] == asked["address-postalcode"][0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 6])
def test_what_was_shown_answers_a_query_inside_the_perimeter(written, seed):
    made = written("search-only", seed=seed)
    estate = tomllib.loads(made.bytes_of("estate.toml").decode())
    perimeter = estate["service"][0]["perimeter"]
    house = {}
    for row in made.rows("directory/accounts.csv"):
        house[row["account"]] = house[row["rpps"]] = row["organisation"]
    possible, most = set(), 0
    for at, user, asked in queries_of(made):
        most += int(asked.get("_count", [estate["service"][0]["page_size"]])[0])
        for person, row in made.persons.items():
            own = house[user] in (*row["controller"].split("|"), row["organisation"])
            listed = not row["services"] or "orientation" in row["services"].split("|")
            there = not row["created_on"] or row["created_on"] <= at[:10]
            if listed and there and (own or perimeter == "region") and answers(row, asked):
                possible.add(person)
    shown = {row["record"] for row in made.rows("truth/records.parquet")}
    assert shown <= possible
    assert len(shown) <= most


def test_each_confounder_is_played_and_labelled(written):
    made = written("scrape", professionals=120, persons=2000)
    played = {row["confounder"] for row in made.sessions.values()} - {""}
    rare = {"locum_first_days", "new_hire", "weekend_catch_up", "clock_change"}
    assert played >= set(CONFOUNDERS) - rare
    assert len(played) >= 12


def test_dirt_is_there_and_never_on_the_thief(written):
    made = written("scrape", seed=1)
    unread = 0
    for path in made.paths("trail/orientation-*"):
        for line in made.lines(path):
            try:
                json.loads(line)
            except ValueError:
                unread += 1
    assert unread >= 2
    lost = [act for act in made.acts if act["in_trail"] == "false"]
    assert {act["label"] for act in lost} == {"legitimate"}


def test_the_journal_in_columns_is_a_table(written):
    made = written("none")
    for path in made.paths("trail/agenda-*"):
        text = made.bytes_of(path).decode("utf-8", "replace")
        widths = [len(row) for row in csv.reader(io.StringIO(text))]
        assert widths.count(11) > len(widths) - 9


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"persons": 5}, "--persons", id="too few persons"),
        pytest.param({"professionals": 3}, "--professionals", id="too few professionals"),
        pytest.param({"days": 1}, "--days", id="too few days"),
        pytest.param({"seed": -1}, "--seed", id="a negative seed"),
        pytest.param({"attacks": ("flood",)}, "--attack", id="an unknown attack"),
        pytest.param({"attacks": ("none", "gap")}, "", id="none beside another"),
    ],
)
def test_what_cannot_be_simulated_is_refused_with_its_place(changes, where):
    size = {"persons": 500, "professionals": 40, "days": 14, "seed": 1, "attacks": ("none",)}
    with pytest.raises(InputError) as refused:
        region(**{**size, **changes})
    assert refused.value.where == where
    assert refused.value.next_step
