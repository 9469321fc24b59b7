"""Group B: what was run, whose records, which data, and whose they are in law."""

from collections.abc import Iterable, Mapping

from tocsin.act.report.answers_intrusion import (
    NO_FINDING,
    missing,
    sure,
    unless_reviewed,
    usurped_operations,
)
from tocsin.act.report.findings import Findings, Persons, Stated
from tocsin.act.report.page import Reply
from tocsin.act.report.sentences import listed, say, sentence, several
from tocsin.act.report.words import CATEGORIES, KINDS, NOT_SCOPED, UNKNOWN, bare_item, word
from tocsin.core.items import item_words
from tocsin.core.records import Says

COUNTS: Mapping[str, Says] = {
    "minors": say("mineurs", "minors"),
    "deceased": say("personnes décédées", "deceased persons"),
    "homonyms": say("homonymes à ne pas confondre", "homonyms not to be confused"),
    "flagged": say("identités signalées (homonymie, collision)", "identities flagged"),
}
"""Counts of persons that scope gives by grade, cumulative."""


def what_was_run(found: Findings) -> Reply:
    """Q08."""
    acts = usurped_operations(found)
    if not found.detected:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
    if not acts:
        return Reply(
            confidence="probable",
            conclusion=(
                say(
                    "Rien de retenu : aucun acte n'est usurpé.",
                    "Nothing retained: no act is usurped.",
                ),
            ),
            evidence=("sessions",),
        )
    by_kind: dict[str, int] = {}
    for use in acts:
        by_kind[use.kind] = by_kind.get(use.kind, 0) + use.acts
    total = sum(by_kind.values())
    parts = [
        say("{kind} : {n}", "{kind}: {n}", kind=word(KINDS, kind or "other"), n=n)
        for kind, n in sorted(by_kind.items(), key=lambda pair: -pair[1])
    ]
    conclusion = say(
        "{n} actes usurpés, par nature — {kinds}. Détail par service et par opération : "
        "tableau « Opérations ».",
        "{n} usurped acts, by kind — {kinds}. By service and operation: table “Operations”.",
        n=total,
        kinds=listed(parts),
    )
    exports = () if by_kind.get("export") else (_no_export(),)
    return Reply(
        confidence=sure(found),
        conclusion=(conclusion, *exports),
        because=unless_reviewed(found),
        evidence=("data", "sessions"),
    )


def whose_records(found: Findings) -> Reply:
    """Q09."""
    if not found.scoped:
        return not_scoped()
    persons = found.scoped.persons
    if not persons.possible and not persons.at_most:
        none = say(
            "Personne n'est dans le périmètre. {result}",
            "Nobody is in scope. {result}",
            result=NO_FINDING,
        )
        return Reply(confidence="probable", conclusion=(none,), evidence=("persons",))
    return Reply(
        confidence=scope_sure(found),
        conclusion=(bounds(persons), grades(persons), *_apart(persons)),
        because=premises(found),
        evidence=("persons", "data"),
    )


def which_fields(found: Findings) -> Reply:
    """Q10."""
    if not found.scoped:
        return not_scoped()
    reached = [
        say("{item} ({n})", "{item} ({n})", item=bare_item(name), n=counts.probable)
        for name, counts in sorted(
            found.scoped.items.items(), key=lambda pair: (-pair[1].probable, pair[0])
        )
        if counts.probable
    ]
    if not reached:
        none = say(
            "Aucune donnée n'est établie comme atteinte, ni sûrement ni probablement.",
            "No item is established as reached, neither certainly nor probably.",
        )
        return Reply(
            confidence="probable",
            conclusion=(none,),
            because=premises(found),
            evidence=("data",),
        )
    conclusion = say(
        "Personnes atteintes sûrement ou probablement, par donnée : {items}.",
        "Persons certainly or probably reached, by item: {items}.",
        items=listed(reached),
    )
    return Reply(
        confidence=scope_sure(found),
        conclusion=(conclusion,),
        because=premises(found),
        evidence=("data",),
    )


