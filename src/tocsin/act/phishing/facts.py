"""What a message says and wants, each fact with its words. No verdict here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tocsin.act.phishing.folding import Folded, fold, folded, within
from tocsin.act.phishing.hosts import PLACEHOLDER, Destination, addresses, destination, owners
from tocsin.act.phishing.patterns import ASKS, GREETING, PRESSURES, PRETEXTS, WARNING
from tocsin.act.phishing.secrets import SecretFacts, secret_facts
from tocsin.core.messages import Body, Message, Senders

Span = tuple[int, int]

PROFESSIONAL = re.compile(
    r"\b(?:docteure?|dr|medecins?|infirmi\w+|secretariat (?:medical|du|de la|d'\w+|des|orl|dr|(?:geronto|cardio|neuro|rhumato|onco|hemato|uro|gastro|pneumo|nephro|endocrino|stomato|allergo|geriatr|pediatr|chirurg)\w+|de (?:geronto|cardio|neuro|rhumato|onco|hemato|uro|gastro|pneumo|nephro|endocrino|stomato|allergo|geriatr|pediatr|chirurg|dermato|radio|consult|gyneco|medecin)\w+)|(?:geronto|rhumato|onco|hemato|urolog|gastro-?ente|pneumolog|nephrolog|endocrinolog|stomatolog|allergolog|geriatr)\w*|centre (?:dentaire|de (?:re-?adaptation|reeducation|pma|dialyse|imagerie|radiologie|cardiologie|planification)|d'(?:imagerie|investigation clinique|hemodialyse|examens de sante))|dentaire|readaptation|reeducation|\bpma\b|podolog\w*|orthoptiste|pedicure|sophrologue|allergologue|audition|audit(?:if|ive)s?\b|prothes\w+|visiteuse? medicale?|ambulance\w*|secretaire medicale|cabinet (?:medical|dentaire|du|de)|hopita\w+|cliniques?|pharmac\w+|kine\w*|sages?[- ]?femmes?|auxiliaires? de vie|aides? a domicile|taxis? conventionnes?|dentistes?|orthodontiste|laboratoires?|labo|chu|chr|chru|chi|ehpad|hospitali\w+|soignante?s?|professionnel(?:le)?s? de (?:la )?sante|psychologue|psychiatre|orthophoniste|ambulanc\w+|maternite|radiolog\w+|urgences|samu|ophtalmo\w*|dermato\w*|gynecolog\w*|pediatre|anesthesiste|chirurgi\w+|cardiolog\w+|podologue|osteo(?:pathe)?\b|opticien\w*|optique|officine|audioprothesiste|generaliste|specialiste|centre de (?:sante|soins|vaccination|depistage)|maison de sante|tele-?consult\w+|service (?:de|des) (?:soins|sante|admissions)|bureau des entrees|medical\w*|patient\w*|hospitalisation|(?:l'|service |equipe |votre )had\b|\Ahad\b(?= ?[:a-z-])|ssiad|\bpmi\b|\bsmr\b|\bssr\b|\bcmp\b|\bcpts\b|dialyse|imagerie|\birm\b|biolog\w+|prelevements?|infirmerie|aide[- ]soignante?s?|dietetici\w+|ergotherapeute|transplantation|vaccination|oncolog\w+|chimiotherap\w+|nurses?|doctors?|physicians?|hospitals?|clinics?|pharmacists?|surgery|midwi\w+|dentist|gp)\b"
)
"""Words of a health professional or establishment."""

_PHONE = re.compile(
    r"(?<![\w/.-])(?:\+\d{1,3}|00\d{2}|0)[ .-]?\(?0?\)?\d(?:[ .-]?\d){7,9}(?![\w-])|(?<!\d)(?:08\d{2}|3\d{3})(?: \d{3}){0,2}(?!\d)"
)
_WORD = re.compile(r"[a-z0-9]+")
_SIGNATURE = re.compile(
    r"(?:l'equipe|equipe|service|de la part d\w+|ici|cordialement|direction|je suis|conseiller\w*|signe|team|support|department|se (?:disant|presentant)|disait (?:etre|travailler)|dit (?:etre|travailler)|pretend\w*|travaill\w+ (?:a|pour)|soi-disant|nom de)\b[^.\n]{0,30}$|\bvotre (?:[\w'-]+ )?$"
)
_BROUGHT = re.compile(
    r"(?:apport\w+|munissez|present\w+|pensez a|avec|venir avec|remettre|n'oubliez pas|lire|insere\w*)\b[^.\n]{0,80}$"
)
_CLICK_HERE = re.compile(
    r"clique[rz]?\b.{0,20}(?:ici|lien|bouton|dessous|dessus|suivant)|clique[rz]? pour\b|cliquant|lien (?:suivant|ci)|(?:scanne[rz]?|flashe[rz]?|scan)\b.{0,25}\bqr\b|bouton (?:ci|suivant)|(?:click|tap) (?:here|below|on|the)|(?:link|button) below|following link|lien (?:en|dans la|de la) bio\b|\[(?:je |cliqu|[a-z]{3,14}(?:er|ez|ir|oir)\b)[^\]\n.]{0,40}\]"
    r"|(?m:^(?:acceder|consulter|verifier|confirmer|activer|reactiver|mettre a jour|regler|payer|renouveler|suivre|valider|recuperer|demander|recevoir) (?:a |au |mon |ma |mes |le |la |les |l'|votre |une? |du |de )[^.\n]{2,45}$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A body that the message names; `strong` where it says to be it, else it speaks of it."""

    body: Body
    start: int
    end: int
    strong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A phone number of the message: its digits, and whose it is."""

    digits: str
    kind: str  # official premium mobile landline foreign short
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All facts of one message; places are in `read.text`."""

    message: Message
    read: Folded
    claims: tuple[Claimed, ...]
    destinations: tuple[Destination, ...]
    numbers: tuple[Number, ...]
    secrets: SecretFacts
    pretexts: Mapping[str, Span]
    pressures: Mapping[str, Span]
    asks: Mapping[str, Span]
    professional: Span | None
    warning: Span | None
    warnings: int
    greeting: Span | None
    hidden_link: Span | None
    sender: Destination | None

    def quote(self, span: Span) -> str:
        """The words of the message at a place."""
        return self.read.quote(*span)


