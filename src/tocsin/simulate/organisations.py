"""The establishments of the region and their staff: controllers, wards, accounts, networks."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.names import Lexicon

Ints = NDArray[np.int64]

ROLES = (
    "gp",
    "physician",
    "nurse",
    "social_worker",
    "secretary",
    "coder",
    "research",
    "administrator",
    "api",
)
GP, PHYSICIAN, NURSE, SOCIAL, SECRETARY, CODER, RESEARCH, ADMIN, API = range(len(ROLES))
_PROFESSIONS = (
    "Médecin généraliste",
    "Médecin spécialiste",
    "Infirmier",
    "Assistant de service social",
    "Secrétaire médicale",
    "Technicien de l'information médicale",
    "Attaché de recherche clinique",
    "Administrateur",
    "Compte de service",
)
_SHARE = (0.22, 0.20, 0.32, 0.07, 0.11, 0.03, 0.01, 0.03, 0.01)
_BEDS = 16  # beds of a ward
_NURSES = 6  # nurses of a ward, about


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisations:
    """Controllers in order: hospitals, then practices, then medico-social structures.

    `finess`, `names`, `kinds` (0 hospital, 1 practice, 2 medico-social) have one value an
    organisation; `zones` is the hospital whose territory it belongs to; `ward_of` gives the
    organisation of each ward.
    """

    finess: NDArray[np.str_]
    names: NDArray[np.str_]
    kinds: Ints
    zones: Ints
    ward_of: Ints

    def of_kind(self, kind: int) -> Ints:
        """The organisations of that kind."""
        return np.flatnonzero(self.kinds == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The professionals' accounts, one value an account.

    `opened` and `closed` are days of the window (negative: before it; 10**6: never closed).
    """

    account: NDArray[np.str_]
    rpps: NDArray[np.str_]
    family: NDArray[np.str_]
    given: NDArray[np.str_]
    role: Ints
    organisation: Ints
    ward: Ints  # -1 outside wards
    opened: Ints
    closed: Ints

    def of_role(self, *roles: int) -> Ints:
        """The accounts of these roles."""
        return np.flatnonzero(np.isin(self.role, roles))


