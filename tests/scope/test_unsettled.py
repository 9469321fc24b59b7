"""Undecided acts counted apart, and the doctor's own patients."""

from region_made import Region, person


def test_what_hangs_on_undecided_acts(tmp_path):
    region = Region(tmp_path, persons=[person(f"p{i}") for i in range(6)])
    region.line("open", person="p0")
    region.line("open", person="p0", session="y", attribution="undecided")
    region.line("open", person="p1", session="y", attribution="undecided")
    region.line("search", "/Patient?_id=p2", session="y", attribution="undecided")
    region.line("open", person="p3", session="z", decided_by="")
    region.line("open", person="p4", session="x", attribution="legitimate")
    region.line("open", person="p0", session="x", attribution="legitimate")
    found = region.run()
    assert found.persons["possible"] == 4
    assert found.summary["undecided"] == {
        "sessions": 2,
        "acts": 4,
        "persons": 4,
        "only_so": 3,
        "if_usurped": {"certain": 3, "probable": 4, "possible": 4},
        "if_legitimate": {"certain": 1, "probable": 1, "possible": 1},
        "owner": {"acts": 2, "persons": 2, "not_in_scope": 1},
    }


def test_nothing_hangs_where_all_is_settled(tmp_path):
    region = Region(tmp_path, persons=[person("p")])
    region.line("open", person="p")
    found = region.run().summary["undecided"]
    assert (found["acts"], found["only_so"]) == (0, 0)
    assert found["if_usurped"] == found["if_legitimate"]