MOST_READ = 12_000
"""Characters of a text that are read: a longer one is a document, not a message."""


def facts(message: Message, senders: Senders) -> Facts:
    """Read a message.

    1. subject and text become one folded text;  2. who writes, where links lead;
    3. what it gives as its ground, how it presses, what it wants;  4. secrets and warnings.
    """
    words = _without_quoted(message.text) if message.channel == "mail" else message.text
    whole = f"{message.subject}\n{words}" if message.subject else words
    read = folded(within(whole[:MOST_READ]))
    text = read.text
    found = _destinations(message, read, senders)
    bare = _without_addresses(text, found)
    hidden = _CLICK_HERE.search(bare) or PLACEHOLDER.search(text)
    if hidden and message.channel != "mail":
        found = tuple(d for d in found if not _heading(d))
        bare = _without_addresses(text, found)
    return Facts(
        message=message,
        read=read,
        claims=_claims(message, bare, senders),
        destinations=found,
        numbers=_numbers(bare, senders),
        secrets=secret_facts(bare, notes=message.channel == "call"),
        pretexts=_matched(PRETEXTS, bare),
        pressures=_matched(PRESSURES, bare),
        asks=_matched(ASKS, bare),
        professional=_professional(message, bare),
        warning=_span(WARNING.search(bare)),
        warnings=len(WARNING.regex.findall(bare)) if WARNING.search(bare) else 0,
        greeting=_span(GREETING.search(bare)),
        hidden_link=_span(hidden),
        sender=_sender(message, senders),
    )


def _professional(message: Message, bare: str) -> Span | None:
    """Where the message speaks as or of a carer; its start where only the sender's name does."""
    found = PROFESSIONAL.search(bare)
    if found is None and message.sender_name and PROFESSIONAL.search(fold(message.sender_name)):
        return 0, 0
    return _span(found)


def _heading(d: Destination) -> bool:
    """A bare official address on top is whom the message says to be, not where its link leads."""
    return d.kind == "official" and 0 <= d.start < 30 and "/" not in d.url


def _without_quoted(text: str) -> str:
    """A mail without the lines that it quotes from the one before."""
    if "\n>" not in text and not text.startswith(">"):
        return text
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))


LONG_LETTERS = 1_200
"""A mail longer than this speaks of many bodies; its first words are no claim."""


def _span(m: re.Match[str] | None) -> Span | None:
    return m.span() if m else None


def _matched(patterns: Mapping[str, object], text: str) -> dict[str, Span]:
    found = {}
    for name, pattern in patterns.items():
        m = pattern.search(text)  # type: ignore[attr-defined]
        if m:
            found[name] = m.span()
    return found


def _as_written(read: Folded, url: str, start: int, end: int) -> str:
    """The address with the letters that it was written with, where they are not plain ones."""
    if read.places is not None:
        start, end = read.places[start], read.places[end - 1] + 1
    written = read.original[start:end]
    if written.isascii() or not re.match(r"[\w:/.-]+", written):
        return url
    return re.sub(r"[\s\u200b-\u200f\u2060-\u2064\ufeff\u00ad]", "", written).lower()


