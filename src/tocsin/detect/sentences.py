"""What each signal says, in French and in English, with its figures and no person's name."""

from tocsin.core.records import Says

NETWORK = (
    Says(
        "Le réseau est celui que le compte utilise d'habitude.",
        "The network is the one that the account usually uses.",
    ),
    Says(
        "Le réseau est nouveau pour le compte, mais d'autres comptes de la même structure "
        "l'utilisent.",
        "The network is new to the account, but other accounts of its organisation use it.",
    ),
    Says(
        "Le réseau est nouveau pour le compte et partagé par d'autres comptes de la région.",
        "The network is new to the account and shared by other accounts of the region.",
    ),
    Says(
        "Le réseau n'est ni habituel pour ce compte, ni utilisé par d'autres comptes sûrs.",
        "The network is neither usual for this account nor used by other trusted accounts.",
    ),
)
CLIENT = (
    Says("Le logiciel client est habituel.", "The client software is usual."),
    Says("Le logiciel client est habituel.", "The client software is usual."),
    Says(
        "Le logiciel client est nouveau pour le compte, courant dans la région.",
        "The client software is new to the account, common in the region.",
    ),
    Says(
        "Le logiciel client est nouveau pour le compte et rare dans la région.",
        "The client software is new to the account and rare in the region.",
    ),
)
ELSEWHERE = Says(
    "Au même moment, le compte travaillait aussi depuis un autre réseau.",
    "At the same time the account was also working from another network.",
)
WROTE = Says(
    "La session écrit dans des dossiers, ce qu'un pillage ne fait pas.",
    "The session writes in records, which a harvest does not do.",
)
NEVER_WRITES = Says(
    "La session n'écrit rien, alors que ce compte écrit souvent.",
    "The session writes nothing, while this account often writes.",
)
STATUS = {
    "closed": Says(
        "Le compte devait être fermé à cette date.",
        "The account should have been closed by that date.",
    ),
    "not_open_yet": Says(
        "Le compte n'était pas encore ouvert à cette date.",
        "The account was not yet open at that date.",
    ),
    "unknown_account": Says(
        "Le compte n'est pas dans l'annuaire.", "The account is not in the directory."
    ),
    "dormant": Says(
        "Le compte n'avait plus servi depuis plus de dix jours.",
        "The account had not been used for more than ten days.",
    ),
    "override": Says("Des accès invoquent l'urgence.", "Some accesses claim an emergency."),
}
COMPANY = Says(
    "Les autres sessions du compte depuis le même réseau inhabituel vont dans le même sens.",
    "The account's other sessions from the same unusual network point the same way.",
)
THIEF = Says(
    "La session partage un trait rare avec des sessions presque sûrement usurpées.",
    "The session shares a rare trait with sessions that are almost surely usurped.",
)
TOLD = Says(
    "La session montre un trait que l'on a dit être celui de l'intrus.",
    "The session shows a trait that was said to be the intruder's.",
)
SHARED_DAY = Says(
    "Ce jour-là, d'autres professionnels de la même structure s'écartaient aussi de leurs "
    "habitudes, depuis leur poste habituel.",
    "On that day, others of the same organisation departed from their habits too, from their "
    "usual places.",
)
OWN_PLACE = Says(
    "Au poste habituel, d'autres sessions sans suspicion sortent autant de l'ordinaire.",
    "At usual places, other sessions under no suspicion are as much out of the ordinary.",
)
RETURNS = Says(
    "D'autres sessions proches de ce compte sont très probablement celles d'un intrus : qui a "
    "les clés revient.",
    "Other sessions of this account about then are very likely an intruder's: whoever has "
    "the keys comes back.",
)
TWIN = Says(
    "La même session ouverte servait au même moment depuis un autre endroit ou un autre poste.",
    "The same live session was in use from another place or another machine at that moment.",
)
HANDS = Says(
    "Dans cette session, une suite d'actes étrangers au titulaire se mêle à son travail "
    "habituel.",
    "Within this session a run of acts unlike the owner's stands amid his usual work.",
)
SAYS_ME = Says(
    "Le titulaire répond que c'était lui : une réponse, pas une preuve.",
    "The owner answers that it was he: an answer, not a proof.",
)
GIVEN_BAD = Says(
    "Une personne a déclaré cette session usurpée (revue, graine, ou « ce n'était pas moi »).",
    "A person declared this session usurped (a review, a seed, or “it was not me”).",
)
GIVEN_GOOD = Says(
    "Une personne a déclaré cette session légitime.",
    "A person declared this session legitimate.",
)


