"""What the verbs of notices show to a person."""

from typing import Any

from rich.console import Console

from tocsin.cli.words import say

TERMS = ("told", "excluded", "unreachable", "pending", "uncertain")

WORDS = {
    "scoped": say("dans la portée", "scoped"),
    "told": say("prévenues", "told"),
    "excluded": say("exclues", "excluded"),
    "unreachable": say("injoignables", "unreachable"),
    "pending": say("en attente", "pending"),
    "uncertain": say("incertaines", "uncertain"),
    "tell": say("à prévenir", "to be told"),
    "waits": say("attendent une décision", "wait for a decision"),
    "before": say("déjà prévenues", "told before"),
    "mail": say("courriels", "mails"),
    "sms": say("SMS", "text messages"),
    "letter": say("lettres", "letters"),
    "deceased": say("personnes décédées", "deceased"),
    "fictive": say("identités fictives", "fictive identities"),
    "not_controller": say(
        "sans mandat du responsable : son paquet lui est remis",
        "no mandate from the controller: its package goes to it",
    ),
    "no_controller": say("sans responsable de traitement connu", "without a known controller"),
    "homonym": say("homonymes", "homonyms"),
    "collision": say("collisions d'identité", "collisions of identity"),
    "doubtful_identity": say("identités douteuses", "doubtful identities"),
    "usurped_identity": say("identités usurpées", "usurped identities"),
    "protected_care": say("prises en charge protégées", "protected care"),
    "possible_double": say("doublons possibles", "possible doubles"),
    "shared_address": say("adresses partagées", "shared addresses"),
    "contact_changed": say(
        "coordonnées peut-être modifiées par l'intrus", "contacts the intruder may have changed"
    ),
    "not_planned": say("nouvelles, à planifier", "new, to be planned"),
    "no_contact": say("sans aucun contact", "without any contact"),
    "unknown_person": say("inconnues de l'annuaire", "unknown to the directory"),
    "human_decision": say("écartées par une personne nommée", "left out by a named human"),
    "changed": say("avis à remplacer", "notices to be replaced"),
    "out_of_scope": say("prévenues à tort", "told wrongly"),
}


def planned(found: dict[str, Any], out: Console) -> None:
    """A plan."""
    out.print(found["campaign"], style="bold")
    out.print(say(f"empreinte {found['digest']}", f"digest {found['digest']}"), style="dim")
    if found["proposition"]:
        out.print(
            say(
                "PROPOSITION : repose sur des sessions que personne n'a revues ; elle ne sera "
                "pas envoyée.",
                "PROPOSITION: rests on sessions that nobody reviewed; it will not be sent.",
            )
        )
    _counts(found["decisions"], out)
    _counts(found["first_channels"], out)
    _counts(found["reasons"], out)
    if "possible" in found:
        possible = found["possible"]
        out.print(
            say(
                f"Dont peut-être touchées : {possible['persons']} personnes, "
                f"{possible['letters']} lettres.",
                f"Of them possibly reached: {possible['persons']} persons, "
                f"{possible['letters']} letters.",
            )
        )
    if found["correction"]:
        out.print(
            say(
                f"Rectification à approuver aussi : {found['correction']['campaign']}",
                f"Correction to be approved too: {found['correction']['campaign']}",
            )
        )
    following = say(
        "Ensuite : deux personnes enrôlées approuvent, puis : notify send.",
        "Next: two enrolled humans approve, then: notify send.",
    )
    if found["proposition"]:
        following = say(
            "Ensuite : revoyez les sessions, lancez tocsin scope sans --accept-suspicions, "
            "puis refaites le plan.",
            "Next: review the sessions, run tocsin scope without --accept-suspicions, then "
            "plan again.",
        )
    out.print(following, style="dim")


def approved(found: dict[str, Any], out: Console) -> None:
    """An approval."""
    out.print(f"{found['campaign']}: {found['name']}")
    out.print(
        say(
            f"{len(found['approved_by'])} approbation(s) valable(s) sur {found['needed']}.",
            f"{len(found['approved_by'])} valid approval(s) of {found['needed']}.",
        )
    )


