"""Decoded lines to rows of `access`: account, service, operation, kind, person."""

from collections.abc import Sequence

from tocsin.core.records import Service, Source
from tocsin.core.tables import ACCESS, COUNT, QUARANTINE, TEXT, US, YES_NO, Step, Table, table
from tocsin.core.vocabulary import Kind
from tocsin.trail.catalogue import (
    ignored_sql,
    kind_sql,
    known_operations,
    number_sql,
    operation_sql,
    person_sql,
    quoted,
    service_sql,
)
from tocsin.trail.decoded import DECODED

INS_NAMES = table("ins_names", "INS of a person in the directory", ins=TEXT, person=TEXT)
INS_DIGESTS = table(
    "ins_digests", "INS or NIR that no record has, and its keyed digest", ins=TEXT, person=TEXT
)
INS_FOUND = table("ins_found", "INS or NIR of a file", ins=TEXT, known=YES_NO)
REQUESTS = table(
    "requests",
    "line that carries a request id",
    digest=TEXT,
    position=COUNT,
    request_id=TEXT,
    side=TEXT,
)
COUNTS = table(
    "file_counts",
    "file",
    lines=COUNT,
    quarantined=COUNT,
    requests=COUNT,
    first_us=US,
    last_us=US,
)

LOGIN_CODES = ("110122", "login")
"""DICOM CID 402 Login; the word that readers give where a format has its own."""
LOGOUT_CODES = ("110123", "logout")
AUTHENTICATION = "110114"
"""DICOM CID 400 User Authentication."""

INS_CHARACTERS = 13
"""Of a NIR or INS without its key, by which they are compared."""

_INS = "'^[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}(?:[0-9]{2})?$'"
"""A NIR or INS, with or without its key (INSEE; ANS, référentiel INS)."""
_CX = r"'^([^\^&|]+)\^\^\^.*1\.2\.250\.1\.213\.1\.4\.(?:8|9|10|11)(?:[^0-9].*)?$'"
"""A CX whose authority is INS-NIR, INS-NIA or one of their test roots."""

ORDER = ("account", "occurred_us", "position", "part")
"""How rows of a file are sorted: an account's days lie together."""

_PLACED = table(
    "placed",
    "decoded row with its service, the number of its operation and its person as logged",
    **{c.name: c.type for c in ACCESS.columns if c.name in {"position", "part", "event_id"}},
    occurred_us=US,
    actor=TEXT,
    session=TEXT,
    address=TEXT,
    client=TEXT,
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    outcome=TEXT,
    person=TEXT,
    ins=TEXT,
    query=TEXT,
    result_count=COUNT,
    purpose=TEXT,
)

_ROWS = Table(
    name="rows",
    per=ACCESS.per,
    columns=tuple(
        c if c.name != "occurred_at" else _PLACED.columns[_PLACED.names.index("occurred_us")]
        for c in ACCESS.columns
    ),
)


def placed(source: Source, services: Sequence[Service]) -> Step:
    """Readable rows with what the catalogue says of them.

    Reads:  decoded
    Fills:  placed, one row per line and person; `kind` is 'other' where the catalogue does not
            know the operation, NULL where the service says that the path shows no data
    """
    listed = tuple(services)
    known = known_operations(source, listed)
    login = (
        f"event_code = '{AUTHENTICATION}' AND event_type IN {LOGIN_CODES}"
        f" OR action = '{LOGIN_CODES[1]}'"
    )
    logout = (
        f"event_code = '{AUTHENTICATION}' AND event_type IN {LOGOUT_CODES}"
        f" OR action = '{LOGOUT_CODES[1]}'"
    )
    kind = f"""CASE WHEN number > 0 THEN {kind_sql(known)}
      WHEN {login} THEN '{Kind.LOGIN}' WHEN {logout} THEN '{Kind.LOGOUT}'
      WHEN {ignored_sql(source, listed)} THEN NULL ELSE '{Kind.OTHER}' END"""
    named = person_sql(known)
    person = (
        "person" if named == "''" else f"CASE WHEN person <> '' THEN person ELSE {named} END"
    )
    return Step(
        fills=_PLACED,
        reads=("decoded",),
        sql=f"""
          SELECT position, part, event_id, occurred_us, actor, session, address, client,
            service, {operation_sql(known)} AS operation, kind, outcome, named AS person,
            {_ins_of("named")} AS ins, query, result_count, purpose
          FROM (SELECT *, {kind} AS kind, {person} AS named
            FROM (SELECT *, {number_sql(known)} AS number
              FROM (SELECT *, {service_sql(source)} AS service FROM decoded
                WHERE reason IS NULL) AS served) AS numbered) AS kinded""",
        portable=False,
        view=True,
    )


def ins_names() -> Step:
    """The records that an INS or NIR, without its key, resolves to.

    Reads:  persons
    """
    return Step(
        fills=INS_NAMES,
        reads=("persons",),
        sql=f"SELECT left(ins, {INS_CHARACTERS}) AS ins, min(person) AS person FROM persons"
        f" WHERE length(ins) >= {INS_CHARACTERS} GROUP BY left(ins, {INS_CHARACTERS})",
    )


def ins_found() -> Step:
    """The INS and NIR that a file names, and whether a record has them.

    Reads:  placed, ins_names
    """
    return Step(
        fills=INS_FOUND,
        reads=("placed", "ins_names"),
        sql="""
          SELECT DISTINCT found.ins AS ins, known.ins IS NOT NULL AS known
          FROM placed AS found LEFT JOIN ins_names AS known ON known.ins = found.ins
          WHERE found.ins IS NOT NULL""",
        portable=False,
    )


