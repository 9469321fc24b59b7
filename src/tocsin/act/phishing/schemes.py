"""Known schemes that need no link: call us back, new number, easy job, remote control, courier."""

import re
from collections.abc import Iterator

from tocsin.act.phishing.facts import Facts, Number
from tocsin.act.phishing.hosts import TRUSTED
from tocsin.act.phishing.swindles import taken_back
from tocsin.core.messages import Why
from tocsin.core.records import Says

_VALIDATE = re.compile(
    r"valid\w+ .{0,40}(?:appli\w*|notification|operation)s?.{0,60}(?:annul|bloqu|refus|rembours)|(?:annul|bloqu|rembours)\w*.{0,50}valid\w+|accept\w+ (?:la|une) notification"
)
SAFETY = re.compile(
    r"ajout\w+ (?:un |une |de |des |ce )?(?:nouveaux? )?(?:beneficiaire|compte)|"
    r"(?:economies|argent|epargne|livret|fonds)\b.{0,40}(?:a l'abri|en securite|en lieu sur)|"
    r"(?:move|transfer)\w* .{0,40}(?:safe account|to safety)"
)
_CARD_COURIER = re.compile(
    r"(?:coursier|livreur|agent|quelqu'un|policier|collegue)\b.{0,80}(?:chercher|recuperer|prendre|passer|remettre)\b.{0,60}(?:carte|especes|argent|bijoux|liquide)|(?:especes|liquide|argent|carte bancaire|bijoux)\b.{0,50}(?:au|a un|par un) (?:coursier|livreur|agent|policier)"
)
_MONEY_NOW = re.compile(
    r"(?:par|avec) (?:ma |sa |la |une )?(?:carte|cb)\b.{0,24}(?:au telephone|par telephone|tout de suite|a distance)|tout de suite par (?:carte|cb)\b|(?:pay|regl|vers|vir)\w*\b.{0,60}(?:tout de suite|immediat\w+|caution|virement|especes|carte|coupon|amende|frais|avance|euros?|€)|(?:virement|mandat|coupon|recharge)\b.{0,40}(?:tout de suite|immediat|urgent|securis|compte sur)|compte (?:securise|sequestre|de securite|temporaire)"
)
_SOCIAL = re.compile(
    r"(?:rendez-vous|rdv|convoque\w*|invit\w+)\b.{0,160}\b(?:rsa|pmi|accompagnement|insertion|orientation|mission locale|assistante? sociale?|departement\w*|referente?)\b"
    r"|\b(?:rsa|pmi|accompagnement|insertion|mission locale|assistante? sociale?|departement\w*|plateforme)\b.{0,160}\b(?:rendez-vous|rdv|convoque\w*|appeler|appelez|contacter)\b"
)
_USUAL = re.compile(r"d'hab\b|d'habitude|comme (?:chaque|tous les|convenu|prevu)")
"""Words of a transfer between relatives that both know of."""
_STOP = re.compile(
    r"\bstop\b.{0,12}(?:au|sms|:|=)?\s?\d{5}|\bstop sms\b|se desinscrire|desabonn\w+|unsubscribe"
)
_CODE_GIVEN = re.compile(
    r"\b(?:[a-z]-)?\d{3}[ -]?\d{1,5} (?:est|is)\b.{0,25}(?:code|otp)|code\b.{0,60}(?:est|is|:) ?:?\s?(?:[a-z]-)?\d{3}[ -]?\d{1,5}\b|code (?:suivant|ci-dessous)"
)
COURIER_SELF = re.compile(
    r"(?:je suis|c'est|ici) (?:le |votre |un )?(?:livreur|coursier|facteur|chauffeur)"
)
_DRIVER_PROBLEM = re.compile(
    r"(?:livreur|coursier|facteur)\b.{0,100}(?:rentr|boite|absen|code|trop|lien|creneau|relais)"
)


def schemes(f: Facts) -> Iterator[Why]:
    """The schemes that a message matches."""
    yield from _call_back(f)
    yield from _relative(f)
    yield from _job_and_messaging(f)
    yield from _canvassing(f)
    yield from _legal(f)
    yield from _announced(f)
    yield from _money(f)
    yield from _told_on_the_phone(f)
    yield from _innocent(f)


def _why(signal: str, says: Says, weight: float, quote: str) -> Why:
    return Why(signal=signal, says=says, weight=weight, quote=quote)


