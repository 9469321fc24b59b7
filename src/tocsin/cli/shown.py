"""The summaries for a person: what each verb found, in plain lines on standard output."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from tocsin.cli import shown_contain, shown_incident
from tocsin.cli.words import num, say

Document = dict[str, Any]

MAX_LISTED = 12
"""Sessions, controllers and gaps that a summary lists; the report has them all."""


def opened(found: Document, out: Console) -> None:
    """After `open`."""
    out.print(say(f"Dossier ouvert : {found['case']}", f"Case opened: {found['case']}"))
    out.print(
        say(
            f"  {num(found['accounts'])} comptes, {num(found['persons'])} fiches, "
            f"{num(found['controllers'])} responsables de traitement, "
            f"{found['services']} services, {found['sources']} sources de traces",
            f"  {num(found['accounts'])} accounts, {num(found['persons'])} records, "
            f"{num(found['controllers'])} controllers, {found['services']} services, "
            f"{found['sources']} trail sources",
        )
    )
    out.print(
        say(
            f"  Clés hors du dossier, à sauvegarder à part : {found['keys']}",
            f"  Keys, outside the case, to be backed up apart: {found['keys']}",
        )
    )
    _next(out, f"tocsin investigate {found['case']}")


def ingested(found: Document, out: Console) -> None:
    """After `ingest`."""
    _sources(found, out)
    gaps = found["gaps"]
    if gaps:
        out.print(
            say(f"Trous dans les traces : {len(gaps)}", f"Gaps in the trails: {len(gaps)}")
        )
        for gap in gaps[:MAX_LISTED]:
            out.print(
                f"  {gap['source']}  {_at(gap['start_at'])} → {_at(gap['end_at'])}  "
                f"{gap['state']}  {gap['why']}"
            )
        _more(out, gaps)


def detected(found: Document, out: Console) -> None:
    """After `detect`."""
    listed = found["suspicions"]
    out.print(
        say(
            f"{num(found['sessions'])} sessions examinées, {len(listed)} suspectes",
            f"{num(found['sessions'])} sessions examined, {len(listed)} suspect",
        )
    )
    for one in listed[:MAX_LISTED]:
        out.print(
            f"  {one['session']}  {one['account']:<14} {_at(one['start_at'])}  "
            f"p={one['probability']:.3f}  q={one['q_value']:.3f}  {_verdict(one['verdict'])}"
        )
        if one["reasons"]:
            out.print(f"      {one['reasons'][0]['says']}")
    _more(out, listed)
    if "expected_false" in found:
        out.print(
            say(
                f"Fausses alertes attendues dans cette liste : {found['expected_false']:.1f}",
                f"False alarms expected in this list: {found['expected_false']:.1f}",
            )
        )
        _how_sure(found, out)


def _how_sure(found: Document, out: Console) -> None:
    """The prior with what ten times more or less would give, the history, slow thefts."""
    more, less = (found["sensitivity"][name] for name in ("prior_x10", "prior_/10"))
    out.print(
        say(
            f"A priori : une session sur {1 / found['prior']:.0f} ; dix fois plus : "
            f"{more['usurped']} usurpées, {more['undecided']} indécises ; dix fois moins : "
            f"{less['usurped']} et {less['undecided']}",
            f"Prior: one session in {1 / found['prior']:.0f}; ten times more: "
            f"{more['usurped']} usurped, {more['undecided']} undecided; ten times less: "
            f"{less['usurped']} and {less['undecided']}",
        )
    )
    if "habits" in found:
        out.print(found["habits"]["says"])
    for one in found.get("slow", [])[:MAX_LISTED]:
        out.print(f"  {one['account']}: {one['says']}")


def explained(found: Document, out: Console) -> None:
    """After `explain`."""
    out.print(
        f"{found['session']}  {found['account']}  {_at(found['start_at'])} → "
        f"{_at(found['end_at'])}  {_verdict(found['verdict'])}  p={found['probability']:.3f} "
        f"q={found['q_value']:.3f}"
    )
    for reason in found["reasons"]:
        out.print(f"  {reason['bits']:+5.1f} bits  {reason['says']}")
        for place in reason["places"]:
            out.print(f"         {place['source']}:{place['position']}  {place['event_id']}")
    said = [reason["says"] for reason in found["reasons"]]
    for reason in found.get("for_the_owner", []):
        if reason["says"] not in said:
            out.print(f"  {reason['bits']:+5.1f} bits  {reason['says']}")
    _otherwise(found, out)


def _otherwise(found: Document, out: Console) -> None:
    """What would have made the session normal, its start inside, and sessions like it."""
    if found.get("otherwise"):
        out.print(say("Ce qui l'aurait rendue normale :", "What would have made it normal:"))
    for one in found.get("otherwise", []):
        out.print(f"  {one['says']}")
    begun = found.get("inside")
    if begun:
        out.print(
            say(
                f"Les actes cessent d'être du titulaire entre {_at(begun['earliest_at'])} et "
                f"{_at(begun['latest_at'])}.",
                f"The acts stop being the owner's between {_at(begun['earliest_at'])} and "
                f"{_at(begun['latest_at'])}.",
            )
        )
    if found.get("alike"):
        out.print(say("Sessions légitimes les plus proches :", "Nearest legitimate sessions:"))
    for one in found.get("alike", []):
        out.print(
            say(
                f"  {one['session']}  {_at(one['start_at'])}  {one['acts']} actes, "
                f"{one['persons']} personnes",
                f"  {one['session']}  {_at(one['start_at'])}  {one['acts']} acts, "
                f"{one['persons']} persons",
            )
        )


def reviewed(found: Document, out: Console) -> None:
    """After `review`."""
    out.print(
        say(
            f"Session {found['session']} : {found['verdict']}, par {found['decided_by']}",
            f"Session {found['session']}: {found['verdict']}, by {found['decided_by']}",
        )
    )
    for conflict in found.get("conflicts", []):
        out.print(say(f"  Conflit : {conflict}", f"  Conflict: {conflict}"))


def scoped(found: Document, out: Console) -> None:
    """After `scope`."""
    mark = say("PROPOSITION, à revoir", "PROPOSITION, to be reviewed")
    out.print(
        say(f"Révision {found['revision']}", f"Revision {found['revision']}")
        + (f" · {mark}" if found["proposition"] else "")
    )
    persons = found["persons"]
    out.print(
        say(
            f"Personnes : {num(persons['certain'])} certaines, {num(persons['probable'])} avec "
            f"les probables, {num(persons['possible'])} avec les possibles ; au moins "
            f"{num(persons['at_least'])}, au plus {num(persons['at_most'])}",
            f"Persons: {num(persons['certain'])} certain, {num(persons['probable'])} with the "
            f"probable, {num(persons['possible'])} with the possible; at least "
            f"{num(persons['at_least'])}, at most {num(persons['at_most'])}",
        )
    )
    loose = found.get("undecided", {})
    if loose.get("acts"):
        out.print(
            say(
                f"  Non tranché : {num(loose['acts'])} actes ; {num(loose['only_so'])} "
                "personnes ne sont là que par eux",
                f"  Not settled: {num(loose['acts'])} acts; {num(loose['only_so'])} persons "
                "are there by them alone",
            )
        )
    for one in found["statements"]:
        out.print(f"  {one['category']:<15}{one['says']}")
    _controllers(found["controllers"], out)


def investigated(found: Document, out: Console) -> None:
    """After `investigate` and `demo`: the answers, then where to look."""
    _sources(found["ingest"], out)
    out.print()
    detected(found["detect"], out)
    out.print()
    scoped(found["scope"], out)
    out.print()
    if "decide" in found:
        shown_incident.risk(found["decide"], out)
    out.print(say(f"Rapport : {found['report']}", f"Report: {found['report']}"))
    if "case" in found:
        _next(out, f"tocsin explain {found['case']} SESSION")


def stands(found: Document, out: Console) -> None:
    """After `status`."""
    out.print(f"{found['case']}  {found['operator']['name']}  {_at(found['opened_at'])}")
    rows = found["rows"]
    out.print(
        say(
            f"  Traces : {num(rows['access'])} lignes d'accès, {num(rows['quarantine'])} en "
            f"quarantaine, {num(rows['ledger'])} fichiers",
            f"  Trails: {num(rows['access'])} access rows, {num(rows['quarantine'])} in "
            f"quarantine, {num(rows['ledger'])} files",
        )
    )
    out.print(f"  Sessions : {num(rows['sessions'])}, scope : {found['revisions']} revisions")
    out.print(
        say("  Volume chiffré : ", "  Encrypted volume: ")
        + {"yes": say("oui", "yes")}.get(
            found["encrypted_volume"], say("ne peut le dire", "cannot tell")
        )
    )
    shown_incident.told(found, out)
    started = [c for c in found["clocks"] if c["state"] != "not_started"]
    if started:
        out.print(say("  Horloges :", "  Clocks:"))
        shown_incident.clocks(started, out, found["timezone"])
    shown_contain.counted(found["containment"], out)
    broken = found["journal"]["broken_at"]
    out.print(
        say(
            f"  Journal : {found['journal']['entries']} entrées, ",
            f"  Journal: {found['journal']['entries']} entries, ",
        )
        + (
            say("chaîne intacte", "chain unbroken")
            if broken is None
            else say(f"ROMPU à la ligne {broken + 1}", f"BROKEN at line {broken + 1}")
        )
    )
    for event in found["events"]:
        out.print(f"    {_at(event['at'])}  {event['event']}  {event['by']}".rstrip())
    if not rows["access"]:
        _next(out, f"tocsin investigate {found['case']}")
    elif found["report"]:
        out.print(say(f"Rapport : {found['report']}", f"Report: {found['report']}"))


def simulated(found: Document, out: Console) -> None:
    """After `simulate`."""
    for name, value in found.items():
        out.print(f"{name}: {num(value) if isinstance(value, int) else value}")
    _next(out, f"tocsin open CASE --estate {found['folder']}/estate.toml")


def measured(found: Document, out: Console) -> None:
    """After `bench`."""
    for row in found["rows"]:
        out.print("  ".join(f"{name}={value}" for name, value in row.items()))


def _sources(found: Document, out: Console) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("source", no_wrap=True, min_width=18)
    heads = (
        say("fichiers", "files"),
        say("lignes", "lines"),
        say("acceptées", "accepted"),
        say("quarantaine", "quarantined"),
        say("répétées", "repeated"),
        say("hors catalogue", "unmatched"),
    )
    for head in heads:
        table.add_column(head, justify="right")
    names = ("files", "lines", "accepted", "quarantined", "repeated", "unmatched")
    for one in found["sources"]:
        table.add_row(one["source"], *(num(one[name]) for name in names))
    out.print(table)


def _controllers(listed: Sequence[Document], out: Console) -> None:
    if not listed:
        return
    out.print(say("Responsables de traitement :", "Controllers:"))
    for one in sorted(listed, key=lambda c: -c["persons"]["possible"])[:MAX_LISTED]:
        persons = one["persons"]
        out.print(
            f"  {one['controller']:<12}{one['name'][:44]:<46}{num(persons['certain']):>8}"
            f"{num(persons['probable']):>8}{num(persons['possible']):>8}"
        )
    _more(out, listed)


def _more(out: Console, listed: Sequence[object]) -> None:
    if len(listed) > MAX_LISTED:
        left = len(listed) - MAX_LISTED
        out.print(say(f"  … et {left} autres", f"  … and {left} more"))


def _next(out: Console, command: str) -> None:
    out.print(say(f"Ensuite : {command}", f"Next: {command}"))


def _verdict(word: str) -> str:
    return {
        "usurped": say("usurpée", "usurped"),
        "undecided": say("indécise", "undecided"),
        "legitimate": say("légitime", "legitimate"),
    }.get(word, word)


def _at(text: str) -> str:
    return text[:16].replace("T", " ")
