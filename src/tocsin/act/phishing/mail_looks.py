"""How a mail looks to its reader: what is put out of his sight, pictures for words, his own name.

Filters read every word of a mail, its reader sees the first screen: what lies elsewhere was put
there for the filter.
"""

from collections.abc import Iterator

from tocsin.act.phishing.facts import Facts
from tocsin.act.phishing.hosts import TRUSTED, defanged
from tocsin.core.messages import Why
from tocsin.core.records import Says

LEAST_UNSEEN = 200
"""Letters out of sight from which they are no accident of layout."""

FEW_LETTERS = 120
"""Visible letters below which a mail leaves its say to a picture or a file."""

_PAGES = (".htm", ".html", ".shtml", ".xhtml", ".svg", ".mht")
_FILES = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".rar", ".iso", ".img", ".one")

_SHARED_HOSTS = frozenset(
    "gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr yahoo.com yahoo.fr live.com live.fr icloud.com me.com aol.com gmx.com gmx.fr gmx.de proton.me protonmail.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net".split()
)
"""Domains of which the reader is one of millions: a name there is not his own house."""


def looks(f: Facts) -> Iterator[Why]:
    """The signs of a mail's looks."""
    if f.message.channel != "mail":
        return
    yield from _out_of_sight(f)
    yield from _picture(f)
    yield from _files(f)
    yield from _own_house(f)


def _out_of_sight(f: Facts) -> Iterator[Why]:
    if f.message.unseen >= LEAST_UNSEEN:
        yield _why(
            "words_out_of_sight",
            "Un texte sans rapport est repoussé hors de l'écran, pour tromper les filtres.",
            "Words of no concern are pushed off the screen, to deceive filters.",
            2.0,
            _first_words(f),
        )


def _picture(f: Facts) -> Iterator[Why]:
    """A linked picture and no words, where the link leads to somebody else."""
    letters = len(f.message.text.strip())
    strange = [d for d in f.destinations if d.kind not in TRUSTED and d.start < 0]
    away = [d for d in strange if f.sender is None or d.domain != f.sender.domain]
    if f.message.pictures and away and letters < FEW_LETTERS:
        yield _why(
            "picture_for_words",
            "Le message n'est qu'une image qui mène ailleurs que chez l'expéditeur.",
            "The message is but a picture that leads elsewhere than to its sender.",
            1.2,
            defanged(away[0].host),
        )


def _files(f: Facts) -> Iterator[Why]:
    known = f.sender is not None and f.sender.kind in TRUSTED
    names = [a.name.lower() for a in f.message.attachments]
    page = next((n for n in names if n.endswith(_PAGES)), None)
    if page is not None and not known:
        yield _why(
            "attached_page",
            "Une page web en pièce jointe : elle imite souvent un écran de connexion.",
            "A web page as an attachment: it often imitates a login screen.",
            1.4,
            page[:90],
        )
    file = next((n for n in names if n.endswith(_FILES)), None)
    alarming = f.pretexts or f.pressures
    if file and not known and alarming and len(f.message.text.strip()) < FEW_LETTERS:
        yield _why(
            "said_in_a_file",
            "Presque rien n'est écrit : le propos est dans la pièce jointe.",
            "Next to nothing is written: what is wanted stands in the attachment.",
            0.8,
            file[:90],
        )


def _own_house(f: Facts) -> Iterator[Why]:
    """Who writes as the reader's own mail domain, and is none of it."""
    m = f.message
    if f.sender is None or f.sender.kind in TRUSTED:
        return
    name, subject = m.sender_name.lower(), m.subject.lower()
    for address in m.recipients[:5]:
        domain = address.rpartition("@")[2]
        if "." not in domain or domain in _SHARED_HOSTS or f.sender.host.endswith(domain):
            continue
        if domain in name:
            yield _why(
                "own_house",
                f"Le nom affiché est celui de votre propre domaine, mais le message part de {defanged(f.sender.host)}.",
                f"The name shown is that of your own domain, but the message was sent from {defanged(f.sender.host)}.",
                2.2,
                m.sender_name[:90],
            )
            return
        if address in subject and (f.destinations or f.asks):
            yield _why(
                "own_address",
                "Votre adresse est dans l'objet : une machine l'y a mise.",
                "Your address stands in the subject: a machine put it there.",
                0.8,
                m.subject[:90],
            )
            return


def _first_words(f: Facts) -> str:
    return f.read.original.strip().split("\n", 1)[0][:90] or f.message.sender_address[:90]


def _why(signal: str, fr: str, en: str, weight: float, quote: str) -> Why:
    return Why(signal=signal, says=Says(fr, en), weight=weight, quote=quote)
