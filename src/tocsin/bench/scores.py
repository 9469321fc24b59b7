"""Every scored session of a run, for anybody to count again."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from tocsin.bench.measures import Codes, Flags, Reals
from tocsin.bench.switching import KINDS, Switched


class Scores:
    """Columns benchmark, split, kind, account, start_at, label, score."""

    def __init__(self) -> None:
        self._tables: list[pa.Table] = []

    def switching(self, made: Switched, split: int, score: Reals, test: Flags) -> None:
        """The tested sessions of one split; the control is labelled genuine."""
        trials, m = made.trials, made.matrix
        at = np.flatnonzero(test)
        kind = trials.kind[at]
        words = np.array([*KINDS, "genuine"])[kind]
        self.add(
            "switching",
            split,
            words,
            (
                np.array(m.account)[m.acc[trials.on[at]]],
                m.start_us[trials.on[at]],
            ),
            ((kind >= 0) & (kind < 3), score[at]),
        )

    def add(
        self,
        benchmark: str,
        split: int,
        kind: Any,  # noqa: ANN401 - words
        whose: tuple[Any, Codes],
        scored: tuple[Flags, Reals],
    ) -> None:
        """Sessions by kind, (account, start in microseconds), (label, score)."""
        size = len(scored[1])
        self._tables.append(
            pa.table(
                {
                    "benchmark": pa.array([benchmark] * size),
                    "split": pa.array(np.full(size, split), pa.int64()),
                    "kind": pa.array(kind.tolist(), pa.string()),
                    "account": pa.array(whose[0].tolist(), pa.string()),
                    "start_at": pa.array(whose[1], pa.timestamp("us", tz="UTC")),
                    "label": pa.array(scored[0].astype(np.int64)),
                    "score": pa.array(scored[1], pa.float64()),
                }
            )
        )

    def write(self, file: Path) -> None:
        """A Parquet file where the name says so, else CSV."""
        if not self._tables:
            return
        whole = pa.concat_tables(self._tables)
        if file.suffix == ".parquet":
            pq.write_table(whole, file)
        else:
            pv.write_csv(whole, file)
