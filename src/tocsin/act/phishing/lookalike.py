"""Which host names look like a body's own: its name inside the host, one letter away, disguised.

Lures seldom mistype a name; they put it between other words (ameli-renouvellement). So names are
looked for inside hosts, on the folded host, and the words around them decide: an ordinary word
that only contains the name (amélioration) is none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tocsin.act.phishing.folding import fold
from tocsin.act.phishing.lexicon import skeleton

BAIT = frozenset(
    """
    acces access account activ activation active actu actualisation adresse agence aide alerte antai
    app appli apps assistance assur assurance assurances assure assuree assures attente auth authentification avis
    bancaire billing boutique caf caisse carte cartes cb centre certif certificat client clients clientele cmu code colis
    com commande complement compte comptes confirm confirmation connect connexion contact coordonnees css cv delivery demande
    depot digital direct disponible document documents domicile domtom dossier dossiers droit droits email en enligne envoi envoie
    espace exp expiration expire expiree facture fiscal fix form formulaire fr france franceconnect frais gestion gouv gouvfr govfr gouvernement gratuit guide help
    help id identifiant identification identite impaye impots indemnisation indemnite info information informations infos infosms iphone ligne
    livraison livraisons location login loginfr ma mabanque maj maladie mail mail marche mes message messagerie mise miseajour mobile mon moncompte mutuelle net
    new notif notification notifications nouveau nouvelle obligatoire officiel offre one online paiement paiements pass patient patients pay payment perso personnel plus poste portail prelevement
    probleme profil pro public publique quiz rdv recouvrement refund regime reglement regul regularisation relance relais remb remboursement remboursements remise renew renouv renouvel renouvelle renouvellement renouvellements
    renouveler renouvelement renouvellment renov renouvelable renouvelez rendezvous rappel recu
    reservation resultat retard sante secu secur secure secured securise securisee securite securitee securitesociale serv
    service services signalement sms social sociale solidaire solidarite source statut suivi suivre support sur systeme tele telepaiement
    tiers tracking traitement transfert update urgent v v2 v3 v4 valid validation valider validite verif verification verifier verifs vers version versement virement vital vitale votre vous web ww www
    mon vos nos le la les de des du et a au un une l d
    """.split()
)
"""Words that lures put around a name. Facts: seen beside health names in suspicious
registrations (red.flag.domains, 2022 to 2025; docs/why/look-alikes.md)."""

ORDINARY = re.compile(
    r"amelio|amelie-?les|camelia|amelia|carameli|amelin\b|ameliner|vitalent|vitaleo?n|vitalet|vitalement"
    r"|revitale|amelineau|hamelin"
)
"""Ordinary words and names that hold a health name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A host that looks like a body's: which, by which part, in which way."""

    host: str
    body: str
    part: str
    how: str  # inside skeleton one_edit disguised


def readable(host: str) -> str:
    """The host folded: punycode read, accents and foreign letters made ours, small letters."""
    labels = []
    for label in host.strip().strip(".").split("."):
        shown = label
        if label[:4].lower() == "xn--":
            try:
                shown = label[4:].encode("ascii", "ignore").decode("punycode")
            except (UnicodeError, ValueError, OverflowError):
                shown = label
        labels.append(fold(shown))
    return ".".join(labels)


def is_disguised(host: str) -> bool:
    """Whether the host has letters that are not plain ones (IDN)."""
    return "xn--" in host.lower() or not host.isascii()


@lru_cache(maxsize=4096)
def _all_bait(run: str) -> bool:
    """Whether a run of letters is made of bait words only ('' is)."""
    if not run:
        return True
    return any(
        run[:size] in BAIT and _all_bait(run[size:]) for size in range(min(len(run), 17), 0, -1)
    )


