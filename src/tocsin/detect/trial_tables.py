"""The relations of the streams: what sessions show, and trials weighed against a past."""

from tocsin.core.tables import COUNT, REAL, TEXT, US, table

CONTENT = table(
    "detect_content",
    "session, person, service and operation, with its acts on data",
    s=COUNT,
    person=TEXT,
    service=TEXT,
    operation=TEXT,
    client=TEXT,
    acts=COUNT,
)
CLOCK_TRAITS = table(
    "detect_clock_traits",
    "session and channel of where and when it was",
    s=COUNT,
    channel=COUNT,
    token=TEXT,
    w=REAL,
)
TRAITS = table(
    "detect_traits", "session, channel and token", s=COUNT, channel=COUNT, token=TEXT, w=REAL
)
TRIALS = table(
    "detect_trials",
    "trial: content of session s, clock of session clock, on the account's past at an instant",
    k=COUNT,
    s=COUNT,
    clock=COUNT,
    acc=COUNT,
    peers=COUNT,
    us=US,
    counts=REAL,
)
TRIAL_TRAITS = table(
    "detect_trial_traits",
    "trial, channel and token",
    k=COUNT,
    acc=COUNT,
    peers=COUNT,
    us=US,
    counts=REAL,
    channel=COUNT,
    token=TEXT,
    w=REAL,
)
PEERS = table(
    "detect_peers",
    "trial that names persons, with how its account's colleagues know them",
    k=COUNT,
    unknown=REAL,
    lately=REAL,
)
BEFORE_ROWS = table(
    "detect_before_rows",
    "trial and account that last worked on some of its persons (0 = nobody yet)",
    k=COUNT,
    acc=COUNT,
    us=US,
    counts=REAL,
    last=COUNT,
    w=REAL,
    persons=COUNT,
)
EVERYBODY = table(
    "detect_everybody",
    "channel, token and day, with how often everybody showed it before that day",
    channel=COUNT,
    token=TEXT,
    day=COUNT,
    n=REAL,
)
TRIAL_SUMS = table(
    "detect_trial_sums",
    "trial and channel, with the weight of the past in it",
    k=COUNT,
    channel=COUNT,
    fading=REAL,
    lasting=REAL,
    everybody=REAL,
)
WEIGHED = table(
    "detect_weighed",
    "trial, channel and token, with the account's past of it",
    k=COUNT,
    channel=COUNT,
    token=TEXT,
    day=COUNT,
    w=REAL,
    fading=REAL,
    lasting=REAL,
    ago=US,
)
STREAM_FACTS = table(
    "detect_stream_facts",
    "trial and channel, with how unusual it is for the account",
    k=COUNT,
    channel=COUNT,
    tokens=COUNT,
    weight=REAL,
    fading_mean=REAL,
    lasting_mean=REAL,
    least=REAL,
    most=REAL,
    total=REAL,
    new_share=REAL,
    days_ago=REAL,
    weeks_ago=REAL,
)
BEFORE_SHARES = table(
    "detect_before_shares",
    "trial that names persons, with who worked on them last: oneself, nobody yet",
    k=COUNT,
    own_share=REAL,
    nobody_share=REAL,
)
