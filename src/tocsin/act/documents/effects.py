"""Blocks that filings share: how grave, what was done, who was told, whom to ask."""

from tocsin.act.documents import words
from tocsin.act.documents.facts import Known
from tocsin.act.documents.fields import Block, Field, known, unknown
from tocsin.act.documents.parts import instant_field, journal, text
from tocsin.act.report.sentences import instant, plain, say
from tocsin.core.incident import OPERATOR, EventKind, Recorded
from tocsin.core.records import Says


def consequences(facts: Known, controller: str) -> Block:
    """Likely harms, the level of severity with its sensitivity, the gravity beside it."""
    return Block(
        title=text("Conséquences probables", "Likely consequences"),
        fields=(_harms(facts, controller), _level(facts), _sensitivity(facts), _gravity(facts)),
    )


def _harms(facts: Known, controller: str) -> Field:
    label = text("Préjudices possibles pour les personnes", "Possible harm to the persons")
    if not facts.scoped or not facts.attack:
        return unknown("harms", label, words.NOT_SCOPED, figure=True)
    reached = [
        s.category
        for s in facts.scoped.statements
        if facts.finding(s.category, s.finding, controller) == "reached"
    ]
    codes = list(dict.fromkeys(h for c in reached for h in words.HARMS_OF.get(c, ())))
    if not codes:
        return unknown("harms", label, words.NOT_DETECTED, figure=True)
    return known(
        "harms",
        label,
        tuple(words.HARMS[c] for c in codes),
        f"{facts.place} statements",
        code=codes,
        figure=True,
    )


def _level(facts: Known) -> Field:
    label = text("Gravité (méthode ENISA 2013)", "Severity (ENISA 2013)")
    level = str(facts.risk.get("level", "unknown"))
    if level == "unknown":
        return unknown("risk.level", label, words.NOT_SCOPED, figure=True)
    score = facts.risk.get("score")
    return known(
        "risk.level",
        label,
        say(
            "{level} (score {score})",
            "{level} (score {score})",
            level=words.LEVELS[level],
            score=float(score) if score is not None else 0.0,
        ),
        "decide/summary.json risk",
        code={"level": level, "score": score},
        figure=True,
    )


def _sensitivity(facts: Known) -> Field:
    label = text("Ce qui changerait ce niveau", "What would change that level")
    rows = [
        r
        for r in facts.risk.get("sensitivity", ())
        if r.get("level") != facts.risk.get("level") and isinstance(r.get("says"), dict)
    ]
    if str(facts.risk.get("level", "unknown")) == "unknown":
        return unknown("risk.sensitivity", label, words.NOT_SCOPED, figure=True)
    values = tuple(Says(r["says"]["fr"], r["says"]["en"]) for r in rows) or (
        text(
            "aucune des entrées douteuses ne le change", "none of the doubtful inputs moves it"
        ),
    )
    return known(
        "risk.sensitivity", label, values, "decide/summary.json risk.sensitivity", figure=True
    )


def _gravity(facts: Known) -> Field:
    label = text("Gravité (échelle du formulaire CNIL)", "Gravity (scale of the CNIL form)")
    level = str(facts.risk.get("level", "unknown"))
    if level not in words.GRAVITY:
        return unknown("gravity", label, words.NOT_SCOPED, figure=True)
    code, said = words.GRAVITY[level]
    return known(
        "gravity",
        label,
        say("{g} (proposition, à décider)", "{g} (proposed, to be decided)", g=said),
        "decide/summary.json risk.level",
        code=code,
        figure=True,
    )


def measures(facts: Known) -> Block:
    """What was done, what is recorded of what stood before."""
    done = [
        r
        for r in facts.history.standing
        if r.event in (EventKind.CONTAINED, EventKind.COMPLAINED, EventKind.PUBLISHED)
    ]
    label = text("Mesures prises", "Measures taken")
    taken = (
        known(
            "measures.taken",
            label,
            tuple(_measure(r, facts) for r in done),
            ", ".join(journal(r) for r in done),
            code=[str(r.event) for r in done],
        )
        if done
        else unknown("measures.taken", label, words.NOT_RECORDED)
    )
    over = text("L'intrusion est-elle terminée ?", "Is the intrusion over?")
    return Block(
        title=text("Mesures", "Measures"),
        fields=(
            unknown(
                "measures.before",
                text("Mesures en place avant", "Measures in place before"),
                words.NOT_RECORDED,
            ),
            taken,
            known(
                "measures.over", over, facts.over, "act/contain, trail/access after the closing"
            )
            if facts.over
            else unknown("measures.over", over, words.NOT_RECORDED),
            unknown(
                "measures.planned",
                text("Mesures à moyen et long terme", "Mid- and long-term measures"),
                words.NOT_RECORDED,
            ),
            care(facts),
        ),
    )


_MEASURES = {
    EventKind.CONTAINED: Says("porte fermée", "door closed"),
    EventKind.COMPLAINED: Says("plainte déposée", "complaint lodged"),
    EventKind.PUBLISHED: Says("communiqué publié", "communiqué published"),
}


def _measure(record: Recorded, facts: Known) -> Says:
    said = say(
        "{at} : {what}", "{at}: {what}", at=instant(record.at, facts.zone),
        what=_MEASURES[record.event],
    )  # fmt: skip
    return (
        Says(f"{said.fr} ({record.why})", f"{said.en} ({record.why})") if record.why else said
    )


def care(facts: Known) -> Field:
    """The measured sentence on the continuity of care."""
    label = text("Effet sur l'activité de soins", "Effect on care")
    if facts.care is None or facts.care.mood == "unknown":
        why = facts.care.says if facts.care else words.NOT_RECORDED
        return unknown("care", label, why)
    return known(
        "care",
        label,
        (facts.care.says, *facts.care.because),
        "decide/summary.json continuity",
        code=facts.care.mood,
    )


def persons_told(facts: Known, controller: str) -> Field:
    """Whether the persons were told: yes, no with its reason, or unknown."""
    label = text("Information des personnes", "Persons told")
    told = facts.first(EventKind.TOLD_PERSONS, controller)
    if told:
        return instant_field("persons.told", label, told, facts)
    excepted = facts.history.first(EventKind.EXCEPTED, controller=controller, duty="gdpr-34-1")
    if excepted:
        return known(
            "persons.told",
            label,
            say("non : {why}", "no: {why}", why=excepted.why),
            journal(excepted),
            code="no",
        )
    return unknown("persons.told", label, text("non décidé", "not decided"))


def contact(facts: Known, controller: str) -> tuple[Field, ...]:
    """The contact points: the operator's DPO, and the controller's."""
    dpo = facts.estate.operator.dpo
    label = text("Contact de l'opérateur (DPO)", "Operator's contact (DPO)")
    values = tuple(plain(v) for v in dpo.values() if v)
    fields = [
        known("contact.operator", label, values, "estate.toml operator.dpo")
        if values
        else unknown("contact.operator", label, words.NOT_RECORDED)
    ]
    if controller != OPERATOR:
        row = facts.contacts.get(controller, {})
        listed_ = tuple(plain(v) for v in row.values() if v)
        label = text("DPO du responsable de traitement", "Controller's DPO")
        fields.append(
            known("contact.controller", label, listed_, "directory controllers (vault)")
            if listed_
            else unknown("contact.controller", label, words.NOT_RECORDED)
        )
    return tuple(fields)
