"""Groups C, D and E: what is not known, what followed, and what the law asks."""

from datetime import datetime

from tocsin.act.report.answers_duties import closings
from tocsin.act.report.answers_intrusion import missing
from tocsin.act.report.findings import Findings
from tocsin.act.report.page import Reply
from tocsin.act.report.sentences import day, instant, interval, listed, say, several
from tocsin.act.report.words import DONE, NOT_INGESTED, ORDERS, STATES, UNKNOWN, word
from tocsin.core.orders import State
from tocsin.core.records import Says

GAPS_TOLD = 6
"""Gaps told in an answer; the table of the coverage holds them all."""


def blind(found: Findings) -> Reply:
    """Q16."""
    silent = [
        say(
            "{source} ne trace pas : {operations}.",
            "{source} does not trail: {operations}.",
            source=source.id,
            operations=listed(source.silent),
        )
        for source in found.estate.sources
        if source.silent
    ]
    if not found.coverage:
        return Reply(
            confidence="unknown", conclusion=(UNKNOWN, *silent), because=(NOT_INGESTED,)
        )
    gaps = found.gaps
    if not gaps:
        none = say(
            "Aucun intervalle aveugle n'est trouvé dans la fenêtre.",
            "No blind interval is found in the window.",
        )
        return Reply(confidence="probable", conclusion=(none, *silent), evidence=("coverage",))
    head = several(
        len(gaps),
        ("{n} intervalle aveugle.", "{n} blind interval."),
        ("{n} intervalles aveugles.", "{n} blind intervals."),
    )
    told = [
        say(
            "{source}, {state}, {when}.",
            "{source}, {state}, {when}.",
            source=gap.source,
            state=word(STATES, gap.state),
            when=interval(gap.start_at, gap.end_at, found.zone),
        )
        for gap in sorted(gaps, key=lambda g: g.start_at - g.end_at)[:GAPS_TOLD]
    ]
    because = say(
        "un trou est trouvé par un arrêt déclaré, un numéro manquant ou le rythme propre de la "
        "source ; un trou plus court que ce rythme ne se voit pas",
        "a hole is found by a declared stop, a missing number or the source’s own rhythm; one "
        "shorter than this rhythm does not show",
    )
    return Reply(
        confidence="probable",
        conclusion=(head, *told, *silent),
        because=(because,),
        evidence=("coverage",),
    )


def before_which_date(found: Findings) -> Reply:
    """Q17."""
    if not found.coverage:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(NOT_INGESTED,))
    oldest: dict[str, datetime] = {}
    for seen in found.coverage:
        if seen.state != "before_retention":
            known = oldest.get(seen.source, seen.start_at)
            oldest[seen.source] = min(known, seen.start_at)
    lines = tuple(
        say(
            "{source} : rien avant le {day}.",
            "{source}: nothing before {day}.",
            source=source,
            day=day(at, found.zone),
        )
        for source, at in sorted(oldest.items())
    )
    return Reply(confidence="certain", conclusion=lines, evidence=("coverage",))


def what_would_change(found: Findings) -> Reply:
    """Q18."""
    if not found.ingested:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(NOT_INGESTED,))
    return Reply(
        confidence="probable", conclusion=assumptions(found), evidence=("limits", "coverage")
    )


