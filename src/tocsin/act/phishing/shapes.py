"""Shapes of lures whatever their words: money at a stranger's link, an answer for money, a carer's
free mailbox, an app from nowhere, a body that denies the call. And the shape of an appointment.
"""

import re
from collections.abc import Iterator

from tocsin.act.phishing.facts import Facts
from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.grounds import own, risky_number, untrusted
from tocsin.act.phishing.hosts import TRUSTED
from tocsin.act.phishing.mail_signs import FREE_MAIL
from tocsin.core.messages import Why
from tocsin.core.records import Says

_AMOUNT = re.compile(r"\d[\d .,]*\s?(?:€|e\b|eur\b|euros?\b)")
_STOP = re.compile(r"\bstop\b.{0,14}\d{5}|desabonn\w+|se desinscrire")
_HAVE_CARD = re.compile(
    r"(?:avec|munie?s? de|munissez[- ]vous de|preparez|ayez|gardez)\b.{0,16}(?:votre|la|une) (?:carte (?:bancaire|bleue|de credit)|cb\b)|(?:carte (?:bancaire|bleue|de credit)|\bcb)\b.{0,12}(?:en main|sous la main|a portee)"
)
_TROUBLE = re.compile(
    r"(?:accident|garde a vue|gendarmerie|police|prison|hopital|operation|urgences|avocat|tribunal|frontiere|aeroport|arretee?s?|bloquee? (?:a|au|en))\b"
)
_KIN = re.compile(
    r"c'est moi\b|\b(?:mon|ma|ton|ta|son|sa|leur|votre) (?:petit-?e?s?[- ]?)?(?:fils|fille|neveu|niece|petite?[- ]?fils|petite?[- ]?fille|cousine?)\b|\bm(?:amie|amy|api|apy|aman)\b|\bta(?:ta|tie)\b|\btonton\b|\b(?:mar|par)raine?\b|\bpap(?:a|i|y)\b"
)
_NEEDS = re.compile(
    r"(?:contacter|appeler|passer|rappeler)\b.{0,30}caution|(?:besoin|faut|falloir|fallait|demand\w+|reclam\w+|exig\w+|voul\w+|remettre|payer|virer|verser)\b.{0,60}(?:\d[\d .]*\s?(?:€|e\b|eur\w*)|argent|caution|especes|liquide|virement|avocat)"
)
_SIDELOAD = re.compile(
    r"\.apk\b|sources? inconnues?|acces aux sms|hors (?:du )?(?:play ?store|app ?store|store|magasin (?:officiel|d'applications))|service d'accessibilite"
)
_DENIED = re.compile(
    r"(?:dit|disent|confirme\w*|repond\w*|assure\w*)\b.{0,24}(?:ce n'(?:est|etait) pas (?:lui|elle|eux|un)|n'avoir (?:jamais|pas))"
    r"|n'(?:a|ont) (?:jamais|pas) (?:appele|envoye|ecrit|telephone|passe d'appel)|n'(?:est|etait) pas au courant"
)
_APPOINTMENT = re.compile(
    r"\b(?:rdv|rendez-vous|consultation|intervention|examen|vaccination|seance|don|passage|visite|operation|livraison)\b.{0,80}?(?:\b\d{1,2} ?h(?:\d{2})?\b|\b\d{1,2}:\d{2}\b|\b\d{1,2}/\d{1,2}\b|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi) \d)"
)
_READY_AT_LINK = re.compile(
    r"(?:munissez|prepare[rz]|ayez|munie?s? (?:de|d'))\b.{0,40}(?:\biban\b|\brib\b|carte (?:bancaire|bleue|de credit))"
    r"|(?:identifi|connect|authentifi)\w*\b.{0,24}(?:codes?|identifiants?|compte) (?:\w+ )?(?:ameli|france ?connect|assurance maladie|bancaires?)"
)
_MESSENGER = re.compile(r"\btelegram\b|\bt\.me\b|\bsnap(?:chat)?\b|\bsignal\b")
_COUNTRIES = "at|be|bg|ch|cy|cz|de|dk|ee|es|fi|fr|gb|gi|gr|hr|hu|ie|is|it|li|lt|lu|lv|mt|nl|no|pl|pt|ro|se|si|sk|sm|ci|sn|bj|ma|tn"
_IBAN = re.compile(
    rf"\b(?P<country>{_COUNTRIES})\d{{2}}(?: ?[a-z\d]{{4}}){{3,7}}(?: ?[a-z\d]{{1,3}})?\b"
    rf"|(?<=iban )(?!fr)(?:{_COUNTRIES})\d{{2}}\b"
)
"""An IBAN (ISO 13616); Monaco's banks stand in the French network."""
_NOTHING_ASKED = re.compile(
    r"n[e'] ?(?:\w+[' ]){0,4}rien (?:\w+ )?demande|rien a (?:faire|payer|donner|fournir)|suite a mon appel|j'avais appele|comme convenu|que j'attendais"
)
_MONEY_OR_LOSS = frozenset(
    "refund unpaid payment_failed prize breach identity suspended rights renewal alarm aid investment legal mailbox".split()
)
_INSTITUTION = re.compile(
    r"\b(?:regie|chu|chru|ch|hopita\w+|clinique|polyclinique|centre hospitalier|laboratoire|ministere|agence|caisse|tresor\w*|service|direction|ordre|prefecture|mairie|tribunal|assurance|mutuelle|banque|cpam|ars|caf|notaires?|huissier|syndic|gestion|foncia|notariale?)\b"
)


