"""What a director needs: six plain sentences at most, three figures, each category's state."""

from dataclasses import dataclass

from tocsin.act.report.answers_data import categories
from tocsin.act.report.answers_intrusion import NO_FINDING, missing, over, span
from tocsin.act.report.findings import Findings, Scoped, Stated
from tocsin.act.report.sentences import interval, number, number_first, say, several
from tocsin.act.report.words import CATEGORIES, FINDINGS, NOT_SCOPED, word
from tocsin.core.records import Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A big figure with its words; `mark` is a grade."""

    value: Says
    says: Says
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The page's first section. It names no professional and no account."""

    sentences: tuple[Says, ...]
    figures: tuple[Figure, ...]
    categories: tuple[tuple[Says, str, Says], ...]
    ahead: Says | None


def brief(found: Findings) -> Brief:
    """At most six sentences: accounts, since when, persons, data, over or not, unknown."""
    scope = found.scoped
    sentences = [_accounts(found), _persons(found)]
    if scope:
        sentences += [_reached(scope), *_medical(scope)]
    sentences += [over_in_brief(found), _not_known(found)]
    return Brief(
        sentences=tuple(sentences),
        figures=_figures(found),
        categories=tuple(
            (word(CATEGORIES, s.category), s.finding, word(FINDINGS, s.finding))
            for s in (scope.statements if scope else ())
        ),
        ahead=_proposition(found),
    )


def _proposition(found: Findings) -> Says | None:
    """What of this report rests on sessions that no human reviewed."""
    if not (found.scoped and found.scoped.proposition):
        return None
    return several(
        len(found.unreviewed),
        (
            "Ce rapport compte {n} session suspecte que personne n'a encore revue. Ses "
            "chiffres et ses phrases ne sont ni à déposer ni à envoyer avant une revue nommée.",
            "This report counts {n} suspicious session that nobody has reviewed yet. Its "
            "figures and sentences must not be filed or sent before a named review.",
        ),
        (
            "Ce rapport compte {n} sessions suspectes que personne n'a encore revues. Ses "
            "chiffres et ses phrases ne sont ni à déposer ni à envoyer avant une revue nommée.",
            "This report counts {n} suspicious sessions that nobody has reviewed yet. Its "
            "figures and sentences must not be filed or sent before a named review.",
        ),
    )


def _accounts(found: Findings) -> Says:
    if not found.detected:
        return say(
            "On ne sait pas encore si un compte a été utilisé par un tiers : {why}.",
            "It is not known yet whether an account was used by someone else: {why}.",
            why=missing(found),
        )
    if not found.usurped:
        return say(
            "Aucun compte n'est retenu comme utilisé par un tiers, sur {n} sessions examinées. "
            "{result}",
            "No account is held to have been used by someone else, of {n} sessions examined. "
            "{result}",
            n=found.detected.sessions,
            result=NO_FINDING,
        )
    first, last = span(found)
    return several(
        len({s.account for s in found.usurped}),
        (
            "Un compte professionnel {would} été utilisé par un tiers, {when}.",
            "One professional account {would} used by someone else, {when}.",
        ),
        (
            "{many} comptes professionnels {would} été utilisés par un tiers, {when}.",
            "{many} professional accounts {would} used by someone else, {when}.",
        ),
        many=number_first(len({s.account for s in found.usurped})),
        would=_would(found),
        when=interval(first, last, found.zone),
    )


def _would(found: Findings) -> Says:
    """The conditional, as long as nobody reviewed what is retained."""
    many = len({s.account for s in found.usurped}) > 1
    if found.unreviewed:
        return (
            Says("auraient", "appear to have been")
            if many
            else Says("aurait", "appears to have been")
        )
    return Says("ont", "were") if many else Says("a", "was")


