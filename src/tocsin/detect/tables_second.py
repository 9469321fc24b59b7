"""The relations of the second look: tokens used by two, and what sessions have in common."""

from tocsin.core.tables import CODE, COUNT, REAL, TEXT, US, table

STRANDS = table(
    "detect_strands",
    "client of a session key, beside the first one that the source saw with it",
    key=COUNT,
    tool=COUNT,
    strand=COUNT,
)
TWINS = table(
    "detect_twins",
    "pair of sessions under one key from two networks or clients, each way",
    s=COUNT,
    other=COUNT,
    overlap_us=US,
)
ASKED = table(
    "detect_asked",
    "session and form of its queries (the query without its values)",
    s=COUNT,
    form=TEXT,
    asked=COUNT,
    wide=COUNT,  # of them, those that ask for nobody by number
    told=REAL,  # how much these say of whom they ask for, summed: ln(1 + characters)
)
FORMS = table("detect_forms", "form of queries, numbered in their order", form=CODE, text=TEXT)
FORMED = table(
    "detect_formed",
    "session and number of a form of its queries",
    s=CODE,
    form=CODE,
    asked=CODE,
    wide=CODE,
    told=REAL,
)
LOOKED = table(
    "detect_looked",
    "act on data of a session that is looked into, act by act",
    s=COUNT,
    n=COUNT,
    us=US,
    digest=TEXT,
    position=COUNT,
    kind=TEXT,
    good=COUNT,
    strength=COUNT,
    again=COUNT,
    onward=COUNT,
)
INSIDE = table(
    "detect_inside",
    "act of a session that is not all of one hand, with whose it is",
    digest=TEXT,
    position=COUNT,
    attribution=TEXT,
)
ASKED_ABOUT = table("detect_asked_about", "account whose professional is asked", account=TEXT)
ASKED_LINES = table(
    "detect_asked_lines",
    "line of the account whose professional is asked",
    us=US,
    address=TEXT,
    service=TEXT,
)
