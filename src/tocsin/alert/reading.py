"""The journal read back: alerts and records, from its lines."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tocsin.alert.bells import guess
from tocsin.core.incident import Alert, BellKind, EventKind, History, Recorded

ALERTED, RECORDED = "alerted", "recorded"
"""Names of the journal entries that this room reads."""


def history(lines: Iterable[str], opened: Mapping[str, object]) -> History:
    """The history that the journal's lines and case.toml hold.

    Args:
        lines: the journal, one JSON document a line.
        opened: case.toml: the alert that opened the case.
    """
    alerts: list[Alert] = []
    text = str(opened.get("alert", ""))
    if text:
        kind = str(opened.get("alert_kind", "")) or guess(text)
        alerts.append(Alert(at=_at(opened["alerted_at"]), kind=BellKind(kind), text=text))
    records: list[Recorded] = []
    for line in lines:
        if '"event":"alerted"' not in line and '"event":"recorded"' not in line:
            continue
        entry = json.loads(line)
        facts = entry["facts"]
        if entry["event"] == ALERTED:
            alerts.append(
                Alert(
                    at=_at(facts["at"]),
                    kind=BellKind(facts["kind"]),
                    text=facts["text"],
                    by=entry["by"],
                )
            )
        elif entry["event"] == RECORDED:
            records.append(_record(entry))
    return History(alerts=tuple(alerts), records=tuple(records))


def _record(entry: Mapping[str, Any]) -> Recorded:
    facts = entry["facts"]
    return Recorded(
        n=entry["n"],
        event=EventKind(facts["event"]),
        controller=facts["controller"],
        duty=facts["duty"],
        at=_at(facts["at"]),
        by=entry["by"],
        why=facts["why"],
        recorded_at=_at(entry["at"]),
        replaces=facts.get("replaces"),
    )


def _at(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(UTC)
