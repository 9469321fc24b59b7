"""The closed words of the house, as the contract and the standards spell them."""

from enum import StrEnum


class TrailFormat(StrEnum):
    """Formats of trail that a source may have."""

    FHIR = "fhir-auditevent"
    ATNA = "atna"
    KEYCLOAK = "keycloak"
    WEBLOG = "weblog"
    CSV = "csv"


class Kind(StrEnum):
    """What an operation of a service does."""

    LOGIN = "login"
    LOGOUT = "logout"
    SEARCH = "search"
    LIST = "list"
    OPEN = "open"
    EXPORT = "export"
    WRITE = "write"
    OTHER = "other"


class PersonsBy(StrEnum):
    """How the persons that an operation shows are known."""

    NAMED = "named"
    QUERY = "query"
    EXPORT = "export"
    NONE = "none"


class Perimeter(StrEnum):
    """What an account may see in a service."""

    REGION = "region"
    ORGANISATION = "organisation"
    CARE = "care"


class Outcome(StrEnum):
    """What became of an act."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


class CoverageState(StrEnum):
    """What a source shows of an interval."""

    TRAILED = "trailed"
    SILENT = "silent"
    CUT = "cut"
    STOPPED = "stopped"
    BEFORE_RETENTION = "before_retention"


class Verdict(StrEnum):
    """Of a session, and attribution of an act."""

    USURPED = "usurped"
    UNDECIDED = "undecided"
    LEGITIMATE = "legitimate"


class Grade(StrEnum):
    """How surely a person or an item was reached."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class Finding(StrEnum):
    """What is said of a category of data."""

    NOT_REACHED = "not_reached"
    REACHED = "reached"
    CANNOT_BE_EXCLUDED = "cannot_be_excluded"


CATEGORIES = (
    "identity",
    "contact",
    "identifier",
    "administrative",
    "medical",
    "financial",
    "credential",
    "free_text",
    "implied",
)
"""Categories of data items (contract, section 1)."""

PURPOSES_THAT_LIFT = ("ETREAT", "BTG", "ERTREAT")
"""Purposes of use that lift a perimeter: v3-ActReason, emergency treatment and its children."""

TEST_PURPOSE = "HTEST"
"""Purpose of use of test data (v3-ActReason)."""

TEST_STATUS = "FICT"
"""Identity status of a fictive person (FR Core reliability codes)."""