def _risky(f: Facts) -> Number | None:
    order = {"premium": 0, "foreign": 1, "mobile": 2, "landline": 3}
    found = sorted((n for n in f.numbers if n.kind in order), key=lambda n: order[n.kind])
    return found[0] if found else None


_FIXED_ALARMS = frozenset({"alarm", "legal", "payment_failed", "rights", "aid"})
_ALARMS = ("alarm", "legal", "suspended", "payment_failed", "rights", "unpaid", "aid", "breach")


def _call_back(f: Facts) -> Iterator[Why]:
    number = _risky(f)
    ground = next((f.pretexts[name] for name in _ALARMS if name in f.pretexts), None)
    if number is None or ground is None or "call" not in f.asks or f.message.channel == "call":
        return
    sold = any(c.strong and c.body.claim in ("brand", "subscription", "bank") for c in f.claims)
    alarms = _FIXED_ALARMS | ({"suspended"} if sold else set())
    if number.kind == "landline" and not f.pretexts.keys() & alarms:
        return
    banks = any(
        c.body.claim in ("bank", "training_account", "brand", "subscription") for c in f.claims
    )
    alarm = "alarm" in f.pretexts
    weight = {"premium": 2.6, "foreign": 2.4, "mobile": 2.4, "landline": 1.0}[number.kind]
    weight += (0.6 if banks else 0.0) + (0.8 if alarm else 0.0)
    if f.professional is not None and not alarm:
        weight *= 0.3
    if f.sender is not None and f.sender.kind in TRUSTED:
        weight *= 0.4
    yield _why(
        "call_back",
        Says(
            "Le message alarme puis fait rappeler un numéro qui n'est celui d'aucun organisme connu.",
            "The message alarms, then has you call a number that is no known body's.",
        ),
        weight,
        f.quote((number.start, number.end)),
    )


def _relative(f: Facts) -> Iterator[Why]:
    span = f.pretexts.get("relative")
    if span is None:
        return
    new = re.search(
        r"\bnum|forfait|whatsapp|casse|l'eau|virement|en panne|repar|perdu|tombe|vole",
        f.read.text,
    )
    moves = {"messaging", "transfer"} & f.asks.keys() or _risky(f) or "rib" in f.read.text
    wants = (
        moves
        or "reply" in f.asks
        or re.search(r"enregistre|message|urgent|contacte", f.read.text)
    )
    if new and wants:
        yield _why(
            "new_number",
            Says(
                "Un « proche » écrit d'un nouveau numéro ou demande de l'argent : appelez-le sur l'ancien.",
                "A “relative” writes from a new number or wants money: call the old one.",
            ),
            (3.8 if moves else 2.2) * (0.4 if _USUAL.search(f.read.text) else 1.0),
            f.quote(span),
        )


def _job_and_messaging(f: Facts) -> Iterator[Why]:
    messaging = f.asks.get("messaging") or next(
        ((d.start, d.end) for d in f.destinations if d.kind == "messaging" and d.start >= 0),
        None,
    )
    job = f.pretexts.get("job")
    trade = {"prize", "investment", "refund", "parcel", "alarm", "aid"} & f.pretexts.keys()
    stranger = f.claims and ({"reply", "pay"} & f.asks.keys() or _risky(f) is not None)
    if messaging is not None and (job or trade or stranger):
        yield _why(
            "moves_to_messaging",
            Says(
                "Un inconnu propose de continuer sur une messagerie privée.",
                "A stranger wants to go on in a private messenger.",
            ),
            2.6,
            f.quote(messaging),
        )
    elif job is not None and re.search(r"\d+ ?(?:€|euros?|e\b|\$)", f.read.text):
        yield _why(
            "easy_job",
            Says("Une offre d'emploi payée sans effort.", "A job paid for no effort."),
            1.6,
            f.quote(job),
        )
    if messaging is not None and f.message.channel == "call":
        yield _why(
            "moves_to_messaging",
            Says(
                "L'appel continue sur une messagerie privée.",
                "The call goes on in a messenger.",
            ),
            2.4,
            f.quote(messaging),
        )


