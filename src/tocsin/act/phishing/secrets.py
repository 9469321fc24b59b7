"""Does the message want a secret said, sent or typed; or does it say that nobody will ask?

A secret is asked when a verb of giving and the secret stand in one sentence and no negation
governs the verb. "Nous ne demandons jamais votre mot de passe" asks for nothing;
"n'oubliez pas d'envoyer votre RIB" does; "apportez votre carte Vitale" does not.
"""

import re
from dataclasses import dataclass

OBJECTS: dict[str, str] = {
    "secret.nir": (
        r"numeros? (?:de |d')?(?:securite sociale|secu(?:rite)?\b|assure\b|immatriculation)|\bn[°o]?\.? ?(?:de )?secu\w*(?: sociale)?|\b(?:n[°o]?\.?|numero) (?:de )?ss\b|\b(?:ta|ton|votre) (?:num\w* (?:de )?)?secu\b|chiffres (?:de |du )?(?:(?:la |ta |ton |votre |son )?(?:num\w* de )?)?secu\w*"
        r"|\bnir\b|\bn[°o]?\.? ?(?:de )?(?:la |ma |sa |ta |votre )?carte vitale|numeros? (?:inscrits? |figurant |qui est |ecrit )?(?:au dos |au verso )?(?:de |sur )?(?:la |ma |votre |sa |leur )?carte vitale"
        r"|(?:photo|copie|scan|recto)\w* .{0,34}carte vitale|carte vitale (?:en photo|recto|scannee)|matricule (?:de )?(?:la )?secu\w*|matricule ins\b|numero ins\b"
        r"|social security numbers?|\bssn\b|national insurance number|nhs number|health insurance number"
    ),
    "secret.iban": (
        r"(?:coordonnees|informations|references|donnees|infos) (?:de (?:votre|ton|son|ma) )?(?:compte )?bancaires?|\brib\b|\biban\b|(?:dernier |derniers |vos |votre |tes |ton )releves? (?:bancaires?|de comptes?)|releve d'identite bancaire"
        r"|numeros? (?:de |du )?(?:votre |ton |son |mon |mes |vos )?comptes?(?: bancaires?)?|code guichet|bank(?:ing)? (?:account )?(?:details|information|number)s?|bank account\b|account number"
    ),
    "secret.card": (
        r"(?:numeros?|chiffres|photo|copie|code|scan|coordonnees|informations|donnees|details|references|date d'expiration)\b.{0,24}?\b(?:carte (?:bancaire|bleue|de credit|de paiement|visa|bleu)|cb)\b|coordonnees de (?:la |votre |ta )?carte\b"
        r"|(?<!par )(?<!en )carte (?:bancaire|bleue|de credit|de paiement)|(?:numeros?|\bn[°o]\.?) (?:de |du )?(?:la |ma |sa |votre |ta )?(?:carte\b(?! (?:vitale|d'|nationale|de (?:mutuelle|fidelite|sejour)))|cb\b)|(?:les |ses |vos |mes )?(?:\d+|quinze|seize) chiffres .{0,20}carte|chiffres de (?:la|ma|sa|votre|ta) (?:carte\b(?! vitale)|cb\b)"
        r"|(?:seize|16) chiffres\b(?! (?:de|du) (?:la |votre )?(?:secu|code))|titulaire de la carte|(?:(?<=[- ]moi )|(?<=[- ]nous ))(?:votre|ta|la) carte\b(?! (?:vitale|d'|de |nationale|cps|e-?cps|mutuelle|sim|grise|avantage|navigo|jeune))|\b(?:votre|ta|sa) cb\b(?! (?:est\b|a\b|n'|expire))|(?:trois|3) (?:derniers )?chiffres (?:au|du|a) (?:dos|verso)|cryptogramme|\bcvv\d?\b|\bcvc\d?\b|trois chiffres (?:au dos|derriere)|(?:credit|debit|bank) card(?: number| details| information)?|card (?:number|details)"
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

BARE_CODE = r"\b(?:le|un|mon|ton|votre|son|ce|leur) code\b(?! (?:de |d')(?:(?:la|l'|ton|votre) ?)?(?:entree|porte\w*|immeuble|portail|batiment|parking|retrait|promo\w*))|\b(?:give|gave|tell|told|send|sent|read|share|enter) (?:\w+ ){0,3}the code\b"
"""A code of which nothing more is said: a secret only if somebody wants it told."""

_TELL = (
    r"communiqu(?:er|ez|es?|ent|iez|ions|ant)\b|transmett\w+|transmis\w*|r?envoy(?:er|ez|ons|iez|ions|ait|aient|ant|ait)\w*|renvoi\w*|envoi(?:e|es|ent|s)\b|envoi(?= ?-?(?:moi|nous|le|la|ton|ta|tes)\b)|donne[rz]?\b|donnes\b|re-?donn\w+|donn(?:iez|ions|ait|aient|era|erez)\b|donner\w*|fourni\w*|dict(?:e\w*|ant)\b|\bdis[- ](?:nous|moi)|dites[- ](?:nous|moi|le)\b|lisez\b|partage[rz]?\b|repond\w+"
    r"|lire\b|lise\b|dise\b|\bdire\b|ecri(?:re|vez|s)\b|retourne[rz]\b|adresse[rz]\b(?! \w+@)|livre[rz]\b|confi(?:er|ez|iez|es?)\b|photographi\w+|(?:fai(?:re|tes|siez|t|s)|fasse) (?:nous |moi |lui )?(?:parvenir|suivre|passer)|(?:indique|precise|confirme|rappele|note|marque|mets|mette|texte)[rz]?[- ](?:nous|moi)\b|\b(?:me|nous) (?:texte|repete|file|passe|dicte|lise)[rzs]?\b|repet(?:er|ez|e)\b|laisse[rz]\b|epele[rz]?|file[rzs]?\b"
    r"|send\b|sends\b|give\b|gives\b|share\b|tell\b|provide\w*|reply with|text\b|forward\b|read (?:me|us|out)|supply|disclose"
)
_TYPE = (
    r"saisi\w*|renseign\w*|indiqu(?:er|ez|ons|es|ant)\b|indique(?= (?:moi|nous|ton|ta|tes)\b)|confirm(?:er|ez|es?|ation|ions|iez)\b(?! que)|verifi(?:er|ez|e)\b|valid(?:er|ez|e)\b|complete[rz]\b|entre[rz]\b|inscri\w+|mettre a jour|mettez a jour|mise a jour|actualise[rz]\b|precise[rz]?\b|note[rz]\b|enregistre[rz]\b|rempli\w*|ajoute[rz]\b|\bmets\b|\bmettez\b(?! (?:a|en|fin|au)\b)|charge[rz]\b|depose[rz]\b|port(?:er|ant)\b"
    r"|enter\b|submit\b|confirm\b|verify\b|update\b|fill in|type\b|input\b|validate\b"
)
_WANT = (
    r"(?<!votre )(?<!une )(?<!ma )(?<!la )(?<!cette )(?<!votre derniere )(?<!nouvelle )demand(?:e|ent|er|ons|ait|aient|ee?s?|era|erons|eront|erai|erait|ez|iez)\b|reclam\w+|exig\w+|voul(?:ait|aient|u|ais)\b|\bj ?veux\b|\bveux\b|\bveut\b|\bveulent\b|\bvoudra\w+|souhait\w+|desir\w+|solicit\w+|sollicit\w+|(?:\bje|\bon|\bnous) (?:prends?|prenons|releve|relevons|note|notons)\b|besoin (?:\w+ ){0,5}?(?:de|d'|du|des)\b|il (?:me |nous |lui |leur )?(?:le |la |les )?fa(?:ut|udrait|llait)\b"
    r"|manque\b|attend(?:s|ons|ait|ent)?\b|\bquel(?:le)?s? (?:est|sont)|merci (?:de|d')|pouvez[- ]vous|peux[- ]tu|pourriez[- ]vous|svp\b|s'il (?:vous|te) plait|necessaires?\b|necessit(?:e|ent|era|ait)\b|requise?s?\b|obligatoires?\b|(?:a|doit|devez) (?:nous |me )?(?:fournir|envoyer|communiquer|transmettre|donner)|obtenir\b|recuperer\b|relever\b|cherchait a|reconfirmer|insist\w*|ti?en(?:t|ait) a\b|d'avoir (?:le|la|les|mon|ma|mes|votre|vos|son|sa|ses)\b|pour avoir (?:le|la|les|mon|ma|mes|votre|vos|son|sa|ses)\b"
    r"|ask(?:s|ed|ing)? (?:\w+ ){0,3}for|need\w*|require\w*|request\w*|want(?:s|ed)?\b|what(?:'s| is) your|please|must have"
)
_VERB = re.compile(rf"\b(?:{_TELL}|{_TYPE}|{_WANT})")
_TELLING = re.compile(rf"\b(?:{_TELL}|{_WANT})")
_OBJECT = {name: re.compile(rf"(?:{words})") for name, words in OBJECTS.items()}
_ANY_OBJECT = re.compile("|".join([*OBJECTS.values(), BARE_CODE]))
_BARE = re.compile(BARE_CODE)
_WANTED_NEXT = re.compile(
    r"\s*(?:il|elle|on|la|le|ce)\b.{0,30}(?:voul|veu|demand|exig|insist|fallait|faut)\w*\b.{0,30}\b(?:les?|la|l')\b"
)
"""The next sentence of notes, in which somebody wants what was named before."""
_BUTTON = re.compile(r"\s*renvoye[rz] (?:le|un|mon) (?:nouveau )?code\b")
"""The button of a page that sends the code once more."""

_NEVER = re.compile(
    r"\bjamais\b|\bne\b|\bn'|\bni\b|\baucune?\b|\bnul(?:le)?\b|\bpas (?:besoin|de|d'|un|une|le|la|les|vos|votre)\b|\brien\b|\binutile\b|\bsans\b|\binterdit\b|s'interdi\w+|se gard\w+ (?:bien )?de|refus(?:ons|ent|e) (?:que|de|d')|(?<!pour )(?<!d')\b(?:refuse|evite)[rz]\b(?= (?:de |d'|tout))|\bgarde[rz]\b(?=.{0,40}(?:secret|pour (?:vous|toi|soi)\b|confidentiel))"
    r"|\bnever\b|\bnot\b|\bdon't\b|\bdo not\b|\bwon't\b|\bdoesn't\b|\bdidn't\b|\bno (?:one|need|longer)\b|\bnobody\b|\bwithout\b|\bno\b|\bnor\b|\brefuse (?:to|any|all)\b|\bavoid\b|\bneither\b|\bpersonne n|\b(?:a|par) personne\b"
)
_NOT_A_NEGATION = re.compile(
    r"n'(?:oublie|hesite|omett|attend)\w*(?: pas)?|ne (?:pas )?(?:tarde|manque|oubli|perde|hesit|traine)\w*(?: pas| plus)?|ne pas (?:oublier|tarder|hesiter)"
    r"|si (?:vous|tu|on) n(?:e |').{0,40}?\b(?:pas|plus|rien)\b|ne (?:connai|sai|compren|reconnai)\w* pas|ne (?:pouvons|peut|pourrons|pourra|peuvent|parvenons|parvient|reussi\w+|retrouv\w+|trouv\w+|dispos\w+|figur\w+|possed\w+|recev\w+|recoi\w+|marche|fonctionn\w+)\w*(?: \w+){0,2}? (?:pas|plus)?"
    r"|n'(?:avons|avez|a|ai|est|etes|arriv\w+|etait|ont)\b(?! (?:pas |jamais |rien |nullement )?(?:demand|besoin|reclam|exig|solicit|sollicit))(?: \w+){0,2}? (?:pas|plus|jamais)"
    r"|n'est plus|sans (?:quoi|reponse|cela|ca|retour|delai|attendre|action|validation|tarder|ces? \w+|votre (?:retour|reponse|rib|numero|code|mot|iban))|rien (?:a payer|de grave|d'inquietant)|ne (?:vous )?inquiet\w+ pas|ne quitt\w+ pas|ne raccroch\w+ pas|n'en parl\w+ (?:pas|a personne)|ne (?:le )?dites (?:rien )?a personne"
    r"|don't (?:forget|hesitate|worry|delay)|do not (?:forget|hesitate|delay)|not (?:been )?(?:able|received)|could not|cannot (?:process|find)|can't (?:process|find)|if you (?:do not|don't)"
    r"|sans (?!donn|communiqu|transm|envoy|fourn|dict|saisi|partag|divulg|demand|reclam)\w+(?:er|ir|re)\b"
    r"|without (?:it|this|your|delay)|il ne (?:manque|reste) (?:plus )?que|ne .{0,24}?\bque\b"
)
_WARNED = re.compile(
    r"se (?:font|fait|faisant|feraient|faire) passer|(?:des|les|certaine?s|ces) (?:personnes|escrocs?|individus|fraudeurs|malfaiteurs|pirates|cybercriminels|messages|appels|sms|courriels|mails)\b.{0,60}(?:demand|reclam|exig|invit|incit|pretend|imit)|\bfau(?:x|sse)\b|\bsi (?:quelqu'?un|qq ?u?n|qq1|on vous|l'on|une personne|un inconnu)\b|\bif (?:someone|anyone|somebody|anybody|a caller)\b|\b(?:quiconque|une personne qui|celui qui|celle qui|ceux qui|whoever|anyone who)\b.{0,40}\b(?:vous|te|you)\b|n'est (?:pas|jamais) (?:un|une|le|la|notre|votre) (?:vraie? )?(?:conseill|agent|medecin|soignant|infirm|professionnel|secretaire|collaborat)|\bleur (?:demand|reclam)(?:ant|ait|aient|e|ent)\b|\basking them\b|frauduleu|usurp\w+|arnaqu|escro\w+|scammers?|fraudsters?|fake|pretend(?:ing)? to be"
)
"""A sentence that tells what swindlers ask for is a warning, not an ask."""
_DISTANCED = re.compile(
    r"ce n'est (?:pas|jamais) (?:nous|elle|lui|un|une|le|la|notre|votre)|n'(?:est|etait|emane) pas (?:de )?(?:nous|notre|elle|lui)|\braccroche[rz]\b|mettez fin|\bne proced\w+ (?:pas|jamais)|s'interdi\w+|ne (?:vous )?demarch\w+ (?:pas|jamais)"
    r"|ne (?:vous )?(?:le |la |les |l')?(?:demand|reclam|sollicit|exig)\w+ (?:jamais|pas|rien|aucun)|jamais (?:\w+ ){0,4}(?:demand|reclam|exig|sollicit)|\bni nous\b|\bfau(?:x|sses?) (?:conseill|agent|appel|message|sms|mail|courriel|medecin|policier|technicien|infirm|site)|escro\w+|pirates?\b|usurp\w+|se (?:font|fait) passer"
    r"|mefi(?:ez|ance)|signale[rz] (?:le|ce|tout)|(?:prevene|averti|alerte)[rzs]* (?:la gendarmerie|la police|nous)|pour vous, quoi|that is not us|hang up"
)
"""Words by which a notice keeps its distance from those who ask."""
_REPORTED = re.compile(
    r"\b(?:ils?|elles?|on|qu'on|qui|quiconque|personnes?|conseillers?|quelqu'un|interlocuteurs?|appelants?|correspondants?|escrocs?|individus?|pirates?|fraudeurs?|voleurs?|malfaiteurs?|livreurs?|agents?|message|appel)\b[^.!?]{0,80}?\b(?:demand(?:e|ent|ait|aient|er|ant)|reclam(?:e|ent|ait|aient|er|ant)|exig(?:e|ent|eait|eant|er)|sollicit(?:e|ent|er|ant)|ve(?:ut|ulent)|voudrai(?:t|ent)|photographier|cherch\w+)\b"
    r"|^\W*si\b.{0,160}(?:ce n'est pas|raccroch|mettez fin|refuse)|s'interdi\w+"
)
"""A sentence in which somebody else is the one who asks."""
_OWN_QUESTION = re.compile(r"\b(?:dois|puis|peux|devrais)-je\b.{0,60}\?")
"""A question that the reader asks himself."""
_ANSWERED_NO = re.compile(
    r"\W*(?:(?:bonjour|bonsoir|madame|monsieur|cher\w*)\b[^.\n]{0,40}\W*){0,2}(?:(?:r|reponse|a|answer)\s*:\W*)?(?:c'est |encore |toujours )?(?:non|no|jamais|never|surtout pas|refuse[rz]|pas davantage)\b(?!\s*\?)"
    r"|\W*(?:(?:r|reponse)\s*:\W*)?(?:ce n'est pas nous|ne (?:repond|donn|communiqu)\w+ (?:pas|rien|jamais)|raccroch)"
)
"""What follows a question that a notice asks in the reader's stead, and answers."""
_TOLD_TO_REFUSE = re.compile(
    r"\b(?:savoir|demande(?:r|nt)?) si (?:elle|il|on|je|nous|l'on) (?:peu\w*|pouvons|pouvait|doi\w*|devons|a le droit)|\b(?:patiente?|usagere?|adherente?|cliente?|dame|monsieur|madame|m\.|mme)\b.{0,24}(?:veut|voulait|souhait\w+|propos\w+|pensait) (?:de |d')?(?:lui |nous )?(?:donner|envoyer|communiquer|laisser|dicter)"
    r"|\bsi (?:quelqu'un|on|une personne|un inconnu)\b.{0,120}?(?:ne (?:donn|repond|communiqu|di[ts])\w* (?:rien|pas|jamais|aucun)|raccroch)"
)
"""In the notes of a call: who called said to give nothing to whoever asks."""
_CLAUSE_END = re.compile(
    r"[.!?;:\n()]| - | mais | but |, (?:je |j'|nous |on |c'est |ca |pas |sauf |pour |afin |merci|veuillez|alors|donc|il (?:me|nous|vous)|pouvez|please|envoyez|donnez|communiquez|et )"
)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|\n|;")
_IN_PERSON = re.compile(
    r"apport\w+|munissez|munir|present(?:ez|er|ation)\b|remett(?:re|ez) (?:a|au|aux|votre|vos|la|le|les)\b|(?:venir|venez|viens) avec|a l'accueil|lors de votre (?:venue|visite|passage|arrivee|admission|rendez|prochain)|au guichet|au secretariat|(?<!lui )(?<!me )(?<!leur )\bretir(?:er|ez|e)\b|venir chercher|en agence|en mairie|prochain passage|(?:par le|au) livreur|a la remise|(?:lors de|a) la livraison|\bpensez a (?:venir|prendre|votre|vous munir)|pensez a votre|sur (?:vous|place)|bring (?:your|a|the)|at (?:the )?reception"
)
_FETCHED = re.compile(
    r"\bretir(?:er|ez|e)\b|apport\w+|(?:r?amen|rapport)(?:er|ez|e)\b|originales?\b|se munir|me munir|present(?:er|ez)\b|au guichet|en mairie|venir (?:la |le |les )?chercher"
)
"""What notes of a call tell of a thing shown or fetched in person."""
_ON_THE_CARD = re.compile(
    r"(?:appel|compos|joind|contact|join)\w*\b[^.\n]{0,50}\b(?:par|au|sur|le|du) (?:le )?numeros?\b[^.\n]{0,30}\bcarte\b"
)
"""The number that stands on a card, to be called."""
_TO_BRING = re.compile(
    r"\s*(?:a (?:deposer|remettre|apporter|joindre au dossier)|deposez|remettez|apportez)\b"
)
"""A sentence that says that what was told before is brought, not sent."""
_OWN_SPACE = re.compile(
    r"(?:dans|sur|depuis|via|rubrique|par) (?:votre |mon |l'|le |la |son )?(?:espace|compte|portail|application|appli|site (?:officiel|de la|du)|plateforme|teleservice|messagerie securisee|coffre)|par (?:courrier|voie postale)|online account|patient portal"
)
_REMOTE = re.compile(
    r"par (?:retour|sms|mail|e-?mail|courriel|telephone|message|whatsapp|texto)|par retour|(?:a|sur|en reponse a) ce (?:message|mail|numero|sms|courriel)|au telephone|(?<!\by )(?<!vous )repond\w*|rappel\w+|by (?:reply|sms|text|phone|e-?mail)|reply"
)
_GIVEN = re.compile(
    r"(?:code|otp|password|mot de passe)\b[^.\n]{0,60}?(?:est|is|:|suivant|ci-dessous)?\s*:?\s*[a-z]?-?\d{3}[ -]?\d{1,5}\b|\b\d{3}[ -]?\d{1,5} (?:est|is)\b[^.\n]{0,20}\b(?:code|otp|mot de passe)"
)
_LOGIN_WITH = re.compile(
    r"(?:identifi|connect|authentifi)\w*[- ]vous (?:avec|a l'aide)|(?:log|sign) in with|login using"
)
_ASKED_BY_READER = re.compile(
    r"(?:vous avez|j'ai|vous aviez|avoir|si vous|you(?:'ve| have)?) (?:bien |oublie |perdu |recemment )?(?:demande|oublie|perdu|requested|forgot\w*|asked)|demande de (?:reinitialisation|modification|changement|nouveau)|reinitialis\w+|nouveau mot de passe|(?:changer|changez|modifi(?:er|ez)|choisi\w+|definir|definissez|creer|creez|oublie) (?:de |un |votre |le |vos |son |mon )*(?:nouveau )?mots? de passe|(?:change|reset|choose|set|create)\w* (?:your |a |the )?(?:new )?password|forgot(?:ten)? (?:your )?password"
)


Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretAsk:
    """A secret that the message wants, with its place in the folded text.

    Args:
        ask: the word of ASKS.
        direct: False where the sentence sends the reader to his own account, or only has him
            type a code on a page.
    """

    ask: str
    start: int
    end: int
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFacts:
    """What the message says about secrets: asked, or promised never to be asked."""

    asked: tuple[SecretAsk, ...]
    denied: tuple[tuple[int, int], ...]


def secret_facts(text: str, *, notes: bool) -> SecretFacts:
    """The secrets asked for in a folded text, and the promises that none is.

    Args:
        text: the folded text.
        notes: whether these are notes of a call, where somebody tells what was asked.
    """
    asked: list[SecretAsk] = []
    denied: list[tuple[int, int]] = []
    if not _ANY_OBJECT.search(text):
        return SecretFacts(asked=(), denied=())
    given = _GIVEN.search(text) is not None
    brought = False
    for start, end in sentences(text):
        sentence = text[start:end]
        brought = _in_list(sentence, notes=notes) if brought else _heads_list(sentence)
        for ask, found in _objects(sentence, notes=notes, given=given):
            login = _login_with(sentence, ask, found.span())
            verb = _verb_of(sentence, found.span()) or login
            verb = verb or _wanted_next(text, end, found.span(), notes=notes)
            if verb is None:
                continue
            span = (min(verb[0], found.start()), max(verb[1], found.end()))
            place = (start + span[0], start + span[1])
            if _warned(text, (start, end), notes=notes) or _negated(
                sentence, verb, found.span()
            ):
                denied.append(place)
                continue
            code = given and found.group().startswith(("code", "mot"))
            kind = "secret.otp" if code else ask
            direct = _directness(sentence, verb, kind, given=given, notes=notes)
            if verb == login or (direct and not notes and _TO_BRING.match(text, end)):
                direct = False
            if direct is not None and not brought:
                asked.append(SecretAsk(ask=ask, start=place[0], end=place[1], direct=direct))
    return SecretFacts(asked=tuple(asked), denied=tuple(denied))


def sentences(text: str) -> list[tuple[int, int]]:
    """The places of the sentences of a text; a question and what follows it stay apart."""
    found, at = [], 0
    for m in _SENTENCE_END.finditer(text):
        if m.start() > at and not re.search(
            r"\b(?:dr|m|mme|n|st|tel|ref|etc|s\.v\.p|s\.v|\bs)$", text[at : m.start()]
        ):
            found.append((at, m.end()))
            at = m.end()
    if at < len(text):
        found.append((at, len(text)))
    return found


def _heads_list(sentence: str) -> bool:
    """Whether the sentence heads a list of what is to be brought."""
    return sentence.rstrip().endswith(":") and _IN_PERSON.search(sentence) is not None


def _in_list(sentence: str, *, notes: bool) -> bool:
    """Whether the sentence goes on with such a list: a line of its own after a mark."""
    return not notes and re.match(r"\s*(?:[-*•·–—>+]|\d{1,2}[.)°])", sentence) is not None


def _wanted_next(text: str, end: int, secret: Place, *, notes: bool) -> Place | None:
    """The secret itself where the next sentence of notes tells that somebody wants it."""
    return secret if notes and _WANTED_NEXT.match(text, end) else None


def _warned(text: str, place: tuple[int, int], *, notes: bool) -> bool:
    """Whether the sentence tells what others ask for, or asks and is answered no."""
    sentence = text[place[0] : place[1]]
    if not notes and _OWN_QUESTION.search(sentence):
        return True
    if not notes and "?" in sentence and _ANSWERED_NO.match(text, place[1]):
        return True
    if notes:
        return _TOLD_TO_REFUSE.search(sentence) is not None
    told = _REPORTED.search(sentence) is not None and _DISTANCED.search(text) is not None
    return told or _WARNED.search(sentence) is not None


def _objects(sentence: str, *, notes: bool, given: bool) -> list[tuple[str, re.Match[str]]]:
    found = [(ask, m) for ask, words in _OBJECT.items() for m in words.finditer(sentence)]
    plain = (notes or not given) and not _BUTTON.match(sentence)
    if plain and not any(ask == "secret.otp" for ask, _ in found):
        found += [("secret.otp", m) for m in _BARE.finditer(sentence)]
    return found


def _verb_of(sentence: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """The verb of giving nearest to the secret: up to 110 letters before, 70 after."""
    before = [m.span() for m in _VERB.finditer(sentence, max(0, span[0] - 110), span[0])]
    before = [v for v in before if v[1] <= span[0] + 1]
    if before:
        return before[-1]
    after = _VERB.search(sentence, span[1], min(len(sentence), span[1] + 70))
    return after.span() if after else None


def _login_with(sentence: str, ask: str, span: tuple[int, int]) -> tuple[int, int] | None:
    """A login by a secret that no site has one log in with."""
    if ask not in ("secret.nir", "secret.card"):
        return None
    found = _LOGIN_WITH.search(sentence, max(0, span[0] - 60), span[0])
    return found.span() if found else None


def _negated(sentence: str, verb: tuple[int, int], secret: tuple[int, int]) -> bool:
    """Whether a negation governs the verb, or stands between it and the secret."""
    first, last = min(verb[0], secret[0]), max(verb[1], secret[1])
    clause = 0
    for m in _CLAUSE_END.finditer(sentence, 0, first):
        clause = m.start() if m.group().startswith(",") else m.end()
    after = _CLAUSE_END.search(sentence, last)
    until = min(len(sentence), last + 30, after.start() if after else len(sentence))
    words = _NOT_A_NEGATION.sub(lambda m: " " * len(m.group()), sentence[clause:until])
    return _NEVER.search(words) is not None


def _directness(
    sentence: str, verb: tuple[int, int], ask: str, *, given: bool, notes: bool
) -> bool | None:
    """True: asked of the reader. False: on his own account, or a code typed. None: not asked."""
    if ask == "secret.card" and _ON_THE_CARD.search(sentence):
        return None
    remote = notes or _REMOTE.search(sentence) is not None
    if (_FETCHED if notes else _IN_PERSON).search(sentence) and not _REMOTE.search(sentence):
        return None
    if (
        not notes
        and _ASKED_BY_READER.search(sentence)
        and ask in ("secret.password", "secret.otp")
    ):
        return None
    telling = _TELLING.match(sentence, verb[0]) is not None
    if ask == "secret.otp":
        if given and not (telling and remote):
            return None
        if not telling and not notes:
            return False
    return not (_OWN_SPACE.search(sentence) and not remote and not notes)
