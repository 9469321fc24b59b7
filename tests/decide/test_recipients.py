from datetime import UTC, datetime

from tocsin.core.incident import Party
from tocsin.decide.recipients import recipients

AT = datetime(2025, 9, 8, tzinfo=UTC)


def test_the_sure_are_told_the_doubtful_are_a_choice_and_a_mandate_must_be_in_force():
    parties = (
        Party(id="A", name="A", mandate_from=datetime(2025, 1, 1, tzinfo=UTC)),
        Party(id="B", name="B", mandate_from=datetime(2026, 1, 1, tzinfo=UTC)),
        Party(id="C", name="C"),
    )
    counts = {
        "A": {"certain": 2, "probable": 5, "possible": 9},
        "B": {"certain": 0, "probable": 0, "possible": 3},
    }
    found = recipients(parties, counts, AT)
    assert [(r.party.id, r.told, r.more, r.by_operator) for r in found] == [
        ("A", 5, 4, True),
        ("B", 0, 3, False),
    ]
    assert recipients(parties, {}, AT) == ()
