"""Filings of the GDPR: the notice to the controller, the CNIL, the register."""

from collections.abc import Iterator

from tocsin.act.documents import effects, parts, words
from tocsin.act.documents.facts import Known
from tocsin.act.documents.fields import Block, Field, Paper, known, unknown
from tocsin.act.documents.frame import (
    CONTROLLER_SIGNS,
    OPERATOR_SIGNS,
    id_,
    paper,
    processor,
    who,
)
from tocsin.act.documents.parts import journal, text
from tocsin.act.documents.stale import changes
from tocsin.act.report.sentences import instant, plain, say
from tocsin.core.incident import EventKind, Party
from tocsin.core.records import Says

_CNIL = text("la CNIL", "the CNIL (supervisory authority)")


# The first notice, from the processor to the controller ------------------------------------


def notice(facts: Known, party: Party) -> Iterator[Paper]:
    """GDPR 33(2): says what is known now, waits for nothing."""
    made = paper(
        facts,
        party,
        "gdpr-33-2",
        "notice-controller",
        (
            text(
                "Violation de données : premier avis au responsable de traitement",
                "Personal data breach: first notice to the controller",
            ),
            say("à {name}", "to {name}", name=party.name),
            OPERATOR_SIGNS,
        ),
    )
    purpose = text(
        "Le sous-traitant prévient sans délai, sans avoir évalué le risque (RGPD, art. 33(2)). "
        "Le délai de 72 heures du responsable court dès qu'il en a connaissance. Les champs "
        "inconnus seront complétés.",
        "The processor warns without delay, without assessing the risk first (GDPR, art. "
        "33(2)). The controller's 72 hours run from its awareness. Unknown fields will be "
        "completed.",
    )
    yield made(
        Block(
            title=text("Objet", "Purpose"),
            fields=(
                known("purpose", None, purpose, "Regulation (EU) 2016/679, art. 33(1), 33(2)"),
                who(facts, party),
                processor(facts),
                *effects.contact(facts, party.id)[:1],
            ),
        ),
        parts.when(facts, party.id),
        parts.what(facts, party.id),
        parts.numbers(facts, party.id),
        effects.measures(facts),
    )


# CNIL --------------------------------------------------------------------------------------


def cnil(facts: Known, party: Party) -> Iterator[Paper]:
    """GDPR 33(1): the initial notification; once it is filed, the complementary one."""
    filed = facts.history.first(EventKind.FILED, controller=party.id, duty="gdpr-33-1")
    yield _cnil(facts, party, "initial")
    if filed:
        yield _cnil(facts, party, "complementary")


def _cnil(facts: Known, party: Party, kind: str) -> Paper:
    titles = {
        "initial": text(
            "Notification d'une violation à la CNIL : initiale",
            "Notification of a breach to the CNIL: initial",
        ),
        "complementary": text(
            "Notification d'une violation à la CNIL : complémentaire",
            "Notification of a breach to the CNIL: complementary",
        ),
    }
    made = paper(
        facts, party, "gdpr-33-1", f"cnil-{kind}", (titles[kind], _CNIL, CONTROLLER_SIGNS)
    )
    figures = (
        parts.what(facts, party.id),
        parts.numbers(facts, party.id),
        effects.consequences(facts, party.id),
    )
    changed = (_changed(facts, party, figures),) if kind == "complementary" else ()
    return made(
        _filing(facts, party, kind),
        Block(
            title=text("Notifiant", "Notifier"),
            fields=(
                who(facts, party),
                unknown(
                    "notifier.siren", text("SIREN / SIRET", "SIREN / SIRET"), words.NOT_RECORDED
                ),
                unknown(
                    "notifier.declarant", text("Déclarant", "Declarant"), words.FOR_THE_SIGNER
                ),
                *effects.contact(facts, party.id),
                processor(facts),
            ),
        ),
        *changed,
        parts.when(facts, party.id),
        Block(title=text("Retard", "Lateness"), fields=(_late(facts, party),)),
        *figures,
        effects.measures(facts),
        Block(
            title=text("Information des personnes", "Telling the persons"),
            fields=(effects.persons_told(facts, party.id),),
        ),
        notes=(
            text(
                "Les libellés reprennent les familles du formulaire de la CNIL ; à vérifier "
                "sur le téléservice avant dépôt.",
                "Labels follow the families of the CNIL form; check them on the live service "
                "before filing.",
            ),
        ),
    )


