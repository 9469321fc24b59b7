"""Names of function: hosts that say what they are for and not whose they are.

A body, a shop or a doctor puts its own name in its address; a lure has none, and is called after
its pretext (renouvellement-carte-sante). So a name made of ordinary words alone is a sign, and a
name that the message bears as its own is one against.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from tocsin.act.phishing.lexicon import WORDS
from tocsin.act.phishing.lookalike import BAIT, readable

ORDINARY = (
    BAIT
    | WORDS
    | frozenset(
        """
    abo abos abonne abonnement abonnements abonnes administratif age aidant aidants amis analyse analyses ancien annee annulation annule annuler app appareil arret
    arrets ars assistance assistant association atelier audition avance avantage avantages avocat badge bebe bien bilan bilans billet bio
    boite bonus box cabinet cagnotte campagne cancer centrale certifie chambre chauffage chirurgie choix cheque cheques club
    collecte collectif compensations compteur concert concours consult consultation consultations consulter conventionne cotisation cotisations cotis courriel covid
    credits critair dechets decision declaration defense demarche demarches dent dentaire departement depistage depot derniere detail details disponibilite diagnostic
    distribution doc docs docteur domaine don donneur donnees dons droit ecole edition eau election electricite elections electeur emploi enfant enfants
    enligne enquete ensemble entretien epargne equipement espaces etablissement etat europe examen examens express fact factures famille familial femme fidelite
    fiche finance foyer fps france francais francaise fuite fuites garantie garanties gaz general generation gestionnaire gouv grippe groupe
    habitat handicap hepatite hopital hopitaux hospitalier hospitalisation hpv imagerie immatriculation incident indemnites info infirmier infirmiers infos inscription inscrire inscrit insuline
    internet invalidite iode irm jeu job jour kit labo laboratoire laboratoires lentilles libre licence liste lit location logement loto lunettes
    magasin maison maintien maladies malus masque maternite matricule medaille medecin medecins medic medical medicale medicales medicament medicaments medicaux metiers meubles
    militaire militaires mission mobilite mutuelles naissance nation national nationale notice numerique objet obligation occasion oncologie operateur ophtalmo optique ordonnance
    ordonnances ordre organe organes orientation ouvert page panier paris parking parent parental parents partage passage passeport patiente peage peages pension permis personne personnes pharma pharmacie pharmacien pharmacies piratage
    place plainte plan plus point points plateforme police polyclinique pollution pompe portailpatient praticien praticiens preadmission premium prestation prestations prevention prime primes
    prise prix procedure produit professionnel programme promo promotion protection proteger quota radio radiologie ramassage recensement reclamation recours reduction refus regional regionale
    registre regler regularise rembours renouvelle rentree rendez rep repas reprise reserve reserver reseau residence residents residence ressources restitution retraite retraites retrait retour revision
    risque route sang sanitaire satisfaction scan scanner secours secretariat securi seniors senior sejour siege signalements simulateur site soin soins solution sortie
    sport stage stationnement stock stop studio subvention tarif taxe taxi teleassistance teleconsult teleconsultation telemedecine test tests ticket titre titres traitements transfusion transport transports travail tri trottinette
    tutelle unique urgences usager usagers vaccin vaccination vaccins vaccinal vacances vehicule versements vente victime victimes vie vieillir vigilance ville virtuel visite visites voiture vote vol volet
    agent agents auto autorisation autorite avocats bancaires bilans blocage bouclier cas colis collecteur consignes contact conforme conformite controle conseil conseils conseiller
    adherent adherents adherente anomalies attribution ayant ayants btc certificats chu cle cles cmi concerne concernes conditions contester contrat contrats crypto creneaux dsp ehpad electoral electorale electorales electoraux encaissement encaisser
    etranger expatrie expatries expedie express expresse feuille feuilles fixe flux gagnants gagne gain gains garde garder heure ident identification indemn interne irregularite laser lettre liberation libre ligne livret livrets lot lots
    materiel mms mois montant music musique numerique ordo paquets parrainage photo photos polices privilege provisoire provision pv question rappels rdvs reactivation reactiver rbt redirection reexp reexpedition reexpedier refacturation regl relivraison relivrer remplacement resa reserver
    revalider revalorisation salle signature sim simple solaire suppression surfact tarifaire tarifs telephonie transaction transactions ultime variant vendeur verification video videos vigilances visio voix wallet
    debit debits depart deblocage declare depannage desinscription dette dispo domestique douane douanes dpe echeance echeances eligibilite emission energie entree equipe etudiant
    """.split()
    )
)
"""Words that name a thing, an act or a trade, and nobody: folded, small letters."""

_LEAST = 7
"""Letters of a name below which it tells nothing."""


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    """Ordinary words cut short, as hosts write them: renouv, remb, annul."""
    return frozenset(w[:size] for w in ORDINARY if len(w) > 5 for size in range(4, len(w)))


@lru_cache(maxsize=8192)
def _parted(run: str, left: int = 6) -> bool:
    """Whether a run of letters is made of at most `left` ordinary words."""
    if not run or (left == 6 and run in _beginnings()):
        return True
    if not left:
        return False
    return any(
        run[:size] in ORDINARY and _parted(run[size:], left - 1)
        for size in range(min(len(run), 18), 2, -1)
    )


def of_function(domain: str, names: Mapping[str, object]) -> str:
    """What the name of a domain is made of, if of two or more ordinary words and bodies' names.

    Args:
        domain: the registrable domain.
        names: the words by which bodies of the directory are called.

    Returns:
        "words" of ordinary words alone, "joined" with a body's name beside them, else "".
    """
    words = [w for w in re.split(r"[^a-z]+", readable(domain.rpartition(".")[0])) if w]
    long_ = [w for w in words if len(w) > 2]
    if sum(map(len, words)) < _LEAST or not long_:
        return ""
    plain = [w for w in long_ if _parted(w)]
    named = [w for w in long_ if w in names and w not in ORDINARY]
    if len(plain) + len([w for w in named if w not in plain]) < len(long_):
        return ""
    if named and len(long_) > 1:
        return "joined"
    single = long_[0] in ORDINARY or long_[0] in _beginnings() or bool(named)
    return "" if len(words) == 1 and single else "words"


def own_name(domain: str, text: str, original: str) -> str:
    """The part of a domain that the message bears as a name, '' where there is none.

    A name is written with a capital, and no ordinary word is one; at the start of a sentence a
    capital tells nothing, so there the domain must be that name alone.

    Args:
        domain: the registrable domain.
        text: the folded text before the address.
        original: the same as written, place for place; '' where places differ.
    """
    parts = [p for p in re.split(r"[^a-z]+", domain.rpartition(".")[0]) if len(p) > 3]
    for part in parts:
        if part in ORDINARY or _parted(part):
            continue
        for m in re.finditer(rf"\b{re.escape(part)}", text):
            begins = (
                not text[: m.start()].rstrip(" [(«\"'")
                or text[: m.start()].rstrip()[-1:] in ".!?:\n"
            )
            capital = original[m.start() : m.start() + 1].isupper() if original else True
            if (capital and not begins) or len(parts) == 1:
                return part
    return ""