def shared(kind: str, name: str) -> Says:
    """A rare trait that the session shares with one that is almost surely a thief's."""
    if kind == "client":
        return Says(
            f"Le logiciel « {name.strip()} » est rare ici, et une session presque sûrement "
            "usurpée l'utilise.",
            f"The software “{name.strip()}” is rare here, and a session that is almost surely "
            "usurped uses it.",
        )
    if kind == "form":
        return Says(
            f"Les recherches ont une forme rare ici ({name.strip()}), celle d'une session "
            "presque sûrement usurpée.",
            f"The searches have a form that is rare here ({name.strip()}), that of a session "
            "that is almost surely usurped.",
        )
    return Says(
        "Une session presque sûrement usurpée utilise la même session ouverte.",
        "A session that is almost surely usurped uses the same live session.",
    )


def hour(local: int, *, weekend: bool) -> Says:
    """The local three hours of the session, against the account's habit."""
    start = 3 * local
    return Says(
        f"Début entre {start} h et {start + 3} h{' le week-end' if weekend else ''}, "
        "rapporté aux heures du compte.",
        f"Begins between {start}:00 and {start + 3}:00{' at a weekend' if weekend else ''}, "
        "against the account's hours.",
    )


def failed_logins(count: int) -> Says:
    """Refused logins before the session."""
    return Says(
        f"{count} connexions refusées précèdent la session.",
        f"{count} refused logins come before the session.",
    )


def care(nothing: int, weak: int, strong: int, usual: float) -> Says:
    """How many of the persons reached nothing explains; `usual` is the account's share, 0-1."""
    whole = nothing + weak + strong
    return Says(
        f"{whole} personnes ouvertes : {nothing} sans aucun lien de soin connu, {weak} liées "
        f"à la structure seulement, {strong} suivies par le compte (d'habitude {usual:.0%} "
        "sans lien).",
        f"{whole} persons opened: {nothing} without any known relation of care, {weak} tied to "
        f"the organisation only, {strong} in the account's care (usually {usual:.0%} without).",
    )


def shape(test: str, figures: dict[str, float]) -> Says:
    """The strongest test of shape.

    Args:
        test: one of the tests of the shape room.
        figures: `gap_s` (typical seconds between acts), `acts`, `searches`, `opens`, `share`
            (of moves in one direction, 0-1), `pages`.
    """
    f = figures
    return {
        "fast": Says(
            f"{f['acts']:.0f} actes, un toutes les {f['gap_s']:.0f} s environ : plus vite que "
            "le compte et son métier.",
            f"{f['acts']:.0f} acts, about one every {f['gap_s']:.0f} s: faster than the "
            "account and its role.",
        ),
        "regular": Says(
            f"{f['acts']:.0f} actes à intervalles très réguliers (environ {f['gap_s']:.0f} s).",
            f"{f['acts']:.0f} acts at very regular intervals (about {f['gap_s']:.0f} s).",
        ),
        "sweep": Says(
            f"{f['share']:.0%} des recherches se suivent dans l'ordre, comme un balayage.",
            f"{f['share']:.0%} of the searches follow one another in order, like a sweep.",
        ),
        "pages": Says(
            f"{f['pages']:.0f} pages de résultats tournées l'une après l'autre.",
            f"{f['pages']:.0f} pages of results turned one after the other.",
        ),
        "search_only": Says(
            f"{f['searches']:.0f} recherches ou listes pour {f['opens']:.0f} dossiers ouverts.",
            f"{f['searches']:.0f} searches or lists for {f['opens']:.0f} records opened.",
        ),
        "open_only": Says(
            f"{f['opens']:.0f} dossiers ouverts pour {f['searches']:.0f} recherches ou listes.",
            f"{f['opens']:.0f} records opened for {f['searches']:.0f} searches or lists.",
        ),
        "wide": Says(
            f"recherches très larges : environ {f['told']:.0f} caractères de critères chacune.",
            f"very wide searches: about {f['told']:.0f} characters of criteria each.",
        ),
        "person_order": Says(
            f"{f['share']:.0%} des dossiers ouverts se suivent dans l'ordre des numéros.",
            f"{f['share']:.0%} of the records opened follow the order of their numbers.",
        ),
    }[test]


def history(test: str, count: int, usual: float) -> Says:
    """The strongest measure of volume, and the account's usual value."""
    french = {
        "searches": "recherches",
        "persons": "personnes ouvertes",
        "acts": "actes",
        "exports": "exports",
        "services": "services",
    }[test]
    english = {"persons": "persons opened"}.get(test, test)
    return Says(
        f"{count} {french} dans la session, {usual:.0f} d'habitude pour ce compte.",
        f"{count} {english} in the session, {usual:.0f} as a rule for this account.",
    )
