"""Group A: which accounts and sessions, from when to when, and whether it is over."""

from datetime import datetime, timedelta

from tocsin.act.report.answers_duties import stated
from tocsin.act.report.findings import Findings, OperationUse
from tocsin.act.report.page import Reply
from tocsin.act.report.sentences import duration, instant, listed, say, sentence, several
from tocsin.act.report.words import NOT_DETECTED, NOT_INGESTED, UNKNOWN
from tocsin.core.ending import EndFinding, Ending
from tocsin.core.records import Says

NAMED = 12
"""Ids written out in a sentence; the tables hold the others."""

MARGIN = timedelta(hours=24)
"""Blind margin around the retained acts (contract, section 1, "Blind")."""

NO_FINDING = say(
    "Aucun résultat est un résultat : il vaut ce que valent les traces lues.",
    "No finding is a result: it is worth what the trails read are worth.",
)
UNREVIEWED = say(
    "les sessions retenues sont une proposition de la machine que personne n'a revue",
    "the sessions retained are the machine’s proposal, which nobody has reviewed",
)


def accounts_used(found: Findings) -> Reply:
    """Q01."""
    if not found.detected:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
    undecided = _undecided(found)
    if not found.usurped:
        none = say(
            "Aucun : sur {n} sessions examinées, aucune n'est retenue comme usurpée. {result}",
            "None: of {n} sessions examined, none is held to be usurped. {result}",
            n=found.detected.sessions,
            result=NO_FINDING,
        )
        return Reply(
            confidence="probable",
            conclusion=(none, *undecided),
            evidence=("sessions", "coverage"),
        )
    accounts = tuple(dict.fromkeys(s.account for s in found.usurped))
    said = several(
        len(accounts),
        ("Un compte : {ids}.", "One account: {ids}."),
        ("{n} comptes : {ids}.", "{n} accounts: {ids}."),
        ids=_ids(accounts),
    )
    return Reply(
        confidence=sure(found),
        conclusion=(said, *undecided),
        because=unless_reviewed(found),
        evidence=("sessions", "timeline"),
    )


def how_obtained(found: Findings) -> Reply:
    """Q02: no trail tells it; what people stated is shown as theirs."""
    return Reply(
        confidence="unknown",
        conclusion=stated(found) or (UNKNOWN,),
        because=(
            say(
                "les traces ne disent pas comment un secret est pris, et ni la réponse du "
                "titulaire ni les journaux de messagerie ne sont dans ce dossier",
                "trails do not tell how a secret is taken, and neither the owner’s answer nor "
                "the mail logs are in this case",
            ),
        ),
    )


def whose_sessions(found: Findings) -> Reply:
    """Q03."""
    if not found.detected:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
    sessions = say(
        "Sessions examinées : {all} ; usurpées : {usurped} ; indécises : {undecided} ; les "
        "autres sont légitimes.",
        "Sessions examined: {all}; usurped: {usurped}; undecided: {undecided}; the others are "
        "legitimate.",
        all=found.detected.sessions,
        usurped=len(found.usurped),
        undecided=len(found.undecided),
    )
    totals = {
        name: sum(n for (attribution, _), n in found.acts.items() if attribution == name)
        for name in ("usurped", "undecided", "legitimate")
    }
    acts = say(
        "Actes des sessions usurpées ou indécises — usurpés : {usurped} ; indécis : "
        "{undecided} ; rendus au titulaire : {legitimate}.",
        "Acts of the usurped or undecided sessions — usurped: {usurped}; undecided: "
        "{undecided}; given back to the owner: {legitimate}.",
        **totals,
    )
    settled = not found.undecided and not found.unreviewed
    return Reply(
        confidence="certain" if settled and found.usurped else "probable",
        conclusion=(sessions, acts) if found.suspicions else (sessions,),
        because=unless_reviewed(found),
        evidence=("sessions", "persons"),
    )