def _canvassing(f: Facts) -> Iterator[Why]:
    claim = next((c for c in f.claims if c.body.id == "cpf"), None)
    if claim is None:
        return
    reached = any(d.kind == "official" for d in f.destinations)
    if "rights" in f.pretexts or ({"reply", "call"} & f.asks.keys() and not reached):
        yield _why(
            "cpf_canvassing",
            Says(
                "Les droits CPF n'expirent pas, et le démarchage est interdit (Code du travail, L. 6323-8-1).",
                "Training rights do not expire, and canvassing is forbidden (Code du travail, L. 6323-8-1).",
            ),
            2.8 if "rights" in f.pretexts and not reached else 2.0,
            f.quote(f.pretexts.get("rights", (claim.start, claim.end))),
        )


_ANNOUNCED = re.compile(
    r"conseill\w+.{0,60}(?:va|vont|allons|vous) (?:vous )?(?:appel|contact|rappel|joind)\w+.{0,120}"
)
_OPEN_AND_LOGIN = re.compile(
    r"(?:ouvr\w+|telecharg\w+|consult\w+) .{0,30}(?:piece jointe|fichier joint|document joint).{0,60}(?:connect|identifi|mot de passe)"
)
_ROBOT = re.compile(
    r"tapez (?:sur )?(?:la touche )?\d|appuyez sur (?:la touche )?\d|\bappel automatique|voix enregistree|press \d"
)


def _announced(f: Facts) -> Iterator[Why]:
    text = f.read.text
    call = f.message.channel == "call"
    fraud = re.search(r"fraud|securite|suspect|opposition", text) is not None and f.warnings < 2
    for signal, pattern, weight, holds, fr, en in (
        (
            "announced_call",
            _ANNOUNCED,
            2.4,
            fraud and not call,
            "Le message annonce l'appel d'un « conseiller » : une arnaque connue commence ainsi.",
            "The message announces an “adviser's” call: a known scam begins so.",
        ),
        (
            "file_then_login",
            _OPEN_AND_LOGIN,
            2.2,
            True,
            "Il faudrait ouvrir un fichier puis se connecter.",
            "A file is to be opened, then a login done.",
        ),
        (
            "robot_call",
            _ROBOT,
            2.3,
            call,
            "Un automate appelle et fait appuyer sur une touche.",
            "A robot calls and has a key pressed.",
        ),
    ):
        m = pattern.search(text) if holds else None
        if m:
            yield _why(signal, Says(fr, en), weight, f.quote(m.span()))


def _legal(f: Facts) -> Iterator[Why]:
    span = f.pretexts.get("legal")
    if span is None or any(d.kind in TRUSTED for d in f.destinations):
        return
    text = f.read.text
    heavy = re.search(
        r"mandat d'arret|pedo|convocation judiciaire|poursuites|arrest|mineurs|europol|interpol|au procureur",
        text,
    )
    if heavy and ({"reply", "call", "transfer", "pay"} & f.asks.keys() or f.pressures):
        yield _why(
            "legal_threat",
            Says(
                "La police et la justice ne convoquent pas par courriel, SMS ou téléphone sous menace.",
                "Police and courts do not summon by mail, SMS or phone under threat.",
            ),
            3.6,
            f.quote(span),
        )


def _money(f: Facts) -> Iterator[Why]:
    transfer = f.asks.get("transfer")
    if "install" in f.asks and re.search(
        r"any ?desk|team ?viewer|rust ?desk|ultra ?viewer|distance|quick assist", f.read.text
    ):
        yield _why(
            "remote_control",
            Says(
                "On veut prendre la main sur votre appareil.",
                "Somebody wants to control your device.",
            ),
            3.8,
            f.quote(f.asks["install"]),
        )
    if transfer is None or f.message.channel == "call":
        return
    words = f.read.text[transfer[0] : transfer[1]]
    if taken_back(f.read.text, transfer):
        return
    if re.search(r"rib|coordonnees|banque", words):
        says = Says(
            "On change des coordonnées bancaires par message.",
            "Bank details are changed by message.",
        )
        yield _why("new_bank_details", says, 2.6, f.quote(transfer))
    elif re.search(
        r"coupon|pcs|neosurf|cadeau|proches|amis|western|moneygram|bitcoin|gift|wire", words
    ):
        says = Says(
            "On demande un paiement qui ne se rattrape pas.",
            "A payment that cannot be undone is wanted.",
        )
        yield _why("untraceable_payment", says, 3.0, f.quote(transfer))


