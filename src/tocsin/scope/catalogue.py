"""What the catalogue says that operations show: items, their columns, categories."""

from collections.abc import Iterable, Mapping

from tocsin.core.records import Estate, Operation, Service
from tocsin.core.tables import PERSONS, TEXT, table
from tocsin.core.vocabulary import Kind, PersonsBy

SHOWN = table(
    "scope_shown",
    "operation (or '' = all of the service) and item that it shows of a person",
    service=TEXT,
    operation=TEXT,
    item=TEXT,
    column_name=TEXT,  # the column that must hold a value; '' = the item is always there
)

_COLUMN_OF: Mapping[str, str] = {"identifier.nir": "ins", "identifier.ins": "ins"}

_COLUMNS = frozenset(PERSONS.names) - {"person", "created_us", "identity_status"}

_LISTING = (Kind.SEARCH, Kind.LIST, Kind.OPEN, Kind.EXPORT)


def category(item: str) -> str:
    """The category of an item: what stands before its point."""
    return item.partition(".")[0]


def column_of(item: str) -> str:
    """The column of the directory that must hold a value for the item to be reached.

    '' where there is none: the item is then always reached, as `medical.*` is.
    """
    group, _, name = item.partition(".")
    if group == "medical":
        return ""
    return _COLUMN_OF.get(item, name if name in _COLUMNS else "")


def lists_persons(operation: Operation) -> bool:
    """Whether whoever is shown by the operation is thereby listed or opened in the service."""
    if operation.persons == PersonsBy.NONE:
        return False
    return operation.kind in _LISTING or (
        operation.kind == Kind.OTHER and bool(operation.reveals)
    )


def items_of(service: Service, operation: Operation) -> tuple[str, ...]:
    """Every item that an operation shows of a person, what the service implies included."""
    if operation.persons == PersonsBy.NONE:
        return ()
    implied = bool(service.implies) and lists_persons(operation)
    extra = (f"implied.{service.implies}",) if implied else ()
    return tuple(dict.fromkeys((*operation.reveals, *extra)))


def shown(estate: Estate) -> Iterable[tuple[str, str, str, str]]:
    """Rows of SHOWN: each operation's items, and under '' all items of the service."""
    for service in estate.services:
        everything: dict[str, None] = {}
        for operation in service.operations:
            for item in items_of(service, operation):
                everything[item] = None
                yield service.id, operation.id, item, column_of(item)
        for item in everything:
            yield service.id, "", item, column_of(item)


def categories_shown(service: Service) -> frozenset[str]:
    """The categories that some operation of the service can show."""
    return frozenset(
        category(item)
        for operation in service.operations
        for item in items_of(service, operation)
    )
