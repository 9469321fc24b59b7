"""estate.toml at the door: read strictly, every error with its file, line and column."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path as File
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from tocsin.adapters import estate_outgoing
from tocsin.adapters.estate_addresses import no_way_up
from tocsin.adapters.estate_outgoing import OutgoingSections
from tocsin.adapters.estate_places import (
    NEXT_STEP,
    Complaint,
    Path,
    of_msgspec,
    of_toml,
    path_of,
    place,
)
from tocsin.core.errors import InputError
from tocsin.core.evidence import digest_of
from tocsin.core.outgoing import Outgoing
from tocsin.core.records import (
    DirectoryFiles,
    Estate,
    Operation,
    Operator,
    Says,
    Service,
    ServiceBy,
    Source,
)
from tocsin.core.vocabulary import CATEGORIES, Kind, Perimeter, PersonsBy, TrailFormat


class _Operator(msgspec.Struct):
    id: str
    name: str
    region: str = ""
    timezone: str = "Europe/Paris"
    role: str = "processor"
    dpo: dict[str, str] = {}
    public: dict[str, str] = {}
    sender: dict[str, str] = {}
    duties: list[str] = []
    contract_hours: int = 0


class _Directory(msgspec.Struct):
    as_of: Any
    accounts: str
    persons: str
    care: str = ""
    controllers: str = ""


class _Operation(msgspec.Struct):
    id: str
    kind: Kind
    persons: PersonsBy = PersonsBy.NONE
    match: dict[str, str | int] = {}
    reveals: list[str] = []


class _Service(msgspec.Struct):
    id: str
    name: str = ""
    implies: str = ""
    perimeter: Perimeter = Perimeter.REGION
    roles: list[str] = []
    ignore: list[str] = []
    page_size: int = 0
    operation: list[_Operation] = []


class _ServiceBy(msgspec.Struct):
    field: str
    map: dict[str, str]


class _Source(msgspec.Struct):
    id: str
    format: TrailFormat
    files: list[str]
    service: str = ""
    service_by: _ServiceBy | None = None
    timezone: str = "UTC"
    names_results: bool = False
    silent: list[str] = []
    retention_days: int = 365
    clock_offset_s: float = 0.0
    columns: dict[str, str] = {}
    producer: str = ""


class _Estate(OutgoingSections, kw_only=True):
    operator: _Operator
    directory: _Directory
    service: list[_Service] = msgspec.field(default_factory=list)
    source: list[_Source] = msgspec.field(default_factory=list)


def read_estate(text: str, *, file: str) -> Estate:
    """The estate that the text describes.

    Args:
        text: content of an estate.toml.
        file: its name, for errors.

    Raises:
        InputError: it is not TOML, a value is missing or of the wrong type, a word is not one
            of the contract's, an id stands twice, a path leads out of the estate.
    """
    return _estate(*_read(text, file))


def read_outgoing(file: File) -> Outgoing:
    """What the estate file says now of the outside: mail, sms, targets.

    Who may approve does not stand here: that is told by the copy taken at `open` only.

    Raises:
        InputError: the file cannot be read, is no estate, or names a path that is not inside
            its folder or goes through a symlink.
    """
    try:
        content = file.read_bytes()
        text = content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Says(
                "le fichier estate.toml n'est plus là où il était à l'ouverture du dossier",
                "the estate file is no longer where it was when the case was opened",
            ),
            next_step=Says(
                "Remettez-le : il dit par où partent les avis et ce qui peut être fermé.",
                "Put it back there: it names where notices leave and what may be closed.",
            ),
            where=str(file),
        ) from error
    read, fail = _read(text, str(file))
    return estate_outgoing.outgoing(
        read, file=str(file), digest=digest_of(content), folder=file.parent, fail=fail
    )


def _read(text: str, file: str) -> tuple[_Estate, Complaint]:
    """The document, checked, and what makes the errors of its places."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+), column (\d+)", str(error))
        why = of_toml(str(error).split(" (at ")[0])
        raise InputError(
            Says(
                f"le fichier estate.toml n'est pas du TOML valable : {why.fr}",
                f"the estate is not valid TOML: {why.en}",
            ),
            next_step=NEXT_STEP,
            where=place(file, found[1], found[2]) if found else place(file),
        ) from error
    except RecursionError as error:
        raise InputError(
            Says(
                "le fichier estate.toml imbrique trop de valeurs",
                "the estate nests its values too deeply",
            ),
            next_step=NEXT_STEP,
            where=file,
        ) from error
    fail = Complaint(text, file)
    try:
        read = msgspec.convert(raw, _Estate, strict=True)
    except msgspec.ValidationError as error:
        words, _, path = str(error).partition(" - at `$")
        raise fail(path_of(path), of_msgspec(words)) from error
    _check(read, fail)
    return read, fail


def _estate(read: _Estate, fail: Complaint) -> Estate:
    zone = ZoneInfo(read.operator.timezone)
    return Estate(
        operator=Operator(
            **{
                **msgspec.structs.asdict(read.operator),
                "duties": tuple(read.operator.duties),
            }
        ),
        directory=DirectoryFiles(
            as_of=_instant(read.directory.as_of, zone, fail),
            accounts=read.directory.accounts,
            persons=read.directory.persons,
            care=read.directory.care,
            controllers=read.directory.controllers,
        ),
        services=tuple(_service(service) for service in read.service),
        sources=tuple(_source(source) for source in read.source),
        approvers=estate_outgoing.approvers(read),
    )


