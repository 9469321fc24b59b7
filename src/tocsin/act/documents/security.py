"""Filings beyond the GDPR: health authority, NIS2, complaint."""

from collections.abc import Iterator

from tocsin.act.documents import effects, parts, words
from tocsin.act.documents.facts import Known
from tocsin.act.documents.fields import Block, Field, Paper, known, unknown
from tocsin.act.documents.frame import CONTROLLER_SIGNS, OPERATOR_SIGNS, paper, who
from tocsin.act.documents.parts import text
from tocsin.act.report.sentences import plain
from tocsin.core.incident import OPERATOR, Party
from tocsin.core.records import Says


def health(facts: Known, party: Party) -> Iterator[Paper]:
    """CSP L1111-8-2: the serious incident, to the ARS and the ANS."""
    made = paper(
        facts,
        party,
        "csp-l1111-8-2",
        "health-report",
        (
            text("Signalement d'un incident grave de sécurité", "Report of a serious incident"),
            text("ARS et ANS (CERT Santé)", "ARS and ANS (CERT Santé)"),
            OPERATOR_SIGNS if party.id == OPERATOR else CONTROLLER_SIGNS,
        ),
    )
    yield made(
        Block(
            title=text("Structure", "Body"),
            fields=(
                who(facts, party),
                unknown(
                    "notifier.declarant", text("Déclarant", "Declarant"), words.FOR_THE_SIGNER
                ),
                *effects.contact(facts, party.id),
            ),
        ),
        parts.when(facts, party.id),
        Block(title=text("Périmètre", "Perimeter"), fields=(_services(facts),)),
        parts.what(facts, party.id),
        parts.numbers(facts, party.id),
        effects.measures(facts),
        notes=(
            text(
                "Voie : signalement.social-sante.gouv.fr. Le formulaire (arrêté du 30 octobre "
                "2017) est à vérifier avant dépôt.",
                "Route: signalement.social-sante.gouv.fr. Check the form (order of 30 October "
                "2017) before filing.",
            ),
        ),
    )


def _services(facts: Known) -> Field:
    label = text("Services et systèmes de l'opérateur", "Services and systems")
    names = tuple(plain(s.name) for s in facts.estate.services)
    if not names:
        return unknown("perimeter.services", label, words.NOT_RECORDED)
    return known("perimeter.services", label, names, "estate.toml service")


def warning(facts: Known, party: Party) -> Iterator[Paper]:
    """NIS2 23(4)(a): malicious? cross-border?"""
    yield _nis2(
        facts,
        party,
        "nis2-23-4-a",
        ("nis2-early-warning", text("NIS 2 : alerte précoce", "NIS2: early warning")),
        (parts.when(facts, party.id), parts.what(facts, party.id)),
    )


def notification(facts: Known, party: Party) -> Iterator[Paper]:
    """NIS2 23(4)(b): severity, impact, indicators of compromise."""
    yield _nis2(
        facts,
        party,
        "nis2-23-4-b",
        ("nis2-notification", text("NIS 2 : notification", "NIS2: notification")),
        (
            parts.when(facts, party.id),
            parts.what(facts, party.id),
            parts.numbers(facts, party.id),
            effects.consequences(facts, party.id),
            indicators(facts),
            effects.measures(facts),
        ),
    )


def final_report(facts: Known, party: Party) -> Iterator[Paper]:
    """NIS2 23(4)(d): cause, mitigation, cross-border impact."""
    yield _nis2(
        facts,
        party,
        "nis2-23-4-d",
        ("nis2-final-report", text("NIS 2 : rapport final", "NIS2: final report")),
        (
            parts.when(facts, party.id),
            parts.what(facts, party.id),
            parts.numbers(facts, party.id),
            effects.consequences(facts, party.id),
            indicators(facts),
            effects.measures(facts),
        ),
    )


def _nis2(
    facts: Known, party: Party, duty: str, named: tuple[str, Says], blocks: tuple[Block, ...]
) -> Paper:
    name, title = named
    to = text("CSIRT national ou autorité compétente", "national CSIRT or authority")
    made = paper(facts, party, duty, name, (title, to, OPERATOR_SIGNS))
    first = Block(
        title=text("Entité", "Entity"),
        fields=(
            who(facts, party),
            *effects.contact(facts, party.id),
            unknown(
                "filing.cross_border",
                text("Effet transfrontalier", "Cross-border effect"),
                words.NOT_RECORDED,
            ),
        ),
    )
    note = text(
        "L'application de NIS 2 à cette entité et l'importance de l'incident sont à décider "
        "par un humain.",
        "Whether NIS2 applies to this entity, and whether the incident is significant, is for "
        "a human to decide.",
    )
    return made(first, *blocks, notes=(note,))


def indicators(facts: Known) -> Block:
    """Traits of the campaign: addresses, networks, clients; never persons."""
    labels = {
        "address": text("Adresses", "Addresses"),
        "network": text("Réseaux", "Networks"),
        "client": text("Logiciels clients", "Clients"),
    }
    return Block(
        title=text("Indicateurs", "Indicators"),
        fields=tuple(
            known(
                f"indicators.{kind}",
                label,
                tuple(plain(v) for v in facts.indicators[kind]),
                "detect/summary.json campaigns",
                figure=True,
            )
            if facts.indicators.get(kind)
            else unknown(f"indicators.{kind}", label, words.NOT_DETECTED, figure=True)
            for kind, label in labels.items()
        ),
    )


def complaint(facts: Known, party: Party) -> Iterator[Paper]:
    """The file of a complaint: offences of articles 323-1 to 323-3-1 of the Code pénal."""
    made = paper(
        facts,
        party,
        "insurance-l12-10-1",
        "complaint",
        (
            text("Dossier de plainte", "Complaint file"),
            text("police ou gendarmerie", "police or gendarmerie"),
            OPERATOR_SIGNS,
        ),
    )
    offences = text(
        "Faits susceptibles de relever des articles 323-1 à 323-3-1 du code pénal (accès et "
        "maintien frauduleux, extraction de données).",
        "Facts that may fall under articles 323-1 to 323-3-1 of the French penal code "
        "(unlawful access, extraction of data).",
    )
    yield made(
        Block(
            title=text("Plaignant et faits", "Complainant and facts"),
            fields=(
                who(facts, party),
                known(
                    "complaint.offences", None, offences, "Code pénal, art. 323-1 to 323-3-1"
                ),
                unknown(
                    "complaint.signatory",
                    text("Représentant", "Representative"),
                    words.FOR_THE_SIGNER,
                ),
            ),
        ),
        parts.when(facts, party.id),
        parts.what(facts, party.id),
        parts.numbers(facts, party.id),
        indicators(facts),
        effects.measures(facts),
    )
