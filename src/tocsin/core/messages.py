"""The nouns of the message check: what somebody received, who really writes, what is said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tocsin.core.records import Says

CHANNELS = ("mail", "sms", "call", "web")
"""How a message came; `call` = notes of a phone call, `web` = a page or a screenshot's text."""

CLAIMS = (
    "health_insurance",
    "health",
    "bank",
    "carrier",
    "courier",
    "state",
    "fines",
    "tolls",
    "taxes",
    "training_account",
    "telecom",
    "subscription",
    "brand",
    "investment",
    "relative",
    "operator",
)
"""Whom a message may claim to come from."""

ASKS = (
    "click",
    "form",
    "pay",
    "call",
    "reply",
    "messaging",
    "install",
    "transfer",
    "secret.nir",
    "secret.iban",
    "secret.card",
    "secret.password",
    "secret.otp",
    "secret.identity_document",
)
"""What a message may want. Several may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address inside a message: where it leads, and the words shown for it."""

    target: str
    shown: str = ""
    origin: str = "text"  # text html qr


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file beside a message: its name, and the media type that it says."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody received, as values: nothing in it is opened, fetched or run.

    Args:
        channel: one of CHANNELS.
        text: what a reader sees, without markup; hidden text is left out and counted.
        links: addresses of the markup and of QR codes; those of the text are found by rules.
        authentication: results of the reader's own server (spf, dkim, dmarc); {} = not known.
        hidden: characters of text that the markup hides from the reader.
        recipients: addresses that the mail was sent to.
        automatic: the mail says that a machine answers (RFC 3834).
        forms: forms of the markup that send what is typed somewhere.
        unseen: characters that a blank of many screens pushes out of sight.
        pictures: links that are a picture without words.
    """

    channel: str
    text: str
    subject: str = ""
    sender_name: str = ""
    sender_address: str = ""
    reply_to: str = ""
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    authentication: Mapping[str, str] = field(default_factory=dict)
    hidden: int = 0
    forms: int = 0
    bulk: bool = False
    recipients: tuple[str, ...] = ()
    automatic: bool = False
    unseen: int = 0
    pictures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body of the directory of official senders.

    Args:
        claim: the word of CLAIMS for whoever says to be it.
        words: how messages call it, folded (small letters, no accent).
        domains: registrable domains (or suffixes) that are its own.
        numbers: its phone numbers, digits only.
        tokens: parts of a host name that only it should use.
        generic: the words name a trade rather than one body.
        weak: the words are ordinary words too.
    """

    id: str
    claim: str
    name: Says
    words: tuple[str, ...]
    domains: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    generic: bool = False
    weak: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """What a body never does, with the source of that."""

    body: str
    against: tuple[str, ...]
    says: Says
    source: str
    checked_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNotice:
    """A notice of the operator: its words, and the codes that it may carry.

    Args:
        id: the campaign that it belongs to.
        sent_on: ISO date of the first send, '' while it is only prepared.
        runs: runs of five folded words of its template.
        numbers: phone numbers that it prints, digits only.
        is_reference: tells whether a code is printed in a notice of this campaign.
    """

    id: str
    sent_on: str
    runs: frozenset[str]
    numbers: frozenset[str]
    is_reference: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """The directory of official senders, ready for look-ups.

    Args:
        version: date of the data.
        by_word: folded words → body.
        by_token: names to watch for inside hosts, longest first → id of the body.
        by_domain: registrable domain or suffix → ids of bodies.
        public: hosts and registrable domains of public bodies.
        registrable: the registrable domain of a host, '' where it has none.
        leaning: what a text model thinks of an English mail (log-odds), from its folded
            subject and text; None where it has nothing to say.
        french: the same for a French message, from its folded text.
        suffix_known: whether a host ends with a public suffix of the list.
    """

    version: str
    bodies: Mapping[str, Body]
    by_word: Mapping[str, Body]
    by_token: Mapping[str, str]
    by_domain: Mapping[str, frozenset[str]]
    public: frozenset[str]
    neutral: frozenset[str]
    nevers: tuple[Never, ...]
    registrable: Callable[[str], str]
    suffix_known: Callable[[str], bool]
    notices: tuple[SentNotice, ...] = ()
    leaning: Callable[[str, str], float | None] = lambda subject, text: None
    french: Callable[[str], float | None] = lambda text: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason of a verdict: the signal, a sentence, its weight, and the words it stands on.

    `weight` is signed: above 0 it speaks for a scam, below 0 against.
    """

    signal: str
    says: Says
    weight: float
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is said of a message (contract, `check`)."""

    verdict: str  # phishing suspicious no_sign
    probability: float
    asks: tuple[str, ...]
    claims: tuple[str, ...]
    reasons: tuple[Why, ...]
    advice: tuple[Says, ...]
    score: float
    signals: tuple[Why, ...]
