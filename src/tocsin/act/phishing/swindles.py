"""Swindles that name no body and lead nowhere: the money or the secret is asked for in words.

Each is a pair of things said together: what is held out or threatened, and what is wanted. One
without the other is ordinary (a gift card is a present, a changed account is an invoice).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tocsin.act.phishing.facts import Facts, Span
from tocsin.act.phishing.hosts import TRUSTED
from tocsin.core.messages import Why
from tocsin.core.records import Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Swindle:
    """A swindle: two patterns of the folded text, its weight and its sentence."""

    signal: str
    held_out: re.Pattern[str]
    wanted: re.Pattern[str]
    weight: float
    says: Says


def swindle(
    signal: str, held_out: str, wanted: str, weight: float, fr: str, en: str
) -> Swindle:
    """A swindle from its two patterns, its weight and its sentence."""
    return Swindle(
        signal=signal,
        held_out=re.compile(held_out),
        wanted=re.compile(wanted),
        weight=weight,
        says=Says(fr, en),
    )


_DENIED = re.compile(r"\b(?:aucune?|jamais|no|never)\b")
"""Words that take a swindle back: "no transfer to a new account"."""

_CAREFUL = re.compile(
    r"en main propre|verifi\w+ (?:avec|aupres de) (?:moi|nous)|\bbien ete (?:pris|enregistr|modifi|mis)\w*|pris en compte (?:le|ce)\b"
)
"""Words of somebody who has what he writes checked in person."""

NEAR = 1_500
"""Letters within which both sides are said."""

_COIN = (
    r"\b(?:bc1[a-z0-9]{20,}|[13][a-z0-9]{30,33})\b|"
    r"(?:bitcoins?|\bbtc\b|crypto\w*|\busdt\b|ethereum)\b.{0,60}(?:address|adresse|wallet|portefeuille)|"
    r"(?:\d ?(?:€|\$|usd|eur\w*)|pay\w*|envo\w+|vers\w+|send|transfer)\b.{0,60}(?:bitcoins?|\bbtc\b|crypto\w*)"
)

MONEY_TO_SAFETY = swindle(
    "money_to_safety",
    r"(?:transfer|vir|mett|plac|depos|vers|deplac)\w*\b.{0,60}(?:economies|argent|fonds|avoirs|epargne|livret|solde)",
    r"(?:compte|coffre)\w* (?:\w+ )?(?:protege|sur|securise|temporaire|de passage|sequestre|de secours|tampon|relais|miroir)\w*|a l'abri|en lieu sur",
    3.8,
    "L'argent que l'on fait « mettre à l'abri » part chez l'escroc.",
    "Money that is “brought to safety” goes to the swindler.",
)

SWINDLES = (
    swindle(
        "extortion",
        r"(?:penetr|vol|derob|exfiltr|pirat)\w*\b.{0,80}(?:serveurs?|dossiers?|donnees|fichiers)|(?:employeur|famille|voisins|collegues|proches)\b.{0,60}recev"
        r"|(?:enregistr|film|pirat|infect|install|acces)\w*\b.{0,120}(?:webcam|camera|appareil|"
        r"ordinateur|ecran|systeme|sites? (?:pour|porn)|video|contacts|historique)"
        r"|(?:recorded|hacked|infected|installed|access)\b.{0,120}(?:webcam|camera|device|"
        r"computer|operating system|screen|porn\w*|adult|video|contacts|browsing)",
        _COIN,
        4.2,
        "Chantage : on menace de publier et l'on veut une monnaie qui ne se rattrape pas.",
        "Blackmail: something will be published unless coins that cannot be traced are paid.",
    ),
    swindle(
        "gift_cards",
        r"(?:cartes?|coupons?|tickets?) (?:cadeaux?|apple|google|itunes|amazon|steam|neosurf|"
        r"transcash|pcs|paysafecard|razer)|(?:cartes?|recharges?|tickets?)? ?\b(?:neosurf|transcash|toneo|pcs)\b|gift ?cards?",
        r"(?:envo\w+|transmet\w+|donn\w+|communiqu\w+|photo\w*|grat\w+)\b.{0,40}\bcodes?\b|"
        r"\bcodes?\b.{0,40}(?:envo|transmet|photo|par mail|par sms|par retour)|"
        r"(?:send|scratch|photo|picture|forward|share)\b.{0,50}\b(?:codes?|pins?|cards?|back)\b|"
        r"\bgratte\w*|en reunion|\bdiscre(?:t|te|tion)\b|combien tu|\bcoupons?\b.{0,60}(?:avant|pour)|(?:frais|pay\w+|recharg\w+|assurance|faire|demande|faut)\b.{0,40}(?:coupons?|\bpcs\b|neosurf|transcash)|rembours\w+ (?:ce soir|demain|plus tard|ensuite|des\b|apres|quand|a mon|lundi)|reimburse|purchase .{0,30}(?:for me|on my behalf)",
        3.6,
        "Des cartes cadeaux dont on veut les codes : personne ne se fait payer ainsi.",
        "Gift cards whose codes are wanted: nobody is paid this way.",
    ),
    swindle(
        "new_bank_details",
        r"(?:chang\w+|nouve\w+|modifi\w+|mis a jour|mise a jour)\b.{0,40}(?:de banque|rib\b|iban|"
        r"coordonnees bancaires|compte bancaire|domiciliation)|compte (?:\w+ ){0,3}(?:fait l'objet|en cours) d'(?:un )?audit"
        r"|(?:rib|iban|coordonnees bancaires|compte bancaire)\b.{0,16}(?:a|ont|est) (?:\w+ )?(?:change|modifie|nouve)\w*"
        r"|(?:new|changed|updated?|different) (?:bank|banking|account|payment|wire)\b.{0,20}(?:details?|"
        r"information|account|instructions)?",
        r"(?:regl|pay|vir|vers|effectu)\w*\b.{0,80}(?:nouveau compte|nouvel iban|nouveau rib|sur ce|"
        r"ci-joint|a compter)|utiliser (?:le|ce|notre) (?:nouveau )?(?:rib|iban)|\brib (?:en pj|joint|en piece)|vir\w*\b.{0,40}sur le compte|ne plus utiliser|ancien (?:compte|iban|rib)|"
        r"(?:prochaines?|futurs?) (?:factures?|reglements?|virements?|paiements?|salaires?)|"
        r"prochaine paie|(?:par virement|le compte)\b.{0,40}(?:indique|ci-joint|joint|document)|(?:future|next|all|upcoming|outstanding) (?:payments?|invoices?|pay ?(?:roll|checks?)|"
        r"remittances?)|direct deposit",
        2.6,
        "On change des coordonnées bancaires par message : rappelez le numéro que vous connaissez.",
        "Bank details are changed by message: call the number that you know.",
    ),
    swindle(
        "advance_fee",
        r"(?:caisse d'or|lingots?|coffre|partag\w+|heritage|heritiers?|ayants? droits?|sans posterite|succession|donation|don de|leguer|faire don|benefici\w+|fonds|lot(?:erie)?|gagn\w+)\b"
        r".{0,200}(?:euros?|€|dollars?|millions?|livres|\$|cfa)"
        r"|(?:euros?|€|dollars?|millions?|\$)\b.{0,160}(?:partag\w+|heritage|donation|faire don|leguer|beneficiaire)"
        r"|(?:inherit\w*|next of kin|beneficiary|donat\w+|deceased|charity|lottery|jackpot|winner|"
        r"unclaimed|compensation|fund(?:s|ing)?|atm card|bank draft|business proposal|consignment)\b"
        r".{0,240}(?:millions?|us ?\$|\$ ?\d|usd|dollars?|euros?|€|£|pounds?|\d{1,3}(?:,\d{3}){2})"
        r"|(?:millions?|us ?\$|\$ ?\d|usd|£|\d{1,3}(?:,\d{3}){2})\b.{0,240}(?:inherit\w*|next of kin|"
        r"beneficiary|donat\w+|deceased|charity|lottery|winner|claim|transfer|deposit|partner\w*)",
        r"(?:contact|repond|ecri|recontact)\w*[- ]?(?:moi|nous|vite|par|a l'adresse|a )|cancer|"
        r"phase terminale|maladie|confiance|personne de foi|confidential\w*|vos coordonnees|payer les frais|"
        r"@(?:gmail|outlook|yahoo|hotmail|aol|proton|mail|yandex|gmx)\.|"
        r"(?:contact|reply|respond|get back|write)\b.{0,40}(?:me|us|back|to|via|immediately|email)|"
        r"\bdieu\b|repond\w* avec|vos noms?\b|your (?:full )?(?:name|names|address|phone|telephone|bank)|god|dear (?:friend|beloved|beneficiary)",
        2.8,
        "Une grosse somme promise par un inconnu : il faudra d'abord payer des frais.",
        "A large sum promised by a stranger: fees will have to be paid first.",
    ),
    swindle(
        "parcel_mule",
        r"(?:recevoir|receptionn\w+|receive)\b.{0,60}(?:colis|parcels?|packages?)",
        r"(?:re ?expedi|renvoy|re ?ship|forward)\w*\b.{0,160}(?:€|euros?|\$|salaire|par mois|salary|weekly)",
        3.0,
        "Recevoir et renvoyer des colis : un travail de complice.",
        "To receive and send on parcels: an accomplice's work.",
    ),
    swindle(
        "wire_in_secret",
        r"(?:virement|transfert|wire(?: transfer)?|payment)\b.{0,80}(?:\d|ce matin|aujourd'hui|today|urgent|"
        r"acquisition)",
        r"(?:n'en parle\w*|ne parle\w*|pas un mot|confidentiel\w*|discretion|strictly confidential|"
        r"keep (?:this|it) (?:confidential|between|private)|cannot take calls|en reunion)",
        3.0,
        "Un virement à faire en secret : appelez votre direction sur son numéro habituel.",
        "A transfer to be made in secret: call your management on its usual number.",
    ),
    swindle(
        "deposit_unseen",
        r"(?:caution|acompte|premier loyer|reserv\w+|location|appartement|logement|vehicule|annonce)",
        r"(?:western union|moneygram|mandat cash|coupons? (?:pcs|neosurf|transcash)|pcs mastercard)|(?:ne (?:peux|pourrai|puis) pas (?:vous )?(?:la |le )?faire visiter|cles?\b.{0,40}(?:envoy|airbnb|poste|coursier|remis|dhl)|enver\w*\b.{0,20}cles?)\b.{0,160}(?:caution|loyer|mois|virement|acompte)|(?:sort|hors|quitt|dehors)\w*\b.{0,12}(?:de la |la )?plateforme|"
        r"(?:a l'etranger|en deplacement)\b.{0,200}(?:cles?|caution|virement|acompte)",
        2.8,
        "Payer sans voir, par un moyen qui ne se rattrape pas.",
        "To pay unseen, by a means that cannot be undone.",
    ),
    swindle(
        "buyer_courier",
        r"(?:coursier|transporteur|livreur|dhl|ups|chronopost|mondial relay)\b.{0,80}(?:argent|enveloppe|especes|liquide|cash)",
        r"(?:pay|avanc|regl|valid)\w*\b.{0,30}(?:assurance|frais|caution)|(?:assurance|frais)\b.{0,30}rembours",
        3.4,
        "Un acheteur qui envoie un coursier et fait avancer des frais : une arnaque connue.",
        "A buyer who sends a courier and has fees advanced: a known scam.",
    ),
    swindle(
        "code_to_scan",
        r"(?:scann\w+|flash\w+) (?:le |ce |votre )?(?:qr|code)|scan (?:the |this )?(?:qr|code|barcode)|"
        r"qr ?code (?:ci-joint|ci-dessous|below|attached)",
        r"(?:authentifi|expir|suspend|acces|boite|messagerie|mot de passe|mfa|2fa|verifi|securis|compte|"
        r"paie|salaire|password|mailbox|account|access|document|payroll|benefits|sign)\w*",
        3.2,
        "Un code à scanner cache l'adresse où l'on vous demandera vos identifiants.",
        "A code to scan hides the address at which your login will be asked for.",
    ),
    swindle(
        "locked_screen",
        r"(?:ordinateur|pc|windows|appareil|systeme|iphone|computer|device|browser)\b.{0,80}(?:bloqu|"
        r"verrouill|infect|virus|locked|blocked|spyware|compromis)\w*|(?:n'eteign|ne pas eteindre|"
        r"ne redemarr|do not (?:shut|restart|close))\w*",
        r"(?:appel|contact|call|dial|phone)\w*\b.{0,60}(?:support|technicien|microsoft|apple|assistance|"
        r"immediat|0\d|\+\d|1[- (]\d{3}|toll)",
        3.4,
        "Un écran bloqué qui fait appeler un « support » : éteignez, n'appelez pas.",
        "A locked screen that has you call “support”: switch off, do not call.",
    ),
    swindle(
        "code_relayed",
        r"\bcodes?\b.{0,60}(?:sur|par) (?:ton|ta|votre)\b|(?:recevoir|recu|envoye|arriv\w+)\b.{0,40}\bcodes?\b|\bcodes?\b.{0,40}(?:par erreur|sms|texto|chiffres)|\bcodes? de (?:connexion|validation|verification|securite)",
        r"\b(?:me (?:le|les)|(?:le|les)[- ]moi)\b.{0,3}(?:transfer|r?envoy|redonn|donn|dir|communiqu)\w*|(?:transfer|r?envoi|r?envoy|donn|di[st])\w*[- ](?:le|les)?[- ]?moi\b",
        2.6,
        "Un code reçu ne se transmet à personne : il ouvre votre compte.",
        "A code that you received is for nobody else: it opens your account.",
    ),
    swindle(
        "stranded",
        r"(?:vole|perdu|agress|bloque|coince|retient|retenue?)\w*\b.{0,60}(?:sac|papiers|carte|portefeuille|valise|bagages|passeport|hotel|aeroport|douane|frontiere)|(?:pris|garde\w*|confisqu\w+)\b.{0,12}passeport|visa\b.{0,20}refuse|(?:sac|papiers|portefeuille|bagages)\b.{0,40}(?:vole|perdu|retient)\w*",
        r"(?:avanc|pret|envoy|recharg|vir|depann)\w*\b.{0,40}(?:\d|argent|mandat|western|pcs|euros)|\bj ?e? ?te (?:le |les )?rends?\b|je te rejoins|sans \d+ ?(?:€|e\b|euros?)",
        2.8,
        "Un proche dépouillé au loin qui veut de l'argent : appelez-le, sa messagerie est sans doute piratée.",
        "A friend robbed far away who wants money: call, the mailbox is probably hacked.",
    ),
    swindle(
        "buyer_with_a_link",
        r"annonce|leboncoin|vinted|wallapop|marketplace|toujours (?:dispo|en vente)|acheteur|j'ai paye|je prends",
        r"(?:donne|envoye|laisse)[rz]?[- ](?:moi )?.{0,12}(?:e-?mail|adresse mail|numero)\b.{0,80}(?:paiement|lien|livraison)|qr ?code\b.{0,60}(?:toucher|recevoir|argent|banque)|recevoir (?:un |le )lien\b.{0,40}(?:paiement|argent|banque)?",
        2.8,
        "Un acheteur qui veut payer par un lien ou un code : l'argent partira de chez vous.",
        "A buyer who wants to pay by a link or a code: the money will leave your account.",
    ),
    swindle(
        "calls_diverted",
        r"[*#]{1,2}\s?(?:21|61|62|67|002|004)\s?[*#]\s?\d{6,}",
        r"\b(?:tape[rz]|compose[rz]|appel\w*|faites|dial)\b",
        4.2,
        "Ce code renvoie vos appels vers un inconnu.",
        "This code diverts your calls to a stranger.",
    ),
    swindle(
        "papers_to_free_mailbox",
        r"\b(?:dossier|certificat|commission|demande|inscription|remboursement|prestation|droits|carte)\b",
        r"(?:envo\w+|transmet\w+|adress\w+|retourn\w+|ecri\w+|contact\w+|avanc\w+|pay\w+|vir\w+|vers\w+)\b.{0,80}\b[\w.+-]+@(?:gmail|outlook|hotmail|yahoo|proton|protonmail|gmx|mail)\.(?:com|fr|me)\b",
        1.8,
        "Des papiers ou de l'argent à envoyer à une messagerie gratuite : un organisme a la sienne.",
        "Papers or money to be sent to a free mailbox: a body has its own.",
    ),
    swindle(
        "scare_sale",
        r"contamin\w+|legionell\w*|\bplomb\b|amiante|\bradon\b|monoxyde|nuisibles|punaises",
        r"\bkits?\b.{0,120}\d ?(?:€|e\b|euros?)|(?:agent|technicien)\w*\b.{0,40}(?:domicile|presenter|passer)",
        2.4,
        "Un danger chez vous et un appareil ou une visite à payer : demandez à la mairie.",
        "A danger at home and a device or a visit to pay: ask the town hall.",
    ),
    swindle(
        "card_at_the_door",
        r"\b(?:porte|domicile|livreur|chauffeur|technicien\w*|agente?|visite\w*|passe(?:ra)?)\b",
        r"(?:prevoy|prepar|muniss|prevoir)\w*\b.{0,50}(?:\bcb\b|carte bancaire|carte bleue|carte de paiement|carte \+|\bcarte et (?:le |son )?code)",
        2.6,
        "Quelqu'un viendra et la carte bancaire doit être prête : personne ne passe ainsi.",
        "Somebody will come and the bank card must be ready: nobody calls in this way.",
    ),
    swindle(
        "paid_advert",
        r"\bsponsoris\w*|\bpublicite\b",
        r"(?:indemnis|rembours|placement|investi|prime|remede|gueri|gagn)\w*",
        2.2,
        "Une publicité qui promet de l'argent ou la santé.",
        "An advertisement that promises money or health.",
    ),
    swindle(
        "app_wants_all",
        r"\binstall\w*|\bappli\w*",
        r"connecte[rz]?[- ]y\b.{0,40}(?:votre banque|vos comptes|boite (?:mail|aux lettres)|\bameli\b)|tous vos mots de passe",
        2.4,
        "Une application qui veut votre banque, votre messagerie ou vos mots de passe.",
        "An app that wants your bank, your mailbox or your passwords.",
    ),
    MONEY_TO_SAFETY,
    swindle(
        "forged_paper",
        r"(?:arrets? (?:de travail|maladie)|certificats? medica\w+|ordonnances?|pass (?:sanitaire|vaccinal)|faux papiers)\b.{0,60}\d ?(?:€|e\b|euros?)",
        r"snap\w*|telegram|whatsapp|paysafe\w*|\bpcs\b|num\w* (?:de )?secu|jamais refuse|jms refuse|livraison|en 24 ?h",
        3.0,
        "Un papier médical à vendre : il est faux, et l'argent perdu.",
        "A medical paper for sale: it is false, and the money is lost.",
    ),
    swindle(
        "miracle_cure",
        r"(?:fai\w+ disparaitre|gueri\w*|elimine\w*|remede|sirop|gouttes|gelules|methode)\b.{0,80}(?:diabete|arthrose|cancer|tension|acouphenes?|douleurs|cholesterol|prostate|kilos)",
        r"clique\w*|interdi\w*|cachent?|revele\w*|avant (?:sa |la )?suppression|commande\w*|offre|stock|celebre",
        2.6,
        "Un remède miracle : aucun traitement sérieux ne se vend ainsi.",
        "A miracle cure: no serious treatment is sold this way.",
    ),
    swindle(
        "loan_from_a_stranger",
        r"prets?\b.{0,40}(?:entre|a) (?:un )?particuliers?|(?:pret|credit|financement)\b.{0,120}(?:fichee?s?|interdit bancaire|sans justificatif|ficp)|j'accorde des prets?",
        r"frais (?:de )?(?:notaire|dossier|assurance)|ecri\w+|contact\w*|whatsapp|repond\w*|mail",
        2.8,
        "Un prêt d'un inconnu avec des frais d'avance : une arnaque connue.",
        "A loan from a stranger with fees first: a known scam.",
    ),
    swindle(
        "cheque_too_large",
        r"cheques?\b.{0,160}(?:au lieu de|difference|surplus|trop[- ]?percu|reste)|(?:difference|surplus)\b.{0,80}cheques?",
        r"(?:remett|rend|revers|renvoy|vir|don)\w*\b.{0,60}(?:difference|surplus|transporteur|liquide|especes|coupon|demenageur|reste)",
        3.2,
        "Un chèque trop élevé dont il faut rendre la différence : il sera sans provision.",
        "A cheque too large whose difference is to be given back: it will bounce.",
    ),
    swindle(
        "wrong_number_friend",
        r"(?:erreur de numero|mauvais numero|trompee? de (?:numero|contact)|erreur (?:sur|dans) (?:le|mon) (?:numero|repertoire))",
        r"\b(?:sympa\w*|gentil(?:le)?|discut\w+|faire connaissance|devenir amis?|hasard|destin)\b",
        2.4,
        "Un inconnu qui se trompe de numéro et veut faire connaissance : l'arnaque vient plus tard.",
        "A stranger with a wrong number who wants to be friends: the scam comes later.",
    ),
    swindle(
        "friend_made_money",
        r"j'ai (?:gagne|touche|recu|fait) (?:plus de )?\d[\d ]*|(?:touche|gagne)[rz]? (?:\w+ ){0,2}\d[\d ]* ?(?:€|e\b|euros?)",
        r"coach\w*|bitcoins?|crypto\w*|\btrad(?:er|ing|euse)\b|\bplug\w*|\bdm\b|je fais le reste|s'occupe de tout|c'est lui qui fait tout|\bagente? agreee?|\bagente?\b.{0,40}\bfait tout",
        2.6,
        "De l'argent facile grâce à quelqu'un d'internet : le compte de votre ami est sans doute piraté.",
        "Easy money through somebody of the internet: your friend's account is probably hacked.",
    ),
    swindle(
        "answer_for_the_link",
        r"(?:colis|livraison|paquet|compte|dossier|remboursement|amende|carte|demande|lien|message|package|parcel|delivery)",
        r"(?:repond\w*|tapez|envoyez|reply|respond) (?:par )?(?:[\"'« ]*)?(?:oui|ok|1|y|yes)\b.{0,60}"
        r"(?:lien|recevoir|activer|obtenir|link|activate)",
        2.6,
        "Répondre fait passer le lien que le téléphone bloquait.",
        "To answer lets the link through that the phone had blocked.",
    ),
)
"""The swindles that are known; each side must be said, in either order."""


def swindles(f: Facts) -> Iterator[Why]:
    """The swindles that a message matches, with the words of what is wanted."""
    known = f.sender is not None and f.sender.kind in TRUSTED  # never a free mailbox
    if f.message.channel == "call" or f.warnings or known:
        return
    for one in SWINDLES:
        span = near(one, f.read.text)
        if span is not None and not taken_back(f.read.text, span):
            yield Why(signal=one.signal, says=one.says, weight=one.weight, quote=f.quote(span))


def taken_back(text: str, span: Span) -> bool:
    """Whether the message denies what stands there, or has it checked in person."""
    return bool(_DENIED.search(text, max(0, span[0] - 25), span[1]) or _CAREFUL.search(text))


def near(one: Swindle, text: str) -> Span | None:
    """Where what is wanted stands, near what is held out."""
    wanted = [m.span() for m in one.wanted.finditer(text)]
    for held_out in one.held_out.finditer(text) if wanted else ():
        for span in wanted:
            if abs(span[0] - held_out.start()) <= NEAR:
                return span
    return None
