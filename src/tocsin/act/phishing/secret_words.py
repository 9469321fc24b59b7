"""The words of secrets: what must not be given away, how it is wanted, denied, brought or warned of.

All patterns are of folded text (`folding`). The rules that use them stand in `secrets`.
"""

import re

OBJECTS: dict[str, str] = {
    "secret.nir": (
        r"numeros? (?:de |d')?(?:securite sociale|secu(?:rite)?\b|assure\b|immatriculation)|\bn[°o]?\.? ?(?:de )?secu\w*(?: sociale)?|\b(?:n[°o]?\.?|numero) (?:de )?ss\b|\b(?:ta|ton|votre) (?:num\w* (?:de )?)?secu\b|chiffres (?:de |du )?(?:(?:la |ta |ton |votre |son )?(?:num\w* de )?)?secu\w*"
        r"|\bnir\b|\bn[°o]?\.? ?(?:de )?(?:la |ma |sa |ta |votre )?carte vitale|numeros? (?:inscrits? |figurant |qui est |ecrit )?(?:au dos |au verso )?(?:de |sur )?(?:la |ma |votre |sa |leur )?carte vitale"
        r"|(?:photo|copie|scan|recto)\w* .{0,34}carte vitale|carte vitale (?:en photo|recto|scannee)|carte vitale\b[^.\n]{0,40}\bnum\w*\b|matricule (?:de )?(?:la )?secu\w*|matricule ins\b|numero ins\b"
        r"|social security numbers?|\bssn\b|national insurance number|nhs number|health insurance number"
    ),
    "secret.iban": (
        r"(?:coordonnees|informations|references|donnees|infos) (?:de (?:votre|ton|son|ma) )?(?:compte )?bancaires?|\brib\b|\biban\b|(?:dernier |derniers |vos |votre |tes |ton )releves? (?:bancaires?|de comptes?)|releve d'identite bancaire"
        r"|numeros? (?:de |du )?(?:votre |ton |son |mon |mes |vos )?comptes?(?: bancaires?)?|code guichet|bank(?:ing)? (?:account )?(?:details|information|number)s?|bank account\b|account number"
    ),
    "secret.card": (
        r"(?:numeros?|chiffres|photo|copie|code|scan|coordonnees|informations|donnees|details|references|date d'expiration)\b.{0,24}?\b(?:carte (?:bancaire|bleue|de credit|de paiement|visa|bleu)|cb)\b|coordonnees de (?:la |votre |ta )?carte\b"
        r"|(?<!par )(?<!en )carte (?:bancaire|bleue|de credit|de paiement)|(?:numeros?|\bn[°o]\.?) (?:de |du )?(?:la |ma |sa |votre |ta )?(?:carte\b(?! (?:vitale|d'|nationale|de (?:mutuelle|fidelite|sejour)))|cb\b)|(?:les |ses |vos |mes )?(?:\d+|quinze|seize) chiffres .{0,20}carte|chiffres de (?:la|ma|sa|votre|ta) (?:carte\b(?! vitale)|cb\b)"
        r"|(?:seize|16) chiffres\b(?! (?:de|du) (?:la |votre )?(?:secu|code))|titulaire de la carte|(?:(?<=[- ]moi )|(?<=[- ]nous ))(?:votre|ta|la) carte\b(?! (?:vitale|d'|de |nationale|cps|e-?cps|mutuelle|sim|grise|avantage|navigo|jeune))|\b(?:votre|ta|sa|(?<!avec )(?<!par )(?<!en )la) cb\b(?! (?:est\b|a\b|n'|expire))|(?:trois|3) (?:derniers )?chiffres (?:au|du|a) (?:dos|verso)|cryptogramme|\bcvv\d?\b|\bcvc\d?\b|trois chiffres (?:au dos|derriere)|(?:credit|debit|bank) card(?: number| details| information)?|card (?:number|details)"
    ),
    "secret.password": (
        r"mots? de passe\w*|\bmdp\b|identifiants?\b(?! (?:national|ins|habituel|figurant|indiqu|fourni|recus?\b|qui |transmis|mentionn|inscrit|note|de (?!connexion|banque|la banque|votre|ton|la messagerie|messagerie|compte|session|l'espace|acces)))|codes? (?:secrets?|confidentiels?|pin|personnels?|d'acces|d'activation|d'identification|france ?connect|ameli|bancaire|de (?:la |votre |ta |sa |ma )?carte|e-?cps|cps)"
        r"|phrase de recuperation|pass ?words?\b|passcode|log ?in (?:details|credentials)|\bcredentials\b|pin (?:code|number)|\bpin\b|seed phrase|recovery phrase"
    ),
    "secret.otp": (
        r"codes? (?:.{0,18}?\b(?:recus?|envoyes?|affiches?|arrives?)\b|(?:que )?(?:tu|vous) (?:viens|venez|allez|vas) (?:de )?recevoir|qu'(?:il|elle) (?:va|vient de) recevoir|(?:\d|quatre|cinq|six) chiffres|de (?:validation|verification|securite|confirmation|connexion|double)|a (?:\d|quatre|six) chiffres|par sms|sms|unique|temporaire|a usage unique)"
        r"|(?:verification|security|one[- ]time|confirmation|authentication|sms|access) codes?|(?:\d|quatre|cinq|six) chiffres (?:du sms|recus?|par sms|du code|du message|du texto)|\bvos (?:\d|quatre|cinq|six) chiffres\b|\botp\b|code (?:you (?:just )?received|sent to)|\d[- ]digit code"
    ),
    "secret.identity_document": (
        r"pieces? d'identite|cartes? (?:nationales? )?d'identite|permis de conduire|passeport\b(?! (?:ambulatoire|vaccinal|prevention|sante|talent))|\bcni\b|selfie|copy of your (?:id|passport)|photo id\b|driver'?s licen[cs]e"
    ),
}
"""What must not be given away, folded."""

