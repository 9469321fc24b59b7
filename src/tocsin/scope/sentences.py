"""The words of scope: what is said of each category, and why. French first, English beside.

French says a proved limit in the indicative ("n'ont pas été consultées", "se limite à") and an
unproved one in the conditional ("n'auraient pas été consultées", "se limiterait à").
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tocsin.core.items import item_words
from tocsin.core.records import Says
from tocsin.scope.doubts import Doubt


@dataclass(frozen=True, slots=True)
class Subject:
    """A category as the subject of a sentence: French with its agreement, English."""

    fr: str
    agreed: str
    en: str


SUBJECTS: Mapping[str, Subject] = {
    "identity": Subject("les données d'identité", "consultées", "identity data"),
    "contact": Subject("les coordonnées", "consultées", "contact details"),
    "identifier": Subject(
        "les numéros d'identification (NIR, INS)", "consultés", "identification numbers"
    ),
    "administrative": Subject(
        "les données administratives", "consultées", "administrative data"
    ),
    "medical": Subject("les données médicales", "consultées", "medical data"),
    "financial": Subject("les données financières", "consultées", "financial data"),
    "credential": Subject("les moyens de connexion des personnes", "consultés", "credentials"),
    "free_text": Subject("les zones de texte libre", "consultées", "free-text fields"),
    "implied": Subject(
        "les informations que la présence dans un service laisse deviner",
        "révélées",
        "what being listed in a service tells",
    ),
}


def number(n: int) -> Says:
    """A count, thousands parted."""
    english = f"{n:,}"
    return Says(english.replace(",", "\u202f"), english)


def persons(n: int) -> Says:
    """So many persons."""
    words = number(n)
    return Says(
        f"{words.fr} personne{'s' if n > 1 else ''}",
        f"{words.en} person{'' if n == 1 else 's'}",
    )


def instant(us: int, zone: str) -> Says:
    """An instant in the operator's zone, to the minute."""
    try:
        at = datetime.fromtimestamp(us / 1_000_000, UTC).astimezone(ZoneInfo(zone))
    except (OverflowError, ValueError, OSError):
        return Says("une date hors de portée", "a date out of range")
    return Says(f"{at:%d/%m/%Y %H:%M}", f"{at:%Y-%m-%d %H:%M}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Distinct persons of a category, cumulative, and its items that were reached."""

    certain: int
    probable: int
    possible: int
    items: tuple[str, ...]


def reached(category: str, figures: Figures, *, proved: bool) -> Says:
    """The category was reached; with its limits in the indicative only where proved."""
    subject = SUBJECTS[category]
    named, shown, most = (
        persons(n) for n in (figures.certain, figures.probable, figures.possible)
    )
    items = [item_words(item) for item in figures.items]
    limit = "se limite" if proved else "se limiterait"
    bound = "is limited" if proved else "would be limited"
    return Says(
        f"{_capital(subject.fr)} ont été {subject.agreed} : {named.fr} de façon certaine, "
        f"{shown.fr} avec les recherches rejouées, {most.fr} au plus. L'accès {limit} à : "
        f"{', '.join(i.fr for i in items)}.",
        f"{_capital(subject.en)} were reached: {named.en} for certain, {shown.en} with the "
        f"searches replayed, {most.en} at most. The access {bound} to: "
        f"{', '.join(i.en for i in items)}.",
    )


def not_reached(category: str) -> Says:
    """The category was not reached, and this is proved."""
    subject = SUBJECTS[category]
    return Says(
        f"{_capital(subject.fr)} n'ont pas été {subject.agreed}.",
        f"{_capital(subject.en)} were not reached.",
    )


def cannot_be_excluded(category: str, figures: Figures) -> Says:
    """Nothing shows that the category was reached, and nothing excludes it."""
    subject = SUBJECTS[category]
    most = persons(figures.possible)
    more = Says("", "")
    if figures.possible:
        more = Says(f" ({most.fr} au plus)", f" ({most.en} at most)")
    return Says(
        f"{_capital(subject.fr)} n'auraient pas été {subject.agreed}, mais cela ne peut pas "
        f"être exclu{more.fr}.",
        f"{_capital(subject.en)} would not have been reached, but this cannot be "
        f"excluded{more.en}.",
    )


# Why: reasons ------------------------------------------------------------------------------

_STATES: Mapping[str, Says] = {
    "stopped": Says("l'enregistrement était arrêté", "recording was stopped"),
    "silent": Says(
        "aucune ligne alors que le service est toujours actif à ces heures",
        "no line, at hours when the service is always in use",
    ),
    "cut": Says("un fichier ou des lignes manquent", "a file or lines are missing"),
    "before_retention": Says(
        "avant la durée de conservation des traces", "before the retention of the trail"
    ),
}


def why(doubt: Doubt, names: Mapping[str, str], zone: str) -> Says:
    """The sentence of a doubt.

    Args:
        doubt: the reason.
        names: the services' names by id.
        zone: the operator's time zone.
    """
    return _WHY[doubt.kind](doubt, names.get(doubt.service, doubt.service), zone)


def _blind(doubt: Doubt, name: str, zone: str) -> Says:
    start, end = instant(doubt.start_us or 0, zone), instant(doubt.end_us or 0, zone)
    state = _STATES.get(doubt.words, Says(doubt.words, doubt.words))
    return Says(
        f"Les traces de « {name} » manquent du {start.fr} au {end.fr} : {state.fr}.",
        f"The trail of “{name}” is missing from {start.en} to {end.en}: {state.en}.",
    )


def _silent(doubt: Doubt, name: str, zone: str) -> Says:
    return Says(
        f"L'opération « {doubt.words} » de « {name} » n'est pas tracée, et une session "
        "retenue est entrée dans ce service.",
        f"The operation “{doubt.words}” of “{name}” is not trailed, and a retained session "
        "entered that service.",
    )


def _undecided(doubt: Doubt, name: str, zone: str) -> Says:
    n = number(doubt.number)
    return Says(
        f"Des actes restent à trancher ou à relire (sessions : {n.fr}).",
        f"Acts are left undecided or unreviewed (sessions: {n.en}).",
    )


def _unmatched(doubt: Doubt, name: str, zone: str) -> Says:
    n = number(doubt.number)
    return Says(
        f"Une session retenue a fait dans « {name} » des actes que le catalogue ne connaît "
        f"pas (actes : {n.fr}).",
        f"A retained session did acts in “{name}” that the catalogue does not know "
        f"(acts: {n.en}).",
    )


def _unread(doubt: Doubt, name: str, zone: str) -> Says:
    n = number(doubt.number)
    return Says(
        f"Des lignes de « {name} » sont illisibles dans la période (lignes : {n.fr}).",
        f"Lines of “{name}” cannot be read in that time (lines: {n.en}).",
    )


def _edge(doubt: Doubt, name: str, zone: str) -> Says:
    if doubt.words == "before":
        at = instant(doubt.start_us or 0, zone)
        return Says(
            f"Les traces de « {name} » ne commencent que le {at.fr}, après le début de la "
            "période examinée (24 h avant le premier acte).",
            f"The trail of “{name}” begins only at {at.en}, after the time examined begins "
            "(24 h before the first act).",
        )
    at = instant(doubt.end_us or 0, zone)
    return Says(
        f"Les traces de « {name} » s'arrêtent le {at.fr}, avant la fin de la période examinée "
        "(24 h après le dernier acte).",
        f"The trail of “{name}” ends at {at.en}, before the time examined ends (24 h after "
        "the last act).",
    )


def _untrailed(doubt: Doubt, name: str, zone: str) -> Says:
    if doubt.start_us is None:
        return Says(
            f"D'une source de « {name} » au moins, aucune ligne n'a été lue : rien n'y montre "
            "un vol, rien ne l'exclut.",
            f"Of one source at least of “{name}” no line was read: nothing in it shows a "
            "theft, nothing excludes one.",
        )
    return Says(
        f"Des traces de « {name} », ouvert à ces comptes, n'ont pas été fournies.",
        f"Trails of “{name}”, open to these accounts, were not delivered.",
    )


_WHY: Mapping[str, Callable[[Doubt, str, str], Says]] = {
    "blind": _blind,
    "silent": _silent,
    "undecided": _undecided,
    "unmatched": _unmatched,
    "unread": _unread,
    "edge": _edge,
    "untrailed": _untrailed,
}

RULES: Mapping[str, Says] = {
    "outcome": Says(
        "Des actes n'ont pas de résultat connu.", "The outcome of some acts is not known."
    ),
    "widened": Says(
        "Des recherches portent des paramètres inconnus : la réponse rejouée est plus large.",
        "Some searches carry unknown parameters: the answer replayed is wider.",
    ),
    "unreadable": Says(
        "Des recherches ne peuvent pas être rejouées : le texte manque ou n'est pas lisible.",
        "Some searches cannot be replayed: their text is absent or cannot be read.",
    ),
    "token": Says(
        "Des pages sont demandées par un jeton sans recherche connue.",
        "Some pages are asked by a token without a known search.",
    ),
    "unnamed": Says(
        "Des ouvertures ne nomment pas la personne.", "Some openings do not name the person."
    ),
    "unmatched": Says(
        "Des actes inconnus du catalogue nomment des personnes.",
        "Acts that the catalogue does not know name persons.",
    ),
    "rights": Says(
        "Les droits d'un compte ne sont pas connus de l'annuaire.",
        "The rights of an account are not known to the directory.",
    ),
}
"""Why persons are only possible, by rule; gaps, silence and undecided acts have their own."""


def measured_rate(most: int) -> Says:
    """How many persons gaps can have shown, by the rates measured."""
    n = persons(most)
    return Says(
        f"Dans les trous des traces, {n.fr} au plus : deux fois le débit le plus élevé mesuré "
        "(ces sessions sur cinq actes de suite, tout le service sur dix minutes), jamais moins "
        "d'une personne par seconde. Lesquelles n'est pas connu.",
        f"In the gaps of the trail, {n.en} at most: twice the highest rate measured (these "
        "sessions over five acts in a row, the whole service over ten minutes), and never less "
        "than one person a second. Which ones is not known.",
    )


# Premises ------------------------------------------------------------------------------------


def sessions_retained(sessions: int, accounts: int, *, proposition: bool) -> Says:
    """The premise of every statement: the sessions that it rests on."""
    if not sessions:
        return Says(
            "Prémisse : aucune session n'est retenue comme usurpée ; rien ne montre un vol.",
            "Premise: no session is retained as usurped; nothing shows a theft.",
        )
    n, m = number(sessions), number(accounts)
    how = Says("relues par une personne nommée", "reviewed by a named human")
    if proposition:
        how = Says(
            "PROPOSITION : sessions suspectes acceptées sans relecture",
            "PROPOSITION: suspicions accepted without a review",
        )
    return Says(
        f"Prémisse : sessions retenues {n.fr}, comptes {m.fr} ({how.fr}).",
        f"Premise: sessions retained {n.en}, accounts {m.en} ({how.en}).",
    )


def operators_word(services: tuple[str, ...], silent: tuple[str, ...]) -> Says:
    """The premise that only the operator vouches for: roles, catalogue, silent operations."""
    where = ", ".join(services)
    untrailed = ", ".join(silent)
    return Says(
        "Prémisse, sur la parole de l'opérateur : les rôles admis, le catalogue des opérations"
        + (f" ({where})" if where else "")
        + (
            f", les opérations non tracées : {untrailed}."
            if untrailed
            else ", et aucune opération non tracée."
        ),
        "Premise, on the operator's word: the roles admitted, the catalogue of operations"
        + (f" ({where})" if where else "")
        + (
            f", the operations that are not trailed: {untrailed}."
            if untrailed
            else ", and no operation that is not trailed."
        ),
    )


def cannot_show() -> Says:
    """No service that admits the accounts can show the category."""
    return Says(
        "Aucune opération du catalogue, dans les services ouverts à ces comptes, ne montre "
        "cette catégorie.",
        "No operation of the catalogue, in the services open to these accounts, shows this "
        "category.",
    )


def trailed_whole(services: tuple[str, ...]) -> Says:
    """Every service that can show the category was trailed, and shows no such act."""
    where = ", ".join(services)
    return Says(
        "Toutes les opérations qui la montrent sont tracées sans trou sur la période "
        f"({where}), et aucun acte retenu n'en relève.",
        f"Every operation that shows it is trailed without a gap in that time ({where}), and "
        "no retained act is one of them.",
    )
