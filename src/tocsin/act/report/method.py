"""The report's standing texts: labels, limits, method, glossary."""

from collections.abc import Mapping

from tocsin.act.report.findings import Findings
from tocsin.act.report.sentences import instant, plain, say
from tocsin.core.records import Says

LABELS: Mapping[str, Says] = {
    "skip": say("Aller au contenu", "Skip to content"),
    "contents": say("Sommaire", "Contents"),
    "proposition": say("PROPOSITION", "PROPOSITION"),
    "categories": say("État de chaque catégorie", "State of each category"),
    "category": say("Catégorie", "Category"),
    "finding": say("Constat", "Finding"),
    "figures": say("Personnes, par certitude (cumulé)", "Persons, by certainty (cumulative)"),
    "because": say("Parce que :", "Because:"),
    "unknown_because": say("Inconnu, parce que :", "Unknown, because:"),
    "evidence": say("Éléments :", "Evidence:"),
    "confidence": say("Certitude :", "Confidence:"),
    "by": say("Auteur :", "Author:"),
    "reasons": say("Pourquoi ces sessions", "Why these sessions"),
    "session": say("Session", "Session"),
    "places": say("Premiers identifiants locaux", "First local ids"),
    "added": say(
        "Premiers identifiants locaux ajoutés par ce grade",
        "First local ids that this grade adds",
    ),
    "query": say("Requête", "Query"),
    "find": say("Retrouver", "Find"),
    "none": say("Aucune ligne.", "No row."),
    "key": say("Légende", "Key"),
    "hour": say("heure de début", "hour of start"),
    "run": say("Le calcul", "The run"),
    "assumptions": say("Ce qui changerait les chiffres", "What would change the figures"),
    "blindness": say("Ce que Tocsin ne voit pas", "What Tocsin does not see"),
    "method": say("Comment les chiffres sont faits", "How the figures are made"),
    "glossary": say("Glossaire", "Glossary"),
    "back": say("Haut de page", "Top of page"),
    "scroll": say("tableau défilant", "scrolling table"),
    "statement_mark": say("Raisons", "Reasons"),
    "total": say("Ensemble", "All"),
    "language": say("Langue", "Language"),
    "signature": say(
        "Rapport produit par Tocsin. Il ne porte aucun nom ni aucune date de naissance de "
        "patient : seulement les identifiants locaux des sources.",
        "Report produced by Tocsin. It carries no patient's name and no birth date: only the "
        "sources’ local ids.",
    ),
    "presumption": say(
        "Une session retenue n'accuse pas le titulaire du compte : elle dit que quelqu'un "
        "d'autre s'en est vraisemblablement servi.",
        "A session retained does not accuse the account’s owner: it says that somebody else "
        "most likely used it.",
    ),
    "night": say("hors 7 h – 20 h", "outside 7:00–20:00"),
}
"""Labels of the page, by key."""

GLOSSARY: tuple[tuple[Says, Says], ...] = (
    (
        say("certain", "certain"),
        say(
            "une ligne des traces nomme la personne ou la donnée, dans un acte usurpé.",
            "a line of the trails names the person or the item, in a usurped act.",
        ),
    ),
    (
        say("probable", "probable"),
        say(
            "une requête tracée, rejouée sur une image datée de l'annuaire, la montre.",
            "a logged query, replayed on a dated image of the directory, shows it.",
        ),
    ),
    (
        say("possible", "possible"),
        say(
            "un intervalle aveugle, une opération non tracée ou un acte indécis a pu la "
            "montrer, selon les droits du compte.",
            "a blind interval, an operation that is not trailed or an undecided act may have "
            "shown it, given the account’s rights.",
        ),
    ),
    (
        say("usurpé, indécis, légitime", "usurped, undecided, legitimate"),
        say(
            "attribution de chaque acte : à un tiers, à personne encore, au titulaire.",
            "attribution of each act: to someone else, to nobody yet, to the owner.",
        ),
    ),
    (
        say("probabilité, q", "probability, q"),
        say(
            "probabilité : que la session porte un acte qui n'est pas du titulaire ; q : part "
            "attendue d'erreurs parmi les sessions au moins aussi suspectes.",
            "probability: that the session holds an act that is not the owner’s; q: expected "
            "share of errors among the sessions at least as suspicious.",
        ),
    ),
    (
        say("bits", "bits"),
        say(
            "poids d'une raison : +1 double la cote contre le titulaire, −1 la divise par "
            "deux.",
            "weight of a reason: +1 doubles the odds against the owner, −1 halves them.",
        ),
    ),
    (
        say("intervalle aveugle", "blind interval"),
        say(
            "temps pendant lequel une source ne montre rien de fiable : arrêt déclaré, "
            "silence, fichier ou numéro manquant, avant conservation.",
            "time in which a source shows nothing that can be relied on: declared stop, "
            "silence, missing file or number, before retention.",
        ),
    ),
    (
        say("quarantaine", "quarantine"),
        say(
            "ligne reçue qui n'a pas pu être lue : gardée, comptée, jamais ignorée.",
            "a line received that could not be read: kept, counted, never ignored.",
        ),
    ),
    (
        say("PROPOSITION", "PROPOSITION"),
        say(
            "révision qui compte des suspicions que personne n'a revues ; ni dépôt définitif "
            "ni envoi ne s'appuie sur elle.",
            "a revision that counts suspicions nobody reviewed; no final filing and no sending "
            "rests on it.",
        ),
    ),
)
"""Words of the report, with what they mean."""


