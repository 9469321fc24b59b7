"""Schemes in one step of several: the call, the courier or the app come next."""

import re
from collections.abc import Iterator

from tocsin.act.phishing.facts import Facts
from tocsin.act.phishing.grounds import own, untrusted
from tocsin.act.phishing.hosts import TRUSTED
from tocsin.core.messages import Why
from tocsin.core.records import Says

_CARD = r"(?:carte (?:bancaire|bleue|de credit)|\bcb\b|\brib\b|\biban\b|identifiants|codes? (?:secrets?|confidentiels?))"
_COMING = re.compile(
    r"(?:agent|conseill\w+|technicien\w*|service|collaborat\w+)\b.{0,60}(?:va|vont|allons|vous)\b.{0,14}(?:appel|contact|rappel|joind)\w+|(?:agent|coursier|technicien|collaborat\w+)\b.{0,20}\b(?:passe(?:ra)?|viendra|vient|se presente\w*)\b"
)
_READY = re.compile(
    rf"suive[zr] (?:bien |attentivement )?(?:ses|leurs|les) (?:instructions|consignes|indications)|(?:gardez|laissez)\b.{{0,24}}appli\w* ouverte|(?:prepar|munissez|gardez|ayez|tenez)[\w-]*\b.{{0,50}}{_CARD}"
)
_HANDED = re.compile(
    r"(?:carte|especes|argent|bijoux)\b.{0,60}(?:remi[st]\w*|remett\w+|donn\w+|confi\w+) (?:a |au )(?:un |notre |votre |l')?(?:coursier|agent|livreur|policier)"
    r"|(?:remettez|donnez|confiez|remettre|donner|confier)\b.{0,40}(?:carte|especes|argent|bijoux)\b.{0,50}(?:coursier|agent|livreur|policier)"
    r"|(?:coursier|livreur|policier)\b.{0,60}(?:recuper|cherch|reprend|collect)\w*\b.{0,40}(?:carte|especes|argent|bijoux)"
)
_NOBODY = re.compile(r"\b(?:aucune?|jamais|personne ne|ne\b.{0,20}\b(?:pas|jamais|aucun))\b")
_SECURE = re.compile(
    r"(?:change|securise|protege|bloque|verifie|reinitialise)[rz]\b.{0,30}(?:mot de passe|compte|acces|donnees|vous|ici|si\b)"
    r"|(?:demande|exige|obtene)[rz]\b.{0,20}(?:retrait|suppression|effacement)"
)
_TOO_BIG = re.compile(
    r"trop (?:gros|grand|volumineux|large)|(?:rentre|passe|tient|entre)\w* pas|boite (?:aux lettres )?trop petite"
)
_MEETING = re.compile(r"\brdv\b|rendez-vous|visite|passerai|passage")
_OFFICES = frozenset({"health_insurance", "bank", "taxes", "fines", "training_account"})
SHORT = 260
"""Characters of a text that has no room for what a true notice must say."""


def schemes_now(f: Facts) -> Iterator[Why]:
    """The schemes whose next step is not in the message."""
    for one in (
        _call_to_come,
        _handed,
        _app,
        _breach_link,
        _mobile,
        _dear,
        _other_number,
        _at_a_link,
        _true_notice,
    ):
        yield from one(f)


def _why(signal: str, fr: str, en: str, weight: float, quote: str) -> Why:
    return Why(signal=signal, says=Says(fr, en), weight=weight, quote=quote)


def _call_to_come(f: Facts) -> Iterator[Why]:
    ready = _READY.search(f.read.text)
    if ready and _COMING.search(f.read.text) and f.warnings < 2:
        yield _why(
            "call_to_come",
            "Le message annonce un appel et fait préparer la carte ou des codes : une arnaque connue commence ainsi.",
            "The message announces a call and has the card or codes made ready: a known scam begins so.",
            3.8,
            f.quote(ready.span()),
        )


