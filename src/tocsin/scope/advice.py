"""What a catalogue leaves open: said to the team that writes it, before an incident does."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tocsin.core.records import Estate, Operation, Says, Service, Source
from tocsin.core.vocabulary import Kind, PersonsBy, TrailFormat
from tocsin.scope.catalogue import category

_FREE = re.compile(
    r"comment|note|remark|remarq|observation|motif|reason|subject|objet|message|descri|text|"
    r"libelle|label|request|demande|precision|autre|other",
    re.IGNORECASE,
)
"""Names of fields that people write into: they can hold anything."""

_MAY_HOLD = ("administrative", "identity", "contact", "financial")


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing to look at: where, what, and why it matters."""

    where: str
    code: str
    says: Says


def advice(estate: Estate, roles: AbstractSet[str]) -> tuple[Advice, ...]:
    """Everything that the estate leaves open.

    Args:
        estate: services and sources.
        roles: the roles that the directory's accounts have.
    """
    trailed = {name for source in estate.sources for name in source.services}
    found: list[Advice] = []
    for service in estate.services:
        found += _service(service, trailed, roles)
        for operation in service.operations:
            found += _operation(service, operation)
    for source in estate.sources:
        found += _source(source, {s.id: s for s in estate.services})
    return tuple(found)


def _service(
    service: Service, trailed: AbstractSet[str], roles: AbstractSet[str]
) -> Iterable[Advice]:
    where = f"service {service.id}"
    if service.id not in trailed:
        yield Advice(
            where=where,
            code="untrailed",
            says=Says(
                "Aucune source ne trace ce service : aucun négatif ne pourra y être prouvé.",
                "No source trails this service: no negative can be proved there.",
            ),
        )
    if not service.operations:
        yield Advice(
            where=where,
            code="empty",
            says=Says(
                "Aucune opération : tout acte y sera inexpliqué.",
                "No operation: every act there will be unexplained.",
            ),
        )
    unknown = sorted(set(service.roles) - roles)
    if unknown and roles:
        yield Advice(
            where=where,
            code="roles",
            says=Says(
                f"Rôles qu'aucun compte de l'annuaire ne porte : {', '.join(unknown)}.",
                f"Roles that no account of the directory has: {', '.join(unknown)}.",
            ),
        )
    lists = [o.id for o in service.operations if o.persons == PersonsBy.QUERY]
    if lists and not service.page_size:
        yield Advice(
            where=where,
            code="page_size",
            says=Says(
                "page_size = 0 : une recherche sans _count montre toutes ses réponses. Si le "
                "service pagine, dites de combien : les bornes seront plus serrées.",
                "page_size = 0: a search without _count shows all of its matches. If the "
                "service has pages, say how long: bounds will be tighter.",
            ),
        )


def _operation(service: Service, operation: Operation) -> Iterable[Advice]:
    where = f"service {service.id}, operation {operation.id}"
    if not operation.match:
        yield Advice(
            where=where,
            code="match",
            says=Says(
                "Sans `match`, aucune ligne ne sera reconnue comme cette opération, sauf d'une "
                "source csv qui nomme l'opération.",
                "Without `match` no line will be known as this operation, but in a csv source "
                "that names it.",
            ),
        )
    if operation.persons == PersonsBy.NONE and operation.reveals:
        yield Advice(
            where=where,
            code="nobody",
            says=Says(
                'persons = "none" et reveals non vide : ces données ne seront jamais '
                "atteintes. Dites comment la personne est connue.",
                'persons = "none" with reveals: these items are never reached. Say how the '
                "person is known.",
            ),
        )
    if (
        operation.persons != PersonsBy.NONE
        and not operation.reveals
        and operation.kind in (Kind.OPEN, Kind.SEARCH, Kind.LIST, Kind.EXPORT)
    ):
        yield Advice(
            where=where,
            code="reveals",
            says=Says(
                "Cette opération ne montre rien : une donnée oubliée est un négatif faux.",
                "This operation shows nothing: an item left out is a wrong negative.",
            ),
        )
    for item in operation.reveals:
        if category(item) in _MAY_HOLD and _FREE.search(item.partition(".")[2]):
            name = item.partition(".")[2]
            yield Advice(
                where=where,
                code="free_text",
                says=Says(
                    f"« {item} » est sans doute du texte libre : il peut tenir n'importe quoi, "
                    f"du médical aussi. Ajoutez free_text.{name}.",
                    f"“{item}” is likely free text: it can hold anything, medical data too. "
                    f"Add free_text.{name}.",
                ),
            )


def _source(source: Source, services: Mapping[str, Service]) -> Iterable[Advice]:
    where = f"source {source.id}"
    operations = [o for name in source.services for o in services[name].operations]
    if source.format == TrailFormat.CSV:
        yield from _columns(where, source, operations)
    exports = [
        o.id
        for o in operations
        if o.persons == PersonsBy.EXPORT and o.id not in source.silent and not o.match
    ]
    if exports:
        yield Advice(
            where=where,
            code="silent",
            says=Says(
                f"L'export {', '.join(exports)} n'a pas de `match` : s'il n'est pas tracé, "
                "nommez-le dans `silent`.",
                f"The export {', '.join(exports)} has no `match`: if it is not trailed, name "
                "it in `silent`.",
            ),
        )


def _columns(where: str, source: Source, operations: Sequence[Operation]) -> Iterable[Advice]:
    needed = {
        "query": any(o.persons == PersonsBy.QUERY for o in operations),
        "person": any(o.persons == PersonsBy.NAMED for o in operations),
        "account": bool(operations),
        "session": bool(operations),
    }
    missing = [name for name, wanted in needed.items() if wanted and name not in source.columns]
    if missing:
        yield Advice(
            where=where,
            code="columns",
            says=Says(
                f"Colonnes non décrites : {', '.join(missing)}. Sans elles, les personnes "
                "d'une recherche ou d'une ouverture ne peuvent pas être connues.",
                f"Columns not described: {', '.join(missing)}. Without them the persons of a "
                "search or an opening cannot be known.",
            ),
        )
