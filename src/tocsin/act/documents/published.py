"""What is published: communiqués, questions and answers, the page of the site.

Every sentence is only as strong as its proof: what scope states is taken as scope states it;
what nobody recorded is left out, or said not to be known.
"""

from dataclasses import replace

from tocsin.act.documents import effects, parts, words
from tocsin.act.documents.facts import Known
from tocsin.act.documents.fields import Block, Field, Paper, known, unknown
from tocsin.act.documents.parts import journal, text
from tocsin.act.report.sentences import day, instant, plain, say
from tocsin.core.incident import OPERATOR, EventKind
from tocsin.core.records import Says

_HOUSE = "house text, version 1"
_GUIDES = "service-public.fr F34800, 17Cyber.gouv.fr, 33700: checked on 2026-11-25"

_BE_CAREFUL = text("Soyez vigilant", "Be careful")

_GUIDANCE = (
    text(
        "Un message douteux peut imiter cet avis : ne suivez pas de lien, ne répondez pas, "
        "tapez vous-même l'adresse connue.",
        "A doubtful message may imitate this notice: follow no link, do not answer, type the "
        "known address yourself.",
    ),
    text(
        "SMS douteux : transférez-le au 33700. Conseil et plainte : 17Cyber.gouv.fr, jour et "
        "nuit. Fiche : service-public.fr, F34800.",
        "Doubtful SMS: forward it to 33700. Advice and complaints: 17Cyber.gouv.fr, day and "
        "night. Page: service-public.fr, F34800.",
    ),
)


def published(facts: Known) -> tuple[Paper, ...]:
    """The texts of the operator and of the regional agency."""
    operator = facts.estate.operator
    region = operator.region or operator.name
    return (
        _text(
            facts,
            "communique-operator",
            say("Communiqué de {name}", "Statement by {name}", name=operator.name),
            (_happened(facts), _reached(facts), _care(facts), _done(facts), _persons(facts)),
        ),
        _text(
            facts,
            "communique-agency",
            say(
                "Communiqué de l'agence régionale de santé ({region})",
                "Statement by the regional health agency ({region})",
                region=region,
            ),
            (_happened(facts), _reached(facts), _care(facts), _persons(facts)),
        ),
        _questions(facts),
        continuity(facts),
        _text(
            facts,
            "site-page",
            text("Page d'information du site", "Information page of the site"),
            (_happened(facts), _reached(facts), _persons(facts)),
        ),
    )


def continuity(facts: Known) -> Paper:
    """The note on the continuity of care: the sentence, its measures, the plot."""
    field = effects.care(facts)
    locked = text(
        "Les traits gris sont l'habitude du même jour de la semaine, les points bleus les "
        "actes du jour ; l'attaque, la fermeture et la semaine suivante sont en fond.",
        "Grey lines are the habit of the same weekday, blue points the acts of the day; the "
        "attack, the containment and the week after are shaded.",
    )
    return Paper(
        id="care-continuity",
        kind="text",
        duty="",
        controller=OPERATOR,
        title=text("Continuité des soins : mesure", "Continuity of care: the measure"),
        to=text("pièce du dossier", "exhibit of the case"),
        blocks=(
            Block(title=text("Ce qui peut être dit", "What can be said"), fields=(field,)),
        ),
        revision=facts.revision,
        proposition=facts.proposition,
        picture=facts.picture,
        tells=locked,
    )


def _text(
    facts: Known,
    id_: str,
    title: Says,
    blocks: tuple[Block, ...],
    *,
    careful: Says = _BE_CAREFUL,
) -> Paper:
    return Paper(
        id=id_,
        kind="text",
        duty="",
        controller=OPERATOR,
        title=title,
        to=text("à publier après relecture", "to be published after review"),
        blocks=(*blocks, _vigilance(careful), _contact(facts)),
        revision=facts.revision,
        proposition=facts.proposition,
        notes=(
            text(
                "Un communiqué seul ne remplace pas l'information individuelle (RGPD, "
                "art. 34).",
                "A statement alone does not replace telling each person (GDPR, art. 34).",
            ),
        ),
    )


def _happened(facts: Known) -> Block:
    name = facts.estate.operator.name
    aware = facts.first(EventKind.AWARE) or facts.first(EventKind.DETECTED, None)
    if facts.attack and not facts.proposition:
        said = say(
            "Entre le {first} et le {last}, l'identité d'au moins un professionnel de santé a "
            "été usurpée pour entrer dans des services de {name} (comptes : {accounts}).",
            "Between {first} and {last}, the identity of at least one health professional was "
            "used by someone else to enter services of {name} (accounts: {accounts}).",
            first=day(facts.attack.first_at, facts.zone),
            last=day(facts.attack.last_at, facts.zone),
            name=name,
            accounts=facts.attack.accounts,
        )
        first = known("fact", None, said, parts.NATURE_SOURCE, figure=True)
    elif facts.attack:
        said = say(
            "L'identité d'au moins un professionnel de santé aurait été usurpée pour entrer "
            "dans des services de {name} ; l'analyse n'est pas encore relue.",
            "The identity of at least one health professional may have been used by someone "
            "else to enter services of {name}; the analysis is not reviewed yet.",
            name=name,
        )
        first = known("fact", None, said, parts.NATURE_SOURCE, figure=True)
    elif aware:
        said = say(
            "Le {at}, {name} a constaté un incident de sécurité. L'analyse est en cours ; les "
            "données et les personnes concernées ne sont pas encore connues.",
            "On {at}, {name} found a security incident. The analysis is under way; the data "
            "and the persons concerned are not known yet.",
            at=day(aware.at, facts.zone),
            name=name,
        )
        first = known("fact", None, said, journal(aware), figure=True)
    else:
        first = unknown("fact", None, words.NOT_RECORDED, figure=True)
    return Block(title=text("Ce qui s'est passé", "What happened"), fields=(first,))


