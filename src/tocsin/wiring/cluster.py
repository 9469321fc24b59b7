"""Detection and scope on a Spark cluster, where the environment names one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tocsin.adapters.case_folder import CaseFolder
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.flow.world import World
from tocsin.settings import settings


@contextmanager
def on_cluster(world: World, case: CaseFolder) -> Iterator[World]:
    """The same world with the engine of the cluster; unchanged without one.

    Raises:
        InputError: a cluster is named and pyspark is not installed.
        OutsideError: the cluster cannot be reached.
    """
    chosen = settings()
    if not chosen.spark:
        yield world
        return
    try:
        from tocsin.adapters.spark_engine import (  # noqa: PLC0415 - 0.3 s, and an extra
            SparkEngine,
        )
    except ModuleNotFoundError as error:
        raise InputError(
            Says(
                "TOCSIN_SPARK nomme une grappe, et pyspark n'est pas installé",
                "TOCSIN_SPARK names a cluster, and pyspark is not installed",
            ),
            next_step=Says(
                "Installez-le : pip install 'tocsin[spark]' ; ou retirez TOCSIN_SPARK.",
                "Install it: pip install 'tocsin[spark]'; or unset TOCSIN_SPARK.",
            ),
            where=chosen.spark,
        ) from error
    engine = SparkEngine(
        Path(case.aside("spark")), master=chosen.spark, memory=chosen.spark_memory
    )
    try:
        yield replace(world, engine=engine, rows_in_hand=sys.maxsize)
    finally:
        engine.close()