def seen_or_taken(found: Findings) -> Reply:
    """Q11."""
    if not found.detected:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
    acts = usurped_operations(found)
    shown = sum(o.acts for o in acts if o.kind in ("search", "list"))
    opened = sum(o.acts for o in acts if o.kind == "open")
    exported = sum(o.acts for o in acts if o.kind == "export")
    conclusion = say(
        "Listes et recherches : {shown} ; ouvertures : {opened} ; exports tracés : {exported}.",
        "Lists and searches: {shown}; openings: {opened}; exports trailed: {exported}.",
        shown=shown,
        opened=opened,
        exported=exported,
    )
    copied = say(
        "ce qu'un écran a montré peut avoir été copié sans laisser de trace : toute donnée vue "
        "est à tenir pour emportée",
        "what a screen showed may have been copied without a trace: every item seen is to be "
        "taken as carried away",
    )
    return Reply(
        confidence="unknown",
        conclusion=(say("Emporté ou non : inconnu.", "Taken or not: unknown."), conclusion),
        because=(copied,),
        evidence=("data",),
    )


def what_presence_tells(found: Findings) -> Reply:
    """Q12."""
    telling = [s for s in found.estate.services if s.implies]
    entered = {o.service for o in usurped_operations(found)}
    lines = [
        say(
            "{service} : être listé ici dit déjà « {implies} » ; {entered}.",
            "{service}: being listed here already tells “{implies}”; {entered}.",
            service=s.name or s.id,
            implies=item_words(s.implies),
            entered=say("service où l'intrus est entré", "a service that the intruder entered")
            if s.id in entered
            else say("aucun acte usurpé tracé", "no usurped act trailed"),
        )
        for s in telling
    ]
    free = say(
        "les champs libres ne sont pas lus par Tocsin : ce qu'ils révèlent reste inconnu",
        "free-text fields are not read by Tocsin: what they reveal is unknown",
    )
    if not telling:
        none = say(
            "Le catalogue ne déclare aucun service dont la présence révèle quelque chose.",
            "The catalogue declares no service whose mere presence tells anything.",
        )
        return Reply(confidence="probable", conclusion=(none,), because=(free,))
    return Reply(
        confidence="probable", conclusion=tuple(lines), because=(free,), evidence=("data",)
    )


def not_reached(found: Findings) -> Reply:
    """Q13: the statements of scope, word for word."""
    if not found.scoped:
        return not_scoped()
    negative = [s for s in found.scoped.statements if s.finding == "not_reached"]
    doubtful = [s for s in found.scoped.statements if s.finding == "cannot_be_excluded"]
    lines = [s.sentence for s in negative]
    if doubtful:
        lines.append(
            say(
                "Ne peuvent être exclues : {names}.",
                "Cannot be excluded: {names}.",
                names=categories(doubtful),
            )
        )
    if not negative:
        lines.insert(
            0, say("Rien n'est prouvé non atteint.", "Nothing is proved not to be reached.")
        )
    return Reply(
        confidence=scope_sure(found) if negative else "unknown",
        conclusion=tuple(lines),
        because=premises(found)
        or (
            say(
                "chaque phrase et ses raisons sont au tableau des énoncés",
                "each sentence and its reasons stand in the table of statements",
            ),
        ),
        evidence=("data", "coverage"),
    )


def controllers(found: Findings) -> Reply:
    """Q14."""
    if not found.scoped:
        return not_scoped()
    concerned = [c for c in found.scoped.controllers if c.persons.possible]
    if not concerned:
        none = say(
            "Aucun responsable n'a de personne dans le périmètre.",
            "No controller has a person in scope.",
        )
        return Reply(confidence="probable", conclusion=(none,), evidence=("data",))
    conclusion = several(
        len(concerned),
        (
            "{n} responsable de traitement est concerné ; le tableau dit combien de personnes.",
            "{n} controller is concerned; the table tells how many persons.",
        ),
        (
            "{n} responsables de traitement sont concernés ; le tableau dit combien de "
            "personnes pour chacun, et comment les sommes se rapprochent.",
            "{n} controllers are concerned; the table tells how many persons each, and how the "
            "sums reconcile.",
        ),
    )
    return Reply(
        confidence=scope_sure(found),
        conclusion=(conclusion,),
        because=premises(found),
        evidence=("data",),
    )