def _persons(found: Findings) -> Says:
    if not found.scoped:
        return say(
            "Le nombre de personnes est inconnu : {why}.",
            "The number of persons is unknown: {why}.",
            why=NOT_SCOPED,
        )
    persons = found.scoped.persons
    if not persons.at_most:
        return say("Personne n'est dans le périmètre.", "Nobody is in scope.")
    if not persons.at_least:
        return several(
            persons.at_most,
            (
                "Aucune personne n'est établie comme atteinte ; une au plus peut l'avoir été.",
                "No person is established as reached; {n} at most may have been.",
            ),
            (
                "Aucune personne n'est établie comme atteinte ; {n} au plus peuvent l'avoir "
                "été.",
                "No person is established as reached; {n} at most may have been.",
            ),
        )
    if persons.at_least == persons.at_most:
        return several(
            persons.at_most,
            (
                "Les données d'une personne exactement {verb} été atteintes.",
                "The data of exactly one person {verb} reached.",
            ),
            (
                "Les données de {n} personnes exactement {verb} été atteintes.",
                "The data of exactly {n} persons {verb} reached.",
            ),
            verb=_were(found),
        )
    likely = min(max(persons.probable, persons.at_least), persons.at_most)
    if likely == persons.at_least:
        return say(
            "Les données d'au moins {low} personnes, nombre aussi le plus vraisemblable, et "
            "d'au plus {high} {verb} été atteintes.",
            "The data of at least {low} persons, which is also the likeliest number, and of at "
            "most {high} {verb} reached.",
            low=persons.at_least,
            high=persons.at_most,
            verb=_were(found),
        )
    return say(
        "Les données d'au moins {low} personnes, vraisemblablement {likely}, au plus {high}, "
        "{verb} été atteintes.",
        "The data of at least {low} persons, likely {likely}, at most {high}, {verb} reached.",
        low=persons.at_least,
        likely=likely,
        high=persons.at_most,
        verb=_were(found),
    )


def _were(found: Findings) -> Says:
    if found.scoped and found.scoped.proposition:
        return Says("auraient", "appear to have been")
    return Says("ont", "were")


def _reached(scope: Scoped) -> Says:
    reached = _of(scope, "reached")
    doubtful = _of(scope, "cannot_be_excluded")
    spared = _of(scope, "not_reached")
    parts_fr, parts_en = [], []
    for some, fr, en in (
        (reached, "atteintes : {names}", "reached: {names}"),
        (doubtful, "qui ne peuvent être exclues : {names}", "that cannot be excluded: {names}"),
        (spared, "non atteintes : {names}", "not reached: {names}"),
    ):
        if some:
            said = say(fr, en, names=categories(some))
            parts_fr.append(said.fr)
            parts_en.append(said.en)
    if not parts_fr:
        return say(
            "Aucune catégorie de données n'est décrite au catalogue.",
            "The catalogue describes no category of data.",
        )
    return Says(
        f"Catégories de données {' ; '.join(parts_fr)}.".replace(" ;", "\u202f;"),
        f"Categories of data {'; '.join(parts_en)}.",
    )


def _medical(scope: Scoped) -> tuple[Says, ...]:
    """The statement on medical data, word for word: indicative or conditional as scope says."""
    return tuple(s.sentence for s in scope.statements if s.category == "medical")[:1]


def over_in_brief(found: Findings) -> Says:
    """Is it over?"""
    if not found.detected:
        return say("On ne sait pas si c'est terminé.", "It is not known whether it is over.")
    return say(
        "On ne sait pas si c'est terminé : {what}",
        "It is not known whether it is over: {what}",
        what=over(found),
    )


def _not_known(found: Findings) -> Says:
    parts = [
        several(
            len(found.gaps),
            ("{n} intervalle aveugle des traces", "{n} blind interval of the trails"),
            ("{n} intervalles aveugles des traces", "{n} blind intervals of the trails"),
        )
        if found.gaps
        else None,
        several(
            len(found.undecided),
            ("{n} session indécise", "{n} undecided session"),
            ("{n} sessions indécises", "{n} undecided sessions"),
        )
        if found.undecided
        else None,
        *_open_questions(found),
    ]
    told = [part for part in parts if part]
    fr = ", ".join(p.fr for p in told)
    en = ", ".join(p.en for p in told)
    return Says(f"Restent inconnus\u00a0: {fr}.", f"Still unknown: {en}.")


def _open_questions(found: Findings) -> tuple[Says, ...]:
    if found.detected and not found.usurped:
        return (
            say(
                "ce qui précède et ce qui suit la fenêtre des traces",
                "what came before and after the window of the trails",
            ),
        )
    return (
        say("la façon dont un accès a été obtenu", "how an access was obtained"),
        say("l'usage fait des données", "what use was made of the data"),
    )


def _of(scope: Scoped, finding: str) -> tuple[Stated, ...]:
    return tuple(s for s in scope.statements if s.finding == finding)


def _figures(found: Findings) -> tuple[Figure, ...]:
    words = (
        ("certain", say("personnes certaines", "persons, certain")),
        ("probable", say("certaines ou probables", "certain or probable")),
        ("possible", say("certaines, probables ou possibles", "certain, probable or possible")),
    )
    persons = found.scoped.persons if found.scoped else None
    return tuple(
        Figure(
            value=number(getattr(persons, grade)) if persons else say("inconnu", "unknown"),
            says=says,
            mark=grade,
        )
        for grade, says in words
    )