REFUSED = re.compile(
    r"\b(?:(?<!une )(?<!la )(?<!cette )personne|aucune?|jamais|rien)\b|\bpas (?:\w+ )?(?:voulu|demande|pris)\b|\bne (?:donn|remett|ouvr|communiqu)\w+ (?:pas|rien|jamais)|\bn'ouvr\w+ pas|\bpas .{0,12}$"
)
"""Words that take back what stands beside them."""
_CHECKED = re.compile(
    r"\bconfirm(?:e|ent|ee?)\b.{0,20}(?:appel|courrier|lettre|message)|n'a pas voulu|rien (?:\w+ )?demande|que j'ai (?:faite?|demandee?)|c'est (?:correct|exact|bien eux|vrai)|a rappele (?:la|le|l'|au|par)|(?:aucun|pas de|ni) (?:code|lien|donnee)s?\b.{0,20}(?:demande|dans)?"
)
"""Words of notes in which the caller was called back, or wanted nothing."""


def _told_on_the_phone(f: Facts) -> Iterator[Why]:
    if f.message.channel != "call":
        return
    text = f.read.text
    for signal, pattern, weight, fr, en in (
        (
            "validate_to_cancel",
            _VALIDATE,
            3.8,
            "Valider pour « annuler » revient à payer.",
            "To validate in order to “cancel” is to pay.",
        ),
        (
            "money_to_safety",
            SAFETY,
            3.8,
            "L'argent que l'on fait « mettre à l'abri » part chez l'escroc.",
            "Money that is “brought to safety” goes to the swindler.",
        ),
        (
            "card_courier",
            _CARD_COURIER,
            4.2,
            "Personne ne vient chercher une carte ou de l'argent.",
            "Nobody comes to fetch a card or money.",
        ),
        (
            "money_now",
            _MONEY_NOW,
            2.6,
            "On demande de payer pendant l'appel.",
            "Payment is wanted during the call.",
        ),
    ):
        m = pattern.search(text)
        if m and not REFUSED.search(text[max(0, m.start() - 40) : m.end()]):
            yield _why(signal, Says(fr, en), weight, f.quote(m.span()))
    told = f.pretexts.keys() & {
        "alarm",
        "suspended",
        "legal",
        "rights",
        "refund",
        "breach",
        "unpaid",
    }
    if told and (f.claims or f.professional):
        name = sorted(told)[0]
        says = Says(
            "L'appel annonce un problème ou un gain : raccrochez, rappelez le numéro officiel.",
            "The call announces a problem or a gain: hang up, call the official number.",
        )
        wants = f.secrets.asked or f.asks or f.pressures
        weight = 2.0 if wants and not _CHECKED.search(text) else 1.2
        yield _why("alarming_call", says, weight, f.quote(f.pretexts[name]))


def _social(f: Facts) -> Iterator[Why]:
    service = _SOCIAL.search(f.read.text)
    money = "pay" in f.asks or not f.pretexts.keys().isdisjoint(("refund", "prize"))
    plain = all(d.kind in (*TRUSTED, "unknown") for d in f.destinations)
    if service and plain and not money and not f.secrets.asked:
        says = Says(
            "Le message fixe un rendez-vous social et ne demande ni argent ni secret.",
            "The message sets a social appointment and wants neither money nor a secret.",
        )
        yield _why("social_appointment", says, -1.5, f.quote(service.span()))


def _innocent(f: Facts) -> Iterator[Why]:
    outside = any(d.kind not in TRUSTED for d in f.destinations)
    code = _CODE_GIVEN.search(f.read.text)
    if code and not outside:
        says = Says(
            "Le message donne un code et ne le demande pas.",
            "The message gives a code and asks for none.",
        )
        yield _why("code_given", says, -1.2, f.quote(code.span()))
    yield from _social(f)
    stop = _STOP.search(f.read.text)
    if stop and f.message.channel == "sms":
        says = Says(
            "Le message dit comment ne plus en recevoir.", "The message says how to stop it."
        )
        yield _why("stop_offered", says, -0.8, f.quote(stop.span()))
    driver = COURIER_SELF.search(f.read.text) or _DRIVER_PROBLEM.search(f.read.text)
    if driver and outside:
        says = Says("Un « livreur » envoie un lien.", "A “driver” sends a link.")
        yield _why("driver_link", says, 1.6, f.quote(driver.span()))
