"""Probabilistic linkage by Splink: the one file that knows it. Weights are fixed and reviewed.

Nothing is trained on the case: the same records always give the same pairs, and a reviewer can
read every weight here. `m` is how often two records of one person agree so (typing errors,
married names, removals), `u` how often two strangers do. A wrong merge means a person who is
not told, so that an unlike first name weighs almost as much as a birth date: twins stay two.

Source: Fellegi and Sunter, 1969; Splink 5, https://moj-analytical-services.github.io/splink
"""

from typing import Any

import pyarrow as pa

NULL = "({0}_l = '' OR {0}_r = '')"

EXPECTED_DOUBLES = 0.05
"""Share of records that have a double somewhere among the others, before looking."""

BLOCKS = (
    ("birth", "family"),
    ("birth", "given"),
    ("birth", "place", "sex"),
    ("family", "given", "place"),
    ("phone", "given"),
)
"""A pair is weighed if it agrees on one of these: the rest are strangers."""

SWAPPED = (
    "(substr(birth_l, 1, 4) = substr(birth_r, 1, 4)"
    " AND substr(birth_l, 6, 2) = substr(birth_r, 9, 2)"
    " AND substr(birth_l, 9, 2) = substr(birth_r, 6, 2))"
)
"""Day and month in each other's place."""

Level = tuple[str, float, float]

LEVELS: dict[str, tuple[Level, ...]] = {
    "family": (
        ("family_l = family_r", 0.90, 0.0005),
        ("(family_l = used_r OR used_l = family_r)", 0.04, 0.0004),
        ("jaro_winkler_similarity(family_l, family_r) >= 0.92", 0.04, 0.0015),
        ("ELSE", 0.02, 0.9976),
    ),
    "given": (
        ("given_l = given_r", 0.92, 0.006),
        ("(starts_with(given_l, given_r) OR starts_with(given_r, given_l))", 0.03, 0.004),
        ("jaro_winkler_similarity(given_l, given_r) >= 0.90", 0.05, 0.006),
        ("ELSE", 1e-12, 0.984),  # a veto: brothers, sisters and twins share all the rest
    ),
    "birth": (
        ("birth_l = birth_r", 0.95, 0.00004),
        ("damerau_levenshtein(birth_l, birth_r) <= 1", 0.035, 0.0016),
        (SWAPPED, 0.01, 0.0001),
        ("ELSE", 1e-5, 0.99826),  # mother and daughter, cousins
    ),
    "sex": (("sex_l = sex_r", 0.99, 0.5), ("ELSE", 0.01, 0.5)),
    "place": (("place_l = place_r", 0.95, 0.01), ("ELSE", 0.05, 0.99)),
    "phone": (("phone_l = phone_r", 0.5, 0.05), ("ELSE", 0.5, 0.95)),  # a family shares it
    "postal": (("postal_l = postal_r", 0.6, 0.01), ("ELSE", 0.4, 0.99)),
}
"""Of each trait, from the surest level down: condition, m, u."""


class SplinkLinker:
    """The port of core/linkage.py over Splink and its own in-memory engine."""

    def __init__(self, *, memory: str = "640MB", threads: int = 2) -> None:
        self._memory = memory
        self._threads = threads

    def pairs(self, records: pa.Table, *, least: float) -> pa.Table:
        """See the port."""
        # Imported here: a verb that links nothing does not pay for it.
        from splink import DuckDBAPI, Linker  # noqa: PLC0415

        if len(records) < 2:
            return _pairs([], [], [])
        api = DuckDBAPI(":memory:")
        for name, value in (("memory_limit", f"'{self._memory}'"), ("threads", self._threads)):
            api.duckdb_con.execute(f"SET {name} = {value}")
        linker = Linker(api.register(records), _settings(len(records)), log_level="ERROR")
        found = linker.inference.predict(threshold_match_probability=least)
        rows = api.duckdb_con.sql(
            f"SELECT least(record_l, record_r) AS one, greatest(record_l, record_r) AS other, "
            f"max(match_probability) AS probability FROM {found.physical_name} "
            "GROUP BY one, other ORDER BY one, other"
        ).to_arrow_table()
        api.duckdb_con.close()
        return rows


def _pairs(one: list[str], other: list[str], probability: list[float]) -> pa.Table:
    return pa.table(
        {
            "one": pa.array(one, pa.string()),
            "other": pa.array(other, pa.string()),
            "probability": pa.array(probability, pa.float64()),
        }
    )


def _settings(records: int) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "probability_two_random_records_match": EXPECTED_DOUBLES / max(records, 1000),
        "retain_matching_columns": False,
        "comparisons": [_comparison(name, levels) for name, levels in LEVELS.items()],
        "blocking_rules_to_generate_predictions": [
            " AND ".join(f"l.{c} = r.{c} AND l.{c} <> ''" for c in block) for block in BLOCKS
        ],
    }


def _comparison(name: str, levels: tuple[Level, ...]) -> dict[str, Any]:
    nothing = {
        "sql_condition": NULL.format(name),
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    weighed = [
        {
            "sql_condition": condition,
            "label_for_charts": condition,
            "m_probability": m,
            "u_probability": u,
            "fix_m_probability": True,
            "fix_u_probability": True,
        }
        for condition, m, u in levels
    ]
    return {"output_column_name": name, "comparison_levels": [nothing, *weighed]}