def _destinations(message: Message, read: Folded, senders: Senders) -> tuple[Destination, ...]:
    found: dict[str, Destination] = {}
    for url, start, end in addresses(read.text, senders):
        one = destination(_as_written(read, url, start, end), senders)
        found.setdefault(one.host, _placed(one, start, end))
    for link in message.links[:400]:
        scheme = link.target[:7].lower()
        if (
            scheme.startswith(("mailto:", "tel:", "#", "cid:", "data:", "sms:"))
            or not link.target
        ):
            continue
        one = destination(link.target, senders)
        if one.host and one.host not in found:
            found[one.host] = _placed(one, -1, -1, link.shown)
    return tuple(found.values())


def _placed(one: Destination, start: int, end: int, shown: str = "") -> Destination:
    return replace(one, start=start, end=end, shown=shown)


def _without_addresses(text: str, found: tuple[Destination, ...]) -> str:
    """The text with its addresses blanked: a host is no claim by itself. Places are kept."""
    for one in sorted(found, key=lambda d: d.start):
        if one.start >= 0:
            size = one.end - one.start
            text = text[: one.start] + "·" * size + text[one.end :]
    return text


def _claims(message: Message, text: str, senders: Senders) -> tuple[Claimed, ...]:
    found: dict[str, Claimed] = {}
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
    long_ = bool(message.sender_address) and (
        bool(message.sender_name) or len(text) > LONG_LETTERS
    )
    said = [word for word, _, _ in words]
    for at in range(len(words)):
        for size in range(min(5, len(words) - at), 0, -1):
            body = senders.by_word.get(" ".join(said[at : at + size]))
            if body is not None:
                start, end = words[at][1], words[at + size - 1][2]
                _note_claim(found, body, (start, end), text, long_=long_)
                break
    for body in _named(message.sender_name, senders):
        found[body.id] = Claimed(body=body, start=0, end=0, strong=True)
    return tuple(found.values())


def _note_claim(
    found: dict[str, Claimed], body: Body, span: Span, text: str, *, long_: bool
) -> None:
    before = text[max(0, span[0] - 100) : span[0]]
    if body.claim == "health_insurance" and _BROUGHT.search(before):
        return
    near_start = (
        not long_
        and span[0] < 45
        and not before.strip().endswith((" par", " sur", " chez", " de", " du", " a", " au"))
    )
    near_end = not long_ and span[1] > len(text) - 70
    strong = not body.weak and (near_start or near_end or _SIGNATURE.search(before) is not None)
    known = found.get(body.id)
    if known is None or (strong and not known.strong):
        found[body.id] = Claimed(body=body, start=span[0], end=span[1], strong=strong)


def _named(name: str, senders: Senders) -> list[Body]:
    words = _WORD.findall(folded(name).text) if name else []
    found = []
    for at in range(len(words)):
        for size in (4, 3, 2, 1):
            body = senders.by_word.get(" ".join(words[at : at + size]))
            if body is not None and at + size <= len(words):
                found.append(body)
                break
    return found


def _numbers(text: str, senders: Senders) -> tuple[Number, ...]:
    if _PHONE.search(text) is None:
        return ()
    official = {number for body in senders.bodies.values() for number in body.numbers}
    found = []
    for m in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", m.group())
        national = (
            re.sub(r"^(?:00)?330?", "0", digits)
            if (m.group()[0] in "+0" and digits[:4] in ("3306", "3307", "0033"))
            or (digits.startswith("33") and len(digits) == 11)
            else digits
        )
        found.append(
            Number(
                digits=national,
                kind=_number_kind(national, m.group(), official),
                start=m.start(),
                end=m.end(),
            )
        )
    return tuple(found)


_NUMBER_KINDS = (
    ("mobile", re.compile(r"0[67]\d{8}$")),
    ("landline", re.compile(r"0(?:80[0-5]\d{6}|[1-59]\d{8})$")),
    ("premium", re.compile(r"08\d{8}$")),
    ("short", re.compile(r"\d{1,5}$")),
)
"""Kinds of French numbers. Source: Arcep, national numbering plan (free and plain-rate 0800 to 0805
count as landline)."""


def _number_kind(digits: str, written: str, official: set[str]) -> str:
    if digits in official:
        return "official"
    for kind, pattern in _NUMBER_KINDS:
        if pattern.match(digits):
            return kind
    return "foreign" if written.startswith(("+", "00")) else "landline"


WEBMAIL = frozenset(
    "gmail.com outlook.com outlook.fr hotmail.com hotmail.fr yahoo.com yahoo.fr live.com live.fr icloud.com me.com mac.com msn.com aol.com gmx.com gmx.fr".split()
)
"""Domains of large bodies where anybody has a mailbox: a sender there is not the body."""


def _sender(message: Message, senders: Senders) -> Destination | None:
    _, at, host = message.sender_address.rpartition("@")
    if not at or "." not in host:
        return None
    one = destination(fold(host).strip(" >"), senders)
    if one.domain in WEBMAIL:
        return replace(one, kind="unknown", bodies=frozenset())
    return one


__all__ = ["Claimed", "Facts", "Number", "facts", "owners"]