def first_and_last(found: Findings) -> Reply:
    """Q04."""
    acts = usurped_operations(found)
    if not acts:
        no_act = say(
            "Sans objet : aucun acte n'est retenu comme usurpé.",
            "Not applicable: no act is held to be usurped.",
        )
        if not found.detected:
            return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
        return Reply(confidence="probable", conclusion=(no_act,), evidence=("sessions",))
    first, last = span(found)
    said = say(
        "Premier acte retenu : {first}. Dernier acte retenu : {last} (soit {length}).",
        "First act retained: {first}. Last act retained: {last} (that is {length}).",
        first=instant(first, found.zone, seconds=True),
        last=instant(last, found.zone, seconds=True),
        length=duration((last - first).total_seconds()),
    )
    return Reply(
        confidence=sure(found),
        conclusion=(said, _margins(found)),
        because=unless_reviewed(found),
        evidence=("timeline", "coverage"),
    )


def account_status(found: Findings) -> Reply:
    """Q05."""
    if not found.usurped:
        return _nothing_retained(found)
    lines: list[Says] = []
    for use in found.accounts[:NAMED]:
        if not use.usurped:
            continue
        reasons = dict.fromkeys(
            why.says
            for s in found.usurped
            if s.account == use.account
            for why in s.reasons
            if why.family == "status" and why.signal != "override" and why.bits > 0
        )
        own = (
            instant(use.last_own_at, found.zone)
            if use.last_own_at
            else say("aucun dans les traces lues", "none in the trails read")
        )
        lines.append(
            say(
                "{account} : {status}. Dernier usage légitime : {own}.",
                "{account}: {status}. Last legitimate use: {own}.",
                account=use.account,
                status=listed(_bare(r) for r in reasons)
                if reasons
                else say(
                    "ni départ ni dormance relevés dans l'annuaire ou les traces",
                    "neither departure nor dormancy found in the directory or the trails",
                ),
                own=own,
            )
        )
    shared = say(
        "le partage d'un compte entre collègues n'est pas inscrit à l'annuaire",
        "whether an account is shared between colleagues is not in the directory",
    )
    return Reply(
        confidence="probable",
        conclusion=tuple(lines),
        because=(shared,),
        evidence=("sessions",),
    )


def other_accounts(found: Findings) -> Reply:
    """Q06."""
    because = (
        say(
            "l'instant du premier blocage n'est pas enregistré dans ce dossier",
            "the instant of the first block is not recorded in this case",
        ),
        say(
            "les traces des autres régions ne sont pas dans ce dossier",
            "the trails of the other regions are not in this case",
        ),
    )
    if not found.detected:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
    campaigns = len(found.detected.campaigns)
    accounts = len({s.account for s in found.usurped})
    said = say(
        "Inconnu pour l'après-blocage et pour les autres régions. Dans les traces lues, "
        "comptes retenus : {accounts} ; campagnes de sessions apparentées : {campaigns}.",
        "Unknown for after the block and for the other regions. In the trails read, accounts "
        "retained: {accounts}; campaigns of kindred sessions: {campaigns}.",
        accounts=accounts,
        campaigns=campaigns,
    )
    return Reply(
        confidence="unknown", conclusion=(said,), because=because, evidence=("sessions",)
    )


def is_it_over(found: Findings) -> Reply:
    """Q07: without proof of revocation, silence of the trail is no end."""
    if found.ending and found.ending.contained_at:
        return _ended(found.ending, found)
    if not found.detected:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
    return Reply(
        confidence="unknown",
        conclusion=(sentence(over(found)),),
        because=(
            say(
                "aucune preuve de révocation n'est enregistrée dans ce dossier",
                "no proof of revocation is recorded in this case",
            ),
            say(
                "les traces s'arrêtent à la fin de la fenêtre : ce qui suit n'est pas vu",
                "the trails stop at the end of the window: what follows is not seen",
            ),
        ),
        evidence=("timeline",),
    )


def _ended(ending: Ending, found: Findings) -> Reply:
    """What the trails later than the closing say, from where and until when."""
    told = [say("{says}", "{says}", says=ending.says)]
    if ending.contained_at:
        told.append(
            say(
                "Dernière fermeture enregistrée : {at}.",
                "Last closing on record: {at}.",
                at=instant(ending.contained_at, found.zone),
            )
        )
    if ending.trailed_until:
        told.append(
            say(
                "Toutes les sources sont lues jusqu'au {at}.",
                "Every source is read until {at}.",
                at=instant(ending.trailed_until, found.zone),
            )
        )
    unknown = ending.finding is EndFinding.CANNOT_TELL
    return Reply(
        confidence="unknown" if unknown else "probable",
        conclusion=tuple(told),
        because=tuple(say("{why}", "{why}", why=why) for why in ending.because[:NAMED]),
        evidence=("timeline",),
    )