BARE_CODE = r"\b(?:le|un|mon|ton|votre|son|ce|leur) code\b(?! (?:de |d')(?:(?:la|l'|ton|votre) ?)?(?:wi-?fi|entree|porte\w*|immeuble|portail|batiment|parking|retrait|promo\w*))|\b(?:give|gave|tell|told|send|sent|read|share|enter) (?:\w+ ){0,3}the code\b"
"""A code of which nothing more is said: a secret only if somebody wants it told."""

TELL = (
    r"communiqu(?:er|ez|es?|ent|iez|ions|ant)\b|transmett\w+|transmis\w*|r?envoy(?:er|ez|ons|iez|ions|ait|aient|ant|ait)\w*|renvoi\w*|envoi(?:e|es|ent|s)\b|envoi(?= ?-?(?:moi|nous|le|la|ton|ta|tes)\b)|donne[rz]?\b|donnes\b|re-?donn\w+|donn(?:iez|ions|ait|aient|era|erez)\b|donner\w*|fourni\w*|dict(?:e\w*|ant)\b|\bdis[- ](?:nous|moi)|dites[- ](?:nous|moi|le)\b|lisez\b|partage[rz]?\b|repond\w+"
    r"|lire\b|lise\b|dise\b|\bdire\b|ecri(?:re|vez|s)\b|retourne[rz]\b|adress(?:ez|er|iez)\b(?! \w+@)|balanc\w+|livre[rz]\b|confi(?:er|ez|iez|es?)\b|photographi\w+|(?:fai(?:re|tes|siez|t|s)|fass\w+) (?:nous |moi |lui )?(?:parvenir|suivre|passer)|(?:indique|precise|confirme|rappele|note|marque|mets|mette|texte)[rz]?[- ](?:nous|moi)\b|\b(?:me|nous) (?:texte|repete|file|passe|dicte|lise)[rzs]?\b|repet(?:er|ez|e)\b|laisse[rz]\b|epele[rz]?|file[rzs]?\b"
    r"|send\b|sends\b|give\b|gives\b|share\b|tell\b|provide\w*|reply with|text\b|forward\b|read (?:me|us|out)|supply|disclose"
)
TYPE = (
    r"saisi\w*|renseign\w*|indiqu(?:er|ez|ons|es|ant)\b|indique(?= (?:moi|nous|ton|ta|tes)\b)|confirm(?:er|ez|es?|ation|ions|iez)\b(?! que)|verifi(?:er|ez|e)\b|valid(?:er|ez|e)\b|complete[rz]\b|entre[rz]\b|inscri(?:re|vez|s|vons)\b|mettre a jour|mettez a jour|mise a jour|actualise[rz]\b|precise[rz]?\b|note[rz]\b|enregistre[rz]\b|rempli\w*|ajoute[rz]\b|\bmets\b|\bmettez\b(?! (?:a|en|fin|au)\b)|charge[rz]\b|depose[rz]\b|port(?:er|ant)\b"
    r"|enter\b|submit\b|confirm\b|verify\b|update\b|fill in|type\b|input\b|validate\b"
)
WANT = (
    r"(?<!votre )(?<!une )(?<!ma )(?<!la )(?<!cette )(?<!votre derniere )(?<!nouvelle )demand(?:e|ent|er|ons|ait|aient|ee?s?|era|erons|eront|erai|erait|ez|iez)\b(?! (?:ou|comment|pourquoi|quand)\b)|reclam\w+|exig\w+|voul(?:ait|aient|u|ais)\b|\bj ?veux\b|\bveux\b|\bveut\b|\bveulent\b|\bvoudra\w+|souhait\w+|desir\w+|solicit\w+|sollicit\w+|(?:\bje|\bon|\bnous) (?:prends?|prenons|releve|relevons|note|notons)\b|besoin (?:\w+ ){0,5}?(?:de|d'|du|des)\b|il (?:me |nous |lui |leur )?(?:le |la |les )?fa(?:ut|udrait|llait)\b"
    r"|c'est (?:quoi|lequel)|\breste (?:le|la|votre|ton|plus que)|manque\b|attend(?:s|ons|ait|ent)?\b|\bquel(?:le)?s? (?:est|sont)|merci (?:de|d')|pouvez[- ]vous|peux[- ]tu|pourriez[- ]vous|svp\b|s'il (?:vous|te) plait|necessaires?\b|necessit(?:e|ent|era|ait)\b|requise?s?\b|obligatoires?\b|(?:a|doit|devez) (?:nous |me )?(?:fournir|envoyer|communiquer|transmettre|donner)|obtenir\b|recuperer\b|relever\b|cherchait a|reconfirmer|insist\w*|ti?en(?:t|ait) a\b|d'avoir (?:le|la|les|mon|ma|mes|votre|vos|son|sa|ses)\b|pour avoir (?:le|la|les|mon|ma|mes|votre|vos|son|sa|ses)\b"
    r"|ask(?:s|ed|ing)? (?:\w+ ){0,3}for|need\w*|require\w*|request\w*|want(?:s|ed)?\b|what(?:'s| is) your|please|must have"
)
VERB = re.compile(rf"\b(?:{TELL}|{TYPE}|{WANT})")
TELLING = re.compile(rf"\b(?:{TELL}|{WANT})")
OBJECT = {name: re.compile(rf"(?:{words})") for name, words in OBJECTS.items()}
ANY_OBJECT = re.compile("|".join([*OBJECTS.values(), BARE_CODE]))
BARE = re.compile(BARE_CODE)
WANTED_NEXT = re.compile(
    r"\s*(?:il|elle|on|la|le|ce)\b.{0,30}(?:voul|veu|demand|exig|insist|fallait|faut)\w*\b.{0,30}\b(?:les?|la|l')\b"
)
"""The next sentence of notes, in which somebody wants what was named before."""
BUTTON = re.compile(r"\s*renvoye[rz] (?:le|un|mon) (?:nouveau )?code\b")
"""The button of a page that sends the code once more."""

