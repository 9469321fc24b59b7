"""How names are compared: what case, accents, hyphens and apostrophes leave of them."""

import unicodedata

_SPELT_OUT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)

_SAINTS = {"st": "saint", "ste": "sainte"}


def fold(text: str) -> str:
    """A name without case, accents and marks; words stay parted by one space.

    Hyphens and apostrophes go without parting: "Jean-Pierre" is one word, "jeanpierre".

    Source:
        HL7 FHIR R4, search, 3.1.1.4.8 string: case and accents do not count, and parsers
        should leave out punctuation.
    """
    plain = text.lower()
    if not plain.isascii():
        spelt = unicodedata.normalize("NFKD", plain.casefold().translate(_SPELT_OUT))
        plain = "".join(c for c in spelt.lower() if not unicodedata.combining(c))
    kept = plain if plain.isalnum() else "".join(c for c in plain if c.isalnum() or c == " ")
    return " ".join(kept.split()) if " " in kept else kept


def letters(text: str) -> str:
    """The key that lists are sorted by: case- and accent-blind, letters only."""
    folded = fold(text)
    return folded if folded.isalpha() else "".join(c for c in folded if c.isalpha())


def strict(text: str) -> str:
    """The key that two records must share to be one person: as `letters`, Saint spelt out."""
    words = text.replace("-", " ").replace("'", " ").replace("’", " ").split()
    spelt = (_SAINTS.get(fold(word), word) for word in words)
    return letters("".join(spelt))