def _filing(facts: Known, party: Party, kind: str) -> Block:
    label = text("Référence de l'initiale", "Reference of the initial one")
    filed = facts.history.first(EventKind.FILED, controller=party.id, duty="gdpr-33-1")
    if kind == "initial" or filed is None:
        reference = known(
            "filing.reference", label, text("sans objet", "not applicable"), "filing.type"
        )
    else:
        reference = parts.instant_field("filing.reference", label, filed, facts)
    said = {
        "initial": text("initiale", "initial"),
        "complementary": text("complémentaire", "complementary"),
    }
    return Block(
        title=text("Dépôt", "Filing"),
        fields=(
            known(
                "filing.type",
                text("Type de notification", "Type of notification"),
                said[kind],
                "journal.ndjson: filed" if filed else "journal.ndjson: no filing recorded",
                code=kind,
            ),
            reference,
            unknown(
                "filing.cross_border",
                text("Violation transfrontalière", "Cross-border breach"),
                words.NOT_RECORDED,
            ),
            unknown(
                "filing.other_authority",
                text("Autre autorité prévenue", "Other authority told"),
                words.NOT_RECORDED,
            ),
        ),
    )


def _changed(facts: Known, party: Party, figures: tuple[Block, ...]) -> Block:
    """What differs from the notification as it was filed."""
    title = text("Ce qui change depuis la notification initiale", "What changed since")
    kept = facts.filed.get(id_("cnil-initial", party))
    label = text("Changements", "Changes")
    if kept is None:
        why = text(
            "le texte déposé n'a pas été figé ici avant son dépôt",
            "the text was not made final here before it was filed",
        )
        return Block(title=title, fields=(unknown("changes", label, why, figure=True),))
    now = tuple(f for block in figures for f in block.fields)
    listed = tuple(
        say(
            "{field} : {was} → {now}",
            "{field}: {was} → {now}",
            field=c.label,
            was=c.was,
            now=c.now,
        )
        for c in changes(now, kept)
    ) or (text("aucun chiffre n'a changé", "no figure has changed"),)
    return Block(
        title=title,
        fields=(
            known(
                "changes", label, listed, "act/documents/final, scope/revisions", figure=True
            ),
        ),
    )


def _late(facts: Known, party: Party) -> Field:
    label = text("Motifs au-delà de 72 heures", "Reasons after 72 hours")
    clock = facts.clock("gdpr-33-1", party.id)
    if clock is None or clock["due_at"] is None:
        why = text("le délai n'a pas commencé", "the time has not begun")
        return unknown("time.late_reasons", label, why)
    if not clock["late"]:
        return known(
            "time.late_reasons",
            label,
            text("sans objet : dans le délai", "not applicable: in time"),
            "decide/summary.json clocks",
            code="in_time",
        )
    if clock["why"]:
        return known(
            "time.late_reasons", label, plain(clock["why"]), "journal.ndjson: filed --why"
        )
    return unknown(
        "time.late_reasons",
        label,
        text("en retard : motifs à écrire par le signataire", "late: reasons to be written"),
    )


# Register ----------------------------------------------------------------------------------


def register(facts: Known, party: Party) -> Iterator[Paper]:
    """GDPR 33(5): facts, effects, remedial action; for every breach."""
    made = paper(
        facts,
        party,
        "gdpr-33-5",
        "register",
        (
            text("Registre des violations : ligne", "Register of breaches: line"),
            say("registre de {name}", "register of {name}", name=party.name),
            CONTROLLER_SIGNS,
        ),
    )
    case = known("case.id", text("Dossier", "Case"), plain(facts.case), "case.toml id")
    yield made(
        Block(title=text("Ligne", "Line"), fields=(case, who(facts, party), processor(facts))),
        parts.when(facts, party.id),
        parts.what(facts, party.id),
        parts.numbers(facts, party.id),
        effects.consequences(facts, party.id),
        effects.measures(facts),
        Block(
            title=text("Décisions et dépôts", "Decisions and filings"),
            fields=(
                _decision(facts, party, "gdpr-33-1", text("CNIL", "CNIL")),
                effects.persons_told(facts, party.id),
            ),
        ),
    )


def _decision(facts: Known, party: Party, duty: str, label: Says) -> Field:
    filed = facts.history.first(EventKind.FILED, controller=party.id, duty=duty)
    excepted = facts.history.first(EventKind.EXCEPTED, controller=party.id, duty=duty)
    record = filed or excepted
    if record is None:
        return unknown(f"decision.{duty}", label, text("non décidé", "not decided"))
    how = ("déposé le {at}", "filed on {at}") if filed else ("écarté le {at}", "set aside {at}")
    said = say(*how, at=instant(record.at, facts.zone))
    more = (plain(record.why),) if record.why else ()
    by = say("par {by}", "by {by}", by=record.by)
    return known(f"decision.{duty}", label, (said, by, *more), journal(record))
