"""The summaries of the verbs around a scope."""

from typing import Any

from rich.console import Console

from tocsin.cli.words import num, say

Document = dict[str, Any]

MAX_LISTED = 12
"""Persons that a summary lists for each reason; --json has them all."""

_MOVES = {
    "came_in": say("Entrées", "Came in"),
    "left": say("Sorties", "Left"),
    "changed": say("Changements de degré", "Grades changed"),
}


def compared(found: Document, out: Console) -> None:
    """After `diff`."""
    one, other = found["persons"]["from"], found["persons"]["to"]
    out.print(
        say(
            f"Révision {found['from']} → {found['to']}",
            f"Revision {found['from']} → {found['to']}",
        )
        + (" · PROPOSITION" if any(found["propositions"]) else "")
    )
    for name, words in (
        ("certain", say("certaines", "certain")),
        ("probable", say("avec les probables", "with the probable")),
        ("possible", say("avec les possibles", "with the possible")),
        ("at_least", say("au moins", "at least")),
        ("at_most", say("au plus", "at most")),
    ):
        out.print(f"  {words:<22}{num(one[name]):>10} → {num(other[name]):>10}")
    for move, words in _MOVES.items():
        out.print(f"{words} : {num(len(found[move]))}")
        for why in (w for w in found["why"] if w["move"] == move):
            out.print(f"  {num(why['persons']):>8}  {why['says']}")
            mine = [p for p in found[move] if p["reason"] == why["reason"]]
            for person in mine[:MAX_LISTED]:
                tail = "  ".join(x for x in (person["session"], person["other"]) if x)
                out.print(
                    f"            {person['person']}  {person['was'] or '—'} → "
                    f"{person['now'] or '—'}  {tail}".rstrip()
                )
            if len(mine) > MAX_LISTED:
                out.print(f"            … {num(len(mine) - MAX_LISTED)}")
    for statement in found["statements"]:
        out.print(f"  {statement['category']}: {statement['was']} → {statement['now']}")


def packaged(found: Document, out: Console) -> None:
    """After `packages`."""
    mark = say(" · PROPOSITION, à revoir", " · PROPOSITION, to be reviewed")
    out.print(
        say(f"Révision {found['revision']}", f"Revision {found['revision']}")
        + (mark if found["proposition"] else "")
    )
    for one in found["packages"]:
        out.print(f"  {one['file']}  {one['name']}  {num(one['persons'].get('possible', 0))}")
    for one in found["without_recipient"]:
        reason = {
            "absent": say("aucune clé age dans l'annuaire", "no age key in the directory"),
            "unusable": say("clé age inutilisable", "its age key cannot be used"),
        }[one["why"]]
        out.print(
            say(
                f"  SANS PAQUET : {one['controller']}  {one['name']} ({reason})",
                f"  NO PACKAGE: {one['controller']}  {one['name']} ({reason})",
            )
        )
    sums = found["reconciliation"]
    out.print(
        say(
            f"Rapprochement : {num(sums['sum_of_controllers'])} chez les responsables − "
            f"{num(sums['counted_again'])} comptées plusieurs fois + "
            f"{num(sums['without_controller'])} sans responsable = "
            f"{num(sums['distinct'])} personnes",
            f"Reconciliation: {num(sums['sum_of_controllers'])} at the controllers − "
            f"{num(sums['counted_again'])} counted again + "
            f"{num(sums['without_controller'])} without a controller = "
            f"{num(sums['distinct'])} persons",
        )
    )


def doubtful(found: Document, out: Console) -> None:
    """After `people CASE list`."""
    out.print(
        say(
            f"Révision {found['revision']} : {num(found['records'])} fiches",
            f"Revision {found['revision']}: {num(found['records'])} records",
        )
    )
    for name, words in (
        ("without_traits", say("sans la règle des cinq traits", "without the rule of traits")),
        ("as_now", say("comme aujourd'hui", "as now")),
        ("with_all_near", say("si toutes les proches étaient réunies", "were all near merged")),
    ):
        counts = found["effect"][name]
        out.print(
            f"  {words:<40}{num(counts['certain']):>10}{num(counts['probable']):>10}"
            f"{num(counts['possible']):>10}"
        )
    for one in found["doubts"][:MAX_LISTED]:
        weight = f"  p={one['probability']:.3f}" if one["probability"] is not None else ""
        said = f"  [{one['decided']}, {one['by']}]" if one["decided"] else ""
        out.print(f"  {'  '.join(one['records'])}  {one['says']}{weight}{said}")
        if one["differ"]:
            out.print(say("      diffèrent : ", "      differ: ") + ", ".join(one["differ"]))
        for traits in one.get("identities", []):
            out.print("      " + "  ".join(str(v) for v in traits.values() if v))
    if len(found["doubts"]) > MAX_LISTED:
        out.print(f"  … {num(len(found['doubts']) - MAX_LISTED)} (--json)")


def decided(found: Document, out: Console) -> None:
    """After `people CASE merge` and `part`."""
    out.print(f"{found['kind']}: {'  '.join(found['records'])}  ({found['by']})")
    one, other = found["before"], found["after"]
    out.print(
        "  "
        + "   ".join(
            f"{name} {num(one[name])} → {num(other[name])}"
            for name in ("certain", "probable", "possible")
        )
    )
    out.print(
        say(
            "  Prenez-la en compte avec : tocsin scope CASE",
            "  Take it up with: tocsin scope CASE",
        )
    )


def checked(found: Document, out: Console) -> None:
    """After `estate check`."""
    out.print(say("Patrimoine lisible.", "The estate can be read."))
    for name in ("services", "operations", "sources"):
        out.print(f"  {name}: {found[name]}")
    for source, files in found["files"].items():
        out.print(say(f"  {source} : {files} fichiers", f"  {source}: {files} files"))
    if found["advice"]:
        out.print(say("À regarder :", "To look at:"))
    for one in found["advice"]:
        out.print(f"  {one['where']} : {one['says']}")
    if found["without_recipient"]:
        n = len(found["without_recipient"])
        out.print(
            say(
                f"  Responsables sans clé age (aucun paquet possible) : {n}",
                f"  Controllers without an age key (no package possible): {n}",
            )
        )
    _unexplained(found, out)


def _unexplained(found: Document, out: Console) -> None:
    for row in found.get("unmatched", []):
        out.print(
            say("  sans opération : ", "  no operation: ")
            + "  ".join(f"{name}={value}" for name, value in row.items())
        )
    for one in found.get("proposals", []):
        out.print(
            say(
                f"\n# {one['source']} : entrées proposées d'après {num(one['read'])} lignes",
                f"\n# {one['source']}: entries proposed from {num(one['read'])} lines",
            )
        )
        if one["without_service"]:
            n = one["without_service"]
            out.print(
                say(
                    f"# {n} lignes dont `service_by` ne connaît pas la clé : complétez `map`",
                    f"# {n} lines whose key `service_by` does not know: complete `map`",
                )
            )
        for proposal in one["proposals"][:MAX_LISTED]:
            out.file.write(proposal["toml"] + "\n")
        if len(one["proposals"]) > MAX_LISTED:
            out.print(f"# … {len(one['proposals']) - MAX_LISTED} (--json)")


def started(found: Document, out: Console) -> None:
    """After `estate starter`."""
    if "toml" in found:
        out.file.write(found["toml"])
        return
    for name, words in found["starters"].items():
        out.print(f"  {name:<14}{words}")