def over(found: Findings) -> Says:
    """What is known of the end, in one sentence; never a plain yes."""
    end = found.ingested.end_at if found.ingested else None
    if not found.usurped or end is None:
        return say(
            "aucun acte n'est retenu dans les traces lues, qui ne disent rien de la suite.",
            "no act is retained in the trails read, which tell nothing of what followed.",
        )
    _, last = span(found)
    return say(
        "le dernier acte retenu est du {last} et les traces courent encore {length} après lui, "
        "mais aucune fermeture des comptes n'est enregistrée.",
        "the last act retained is of {last} and the trails run {length} beyond it, but no "
        "closing of the accounts is recorded.",
        last=instant(last, found.zone),
        length=duration(max(0.0, (end - last).total_seconds())),
    )


# What the answers share ------------------------------------------------------------------


def missing(found: Findings) -> Says:
    """Why nothing is known of sessions yet."""
    return NOT_DETECTED if found.ingested else NOT_INGESTED


def sure(found: Findings) -> str:
    """How surely the retained sessions are known: certain only when humans decided them all."""
    return "probable" if found.unreviewed else "certain"


def unless_reviewed(found: Findings) -> tuple[Says, ...]:
    """The premise of everything that rests on sessions nobody reviewed."""
    return (UNREVIEWED,) if found.unreviewed else ()


def usurped_operations(found: Findings) -> tuple[OperationUse, ...]:
    """The operations of usurped acts."""
    return tuple(o for o in found.operations if o.attribution == "usurped")


def span(found: Findings) -> tuple[datetime, datetime]:
    """First and last usurped act; the sessions' own edges where no act is joined."""
    acts = usurped_operations(found)
    if acts:
        return min(o.first_at for o in acts), max(o.last_at for o in acts)
    return min(s.start_at for s in found.usurped), max(s.end_at for s in found.usurped)


def _margins(found: Findings) -> Says:
    first, last = span(found)
    touched = [
        g for g in found.gaps if g.start_at < last + MARGIN and g.end_at > first - MARGIN
    ]
    if not touched:
        return say(
            "Aucun intervalle aveugle ne touche ce temps élargi de 24 heures.",
            "No blind interval touches this time widened by 24 hours.",
        )
    return several(
        len(touched),
        (
            "{n} intervalle aveugle touche ce temps élargi de 24 heures ({sources}) : le début "
            "et la fin vrais peuvent être plus loin.",
            "{n} blind interval touches this time widened by 24 hours ({sources}): the true "
            "beginning and end may lie further out.",
        ),
        (
            "{n} intervalles aveugles touchent ce temps élargi de 24 heures ({sources}) : le "
            "début et la fin vrais peuvent être plus loin.",
            "{n} blind intervals touch this time widened by 24 hours ({sources}): the true "
            "beginning and end may lie further out.",
        ),
        sources=listed(dict.fromkeys(g.source for g in touched)),
    )


def _undecided(found: Findings) -> tuple[Says, ...]:
    if not found.undecided:
        return ()
    return (
        several(
            len({s.account for s in found.undecided}),
            (
                "Un compte porte des sessions indécises, à revoir.",
                "One account holds undecided sessions, to be reviewed.",
            ),
            (
                "{n} comptes portent des sessions indécises, à revoir.",
                "{n} accounts hold undecided sessions, to be reviewed.",
            ),
        ),
    )


def _nothing_retained(found: Findings) -> Reply:
    if not found.detected:
        return Reply(confidence="unknown", conclusion=(UNKNOWN,), because=(missing(found),))
    none = say(
        "Sans objet : aucun compte n'est retenu.", "Not applicable: no account is retained."
    )
    return Reply(confidence="probable", conclusion=(none,), evidence=("sessions",))


def _ids(accounts: tuple[str, ...]) -> Says:
    shown: list[str | Says] = list(accounts[:NAMED])
    if len(accounts) > NAMED:
        rest = len(accounts) - NAMED
        shown.append(say("{n} autres", "{n} others", n=rest))
    return listed(shown)


def _bare(sentence: Says) -> Says:
    return Says(sentence.fr.rstrip(". "), sentence.en.rstrip(". "))
