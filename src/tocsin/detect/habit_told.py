"""The account's habits in sentences: what is unlike its own past, or like it."""

from tocsin.core.records import Says

AGAINST = {
    "hour": Says(
        "L'heure ou le jour n'est pas de ceux où ce compte travaille.",
        "The hour or the day is not one on which this account works.",
    ),
    "network_habit": Says(
        "Ce compte n'a pas l'habitude de ce réseau.",
        "This account is not used to this network.",
    ),
    "client_habit": Says(
        "Ce compte n'a pas l'habitude de ce poste ou de ce logiciel.",
        "This account is not used to this device or software.",
    ),
    "service_habit": Says(
        "Ce compte n'a pas l'habitude de ces services ou de ces opérations.",
        "This account is not used to these services or operations.",
    ),
    "territory": Says(
        "Les dossiers relèvent d'unités où ce compte ne travaille guère.",
        "The records belong to units where this account hardly works.",
    ),
    "new_persons": Says(
        "Ce compte n'avait pas travaillé sur ces personnes, ou pas depuis longtemps.",
        "This account had not worked on these persons, or not for long.",
    ),
    "colleagues_work": Says(
        "Ces personnes étaient suivies par d'autres que les collègues habituels du compte.",
        "These persons were followed by others than the account's usual colleagues.",
    ),
    "volume": Says(
        "Le rythme, la durée ou le volume s'écarte de ce que fait ce compte.",
        "The pace, the length or the volume departs from what this account does.",
    ),
}
"""What each signal says when it speaks against the owner."""

FOR = {
    "hour": Says(
        "L'heure et le jour sont ceux où ce compte travaille.",
        "The hour and the day are those on which this account works.",
    ),
    "network_habit": Says("Le réseau est habituel.", "The network is the usual one."),
    "client_habit": Says(
        "Le poste ou le logiciel est habituel.", "The device or software is the usual one."
    ),
    "service_habit": Says(
        "Les services et les opérations sont ceux du compte.",
        "The services and operations are those of the account.",
    ),
    "territory": Says(
        "Les dossiers relèvent des unités où ce compte travaille.",
        "The records belong to the units where this account works.",
    ),
    "new_persons": Says(
        "Ce compte avait déjà travaillé sur ces personnes.",
        "This account had worked on these persons before.",
    ),
    "colleagues_work": Says(
        "Ces personnes étaient suivies par le compte ou ses collègues habituels.",
        "These persons were followed by the account or its usual colleagues.",
    ),
    "volume": Says(
        "Le rythme, la durée et le volume sont ceux du compte.",
        "The pace, the length and the volume are those of the account.",
    ),
}
"""The same when it speaks for the owner."""


def says(signal: str, bits: float) -> Says:
    """The sentence of a signal that weighs so much."""
    return (AGAINST if bits > 0 else FOR)[signal]
