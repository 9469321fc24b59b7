"""The relations that the room makes on its way, and the small ones that it is handed."""

from tocsin.core.tables import CODE, COUNT, REAL, TEXT, US, table

CLOCKS = table(
    "detect_clocks",
    "source and interval with an estimated clock error",
    source=TEXT,
    from_us=US,
    to_us=US,
    offset_us=US,
)
NETWORKS = table(
    "detect_networks",
    "source and address as logged; net is 0 where the address says nothing of the place",
    source=TEXT,
    address=TEXT,
    net=COUNT,
)
FILES = table("detect_files", "file delivered", file=COUNT, digest=TEXT)
ADDRESSES = table(
    "detect_addresses",
    "source and address as logged",
    source=TEXT,
    address=TEXT,
    rows=COUNT,
    accounts=COUNT,
)
ACTORS = table(
    "detect_actors", "account seen in the trail", acc=COUNT, account=TEXT, rows=COUNT
)
HAND = table("detect_hand", "account in hand, with its number", acc=COUNT, account=TEXT)
HOUSES = table(
    "detect_houses", "account seen in the trail, with its organisation", acc=COUNT, house=TEXT
)
CLIENTS = table(
    "detect_clients",
    "source and client as logged; tool numbers source and family, in their order",
    source=TEXT,
    client=TEXT,
    family=TEXT,
    tool=CODE,
)
DEEDS = table(
    "detect_deeds",
    "service, operation and kind; data = 1 for an act on data",
    deed=CODE,
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    data=CODE,
)
HELD = table(
    "detect_held",
    "trail line and its session",
    s=CODE,
    n=COUNT,
    file=CODE,
    position=COUNT,
    us=US,
    acc=CODE,
    net=CODE,
    kind=TEXT,
    good=CODE,
    data=CODE,
)
FACTS = table(
    "detect_facts",
    "session, with what its lines count",
    s=COUNT,
    acc=COUNT,
    net=COUNT,
    file=COUNT,
    position=COUNT,
    start_us=US,
    end_us=US,
    lines=COUNT,
    data=COUNT,
    searches=COUNT,
    opens=COUNT,
    writes=COUNT,
    exports=COUNT,
    failed_logins=COUNT,
)
RHYTHM = table(
    "detect_rhythm",
    "session, with the gaps between its acts on data (natural log of 1 s + gap)",
    s=COUNT,
    gaps=COUNT,
    gap_sum=REAL,
    gap_squares=REAL,
    gap_high=REAL,
)
ORDERS = table(
    "detect_orders",
    "session, with the order of its queries and of the persons that it opens",
    s=COUNT,
    moves=COUNT,
    ups=COUNT,
    downs=COUNT,
    pages=COUNT,
    person_moves=COUNT,
    person_ups=COUNT,
    person_downs=COUNT,
    services=COUNT,
    overrides=COUNT,
)
NAMED = table("detect_named", "session, with the persons that it names", s=COUNT, persons=COUNT)
KNOWN = table(
    "detect_known",
    "account, network and person whose record it opened, exported or wrote",
    acc=CODE,
    net=CODE,
    person=TEXT,
    wrote=CODE,
)
OPEN = table(
    "detect_open",
    "session and person reached whom care and the directory do not explain",
    s=CODE,
    acc=CODE,
    net=CODE,
    person=TEXT,
)
STATED = table(
    "detect_stated",
    "session, with the persons whom care and the directory explain by themselves",
    s=COUNT,
    strong=COUNT,
    weak=COUNT,
)
SHARED = table(
    "detect_shared",
    "session and person whom a colleague, or another at the same place, works on too",
    s=CODE,
    person=TEXT,
    shared=CODE,
)
EXPLAINED = table(
    "detect_explained",
    "wanted session and person reached, with how strongly care explains it (2, 1, 0)",
    s=COUNT,
    person=TEXT,
    strength=COUNT,
)
CARE_FACTS = table(
    "detect_care_facts",
    "session that reached persons, by how strongly care explains them",
    s=COUNT,
    strong=COUNT,
    weak=COUNT,
    nothing=COUNT,
)
CHANCE_OWN = table(
    "detect_chance_own", "account, with the persons in its own care", acc=COUNT, persons=COUNT
)
CHANCE_HOUSE = table(
    "detect_chance_house",
    "organisation, with the persons that it holds or cares for",
    organisation=TEXT,
    persons=COUNT,
)
CHANCE_ALL = table("detect_chance_all", "region: its persons", persons=COUNT)
DEVICES = table(
    "detect_devices",
    "session and number of a client of it that has a name",
    s=CODE,
    tool=CODE,
)
TOOLS = table(
    "detect_tools",
    "number of a client, with its source and its family (its name without digits)",
    tool=CODE,
    source=TEXT,
    family=TEXT,
)
WANTED = table("detect_wanted", "session to be shown or kept", s=COUNT, session=TEXT)
NEAR = table("detect_near", "session of which some will be wanted", s=COUNT)
NEAR_LINES = table(
    "detect_near_lines",
    "line of a session of which some will be wanted",
    s=COUNT,
    n=COUNT,
    us=US,
    acc=COUNT,
    net=COUNT,
    line_kind=TEXT,
    line_good=COUNT,
    data=COUNT,
    digest=TEXT,
    position=COUNT,
)
_OF_ROW = {
    "line_kind": TEXT,
    "line_good": COUNT,
    "data": COUNT,
    "source": TEXT,
    "digest": TEXT,
    "position": COUNT,
    "part": COUNT,
    "event_id": TEXT,
    "service": TEXT,
    "operation": TEXT,
    "kind": TEXT,
    "outcome": TEXT,
    "person": TEXT,
    "query": TEXT,
    "purpose": TEXT,
}
NEAR_ROWS = table(
    "detect_near_rows",
    "access row of a session of which some will be wanted, with what its line is",
    s=COUNT,
    n=COUNT,
    us=US,
    acc=COUNT,
    net=COUNT,
    **_OF_ROW,
)
WANTED_ROWS = table(
    "detect_wanted_rows",
    "access row of a wanted session, with what its line is",
    s=COUNT,
    session=TEXT,
    n=COUNT,
    us=US,
    acc=COUNT,
    net=COUNT,
    **_OF_ROW,
)
SHOWN = table(
    "detect_shown",
    "line of a wanted session that can carry a reason",
    s=COUNT,
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    event_id=TEXT,
    us=US,
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    outcome=TEXT,
    person=TEXT,
    strength=COUNT,
    rank=COUNT,
)
ROWS = table(
    "detect_rows",
    "access row of a wanted session",
    event_id=TEXT,
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    part=COUNT,
    s=COUNT,
    session=TEXT,
)
REVIEWED = table(
    "detect_reviewed",
    "act that a named human decided, once per review",
    review=COUNT,
    digest=TEXT,
    position=COUNT,
    part=COUNT,
)
REVIEWS = table("detect_reviews", "review", review=COUNT, verdict=TEXT, by=TEXT)
LAST_REVIEW = table(
    "detect_last_review",
    "act that a named human decided, with the last review of it",
    digest=TEXT,
    position=COUNT,
    part=COUNT,
    review=COUNT,
)
REVIEWED_ACTS = table(
    "detect_reviewed_acts",
    "review and session of now that holds acts of which it is the last review",
    review=COUNT,
    s=COUNT,
    acts=COUNT,
)
REVIEWED_LINES = table(
    "detect_reviewed_lines",
    "line of a session that holds reviewed acts",
    s=COUNT,
    digest=TEXT,
    position=COUNT,
)
REVIEWED_SESSIONS = table(
    "detect_reviewed_sessions",
    "review and session of now that holds acts of which it is the last review",
    review=COUNT,
    s=COUNT,
    acts=COUNT,
    of_acts=COUNT,
)
INDICATORS = table(
    "detect_indicators", "indicator that people gave", rank=COUNT, kind=TEXT, value=TEXT
)
INDICATED = table("detect_indicated", "session that shows an indicator", s=COUNT, rank=COUNT)
RULED = table(
    "detect_ruled",
    "session that is kept with its acts, and the attribution of those nobody reviewed",
    s=COUNT,
    session=TEXT,
    attribution=TEXT,
)
SESSIONS_OUT = table(
    "detect_sessions_out",
    "session, as it is published",
    session=TEXT,
    account=TEXT,
    start_us=US,
    end_us=US,
    acts=COUNT,
    persons=COUNT,
    probability=REAL,
    q_value=REAL,
    verdict=TEXT,
    decided_by=TEXT,
    campaign=TEXT,
    reasons=TEXT,
)
