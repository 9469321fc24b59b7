"""What would settle a doubt: which log to ask for, from whom, before which date."""

from collections.abc import Callable, Mapping

from tocsin.core.records import Says
from tocsin.scope.doubts import Doubt
from tocsin.scope.sentences import instant


def settle(doubt: Doubt, names: Mapping[str, str], zone: str) -> Says:
    """The sentence that says what would settle a doubt.

    Args:
        doubt: the reason why a category cannot be excluded.
        names: the services' names by id.
        zone: the operator's time zone.
    """
    return _SETTLE[doubt.kind](doubt, names.get(doubt.service, doubt.service), zone)


def _before(doubt: Doubt, zone: str) -> Says:
    """Until when the producer keeps it."""
    if doubt.purged_us is None:
        return Says(
            "sans attendre : la durée de conservation n'est pas connue",
            "at once: how long it is kept is not known",
        )
    at = instant(doubt.purged_us, zone)
    return Says(
        f"avant le {at.fr}, fin de la conservation déclarée",
        f"before {at.en}, when the declared retention ends",
    )


def _producers(doubt: Doubt, name: str) -> Says:
    if not doubt.sources:
        return Says(f"à l'exploitant de « {name} »", f"the operator of “{name}”")
    listed = ", ".join(doubt.sources)
    return Says(
        f"à l'exploitant de « {name} » (source {listed})",
        f"the operator of “{name}” (source {listed})",
    )


def _blind(doubt: Doubt, name: str, zone: str) -> Says:
    start, end = instant(doubt.start_us or 0, zone), instant(doubt.end_us or 0, zone)
    who, before = _producers(doubt, name), _before(doubt, zone)
    return Says(
        f"Demander {who.fr} ses lignes du {start.fr} au {end.fr}, ou à défaut le journal du "
        f"serveur web ou du répartiteur placé devant, {before.fr}.",
        f"Ask {who.en} for its lines from {start.en} to {end.en}, or failing that for the log "
        f"of the web server or load balancer before it, {before.en}.",
    )


def _silent(doubt: Doubt, name: str, zone: str) -> Says:
    start, end = instant(doubt.start_us or 0, zone), instant(doubt.end_us or 0, zone)
    who, before = _producers(doubt, name), _before(doubt, zone)
    return Says(
        f"Demander {who.fr} le journal du serveur d'application ou de la base de données qui "
        f"montre l'opération « {doubt.words} », du {start.fr} au {end.fr}, {before.fr}.",
        f"Ask {who.en} for the log of the application server or of the data base that shows "
        f"the operation “{doubt.words}”, from {start.en} to {end.en}, {before.en}.",
    )


def _undecided(doubt: Doubt, name: str, zone: str) -> Says:
    return Says(
        "Trancher les sessions en suspens (tocsin review), au besoin en interrogeant le "
        "professionnel.",
        "Decide the open sessions (tocsin review), asking the professional where needed.",
    )


def _unmatched(doubt: Doubt, name: str, zone: str) -> Says:
    return Says(
        f"Faire dire à l'exploitant de « {name} » ce que montrent ces opérations, et les "
        "ajouter au catalogue (tocsin estate check propose les entrées).",
        f"Have the operator of “{name}” say what these operations show, and add them to the "
        "catalogue (tocsin estate check proposes the entries).",
    )


def _unread(doubt: Doubt, name: str, zone: str) -> Says:
    who = _producers(doubt, name)
    return Says(
        f"Demander {who.fr} un nouvel export des lignes mises en quarantaine.",
        f"Ask {who.en} for a new export of the quarantined lines.",
    )


def _edge(doubt: Doubt, name: str, zone: str) -> Says:
    who = _producers(doubt, name)
    if doubt.words == "before":
        start, end = instant(doubt.end_us or 0, zone), instant(doubt.start_us or 0, zone)
        return Says(
            f"Demander {who.fr} ses archives ou sauvegardes de traces du {start.fr} au "
            f"{end.fr}, sans attendre.",
            f"Ask {who.en} for archives or back-ups of the trail from {start.en} to {end.en}, "
            "at once.",
        )
    end = instant(doubt.start_us or 0, zone)
    return Says(
        f"Demander {who.fr} la suite de ses traces jusqu'au {end.fr}, puis relancer ingest, "
        "detect et scope.",
        f"Ask {who.en} for the rest of its trail until {end.en}, then run ingest, detect and "
        "scope again.",
    )


def _untrailed(doubt: Doubt, name: str, zone: str) -> Says:
    who, before = _producers(doubt, name), _before(doubt, zone)
    if doubt.start_us is None:
        return Says(
            f"Demander {who.fr} ses traces, puis relancer ingest, detect et scope.",
            f"Ask {who.en} for its trail, then run ingest, detect and scope again.",
        )
    start, end = instant(doubt.start_us, zone), instant(doubt.end_us or 0, zone)
    return Says(
        f"Demander {who.fr} ses traces du {start.fr} au {end.fr}, {before.fr}.",
        f"Ask {who.en} for its trail from {start.en} to {end.en}, {before.en}.",
    )


_SETTLE: Mapping[str, Callable[[Doubt, str, str], Says]] = {
    "blind": _blind,
    "silent": _silent,
    "undecided": _undecided,
    "unmatched": _unmatched,
    "unread": _unread,
    "edge": _edge,
    "untrailed": _untrailed,
}