def rows(source: Source, digest: str, *, with_ins: bool) -> Step:
    """The rows of a file as `access` has them, before acts that are known elsewhere are told.

    Reads:  placed, account_names; ins_names and ins_digests if told so
    Fills:  rows, sorted by `ORDER`
    """
    joins, person = "", "coalesce(p.person, '')"
    if with_ins:
        joins = """
          LEFT JOIN ins_names AS known ON known.ins = p.ins
          LEFT JOIN ins_digests AS keyed ON keyed.ins = p.ins"""
        person = "coalesce(known.person, keyed.person, p.person, '')"
    # What all rows share is set beside them once they are sorted, and is not moved with them.
    return Step(
        fills=_ROWS,
        reads=("placed", "account_names", *(("ins_names", "ins_digests") if with_ins else ())),
        sql=f"""
          SELECT coalesce(event_id, concat({quoted(digest + ":")}, position)) AS event_id,
            CAST([] AS VARCHAR[]) AS also, {quoted(source.id)} AS source,
            {quoted(digest)} AS digest, position, part, occurred_us, account, session, address,
            client, service, operation, kind, outcome, person, query, result_count, purpose
          FROM (SELECT p.event_id AS event_id, p.position AS position, p.part AS part,
              p.occurred_us AS occurred_us, coalesce(named.account, p.actor, '') AS account,
              coalesce(p.session, '') AS session, nullif(p.address, '') AS address,
              nullif(p.client, '') AS client, nullif(p.service, '') AS service,
              p.operation AS operation, p.kind AS kind, p.outcome AS outcome,
              {person} AS person, nullif(p.query, '') AS query,
              p.result_count AS result_count, nullif(p.purpose, '') AS purpose
            FROM placed AS p
            LEFT JOIN account_names AS named ON named.name = p.actor{joins}
            ORDER BY {", ".join(ORDER)}) AS sorted""",
        portable=False,
        view=True,
    )


def requests(digest: str) -> Step:
    """The lines of a file that carry a request id, by side.

    Reads:  decoded
    """
    return Step(
        fills=REQUESTS,
        reads=("decoded",),
        sql=f"""
          SELECT {quoted(digest)} AS digest, position, request_id, side FROM decoded
          WHERE reason IS NULL AND part = 0 AND request_id <> '' AND side <> ''""",
        portable=False,
        view=True,
    )


def unread(source: Source, digest: str) -> Step:
    """The lines of a file that could not be read.

    Reads:  decoded
    Fills:  unread, as `quarantine` has them
    """
    return Step(
        fills=Table(name="unread", per=QUARANTINE.per, columns=QUARANTINE.columns),
        reads=("decoded",),
        sql=f"""
          SELECT {quoted(source.id)} AS source, {quoted(digest)} AS digest, position, part,
            reason, coalesce(head, '') AS head
          FROM decoded WHERE reason IS NOT NULL""",
        portable=False,
        view=True,
    )


def whole(broken: tuple[int, str, str] | None) -> Step:
    """The decoded rows of a file, and of the place where its text breaks off.

    Args:
        broken: position, reason and first characters of the line that is not all there; a row
            that was made of it gives way.

    Reads:  decoded_files
    Fills:  decoded
    """
    sql = f"SELECT {', '.join(DECODED.names)} FROM decoded_files WHERE part >= 0"
    if broken is not None:
        position, reason, head = broken
        said = {
            "position": str(position),
            "part": "0",
            "reason": quoted(reason),
            "head": quoted(head),
        }
        row = ", ".join(f"{said.get(name, 'NULL')} AS {name}" for name in DECODED.names)
        sql += f" AND position <> {position} UNION ALL SELECT {row}"
    return Step(fills=DECODED, reads=("decoded_files",), sql=sql, portable=False, view=True)


def all_unread(reason: str) -> Step:
    """Every line of a batch in quarantine, for a reason that concerns the whole file.

    Reads:  lines
    Fills:  decoded
    """
    said = {
        "position": "position",
        "part": "0",
        "reason": f"coalesce(reason, {quoted(reason)})",
        "head": "left(coalesce(head, line), 200)",
    }
    row = ", ".join(f"{said.get(name, 'NULL')} AS {name}" for name in DECODED.names)
    sql = f"SELECT {row} FROM lines"
    return Step(fills=DECODED, reads=("lines",), sql=sql, portable=False, view=True)


def counts() -> Step:
    """How many lines a file has, how many of them could not be read, and when they are from.

    Reads:  decoded
    """
    return Step(
        fills=COUNTS,
        reads=("decoded",),
        sql="""
          SELECT sum(CASE WHEN part = 0 THEN 1 ELSE 0 END) AS lines,
            sum(CASE WHEN reason IS NULL THEN 0 ELSE 1 END) AS quarantined,
            sum(CASE WHEN part = 0 AND request_id <> '' AND side <> '' THEN 1 ELSE 0 END)
              AS requests,
            min(occurred_us) AS first_us, max(occurred_us) AS last_us
          FROM decoded""",
        portable=False,
    )


def _ins_of(person: str) -> str:
    """SQL: the INS or NIR that a person's reference is; NULL if it is none."""
    return (
        f"CASE WHEN regexp_matches({person}, {_INS}) THEN left({person}, {INS_CHARACTERS})"
        f" WHEN contains({person}, '^^^') AND regexp_matches({person}, {_CX})"
        f" THEN left(regexp_extract({person}, {_CX}, 1), {INS_CHARACTERS}) END"
    )
