"""The verb of the published benchmarks, each a module of `tocsin.bench` loaded when asked."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from tocsin.bench import ingest
from tocsin.cli import shown
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say


def _ingest(data: Path | None, rows: int | None) -> Mapping[str, Any]:
    del data  # it makes its own trails
    return ingest.run(rows=rows or 1_000_000)


def _contain(data: Path | None, rows: int | None) -> Mapping[str, Any]:
    from tocsin.bench import contain  # noqa: PLC0415 - loaded only when asked

    del data  # it makes its own plans
    return contain.run(kills=rows or 200)


def _notify(data: Path | None, rows: int | None) -> Mapping[str, Any]:
    from tocsin.bench import notify  # noqa: PLC0415 - loaded only when asked

    del data  # it makes its own persons
    return notify.run(rows=rows or 100_000)


def _detect(data: Path | None, rows: int | None) -> Mapping[str, Any]:
    del rows  # the trails are what they are
    return _scored(data, None)


def _scored(data: Path | None, scores: Path | None) -> Mapping[str, Any]:
    from tocsin.bench import detect  # noqa: PLC0415 - loaded only when asked

    return detect.run(data=data, scores=scores)


def _scope(data: Path | None, rows: int | None) -> Mapping[str, Any]:
    from tocsin.bench import scope  # noqa: PLC0415 - loaded only when asked

    return scope.run(rows=rows or 10_000_000, data=data)


def _leakage(data: Path | None, rows: int | None) -> Mapping[str, Any]:
    from tocsin.bench import leakage  # noqa: PLC0415 - loaded only when asked

    del data  # it simulates its own regions
    return leakage.run(persons=rows or 3_000)


def _check(data: Path | None, rows: int | None) -> Mapping[str, Any]:
    from tocsin.bench import check  # noqa: PLC0415 - loaded only when asked

    del rows  # its sets have their sizes
    return check.run(data=data)


BENCHMARKS: Mapping[str, Callable[[Path | None, int | None], Mapping[str, Any]]] = {
    "ingest": _ingest,
    "scope": _scope,
    "check": _check,
    "contain": _contain,
    "notify": _notify,
    "detect": _detect,
    "leakage": _leakage,
}
"""The benchmarks by name."""


@click.command(
    help=say(
        "Mesure Tocsin sur cette machine, avec ses pairs et la limite de la machine dans la "
        "même exécution.",
        "Measures Tocsin on this machine, with its peers and the machine's limit in the "
        "same run.",
    ),
    epilog=examples("tocsin bench ingest", "tocsin bench ingest --rows 10000000"),
)
@click.argument("name", type=click.Choice(list(BENCHMARKS)))
@click.option("--data", type=click.Path(path_type=Path), help=say("données", "data"))
@click.option(
    "--rows",
    type=click.IntRange(1_000),
    help=say("lignes, sinon la taille publiée", "rows, else the published size"),
)
@click.option(
    "--scores",
    type=click.Path(path_type=Path),
    help=say(
        "detect : chaque session notée, en CSV ou .parquet",
        "detect: every scored session, as CSV or .parquet",
    ),
)
@as_json
def bench(
    name: str, data: Path | None, rows: int | None, scores: Path | None, *, as_json: bool
) -> None:
    """Run a published benchmark."""
    found = _scored(data, scores) if name == "detect" else BENCHMARKS[name](data, rows)
    finish(found, shown.measured, plain=as_json)
