"""The risk for the persons from what was measured, and what would move its level."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tocsin.core.records import Says
from tocsin.decide.severity import QUARTER, Level, Terms

UNKNOWN_RECIPIENTS_Q = 2
KNOWN_RECIPIENTS_Q = 1
MALICIOUS_Q = 2
ALTERED_Q = 1
UNAVAILABLE_Q = 1

MANY_PERSONS = 100
"""More than this number of persons is said beside the score (ENISA 2013, flags)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Persons of whom the same was reached, for a grade and those surer.

    `plain_dpc` is the context without what presence in a service tells.
    """

    grade: str
    dpc: int
    ei_q: int
    plain_dpc: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the case measured.

    Args:
        cohorts: by grade; empty where nothing was reached.
        writes: acts of the intruder that changed a record.
        care: finding on the activity: no_change, change, cannot_tell, '' = not measured.
        reviewed: whether a human reviewed every session that the reach rests on.
        undecided: sessions that nobody decided.
    """

    cohorts: tuple[Cohort, ...]
    writes: int = 0
    care: str = ""
    reviewed: bool = False
    undecided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """One doubtful input: what the score becomes if it is otherwise."""

    input: str
    terms: Terms
    says: Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The level with everything that it rests on; `terms` None where nothing is known."""

    level: Level
    terms: Terms | None
    inputs: dict[str, object]
    sensitivity: tuple[Sensitivity, ...]
    cohorts: tuple[Cohort, ...]
    bounds: dict[str, Terms]
    reasons: tuple[Says, ...]


NOTHING_KNOWN = Says(
    "Rien n'est établi de ce qui a été atteint : la gravité est inconnue, pas faible.",
    "Nothing is established of what was reached: the severity is unknown, not low.",
)


def risk(measured: Measured) -> Risk:
    """Score the case on what is certain or probable, and say what would move it.

    The circumstances of a usurped account: recipients unknown (0.5) and malicious intent
    (0.5); a record altered adds 0.25, an availability measured as changed 0.25.
    """
    cb_q = _circumstances(measured)
    bounds = {
        grade: terms
        for grade in ("certain", "probable", "possible")
        if (terms := _worst(measured.cohorts, grade, cb_q))
    }
    terms = bounds.get("probable") or bounds.get("possible")
    if terms is None:
        return Risk(
            level=Level.UNKNOWN,
            terms=None,
            inputs={},
            sensitivity=(),
            cohorts=(),
            bounds={},
            reasons=(NOTHING_KNOWN,),
        )
    persons = sum(c.persons for c in measured.cohorts if c.grade == "probable")
    inputs: dict[str, object] = {
        "dpc": terms.dpc,
        "ei": terms.ei_q * QUARTER,
        "cb": terms.cb_q * QUARTER,
        "confidentiality": UNKNOWN_RECIPIENTS_Q * QUARTER,
        "integrity": (ALTERED_Q if measured.writes else 0) * QUARTER,
        "availability": (UNAVAILABLE_Q if measured.care == "change" else 0) * QUARTER,
        "malicious": MALICIOUS_Q * QUARTER,
        "persons": persons,
        "more_than_100_persons": persons > MANY_PERSONS,
        "writes": measured.writes,
        "reviewed": measured.reviewed,
    }
    return Risk(
        level=terms.level,
        terms=terms,
        inputs=inputs,
        sensitivity=tuple(_doubts(measured, terms, bounds)),
        cohorts=measured.cohorts,
        bounds=bounds,
        reasons=tuple(_reasons(measured, terms, persons)),
    )


def _circumstances(measured: Measured) -> int:
    return (
        UNKNOWN_RECIPIENTS_Q
        + MALICIOUS_Q
        + (ALTERED_Q if measured.writes else 0)
        + (UNAVAILABLE_Q if measured.care == "change" else 0)
    )


def _worst(cohorts: Sequence[Cohort], grade: str, cb_q: int) -> Terms | None:
    """The terms of the cohort with the highest score; None where the grade has no person."""
    mine = [Terms(dpc=c.dpc, ei_q=c.ei_q, cb_q=cb_q) for c in cohorts if c.grade == grade]
    return max(mine, key=lambda t: (t.se_q, t.dpc), default=None)


def _doubts(
    measured: Measured, terms: Terms, bounds: dict[str, Terms]
) -> Iterator[Sensitivity]:
    """Each input that could be otherwise, and the score that it would give."""
    for grade, said in _GRADES.items():
        if grade in bounds and bounds[grade] != terms:
            yield _if(f"evidence:{grade}", bounds[grade], said)
    plain = _without_presence(measured.cohorts, terms)
    if plain:
        yield _if("presence", plain, _PRESENCE)
    if terms.dpc < 4:
        yield _if("context", replace(terms, dpc=terms.dpc + 1), _MORE_CONTEXT)
    if terms.ei_q > 1:
        yield _if("identification", replace(terms, ei_q=terms.ei_q - 1), _LESS_EASE)
    yield from _largest(measured.cohorts, terms)
    yield from _other_circumstances(measured, terms)


def _largest(cohorts: Sequence[Cohort], terms: Terms) -> Iterator[Sensitivity]:
    """The score of the most numerous cohort, where it is not that of the case."""
    mine = [c for c in cohorts if c.grade == "probable"]
    most = max(mine, key=lambda c: c.persons, default=None)
    if most is None or (most.dpc, most.ei_q) == (terms.dpc, terms.ei_q):
        return
    said = Says(
        f"pour le groupe le plus nombreux ({most.persons} personnes)",
        f"for the most numerous group ({most.persons} persons)",
    )
    yield _if("cohort", Terms(dpc=most.dpc, ei_q=most.ei_q, cb_q=terms.cb_q), said)


def _other_circumstances(measured: Measured, terms: Terms) -> Iterator[Sensitivity]:
    known = terms.cb_q - UNKNOWN_RECIPIENTS_Q + KNOWN_RECIPIENTS_Q
    yield _if("recipients", replace(terms, cb_q=known), _KNOWN)
    if not measured.reviewed:
        yield _if("malicious", replace(terms, cb_q=terms.cb_q - MALICIOUS_Q), _NOT_MALICIOUS)
    if measured.care in ("", "cannot_tell"):
        more = replace(terms, cb_q=terms.cb_q + UNAVAILABLE_Q)
        yield _if("availability", more, _AVAILABILITY)
    if measured.writes:
        more = replace(terms, cb_q=terms.cb_q + 1)
        yield _if("integrity", more, _NOT_RECOVERED)


def _without_presence(cohorts: Sequence[Cohort], terms: Terms) -> Terms | None:
    """The terms if presence in a service told nothing; None where that changes nothing."""
    found = [
        Terms(dpc=c.plain_dpc, ei_q=c.ei_q, cb_q=terms.cb_q)
        for c in cohorts
        if c.grade == "probable"
    ]
    worst = max(found, key=lambda t: (t.se_q, t.dpc), default=terms)
    return worst if worst != terms else None


def _if(name: str, terms: Terms, said: Says) -> Sensitivity:
    words, score = _LEVELS[terms.level], _figure(terms.se_q)
    return Sensitivity(
        input=name,
        terms=terms,
        says=Says(f"{said.fr} : {score.fr}, {words.fr}", f"{said.en}: {score.en}, {words.en}"),
    )


def _figure(quarters: int) -> Says:
    text = f"{quarters * QUARTER:.2f}".removesuffix("0").removesuffix(".0")
    return Says(text.replace(".", ","), text)


def _reasons(measured: Measured, terms: Terms, persons: int) -> Iterator[Says]:
    """The reasons, drafted for the human who signs."""
    yield _CONTEXTS[terms.dpc]
    yield _EASE[terms.ei_q]
    circumstances = _figure(terms.cb_q)
    yield Says(
        "Compte usurpé, destinataires inconnus, intention malveillante : circonstances "
        f"{circumstances.fr}.",
        "Usurped account, recipients unknown, malicious intent: circumstances "
        f"{circumstances.en}.",
    )
    if persons > MANY_PERSONS:
        yield Says(
            "Plus de 100 personnes : dit à côté du score, qui n'en dépend pas.",
            "More than 100 persons: said beside the score, which does not depend on it.",
        )
    if measured.undecided:
        yield Says(
            f"Sessions non tranchées : {measured.undecided} ; le niveau peut monter.",
            f"Sessions not decided: {measured.undecided}; the level may rise.",
        )
    yield Says(
        "La méthode aide à décider ; elle n'est pas le critère légal du risque élevé.",
        "The method helps to decide; it is not the legal test of a high risk.",
    )


_LEVELS = {
    Level.LOW: Says("faible", "low"),
    Level.MEDIUM: Says("moyen", "medium"),
    Level.HIGH: Says("élevé", "high"),
    Level.VERY_HIGH: Says("très élevé", "very high"),
    Level.UNKNOWN: Says("inconnu", "unknown"),
}
_GRADES = {
    "certain": Says("sur les seules preuves certaines", "on certain evidence alone"),
    "possible": Says("si tout le possible est vrai", "if all that is possible is true"),
}
_PRESENCE = Says(
    "si la présence dans le service ne révèle rien", "if presence in the service tells nothing"
)
_MORE_CONTEXT = Says(
    "si le contexte est plus sensible d'un degré", "if the context is one degree more sensitive"
)
_LESS_EASE = Says(
    "si les personnes sont moins faciles à reconnaître d'un degré",
    "if persons are one degree harder to identify",
)
_KNOWN = Says(
    "si les destinataires sont connus et limités", "if recipients are known and limited"
)
_NOT_MALICIOUS = Says(
    "si l'intention n'était pas malveillante (sessions non relues)",
    "if the intent was not malicious (sessions not reviewed)",
)
_AVAILABILITY = Says(
    "si des services ont été indisponibles (non mesuré)",
    "if services were unavailable (not measured)",
)
_NOT_RECOVERED = Says(
    "si ce qui a été modifié ne peut être rétabli", "if what was altered cannot be restored"
)
_CONTEXTS = {
    1: Says("Données simples (contexte 1).", "Simple data (context 1)."),
    2: Says(
        "Données administratives, qui disent une situation sociale (contexte 2).",
        "Administrative data, which tell a social situation (context 2).",
    ),
    3: Says(
        "Données dont la présence ou le contenu laisse deviner la santé, ou financières "
        "(contexte 3).",
        "Data whose presence or content implies health, or financial data (context 3).",
    ),
    4: Says("Données de santé (contexte 4).", "Health data (context 4)."),
}
_EASE = {
    1: Says("Identification négligeable (0,25).", "Identification negligible (0.25)."),
    2: Says("Identification limitée (0,5).", "Identification limited (0.5)."),
    3: Says("Identification significative (0,75).", "Identification significant (0.75)."),
    4: Says(
        "Identification maximale (1) : nom avec date de naissance, adresse, courriel ou "
        "numéro.",
        "Identification maximal (1): name with birth date, address, e-mail or number.",
    ),
}
