"""The relations of the accounts in hand: made, read and dropped part by part of the trail."""

from tocsin.core.tables import CODE, COUNT, REAL, TEXT, US, table

TAKEN = table(
    "detect_taken",
    "access row of an account in hand, at its corrected instant",
    file=CODE,
    position=COUNT,
    part=CODE,
    us=US,
    acc=CODE,
    net=CODE,
    session=TEXT,
    tool=CODE,
    deed=CODE,
    good=CODE,
    lifts=CODE,
    treats=CODE,
    person=TEXT,
    query=TEXT,
)
KEYS = table(
    "detect_keys",
    "account and session key; opens = 1 for one of an identity provider or of several sources",
    acc=CODE,
    session=TEXT,
    key=CODE,
    net=CODE,
    opens=CODE,
)
LINES = table(
    "detect_lines",
    "trail line of an account in hand; n gives the order of account, network and time",
    n=COUNT,
    file=CODE,
    position=COUNT,
    us=US,
    acc=CODE,
    key=CODE,
    net=CODE,
    opens=CODE,
    tool=CODE,
    deed=CODE,
    good=CODE,
    lifts=CODE,
    treats=CODE,
    person=TEXT,
    query=TEXT,
)
MORE = table(
    "detect_more",
    "person that a line names beside its first",
    file=CODE,
    position=COUNT,
    person=TEXT,
    treats=CODE,
)
LONE = table(
    "detect_lone",
    "trail line of an account and network with lines without a key, and its keyed neighbours",
    n=COUNT,
    us=US,
    key=CODE,
    before_key=COUNT,
    after_key=COUNT,
)
OPENINGS = table(
    "detect_openings",
    "line that logs in, or the first of a key of one application, with the login before it",
    n=COUNT,
    us=US,
    key=CODE,
    opens=CODE,
    before_login=COUNT,
)
PARENTS = table(
    "detect_parents",
    "session key of one application, and the key of the login that opened it",
    key=CODE,
    parent=CODE,
)
STREAMS = table(
    "detect_streams",
    "trail line and the stream of one actor that it belongs to",
    n=COUNT,
    us=US,
    acc=CODE,
    net=CODE,
    key=CODE,
    strand=CODE,
    kind=TEXT,
    good=CODE,
)
CUTS = table(
    "detect_cuts",
    "trail line, the line that its chain begins with, and the rank of its session in the chain",
    n=COUNT,
    acc=CODE,
    net=CODE,
    key=CODE,
    strand=CODE,
    chain=COUNT,
    block=COUNT,
)
NUMBERS = table(
    "detect_numbers",
    "session of the accounts in hand",
    s=COUNT,
    acc=CODE,
    net=CODE,
    key=CODE,
    strand=CODE,
    chain=COUNT,
    block=COUNT,
    first_n=COUNT,
)
DONE = table(
    "detect_done",
    "trail line of an account in hand, and its session",
    s=CODE,
    n=COUNT,
    file=CODE,
    position=COUNT,
    us=US,
    acc=CODE,
    net=CODE,
    tool=CODE,
    deed=CODE,
    kind=TEXT,
    good=CODE,
    data=CODE,
    lifts=CODE,
    treats=CODE,
    person=TEXT,
    query=TEXT,
)
TOUCHED = table(
    "detect_touched",
    "session of the accounts in hand and person named; us: when it first reached the record",
    s=CODE,
    acc=CODE,
    net=CODE,
    person=TEXT,
    us=US,
    wrote=CODE,
)
RELATED = table(
    "detect_related",
    "session and person reached, with what care and the directory say by themselves (2, 1, 0)",
    s=CODE,
    acc=CODE,
    net=CODE,
    person=TEXT,
    strength=CODE,
)
GAPS = table(
    "detect_gaps", "gap between two acts on data of a session (ln of 1 s + gap)", s=CODE, g=REAL
)
MOVES = table(
    "detect_moves",
    "act of a session that asks for, or opens, another than the one before it",
    s=CODE,
    asks=CODE,
    up=CODE,
    page=CODE,
)
