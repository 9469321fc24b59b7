"""The persons of the region: traits, contacts, records, in columns. Nobody here exists.

Among them: homonyms (same names, another birth date), twins (same family, birth date and place,
another first name), minors with a guardian, deceased persons, test identities, second records
of one person (same qualified INS, same five strict traits, or with a slip of the pen that
nothing can join), hidden contacts, several controllers, and records made within the window.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.simulate.names import STREETS, Lexicon, letters
from tocsin.simulate.organisations import GP, Organisations, Staff

Ints = NDArray[np.int64]
Texts = NDArray[np.str_]

TODAY = 20_336  # 2025-09-05 in days since 1970: ages are counted from there
STATUSES = ("qualifiée", "validée", "récupérée", "provisoire", "FICT", "DOUT", "CACH")
QUALIFIED, VALIDATED, FETCHED, PROVISIONAL, TEST, DOUBTFUL, HIDDEN = range(len(STATUSES))
SERVICE_SETS = (
    "",
    "portal|agenda|dossier",
    "orientation|portal",
    "orientation|dossier|imaging",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What tells one person from another, as places in the lists of names."""

    birth: Ints
    used: Ints  # -1 where there is none
    given: Ints  # one row a person, three columns, -1 where there is none
    sex: Ints  # 0 F, 1 M, 2 U
    born: Ints  # days since 1970
    partial: NDArray[np.bool_]  # day and month unknown
    place: Ints  # INSEE code, 99xxx: a country that is none
    order: Ints  # running number of the INS


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Every record of the directory, and what ties it to the region; one value a record."""

    words: Lexicon
    given_names: Texts
    traits: Traits
    ids: Texts
    status: Ints
    upper: NDArray[np.bool_]  # written in capitals
    zone: Ints
    hospital: Ints  # first controller
    second: Ints  # second controller, -1
    practice: Ints  # `organisation`: practice of the treating physician
    doctor: Ints  # account of the treating physician, -1
    postal: Ints
    created: Ints  # day of the window, -1: always there
    services: Ints  # place in SERVICE_SETS
    has_phone: NDArray[np.bool_]
    has_email: NDArray[np.bool_]
    died: Ints  # days since 1970, -1
    minor: NDArray[np.bool_]
    group: Ints  # smallest record that Tocsin's sure rules would merge it with

    def __len__(self) -> int:
        return len(self.ids)


def _traits(rng: np.random.Generator, words: Lexicon, count: int) -> Traits:
    split = len(words.given_f)
    total = split + len(words.given_m)
    sex = (rng.random(count) < 0.48).astype(np.int64)
    sex[rng.random(count) < 0.004] = 2
    common = 1.0 / (np.arange(split) + 6.0)
    pick = rng.choice(split, (count, 3), p=common / common.sum())
    given = np.where(sex[:, None] == 1, np.minimum(pick + split, total - 1), pick)
    given[rng.random(count) < 0.35, 1] = -1
    given[(given[:, 1] < 0) | (rng.random(count) < 0.5), 2] = -1
    age = np.clip(rng.beta(1.15, 1.25, count) * 98, 0, 104)
    born = (TODAY - age * 365.25 - rng.integers(1, 365, count)).astype(np.int64)
    birth = rng.choice(len(words.surnames), count, p=words.weights)
    used = rng.choice(len(words.surnames), count, p=words.weights)
    married = (sex == 0) & (age > 24) & (rng.random(count) < 0.55)
    married |= rng.random(count) < 0.03
    return Traits(
        birth=birth.astype(np.int64),
        used=np.where(married, used, -1).astype(np.int64),
        given=given.astype(np.int64),
        sex=sex,
        born=born,
        partial=rng.random(count) < 0.004,
        place=99_001 + np.arange(count) // 998 % 400,
        order=1 + np.arange(count) % 998,
    )


def _copied(traits: Traits, to: Ints, source: Ints, *fields: str) -> Traits:
    changed = {}
    for name in fields:
        column = getattr(traits, name).copy()
        column[to] = column[source]
        changed[name] = column
    return replace(traits, **changed)


def _others(rng: np.random.Generator, count: int, taken: list[Ints], wanted: int) -> Ints:
    free = np.setdiff1d(np.arange(count), np.concatenate(taken))
    return rng.choice(free, wanted, replace=False)


def _kin(
    rng: np.random.Generator, traits: Traits, picks: list[Ints], models: list[Ints]
) -> Traits:
    """Make homonyms, twins and second records out of drawn persons, in that order."""
    homonyms, twins, doubles = picks
    traits = _copied(traits, homonyms, models[0], "birth", "given", "sex")
    traits = _copied(traits, twins, models[1], "birth", "born", "partial", "sex")
    given = traits.given.copy()
    clash = given[twins, 0] == given[models[1], 0]
    given[twins[clash], 0] += np.where(given[twins[clash], 0] % 2 == 0, 1, -1)
    traits = replace(traits, given=given)
    traits = _copied(traits, doubles, models[2], *Traits.__dataclass_fields__)
    born = traits.born.copy()
    born[doubles[::3]] += 1  # a slip of the pen: nothing sure joins these two records
    return replace(traits, born=born)


def _statuses(rng: np.random.Generator, picks: list[Ints], models: list[Ints], n: int) -> Ints:
    status = rng.choice(len(STATUSES), n, p=(0.66, 0.1, 0.08, 0.145, 0.004, 0.006, 0.005))
    status[rng.permutation(n)[:3]] = TEST
    doubles, origins = picks[2], models[2]
    status[origins] = QUALIFIED
    status[doubles[0::3]] = PROVISIONAL
    status[doubles[1::3]] = QUALIFIED
    status[doubles[2::3]] = VALIDATED
    return status.astype(np.int64)


def _drawn(rng: np.random.Generator, count: int) -> list[Ints]:
    sizes = (max(2, count // 120), max(2, count // 150), max(3, count // 40))
    picked = rng.permutation(count)[: sum(sizes)]
    cuts = np.cumsum(sizes)[:-1]
    return [np.sort(part) for part in np.split(picked, cuts)]


def _groups(traits: Traits, status: Ints, ins: Ints) -> Ints:
    """The smallest record of those joined by qualified INS or by the five strict traits."""
    count = len(status)
    parent = np.arange(count)
    strict = np.stack(
        [traits.birth, traits.given[:, 0], traits.born, traits.sex, traits.place], axis=1
    )
    sure = np.isin(status, (QUALIFIED, VALIDATED, FETCHED))
    alone = np.where(sure, -1, np.arange(count))[:, None]
    strict = np.concatenate([strict, alone], axis=1)
    keys = [np.unique(strict, axis=0, return_inverse=True)[1].ravel()]
    own = np.where(status == QUALIFIED, ins, -1 - np.arange(count))
    keys.append(np.unique(own, return_inverse=True)[1].ravel())
    for _ in range(3):
        for key in keys:
            least = np.full(int(key.max()) + 1, count)
            np.minimum.at(least, key, parent)
            parent = least[key]
    test = status == TEST
    parent[test] = np.flatnonzero(test)
    return parent.astype(np.int64)


def ins_numbers(traits: Traits) -> Ints:
    """Fictive INS matricules, 13 digits and the key of 2 (97 minus the rest by 97)."""
    dates = (traits.born.astype("datetime64[D]")).astype("datetime64[M]").astype(np.int64)
    year, month = (dates // 12 + 1970) % 100, dates % 12 + 1
    body = np.where(traits.sex == 1, 1, 2) * 10**12 + year * 10**10 + month * 10**8
    body = body + traits.place * 1000 + traits.order
    return body * 100 + 97 - body % 97


def people(
    rng: np.random.Generator,
    orgs: Organisations,
    team: Staff,
    words: Lexicon,
    *,
    persons: int,
    days: int,
) -> People:
    """All records; the ties to establishments follow the size of the hospitals."""
    picks = _drawn(rng, persons)
    models: list[Ints] = []
    for pick in picks:
        models.append(_others(rng, persons, [*picks, *models], len(pick)))
    traits = _kin(rng, _traits(rng, words, persons), picks, models)
    status = _statuses(rng, picks, models, persons)
    zone, practice, doctor = _ties(rng, orgs, team, persons)
    age = (TODAY - traits.born) / 365.25
    died = np.where(rng.random(persons) < np.clip((age - 60) / 900, 0.002, 0.05), 1, -1)
    died = np.where(died > 0, TODAY - rng.integers(30, 900, persons), -1)
    structures = np.concatenate([orgs.of_kind(2), orgs.of_kind(1)])
    more = rng.choice(structures, persons)
    second = np.where(rng.random(persons) < 0.14, more, -1)
    fresh = rng.random(persons) < min(0.03, 0.001 * days)
    return People(
        words=words,
        given_names=np.concatenate([words.given_f, words.given_m]),
        traits=traits,
        ids=np.array([f"P{number:07d}" for number in range(1000, 1000 + persons)]),
        status=status,
        upper=rng.random(persons) < 0.5,
        zone=zone,
        hospital=zone,
        second=second.astype(np.int64),
        practice=practice,
        doctor=doctor,
        postal=99_000 + zone * 20 + rng.integers(0, 20, persons),
        created=np.where(fresh, rng.integers(0, days, persons), -1).astype(np.int64),
        services=rng.choice(len(SERVICE_SETS), persons, p=(0.86, 0.06, 0.04, 0.04)),
        has_phone=rng.random(persons) < 0.62,
        has_email=rng.random(persons) < 0.41,
        died=died.astype(np.int64),
        minor=age < 18,
        group=_groups(traits, status, ins_numbers(traits)),
    )


def _ties(
    rng: np.random.Generator, orgs: Organisations, team: Staff, persons: int
) -> tuple[Ints, Ints, Ints]:
    """Zone (its hospital), practice and treating physician of each person."""
    hospitals, practices = orgs.of_kind(0), orgs.of_kind(1)
    weights = np.bincount(orgs.ward_of, minlength=len(hospitals)).astype(float)
    zone = rng.choice(hospitals, persons, p=weights / weights.sum())
    practice = rng.choice(practices, persons)
    for hospital in hospitals:
        near = practices[orgs.zones[practices] == hospital]
        here = np.flatnonzero(zone == hospital)
        if len(near):
            practice[here] = rng.choice(near, len(here))
    gps = team.of_role(GP)
    doctor = np.full(persons, -1)
    for place in practices:
        own = gps[team.organisation[gps] == place]
        here = np.flatnonzero(practice == place)
        if len(own):
            doctor[here] = rng.choice(own, len(here))
    doctor[rng.random(persons) < 0.13] = -1
    return zone.astype(np.int64), practice.astype(np.int64), doctor.astype(np.int64)


def dates(traits: Traits) -> Texts:
    """Birth dates, ISO, with 00 for unknown parts."""
    full = traits.born.astype("datetime64[D]").astype(str)
    years = np.char.add(full.astype("U4"), "-00-00")
    return np.where(traits.partial, years, full)


def spelt(all_of: People) -> tuple[Texts, Texts, Texts]:
    """Birth names, used names and first names as the records write them."""
    surnames = all_of.words.surnames
    capitals = np.char.upper(surnames)
    traits = all_of.traits
    birth = np.where(all_of.upper, capitals[traits.birth], surnames[traits.birth])
    used = np.where(all_of.upper, capitals[traits.used], surnames[traits.used])
    used = np.where(traits.used < 0, "", used)
    padded = np.append(all_of.given_names, "")
    first = padded[traits.given[:, 0]]
    for column in (1, 2):
        more = padded[traits.given[:, column]]
        first = np.char.add(first, np.where(more == "", "", np.char.add(" ", more)))
    return birth, used, first


def persons_table(all_of: People, orgs: Organisations, *, first_day: int) -> pa.Table:
    """The directory's table of persons; `first_day` is the window's, days since 1970."""
    birth, used, first = spelt(all_of)
    traits, count = all_of.traits, len(all_of)
    numbers = np.arange(count)
    ins = ins_numbers(traits).astype(str)
    withheld = np.isin(all_of.status, (PROVISIONAL, TEST, DOUBTFUL, HIDDEN, FETCHED))
    phone = np.char.add("06990", np.char.zfill((numbers % 100_000).astype(str), 5))
    email = np.char.add(np.char.add("personne", numbers.astype(str)), "@exemple.invalid")
    guard = all_of.minor & (numbers % 11 != 0)
    finess = np.append(orgs.finess, "")
    joined = np.where(all_of.second < 0, "", np.char.add("|", finess[all_of.second]))
    made = (all_of.created + first_day).astype("datetime64[D]").astype(str)
    street = np.array(STREETS)[numbers % len(STREETS)]
    address = np.char.add(np.char.add((numbers % 97 + 1).astype(str), " "), street)
    columns = {
        "person": all_of.ids,
        "ins": np.where(withheld, "", ins),
        "identity_status": np.array(STATUSES)[all_of.status],
        "birth_name": birth,
        "used_name": used,
        "first_names": first,
        "sex": np.array(("F", "M", "U"))[traits.sex],
        "birth_date": dates(traits),
        "birth_place": traits.place.astype(str),
        "phone": np.where(all_of.has_phone, phone, ""),
        "email": np.where(all_of.has_email, email, ""),
        "address": address,
        "postal_code": all_of.postal.astype(str),
        "city": np.char.add("Fictiville-", (all_of.zone + 1).astype(str)),
        "controller": np.char.add(orgs.finess[all_of.hospital], joined),
        "organisation": orgs.finess[all_of.practice],
        "died_on": np.where(
            all_of.died < 0, "", all_of.died.astype("datetime64[D]").astype(str)
        ),
        "guardian_name": np.where(guard, np.char.add("Garant ", birth), ""),
        "guardian_email": np.where(guard & all_of.has_email, email, ""),
        "guardian_phone": np.where(guard, phone, ""),
        "guardian_address": np.where(guard, address, ""),
        "language": np.where(numbers % 37 == 0, "en", "fr"),
        "services": np.array(SERVICE_SETS)[all_of.services],
        "created_on": np.where(all_of.created < 0, "", made),
    }
    return pa.table({name: pa.array(values.tolist()) for name, values in columns.items()})


def compared(words: Texts) -> Texts:
    """Names as searches compare them."""
    return np.array([letters(str(word)) for word in words])