NEVER = re.compile(
    r"\bjamais\b|\bne\b|\bn'|\bni\b|\baucune?\b|\bnul(?:le)?\b|\bpas (?:besoin|de|d'|un|une|le|la|les|vos|votre)\b|\brien\b|\binutile\b|\bsans\b|\binterdit\b|s'interdi\w+|se gard\w+ (?:bien )?de|refus(?:ons|ent|e) (?:que|de|d')|s'absti\w+|abstenez|\bplutot que de\b|\bau lieu de\b|\bloin de (?:nous|moi)\b|hors de question|defendu\b|(?<!pour )(?<!d')\b(?:refuse|evite)[rz]\b(?= (?:de |d'|tout))|\bgarde[rz]\b(?=.{0,40}(?:secret|pour (?:vous|toi|soi)\b|confidentiel))"
    r"|\bnever\b|\bnot\b|\bdon't\b|\bdo not\b|\bwon't\b|\bdoesn't\b|\bdidn't\b|\bno (?:one|need|longer)\b|\bnobody\b|\bwithout\b|\bno\b|\bnor\b|\brefuse (?:to|any|all)\b|\bavoid\b|\bneither\b|\bpersonne n|\b(?:a|par) personne\b"
)
NOT_A_NEGATION = re.compile(
    r"n'(?:oublie|hesite|omett|attend)\w*(?: pas)?|ne (?:pas )?(?:tarde|manque|oubli|perde|hesit|traine)\w*(?: pas| plus)?|ne pas (?:oublier|tarder|hesiter)"
    r"|si (?:vous|tu|on) n(?:e |').{0,40}?\b(?:pas|plus|rien)\b|ne (?:connai|sai|compren|reconnai)\w* pas|ne (?:pouvons|peut|pourrons|pourra|peuvent|parvenons|parvient|reussi\w+|retrouv\w+|trouv\w+|dispos\w+|figur\w+|possed\w+|recev\w+|recoi\w+|marche|fonctionn\w+)\w*(?: \w+){0,2}? (?:pas|plus)?"
    r"|n'(?:avons|avez|a|ai|est|etes|arriv\w+|etait|ont)\b(?! (?:pas |jamais |rien |nullement )?(?:ete question|demand|besoin|reclam|exig|solicit|sollicit))(?: \w+){0,2}? (?:pas|plus|jamais)"
    r"|n'est plus|sans (?:quoi|reponse|cela|ca|retour|delai|attendre|action|validation|tarder|ces? \w+|votre (?:retour|reponse|rib|numero|code|mot|iban))|rien (?:a payer|de grave|d'inquietant)|ne (?:vous )?inquiet\w+ pas|ne quitt\w+ pas|ne raccroch\w+ pas|n'en parl\w+ (?:pas|a personne)|ne (?:le )?dites (?:rien )?a personne"
    r"|don't (?:forget|hesitate|worry|delay)|do not (?:forget|hesitate|delay)|not (?:been )?(?:able|received)|could not|cannot (?:process|find)|can't (?:process|find)|if you (?:do not|don't)"
    r"|sans (?!donn|communiqu|transm|envoy|fourn|dict|saisi|partag|divulg|demand|reclam)\w+(?:er|ir|re)\b"
    r"|without (?:it|this|your|delay)|il ne (?:manque|reste) (?:plus )?que|ne .{0,24}?\bque\b"
)
WARNED = re.compile(
    r"se (?:font|fait|faisant|feraient|faire) passer|(?:des|les|certaine?s|ces) (?:personnes|escrocs?|individus|fraudeurs|malfaiteurs|pirates|cybercriminels|messages|appels|sms|courriels|mails)\b.{0,60}(?:demand|reclam|exig|invit|incit|pretend|imit)|\bfau(?:x|sse)\b|\bsi (?:quelqu'?un|qq ?u?n|qq1|on vous|l'on|une personne|un inconnu)\b|\bif (?:someone|anyone|somebody|anybody|a caller)\b|\b(?:quiconque|une personne qui|celui qui|celle qui|ceux qui|whoever|anyone who)\b.{0,40}\b(?:vous|te|you)\b|n'est (?:pas|jamais) (?:un|une|le|la|notre|votre) (?:vraie? )?(?:conseill|agent|medecin|soignant|infirm|professionnel|secretaire|collaborat)|\bleur (?:demand|reclam)(?:ant|ait|aient|e|ent)\b|\basking them\b|frauduleu|usurp\w+|arnaqu|escro\w+|scammers?|fraudsters?|fake|pretend(?:ing)? to be"
)
"""A sentence that tells what swindlers ask for is a warning, not an ask."""
DISTANCED = re.compile(
    r"ce n'est (?:pas|jamais) (?:nous|elle|lui|un|une|le|la|notre|votre)|n'(?:est|etait|emane) pas (?:de )?(?:nous|notre|elle|lui)|\braccroche[rz]\b|mettez fin|\bne proced\w+ (?:pas|jamais)|s'interdi\w+|ne (?:vous )?demarch\w+ (?:pas|jamais)"
    r"|ne (?:vous )?(?:le |la |les |l')?(?:demand|reclam|sollicit|exig)\w+ (?:jamais|pas|rien|aucun)|jamais (?:\w+ ){0,4}(?:demand|reclam|exig|sollicit)|\bni nous\b|\bfau(?:x|sses?) (?:conseill|agent|appel|message|sms|mail|courriel|medecin|policier|technicien|infirm|site)|escro\w+|pirates?\b|usurp\w+|se (?:font|fait) passer"
    r"|mefi(?:ez|ance)|\barnaqu\w+|\bevitez de\b|signale[rz] (?:le|ce|tout)|(?:prevene|averti|alerte)[rzs]* (?:la gendarmerie|la police|nous)|pour vous, quoi|n'est pas de (?:moi|nous|lui|notre)|plutot que|\blouche\b|supprimez[- ]le|that is not us|hang up"
)
"""Words by which a notice keeps its distance from those who ask."""
REPORTED = re.compile(
    r"\b(?:ils?|elles?|on|qu'on|qui|quiconque|personnes?|conseillers?|coursiers?|quelqu'un|(?:un|des) (?:hommes?|femmes?)|interlocuteurs?|appelants?|correspondants?|escrocs?|individus?|pirates?|fraudeurs?|voleurs?|malfaiteurs?|livreurs?|agents?|message|appel)\b[^.!?]{0,80}?\b(?:demand(?:e|ent|ait|aient|er|ant)|reclam(?:e|ent|ait|aient|er|ant)|exig(?:e|ent|eait|eant|er)|sollicit(?:e|ent|er|ant)|ve(?:ut|ulent)|voudrai(?:t|ent)|photographier|obtenir|soutirer|recuper\w+|cherch\w+)\b"
    r"|^\W*si\b.{0,160}(?:ce n'est pas|raccroch|mettez fin|refuse)|s'interdi\w+"
)
"""A sentence in which somebody else is the one who asks."""
OWN_QUESTION = re.compile(r"\b(?:dois|puis|peux|devrais)-je\b.{0,60}\?")
"""A question that the reader asks himself."""
ANSWERED_NO = re.compile(
    r"\W*(?:(?:bonjour|bonsoir|madame|monsieur|cher\w*)\b[^.\n]{0,40}\W*){0,2}(?:(?:r|reponse|a|answer)\s*:\W*)?(?:c'est |encore |toujours )?(?:non|no|jamais|never|surtout pas|refuse[rz]|pas davantage|(?:la )?reponse est non|(?:nous|on) n'en (?:avons|a|voulons|veut)\b.{0,24})\b(?!\s*\?)"
    r"|\W*(?:(?:r|reponse)\s*:\W*)?(?:ce n'(?:est|etait) pas (?:nous|elle|lui|la|le|notre)|(?:nous|moi) \?|quelle (?:drole d')?idee|ne (?:repond|donn|communiqu)\w+ (?:pas|rien|jamais)|raccroch)"
)
"""What follows a question that a notice asks in the reader's stead, and answers."""
TOLD_TO_REFUSE = re.compile(
    r"\b(?:savoir|demande(?:r|nt)?) si (?:elle|il|on|je|nous|l'on) (?:peu\w*|pouvons|pouvait|doi\w*|devons|a le droit)|\b(?:patiente?|usagere?|adherente?|cliente?|dame|monsieur|madame|m\.|mme)\b.{0,24}(?:veut|voulait|voulu|souhait\w+|propos\w+|pensait|insist\w+|peut-il|peut-elle) (?:de |d'|pour )?(?:lui |nous |me |leur )?(?:donner|envoyer|communiquer|laisser|dicter)"
    r"|\bsi (?:quelqu'un|on|une personne|un inconnu)\b.{0,120}?(?:ne (?:donn|repond|communiqu|di[ts])\w* (?:rien|pas|jamais|aucun)|raccroch)"
)
"""In the notes of a call: who called said to give nothing to whoever asks."""
CLAUSE_END = re.compile(
    r"[.!?;:\n()]| - | mais | but |, (?:je |j'|nous |on |c'est |ca |pas |sauf |pour |afin |merci|veuillez|alors|donc|il (?:me|nous|vous)|pouvez|please|envoyez|donnez|communiquez|et )"
)
SENTENCE_END = re.compile(r"[.!?](?:\s|$)|\n|;")
IN_PERSON = re.compile(
    r"apport\w+|munissez|munir|present(?:ez|er|ation)\b|remett(?:re|ez) (?:a|au|aux|votre|vos|la|le|les)\b(?! (?:rdv|rendez|visite|seance))|(?:venir|venez|viens) avec|a l'accueil|lors de votre (?:venue|visite|passage|arrivee|admission|rendez|prochain)|au guichet|au secretariat|pass(?:er|ez) (?:au|a l'|aux)|bureau des entrees|se presenter|(?<!lui )(?<!me )(?<!leur )\bretir(?:er|ez|e)\b|(?:venir|venez|viens|passe[rz]?) (?:la |le |les )?(?:chercher|recuperer|reprendre)|au comptoir|en agence|en mairie|prochain passage|(?:par le|au) livreur|a la remise|(?:lors de|a) la livraison|\bpensez a (?:venir|prendre|votre|vous munir)|pensez a votre|sur (?:vous|place)|bring (?:your|a|the)|at (?:the )?reception"
)
FETCHED = re.compile(
    r"(?<!lui )(?<!me )(?<!leur )\bretir(?:er|ez|e)\b|apport\w+|(?:r?amen|rapport)(?:er|ez|e)\b|originales?\b|se munir|me munir|present(?:er|ez)\b|au guichet|en mairie|venir (?:la |le |les )?chercher"
)
"""What notes of a call tell of a thing shown or fetched in person."""
ON_THE_CARD = re.compile(
    r"(?:appel|compos|joind|contact|join)\w*\b[^.\n]{0,50}\b(?:par|au|sur|le|du) (?:le )?numeros?\b[^.\n]{0,30}\bcarte\b"
)
"""The number that stands on a card, to be called."""
TO_BRING = re.compile(
    r"\s*(?:a (?:deposer|remettre|apporter|joindre au dossier)|deposez|remettez|apportez)\b"
)
"""A sentence that says that what was told before is brought, not sent."""
OWN_SPACE = re.compile(
    r"(?:dans|sur|depuis|via|rubrique|par) (?:votre |mon |l'|le |la |son )?(?:espace|compte|portail|application|appli|site (?:officiel|de la|du)|plateforme|teleservice|messagerie securisee|coffre)|par (?:courrier|voie postale)|online account|patient portal"
)
REMOTE = re.compile(
    r"par (?:retour|sms|mail|e-?mail|courriel|telephone|message|whatsapp|texto)|par retour|(?:a|sur|en reponse a) ce (?:message|mail|numero|sms|courriel)|au telephone|(?<!\by )(?<!vous )repond\w*|rappel\w+|by (?:reply|sms|text|phone|e-?mail)|reply"
)
GIVEN = re.compile(
    r"(?:code|otp|password|mot de passe)\b[^.\n]{0,60}?(?:est|is|:|suivant|ci-dessous)?\s*:?\s*[a-z]?-?\d{3}[ -]?\d{1,5}\b|\b\d{3}[ -]?\d{1,5} (?:est|is)\b[^.\n]{0,20}\b(?:code|otp|mot de passe)"
)
LOGIN_WITH = re.compile(
    r"(?:identifi|connect|authentifi)\w*[- ]vous (?:avec|a l'aide)|(?:log|sign) in with|login using"
)
ASKED_BY_READER = re.compile(
    r"(?:vous avez|j'ai|vous aviez|avoir|si vous|you(?:'ve| have)?) (?:bien |oublie |perdu |recemment )?(?:demande|oublie|perdu|requested|forgot\w*|asked)|demande de (?:reinitialisation|modification|changement|nouveau)|reinitialis\w+|nouveau mot de passe|(?:changer|changez|modifi(?:er|ez)|choisi\w+|definir|definissez|creer|creez|oublie) (?:de |un |votre |le |vos |son |mon )*(?:nouveau )?mots? de passe|(?:change|reset|choose|set|create)\w* (?:your |a |the )?(?:new )?password|forgot(?:ten)? (?:your )?password"
)
SENT_HERE = re.compile(
    r"\bpar (?:retour|sms|mms|texto|message|mail|e-?mail|courriel|telephone|tel)\b|(?:a|sur) ce (?:numero|num)\b|en reponse a ce (?:message|mail|numero|sms|courriel)|(?<!cliquant )(?<!cliquez )(?<!clique )\bici\b(?! (?:le|la|votre|l'))|en (?:mp|dm|prive)\b"
)
"""Where a nominal sentence has a secret sent: "Photo of the card, by text"."""
SENT_NEXT = re.compile(
    r"[^.\n]{0,30}?\b(?:(?:me|nous) (?:le|la|les|l') ?(?:donn|r?envo[yi]|communiqu|dict|transf|ecri|di[rst]|li[rt]|lis|text|repet|photograph)\w*"
    r"|(?:donne|r?envoye?|r?envoie|dicte|transfere|communique|dites|dis|balance|file|ecrive|ecris|lise|repete)[rzs]?[- ](?:le|la|les)[- ](?:moi|nous)|repond(?:ez|s) (?:juste |simplement )?avec)\b"
)
"""The next sentence, in which what was named before is to be sent."""
PRINTED = re.compile(
    r"[^.\n]{0,24}?\b(?:est celui|(?:est|sont) (?:\w+ )?(?:inscrit|imprim|indiqu|not[e]|joint)\w*|figure\w*|se trouve\w*|qui (?:figure|se trouve))"
)
"""A secret that stands printed somewhere: where to find it is told, nothing is asked."""
FIELD = re.compile(r"[^.\n]{0,30}?\s*:?\s*(?:\.{4,}|_{3,}|…{2,}|\*\s*$)")
"""The line of a form to be filled in."""
NEVER_DO = re.compile(
    r"\b(?:ne jamais|jamais|ne pas|interdits?|a eviter|a refuser|arnaques?|never)\b[^.\n]{0,40}:\s*$"
)
"""The head of a list of what must not be done."""
