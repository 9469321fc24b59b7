"""Answers on what was decided and done: care, severity, measures, duties, texts."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime

from tocsin.act.report.decisions import Clock
from tocsin.act.report.findings import Findings
from tocsin.act.report.page import Plot, Reply
from tocsin.act.report.sentences import decimal, instant, listed, plain, said, say
from tocsin.act.report.words import UNKNOWN
from tocsin.core.incident import EventKind, Recorded
from tocsin.core.records import Says

LISTED = 12
"""Lines that an answer writes out; `tocsin decide` has them all."""

_LEVELS: Mapping[str, Says] = {
    "low": say("faible", "low"),
    "medium": say("moyen", "medium"),
    "high": say("élevé", "high"),
    "very_high": say("très élevé", "very high"),
}
_STATES: Mapping[str, Says] = {
    "not_started": say("non démarré", "not started"),
    "running": say("court", "running"),
    "late": say("en retard", "late"),
    "done": say("fait", "done"),
    "excepted": say("écarté", "set aside"),
    "to_decide": say("à décider", "to be decided"),
}


def unknown(because: Says) -> Reply:
    """Nothing in the case answers it."""
    return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(because,))


def published(found: Findings) -> Reply:
    """Q19: canary identities tell, and what people say."""
    done = found.done
    if not done.canaries:
        return unknown(
            say(
                "aucune identité témoin n'est posée dans ce dossier",
                "no canary identity is planted in this case",
            )
        )
    if done.hits:
        return Reply(
            confidence="probable",
            conclusion=(
                say(
                    "Vu : identités témoins touchées {n} fois, sur {all} posées.",
                    "Seen: canary identities touched {n} times, of {all} planted.",
                    n=done.hits,
                    all=done.canaries,
                ),
            ),
        )
    return Reply(
        confidence="unknown",
        conclusion=(
            say(
                "Rien de vu : aucune des {all} identités témoins n'a été touchée.",
                "None seen: none of the {all} canary identities was touched.",
                all=done.canaries,
            ),
        ),
        because=(
            say(
                "une identité témoin muette ne prouve pas que les données ne circulent pas",
                "a silent canary does not prove that the data does not circulate",
            ),
        ),
    )


def care(found: Findings) -> Reply:
    """Q20: the measured sentence, its mood as its confidence."""
    measured = found.done.decided.care if found.done.decided else None
    if not isinstance(measured, Mapping):
        return unknown(
            say(
                "l'activité des services n'a pas été comparée dans ce dossier",
                "the services’ activity has not been compared in this case",
            )
        )
    mood = str(measured.get("mood", "unknown"))
    because = tuple(said(b) for b in measured.get("because", ())[:LISTED])
    if mood == "unknown":
        return Reply(
            confidence="unknown",
            conclusion=(said(measured["says"]),),
            because=because,
            plot=_plot(found),
        )
    return Reply(
        confidence="unknown" if mood == "conditional" else "probable",
        conclusion=(said(measured["says"]),),
        because=because,
        plot=_plot(found),
    )


def _plot(found: Findings) -> Plot | None:
    if not found.done.plot:
        return None
    encoded = b64encode(found.done.plot.encode()).decode()
    return Plot(
        data=f"data:image/svg+xml;base64,{encoded}",
        tells=say(
            "Actes par jour et par service (bleu) contre leur habitude (gris) ; l'attaque, la "
            "fermeture et la semaine suivante sont en fond.",
            "Acts a day and a service (blue) against their habit (grey); the attack, the "
            "closing and the week after are shaded.",
        ),
    )


def severity(found: Findings) -> Reply:
    """Q21: the level with what would move it; never a number alone, never a decision."""
    risk = found.done.decided.risk if found.done.decided else None
    level = str(risk.get("level", "unknown")) if isinstance(risk, Mapping) else "unknown"
    if not isinstance(risk, Mapping) or level not in _LEVELS:
        return unknown(
            say(
                "rien n'est établi de ce qui a été atteint ; inconnu n'est pas faible",
                "nothing is established of what was reached; unknown is not low",
            )
        )
    head = say(
        "Niveau {level} (score {score}, méthode ENISA 2013) : proposition, à décider par un "
        "humain.",
        "Level {level} (score {score}, ENISA 2013): a proposal, for a human to decide.",
        level=_LEVELS[level],
        score=decimal(float(risk.get("score") or 0), 2),
    )
    moved = [s for s in risk.get("sensitivity", ()) if s.get("moves")]
    lines = [said(s["says"]) for s in moved]
    if not moved:
        lines = [
            say("aucune entrée douteuse ne change ce niveau", "no doubtful input moves it")
        ]
    because = tuple(said(r) for r in risk.get("reasons", ()))
    return Reply(
        confidence="probable",
        conclusion=(head, *lines),
        because=because,
        evidence=("data",) if found.scoped else (),
    )


def duties(found: Findings) -> Reply:
    """Q24: one line a clock that needs somebody, then what is done."""
    clocks = found.done.decided.clocks if found.done.decided else ()
    if not clocks:
        return unknown(
            say(
                "aucune échéance n'est calculée dans ce dossier ; un sous-traitant prévient "
                "les responsables sans délai, sans attendre ce rapport",
                "no deadline is computed in this case; a processor warns the controllers "
                "without delay, without waiting for this report",
            )
        )
    if all(c.state == "not_started" for c in clocks):
        return unknown(
            say(
                "personne n'a consigné avoir constaté la violation (tocsin record CASE aware)",
                "nobody recorded being aware of the breach (tocsin record CASE aware)",
            )
        )
    order = ("late", "running", "to_decide", "done", "excepted")
    shown = sorted(
        (c for c in clocks if c.state in order),
        key=lambda c: (order.index(c.state), c.due_at or "9", c.duty),
    )
    counts = [
        say("{state} : {n}", "{state}: {n}", state=_STATES[s], n=n)
        for s in _STATES
        if (n := sum(1 for c in clocks if c.state == s))
    ]
    lines = [_clock(c, found) for c in shown[:LISTED]]
    left = len(shown) - LISTED
    if left > 0:
        lines.append(say("et {n} autres (tocsin decide)", "and {n} more", n=left))
    return Reply(
        confidence="certain",
        conclusion=(say("{all}.", "{all}.", all=listed(counts)), *lines),
    )


def _clock(clock: Clock, found: Findings) -> Says:
    name = plain(clock.name or found.estate.operator.name)
    end = (
        say("avant le {at}", "by {at}", at=_instant(clock.due_at, found))
        if clock.due_at
        else say("sans délai", "without delay")
    )
    state = _STATES.get(clock.state, plain(clock.state))
    if clock.done_at:
        state = say("fait le {at}", "done {at}", at=_instant(clock.done_at, found))
        if clock.late:
            state = say("{done}, en retard", "{done}, late", done=state)
    why = say(" ({why})", " ({why})", why=clock.why) if clock.why else Says("", "")
    return say(
        "{duty}, {name} : {what}, {end} : {state}{why}",
        "{duty}, {name}: {what}, {end}: {state}{why}",
        duty=clock.duty,
        name=name,
        what=said(clock.says),
        end=end,
        state=state,
        why=why,
    )


def _instant(text: str, found: Findings) -> Says:
    return instant(datetime.fromisoformat(text), found.zone)


def persons_told(found: Findings) -> Reply:
    """Q25: what the ledger of notices counts, and what people recorded."""
    told = found.done.of(EventKind.TOLD_PERSONS)
    if not told and not found.done.notices:
        return unknown(
            say(
                "aucun avis aux personnes n'est enregistré dans ce dossier",
                "no notice to persons is recorded in this case",
            )
        )
    lines = [_record(r, found) for r in told[:LISTED]]
    if found.done.notices:
        counts = [
            say("{state} : {n}", "{state}: {n}", state=state, n=n)
            for state, n in sorted(found.done.notices.items())
        ]
        lines.append(
            say("Avis par état : {all}.", "Notices by state: {all}.", all=listed(counts))
        )
    because = say(
        "le rapprochement à la personne est celui de tocsin act CASE notify reconcile",
        "the reconciliation to the person is that of tocsin act CASE notify reconcile",
    )
    return Reply(confidence="probable", conclusion=tuple(lines), because=(because,))


def communiques(found: Findings) -> Reply:
    """Q26: what was published, and the revision it rests on against the present one."""
    published_ = found.done.of(EventKind.PUBLISHED)
    if not published_ and not found.done.texts:
        return unknown(
            say(
                "aucun communiqué n'est consigné ni arrêté dans ce dossier",
                "no statement is recorded or made final in this case",
            )
        )
    lines = [_record(r, found) for r in published_[:LISTED]]
    lines += [
        say(
            "{id} : arrêté sur la révision {then}, la révision actuelle est {now}.",
            "{id}: made final on revision {then}, the present revision is {now}.",
            id=id_,
            then=revision,
            now=found.revision,
        )
        for id_, revision in sorted(found.done.texts.items())
    ]
    return Reply(confidence="certain", conclusion=tuple(lines))


def help_given(found: Findings) -> Reply:
    """Q27: the known contact and the texts prepared; volumes are not counted here."""
    public = found.estate.operator.public
    ways = [plain(v) for v in (public.get("phone"), public.get("url")) if v]
    lines = []
    if ways:
        lines.append(
            say("Contact connu : {ways}.", "Known contact: {ways}.", ways=listed(ways))
        )
    if found.done.drafted:
        lines.append(
            say(
                "Questions et réponses pour l'accueil, page du site et consignes sont "
                "préparées (act/documents).",
                "Questions and answers for calls, a page of the site and guidance are drafted "
                "(act/documents).",
            )
        )
    because = say(
        "ni le nombre d'appels ni l'aide apportée ne sont comptés dans ce dossier",
        "neither the number of calls nor the help given is counted in this case",
    )
    if not lines:
        return unknown(because)
    return Reply(confidence="unknown", conclusion=tuple(lines), because=(because,))


def stated(found: Findings) -> tuple[Says, ...]:
    """What people stated of how it began: first acts and detection, with their reason."""
    records = (*found.done.of(EventKind.FIRST_ACT), *found.done.of(EventKind.DETECTED))
    return tuple(_record(r, found) for r in records if r.why)


def closings(found: Findings) -> tuple[Says, ...]:
    """Closings and complaints that people recorded."""
    records = (*found.done.of(EventKind.CONTAINED), *found.done.of(EventKind.COMPLAINED))
    return tuple(_record(r, found) for r in records[:LISTED])


_EVENTS: Mapping[EventKind, Says] = {
    EventKind.FIRST_ACT: say("premier acte", "first act"),
    EventKind.DETECTED: say("détection", "detection"),
    EventKind.CONTAINED: say("porte fermée", "door closed"),
    EventKind.COMPLAINED: say("plainte déposée", "complaint lodged"),
    EventKind.PUBLISHED: say("communiqué publié", "statement published"),
    EventKind.TOLD_PERSONS: say("personnes informées", "persons told"),
}


def _record(record: Recorded, found: Findings) -> Says:
    why = say(" : {why}", ": {why}", why=record.why) if record.why else Says("", "")
    return say(
        "{at}, {what} (dit par {by}){why}.",
        "{at}, {what} (stated by {by}){why}.",
        at=instant(record.at, found.zone),
        what=_EVENTS.get(record.event, plain(record.event)),
        by=record.by,
        why=why,
    )
