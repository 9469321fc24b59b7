"""What every reader of a trail format fills: one decoded row per line and person it names.

A line that could not be read is one row with `reason` set, `head` its first characters, and
nothing else but its position. A line without person is one row with `person` ''.
"""

from tocsin.core.tables import COUNT, TEXT, US, table

LINES = table(
    "lines",
    "line of a file in order; blank lines are left out but keep their number",
    position=COUNT,
    line=TEXT,  # NULL where `reason` says why it cannot be handed on
    reason=TEXT,  # bad UTF-8, too long: set by whoever cut the file into lines
    head=TEXT,  # first characters of a line with a reason
)

DECODED = table(
    "decoded",
    "line and person it names",
    position=COUNT,
    part=COUNT,  # 0, 1, … where one line names several persons
    event_id=TEXT,  # the producer's own; NULL where it gives none
    request_id=TEXT,  # joins client and server views of one act; NULL if absent
    side=TEXT,  # 'client', 'server' or '' (cannot tell)
    occurred_us=US,
    actor=TEXT,  # account as logged; '' if none
    session=TEXT,
    address=TEXT,
    client=TEXT,
    interaction=TEXT,  # what catalogues match on; '' where the format has no such thing
    resource=TEXT,
    method=TEXT,
    path=TEXT,
    event_code=TEXT,  # ATNA EventID; Keycloak type
    event_type=TEXT,  # ATNA EventTypeCode
    action=TEXT,  # CSV action word
    operation=TEXT,  # CSV that names the operation itself; '' elsewhere
    outcome=TEXT,
    person=TEXT,
    query=TEXT,
    result_count=COUNT,
    purpose=TEXT,
    service_key=TEXT,  # value of the field that tells the service, for a shared repository
    mark=TEXT,  # 'stopped' or 'started': the producer says that it stopped or began to record
    sequence=COUNT,  # the producer's running number, NULL where it has none
    reason=TEXT,
    head=TEXT,
)
