"""The words of lures, in French and English, as they look once folded.

Each pattern finds words only; what they weigh is told in `rules.py`. `.{0,N}` never crosses a
line. A pattern with `hints` is tried only if one of them stands in the text: that keeps the
check fast.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words to find, and shorter words one of which must stand in the text."""

    regex: re.Pattern[str]
    hints: tuple[str, ...]

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first place of the words; None where there is none."""
        for hint in self.hints:
            if hint in text:
                return self.regex.search(text, start)
        return None


def _p(hints: str, *words: str) -> Pattern:
    return Pattern(re.compile("|".join(words)), tuple(hints.split("|")))


_MONEY = r"\d[\d .,]*\s?(?:€|e\b|eur\b|euros?\b|\$|usd\b|£)"
_PAYMENT = r"(?:paiement|achat|virement|transaction|operation|debit|prelevement|retrait)s?"

PRETEXTS: dict[str, Pattern] = {
    "renewal": _p(
        "renouvel|expir|echeance|terme|plus va|plus a jour|plus conf|nouvelle carte|mise a jour|prennent fin|prend fin|perim|en attente d'envoi|renew|desactiv|disponible",
        r"renouvel\w+",
        r"arriv\w+ a (?:son |leur )?(?:expiration|echeance|terme)",
        r"n'est plus (?:valable|valide|a jour|conforme)",
        r"(?:votre|la) nouvelle carte\b",
        r"\bexpire(?:nt|ra|ront|e|s)?\b",
        r"\bperimee?s?\b",
        r"mise a jour (?:necessaire|obligatoire|de vos|de votre|requise)",
        r"prend(?:nent|ra|ront)? fin",
        r"en attente d'envoi",
        r"\brenew (?:your|now)|renewal (?:notice|failed|required)",
    ),
    "refund": _p(
        "rembours|percu|faveur|avantage|indemn|compens|benefici|aide|eligible|droit a|prime|versement|virement|reclam|somme|refund|tax return",
        r"rembours\w+",
        r"trop[- ]?percu|erreur\b.{0,40}(?:a votre avantage|en votre faveur)",
        r"indemnis\w+|indemnite",
        r"compensation",
        r"vous (?:etes|beneficiez)\b.{0,25}(?:eligible|d'une? (?:aide|prime|remboursement|cheque|remise))",
        r"(?:aide|prime|cheque) (?:exceptionnelle?|de \d|d'un montant)",
        r"(?:versement|virement) (?:est |de .{0,25})?en attente",
        r"(?:recevoir|percevoir|recuperer|debloquer) (?:le |votre |vos |la |cette |ce )?(?:paiement|somme|argent|fonds|virement|versement|gain)",
        r"vous avez droit a",
        r"tax refund|refund (?:of|is|has|notification)|eligible for (?:a )?refund|claim your (?:refund|payment)",
    ),
    "unpaid": _p(
        "impaye|retard|reste|regle|paye|attente de|solde|due|facture|dette|unpaid|overdue|outstanding|past due|declined",
        r"impaye\w*",
        r"reste a charge|do(?:it|ivent) etre (?:regl|pay|acquitt)e\w*",
        r"(?:non|pas) (?:ete )?(?:regl|pay|acquitt)e\w*",
        r"en attente de (?:paiement|reglement)",
        r"solde (?:du|impaye|negatif|restant)",
        r"facture .{0,40}(?:rejetee|en retard|en souffrance)",
        r"defaut de paiement|dette|(?:cotisation|facture|loyer|paiement|echeance)s?\b.{0,20}en retard",
        r"\bunpaid\b|\boverdue\b|outstanding (?:balance|payment|invoice)|past due",
        r"montant (?:de .{0,12} )?(?:reste |est )?du\b",
    ),
    "parcel": _p(
        "colis|paquet|livr|pli|parcel|package|shipment|deliver",
        r"\b(?:colis|paquets?|livraisons?|livreur|envoi)\b.{0,120}?(?:bloque|pas (?:pu|ete)|incomplet|incorrect|errone|illisible|en attente|\bfrais\b|douane|reprogramm|reportee?|nouvelle (?:tentative|livraison)|creneau|trop (?:gros|grand|volumineux|large)|rentr\w+ (?:pas )?dans|rentr\w+ pas|retourne|renvoye|entrepot|votre absence|echec|suspendu|impossible|retenu|perdu|point relais|pas votre code|confirme[rz])",
        r"(?:bloque|pas (?:pu|ete)|en attente|frais|douane|reprogramm\w+|echec|tentative|adresse)\b.{0,60}?\b(?:colis|paquet|livraison|livrer|livre)\b",
        r"\b(?:parcel|package|shipment|delivery)\b.{0,100}?(?:could not|unable|failed|held|pending|on hold|customs|fee|incomplete|undeliver|suspended|reschedul|confirm)",
    ),
    "parcel_named": _p(
        "colis|paquet|livraison|parcel|package|delivery",
        r"\b(?:votre|vos|le|un|ce) (?:\w+ )?(?:colis|paquets?|livraisons?)\b|\byour (?:parcel|package|delivery)\b",
    ),
    "strange_media": _p(
        "video|photo",
        r"(?:c'est|est-ce|es-tu|c'etait)\b.{0,8}\b(?:bien )?toi\b.{0,30}(?:video|photo)|ta (?:video|photo)\b.{0,40}\btoi\b|regarde (?:cette|la|ces) (?:video|photos?)|(?:vu|vue?s?) (?:cette|la|ces|une) (?:video|photos?)\b.{0,40}\b(?:toi|dedans|dessus)\b|on dirait (?:bien |trop )?toi\b",
    ),
    "suspended": _p(
        "suspen|bloqu|desactiv|restrei|limit|verrouil|fermet|coup|interrom|interrup|resili|supprim|locked|deactivat|disabled|terminat|restrict|closed",
        r"suspendue?s?\b|suspension",
        r"\bbloquee?s?\b|\bblocage\b",
        r"desactiv\w+",
        r"(?:compte|acces|carte|ligne)s? .{0,25}(?:restreint|limite|verrouille)\w*",
        r"fermeture",
        r"\bcoupure\b|sera coupee?|etre coupee?",
        r"interromp\w+|interruption",
        r"\bresili(?:e|er|ation|ee)\b",
        r"(?:sera|seront|etre) supprimee?s?",
        r"(?:account|access|mailbox|service|card|password|email)\b.{0,60}?(?:suspended|suspension|limited|restricted|locked|deactivat\w+|disabled|terminated|termination|blocked|closed|on hold|shut ?down)",
        r"(?:suspend|limit|restrict|lock|deactivat|disabl|terminat|block|clos)\w*.{0,30}(?:your|the) (?:account|access|mailbox|card|email)",
    ),
    "payment_failed": _p(
        "echec|echoue|rejet|refus|moyen de paiement|pas pu|payment|billing",
        r"(?:echec|rejet|refus)\w* (?:de |du |d')?(?:votre |le )?(?:dernier )?(?:paiement|prelevement|virement)",
        r"(?:paiement|prelevement|virement)s? .{0,30}(?:echoue|rejete|refuse)\w*",
        r"pas (?:pu|reussi a) (?:traiter|debiter|prelever|encaisser)",
        r"(?:mettre|mettez|mise) a jour .{0,20}(?:moyen de paiement|paiement|facturation)|actualis\w+ .{0,12}moyen de paiement",
        r"(?:payment|billing)\b.{0,50}?(?:failed|declined|problem|issue|could not|unable|rejected|update)|update (?:your )?(?:payment|billing)",
    ),
    "alarm": _p(
        "anomalie|appareil|connexion|activite|beneficiaire|carte|opposition|origine|pas vous|fraud|"
        "€|eur|tentative|unusual|unauthori|suspicious|sign-in|sign in|security alert|login|tiers",
        rf"{_PAYMENT}\b.{{0,40}}?{_MONEY}",
        r"anomalie\b.{0,12}(?:detect|constat|relev|trouv)\w+|(?:detect|constat|relev|trouv|decouv)\w+ (?:une|des) anomalies?",
        r"nouvel appareil|nouveau (?:terminal|beneficiaire)",
        r"(?:connexion|activite|operation|transaction|tentative)s? (?:de connexion )?(?:inhabituelle|suspecte|non autorisee|anormale|douteuse|frauduleuse)s?",
        r"connexion depuis",
        r"(?:carte|compte|dossier)\b.{0,40}(?:utilise|pirate|compromis|consulte)e? (?:pour|par|a)",
        r"carte .{0,25}(?:piratee|compromise)",
        r"\bopposition\b",
        r"(?:pas|n'etes pas|etes pas) a l'origine|(?:ce|si) n'est pas vous|n'etait pas vous",
        r"(?:service|alerte|suspicion de|tentative de) (?:anti)?[- ]?fraudes?",
        r"(?:unusual|suspicious|unauthori[sz]ed|unrecogni[sz]ed) (?:sign|log|activit|access|attempt|transaction|charge)\w*|security alert|new (?:sign|log)[- ]?in|did not (?:make|authori[sz]e)|if (?:this|it) was(?: not|n't) you",
    ),
    "prize": _p(
        "felicitation|gagn|tirage|tire |tiree|cadeau|bon d'achat|points|selectionn|iphone|questionnaire|quiz|offert|congratulation|winner|won |prize|lottery|reward|gift|survey|sondage",
        r"felicitations?\b(?! pour (?:votre|ta|la|le|ton) (?:grossesse|naissance|bebe|mariage|reussite|diplome|arrivee|petite?))",
        r"vous avez (?:gagne|ete (?:selectionne|tire|choisi)|remporte)",
        r"tiree? au sort|tirage au sort",
        r"\bcadeaux?\b.{0,40}(?:vous attend|gratuit|contre)|contre un cadeau",
        r"bon d'achat de",
        r"(?:questionnaire|quiz|sondage|enquete)\b.{0,60}(?:recev|gagn|remport|offert)\w*",
        r"(?:recevez|gagnez|remportez|recuperez) (?:un |une |votre )(?:nouve\w+ )?(?:iphone|smartphone|samsung|ps5|playstation|airpods|ipad)",
        r"points\b.{0,50}expire",
        r"congratulations? .{0,40}(?:won|selected|chosen|winner|prize|reward)|you(?:'ve| have)? (?:been (?:selected|chosen)|won)|\bwinner\b|lottery|claim your (?:prize|reward|gift)|(?:reward|gift card).{0,40}(?:waiting|inside|claim|worth|\$)|(?:take|complete) (?:our|this|a) .{0,12}survey",
    ),
    "breach": _p(
        "fuite|violation|en vente|vendu|circul|diffus|vole|compromis|pirat|derob|cyberattaque|breach|leaked|hacked",
        r"fuite (?:de|des|de vos) donnees",
        r"violation (?:de|des|de vos) donnees",
        r"(?:donnees|informations|compte|dossier)\b.{0,40}(?:volee?s|compromis\w*|piratee?s?|derobee?s|exposee?s)",
        r"cyber-?attaque|piratage",
        r"(?:donnees|informations|resultats|dossier)\b.{0,40}(?:en vente|vendue?s?|circulent|diffuse\w*)\b",
        r"data breach|(?:account|data|password|device|computer) (?:was|has been|have been) (?:hacked|compromised|leaked|breached)|i (?:have )?hacked|recorded you",
    ),
    "job": _p(
        "domicile|jour|recrut|liker|noter|evaluer|s'abonner|€/h|e/h|euros/h|ressources humaines|cv|teletravail|job|per day|a day",
        r"(?:travail|emploi|job|mission)s? (?:a domicile|en ligne|a distance|a temps partiel)",
        r"(?:gagn\w+|travail\w*|remuner\w+|pay\w+|salaire|revenus?|touche[rz]?|poste|mission|taches?|job)\b.{0,60}\d+\s?(?:€|euros?\b|e\b).{0,12}(?:par jour|/ ?jour|/ ?j\b)|\d+\s?(?:€|euros?\b|e\b).{0,12}(?:par jour|/ ?jour|/ ?j\b).{0,80}(?:domicile|telephone|whatsapp|experience|travail|mission|taches?)",
        r"(?:liker?|noter|evaluer|s'abonner)\b.{0,60}\d ?(?:€|e\b|euros?)",
        r"(?:gagn\w+|touche\w*) \d+ ?(?:€|e|euros?)? ?/ ?j\b",
        r"nous recrutons|\d+\s?(?:€|euros?|e)\s?(?:/|par|de l')\s?h(?:eure)?\b",
        r"cv (?:a ete|est) (?:retenu|selectionne)|votre cv",
        r"ressources humaines.{0,60}(?:travail|poste|emploi|propos)|recrut(?:eur|euse|ement).{0,60}(?:propos|offre|whatsapp|jour)",
        r"(?:part[- ]time|remote|online) jobs?\b.{0,40}(?:pay|earn|\$|hour|whatsapp)|\$\s?\d+ (?:per|a) day",
    ),
    "relative": _p(
        "maman|papa|mamie|papi|mum|mom|dad|c'est moi|provisoire",
        r"(?:c'est moi|coucou|salut)\b.{0,100}(?:perdu|casse|vole|tombe|panne|eau)\b.{0,60}(?:num|tel|portable)|num\w* provisoire|(?:efface|supprime)\w* (?:l'|mon )?ancien num|(?:perdu|casse|vole)\b.{0,12}(?:mon )?(?:tel|portable)\w*.{0,40}num",
        r"\b(?:maman|papa|mamie|papy|papi|mum|mom|dad)\b.{0,140}?(?:nouveau num|nouvo num|change de num|change?r? d(?:e|')(?: mon)? ?(?:num|forfait|tel|portable|carte|operateur)|efface\w* (?:l'|mon )?ancien|ce numero|mon nouveau|mon num\w* maintenant|l'ancien\b|whatsapp|virement|tel\w* (?:est |s'est )?(?:casse|tombe|perdu|en panne|vole)|(?:casse|perdu|tomber|tombe|vole|panne|eau)\b|repar|new number|urgent|probleme|souci|besoin|coup de main|service|\bpcs\b|\d{2,} ?(?:€|e\b|euros?))",
    ),
    "voicemail": _p(
        "vocal|appel manque|voicemail|voice message|missed call|fax",
        r"(?:nouveau |un )?message vocal|messagerie vocale|appels? manques?|boite vocale",
        r"voice ?mail|voice message|missed call|new fax|fax (?:message|received)",
    ),
    "mailbox": _p(
        "quota|boite|messagerie|webmail|mailbox|storage|password|mail",
        r"quota\b|(?:boite (?:mail|de reception|aux lettres electronique)|messagerie|webmail)\b.{0,60}(?:pleine|limite|expire|desactiv|suspend|valid|satur|ferm|migr)",
        r"(?:mailbox|storage|inbox|email account|mail quota|webmail)\b.{0,60}?(?:full|exceed|limit|almost|upgrade|expire|quota|verif|validat|deactivat|suspend|shut|clos)",
        r"password\b.{0,40}?(?:expire|expiring|expiration|expires|will expire)|(?:undelivered|pending|incoming|held|blocked|quarantined) (?:e-?mails?|messages?)|messages? (?:are |is )?(?:pending|on hold|held|undelivered)",
    ),
    "legal": _p(
        "convo|mandat|poursuite|l'objet d|mineurs|europol|interpol|procureur|infraction|huissier|saisie|plainte|judiciaire|pedo|arrest|lawsuit|court|legal action|gendarme|police",
        r"convocation (?:judiciaire|de police|en justice|officielle)|convoque\w* .{0,30}(?:tribunal|police|gendarmerie)",
        r"mandat d'arret|poursuites (?:judiciaires|penales|pour)|infractions? .{0,30}internet|procedure judiciaire",
        r"huissier",
        r"faites l'objet d'(?:une (?:procedure|enquete|plainte|poursuite)|un mandat)",
        r"(?:images|photos|videos|contenus?)\b.{0,30}mineurs|\beuropol\b|\binterpol\b|au procureur",
        r"pedo\w+|atteinte a la pudeur",
        r"legal action|arrest warrant|lawsuit|court (?:notice|summons)",
    ),
    "rights": _p(
        "droits|heures de formation|formation|cpf|dif",
        r"(?:solde|credit|compte)\b.{0,40}(?:supprim|perdu|expir|clotur)\w*",
        r"(?:droits?|heures)\b.{0,60}(?:expir\w*|perd\w+|prennent fin|avant (?:le|leur)|a utiliser|non utilise)",
        r"(?:il vous reste|vous disposez de|vous avez)\b.{0,30}(?:€|euros|eur|e)\b.{0,40}(?:cpf|formation|droits)",
    ),
    "aid": _p(
        "isolation|euro|derniers jours|pompe a chaleur|panneaux|offre limitee|energie|aide|prime|gratuit",
        r"isolation|pompe a chaleur|panneaux (?:solaires|photovolt)",
        r"derniers? jours? pour",
        r"cheque energie|prime energie|maprimerenov",
        r"offre limitee",
        r"\b(?:aide|prime|allocation)s? (?:\w+ ){0,3}(?:de |: ?)?\d[\d .,]*\s?(?:€|e\b|eur)|(?:gouvernement|etat|region) (?:finance|offre|rembourse|prend en charge)",
    ),
    "investment": _p(
        "invest|rendement|capital|livret|placement|epargne|crypto|trading|bitcoin|btc|wallet|fund|million|inherit|beneficiar|donat|heritage|loan",
        r"investi\w+.{0,60}(?:garanti|rendement|capital|crypto|plateforme|benefice|profit)|doublez|rendement (?:garanti|de \d)|capital garanti|depot minimum|trading",
        r"(?:livret|placement|epargne)\b.{0,60}(?:\d ?%|taux).{0,60}(?:garanti|sans risque)|(?:livret|placement)\b.{0,30}(?:garanti|sans risque).{0,20}\d",
        r"bitcoins?\b.{0,80}(?:wallet|transfer|send|address|pay|deposit)|(?:wallet|seed|recovery) phrase|airdrop|crypto(?:currency)? (?:wallet|account|reward)|(?:verify|validate|connect|sync\w*) .{0,15}wallet",
        r"(?:next of kin|inheritance|late client|deceased|unclaimed|beneficiary|donat\w+)\b.{0,120}(?:million|fund|sum|\$|usd|bank|compensation)|(?:million|fund)s?\b.{0,80}(?:beneficiary|transfer|transaction|partner|compensation|donat)|compensation fund|atm card",
        r"(?:heritage|legs|don|donation)\b.{0,60}(?:millions?|euros|€)",
    ),
    "offer": _p(
        "weight|blood sugar|snor|casino|spins|girls|women|dating|singles|viagra|cialis|gummies|keto|solar|insurance|warranty|loan|debt|drill|cordless|air fryer|stanley|tinnitus|neuropathy|wrinkle|pills|replica|prostate|hearing aid|mortgage",
        r"(?:lose|losing) (?:\w+ ){0,2}weight|weight loss|belly fat|blood sugar|stop snoring|tinnitus|neuropathy|wrinkles|prostate|cbd gummies|\bketo\b|viagra|\bcialis\b|male enhancement",
        r"\bcasino\b|free spins|hot singles|(?:russian|ukrainian|sexy|hot|local) (?:girls|women|singles)|dating",
        r"(?:auto|car|life|health) insurance (?:quote|rate|polic)|home warranty|personal loans?|loans? (?:from|up to|approved)|debt relief|mortgage rate",
        r"cordless drill|air fryer|power ?tool|emergency kit|replica watch",
    ),
    "extortion": _p(
        "bitcoin|btc|monero|rancon|wallet|hacked|recorded|webcam|camera|pirate|infecte|filme",
        r"(?:i|have|has) (?:have )?(?:hacked|infected|gained? (?:\w+ ){0,2}(?:access|permission|control))|(?:recorded|video of) you|your (?:webcam|camera|device|pc|computer) (?:was|has been|is) (?:hacked|infected)|(?:racheter|rancon|verse[rz]|paye[rz])\b.{0,80}(?:monero|bitcoin|\bbtc\b|crypto)|(?:monero|bitcoin)\b.{0,120}(?:recevr|publi|divulg|diffus)\w*|j'ai (?:pirate|infecte|filme)|vous ai filme|(?:appareil|ordinateur|telephone|webcam)\b.{0,20}(?:infecte|pirate)\b",
    ),
    "identity": _p(
        "identite|medecin traitant|concerne|profil|dossier|verif|activez|validation|confirm|account|information|details|kyc",
        r"(?:confirm\w+|reconfirm\w+|verifi\w+|valid\w+|regularis\w+) (?:de |d')?(?:votre |vos |ton |l')?(?:identite|profil|dossier|compte|infos?\b|informations?|donnees|adresse|coordonnees|situation|beneficiaire)",
        r"medecin traitant\b.{0,25}(?:change|supprim|confirm|declar)|identite numerique|(?:verifi|test|regard|sav)\w+ si vous etes concerne",
        r"profil (?:est |sera )?(?:incomplet|supprime|desactive)|dossier (?:est )?incomplet|(?:faute de|sans) validation",
        r"(?:verify|confirm|validate|update|authenticate|re-?confirm|review) (?:your|the) (?:[a-z0-9-]+ ){0,3}(?:account|identity|information|details|profile|e-?mail|password|billing|ownership|records?|payment|wallet|mailbox|card|bank|address|delivery)",
        r"account (?:verification|confirmation|update|validation)|verification required|kyc",
    ),
    "document": _p(
        "document|invoice|facture|scan|docusign|shared|remittance|payment advice|purchase order|quotation|contract|file",
        r"(?:shared|sent|received|view|review|sign|access|open) (?:you |a |an |the |this |your |new |secure |following |attached )*(?:document|file|invoice|contract|fax|remittance|scan)",
        r"(?:remittance|payment) (?:advice|copy|slip)|purchase order|docusign|\be-?sign(?:ature)?\b",
        r"(?:order|invoice|receipt|subscription|renewal)\b.{0,60}(?:#|no\.?|number|id)?.{0,20}(?:charged|debited|auto[- ]?renew|confirmed|processed|\$\s?\d)",
    ),
}
"""What a message gives as its ground."""

PRESSURES: dict[str, Pattern] = {
    "date": _p(
        "avant |jusqu|until|before",
        r"avant le \d+(?:/\d+)?|avant le \w+ \d+|jusqu'au \d+",
    ),
    "deadline": _p(
        "sous |dans les|avant |heures|24h|48h|72h|12h|24 h|48 h|72 h|aujourd|dernier|immediat|sans delai|ce jour|ce soir|demain|minuit|within|hours|today|immediately|asap|expires|now",
        r"sous (?:les )?\d+ ?(?:h\b|heures|jours)|dans (?:les |un delai de )\d+ ?(?:h\b|heures|jours|prochain)",
        r"avant (?:ce soir|demain|minuit|expiration|fermeture|majoration|\d+ ?h\b)",
        r"\b(?:24|48|72) ?h(?:eures)?\b|(?:sous|dans les) 12 ?h",
        r"\baujourd'?hui\b|\bce (?:jour|soir)\b|des (?:aujourd|maintenant|que possible)|immediatement|sans delai|(?:expire|expirent) demain",
        r"dernier (?:jour|delai)|derniers jours",
        r"within \d+ ?(?:hours|hrs|days|h\b)|\b(?:24|48|72) ?(?:hours|hrs)\b|\bimmediately\b|as soon as possible|\basap\b|\btoday\b|expires? (?:soon|today|in)",
    ),
    "sanction": _p(
        "major|penal|poursuit|peine|defaut|faute de|sans |suspen|coup|sera|perte|risque|evit|retourn|otherwise|fail|avoid|lose|permanent",
        r"major(?:ation|ee?s?|er)\b|penalite|sous peine|risque d'amende",
        r"a defaut|faute de (?:quoi|paiement|reponse|validation)|sans (?:mise a jour|reglement|reponse|validation|paiement|activation|action) (?:de votre part|sous)?",
        r"(?:sera|seront) (?:\w+ )?(?:supprime|bloque|suspendu|detruit|desactive|coupe|majore|perdu|refuse|retourne|interrompu)\w*",
        r"pour eviter|eviter (?:la|une|le|toute|l'|des)|afin d'eviter|perte de (?:vos|vos droits)",
        r"failure to|fail(?:ing)? to (?:verify|confirm|update|respond|do)|to avoid|will (?:be )?(?:lose|permanently|terminated|suspended|closed|deleted|deactivated|disabled|locked)|or (?:else|your account)",
    ),
    "urgency": _p(
        "urgent|dernier rappel|derniere|ultime|action requise|important|vite|rapidement|action required|final|attention",
        r"\burgent\w*|dernier (?:rappel|avis|avertissement)|derniere (?:relance|chance|notification|tentative)|ultime|action requise|tres important",
        r"action (?:is )?required|final (?:notice|warning|reminder)|last (?:reminder|warning)|immediate (?:action|attention)|urgent",
    ),
}
"""How a message presses."""

ASKS: dict[str, Pattern] = {
    "pay": _p(
        "carte bancaire|pay|regl|regular|acquitt|frais|achat|commandez|pai|fee|empreinte",
        r"\b(?:payer|payez|paye\b|reglez|regler|regularise[rz]|acquitte[rz])\b",
        r"do(?:it|ivent) etre (?:regl|pay|acquitt)e\w*",
        r"(?:par|avec) (?:votre |une )?carte bancaire",
        r"apres (?:reglement|paiement)|paiement (?:a|de|en ligne|requis|avant)|confirmez le paiement|empreinte bancaire",
        r"\bfrais (?:de|d'|impayes?)|commandez",
        r"pay (?:now|the|your|a|here)|make (?:a |the )?payment|(?:shipping|delivery|customs|processing|redelivery) fee|settle (?:the|your)",
    ),
    "form": _p(
        "rempli|formulaire|complet|renseign|mettre|mettez|mise|actualis|confirm|verifi|valid|activ|saisi|indiqu|inscri|choisi|reprogramm|planifi|acced|update|verify|login|log in|sign in|fill|reset|review|upgrade|reactiv|signer|echang|demand|annul|bloqu|refus|securis|consult|ecout|envoyez vos|recup|claim|restore|unlock|listen|download",
        r"(?:remplir|remplissez|formulaire|complete[rz]|renseigne[rz]|indiquez|saisissez)\b",
        r"met(?:tre|tez|s)[- ](?:les |la |le )?a jour|actualise[rz]|mise a jour",
        r"(?:confirme|reconfirme|verifie|valide|active|reactive|securise|regularise|annule|refuse|bloque|reclame|recupere|echange|consulte|ecoute|accepte|reprogramme|planifie|renouvele|debloque|resilie)[rz]\b",
        r"choisissez|reprogrammer|replanifier|nouvelle tentative a planifier|faites votre demande|inscrivez|reservez|acceder|accedez",
        r"(?:verify|confirm|update|validate|review|restore|unlock|re-?activate|upgrade|reset|claim|complete|authenticate|view|access|listen to|download|keep|release|track|check) (?:your|my|the|it|here|now|account|this|same|document|message|package|delivery|information|payment)|(?:log|sign) ?in|fill (?:in|out)",
    ),
    "click": _p(
        "clique|clic|lien|ici|suivez|via|bouton|click|link|button|here|below|http",
        r"clique[rz]?\b|cliquant|\bclic\b|(?:le|ce|un) lien|lien (?:ci|suivant)|bouton|\bici\b|suivez ",
        r"click|(?:link|button) below|below (?:link|button)|follow (?:the|this) link|tap (?:here|the|below)",
    ),
    "call": _p(
        "appel|rappel|contact|joindre|joign|compos|faites le|faire le|annul|opposition|contest|assist|telephon|call|contact|phone| au 0| au +| au 3",
        r"(?:contestation|assistance|service (?:client|fraude|opposition)\w*)\b.{0,14}\d{2}",
        r"(?:composant|compose[rz])\b|fai(?:re|tes) le (?=0)|annul\w*\b.{0,8}(?=0[1-9])|(?:r?appelez|r?appeler|rappelle|contactez|contacter|joindre|joignez|composez|telephonez|appelant|rappelant|contactant)\b",
        r"opposition au\b|(?:conseiller|service|nous) au\b|au (?:numero|\+?\d)",
        r"\bcall (?:us|our|now|the|on|immediately|this|back|\+?\d)|contact (?:us|our|customer|support).{0,40}\d{3}|toll[- ]free|helpline",
    ),
    "reply": _p(
        "repon|retour|ecri|envoie|reply|respond|rappele",
        r"(?<!\by )(?<!vous )(?<!ne )(?<!pas )repond(?:ez|re|s)\b|par retour|ecris?[- ]moi|m'ecrire|ecrivez[- ]?(?:moi|nous)|envoie[- ](?:moi|un)|reponse (?:par|a ce)|pour etre rappele|vous manifester",
        r"reply (?:to|with|back|by|yes)|respond to|get back to me|contact me|email me|write (?:me|back)",
    ),
    "messaging": _p(
        "whatsapp|telegram|whats app|wa.me|t.me|signal|messenger|snap",
        r"whats ?app|telegram\b|wa\.me|t\.me\b|sur (?:signal|messenger|snap(?:chat)?)\b",
    ),
    "install": _p(
        "anydesk|teamviewer|rustdesk|install|telecharg|apk|quick assist|prise en main|controle a distance|ultraviewer",
        r"prendre la main sur (?:le |la |mon |ma |votre |son )?(?:pc|ordi\w*|tablette|tel\w*|poste)|prendre le controle (?:de |du )|any ?desk|team ?viewer|rust ?desk|ultra ?viewer|quick assist|prise en main a distance|controle a distance",
        r"(?:installe[rz]|telecharge[rz])\b.{0,120}\bappli?\b|\binstallation\b.{0,30}\b(?:hors|depuis|par le lien)",
        r"(?:installe[rz]?|telecharge[rz]?) (?:l'|la |une |un |cette |notre )(?:appli\w*|logiciel|programme|mise a jour|apk)",
    ),
    "transfer": _p(
        "virement|transf|mandat|coupon|espece|caution|carte cadeau|cartes cadeau|pcs|neosurf|wire|gift card|bitcoin|western union|argent|coursier|or |proches|amis",
        r"(?:faire|fais|faites|fasse|faisait|effectuer|effectuez|vir(?:er|ez)|realiser|realisez)\b.{0,40}\b(?:virements?|transferts?|mandat)|(?:vire|envoie|prete)[- ]moi|payer .{0,20}par virement",
        r"coupons? (?:pcs|neosurf|transcash|toneo)|recharges? (?:pcs|neosurf|transcash)|cartes? cadeaux?.{0,40}(?:code|achet)",
        r"\bcaution\b|en especes|western union|moneygram|paypal (?:entre|en) (?:proches?|amis?)|entre proches",
        r"nouveau rib|nouvelles coordonnees bancaires|changement de (?:rib|coordonnees bancaires|banque)|(?:remettre|donner|recuperer|chercher|prendre) (?:sa |ma |la |votre |les )?(?:carte|especes|argent|bijoux)",
        r"wire transfer|gift cards?\b.{0,60}(?:buy|purchase|code|scratch|send)|(?:buy|purchase|get)\b.{0,40}gift cards?|send .{0,30}(?:bitcoin|btc|usdt)",
    ),
}
"""What a message wants, secrets apart (see secrets.py)."""

WARNING = _p(
    "fraud|escro|arnaque|hamecon|phishing|imit|usurp|vigilan|mefi|33700|ne cliquez|ne proced|n'est pas|demarch|reflexe|17cyber|cybermalveillance|ne donnez|faux|scam|beware",
    r"(?:sms|messages?|mails?|courriels?|appels?|sites?) (?:frauduleux|trompeurs|malveillants|suspects?)",
    r"\bescro\w+|\barnaqu\w+|hameconnage|phishing|faux (?:conseillers?|sms|messages?|mails?|courriels?|sites?|agents?|policiers?)",
    r"imitent|usurp\w+|vigilan\w+|mefi(?:ez|ance)|bons reflexes|33700|17cyber|cybermalveillance",
    r"\bne proced\w+ (?:pas|jamais)|ce n'est pas nous|n'est pas de nous|ne (?:vous )?demarch\w+ (?:pas|jamais)",
    r"ne cliquez (?:pas|sur aucun|jamais)|ne (?:donnez|communiquez|repondez) (?:pas|jamais)",
    r"\bscams?\b|beware|fraudulent (?:e-?mails?|messages?|calls?)|phishing",
)
"""Words of a message that warns of scams."""

GREETING = _p(
    "cher|dear|madame|utilisateur|client|customer|user",
    r"\bcher(?:e|\(e\)|\.e)?s? (?:client|utilisateur|abonne|assure|contribuable|patient|usager)\w*",
    r"dear (?:customer|user|client|member|valued|sir|account|e-?mail|friend|beneficiary|[\w.+-]+@)",
)
"""A greeting that names nobody."""
