"""What the verbs of containment show to a person."""

from typing import Any

from rich.console import Console

from tocsin.cli.words import LANG, say

STATES = {
    "planned": ("prévu", "planned"),
    "sent": ("parti", "sent"),
    "applied": ("appliqué", "applied"),
    "verified": ("vérifié", "verified"),
    "undone": ("défait", "undone"),
    "failed": ("échec", "failed"),
    "uncertain": ("incertain", "uncertain"),
}
KINDS = {
    "appointment": ("rendez-vous", "appointments"),
    "stay": ("séjours", "stays"),
    "referral": ("orientations", "referrals"),
    "team": ("équipe de soins", "care team"),
    "other": ("autres", "others"),
}
MOST_LINES = 20


def planned(found: dict[str, Any], out: Console) -> None:
    """A plan: its orders, whom they stop, what to run next."""
    _orders(found, out)
    stops = found["stops"]
    counts = stops["counts"]
    out.print(
        say(
            f"\nArrête {counts['accounts']} professionnel(s), qui ont aujourd'hui "
            f"{counts['persons_today']} patient(s) dans la table des soins.",
            f"\nStops {counts['accounts']} professional(s), who today have "
            f"{counts['persons_today']} patient(s) in the table of care.",
        ),
        style="bold",
    )
    kinds = ", ".join(
        f"{KINDS.get(k, (k, k))[LANG == 'en']} {n}" for k, n in stops["by_kind"].items()
    )
    if kinds:
        out.print(f"  {kinds}", style="dim")
    for row in stops["patients"][:MOST_LINES]:
        persons = " ".join(row["persons"][:MOST_LINES])
        out.print(f"  {row['account']}: {len(row['persons'])}  {persons}".rstrip())
    _by_address(stops, out)
    for row in stops["left_open"][:MOST_LINES]:
        out.print(
            say(
                f"  {row['other']}, du même professionnel que {row['account']}, reste ouvert",
                f"  {row['other']}, of the same professional as {row['account']}, stays open",
            )
        )
    if found["approvals_needed"]:
        out.print(
            say(
                "Une seconde personne nommée doit signer : "
                f"tocsin act CASE contain approve {found['plan']} --key FILE",
                "A second named person must sign: "
                f"tocsin act CASE contain approve {found['plan']} --key FILE",
            )
        )
    out.print(
        say(
            f"Ensuite : tocsin act CASE contain apply {found['plan']} --by NAME --why TEXT",
            f"Then: tocsin act CASE contain apply {found['plan']} --by NAME --why TEXT",
        ),
        style="dim",
    )


def stood(found: dict[str, Any], out: Console) -> None:
    """Where the orders of a plan, or of all plans, stand."""
    for one in found.get("plans", [found]):
        _orders(one, out)
    if not found.get("plans", [found]):
        out.print(say("Aucun plan.", "No plan."))
    if "over" in found:
        _over(found["over"], out)


def counted(plans: list[dict[str, Any]], out: Console) -> None:
    """The plans of `status`, a line each."""
    for one in plans:
        states = ", ".join(f"{n} {STATES[s][LANG == 'en']}" for s, n in one["orders"].items())
        out.print(say(f"  Fermeture {one['plan']} : ", f"  Closing {one['plan']}: ") + states)


def _over(over: dict[str, Any], out: Console) -> None:
    out.print("\n" + over["says"], style="bold")
    for why in over["because"][:MOST_LINES]:
        out.print(f"  - {why}")
    if over["trailed_until"]:
        until = over["trailed_until"][:19]
        out.print(
            say(
                f"  toutes les sources sont lues jusqu'au {until} UTC",
                f"  every source is read until {until} UTC",
            ),
            style="dim",
        )


def _orders(found: dict[str, Any], out: Console) -> None:
    out.print(f"plan {found['plan']}", style="bold")
    for order in found["orders"]:
        state = STATES[order["state"]][LANG == "en"]
        thing = order.get("address") or order.get("session") or order["account"]
        proof = order["proof"] or {}
        says = proof.get("says", "")
        closes = ", ".join(order["closes"][:4])
        out.print(f"  {state:<10} {order['do']:<8} {thing}  →  {order['target']} ({closes})")
        if says:
            out.print(f"             {says}  {proof.get('at', '')[:19]}", style="dim")


def _by_address(stops: dict[str, Any], out: Console) -> None:
    if not stops["known"]:
        out.print(
            say(
                "  aucune trace n'est lue : qui d'autre vient de cette adresse n'est pas connu",
                "  no trail is read: who else comes from this address is not known",
            )
        )
    if stops["by_address"]:
        out.print(
            say(
                "  comptes vus à cette adresse ces 30 derniers jours de trace :",
                "  accounts seen at this address in the last 30 days of trail:",
            )
        )
    for row in stops["by_address"][:MOST_LINES]:
        acts = say(f"{row['acts']} actes", f"{row['acts']} acts")
        out.print(f"    {row['account']}  {acts}  → {row['last_at'][:19]}")