def _reached(facts: Known) -> Block:
    fields: tuple[Field, ...]
    if facts.scoped and facts.attack:
        fields = tuple(
            known(
                f"statement.{s.category}",
                None,
                _unreviewed(s.sentence) if facts.proposition else s.sentence,
                f"{facts.place} statements.{s.category}",
                figure=True,
            )
            for s in facts.scoped.statements
        )
    else:
        fields = (unknown("statement", None, words.NOT_SCOPED, figure=True),)
    title = text("Quelles données, quelles personnes", "Which data, which persons")
    return Block(title=title, fields=fields)


def _unreviewed(said: Says) -> Says:
    """A statement that rests on suspicions nobody reviewed."""
    return Says(
        f"Selon une analyse qui reste à relire : {said.fr[:1].lower()}{said.fr[1:]}",
        f"By an analysis that is still to be reviewed: {said.en[:1].lower()}{said.en[1:]}",
    )


def _care(facts: Known) -> Block:
    title = text("Activité de soins", "Care")
    if facts.care is None or facts.care.mood in ("unknown", "refused"):
        why = facts.care.says if facts.care else words.NOT_RECORDED
        return Block(title=title, fields=(unknown("care", None, why, figure=True),))
    source = "decide/summary.json continuity"
    said = known("care", None, facts.care.says, source, code=facts.care.mood, figure=True)
    return Block(title=title, fields=(said,))


def _done(facts: Known) -> Block:
    return Block(
        title=text("Ce qui a été fait", "What was done"),
        fields=tuple(
            replace(f, label=None)
            for f in effects.measures(facts).fields
            if f.id == "measures.taken"
        ),
    )


def _persons(facts: Known) -> Block:
    told = facts.first(EventKind.TOLD_PERSONS, None)
    title = text("Information des personnes", "Telling the persons")
    if told:
        said = say(
            "Les personnes concernées sont informées individuellement depuis le {at}.",
            "The persons concerned have been told individually since {at}.",
            at=instant(told.at, facts.zone),
        )
        field = known("persons.told", None, said, journal(told))
    else:
        why = text("la décision n'est pas consignée", "the decision is not recorded")
        field = unknown("persons.told", None, why)
    return Block(title=title, fields=(field,))


def _vigilance(title: Says) -> Block:
    return Block(
        title=title,
        fields=(
            known("promise", None, words.PROMISE, _HOUSE),
            known("guidance", None, _GUIDANCE, _GUIDES),
        ),
    )


def _contact(facts: Known) -> Block:
    public = facts.estate.operator.public
    values = tuple(plain(v) for v in (public.get("url"), public.get("phone")) if v)
    field = (
        known("contact.public", None, values, "estate.toml operator.public")
        if values
        else unknown("contact.public", None, words.NOT_RECORDED)
    )
    return Block(title=text("Contact", "Contact"), fields=(field,))


def _questions(facts: Known) -> Paper:
    """Questions and answers for those who take calls."""
    asked = (
        (text("Que s'est-il passé ?", "What happened?"), _happened(facts)),
        (text("Mes données sont-elles concernées ?", "Is my data concerned?"), _mine()),
        (text("Quelles données ?", "Which data?"), _reached(facts)),
        (text("Les soins sont-ils touchés ?", "Is care affected?"), _care(facts)),
        (text("Qu'avez-vous fait ?", "What have you done?"), _done(facts)),
        (text("Serai-je prévenu ?", "Will I be told?"), _persons(facts)),
    )
    return _text(
        facts,
        "qa-call-centre",
        text("Questions et réponses pour l'accueil téléphonique", "Questions and answers"),
        tuple(Block(title=q, fields=answer.fields) for q, answer in asked),
        careful=text("Que dois-je faire ?", "What should I do?"),
    )


def _mine() -> Block:
    said = text(
        "Je ne peux pas le dire à partir d'un nom ou d'un numéro de sécurité sociale. Si vous "
        "avez reçu un avis, lisez-moi son code de référence.",
        "I cannot tell from a name or a social security number. If you received a notice, read "
        "me its reference code.",
    )
    title = text("Mes données sont-elles concernées ?", "Is my data concerned?")
    return Block(title=title, fields=(known("mine", None, said, _HOUSE),))