def stands(found: dict[str, Any], out: Console) -> None:
    """Where each person stands."""
    out.print(found["campaign"], style="bold")
    overall = found["overall"]
    out.print(
        f"{overall['scoped']} {WORDS['scoped']} = "
        + " + ".join(f"{overall[name]} {WORDS[name]}" for name in TERMS)
    )
    for one in found["controllers"]:
        name = one["name"] or one["controller"] or say("inconnu", "unknown")
        out.print(
            f"  {name}: {one['scoped']} = " + " + ".join(str(one[term]) for term in TERMS)
        )
    _counts(found["reasons"], out)
    if found.get("printed_not_posted"):
        out.print(
            say(
                f"{found['printed_not_posted']} lettres imprimées : une fois à la poste, "
                "lancez notify posted.",
                f"{found['printed_not_posted']} letters printed: once at the post, run "
                "notify posted.",
            )
        )
    if overall["uncertain"]:
        out.print(
            say(
                "Incertaines : lancez notify reconcile ; sinon une personne nommée tranche.",
                "Uncertain: run notify reconcile; else a named human settles it.",
            )
        )
    if overall["unreachable"]:
        out.print(
            say(
                "Injoignables : il reste la communication publique (RGPD, art. 34(3)(c)) : "
                "notify public.",
                "Unreachable: public communication remains (GDPR, art. 34(3)(c)): notify "
                "public.",
            )
        )
    if found.get("told_out_of_scope"):
        out.print(
            say(
                f"{found['told_out_of_scope']} personnes prévenues sont hors de la portée.",
                f"{found['told_out_of_scope']} persons told are out of scope.",
            )
        )


def public(found: dict[str, Any], out: Console) -> None:
    """The public communication."""
    listed = ", ".join(found["files"])
    out.print(
        say(
            f"Information publique dans {found['out']} : {listed}.",
            f"Public communication in {found['out']}: {listed}.",
        )
    )
    out.print(
        say(
            f"Personnes injoignables à ce jour : {found['unreachable']}. Faites relire avant "
            "de publier, puis consignez : tocsin record CASE published.",
            f"Persons who cannot be reached to this day: {found['unreachable']}. Have it read "
            "before publishing, then record it: tocsin record CASE published.",
        ),
        style="dim",
    )


def printed(found: dict[str, Any], out: Console) -> None:
    """A print run."""
    out.print(
        say(
            f"{found['letters']} lettres en {found['batches']} lots dans {found['out']}.",
            f"{found['letters']} letters in {found['batches']} batches in {found['out']}.",
        )
    )
    out.print(
        say(
            "Ces fichiers portent des noms et des adresses. Une fois les lettres remises à la "
            "poste : notify posted manifest.csv.",
            "These files hold names and addresses. Once the letters are posted: notify posted "
            "manifest.csv.",
        ),
        style="dim",
    )


def looked_up(found: dict[str, Any], out: Console) -> None:
    """A code."""
    if not found["known"]:
        mistyped = found["why"] == "mistyped"
        out.print(
            say(
                "Référence mal dictée : un signe est faux. Faites répéter."
                if mistyped
                else "Cette référence n'est celle d'aucun de nos avis.",
                "Mistyped reference: a sign is wrong. Have it repeated."
                if mistyped
                else "This reference is that of no notice of ours.",
            )
        )
        return
    out.print(
        say(
            f"Oui : avis {found['code']}, campagne {found['campaign']}, dossier local "
            f"{found['person']}.",
            f"Yes: notice {found['code']}, campaign {found['campaign']}, local record "
            f"{found['person']}.",
        ),
        style="bold",
    )
    for one in found["items"]:
        out.print(f"  {one['says']} ({one['grade']})")
    for row in found["notices"]:
        out.print(f"  {row['channel']}: {row['state']} {row['last_at'] or ''}", style="dim")


def ruled(found: dict[str, Any], out: Console) -> None:
    """A decision of a named human."""
    out.print(
        say(
            f"{len(found['persons'])} personne(s) : {found['do']}. Refaites le plan.",
            f"{len(found['persons'])} person(s): {found['do']}. Plan again.",
        )
    )


def _counts(counted: dict[str, int], out: Console) -> None:
    said = ", ".join(f"{number} {WORDS.get(name, name)}" for name, number in counted.items()
                     if number)  # fmt: skip
    if said:
        out.print(f"  {said}")
