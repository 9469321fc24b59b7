"""What rang the bell: an alert in a few words, and where it came from."""

import re
from collections.abc import Mapping

from tocsin.core.incident import BellKind

_WORDS: Mapping[BellKind, str] = {
    BellKind.DETECTOR: (
        r"d[ée]tecteur|d[ée]tection|detector|siem|edr|sonde|probe|watch|veille|r[èe]gle|rule|"
        r"supervision|seuil|threshold|alerte automatique|canari|canary"
    ),
    BellKind.MAIL: r"courriels?|e-?mails?|mails?|message-id|bo[iî]te aux lettres|@",
    BellKind.PERSON: (
        r"patiente?s?|usag[eè]re?s?|personne concern[ée]e|citoye|victime|plainte|signalement|"
        r"data subject|complain|victim|reported by a person|professionnel|titulaire|owner"
    ),
    BellKind.CALL: r"appel\w*|t[ée]l[ée]phon\w*|phoned?|call(?:ed|s)?|rssi|astreinte|on call",
}
"""Words that tell a kind, the first kind that matches wins."""

_PATTERNS = {
    kind: re.compile(
        rf"(?<!\w)(?:{words})(?!\w)|@" if kind is BellKind.MAIL else rf"(?<!\w)(?:{words})",
        re.IGNORECASE,
    )
    for kind, words in _WORDS.items()
}


def guess(text: str) -> BellKind:
    """Where an alert came from, by its words; `other` where they do not say.

    A call that tells of a mail is a call: the word that stands first decides.
    """
    found = [
        (match.start(), order, kind)
        for order, (kind, pattern) in enumerate(_PATTERNS.items())
        if (match := pattern.search(text))
    ]
    return min(found)[2] if found else BellKind.OTHER
