"""Why, and why not: what would have made a session normal, and which past ones are like it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tocsin.core.records import Says
from tocsin.detect.matrix import Codes, Matrix, Reals
from tocsin.detect.reasons import Part
from tocsin.detect.verdict import LEGITIMATE, PRIOR, probability

NORMAL = 0.05
"""A session under this probability would have been nothing to look at."""

OTHERWISE_MOST = 4
"""Conditions told, at most."""

LEAST_CHANGE = 0.01
"""A condition that changes the probability by less is not told alone."""

ALIKE_MOST = 3
"""Past sessions told, at most."""

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""What is kept of the account's other sessions for the picture."""

_CONDITIONS = {
    "network": Says("depuis un réseau habituel", "from a usual network"),
    "client": Says("avec le logiciel habituel", "with the usual software"),
    "hour": Says("aux heures habituelles", "at the usual hours"),
    "elsewhere": Says(
        "sans travail au même moment depuis un autre réseau",
        "without work at the same moment from another network",
    ),
    "failed_logins": Says("sans connexions refusées avant", "without refused logins before it"),
    "care": Says("sur des personnes que le compte suit", "about persons in the account's care"),
    "write": Says("en écrivant dans des dossiers", "if it had written in records"),
    "fast": Says("au rythme habituel du compte", "at the account's usual pace"),
    "regular": Says("avec des pauses inégales", "with uneven pauses"),
    "sweep": Says("sans recherches en ordre", "without searches in order"),
    "pages": Says("sans tourner les pages de résultats", "without turning pages of results"),
    "search_only": Says(
        "en ouvrant ce qu'elle cherchait", "had it opened what it searched for"
    ),
    "open_only": Says("en cherchant avant d'ouvrir", "had it searched before opening"),
    "wide": Says("en cherchant une personne par son nom", "had it asked for a person by name"),
    "person_order": Says("sans suivre l'ordre des numéros", "without following the numbers"),
    "indicator": Says("sans le trait signalé", "without the trait that was reported"),
    "token_of_two": Says(
        "sans autre usage de la même session ouverte", "without another use of its token"
    ),
    "two_hands": Says(
        "sans la suite d'actes qui diffère du reste de la session",
        "without the run of acts unlike the rest of the session",
    ),
    "shared_trait": Says(
        "sans le trait partagé avec une session usurpée",
        "without the trait shared with a thief",
    ),
    "thief_network": Says(
        "depuis un autre réseau que celui de l'intrus", "from another network than the thief's"
    ),
    "robbed_account": Says(
        "sur un compte qui n'a pas été volé", "on an account that was not robbed"
    ),
    "company": Says(
        "sans les autres sessions du même réseau", "without the network's other sessions"
    ),
    "network_habit": Says("depuis un réseau habituel", "from a usual network"),
    "client_habit": Says("depuis un poste habituel", "from a usual device"),
    "service_habit": Says(
        "dans les services et pour les opérations habituels",
        "in the usual services and operations",
    ),
    "territory": Says(
        "sur les dossiers d'unités où le compte travaille",
        "on records of units where the account works",
    ),
    "new_persons": Says(
        "sur des personnes déjà suivies par le compte", "about persons it had worked on before"
    ),
    "colleagues_work": Says(
        "sur des personnes que suivent les collègues habituels",
        "about persons whom usual colleagues follow",
    ),
}
_VOLUME = Says("avec le volume habituel", "with the usual volume")
_STATUS = Says("avec un compte en règle", "with an account in order")
_OTHER = Says("sans ce signal", "without this signal")


def _condition(signal: str, family: str) -> Says:
    by_family = {"history": _VOLUME, "status": _STATUS}
    return _CONDITIONS.get(signal, by_family.get(family, _OTHER))


