"""The questions that every inquiry report answers, Q01 to Q27, in their five groups."""

from dataclasses import dataclass

from tocsin.act.report.sentences import say
from tocsin.core.records import Says


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of questions: its letter, its title, its questions in order."""

    letter: str
    title: Says
    questions: tuple[tuple[str, Says], ...]


GROUPS = (
    Group(
        letter="A",
        title=say("Comptes et intrusion", "Accounts and intrusion"),
        questions=(
            (
                "Q01",
                say(
                    "Quels comptes professionnels ont été utilisés par un tiers ?",
                    "Which professional accounts were used by someone else?",
                ),
            ),
            (
                "Q02",
                say(
                    "Comment chaque compte a-t-il été obtenu ?",
                    "How was each account obtained?",
                ),
            ),
            (
                "Q03",
                say(
                    "Quelles sessions et quels accès sont ceux du voleur, lesquels ceux du "
                    "titulaire ?",
                    "Which sessions and accesses are the thief’s, which the owner’s?",
                ),
            ),
            (
                "Q04",
                say("Premier et dernier acte illégitime ?", "First and last illegitimate act?"),
            ),
            (
                "Q05",
                say(
                    "Le compte était-il dormant, orphelin, partagé, ou celui d'une personne "
                    "partie ?",
                    "Was the account dormant, orphan, shared, or of someone who had left?",
                ),
            ),
            (
                "Q06",
                say(
                    "D'autres comptes ont-ils servi après le premier blocage, ou dans d'autres "
                    "régions ?",
                    "Were other accounts used after the first block, or in other regions?",
                ),
            ),
            ("Q07", say("Est-ce terminé ?", "Is it over?")),
        ),
    ),
    Group(
        letter="B",
        title=say("Personnes et données", "Persons and data"),
        questions=(
            (
                "Q08",
                say(
                    "Quelles requêtes, quels écrans, quels exports ont été lancés ?",
                    "Which requests, screens and exports were run?",
                ),
            ),
            ("Q09", say("Les dossiers de qui ?", "Whose records?")),
            (
                "Q10",
                say(
                    "Quels champs et quelles catégories de données, par personne ?",
                    "Which fields and categories, per person?",
                ),
            ),
            ("Q11", say("Vu seulement, ou emporté ?", "Seen only, or taken away?")),
            (
                "Q12",
                say(
                    "La présence dans le service, ou un champ libre, révèle-t-elle la santé ou "
                    "une autre catégorie particulière ?",
                    "Does presence in the service, or a free-text field, reveal health or "
                    "another special category?",
                ),
            ),
            (
                "Q13",
                say(
                    "Qu'est-ce qui n'a pas été atteint, et comment cela est-il établi ?",
                    "What was not reached, and how is that shown?",
                ),
            ),
            (
                "Q14",
                say(
                    "De quels responsables de traitement sont ces données, et combien de "
                    "personnes pour chacun ?",
                    "Whose data legally: which controllers, how many persons each?",
                ),
            ),
            (
                "Q15",
                say(
                    "Quelles personnes demandent une attention particulière (mineurs, majeurs "
                    "protégés, défunts, adresses protégées) ?",
                    "Which persons need special care (minors, protected adults, deceased, "
                    "protected addresses)?",
                ),
            ),
        ),
    ),
    Group(
        letter="C",
        title=say("Limites de ce que l'on sait", "Limits of what is known"),
        questions=(
            (
                "Q16",
                say(
                    "Où les traces sont-elles aveugles, et pourquoi ?",
                    "Where are the trails blind, and why?",
                ),
            ),
            (
                "Q17",
                say(
                    "Avant quelle date ne peut-on rien savoir ?",
                    "Before which date can nothing be known?",
                ),
            ),
            (
                "Q18",
                say(
                    "Qu'est-ce qui changerait les chiffres, et dans quel sens ?",
                    "What would change the numbers, and in which direction?",
                ),
            ),
        ),
    ),
    Group(
        letter="D",
        title=say("Conséquences et mesures", "Consequences and measures"),
        questions=(
            (
                "Q19",
                say(
                    "Les données ont-elles été publiées, vendues ou utilisées ?",
                    "Has the data been published, sold or used?",
                ),
            ),
            (
                "Q20",
                say(
                    "Les soins ont-ils été affectés, par l'attaque ou par les mesures ?",
                    "Was care affected, by the attack or by the containment?",
                ),
            ),
            (
                "Q21",
                say(
                    "Quelle gravité pour les personnes ?",
                    "How severe is it for the persons?",
                ),
            ),
            (
                "Q22",
                say(
                    "Qu'a-t-on fait, quand, et cela tient-il ?",
                    "What was done, when, and does it hold?",
                ),
            ),
            (
                "Q23",
                say(
                    "Quelle faiblesse l'a permis, et les règles d'aujourd'hui "
                    "l'arrêteraient-elles ?",
                    "Which weakness allowed it, and would today’s rules catch it?",
                ),
            ),
        ),
    ),
    Group(
        letter="E",
        title=say("Obligations", "Duties"),
        questions=(
            (
                "Q24",
                say(
                    "Qui devait être prévenu, avant quand, et qui l'a été quand ?",
                    "Who had to be told, by when, and who was told when?",
                ),
            ),
            (
                "Q25",
                say(
                    "Toutes les personnes concernées ont-elles été informées ?",
                    "Were all concerned persons told?",
                ),
            ),
            (
                "Q26",
                say(
                    "Qu'a-t-on publié, et cela correspond-il au périmètre actuel ?",
                    "What was published, and does it match the current scope?",
                ),
            ),
            (
                "Q27",
                say(
                    "Quelle aide a été apportée ensuite aux personnes ?",
                    "What help was given to the persons afterwards?",
                ),
            ),
        ),
    ),
)
"""The inquiry's questions. The order and the numbers do not change from case to case."""