def special_care(found: Findings) -> Reply:
    """Q15: only the counts that scope gives; the report does not open the directory."""
    sure, most = _special(found, "certain"), _special(found, "possible")
    absent = say(
        "majeurs protégés et adresses protégées ne sont pas comptés",
        "protected adults and protected addresses are not counted",
    )
    if not most:
        return Reply(
            confidence="unknown",
            conclusion=(UNKNOWN,),
            because=(absent if found.scoped else NOT_SCOPED,),
        )
    parts = [
        say(
            "{what} : {low} de façon certaine, {high} au plus.",
            "{what}: {low} for certain, {high} at most.",
            what=says,
            low=sure.get(name, 0),
            high=most[name],
        )
        for name, says in COUNTS.items()
        if name in most
    ]
    return Reply(
        confidence=scope_sure(found),
        conclusion=tuple(sentence(part) for part in parts),
        because=(absent, *premises(found)),
        evidence=("persons",),
    )


def _special(found: Findings, grade: str) -> Mapping[str, int]:
    """The counts of persons to be treated with care, by kind, up to a grade."""
    counts = found.scoped.counts if found.scoped else None
    by_grade = counts.get("grades") if isinstance(counts, Mapping) else None
    kinds = by_grade.get(grade) if isinstance(by_grade, Mapping) else None
    if not isinstance(kinds, Mapping):
        return {}
    return {name: int(n) for name, n in kinds.items() if name in COUNTS}


# What the answers share ------------------------------------------------------------------


def not_scoped() -> Reply:
    """The reply of every question on persons before the first scope."""
    return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(NOT_SCOPED,))


def scope_sure(found: Findings) -> str:
    """Certain when the scope is no proposition and its bounds meet."""
    if not found.scoped or found.scoped.proposition or found.unreviewed:
        return "probable"
    persons = found.scoped.persons
    return "certain" if persons.at_least == persons.at_most else "probable"


def premises(found: Findings) -> tuple[Says, ...]:
    """What the scope rests on where it is a proposition."""
    if found.scoped and found.scoped.proposition:
        return (
            say(
                "cette révision est une PROPOSITION : elle compte des suspicions que personne "
                "n'a revues",
                "this revision is a PROPOSITION: it counts suspicions that nobody reviewed",
            ),
        )
    return ()


def bounds(persons: Persons) -> Says:
    """Persons at least, likely, at most."""
    return say(
        "Au moins {low}, vraisemblablement {likely}, au plus {high} personnes.",
        "At least {low}, likely {likely}, at most {high} persons.",
        low=persons.at_least,
        likely=persons.probable,
        high=persons.at_most,
    )


def grades(persons: Persons) -> Says:
    """The three grades, cumulative."""
    return say(
        "Certaines : {certain}. Certaines ou probables : {probable}. Certaines, probables ou "
        "possibles : {possible}.",
        "Certain: {certain}. Certain or probable: {probable}. Certain, probable or possible: "
        "{possible}.",
        certain=persons.certain,
        probable=persons.probable,
        possible=persons.possible,
    )


def categories(statements: Iterable[Stated]) -> Says:
    """The categories of some statements, enumerated."""
    return listed(word(CATEGORIES, s.category) for s in statements)


def _apart(persons: Persons) -> tuple[Says, ...]:
    apart = []
    if persons.unknown:
        apart.append(
            say(
                "Identifiants absents de l'annuaire, comptés dedans : {n}.",
                "Ids absent from the directory, counted in: {n}.",
                n=persons.unknown,
            )
        )
    if persons.test:
        apart.append(
            say(
                "Identités de test, à part : {n}.",
                "Test identities, apart: {n}.",
                n=persons.test,
            )
        )
    return tuple(apart)


def _no_export() -> Says:
    return say("Aucun export n'est tracé.", "No export is trailed.")