def limits(found: Findings) -> tuple[Says, ...]:
    """What no figure of this report can show."""
    operator_word = say(
        "Sur la seule parole de l'opérateur : les rôles, le catalogue (ce que montre chaque "
        "opération), les opérations non tracées, l'annuaire au {as_of}.",
        "On the operator’s word alone: the roles, the catalogue (what each operation shows), "
        "the operations not trailed, the directory as of {as_of}.",
        as_of=instant(found.estate.directory.as_of, found.zone),
    )
    return (
        operator_word,
        say(
            "Un accès hors des services (base de données, sauvegarde, outil de l'éditeur) ne "
            "laisse pas de ligne ici.",
            "An access outside the services (database, back-up, vendor tool) leaves no line "
            "here.",
        ),
        say(
            "Une liste montrée à l'écran n'est presque jamais dans les traces : elle est "
            "rejouée sur l'image de l'annuaire, qui n'est pas celui de l'instant même.",
            "A list shown on screen is hardly ever in the trails: it is replayed on the image "
            "of the directory, which is not the one of that very instant.",
        ),
        say(
            "« Aucune ligne » veut dire « non vu », jamais « innocent ».",
            "“No line” means “not seen”, never “innocent”.",
        ),
        say(
            "Une photographie d'écran, une copie à la main ne laissent rien.",
            "A photograph of a screen or a copy by hand leaves nothing.",
        ),
    )


def method(found: Findings) -> tuple[Says, ...]:
    """How the figures come about, and how to make them again."""
    return (
        say(
            "Chaque ligne reçue finit en acte, en quarantaine ou en répétition ; le registre "
            "est juste à la ligne près.",
            "Each line received ends as an act, in quarantine or as a repetition; the ledger "
            "is right to the line.",
        ),
        say(
            "Chaque session reçoit une probabilité, somme de raisons pesées en bits et "
            "calibrées sur l'historique de l'opérateur ; le seuil est un taux de fausses "
            "découvertes.",
            "Each session receives a probability, a sum of reasons weighed in bits and "
            "calibrated on the operator’s own history; the threshold is a false-discovery "
            "rate.",
        ),
        say(
            "Le périmètre joint les actes attribués au catalogue, rejoue les requêtes, et "
            "élargit les bornes de tout ce qui n'est pas vu ou pas tranché.",
            "Scope joins attributed acts with the catalogue, replays queries, and widens the "
            "bounds by all that is not seen or not settled.",
        ),
        say(
            "Refaire les calculs : tocsin ingest, tocsin detect, tocsin scope sur le dossier "
            "{case}. Les requêtes données ici se lancent depuis le dossier de l'affaire avec "
            "tout moteur qui lit Parquet (DuckDB, par exemple).",
            "To compute again: tocsin ingest, tocsin detect, tocsin scope on case {case}. The "
            "queries given here run from the case’s folder with any engine that reads Parquet "
            "(DuckDB, for one).",
            case=plain(found.facts.get("id", "")),
        ),
        say(
            "Une ligne se désigne par source:position : le rang de la ligne dans le fichier "
            "décompressé, gardé par son empreinte dans evidence/.",
            "A line is named source:position: its rank in the decompressed file, kept by its "
            "digest in evidence/.",
        ),
    )