def shapes(f: Facts) -> Iterator[Why]:
    """The shapes that a message has."""
    for one in (
        _money_at_link,
        _answer_for_money,
        _call_with_card,
        _free_mailbox,
        _foreign_account,
        _sideload,
        _ready_at_link,
        _care_in_messenger,
        _kin_in_trouble,
        _denied,
        _asked_nothing,
        _appointment,
    ):
        yield from one(f)


def _why(signal: str, fr: str, en: str, weight: float, quote: str) -> Why:
    return Why(signal=signal, says=Says(fr, en), weight=weight, quote=quote)


def _money_at_link(f: Facts) -> Iterator[Why]:
    """A sum in a short text that leads to a stranger's site, and no way to unsubscribe."""
    m = _AMOUNT.search(f.read.text)
    short = f.message.channel in ("sms", "web")
    leads = any(d.kind != "messaging" and not own(f, d) for d in untrusted(f))
    if m and short and leads and not _STOP.search(f.read.text):
        yield _why(
            "money_at_link",
            "Une somme d'argent et un lien vers un site inconnu.",
            "A sum of money and a link to an unknown site.",
            0.8,
            f.quote(m.span()),
        )


_MONEY_HELD_OUT = frozenset(("refund", "prize", "aid", "investment"))


def _answer_for_money(f: Facts) -> Iterator[Why]:
    named = f.claims or f.professional is not None
    known = f.sender is not None and f.sender.kind in TRUSTED
    money = sorted(_MONEY_HELD_OUT & f.pretexts.keys())
    if f.message.channel == "call" or known or not named or not money or "reply" not in f.asks:
        return
    yield _why(
        "answer_for_money",
        "De l'argent promis à qui répond : un organisme verse sans qu'on lui réponde.",
        "Money for whoever answers: a body pays without an answer.",
        1.8,
        f.quote(f.asks["reply"]),
    )


def _call_with_card(f: Facts) -> Iterator[Why]:
    m = _HAVE_CARD.search(f.read.text)
    number = risky_number(f)
    if m and number is not None and "call" in f.asks and f.message.channel != "call":
        yield _why(
            "call_with_card",
            "Il faudrait appeler avec sa carte bancaire en main.",
            "A call is wanted with the bank card at hand.",
            3.8,
            f.quote(m.span()),
        )


def _free_mailbox(f: Facts) -> Iterator[Why]:
    """An institution in the name shown, a mailbox that anybody may have, and money or a secret."""
    if f.sender is None or f.sender.domain not in FREE_MAIL:
        return
    name = f.message.sender_name.lower()
    local = f.message.sender_address.rpartition("@")[0]
    wants = f.secrets.asked or {"pay", "transfer", "form"} & f.asks.keys()
    if wants and _INSTITUTION.search(name):
        official = re.search(r"\.fr$|gouv|officiel|service", local) is not None
        yield _why(
            "free_mailbox",
            "Un établissement qui écrit d'une messagerie gratuite et veut de l'argent ou des données.",
            "An institution that writes from a free mailbox and wants money or data.",
            2.4 if official else 1.6,
            f.message.sender_address[:90],
        )


