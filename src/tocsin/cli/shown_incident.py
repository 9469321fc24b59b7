"""The summaries of the hour zero: entries of the journal, clocks, risk, filings."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from tocsin.cli.words import say

Document = dict[str, Any]

STATES = {
    "not_started": say("non démarré", "not started"),
    "running": say("court", "running"),
    "late": say("EN RETARD", "LATE"),
    "done": say("fait", "done"),
    "excepted": say("écarté", "set aside"),
    "to_decide": say("à décider", "to decide"),
}

LEVELS = {
    "low": say("faible", "low"),
    "medium": say("moyen", "medium"),
    "high": say("élevé", "high"),
    "very_high": say("très élevé", "very high"),
    "unknown": say("inconnue", "unknown"),
}

PAPERS = {
    "draft": say("brouillon", "draft"),
    "proposition": say("proposition", "proposition"),
    "final": say("arrêté", "final"),
    "filed": say("déposé", "filed"),
}

MAX_LISTED = 40
"""Clocks that a summary lists; `--json` has them all."""


def recorded(found: Document, out: Console) -> None:
    """After `record`."""
    who = found["controller"] or say("l'opérateur", "the operator")
    when = at(found["at"], found["timezone"])
    what = f"{found['event']} {found['duty']}".rstrip()
    out.print(
        say(
            f"Noté (n° {found['n']}) : {what}, {who}, {when}, par {found['by']}",
            f"Recorded (no. {found['n']}): {what}, {who}, {when}, by {found['by']}",
        )
    )
    clocks(found["clocks"], out, found["timezone"])


def joined(found: Document, out: Console) -> None:
    """After `open` on a case that is open already."""
    n = len(found["alerts"])
    out.print(
        say(f"L'alerte rejoint le dossier ({n} alertes)", f"The alert joins the case ({n})")
    )
    told(found, out)


def decided(found: Document, out: Console) -> None:
    """After `decide`."""
    when = at(found["at"], found["timezone"])
    out.print(say(f"À l'instant {when} :", f"As of {when}:"))
    clocks(found["clocks"], out, found["timezone"])
    for one in found.get("unknown_duties", []):
        word = one["duty"]
        out.print(
            say(
                f"  « {word} » n'est aucune obligation connue : aucune horloge n'en court",
                f"  “{word}” is no known duty: no clock runs for it",
            )
        )
    risk(found, out)
    for one in found.get("recipients", [])[:MAX_LISTED]:
        out.print(
            say(
                f"  À informer : {one['to_tell']} personnes de {one['name'][:40]} (et "
                f"{one['on_choice']} au choix motivé du DPO)",
                f"  To tell: {one['to_tell']} persons of {one['name'][:40]} (and "
                f"{one['on_choice']} on the DPO's reasoned choice)",
            )
        )
    stale = [row for row in (*found["filings"], *found["texts"]) if row["stale"]]
    for row in stale[:MAX_LISTED]:
        out.print(say(f"  PÉRIMÉ : {row['id']}", f"  STALE: {row['id']}"))
        for one in row["stale"]:
            out.print(f"    {one['label']} : {one['was']} → {one['now']}")


def risk(found: Document, out: Console) -> None:
    """The level with what would move it, and the sentence on care."""
    scored = found["risk"]
    level = LEVELS.get(scored["level"], scored["level"])
    score = "" if scored["score"] is None else f" ({scored['score']})"
    out.print(
        say(
            f"Gravité pour les personnes (ENISA 2013) : {level}{score}, à décider",
            f"Severity for the persons (ENISA 2013): {level}{score}, for a human to decide",
        )
    )
    for one in scored["sensitivity"]:
        if one.get("moves"):
            out.print(f"    {one['says']}")
    care = found.get("care")
    if care:
        out.print(say("Soins : ", "Care: ") + care["says"])
        for why in care["because"]:
            out.print(f"    {why}")


def clocks(listed: list[Document], out: Console, zone: str) -> None:
    """Clocks, one a line, those that need somebody first; those not started are counted."""
    order = ("late", "running", "to_decide", "not_started", "done", "excepted")
    begun = [c for c in listed if c["state"] != "not_started"]
    if len(begun) < len(listed):
        n = len(listed) - len(begun)
        out.print(
            say(f"  Horloges non démarrées : {n}", f"  Clocks that have not started: {n}")
        )
    shown = sorted(
        begun, key=lambda c: (order.index(c["state"]), c["due_at"] or "9", c["duty"])
    )
    for one in shown[:MAX_LISTED]:
        end = at(one["due_at"], zone) if one["due_at"] else say("sans délai", "without delay")
        name = one["name"][:40]
        out.print(
            f"  {_state(one):<16}{one['duty']:<20}{end:<18}{name:<42}{one['says']}".rstrip()
        )
    if len(shown) > MAX_LISTED:
        left = len(shown) - MAX_LISTED
        out.print(say(f"  … et {left} autres", f"  … and {left} more"))


def documents(found: Document, out: Console) -> None:
    """After `act CASE documents`."""
    mark = say(" · PROPOSITION, à revoir", " · PROPOSITION, to be reviewed")
    out.print(
        say(
            f"Documents, révision {found['revision']}",
            f"Documents, revision {found['revision']}",
        )
        + (mark if found["proposition"] else "")
    )
    for row in found["documents"][:MAX_LISTED]:
        unknown = sum(1 for f in row["figures"] if f["unknown"])
        out.print(
            f"  {row['id']:<36}{PAPERS[row['state']]:<13}"
            + say(f"{unknown} inconnus", f"{unknown} unknown")
            + (say("  PÉRIMÉ", "  STALE") if row["stale"] else "")
        )
    left = len(found["documents"]) - MAX_LISTED
    if left > 0:
        out.print(say(f"  … et {left} autres", f"  … and {left} more"))
    out.print(say(f"Dossier : {found['folder']}", f"Folder: {found['folder']}"))


def closed(found: Document, out: Console) -> None:
    """After `close`."""
    out.print(say(f"Dossier clos : {found['case']}", f"Case closed: {found['case']}"))
    keys = ", ".join(found["destroyed"]) or say("déjà détruites", "destroyed already")
    out.print(say(f"  Clés détruites : {keys}", f"  Keys destroyed: {keys}"))
    if found["erased"]:
        n = len(found["erased"])
        out.print(say(f"  Effacés : {n} fichiers ou dossiers", f"  Erased: {n} entries"))


def exported(found: Document, out: Console) -> None:
    """After `indicators export`."""
    out.print(f"TLP:{found['tlp'].upper()}")
    for one in found["indicators"]:
        mark = "" if one["reviewed"] else say("  (non relu)", "  (not reviewed)")
        out.print(f"  {one['trait']:<9}{one['value'][:70]}{mark}")
    for one in found["left_out"]:
        out.print(say("  laissé : ", "  left out: ") + f"{one['value'][:50]}, {one['why']}")
    for kind, file in found["files"].items():
        out.print(f"  {kind}: {file}")


def imported(found: Document, out: Console) -> None:
    """After `indicators import`."""
    out.print(
        say(
            f"Indicateurs pris : {len(found['taken'])}, nouveaux : {found['added']}, laissés : "
            f"{len(found['left'])}",
            f"Indicators taken: {len(found['taken'])}, new: {found['added']}, left: "
            f"{len(found['left'])}",
        )
    )


def _state(clock: Document) -> str:
    late = clock["state"] == "done" and clock["late"]
    return say("fait EN RETARD", "done LATE") if late else STATES[clock["state"]]


def told(found: Document, out: Console) -> None:
    """Alerts, and who knows what since when, in `status`."""
    zone = found["timezone"]
    for alert in found["alerts"]:
        out.print(
            say("  Alerte : ", "  Alert: ")
            + f"{at(alert['at'], zone)}  {alert['kind']}  {alert['text'][:80]}"
        )
    if found["knows"]:
        out.print(say("  Qui sait quoi, depuis quand :", "  Who knows what, since when:"))
    for one in found["knows"][:MAX_LISTED]:
        out.print(f"    {at(one['since'], zone)}  {one['name'][:40]} : {one['what']}")
    if found["closed"]:
        out.print(say("  Dossier CLOS, clé détruite.", "  Case CLOSED, its key destroyed."))


def at(text: str, zone: str = "UTC") -> str:
    """An instant to the minute, in the operator's zone."""
    wall = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))
    return f"{wall:%Y-%m-%d %H:%M}{'Z' if zone == 'UTC' else ''}"
