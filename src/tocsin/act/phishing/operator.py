"""The operator's own entry of the directory, made from its estate."""

import re

from tocsin.act.phishing.folding import fold
from tocsin.core.messages import Body
from tocsin.core.records import Estate, Says

ORDINARY = frozenset(
    """
    agence annuaire centre clinique demonstration direction dossier esante espace etablissement groupe groupement hopital hopitaux imagerie information
    informations ligne medical messagerie national nationale numerique orientation plateforme portail pour professionnels public publique
    region regional regionale regionaux sante service services structure structures systeme test tocsin france loire bretagne normandie nouvelle
    aquitaine occitanie grand hauts ile provence alpes cote azur corse centre pays vienne secure securise demo health region contact email mail
    """.split()
)
"""Words too common to stand for an operator inside a host name."""

LEAST_LETTERS = 5


def operator_body(estate: Estate, domains: tuple[str, ...], numbers: tuple[str, ...]) -> Body:
    """The operator as a body of the directory: how messages call it, and what to watch for.

    Args:
        estate: the estate of the case.
        domains: registrable domains of its public address and of its sender.
        numbers: its public numbers, digits only.
    """
    operator = estate.operator
    names = [operator.name, operator.id, *(s.name for s in estate.services)]
    words = {" ".join(re.findall(r"[a-z0-9]+", fold(name))) for name in names}
    return Body(
        id="operator",
        claim="operator",
        name=Says(operator.name, operator.name),
        words=tuple(sorted(w for w in words if len(w) > 3 and w not in ORDINARY)),
        domains=domains,
        numbers=numbers,
        tokens=_tokens(estate, domains),
        source="estate.toml",
    )


def _tokens(estate: Estate, domains: tuple[str, ...]) -> tuple[str, ...]:
    operator = estate.operator
    names = [operator.name, operator.id, *(s.name for s in estate.services)]
    names += [domain.partition(".")[0] for domain in domains]
    found = set()
    for name in names:
        parts = re.findall(r"[a-z]+", fold(name))
        joined = "".join(parts)
        if len(parts) > 1 and len(joined) >= 8:
            found.add(joined)
        found |= {p for p in parts if len(p) >= LEAST_LETTERS and p not in ORDINARY}
        if len(parts) == 1 and len(joined) >= LEAST_LETTERS and joined not in ORDINARY:
            found.add(joined)
    return tuple(sorted(found))
