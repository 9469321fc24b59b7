"""The tables that rooms share, and the step: a rule over rows that an engine executes.

Instants: on disk a column `*_at` is TIMESTAMP (microseconds, UTC). Inside the engine every
relation also shows it as `*_us`, BIGINT microseconds since 1970-01-01T00:00:00Z, and shared SQL
uses that one only: integer arithmetic means the same in every engine.
"""

from dataclasses import dataclass

TEXT = "VARCHAR"
COUNT = "BIGINT"
CODE = "INTEGER"  # inside the engine only: numbers of things that are fewer than 2**31
US = "BIGINT"
AT = "TIMESTAMP"
REAL = "DOUBLE"
TEXTS = "VARCHAR[]"
YES_NO = "BOOLEAN"


@dataclass(frozen=True, slots=True)
class Column:
    """A name and a type, in DuckDB's spelling."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A named relation with declared columns and one sentence "one row per …"."""

    name: str
    per: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rule over rows: fills one relation from others, by one SQL query.

    Args:
        fills: the relation it fills, with its columns; the engine refuses other columns.
        reads: the relations that the query names.
        sql: one SELECT. Portable steps keep to the subset that DuckDB and Spark read alike:
            no engine date, regex or hash function, integer microseconds, AS in every alias.
        portable: False where the query decodes a raw format with an engine's own functions.
        view: True to keep it a view, evaluated where it is read; False to fill a table.
    """

    fills: Table
    reads: tuple[str, ...]
    sql: str
    portable: bool = True
    view: bool = False

    @property
    def name(self) -> str:
        """The relation that the step fills."""
        return self.fills.name


def table(name: str, per: str, /, **columns: str) -> Table:
    """Declare a table: name, "one row per …", then column = type in order."""
    return Table(
        name=name,
        per=per,
        columns=tuple(Column(name, type_) for name, type_ in columns.items()),
    )


# The case: what is kept (contract, section 2) --------------------------------------------

ACCESS = table(
    "access",
    "act and person",
    event_id=TEXT,
    also=TEXTS,
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    part=COUNT,
    occurred_at=AT,
    account=TEXT,
    session=TEXT,
    address=TEXT,
    client=TEXT,
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    outcome=TEXT,
    person=TEXT,
    query=TEXT,
    result_count=COUNT,
    purpose=TEXT,
)
QUARANTINE = table(
    "quarantine",
    "line that could not be read",
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    part=COUNT,
    reason=TEXT,
    head=TEXT,
)
LEDGER = table(
    "ledger",
    "file",
    source=TEXT,
    file=TEXT,
    digest=TEXT,
    lines=COUNT,
    accepted=COUNT,
    quarantined=COUNT,
    repeated=COUNT,
)
COVERAGE = table(
    "coverage",
    "source and interval; they tile the window",
    source=TEXT,
    start_at=AT,
    end_at=AT,
    state=TEXT,
    offset_s=REAL,
    why=TEXT,
)
SESSIONS = table(
    "sessions",
    "session",
    session=TEXT,
    account=TEXT,
    start_at=AT,
    end_at=AT,
    acts=COUNT,
    persons=COUNT,
    probability=REAL,
    q_value=REAL,
    verdict=TEXT,
    decided_by=TEXT,
    campaign=TEXT,
    reasons=TEXT,
)
ACTS = table(
    "acts",
    "act of a session with any act that is not legitimate",
    event_id=TEXT,
    source=TEXT,
    digest=TEXT,
    position=COUNT,
    part=COUNT,
    session=TEXT,
    attribution=TEXT,
    decided_by=TEXT,
)
PEOPLE = table(
    "people", "record reached", record=TEXT, person=TEXT, rule=TEXT, reviewed_by=TEXT
)
REACH = table(
    "reach",
    "person, controller and item",
    person=TEXT,
    controller=TEXT,
    item=TEXT,
    grade=TEXT,
    rule=TEXT,
    first_at=AT,
    last_at=AT,
    sessions=COUNT,
    acts=COUNT,
)
GROUNDS = table(
    "scope_grounds",
    "record of a person of reach and session that shows or may show it, by grade and rule",
    person=TEXT,
    record=TEXT,
    session=TEXT,
    grade=TEXT,
    rule=TEXT,
    acts=COUNT,
)
STATEMENTS = table(
    "statements",
    "category of the catalogue (and implied)",
    category=TEXT,
    finding=TEXT,
    says=TEXT,
    because=TEXTS,
)

# The directory, as the engine sees it once the vault is open -------------------------------

ACCOUNTS = table(
    "accounts",
    "account of a professional",
    account=TEXT,
    rpps=TEXT,
    email=TEXT,
    role=TEXT,
    profession=TEXT,
    organisation=TEXT,
    opened_us=US,  # midnight of opened_on, operator's zone; NULL where unknown
    closed_us=US,  # midnight after closed_on, operator's zone; NULL while open
)
ACCOUNT_NAMES = table(
    "account_names",
    "name by which trails may call an account (account, rpps, 8+rpps, email, alias)",
    name=TEXT,
    account=TEXT,
)
PERSONS = table(
    "persons",
    "record of a person in the directory; opened from the vault, never written outside it",
    person=TEXT,
    ins=TEXT,
    identity_status=TEXT,
    birth_name=TEXT,
    used_name=TEXT,
    first_names=TEXT,
    sex=TEXT,
    birth_date=TEXT,  # ISO, unknown parts 00
    birth_place=TEXT,
    phone=TEXT,
    email=TEXT,
    address=TEXT,
    postal_code=TEXT,
    city=TEXT,
    organisation=TEXT,
    died_on=TEXT,
    guardian_name=TEXT,
    guardian_email=TEXT,
    guardian_phone=TEXT,
    guardian_address=TEXT,
    language=TEXT,
    created_us=US,  # midnight of created_on, operator's zone; NULL = always there
)
PERSON_CONTROLLERS = table(
    "person_controllers", "person and controller", person=TEXT, controller=TEXT
)
PERSON_SERVICES = table(
    "person_services",
    "person and service that lists it; a person without a row is in all of them",
    person=TEXT,
    service=TEXT,
)
CARE = table(
    "care",
    "relation of care between a person and an account or an organisation ('' = none)",
    person=TEXT,
    account=TEXT,
    organisation=TEXT,
    kind=TEXT,
    start_us=US,
    end_us=US,  # NULL = still running
)
CONTROLLERS = table("controllers", "controller", controller=TEXT, name=TEXT)

# The catalogue, from estate.toml -------------------------------------------------------------

SERVICES = table(
    "services",
    "service of the catalogue",
    service=TEXT,
    implies=TEXT,
    perimeter=TEXT,
    page_size=COUNT,
)
SERVICE_ROLES = table(
    "service_roles",
    "service and role that may enter; a service without a row admits every role",
    service=TEXT,
    role=TEXT,
)
OPERATIONS = table(
    "operations",
    "operation of a service",
    service=TEXT,
    operation=TEXT,
    kind=TEXT,
    persons=TEXT,
)
OPERATION_ITEMS = table(
    "operation_items",
    "operation and data item that it shows",
    service=TEXT,
    operation=TEXT,
    item=TEXT,
)
SOURCES = table(
    "sources",
    "source and service that it trails ('' = an identity provider)",
    source=TEXT,
    service=TEXT,
)
SILENT_OPERATIONS = table(
    "silent_operations",
    "operation that a source does not trail",
    source=TEXT,
    service=TEXT,
    operation=TEXT,
)