def _handed(f: Facts) -> Iterator[Why]:
    m = _HANDED.search(f.read.text) if f.message.channel != "call" and not f.warning else None
    if m and not _NOBODY.search(f.read.text[max(0, m.start() - 30) : m.end()]):
        yield _why(
            "card_courier",
            "Personne ne vient chercher une carte ou de l'argent.",
            "Nobody comes to fetch a card or money.",
            4.2,
            f.quote(m.span()),
        )


def _app(f: Facts) -> Iterator[Why]:
    span = f.asks.get("install")
    snares = untrusted(f)
    if span is None or not snares or f.sender is not None:
        return
    packed = any(".apk" in d.url or d.url.endswith("/apk") for d in snares)
    if packed or f.claims or f.professional is not None:
        yield _why(
            "app_elsewhere",
            "Une application à installer depuis un site inconnu, hors du magasin du téléphone.",
            "An app to install from an unknown site, outside the phone's own store.",
            2.6 if packed else 1.5,
            f.quote(span),
        )


def _breach_link(f: Facts) -> Iterator[Why]:
    m = _SECURE.search(f.read.text)
    short = len(f.read.text) < SHORT and f.warnings == 0
    if m and short and "breach" in f.pretexts and untrusted(f):
        yield _why(
            "breach_link",
            "Quelques mots sur une fuite et un lien pour se protéger : un vrai avis explique et ne fait pas cliquer.",
            "A few words on a breach and a link for protection: a true notice explains and wants no click.",
            1.2,
            f.quote(m.span()),
        )


def _mobile(f: Facts) -> Iterator[Why]:
    """A mobile number to call: an office has none; a parcel too big for the box is a known bait."""
    number = next((n for n in f.numbers if n.kind == "mobile"), None)
    if number is None or "call" not in f.asks or f.message.channel == "call":
        return
    office = next((c for c in f.claims if c.body.claim in _OFFICES and not c.body.weak), None)
    quote = f.quote((number.start, number.end))
    if office is not None and not _MEETING.search(f.read.text) and f.sender is None:
        yield _why(
            "office_mobile",
            f"Le message parle de {office.body.name.fr} et fait appeler un téléphone portable : un organisme n'en a pas.",
            f"The message speaks of {office.body.name.en} and has a mobile phone called: an office has none.",
            2.1,
            quote,
        )
    elif "parcel" in f.pretexts and _TOO_BIG.search(f.read.text):
        yield _why(
            "driver_mobile",
            "Un colis trop gros et un portable à rappeler : vérifiez sur le site du transporteur.",
            "A parcel too big and a mobile to call: check on the carrier's own site.",
            1.6,
            quote,
        )


def _other_number(f: Facts) -> Iterator[Why]:
    """A body that is reached by one known number, and another number to call."""
    body = next((c.body for c in f.claims if c.body.claim in _OFFICES and c.body.numbers), None)
    others = [n for n in f.numbers if n.kind == "landline"]
    known = f.sender is not None or any(n.kind == "official" for n in f.numbers)
    if body is None or body.generic or not others or known or "call" not in f.asks:
        return
    if f.message.channel == "sms" and not _MEETING.search(f.read.text) and not f.warnings:
        yield _why(
            "other_number",
            f"Le numéro à rappeler n'est pas celui de {body.name.fr}.",
            f"The number to call is not that of {body.name.en}.",
            2.1,
            f.quote((others[0].start, others[0].end)),
        )


def _dear(f: Facts) -> Iterator[Why]:
    """A number that costs much: 089x (Arcep, numbering plan, special numbers with surcharge)."""
    number = next((n for n in f.numbers if n.digits.startswith("089")), None)
    if number is None or "call" not in f.asks:
        return
    if f.warnings < 2:
        yield _why(
            "dear_number",
            "Le numéro à rappeler est surtaxé : un avis sérieux donne un numéro gratuit ou ordinaire.",
            "The number to call is surcharged: a serious notice gives a free or plain one.",
            2.2,
            f.quote((number.start, number.end)),
        )


