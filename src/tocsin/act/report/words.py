"""The report's own words: sections, states, verdicts, grades, categories, items."""

from collections.abc import Mapping

from tocsin.act.report.sentences import plain, say
from tocsin.core.items import item_words
from tocsin.core.records import Says

SECTIONS: Mapping[str, tuple[str, Says]] = {
    "brief": ("1", say("L'essentiel", "In brief")),
    "answers": ("2", say("Réponses aux questions", "Answers to the questions")),
    "timeline": ("3", say("Chronologie", "Timeline")),
    "sessions": ("4", say("Sessions et comptes", "Sessions and accounts")),
    "persons": ("5", say("Des lignes aux personnes", "From lines to persons")),
    "data": ("6", say("Données et responsables", "Data and controllers")),
    "coverage": ("7", say("Couverture des traces", "Coverage of the trails")),
    "limits": ("8", say("Limites et prémisses", "Limits and premises")),
    "method": ("9", say("Méthode et glossaire", "Method and glossary")),
}
"""The page's sections in order: anchor, number, title."""

CONFIDENCE: Mapping[str, Says] = {
    "certain": say("certain", "certain"),
    "probable": say("probable", "likely"),
    "unknown": say("inconnu", "unknown"),
}

VERDICTS: Mapping[str, Says] = {
    "usurped": say("usurpée", "usurped"),
    "undecided": say("indécise", "undecided"),
    "legitimate": say("légitime", "legitimate"),
}

ACTS_BY: Mapping[str, Says] = {
    "usurped": say("usurpé", "usurped"),
    "undecided": say("indécis", "undecided"),
    "legitimate": say("légitime", "legitimate"),
}

GRADES: Mapping[str, Says] = {
    "certain": say("certain", "certain"),
    "probable": say("probable", "probable"),
    "possible": say("possible", "possible"),
}

STATES: Mapping[str, Says] = {
    "trailed": say("tracé", "trailed"),
    "silent": say("silencieux", "silent"),
    "cut": say("coupé", "cut"),
    "stopped": say("arrêt déclaré", "declared stop"),
    "before_retention": say("avant conservation", "before retention"),
}

DONE: Mapping[str, Says] = {
    "revoke": say("sessions terminées", "sessions ended"),
    "disable": say("compte désactivé", "account disabled"),
    "enrol": say("réenrôlement exigé", "re-enrolment demanded"),
    "deny": say("refus", "denial"),
}

ORDERS: Mapping[str, Says] = {
    "sent": say("parti, sans accusé", "sent, no receipt"),
    "applied": say("appliqué, pas vérifié", "applied, not verified"),
    "verified": say("vérifié", "verified"),
    "undone": say("défait", "undone"),
    "failed": say("échec", "failed"),
    "uncertain": say("incertain", "uncertain"),
}

WHY_BLIND: Mapping[str, Says] = {
    "silent": say(
        "aucune ligne à des heures toujours actives",
        "no line at hours that are always in use",
    ),
    "cut": say("un fichier ou des lignes manquent", "a file or lines are missing"),
    "stopped": say(
        "le producteur dit avoir arrêté sa trace", "the producer said that it stopped its trail"
    ),
    "before_retention": say(
        "avant la durée de conservation de la source", "before the source’s retention"
    ),
}

FINDINGS: Mapping[str, Says] = {
    "not_reached": say("non atteinte", "not reached"),
    "reached": say("atteinte", "reached"),
    "cannot_be_excluded": say("ne peut être exclue", "cannot be excluded"),
}

KINDS: Mapping[str, Says] = {
    "login": say("connexion", "login"),
    "logout": say("déconnexion", "logout"),
    "search": say("recherche", "search"),
    "list": say("liste", "list"),
    "open": say("ouverture", "opening"),
    "export": say("export", "export"),
    "write": say("écriture", "write"),
    "other": say("autre", "other"),
}

OUTCOMES: Mapping[str, Says] = {
    "ok": say("abouti", "ok"),
    "refused": say("refusé", "refused"),
    "failed": say("échoué", "failed"),
    "unknown": say("inconnu", "unknown"),
}

