"""The catalogue, applied: which operation of which service a line is, as SQL and as numbers.

The most precise match wins: more keys, then the longest path template. Keys are equal to the
letter; a path template matches segment by segment, and `{person}` (or any other `{name}`) is
one of them, not empty.
"""

import re
from dataclasses import dataclass

from tocsin.core.records import Operation, Service, Source

MATCHED_BY = {
    "interaction": "interaction",
    "resource": "resource",
    "method": "method",
    "path": "path",
    "event_id": "event_code",
    "event_type": "event_type",
    "action": "action",
}
"""Key of `match` in estate.toml = column of DECODED."""

_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An operation of a service, and the number by which the SQL calls it (from 1)."""

    number: int
    service: str
    operation: Operation


def known_operations(source: Source, services: tuple[Service, ...]) -> tuple[Known, ...]:
    """The operations that lines of a source may be, the most precise match first."""
    listed = [
        (service.id, operation)
        for service in services
        if service.id in source.services
        for operation in service.operations
    ]
    listed.sort(key=lambda pair: _precision(pair[1]), reverse=True)
    return tuple(
        Known(number=n, service=service, operation=operation)
        for n, (service, operation) in enumerate(listed, 1)
    )


def number_sql(known: tuple[Known, ...]) -> str:
    """SQL: the number of the operation of a decoded row with its `service`; 0 if unknown."""
    named = " ".join(
        f"WHEN operation = {quoted(k.operation.id)} AND service = {quoted(k.service)}"
        f" THEN {k.number}"
        for k in known
    )
    matched = " ".join(
        f"WHEN service = {quoted(k.service)} AND {_condition(k.operation)} THEN {k.number}"
        for k in known
        if k.operation.match and all(key in MATCHED_BY for key in k.operation.match)
    )
    if not known:
        return "0"
    by_match = f"CASE {matched} ELSE 0 END" if matched else "0"
    return f"CASE WHEN operation <> '' THEN CASE {named} ELSE 0 END ELSE {by_match} END"


def person_sql(known: tuple[Known, ...]) -> str:
    """SQL: the person that the path names, by the operation's template; '' for none."""
    cases = " ".join(
        f"WHEN number = {k.number} THEN"
        f" regexp_extract(path, {quoted(_pattern(k.operation.match['path'], 'person'))}, 1)"
        for k in known
        if "{person}" in k.operation.match.get("path", "")
    )
    return f"CASE {cases} ELSE '' END" if cases else "''"


def ignored_sql(source: Source, services: tuple[Service, ...]) -> str:
    """SQL: whether the row's path is one that shows no data, by its service's `ignore`."""
    cases = [
        f"(service = {quoted(service.id)} AND starts_with(path, {quoted(prefix)}))"
        for service in services
        if service.id in source.services
        for prefix in service.ignore
    ]
    return f"({' OR '.join(cases)})" if cases else "false"


def service_sql(source: Source) -> str:
    """SQL: the service of a decoded row; '' for an identity provider or an unknown key."""
    if source.service_by is None:
        return quoted(source.service)
    cases = " ".join(
        f"WHEN {quoted(key)} THEN {quoted(service)}"
        for key, service in source.service_by.map.items()
    )
    return f"CASE service_key {cases} ELSE '' END" if cases else "''"


def kind_sql(known: tuple[Known, ...]) -> str:
    """SQL: the kind of the operation of that number; NULL for 0."""
    cases = " ".join(f"WHEN {k.number} THEN '{k.operation.kind}'" for k in known)
    return f"CASE number {cases} END" if cases else "NULL"


def operation_sql(known: tuple[Known, ...]) -> str:
    """SQL: the id of the operation of that number; '' for 0."""
    cases = " ".join(f"WHEN {k.number} THEN {quoted(k.operation.id)}" for k in known)
    return f"CASE number {cases} ELSE '' END" if cases else "''"


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _precision(operation: Operation) -> tuple[int, int, int]:
    path = operation.match.get("path", "")
    return (len(operation.match), path.count("/"), len(_PLACE.sub("", path)))


def _condition(operation: Operation) -> str:
    return " AND ".join(
        _path_condition(value) if key == "path" else f"{MATCHED_BY[key]} = {quoted(value)}"
        for key, value in operation.match.items()
    )


def _path_condition(template: str) -> str:
    place = _PLACE.search(template)
    if place is None:
        return f"path = {quoted(template)}"
    prefix = template[: place.start()]
    return (
        f"(starts_with(path, {quoted(prefix)})"
        f" AND regexp_full_match(path, {quoted(_pattern(template, ''))}))"
    )


def _pattern(template: str, captured: str) -> str:
    """The template as a regular expression, with one group around the place named."""
    parts, at = [], 0
    for place in _PLACE.finditer(template):
        parts.append(re.escape(template[at : place.start()]))
        parts.append("([^/]+)" if place[1] == captured else "[^/]+")
        at = place.end()
    parts.append(re.escape(template[at:]))
    return "^" + "".join(parts) + "$"