def assumptions(found: Findings) -> tuple[Says, ...]:
    """What the figures rest on, and which way each would move them."""
    quarantined = sum(f.quarantined for f in found.ledger)
    unmatched = sum(s.unmatched for s in found.ingested.sources) if found.ingested else 0
    moved = (
        (
            len(found.unreviewed),
            "Revoir les sessions proposées ({n}) : à la baisse si l'une est légitime ; sinon "
            "les chiffres tiennent.",
            "Reviewing the sessions proposed ({n}): down if one is legitimate; otherwise the "
            "figures hold.",
        ),
        (
            len(found.undecided),
            "Trancher les sessions indécises ({n}) : le minimum peut monter, le maximum "
            "descendre.",
            "Settling the undecided sessions ({n}): the minimum may rise, the maximum fall.",
        ),
        (
            len(found.gaps),
            "Retrouver les traces des intervalles aveugles ({n}) : le minimum peut monter, le "
            "maximum descendre.",
            "Recovering the trails of the blind intervals ({n}): the minimum may rise, the "
            "maximum fall.",
        ),
        (
            quarantined,
            "Lire les lignes en quarantaine ({n}) : à la hausse.",
            "Reading the quarantined lines ({n}): up.",
        ),
        (
            unmatched,
            "Décrire au catalogue les opérations non reconnues ({n} lignes) : à la hausse, et "
            "des énoncés négatifs deviendraient fermes ou tomberaient.",
            "Describing the unmatched operations in the catalogue ({n} lines): up, and "
            "negative statements would become firm or fall.",
        ),
    )
    told = [say(fr, en, n=n) for n, fr, en in moved if n]
    told.append(
        say(
            "Corriger le catalogue ou les rôles déclarés par l'opérateur : dans les deux sens.",
            "Correcting the catalogue or the roles that the operator declared: both ways.",
        )
    )
    return tuple(told)


def measures(found: Findings) -> Reply:
    """Q22: the orders to close, and whether their target was asked again."""
    tried = [order for order in found.orders if order.state is not State.PLANNED]
    stated = closings(found)
    if not tried and stated:
        unproved = say(
            "aucun ordre n'est vérifié auprès d'une cible",
            "no order is verified with a target",
        )
        return Reply(confidence="probable", conclusion=stated, because=(unproved,))
    if not tried:
        return _not_recorded(
            say(
                "aucune mesure n'est enregistrée dans ce dossier : ni ordre, ni preuve qu'elle "
                "tient",
                "no measure is recorded in this case: neither order nor proof that it holds",
            )
        )
    holds = [order for order in tried if order.state is State.VERIFIED]
    head = several(
        len(tried),
        (
            "{n} ordre de fermeture, dont {sure} vérifié auprès de sa cible.",
            "{n} order to close, of which {sure} verified with its target.",
        ),
        (
            "{n} ordres de fermeture, dont {sure} vérifiés auprès de leur cible.",
            "{n} orders to close, of which {sure} verified with their target.",
        ),
        sure=len(holds),
    )
    told = [
        say(
            "{do} sur {target} ({what}) : {state}.",
            "{do} on {target} ({what}): {state}.",
            do=word(DONE, order.do),
            target=order.target,
            what=order.address or order.account,
            state=word(ORDERS, order.state),
        )
        for order in tried[:GAPS_TOLD]
    ]
    sure = "certain" if len(holds) == len(tried) else "probable"
    return Reply(confidence=sure, conclusion=(head, *told, *stated))


def weakness(found: Findings) -> Reply:
    """Q23: the cause is unknown; that today's rules see it is a fact."""
    if not found.detected:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
    lines = [say("Cause : inconnue.", "Cause: unknown.")]
    if found.usurped:
        families = {
            why.family
            for s in found.usurped
            for why in s.reasons
            if why.bits > 0 and why.family
        }
        first = min(found.usurped, key=lambda s: s.start_at)
        lines.append(
            several(
                len(families),
                (
                    "Les règles d'aujourd'hui relèvent la première session retenue ({start}) "
                    "après coup, par {n} famille de signaux.",
                    "Today’s rules find the first session retained ({start}) afterwards, by "
                    "{n} family of signals.",
                ),
                (
                    "Les règles d'aujourd'hui relèvent la première session retenue ({start}) "
                    "après coup, par {n} familles de signaux.",
                    "Today’s rules find the first session retained ({start}) afterwards, by "
                    "{n} families of signals.",
                ),
                start=instant(first.start_at, found.zone),
            )
        )
    because = say(
        "aucune règle de blocage n'a été rejouée sur les traces, et la cause n'est pas dans "
        "les traces",
        "no blocking rule has been replayed on the trails, and the cause is not in the trails",
    )
    return Reply(
        confidence="unknown",
        conclusion=tuple(lines),
        because=(because,),
        evidence=("sessions",) if found.usurped else (),
    )


def _not_recorded(because: Says) -> Reply:
    return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(because,))
