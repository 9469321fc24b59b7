"""Invented names. No list of real names is used: every name is made of syllables.

Surnames follow the share of first letters that French surnames roughly have (B, L, M, D, G, C,
P and R lead; a plausible guess, not a measure) so that an alphabetical sweep meets pages as
unequal as on a real directory; their endings say that nobody bears them.
"""

import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.str_]

_FIRST = {
    "A": 3.6, "B": 12.5, "C": 9.2, "D": 9.6, "E": 1.4, "F": 4.6, "G": 8.6, "H": 4.4, "I": 0.5,
    "J": 2.4, "K": 1.2, "L": 10.9, "M": 9.4, "N": 2.2, "O": 0.9, "P": 7.6, "Q": 0.7, "R": 6.6,
    "S": 4.8, "T": 4.5, "U": 0.1, "V": 4.1, "W": 0.8, "X": 0.05, "Y": 0.4, "Z": 0.3,
}  # fmt: skip
_VOWELS = ("a", "e", "i", "o", "u", "ou", "au", "é", "è", "eu", "oi", "y")
_AFTER = ("", "", "r", "l", "n", "rt", "m", "ss", "v", "ch", "ç")
_INNER = ("b", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "ll", "rn", "nd", "br")
_ENDINGS = (
    "fictif", "exemple", "essai", "modèle", "factice", "specimen", "maquette", "gabarit",
    "fict", "inventé", "feintel", "témoin", "exemplet", "fictaud", "essayeau", "factier",
    "modelin", "-Exemple", "-Fictif", "-Le Modèle", " d'Essai", "imaginaud", "simulet",
)  # fmt: skip
_GIVEN_STEMS = (
    "Alfi", "Bréda", "Cloni", "Doria", "Emva", "Fanto", "Gildé", "Hermi", "Ivona", "Jalbe",
    "Karmé", "Lizo", "Morva", "Noélis", "Orphé", "Parmi", "Quinta", "Roxa", "Silvé", "Tarmi",
    "Ulvi", "Vérona", "Wilfa", "Xanté", "Yvaldi", "Zéphi",
)  # fmt: skip
_GIVEN_F = ("ctine", "ctelle", "netta", "line", "mée", "-Anna")
_GIVEN_M = ("ctin", "ctor", "ney", "lin", "mien", "-Jo")
STREETS = ("rue de l'Exemple", "allée des Spécimens", "impasse du Modèle", "place de l'Essai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Surnames with how often each is borne, and given names by sex."""

    surnames: Texts
    weights: NDArray[np.float64]
    given_f: Texts
    given_m: Texts


def letters(text: str) -> str:
    """The text as searches and sorts compare it: no case, no accent, letters and digits."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in flat if char.isalnum())


def _drawn(rng: np.random.Generator, words: tuple[str, ...], count: int) -> Texts:
    return np.array(words)[rng.integers(0, len(words), count)]


def lexicon(rng: np.random.Generator, *, persons: int) -> Lexicon:
    """A lexicon for a region of that many persons: few names are very common, most are rare."""
    wanted = max(60, min(9000, persons // 4))
    odds = np.array(list(_FIRST.values()))
    initials = rng.choice(list(_FIRST), wanted, p=odds / odds.sum())
    parts = (
        _drawn(rng, _VOWELS, wanted),
        _drawn(rng, _AFTER, wanted),
        _drawn(rng, _INNER, wanted),
        _drawn(rng, _VOWELS[:6], wanted),
        np.where(rng.random(wanted) < 0.45, _drawn(rng, ("ba", "lo", "mi", "ru"), wanted), ""),
        _drawn(rng, _ENDINGS, wanted),
    )
    made = dict.fromkeys("".join(pieces) for pieces in zip(initials, *parts, strict=True))
    surnames = np.array(list(made))
    weights = 1.0 / (np.arange(len(surnames)) + 12.0) ** 0.75
    return Lexicon(
        surnames=surnames,
        weights=weights / weights.sum(),
        given_f=np.array([stem + end for stem in _GIVEN_STEMS for end in _GIVEN_F]),
        given_m=np.array([stem + end for stem in _GIVEN_STEMS for end in _GIVEN_M]),
    )