_FEE = re.compile(
    r"frais (?:de (?:port|livraison|dossier|gestion|garde|traitement|reexpedition)|d'envoi)\b.{0,16}\d ?(?:€|e\b|eur)"
)
_MAILBOX_LOGIN = re.compile(
    r"(?:connect|identifi)\w+\b.{0,30}(?:messagerie|adresse (?:e-?mail|electronique|mail)|courriel|e-?mail)\b.{0,25}mots? de passe"
    r"|(?:ouvr|connect|identifi|consult)\w+\b.{0,20}(?:avec|via|par) votre (?:compte|adresse|messagerie) (?:professionnel|microsoft|office|google|mail|e-?mail|habituel)"
)
_REFUND = re.compile(r"rembours\w+|indemni\w+|trop[- ]?percu|a votre avantage|virement")
_BAD_NEWS = re.compile(r"anomalie|inquietant|alarmant|preoccupant|anorma\w+")
_RESULT = re.compile(r"resultats?\b|bilan|analyses?\b|examens?\b|radio\b|scanner|irm\b")


def _at_a_link(f: Facts) -> Iterator[Why]:
    """What only a link of somebody unknown makes a lure."""
    known = f.sender is not None and (
        f.sender.kind in TRUSTED or f.message.authentication.get("dmarc") == "pass"
    )
    if not any(not own(f, d) for d in untrusted(f)) or known:
        return
    text, care = f.read.text, f.professional is not None
    for signal, m, holds, weight, fr, en in (
        (
            "small_fee",
            _FEE.search(text),
            True,
            1.2,
            "De petits frais à payer sur un site inconnu servent à prendre le numéro de carte.",
            "A small fee to pay on an unknown site serves to take the card number.",
        ),
        (
            "mailbox_login",
            _MAILBOX_LOGIN.search(text),
            True,
            1.6,
            "Le compte ou le mot de passe de votre messagerie est demandé sur un site inconnu.",
            "The account or the password of your mailbox is wanted on an unknown site.",
        ),
        (
            "care_refund",
            _REFUND.search(text),
            care,
            1.0,
            "De l'argent promis au nom d'un soignant, sur un site inconnu.",
            "Money promised in a carer's name, on an unknown site.",
        ),
        (
            "bad_news_link",
            _BAD_NEWS.search(text),
            care and _RESULT.search(text) is not None,
            1.4,
            "Une mauvaise nouvelle de santé et un lien : un soignant l'annonce de vive voix.",
            "Bad news on health and a link: a carer tells it in person.",
        ),
    ):
        if m is not None and holds:
            yield _why(signal, fr, en, weight, f.quote(m.span()))


_EXPLAINS = re.compile(
    r"nous avons (?:\w+ )?(?:bloque|ferme|desactive|prevenu|averti|notifie|signale|informe|depose|saisi)\w*"
    r"|\bcnil\b|rien a faire|aucune (?:demarche|action)|delegue a la protection|ne (?:vous )?demand\w+ (?:jamais|ni)|jamais (?:\w+ ){0,3}demand|raccrochez|ont pu etre (?:lu|vu|consult|copi)\w+"
)


def _true_notice(f: Facts) -> Iterator[Why]:
    """A breach notice that explains and asks for nothing: no link, no secret, no dear number."""
    marks = list(_EXPLAINS.finditer(f.read.text))
    plain = all(n.kind in ("landline", "official", "short") for n in f.numbers)
    wants = {"pay", "transfer", "install", "messaging", "reply"} & f.asks.keys()
    leads = untrusted(f) or f.hidden_link is not None or f.message.attachments
    if len(marks) < 2 or not plain or wants or leads or f.secrets.asked:
        return
    if {"breach", "alarm"} & f.pretexts.keys() and "refund" not in f.pretexts:
        yield _why(
            "notice_explains",
            "Le message explique un incident et ne demande rien.",
            "The message explains an incident and asks for nothing.",
            -2.6,
            f.quote(marks[0].span()),
        )
