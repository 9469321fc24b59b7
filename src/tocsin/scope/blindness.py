"""What producers of trails do not show, and what that does to the bounds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tocsin.core.producers import Producer
from tocsin.core.records import Estate, Operation, Source


def widened(estate: Estate, producers: Sequence[Producer]) -> Estate:
    """The estate, with the operations that a source's declared producer does not trail.

    A source that names no producer stays as it is: what a format loses in general is shown,
    and changes no bound.
    """
    known = {p.id: p for p in producers}
    operations = {s.id: s.operations for s in estate.services}
    sources = []
    for source in estate.sources:
        producer = known.get(source.producer)
        more = [
            o.id
            for name in source.services
            for o in operations.get(name, ())
            if producer is not None and _silent(o, producer)
        ]
        sources.append(replace(source, silent=tuple(dict.fromkeys((*source.silent, *more)))))
    return replace(estate, sources=tuple(sources))


def _silent(operation: Operation, producer: Producer) -> bool:
    looks = {**operation.match, "kind": str(operation.kind)}
    return any(looks.get(key) in values for key, values in producer.silent.items())


def applying(source: Source, producers: Iterable[Producer]) -> tuple[Producer, ...]:
    """The producer that a source declares, and what holds of every producer of its format."""
    return tuple(
        p
        for p in producers
        if p.id == source.producer or (p.generic and p.format == source.format)
    )


def document(estate: Estate, producers: Sequence[Producer]) -> list[dict[str, Any]]:
    """What each source does not show by nature, as the summary carries it."""
    return [
        {
            "source": source.id,
            "producer": producer.id,
            "name": producer.name,
            "as_of": producer.as_of.isoformat(),
            "declared": producer.id == source.producer,
            "loses": note.loses,
            "says": {"fr": note.says.fr, "en": note.says.en},
            "effect": {"fr": note.effect.fr, "en": note.effect.en},
            "source_of_fact": note.source,
        }
        for source in estate.sources
        for producer in applying(source, producers)
        for note in producer.notes
    ]