def _check(estate: _Estate, fail: Complaint) -> None:
    if estate.operator.role not in ("processor", "controller"):
        raise fail(
            ("operator", "role"),
            Says(
                'doit être "processor" ou "controller"', 'must be "processor" or "controller"'
            ),
        )
    _zone(estate.operator.timezone, ("operator", "timezone"), fail)
    for name in ("accounts", "persons", "care", "controllers"):
        _inside(getattr(estate.directory, name), ("directory", name), fail)
    _unique("service", [s.id for s in estate.service], fail)
    _unique("source", [s.id for s in estate.source], fail)
    for i, service in enumerate(estate.service):
        _check_service(service, ("service", i), fail)
    known = {service.id: service for service in estate.service}
    for i, source in enumerate(estate.source):
        _check_source(source, known, ("source", i), fail)
    estate_outgoing.check(estate, known, fail)


def _check_service(service: _Service, at: Path, fail: Complaint) -> None:
    seen: set[str] = set()
    for i, operation in enumerate(service.operation):
        if operation.id in seen:
            raise fail(
                (*at, "operation", i, "id"),
                Says(
                    f"l'identifiant {operation.id} figure deux fois",
                    f"the id {operation.id} stands twice",
                ),
            )
        seen.add(operation.id)
        for item in operation.reveals:
            category, dot, name = item.partition(".")
            if category not in CATEGORIES or not dot or not name:
                raise fail(
                    (*at, "operation", i, "reveals"),
                    Says(
                        f"{item} n'est pas un élément : écrivez catégorie.nom, la "
                        f"catégorie parmi {', '.join(CATEGORIES)}",
                        f"{item} is not an item: write category.name, category one of "
                        f"{', '.join(CATEGORIES)}",
                    ),
                )


def _check_source(
    source: _Source, services: Mapping[str, _Service], at: Path, fail: Complaint
) -> None:
    _zone(source.timezone, (*at, "timezone"), fail)
    for file in source.files:
        _inside(file, (*at, "files"), fail)
    named = list(source.service_by.map.values()) if source.service_by else [source.service]
    for name in named:
        if name and name not in services:
            where = "service_by" if source.service_by else "service"
            raise fail(
                (*at, where),
                Says(
                    f"ce fichier estate.toml n'a pas de service {name}",
                    f"there is no service {name} in this estate",
                ),
            )
    operations = {o.id for name in named if name for o in services[name].operation}
    for operation in source.silent:
        if operation not in operations:
            raise fail(
                (*at, "silent"),
                Says(
                    f"ses services n'ont pas d'opération {operation}",
                    f"its services have no operation {operation}",
                ),
            )
    if source.format is TrailFormat.CSV and "occurred_at" not in source.columns:
        raise fail(
            (*at, "columns"),
            Says(
                "une source csv doit dire quelle colonne est occurred_at",
                "a csv source must say which column is occurred_at",
            ),
        )


def _inside(path: str, at: Path, fail: Complaint) -> None:
    """Refuse a path that is not below the estate's folder."""
    no_way_up(".." if path.startswith("/") else path, at, fail)


def _zone(name: str, at: Path, fail: Complaint) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise fail(
            at, Says(f"{name} n'est pas un fuseau horaire", f"{name} is not a time zone")
        ) from error


def _unique(table: str, ids: Iterable[str], fail: Complaint) -> None:
    seen: set[str] = set()
    for i, name in enumerate(ids):
        if not name or name in seen:
            twice = Says(
                f"l'identifiant {name} figure deux fois", f"the id {name} stands twice"
            )
            empty = Says("l'identifiant est vide", "the id is empty")
            raise fail((table, i, "id"), twice if name else empty)
        seen.add(name)


def _instant(value: object, zone: ZoneInfo, fail: Complaint) -> datetime:
    read = value
    if isinstance(value, str):
        try:
            read = datetime.fromisoformat(value)
        except ValueError as error:
            raise fail(
                ("directory", "as_of"), Says("n'est pas un instant ISO", "not an ISO instant")
            ) from error
    if isinstance(read, date) and not isinstance(read, datetime):
        read = datetime.combine(read, time.min)
    if not isinstance(read, datetime):
        raise fail(("directory", "as_of"), Says("n'est pas un instant", "not an instant"))
    try:
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise fail(
            ("directory", "as_of"),
            Says("n'est pas un instant du calendrier", "not an instant of a calendar"),
        ) from error


def _service(read: _Service) -> Service:
    return Service(
        id=read.id,
        name=read.name or read.id,
        implies=read.implies,
        perimeter=read.perimeter,
        roles=tuple(read.roles),
        ignore=tuple(read.ignore),
        page_size=read.page_size,
        operations=tuple(
            Operation(
                id=o.id,
                match={name: str(value) for name, value in o.match.items()},
                kind=o.kind,
                persons=o.persons,
                reveals=tuple(o.reveals),
            )
            for o in read.operation
        ),
    )


def _source(read: _Source) -> Source:
    by = read.service_by
    return Source(
        id=read.id,
        service="" if by else read.service,
        service_by=ServiceBy(field=by.field, map=by.map) if by else None,
        format=read.format,
        files=tuple(read.files),
        timezone=read.timezone,
        names_results=read.names_results,
        silent=tuple(read.silent),
        retention_days=read.retention_days,
        clock_offset_s=read.clock_offset_s,
        columns=read.columns,
        producer=read.producer,
    )
