"""What a file says of coverage, taken from its decoded rows while they are at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tocsin.core.tables import COUNT, TEXT, US, Step, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The producer says that it `stopped` or `started` to record."""

    at_us: int
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Numbers of the producer that no line has, and the instants of the lines around them."""

    first: int
    last: int
    after_us: int
    before_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What one file says of coverage, kept from the time when it was read.

    Args:
        source: id of the source.
        file: path as the estate gives it.
        first_us: earliest instant; None where no line could be read. `last_us` alike.
        backwards: lines whose instant is before that of the line above: clock steps.
        truncated: the file ended before its end (a gzip without its tail).
        steps: lines that carry a number and follow one; `by_one`: those that follow by one.
    """

    source: str
    file: str
    first_us: int | None
    last_us: int | None
    backwards: int = 0
    truncated: bool = False
    sequence_first: int | None = None
    sequence_last: int | None = None
    steps: int = 0
    by_one: int = 0
    marks: tuple[Mark, ...] = ()
    missing: tuple[Missing, ...] = ()


FACTS = table(
    "file_facts",
    "batch of one file",
    first_us=US,
    last_us=US,
    backwards=COUNT,
    sequence_first=COUNT,
    sequence_last=COUNT,
    steps=COUNT,
    by_one=COUNT,
)
MARKS = table("file_marks", "line in which the producer stops or starts", at_us=US, mark=TEXT)
MISSING = table(
    "file_missing",
    "run of numbers that no line of the batch has",
    first=COUNT,
    last=COUNT,
    after_us=US,
    before_us=US,
)
DISORDER = 1_000
"""Lines by which a numbered line may come late or early."""
MOST_MISSING = 10_000
"""Runs that are kept of one batch: more is no counter."""

_LINES = """
  SELECT position, occurred_us, sequence,
    LAG(occurred_us) OVER (ORDER BY position) AS before_us,
    LAG(sequence) OVER (ORDER BY position) AS before
  FROM decoded
  WHERE reason IS NULL AND part = 0"""


def steps(*, numbered: bool) -> tuple[Step, ...]:
    """The facts of a batch.

    Reads:  decoded
    Fills:  file_facts, file_marks, and file_missing where lines are numbered

    Args:
        numbered: whether the format carries the producer's numbers (ATNA over syslog does).
    """
    facts = f"""
      SELECT MIN(occurred_us) AS first_us, MAX(occurred_us) AS last_us,
        SUM(CASE WHEN occurred_us < before_us THEN 1 ELSE 0 END) AS backwards,
        MIN_BY(sequence, CASE WHEN sequence IS NULL THEN NULL ELSE position END)
          AS sequence_first,
        MAX_BY(sequence, CASE WHEN sequence IS NULL THEN NULL ELSE position END)
          AS sequence_last,
        COUNT(sequence - before) AS steps,
        SUM(CASE WHEN sequence - before = 1 THEN 1 ELSE 0 END) AS by_one
      FROM ({_LINES}) AS line"""
    marks = """
      SELECT DISTINCT occurred_us AS at_us, mark FROM decoded
      WHERE reason IS NULL AND mark <> ''"""
    missing = f"""
      SELECT hole.before + 1 AS first, hole.sequence - 1 AS last,
        MIN(hole.before_us) AS after_us, MIN(hole.occurred_us) AS before_us
      FROM (SELECT * FROM ({_LINES}) AS line WHERE sequence > before + 1
        ORDER BY position LIMIT {MOST_MISSING}) AS hole
      LEFT JOIN decoded AS late ON late.sequence > hole.before AND late.sequence < hole.sequence
        AND late.position BETWEEN hole.position - {DISORDER} AND hole.position + {DISORDER}
      GROUP BY hole.position, hole.before, hole.sequence
      HAVING COUNT(DISTINCT late.sequence) < hole.sequence - hole.before - 1"""
    made = [
        Step(fills=FACTS, reads=("decoded",), sql=facts, portable=False),
        Step(fills=MARKS, reads=("decoded",), sql=marks, portable=False),
    ]
    if numbered:
        made.append(Step(fills=MISSING, reads=("decoded",), sql=missing, portable=False))
    return tuple(made)


def of_batch(
    source: str,
    file: str,
    *,
    facts: Mapping[str, Any],
    marks: list[dict[str, Any]],
    missing: list[dict[str, Any]],
) -> FileFacts:
    """The facts of a batch from the rows of the three relations.

    Args:
        source: id of the source.
        file: path as the estate gives it.
        facts: the one row of `file_facts`.
        marks: the rows of `file_marks`.
        missing: the rows of `file_missing`, none where lines are not numbered.
    """
    return FileFacts(
        source=source,
        file=file,
        first_us=facts["first_us"],
        last_us=facts["last_us"],
        backwards=facts["backwards"] or 0,
        sequence_first=facts["sequence_first"],
        sequence_last=facts["sequence_last"],
        steps=facts["steps"] or 0,
        by_one=facts["by_one"] or 0,
        marks=tuple(Mark(**row) for row in marks),
        missing=tuple(Missing(**row) for row in missing),
    )


def joined(before: FileFacts, after: FileFacts) -> FileFacts:
    """The facts of two following batches of the same file."""
    if after.first_us is None or after.last_us is None:
        return replace(before, truncated=before.truncated or after.truncated)
    if before.first_us is None or before.last_us is None:
        return replace(after, truncated=before.truncated or after.truncated)
    missing = before.missing + after.missing
    last, first = before.sequence_last, after.sequence_first
    if last is not None and first is not None and last + 1 < first:
        missing += (
            Missing(
                first=last + 1,
                last=first - 1,
                after_us=before.last_us,
                before_us=after.first_us,
            ),
        )
    return FileFacts(
        source=before.source,
        file=before.file,
        first_us=min(before.first_us, after.first_us),
        last_us=max(before.last_us, after.last_us),
        backwards=before.backwards + after.backwards,
        truncated=before.truncated or after.truncated,
        sequence_first=first if before.sequence_first is None else before.sequence_first,
        sequence_last=last if after.sequence_last is None else after.sequence_last,
        steps=before.steps + after.steps,
        by_one=before.by_one + after.by_one,
        marks=before.marks + after.marks,
        missing=missing,
    )
