"""Words and patterns that make a message look like phishing, and what takes their sting out."""

import re
from collections.abc import Iterable, Iterator

MARKUP = re.compile(
    r"[a-z]+://\S*|mailto:|href|<\s*/?\s*[a-z]+[^>]*>|\bbit\.ly\S*|\butm_\w+", re.I
)

ASKS = re.compile(
    r"\b(cliquez|clique[rz]? (ici|sur)|connectez[- ]vous|identifiez[- ]vous|répondez[- ]nous|"
    r"répondez à ce|confirmez (vos?|votre)|validez (vos?|votre)|saisissez|"
    r"renseignez (le|vos?|votre)|complétez (le|vos?|votre) (formulaire|dossier|informations?)|"
    r"mettez à jour (vos?|votre)|communiquez[- ]nous|envoyez[- ]nous|transmettez[- ]nous|"
    r"indiquez[- ]nous|téléchargez|scannez|flashez|click (here|on|the|below)|log ?in|sign in|"
    r"reply (to|with)|confirm your|verify your|update your|enter your|provide (us|your)|"
    r"send us|download|scan (the|this)|nous (envoyer|transmettre|communiquer|fournir|retourner|"
    r"indiquer|préciser|renvoyer)|please (send|reply|give|share|tell|fill|open|visit))",
    re.I,
)
_SECRETS = (
    r"(rib|iban|mots? de passe|codes?( \w+){0,2}|carte (bancaire|bleue|vitale|d'identité)|"
    r"numéro de (carte|compte|sécurité sociale)|coordonnées bancaires|date de naissance|"
    r"pièce d'identité|justificatif\w*|passwords?|bank details|card number|"
    r"account number|social security number|date of birth|identity (card|document))"
)
SECRETS = re.compile(
    r"\b(donne[rz]|envoye[rz]|transmett(ez|re)|communique[rz]|fourni(ssez|r)|retourne[rz]|"
    r"indique[rz]|précise[rz]|remett(ez|re)|dicte[rz]|épele[rz]|give|send|provide|share|tell|"
    r"supply|bring|return)\b[^.:;!?]{0,48}?\b" + _SECRETS + r"\b",
    re.I,
)
"""Something is to be handed over, and it is what thieves want."""

PRESSURE = re.compile(
    r"\b(urgent\w*|immédiatement|sans délai|au plus vite|dernier rappel|dernière chance|"
    r"avant (qu'il ne soit|le délai)|sous \d+ ?h(eures)?|dans les \d+ ?(h|heures|jours)|"
    r"(vous avez|il (vous )?reste|plus que|you have) \d+ ?(h|heures?|jours?|hours?|days?)\b|"
    r"sera (suspendu|bloqué|clôturé|fermé)|sous peine|vous risquez|expire\w*|"
    r"immediately|act now|within \d+ (hours|days)|last (reminder|chance)|"
    r"will be (suspended|closed|blocked)|at once)",
    re.I,
)
COMPENSATION = re.compile(
    r"\b(indemnis\w+|indemnité\w*|dédommag\w+|compensation\w*|remboursé\w*|rembourser\w*|"
    r"remboursement (vous|de)|gagn\w+|bon d'achat|chèque|offert\w*|refund\w*|reimburs\w+|"
    r"compensat\w+|voucher|reward\w*)",
    re.I,
)
ATTACHMENTS = re.compile(
    r"\b(pièces? jointes?|ci-joint\w*|fichier joint|document joint|en annexe de ce message|"
    r"attach(ed|ment)s?|enclosed file)",
    re.I,
)
VALUES = re.compile(
    r"(?<!\d)[1-478]\s?\d\d\s?(0[1-9]|1[0-2]|[2-9]\d)\s?(\d\d|2[AB])\s?\d{3}\s?\d{3}(\s?\d\d)?(?!\d)"
    r"|\b[A-Z]{2}\d\d(\s?[A-Z0-9]{4}){3,7}\b"
    r"|\b(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(19|20)\d\d\b"
    r"|\b\d{11}\b",
)
"""A NIR or INS, an IBAN, a date written in figures, an RPPS."""

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The GSM 7-bit default alphabet (3GPP TS 23.038), without its extension."""

_NEGATED = re.compile(
    r"(\b(ne|n'|jamais|sans|aucun\w*|rien à|never|not|no|nothing|without|don't)\b"
    r"[^.:;]{0,48})$",
    re.I,
)


def not_negated(pattern: re.Pattern[str], texts: Iterable[str]) -> Iterator[str]:
    """Words that the pattern finds, save where the sentence says not to, or that we do not."""
    for text in texts:
        for found in pattern.finditer(text):
            if not _NEGATED.search(text[max(0, found.start() - 60) : found.start()]):
                yield found.group()
