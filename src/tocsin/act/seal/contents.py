"""Which files of a case go into a bundle, with identities and without."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tocsin.core.evidence import digest_of

DIRECTORY = "directory/"
"""Where a bundle with identities carries the directory's tables, opened."""

PSEUDONYM_KEY = "directory/pseudonym.key"
"""The key of the digests that stand for an INS that no record has."""

ACCESS_FOLDER = "trail/access/"
QUARANTINE_FILE = "trail/quarantine.parquet"

LEFT_OUT = (
    "work/",
    ".lock",
    "vault/",
    "trail/landing/",
    "trail/layout/",
    "trail/told.json",
    DIRECTORY,
    "audit/",
)
"""What never goes in: what a run leaves, what is sealed for this machine, what is made anew."""

WITHOUT_IDENTITIES = (
    "case.toml",
    "journal.ndjson",
    "alert/",
    "trail/",
    "detect/",
    "scope/",
    "decide/",
    "report/",
    "act/documents/",
    "act/notices.parquet",
)
"""What goes in without identities: these carry local ids only (contract, section 2)."""

DERIVED = (
    "trail/access/",
    "trail/published/",
    "trail/landing/",
    "trail/quarantine.parquet",
    "trail/ledger.parquet",
    "trail/coverage.parquet",
    "trail/summary.json",
    "trail/told.json",
    "detect/sessions.parquet",
    "detect/acts.parquet",
    "detect/summary.json",
    "detect/explained.json",
    "detect/habit.",
    "scope/people.parquet",
    "scope/grounds.parquet",
    "scope/reach.parquet",
    "scope/statements.parquet",
    "scope/summary.json",
    "scope/revisions/",
    "decide/",
    "report/",
    "act/",
    "audit/",
    "journal.ndjson",
)
"""What a recomputation makes again; all else of a case is what it starts from."""

CUSTODY = ("bundled", "verified")
"""Journal entries that speak of bundles: the last ones are left out of the next bundle, so that
the same case always gives the same archive."""

CUSTODY_WHY = ("bundle", "verify")
"""Why the vault was opened for them."""


def chosen(names: Iterable[str], *, identities: bool, evidence: Sequence[str]) -> list[str]:
    """The files that go in as they are.

    Args:
        names: all the files of the case.
        identities: whether raw trails and the whole case go in.
        evidence: digests of the evidence that names nobody: the estate, the image's digests.
    """
    kept = [name for name in names if not name.startswith(LEFT_OUT)]
    if identities:
        return kept
    plain = {f"evidence/{digest}" for digest in evidence}
    return [
        name
        for name in kept
        if name in plain
        or (name.startswith(WITHOUT_IDENTITIES) and not rewritten(name, identities=False))
    ]


def rewritten(name: str, *, identities: bool) -> bool:
    """Whether a table goes in without the column that may hold an identity."""
    return not identities and name.startswith((ACCESS_FOLDER, QUARANTINE_FILE))


def started_from(names: Iterable[str]) -> list[str]:
    """The files of a case that a recomputation starts from."""
    gone = (*LEFT_OUT, *DERIVED)
    return [name for name in names if not name.startswith(gone)]


def plain_evidence(opened: dict[str, Any]) -> tuple[str, ...]:
    """Digests of the evidence that names nobody, from the facts of the entry `opened`."""
    image = json.dumps({"directory_sha256": opened.get("directory_sha256")}, sort_keys=True)
    return (str(opened.get("estate_sha256", "")), digest_of(image))


def without_custody(lines: Sequence[str]) -> list[str]:
    """A journal's lines up to the last entry that speaks of something else than bundles."""
    kept = list(lines)
    while kept and _of_custody(kept[-1]):
        kept.pop()
    return kept


def _of_custody(line: str) -> bool:
    try:
        entry = json.loads(line)
    except ValueError:
        return False
    if entry.get("event") == "vault_opened":
        return entry.get("facts", {}).get("why") in CUSTODY_WHY
    return entry.get("event") in CUSTODY
