"""The linter of notices: refuses what lacks a legal item, and what looks like phishing.

Each rule reads the template and the notices that it makes in every situation, and says what is
wrong in a sentence. Nothing leaves while one finding stands.

Sources:
    Regulation (EU) 2016/679, art. 34(2) and 33(3)(b) to (d): nature, contact, consequences,
    measures. CNIL, SAN-2026-001 and 002: a mail that is vague on consequences and measures
    breaches article 34. CNIL, advice to persons after a leak: no link, no attachment.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tocsin.act.notices import lint_law, lint_phishing
from tocsin.act.notices.lint_proof import Proof, proofs
from tocsin.act.notices.wording import SLOTS, Letterhead, slots_of
from tocsin.core.notices import Template
from tocsin.core.records import Says

Check = Callable[[Proof], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a template."""

    rule: str
    template: str
    says: Says
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the linter: what must hold, and where it does not."""

    id: str
    says: Says
    check: Check


def lint(template: Template, head: Letterhead, controllers: Iterable[str]) -> list[Finding]:
    """Every rule that the template breaks, each once, with what was found."""
    found: dict[str, Finding] = {}
    broken = list(_shape(template))
    if broken:
        return [_finding(SHAPE, template, broken[0])]
    for proof in proofs(template, head, tuple(controllers)):
        for rule in RULES:
            if rule.id not in found:
                for what in rule.check(proof):
                    found[rule.id] = _finding(rule, template, what)
                    break
    return list(found.values())


def _finding(rule: Rule, template: Template, what: str) -> Finding:
    return Finding(rule=rule.id, template=template.id, says=rule.says, found=what[:120])


# The shape: slots, before anything is rendered


def _sentences(template: Template) -> Iterator[str]:
    yield from (template.subject, template.greeting, template.sms)
    for section in template.sections:
        yield section.title
        yield from (part.text for part in section.parts)
    for group in template.words.values():
        yield from group.values()


def _shape(template: Template) -> Iterator[str]:
    for sentence in _sentences(template):
        try:
            unknown = slots_of(sentence) - SLOTS
        except ValueError:
            yield sentence
            continue
        yield from sorted(f"{{{name}}}" for name in unknown)


def _rule(id_: str, check: Check, fr: str, en: str) -> Rule:
    return Rule(id=id_, says=Says(fr, en), check=check)


SHAPE = _rule(
    "slots",
    lambda proof: iter(()),
    "le modèle nomme autre chose que les emplacements permis : aucun ne porte de donnée de la "
    "personne, sauf son nom",
    "the template names something else than the slots allowed: none holds a datum of the "
    "person but the name",
)
RULES: tuple[Rule, ...] = (
    _rule(
        "nature",
        lint_law.nature,
        "il manque ce qui s'est passé, avec ses dates",
        "what happened, with its dates, is missing",
    ),
    _rule(
        "controllers",
        lint_law.controllers,
        "il manque le responsable de traitement",
        "the controller is missing",
    ),
    _rule(
        "items",
        lint_law.items,
        "il manque les données concernées",
        "the items concerned are missing",
    ),
    _rule(
        "not_reached",
        lint_law.not_reached,
        "il manque ce qui n'a pas été atteint",
        "what was not reached is missing",
    ),
    _rule(
        "consequences",
        lint_law.consequences,
        "il manque les conséquences probables (art. 33(3)(c))",
        "the likely consequences are missing (art. 33(3)(c))",
    ),
    _rule(
        "measures",
        lint_law.measures,
        "il manque les mesures prises (art. 33(3)(d))",
        "the measures taken are missing (art. 33(3)(d))",
    ),
    _rule(
        "advice",
        lint_law.advice,
        "il manque ce que la personne peut faire",
        "what the person can do is missing",
    ),
    _rule(
        "contact",
        lint_law.contact,
        "il manque le délégué à la protection des données (art. 33(3)(b))",
        "the data protection officer is missing (art. 33(3)(b))",
    ),
    _rule(
        "authority",
        lint_law.authority,
        "il manque le droit de saisir la CNIL et son adresse",
        "the right to complain to the authority, with its address, is missing",
    ),
    _rule(
        "complaint",
        lint_law.complaint,
        "il manque la plainte simplifiée préremplie",
        "the pre-filled simplified complaint is missing",
    ),
    _rule(
        "verifiable",
        lint_phishing.verifiable,
        "il manque la référence et où la vérifier",
        "the reference, and where to check it, are missing",
    ),
    _rule(
        "named",
        lint_phishing.named,
        "l'avis ne nomme pas la personne",
        "the notice does not name the person",
    ),
    _rule(
        "anonymous",
        lint_phishing.anonymous,
        "l'information publique nomme une personne ou porte une référence",
        "the public communication names a person or bears a reference",
    ),
    _rule(
        "promise",
        lint_phishing.promise,
        "la promesse de ne rien demander manque, ou ses mots ont changé",
        "the promise to ask for nothing is missing, or its words have changed",
    ),
    _rule(
        "links",
        lint_phishing.links,
        "un lien, ou une autre adresse que celle de l'opérateur",
        "a link, or another address than the operator's",
    ),
    _rule(
        "mailboxes",
        lint_phishing.mailboxes,
        "une adresse électronique qui n'est pas celle d'un délégué",
        "a mailbox that is not a data protection officer's",
    ),
    _rule(
        "numbers",
        lint_phishing.numbers,
        "un numéro de téléphone qui n'est pas public",
        "a telephone number that is not public",
    ),
    _rule(
        "asks",
        lint_phishing.asks,
        "l'avis demande quelque chose",
        "the notice asks for something",
    ),
    _rule(
        "pressure",
        lint_phishing.pressure,
        "l'avis presse ou menace",
        "the notice presses or threatens",
    ),
    _rule(
        "compensation",
        lint_phishing.compensation,
        "l'avis promet de l'argent",
        "the notice promises money",
    ),
    _rule(
        "attachment",
        lint_phishing.attachment,
        "l'avis parle d'une pièce jointe",
        "the notice speaks of an attachment",
    ),
    _rule(
        "loud",
        lint_phishing.loud,
        "l'avis crie : point d'exclamation ou capitales",
        "the notice shouts: exclamation mark or capitals",
    ),
    _rule(
        "subject",
        lint_phishing.subject,
        "l'objet n'est pas sobre : 10 à 78 signes, sans nom ni référence",
        "the subject is not sober: 10 to 78 signs, without name or reference",
    ),
    _rule(
        "values",
        lint_phishing.values,
        "l'avis montre la valeur d'une donnée",
        "the notice shows the value of an item",
    ),
    _rule(
        "hidden",
        lint_phishing.hidden,
        "un signe invisible ou d'un autre alphabet",
        "a sign that is invisible or of another alphabet",
    ),
    _rule(
        "sms",
        lint_phishing.sms,
        "le SMS n'est pas un simple renvoi : qui, référence, où vérifier, 306 signes",
        "the SMS is not a mere pointer: who, reference, where to check, 306 signs",
    ),
    _rule(
        "readable",
        lint_phishing.readable,
        "les phrases sont trop longues",
        "the sentences are too long",
    ),
)
"""All rules but the one on slots, which is looked at first."""
