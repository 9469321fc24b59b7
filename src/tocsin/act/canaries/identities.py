"""Makes canary identities: plausible, nobody's, flagged FICT, with a mailbox nobody can guess.

The status FICT keeps them out of care and statistics everywhere (contract, section 1), and out of
every reach and count of persons. Their names are ordinary; what cannot be guessed is the mailbox.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tocsin.core.vocabulary import TEST_STATUS

FAMILY = (
    "Aubrin Belmois Carvenne Delmarre Esquivert Faubrelle Garzenne Hautvallon Jolivard Kermoal-Andrec Lanvaux "
    "Marsolle Noyelle-Brun Orvault Peyrassol Quillevere Rocheblave Sauvelande Tourmignac Vauxcelle"
).split()
GIVEN_F = "Anouk Blandine Céline Delphine Élise Fanny Gaëlle Hélène Irène Justine".split()
GIVEN_M = "Armand Bastien Cédric Damien Étienne Fabrice Gilles Hervé Joël Lucien".split()
STREETS = (
    "rue des Peupliers",
    "rue du Lavoir",
    "allée des Acacias",
    "chemin des Vignes",
    "place du Marché",
)
"""Plausible words; families made for this list, to be nobody's. `plant` refuses a homonym."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """An identity that is nobody, and where it stands.

    Args:
        person: its local id in the directory.
        service: the service that lists it.
        controller: the establishment whose perimeter it marks ('' = the whole region).
    """

    person: str
    service: str
    controller: str
    birth_name: str
    first_names: str
    sex: str
    birth_date: str
    postal_code: str
    city: str
    email: str
    phone: str
    used_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Where a canary is wanted, and what makes it unguessable.

    Args:
        token: twelve or more hexadecimal digits drawn by chance.
    """

    service: str
    controller: str
    postal_code: str
    city: str
    token: str


def identity(wanted: Wanted, *, domain: str, phone: str, year: int) -> Canary:
    """The identity that a token makes; the same token makes the same one.

    Args:
        wanted: where, and the token.
        domain: a mail domain that the operator owns and reads.
        phone: a number that the operator owns, or ''.
        year: the present year, for a plausible age.
    """
    drawn = int(wanted.token, 16)
    woman = drawn % 2 == 0
    given = (GIVEN_F if woman else GIVEN_M)[(drawn >> 8) % 10]
    family = FAMILY[(drawn >> 16) % len(FAMILY)]
    born = f"{year - 35 - (drawn >> 24) % 45}-{1 + (drawn >> 30) % 12:02d}-{1 + (drawn >> 34) % 28:02d}"
    return Canary(
        person=f"P{wanted.token[:10].upper()}",
        service=wanted.service,
        controller=wanted.controller,
        birth_name=family.upper(),
        first_names=given,
        sex="F" if woman else "M",
        birth_date=born,
        postal_code=wanted.postal_code,
        city=wanted.city,
        email=f"{family.lower().replace(' ', '-')}.{wanted.token[:10]}@{domain}",
        phone=phone,
    )


def directory_row(canary: Canary) -> Mapping[str, str]:
    """The canary as a row of the table `persons`, to be planted in the directory."""
    number = sum(map(ord, canary.person)) % 90 + 1
    return {
        "person": canary.person,
        "ins": "",
        "identity_status": TEST_STATUS,
        "birth_name": canary.birth_name,
        "used_name": "",
        "first_names": canary.first_names,
        "sex": canary.sex,
        "birth_date": canary.birth_date,
        "birth_place": "",
        "phone": canary.phone,
        "email": canary.email,
        "address": f"{number} {STREETS[number % len(STREETS)]}",
        "postal_code": canary.postal_code,
        "city": canary.city,
        "controller": canary.controller,
        "services": canary.service,
        "language": "fr",
    }


def as_rows(canaries: Sequence[Canary]) -> list[dict[str, Any]]:
    """The canaries as the vault keeps them."""
    return [asdict(canary) for canary in canaries]


def from_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[Canary, ...]:
    """The canaries that the vault keeps."""
    return tuple(Canary(**{k: str(v or "") for k, v in row.items()}) for row in rows)