def otherwise(parts: Sequence[Part], bits: float) -> list[dict[str, Any]]:
    """What would have made the session normal: each condition alone, then together.

    Args:
        parts: everything that weighs on it.
        bits: its whole evidence.
    """
    against = [part for part in parts if part[2] > 0 and part[1] != "given"]
    now = float(probability(np.array([bits]), PRIOR)[0])
    told = []
    for signal, family, weight, _ in against[: OTHERWISE_MOST - 1]:
        then = float(probability(np.array([bits - weight]), PRIOR)[0])
        if now - then >= LEAST_CHANGE:
            told.append(_told((signal,), _condition(signal, family), now, then))
    left, names, together = bits, [], []
    for signal, family, weight, _ in against:
        left -= weight
        names.append(signal)
        together.append(_condition(signal, family))
        if probability(np.array([left]), PRIOR)[0] < NORMAL:
            break
    if len(names) > 1:
        unique = list(dict.fromkeys((says.fr, says.en) for says in together))
        all_of = Says(", ".join(fr for fr, _ in unique), ", ".join(en for _, en in unique))
        then = float(probability(np.array([left]), PRIOR)[0])
        told.append(_told(tuple(names), all_of, now, then))
    return told


def _told(signals: tuple[str, ...], condition: Says, now: float, then: float) -> dict[str, Any]:
    fr = f"{condition.fr[0].upper()}{condition.fr[1:]}"
    en = f"{condition.en[0].upper()}{condition.en[1:]}"
    return {
        "signals": list(signals),
        "probability": round(then, 6),
        "says": {
            "fr": f"{fr} : probabilité de {_share(then, ',')} au lieu de {_share(now, ',')}.",
            "en": f"{en}: a probability of {_share(then, '.')} instead of {_share(now, '.')}.",
        },
    }


def _share(p: float, point: str) -> str:
    text = f"{100 * p:.2f}" if 0.0001 < p < 0.01 or 0.99 < p < 0.9999 else f"{100 * p:.0f}"
    return f"{text.replace('.', point)} %"


def _measures(m: Matrix, at: Codes) -> dict[str, tuple[Says, Reals]]:
    return {
        "acts": (Says("actes", "acts"), m.data[at].astype(np.float64)),
        "persons": (
            Says("personnes nommées", "persons named"),
            m.persons[at].astype(np.float64),
        ),
        "searches": (Says("recherches", "searches"), m.searches[at].astype(np.float64)),
        "unexplained": (
            Says("personnes sans lien de soin", "persons without any relation of care"),
            m.care[at, 0],
        ),
        "gap_s": (
            Says("secondes entre deux actes", "seconds between two acts"),
            np.where(m.gaps[at] > 0, np.expm1(m.gap_mean[at]), 0.0),
        ),
    }


def against_habit(m: Matrix, i: int, verdict: Codes) -> list[dict[str, Any]]:
    """Each measure of the session beside those of the account's other, legitimate sessions."""
    mine = m.others(i)
    mine = mine[(np.asarray(verdict[mine]) == LEGITIMATE) & (m.data[mine] > 0)]
    here = np.append(mine, i)
    return [
        {
            "measure": name,
            "says": {"fr": says.fr, "en": says.en},
            "value": round(float(values[-1]), 2),
            "past": [round(float(q), 2) for q in np.quantile(values[:-1], QUANTILES)]
            if len(mine)
            else [],
        }
        for name, (says, values) in _measures(m, here).items()
    ]


def alike(
    m: Matrix, i: int, verdict: Codes, ids: Sequence[str], instants: Sequence[str]
) -> list[dict[str, Any]]:
    """The account's legitimate sessions that are nearest in size, kind and hour.

    Args:
        verdict: of each session.
        ids: of each session.
        instants: the start of each session of the account, by its place among them.
    """
    account = m.of_account(int(m.acc[i]))
    features = np.column_stack(
        [
            *(np.log1p(column[account]) for column in (m.data, m.persons, m.searches)),
            0.3 * (m.hour[account] % 8),
        ]
    )
    here = int(np.flatnonzero(account == i)[0])
    away = np.abs(features - features[here]).sum(axis=1)
    able = (np.asarray(verdict[account]) == LEGITIMATE) & (m.data[account] > 0)
    able[here] = False
    away[~able] = np.inf
    order = np.argsort(away, kind="stable")[:ALIKE_MOST]
    return [
        {
            "session": ids[int(account[k])],
            "start_at": instants[int(k)],
            "acts": int(m.data[account[k]]),
            "persons": int(m.persons[account[k]]),
            "searches": int(m.searches[account[k]]),
            "same_network": bool(m.net[account[k]] == m.net[i] and m.net[i] > 0),
        }
        for k in order
        if np.isfinite(away[k])
    ]
