"""What notes of a call tell that only a swindler does; each a pair of things said together.

A carer, a bank or the state does call; but none has money moved to safety, a computer driven from
afar, gift cards bought, a contract signed by an answer, or anything paid at the door.
"""

import re
from collections.abc import Iterator

from tocsin.act.phishing.facts import Facts
from tocsin.act.phishing.schemes import REFUSED, SAFETY
from tocsin.act.phishing.swindles import MONEY_TO_SAFETY, Swindle, near, swindle
from tocsin.core.messages import Why

TOLD = (
    MONEY_TO_SAFETY,
    swindle(
        "driven_from_afar",
        r"prend(?:re)? (?:la main|le controle)|prise en main|a distance|partag\w+ (?:d'|mon |son |l')?ecran|telecharg\w+|install\w+",
        r"\b(?:pc|ordi\w*|box|tablette|ecran|pirat\w*|virus|infect\w*|microsoft|antivirus|technicien\w*|anydesk|teamviewer)\b",
        3.2,
        "On veut diriger l'appareil à distance : raccrochez et ne laissez rien installer.",
        "The device is to be driven from afar: hang up and have nothing installed.",
    ),
    swindle(
        "gift_cards",
        r"(?:cartes?|coupons?|tickets?|recharges?) (?:cadeaux?|apple|google\w*|itunes|amazon|steam|neosurf|transcash|pcs|paysafe\w*)",
        r"achet\w*|ach(?:at|eter)\b|code\w*|dict\w*|envoy\w*|photo\w*|pay\w*|regl\w*",
        3.8,
        "Des cartes cadeaux en paiement : personne ne se fait payer ainsi.",
        "Gift cards as a payment: nobody is paid this way.",
    ),
    swindle(
        "signed_by_phone",
        r"mutuelle|complementaire|contrat|assurance|adhesion|abonnement|fournisseur",
        r"repond\w*\b.{0,20}\b(?:oui|ok|je signe)\b|je signe|signature (?:electronique|par sms|orale)|(?:dict|donn|li[rst]|communiqu|renvoy)\w*\b.{0,40}\bcode\b",
        2.8,
        "Un code ou un « oui » vaut signature : c'est un contrat que l'on vous fait prendre.",
        "A code or a “yes” is a signature: you are made to take a contract.",
    ),
    swindle(
        "test_transfers",
        r"virements?|beneficiaires?|paiements?|operations?",
        r"\btests?\b|valid\w*\b.{0,20}(?:visage|empreinte|appli\w*|notification)",
        2.8,
        "Un « test » ou une validation pendant l'appel est un vrai paiement.",
        "A “test” or a validation during the call is a real payment.",
    ),
    swindle(
        "cash_collected",
        r"retir(?:er|e|ait)\b|retraits?\b|especes|liquide",
        r"(?:collegue|policier|inspecteur|agent|coursier|chauffeur)\b.{0,50}(?:recuper|prend|vien|pass|cherch)\w*",
        3.0,
        "Personne, pas même la police, ne vient prendre des espèces.",
        "Nobody, not even the police, comes to take cash.",
    ),
    swindle(
        "card_held_to_the_phone",
        r"approch\w+\b.{0,30}carte",
        r"telephone|appli\w*|sans contact",
        3.2,
        "Approcher la carte du téléphone la laisse copier.",
        "To hold the card to the phone lets it be copied.",
    ),
    swindle(
        "robot_threatens",
        r"(?:appuye[rz]|appuy\w+|tape[rz]|presse[rz])\b.{0,12}\b(?:touche|sur (?:le )?(?:\d|un|deux|neuf|zero))",
        r"dernier (?:rappel|avis)|a defaut|sans reponse|suspen\w+|coup(?:ee?|ure)\b|poursuit\w*|poursuites|a votre charge|\bachat\b|\blitige\b|expir\w*|eligible|aides? de l'etat|panneaux|isolation|pompe a chaleur",
        2.8,
        "Une voix enregistrée menace ou promet et fait taper une touche : raccrochez.",
        "A recorded voice threatens or promises and has a key pressed: hang up.",
    ),
    swindle(
        "at_the_door",
        r"\b(?:venir|vient|viendra|passer(?:a)?|passe|visite|rdv|rendez-vous|domicile|maison)\b",
        r"(?:cheque|especes|liquide)\b.{0,40}(?:\d|avance|tout de suite)|(?:pay|regl|vers)\w*\b.{0,40}(?:en )?(?:cheque|especes|liquide)|\bcoffre\b|bijoux|vi[vt]\w* seule?s?\b|seule? chez (?:moi|elle|lui)",
        2.8,
        "Quelqu'un veut venir et se faire payer, ou demande ce qui se trouve chez vous.",
        "Somebody wants to come and be paid, or asks what there is at your home.",
    ),
    swindle(
        "fee_to_get_back",
        r"(?:payer|verser|regler|avancer)\b.{0,60}(?:impots?|taxes?|frais|caution|commission)",
        r"(?:recuper|debloqu|retir|liber|rend|restitu)\w*",
        2.6,
        "Payer pour récupérer son argent : l'escroquerie continue.",
        "To pay to get one's money back: the swindle goes on.",
    ),
    swindle(
        "not_known_there",
        r"hopital|clinique|cabinet|secretariat|banque|agence|mairie|caisse|cpam|mutuelle|laboratoire|service|organisme|standard|accueil",
        r"(?:ne (?:le |la |les )?connai\w+ pas|ne pas (?:le |la |les )?connaitre|inconnue? (?:au|du|dans)|n'existe pas|aucun (?:employe|agent|praticien|conseiller) de ce nom)",
        2.6,
        "L'organisme lui-même ne connaît pas cette personne.",
        "The body itself does not know this person.",
    ),
)
"""What only a swindler's call has; each side must be said, in either order."""

_VOICEMAIL = re.compile(r"messagerie vocale|transcription|repondeur|message vocal|\bvocal de\b")
_REASSURED = re.compile(
    r"rien (?:\w+ )?(?:demand|a payer|donn)\w*|sans rien (?:\w+ )?(?:demand|pay)\w*|c'est (?:bien )?(?:moi|nous|elle|lui) qui (?:a|ai|avons|avait|avais) (?:appele|demande|rappele)|j'avais (?:demande|appele|rappele)"
)


def calls(f: Facts) -> Iterator[Why]:
    """The swindles that the notes of a call tell of."""
    text = f.read.text
    heard = f.message.channel == "call" or _VOICEMAIL.search(text) is not None
    if not heard or _REASSURED.search(text):
        return
    told = SAFETY.search(text) is not None and f.message.channel == "call"
    for one in TOLD:
        if told and one is MONEY_TO_SAFETY:
            continue  # the scheme of the same name says it
        span = near(one, text)
        denied = span and REFUSED.search(text[max(0, span[0] - 30) : span[1]])
        if span is not None and (not denied or one.signal == "not_known_there"):
            yield _why(one, f.quote(span))


def _why(one: Swindle, quote: str) -> Why:
    return Why(signal=one.signal, says=one.says, weight=one.weight, quote=quote)