FAMILIES: Mapping[str, Says] = {
    "context": say("contexte", "context"),
    "care": say("soin", "care"),
    "shape": say("forme", "shape"),
    "history": say("habitude", "history"),
    "peers": say("pairs", "peers"),
    "status": say("statut", "status"),
    "kinship": say("parenté", "kinship"),
    "indicator": say("indice", "indicator"),
    "seed": say("session connue", "known session"),
}

RULES: Mapping[str, Says] = {
    "named": say("nommée par une ligne", "named by a line"),
    "replayed": say("requête rejouée", "query replayed"),
    "exported": say("export rejoué", "export replayed"),
    "blind": say("intervalle aveugle", "blind interval"),
    "silent": say("opération non tracée", "operation not trailed"),
    "undecided": say("acte indécis", "undecided act"),
    "outcome": say("acte au résultat inconnu", "act of unknown outcome"),
    "widened": say("requête élargie (paramètre inconnu)", "query widened (unknown parameter)"),
    "unreadable": say("requête qui ne se rejoue pas", "query that cannot be replayed"),
    "token": say("page par jeton opaque", "page by opaque token"),
    "unnamed": say("ouverture sans personne nommée", "opening that names nobody"),
    "unmatched": say("acte inconnu du catalogue", "act unknown to the catalogue"),
    "rights": say("droits inconnus de l'annuaire", "rights unknown to the directory"),
}

CATEGORIES: Mapping[str, Says] = {
    "identity": say("identité", "identity"),
    "contact": say("coordonnées", "contact details"),
    "identifier": say("identifiants (NIR, INS)", "identifiers (NIR, INS)"),
    "administrative": say("données administratives", "administrative data"),
    "medical": say("données médicales", "medical data"),
    "financial": say("données financières", "financial data"),
    "credential": say("secrets de connexion", "credentials"),
    "free_text": say("texte libre", "free text"),
    "implied": say("ce que la présence laisse deviner", "what presence implies"),
}

UNKNOWN = say("Inconnu.", "Unknown.")
"""The conclusion of an answer that no stage can give yet."""

WRONG: Mapping[str, Says] = {
    "not JSON": say("n'est pas du JSON", "not JSON"),
    "not a JSON object": say("n'est pas un objet JSON", "not a JSON object"),
    "not UTF-8": say("n'est pas de l'UTF-8", "not UTF-8"),
    "not an AuditEvent": say("n'est pas un AuditEvent", "not an AuditEvent"),
    "no instant that can be read": say("aucun instant lisible", "no instant that can be read"),
    "instant outside 1970-2100": say("instant hors de 1970-2100", "instant outside 1970-2100"),
    "the message is cut before its end": say(
        "message coupé avant sa fin", "the message is cut before its end"
    ),
    "not a combined log line": say(
        "n'est pas une ligne de journal combiné", "not a combined log line"
    ),
    "a field has the wrong type": say(
        "un champ n'a pas le bon type", "a field has the wrong type"
    ),
    "not an event: no type": say("pas d'événement : type absent", "not an event: no type"),
}
"""Reasons of quarantine in French; another one is shown as ingest wrote it."""

NOT_INGESTED = say(
    "aucune trace n'a encore été lue (tocsin ingest)",
    "no trail has been read yet (tocsin ingest)",
)
NOT_DETECTED = say(
    "les sessions n'ont pas encore été examinées (tocsin detect)",
    "the sessions have not been examined yet (tocsin detect)",
)
NOT_SCOPED = say(
    "le périmètre n'a pas encore été calculé (tocsin scope)",
    "the scope has not been computed yet (tocsin scope)",
)


def word(words: Mapping[str, Says], key: str) -> Says:
    """The word for a key; a key that the house does not know is shown as it is."""
    return words.get(key) or plain(key)


def bare_item(name: str) -> Says:
    """A data item without its category, such as date de naissance."""
    rest = name.partition(".")[2]
    return item_words(rest)


def item(name: str) -> Says:
    """A data item: category and name in words, such as identité : date de naissance."""
    return say(
        "{category} : {item}",
        "{category}: {item}",
        category=word(CATEGORIES, name.partition(".")[0]),
        item=bare_item(name),
    )
