"""Words that lures need: a disguised spelling is undone only when it hides one of these."""

WORDS = frozenset(
    """
    a acces acceder achat action activer activez activite actualiser actualisez adresse afin agent agence
    aide allocation allocations allocataire amende amendes ameli amelie annuler annulez antai appareil
    appel appelez arrivee article assurance attente attend attention attestation aujourd aupres avant avec avez
    avis avoir bancaire bancaires banque banques beneficiaire beneficier beneficiez bientot bloque
    bloquee bloquer blocage boite bon bonjour bouton cadeau caf caisse carte cartes ce cet cette
    ceci cher cheque chers chez ci cle client clients cliquer cliquez clic code codes colis
    colissimo chronopost commande commander commandez compensation compte comptes concernant
    confirmation confirmer confirmez connecter connectez connexion conseiller consulter
    consultez contact contacter contactez contravention coordonnees coursier couper coupure
    coupee credit creneau cryptogramme dans date de delai demain demande demander demandez depasse depuis
    dernier derniere derniers des desactive dessous detecte devez disponible docteur doctolib document
    documents donnees donner donnez dossier douane droit droits du dues echec echeance eligible
    email en encore energie entrepot envoi envoyer envoyez epargne erreur espace est et etait ete
    etre etes euros expedition expire expirent expiration facture fermeture fin fiscal
    formation formulaire formule forfaitaire frais fraude fraudes gagne gouv gratuit heures hopital ici identifiant
    identifiants identite il immediat immediatement impaye impayee impot impots incomplet
    incomplete inconnu indemnisation indiquer indiquez information informations infraction infirmier infirmiere
    infos info installer interrompu iban jour jours la labanquepostale laposte le les lettre
    lettres lien lien ligne limite livraison livraisons livre livrer livreur livree ma maintenant
    majoration majoree maladie maman mandat medecin medical merci message messagerie messages mettez mettre mise mes mobile
    moment mon montant mot motif moyen mutuelle ne netflix nos notre nous nouveau nouvel nouvelle
    numero obligatoire obtenir ok operation option ordonnance orange organisme ou oublie paiement paiements papa par
    participer pas pass passage passe password patient payer payez peage penalite pendant perdre perception personnel
    personnelles personnes pharmacien piece pour poursuites preleve prelevement prendre probleme prochain prochaine procedure
    profil profiter prolonger proposition puis rappel rappelez rapidement recevoir reclamer recu recuperer redevable refuse
    regler reglez reglement regularisation regulariser regularisez rejete relais rembourse remboursement
    remboursements remise rendez renouveler renouvelez renouvellement renseigner renseignez
    repondez repondre reponse reporter reprogrammer reprogrammez rester resultat resultats retard retour rib sante sans
    saisir saisissez secretariat secure securiser securisez securite secu sera service services seront signaler
    situation sms societe solde sociale somme sous suite suivant suivez suivi suivre supprime suspendu suspendue suspension sur
    suspect suspecte telephone temporairement tentative tri trop titulaire transfert transmettre transmettez tres
    urgence urgent urgente utiliser valable valide valider validez validation verifier verifiez verification
    versement verser via vignette virement virements vitale vocal voir vos votre vous whatsapp
    account bank card click confirm deliver delivery expired invoice link login parcel
    payment refund suspended unpaid update urgent verify your
    """.split()
)
"""French and a few English words, folded: small letters, no accent."""

_LEET = str.maketrans(
    {
        "l": "i",
        "1": "i",
        "|": "i",
        "!": "i",
        "0": "o",
        "3": "e",
        "€": "e",
        "4": "a",
        "@": "a",
        "5": "s",
        "$": "s",
        "7": "t",
        "+": "t",
        "8": "b",
        "9": "g",
        "6": "g",
    }
)


def skeleton(word: str) -> str:
    """The word with look-alike letters made one: l, 1, | and i; 0 and o; rn and m …"""
    return word.translate(_LEET).replace("rn", "m").replace("vv", "w")


BY_SKELETON = {skeleton(word): word for word in sorted(WORDS, reverse=True) if len(word) > 2}
"""From a skeleton to the word that it stands for."""

LONGEST = max(map(len, WORDS))


def parted(run: str) -> tuple[str, int]:
    """A run of letters cut into the words of the lexicon, greedily from the left.

    Returns:
        The words with spaces, and how many letters belong to words of four letters or more.
    """
    words: list[str] = []
    loose = ""
    at = known = 0
    while at < len(run):
        for size in range(min(LONGEST, len(run) - at), 2, -1):
            if run[at : at + size] in WORDS:
                break
        else:
            loose += run[at]
            at += 1
            continue
        if loose:
            words.append(loose)
            loose = ""
        words.append(run[at : at + size])
        known += size if size > 3 else 0
        at += size
    return " ".join([*words, loose] if loose else words), known