def _foreign_account(f: Facts) -> Iterator[Why]:
    """A bank account to pay to, abroad, or given from a mailbox that anybody may have."""
    m = _IBAN.search(f.read.text)
    if m is None or f.message.channel == "call":
        return
    free = f.sender is not None and f.sender.domain in FREE_MAIL
    named = _INSTITUTION.search(fold(f.message.sender_name)) is not None
    if m["country"] == "fr" and not (free and (named or f.professional is not None)):
        return
    yield _why(
        "foreign_account",
        "Un compte à l'étranger ou donné d'une messagerie gratuite : vérifiez auprès de l'établissement.",
        "A bank account abroad, or given from a free mailbox: check with the establishment.",
        2.6,
        f.quote(m.span()),
    )


def _sideload(f: Facts) -> Iterator[Why]:
    m = _SIDELOAD.search(f.read.text)
    if m and ("install" in f.asks or m.group() == ".apk") and not f.warning:
        yield _why(
            "app_elsewhere",
            "Une application à installer hors du magasin du téléphone.",
            "An app to install from outside the phone's own store.",
            3.0,
            f.quote(m.span()),
        )


def _ready_at_link(f: Facts) -> Iterator[Why]:
    """Bank details or a login of the health insurance to have ready, on a site of nobody known."""
    m = _READY_AT_LINK.search(f.read.text)
    known = f.sender is not None and f.sender.kind in TRUSTED
    if m and untrusted(f) and not known and not f.warnings:
        yield _why(
            "ready_at_link",
            "Des données bancaires ou vos codes de l'Assurance Maladie sont voulus sur un site inconnu.",
            "Bank details or your health insurance login are wanted on an unknown site.",
            1.8,
            f.quote(m.span()),
        )


def _care_in_messenger(f: Facts) -> Iterator[Why]:
    m = _MESSENGER.search(f.read.text)
    if m and f.professional is not None and "messaging" in f.asks and not f.warnings:
        yield _why(
            "care_in_messenger",
            "Un soignant ne fait pas passer par une messagerie anonyme.",
            "A carer does not move you to an anonymous messenger.",
            2.2,
            f.quote(m.span()),
        )


def _kin_in_trouble(f: Facts) -> Iterator[Why]:
    """By phone: a relative or his lawyer, an accident, and money that is needed now."""
    text = f.read.text
    trouble, needs = _TROUBLE.search(text), _NEEDS.search(text)
    if f.message.channel == "call" and trouble and needs and _KIN.search(text):
        yield _why(
            "kin_in_trouble",
            "Un proche aurait un accident et il faudrait de l'argent : rappelez-le sur son numéro.",
            "A relative is said to be in trouble and money is needed: call the number you know.",
            3.0,
            f.quote(needs.span()),
        )


def _denied(f: Facts) -> Iterator[Why]:
    m = _DENIED.search(f.read.text) if f.message.channel == "call" else None
    if m:
        yield _why(
            "denied",
            "L'organisme lui-même dit que l'appel n'était pas de lui.",
            "The body itself says that the call was not its own.",
            2.6,
            f.quote(m.span()),
        )


def _asked_nothing(f: Facts) -> Iterator[Why]:
    """A call that the reader had asked for, or that wanted nothing."""
    m = _NOTHING_ASKED.search(f.read.text) if f.message.channel == "call" else None
    wants = {"transfer", "install", "messaging"} & f.asks.keys() or f.secrets.asked
    if m and not wants:
        yield _why(
            "asked_nothing",
            "L'appel était attendu ou n'a rien demandé.",
            "The call was expected, or asked for nothing.",
            -1.5,
            f.quote(m.span()),
        )


def _appointment(f: Facts) -> Iterator[Why]:
    """A day or an hour is told, nothing is lost or won, and no site imitates anybody."""
    m = _APPOINTMENT.search(f.read.text)
    plain = all(d.kind in (*TRUSTED, "unknown") and not d.made_of for d in f.destinations)
    wants = {"pay", "transfer", "install", "messaging"} & f.asks.keys() or f.secrets.asked
    if m and plain and not wants and not _MONEY_OR_LOSS & f.pretexts.keys() and untrusted(f):
        yield _why(
            "appointment",
            "Le message donne un jour ou une heure, et ne promet ni ne menace de rien.",
            "The message tells a day or an hour, and neither promises nor threatens anything.",
            -1.5,
            f.quote(m.span()),
        )