def alike(host: str, body_of: Mapping[str, str], *, stem: str = "") -> Alike | None:
    """The name that a host imitates, None where it imitates none.

    Args:
        host: as it was written; its last label (the public suffix) is not looked at.
        body_of: the names to watch for (folded letters, longest first), and whose each is.
        stem: the part before the public suffix; the host without its last label otherwise.
    """
    read = readable(host)
    names = readable(stem) if stem else read.rpartition(".")[0] or read
    words = [w for w in re.split(r"[^a-z]+", names) if w]
    for spelling, how in ((names, "inside"), (skeleton(names), "skeleton")):
        found = _inside(spelling, words, body_of, skeletal=how == "skeleton")
        if found is not None:
            disguised = "disguised" if is_disguised(host) and how == "inside" else how
            return _alike(host, found, disguised)
    found = _one_edit(words, body_of)
    return _alike(host, found, "one_edit") if found is not None else None


def _alike(host: str, found: tuple[str, str], how: str) -> Alike:
    body, part = found
    return Alike(host=host, body=body, part=part, how=how)


def _inside(
    names: str, words: list[str], body_of: Mapping[str, str], *, skeletal: bool
) -> tuple[str, str] | None:
    joined = re.sub(r"[^a-z0-9.]", "", names)
    split = "" if skeletal else joined
    for token, body in body_of.items():
        sought = skeleton(token) if skeletal else token
        if sought not in joined:
            continue
        if len(sought) >= 8 and not ORDINARY.search(joined):
            return body, token
        if sought in split and sought not in names and not ORDINARY.search(split):
            return body, token
        if any(
            _stands(names, m.span(), words, skeletal=skeletal)
            for m in re.finditer(re.escape(sought), names)
        ):
            return body, token
    return None


def _stands(names: str, span: tuple[int, int], words: list[str], *, skeletal: bool) -> bool:
    """Whether a short name found inside a host stands there as a name."""
    start, end = span
    left = re.search(r"[a-z]*$", names[:start])
    right = re.match(r"[a-z]*", names[end:])
    before = left.group() if left else ""
    after = right.group() if right else ""
    around = before + names[start:end] + after
    if ORDINARY.search(around):
        return False
    if not skeletal:
        return True
    if _all_bait(before) and _all_bait(after):
        return True
    others = [word for word in words if word != around]
    return any(word in BAIT and len(word) > 2 for word in others)


def _one_edit(words: list[str], body_of: Mapping[str, str]) -> tuple[str, str] | None:
    for place, word in enumerate(words):
        baited = any(w in BAIT and len(w) > 2 for n, w in enumerate(words) if n != place)
        for token, body in body_of.items():
            if len(token) < 5 or abs(len(token) - len(word)) > 1 or word in BAIT:
                continue
            if len(token) < 8 and not baited and len(words) > 1:
                continue
            if within_one(word, token):
                return body, word
        held = _one_edit_with_bait(word, body_of)
        if held is not None:
            return held
    return None


def _one_edit_with_bait(word: str, body_of: Mapping[str, str]) -> tuple[str, str] | None:
    """A name with one wrong letter glued to bait words: cartevitle, amelisnte are not, amlisante is."""
    if len(word) < 9:
        return None
    for size in range(4, 13):
        for cut in (size, len(word) - size):
            head, tail = word[:cut], word[cut:]
            part, rest = (head, tail) if cut == size else (tail, head)
            if len(rest) < 3 or not _all_bait(rest) or part in BAIT:
                continue
            for token, body in body_of.items():
                if (
                    len(token) > 4
                    and abs(len(token) - len(part)) <= 1
                    and within_one(part, token)
                ):
                    return body, part
    return None


def within_one(word: str, other: str) -> bool:
    """Whether one letter added, dropped, changed or swapped with its neighbour makes them equal."""
    if word == other:
        return True
    short, long_ = sorted((word, other), key=len)
    if len(long_) - len(short) > 1:
        return False
    at = next((n for n, c in enumerate(short) if c != long_[n]), len(short))
    if len(short) < len(long_):
        return short[at:] == long_[at + 1 :]
    if short[at + 1 :] == long_[at + 1 :]:
        return True
    swapped = short[:at] + short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return swapped == long_
