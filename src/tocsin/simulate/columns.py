"""Records of columns: joined, taken from, drawn from. Every field is an array of one length."""

from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Rows = TypeVar("Rows")


def columns(rows: object) -> dict[str, NDArray[Any]]:
    """The columns of a record by name."""
    if not is_dataclass(rows):
        raise TypeError(type(rows).__name__)
    return {field.name: getattr(rows, field.name) for field in fields(rows)}


def together(parts: list[Rows]) -> Rows:
    """Records of the same kind, one after the other."""
    named = [columns(part) for part in parts]
    joined = {name: np.concatenate([part[name] for part in named]) for name in named[0]}
    return type(parts[0])(**joined)


def taken(rows: Rows, index: NDArray[Any]) -> Rows:
    """The rows at these places, or where the mask is true, in that order."""
    return type(rows)(**{name: column[index] for name, column in columns(rows).items()})


def changed(rows: Rows, where: NDArray[Any], **values: int | float | bool) -> Rows:
    """The same rows with some columns set to a value in some places."""
    named = columns(rows)
    for name, value in values.items():
        column = named[name].copy()
        column[where] = value
        named[name] = column
    return type(rows)(**named)


def indexed(keys: Ints, values: Ints, count: int) -> tuple[Ints, Ints]:
    """Values put together by key: (values in order, where each key's begin)."""
    order = np.argsort(keys, kind="stable")
    starts = np.searchsorted(keys[order], np.arange(count + 1))
    return values[order], starts.astype(np.int64)


def from_pool(rng: np.random.Generator, pool: tuple[Ints, Ints], keys: Ints) -> Ints:
    """One value drawn for each key from its pool; -1 where the pool is empty."""
    values, starts = pool
    size = starts[keys + 1] - starts[keys]
    place = starts[keys] + (rng.random(len(keys)) * size).astype(np.int64)
    safe = np.append(values, -1)
    return np.where(size > 0, safe[np.minimum(place, len(values))], -1)


def ranks(counts: Ints) -> tuple[Ints, Ints]:
    """For groups of these sizes: the group of each row, and its rank within the group."""
    group = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return group, (np.arange(len(group)) - starts[group]).astype(np.int64)