def luhn(digits: str) -> str:
    """The Luhn key of a string of digits (FINESS, RPPS)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def organisations(rng: np.random.Generator, *, professionals: int) -> Organisations:
    """Controllers for a region of that many professionals; department 99 does not exist."""
    hospitals = int(np.clip(professionals // 70, 2, 25))
    practices = int(np.clip(professionals // 45, 2, 40))
    social = int(np.clip(professionals // 120, 1, 12))
    count = hospitals + practices + social
    kinds = np.repeat(np.arange(3), (hospitals, practices, social))
    stems = [f"99{number:06d}" for number in range(17, 17 + count)]
    words = ("Centre hospitalier fictif", "Maison de santé d'Essai", "Résidence Exemple")
    names = [f"{words[kind]} n° {place + 1}" for place, kind in enumerate(kinds)]
    zones = np.concatenate(
        [np.arange(hospitals), rng.integers(0, hospitals, practices + social)]
    )
    zones[hospitals : hospitals + min(practices, hospitals)] = np.arange(
        min(practices, hospitals)
    )
    wards = max(hospitals, round(professionals * _SHARE[NURSE] / _NURSES))
    weights = 1.0 / (np.arange(hospitals) + 1.5)
    extra = rng.choice(hospitals, wards - hospitals, p=weights / weights.sum())
    return Organisations(
        finess=np.array([stem + luhn(stem) for stem in stems]),
        names=np.array(names),
        kinds=kinds.astype(np.int64),
        zones=zones.astype(np.int64),
        ward_of=np.sort(np.concatenate([np.arange(hospitals), extra])).astype(np.int64),
    )


def _roles(rng: np.random.Generator, professionals: int) -> Ints:
    counts = [round(professionals * share) for share in _SHARE]
    least = (2, 2, 3, 1, 2, 1, int(professionals >= 100), 1, 1)
    counts = [max(low, count) for low, count in zip(least, counts, strict=True)]
    roles = np.repeat(np.arange(len(ROLES)), counts)
    spare = professionals - len(roles)
    if spare > 0:
        roles = np.concatenate([roles, np.full(spare, NURSE)])
    elif spare < 0:
        roles = np.delete(roles, np.flatnonzero(roles == NURSE)[:-spare])
    return np.sort(roles)[:professionals].astype(np.int64)


def staff(
    rng: np.random.Generator, orgs: Organisations, words: Lexicon, *, professionals: int
) -> Staff:
    """The accounts: wards get their nurses and physicians, practices their GPs."""
    role = _roles(rng, professionals)
    count = len(role)
    wards = rng.integers(0, len(orgs.ward_of), count)
    inward = np.isin(role, (PHYSICIAN, NURSE))
    nurses = np.flatnonzero(role == NURSE)
    wards[nurses] = np.arange(len(nurses)) % len(orgs.ward_of)
    organisation = orgs.ward_of[wards]
    gps = np.flatnonzero(role == GP)
    practices = orgs.of_kind(1)
    organisation[gps] = practices[np.arange(len(gps)) % len(practices)]
    at_social = (role == SOCIAL) & (rng.random(count) < 0.6)
    organisation[at_social] = rng.choice(orgs.of_kind(2), int(at_social.sum()))
    desks = (role == SECRETARY) & (rng.random(count) < 0.3)
    organisation[desks] = rng.choice(practices, int(desks.sum()))
    numbers = [f"9990{number:06d}" for number in range(1, count + 1)]
    opened = -rng.integers(200, 2500, count)
    women = rng.random(count) < 0.6
    given = np.where(women, rng.choice(words.given_f, count), rng.choice(words.given_m, count))
    return Staff(
        account=np.array([f"{ROLES[kind][:3]}{n:05d}" for n, kind in enumerate(role, 1)]),
        rpps=np.array([number + luhn(number) for number in numbers]),
        family=rng.choice(words.surnames, count, p=words.weights),
        given=given,
        role=role,
        organisation=organisation.astype(np.int64),
        ward=np.where(inward, wards, -1).astype(np.int64),
        opened=opened.astype(np.int64),
        closed=np.full(count, 10**6, np.int64),
    )


def beds() -> int:
    """Beds of a ward."""
    return _BEDS


def controllers_table(orgs: Organisations) -> pa.Table:
    """The directory's table of controllers."""
    count = len(orgs.finess)
    places = range(1, count + 1)
    return pa.table(
        {
            "controller": pa.array(orgs.finess.tolist()),
            "name": pa.array(orgs.names.tolist()),
            "dpo_name": pa.array([f"DPO Fictif {place}" for place in places]),
            "dpo_email": pa.array([f"dpo{place}@etablissement.invalid" for place in places]),
            "city": pa.array([f"Fictiville-{zone + 1}" for zone in orgs.zones]),
            "mandate_from": pa.array(
                ["2025-01-01T00:00:00Z" if place % 3 else "" for place in places]
            ),
            "sender_name": pa.array(orgs.names.tolist()),
            "duties": pa.array([""] * count),
            "age_recipient": pa.array([""] * count),
        }
    )


def accounts_table(orgs: Organisations, team: Staff, *, first_day: int) -> pa.Table:
    """The directory's table of accounts; `first_day` is the window's, days since 1970."""

    def day(number: int) -> str:
        return "" if number >= 10**6 else str(np.datetime64(first_day + number, "D"))

    registered = np.isin(team.role, (GP, PHYSICIAN, NURSE, SOCIAL))
    places = range(len(team.account))
    return pa.table(
        {
            "account": pa.array(team.account.tolist()),
            "rpps": pa.array(np.where(registered, team.rpps, "").tolist()),
            "family_name": pa.array(team.family.tolist()),
            "given_name": pa.array(team.given.tolist()),
            "role": pa.array([ROLES[role] for role in team.role]),
            "profession": pa.array([_PROFESSIONS[role] for role in team.role]),
            "organisation": pa.array(orgs.finess[team.organisation].tolist()),
            "email": pa.array([f"{name}@pro.exemple.invalid" for name in team.account]),
            "phone": pa.array([f"01990{n:05d}" for n in places]),
            "opened_on": pa.array([day(int(number)) for number in team.opened]),
            "closed_on": pa.array([day(int(number)) for number in team.closed]),
        }
    )
