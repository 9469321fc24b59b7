"""Vistas: what gaps and silent operations may have shown, in as few relations as possible."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tocsin.core.records import Estate, Service
from tocsin.core.tables import COUNT, TEXT, US, Step, table
from tocsin.core.vocabulary import Perimeter
from tocsin.scope.blind import NO_LIMIT, Account, Opening, Silence
from tocsin.scope.catalogue import column_of, items_of

VISTAS = table(
    "scope_vistas",
    "what may have been seen unseen: service, perimeter, time",
    context=COUNT,
    service=TEXT,
    perimeter=TEXT,
    subject=TEXT,
    from_us=US,
    moment_us=US,  # its end
    most=COUNT,  # persons that it can have shown; NO_LIMIT where nothing limits it
)
VISTA_ITEMS = table(
    "scope_vista_items",
    "vista and item that may have been shown",
    context=COUNT,
    item=TEXT,
    column_name=TEXT,
    rule=TEXT,
    first_us=US,
    last_us=US,
    sessions=COUNT,
)
VISTA_PERSONS = table(
    "scope_vista_persons",
    "vista and record inside it",
    context=COUNT,
    record=TEXT,
    held=COUNT,  # a bit for each column that holds a value, in the order given
)


@dataclass(slots=True)
class _Item:
    rule: str
    first_us: int
    last_us: int
    accounts: set[str]


@dataclass(slots=True)
class Vista:
    """A perimeter in a service during a time, and the items that may have been shown there."""

    service: str
    perimeter: str
    subject: str
    from_us: int
    to_us: int
    most: int = 0
    items: dict[str, _Item] = field(default_factory=dict)


def vistas(
    estate: Estate,
    accounts: Sequence[Account],
    opened: Iterable[Opening],
    silent: Iterable[Silence],
) -> tuple[Vista, ...]:
    """What gaps and silent operations may have shown. Alike perimeters are one vista.

    The region and an organisation only grow, so that their times are joined; a relation of
    care comes and goes, and each time is a vista of its own.
    """
    services = {s.id: s for s in estate.services}
    known = {a.account: a for a in accounts}
    made: dict[tuple[object, ...], Vista] = {}
    for gap in opened:
        service = services[gap.service]
        items = [i for o in service.operations for i in items_of(service, o)]
        vista = _vista(made, service, known[gap.account], (gap.start_us, gap.end_us))
        vista.most = min(vista.most + gap.most, NO_LIMIT)
        _add(vista, items, "blind", gap.account, (gap.start_us, gap.end_us))
    for quiet in silent:
        service = services[quiet.service]
        items = [
            i
            for o in service.operations
            if o.id == quiet.operation
            for i in items_of(service, o)
        ]
        if items and quiet.account in known:
            span = (quiet.first_us, quiet.last_us)
            vista = _vista(made, service, known[quiet.account], span)
            vista.most = NO_LIMIT
            _add(vista, items, "silent", quiet.account, span)
    return tuple(made.values())


def _vista(
    made: dict[tuple[object, ...], Vista],
    service: Service,
    account: Account,
    span: tuple[int, int],
) -> Vista:
    perimeter = service.perimeter if account.known else Perimeter.REGION
    subject = {
        Perimeter.REGION: "",
        Perimeter.ORGANISATION: account.organisation,
        Perimeter.CARE: account.account,
    }[perimeter]
    key: tuple[object, ...] = (service.id, str(perimeter), subject)
    if perimeter == Perimeter.CARE:
        key = (*key, *span)
    vista = made.setdefault(
        key,
        Vista(
            service=service.id,
            perimeter=str(perimeter),
            subject=subject,
            from_us=span[0],
            to_us=span[1],
        ),
    )
    vista.from_us, vista.to_us = min(vista.from_us, span[0]), max(vista.to_us, span[1])
    return vista


def _add(
    vista: Vista, items: Iterable[str], rule: str, account: str, span: tuple[int, int]
) -> None:
    for name in items:
        item = vista.items.setdefault(name, _Item(rule, *span, accounts=set()))
        item.rule = min(item.rule, rule)
        item.first_us, item.last_us = min(item.first_us, span[0]), max(item.last_us, span[1])
        item.accounts.add(account)


def vista_rows(
    found: Sequence[Vista], sessions: Mapping[str, int]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Rows of VISTAS and of VISTA_ITEMS.

    Args:
        found: the vistas; a vista's number is its place.
        sessions: retained sessions of each account.
    """
    views: list[tuple[object, ...]] = []
    items: list[tuple[object, ...]] = []
    for n, v in enumerate(found):
        views.append((n, v.service, v.perimeter, v.subject, v.from_us, v.to_us, v.most))
        items += [
            (
                n,
                name,
                column_of(name),
                i.rule,
                i.first_us,
                i.last_us,
                sum(sessions.get(a, 0) for a in i.accounts),
            )
            for name, i in v.items.items()
        ]
    return views, items


def vista_persons(columns: Sequence[str]) -> Step:
    """Who stands inside each vista, and which columns of the record hold a value.

    Args:
        columns: of persons, that items of the vistas rest on.

    Reads: scope_vistas, persons, scope_organisations, scope_cared, scope_unlisted
    """
    bits = [
        f"CASE WHEN p.{column} NOT IN ('', '0000-00-00') THEN {1 << n} ELSE 0 END"
        for n, column in enumerate(columns)
    ]
    shown = f"v.context AS context, p.person AS record, {' + '.join(bits) or '0'} AS held"
    tail = """
LEFT JOIN scope_unlisted AS u ON u.person = p.person AND u.service = v.service
WHERE u.person IS NULL AND coalesce(p.created_us, v.moment_us) <= v.moment_us
"""
    return Step(
        fills=VISTA_PERSONS,
        reads=(
            "scope_vistas",
            "persons",
            "scope_organisations",
            "scope_cared",
            "scope_unlisted",
        ),
        sql=f"""
SELECT {shown}
FROM scope_vistas AS v JOIN persons AS p ON v.perimeter = 'region' {tail}
UNION ALL
SELECT {shown}
FROM scope_vistas AS v JOIN scope_organisations AS o ON o.organisation = v.subject
JOIN persons AS p ON p.person = o.person {tail} AND v.perimeter = 'organisation'
  AND v.subject <> ''
UNION ALL
SELECT DISTINCT {shown}
FROM scope_vistas AS v JOIN scope_cared AS c ON c.account = v.subject
  AND c.from_us <= v.moment_us AND c.to_us >= v.from_us
JOIN persons AS p ON p.person = c.person {tail} AND v.perimeter = 'care'
""",
    )
