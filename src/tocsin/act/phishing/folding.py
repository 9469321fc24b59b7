"""Folds a message before anything is read in it: what looks like a letter becomes that letter.

Small letters, no accents, no zero-width characters, one script; spelled-out and l33t words put
right where they hide a word that lures need. Every place in the folded text leads back to the
words as they were written, so that a reason quotes the original.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass, field

from tocsin.act.phishing.lexicon import BY_SKELETON, WORDS, parted, skeleton

# Letters of other scripts that look like ours. Source: Unicode TR39, confusables.txt (the part
# that French lures use), folded to small letters.
_ALIKE = (
    "аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw вb нh кk мm тt гr пn иu ьb ӏl ёe їi єe ԍg ӕa ɡg "
    "АA ВB ЕE КK МM НH ОO РP СC ТT УY ХX ІI ЈJ ЅS ԌG ԚQ ԜW Ӏl "
    "αa βb γy εe ζz ηn ιi κk νv οo ρp τt υu χx ωw σo ϲc ϳj "
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ϺM "
    "օo ոn սu հh ցg քp ɑa ɩi ʟl ıi łl øo đd ħh ŧt ƙk ɓb ɗd ƒf ŀl ʏy ɴn ʀr ʜh ɢg ʙb "
    "ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz ꜱs ɪi "
    "ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ "
    '‘\' ’\' ʼ\' ′\' ‚\' “" ”" „" «" »" ″" –- —- ‐- ‑- ‒- −- ․. 。. ．. ⁄/ ∕/ ：: ⧸/'
)
_TABLE: dict[int, str] = {ord(pair[0]): pair[1].lower() for pair in _ALIKE.split(" ")}
_TABLE |= {ord("œ"): "oe", ord("æ"): "ae", ord("ß"): "ss", ord("Œ"): "oe", ord("Æ"): "ae"}
for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6):  # letters in squares, circles, flags
    _TABLE |= {first + n: chr(97 + n) for n in range(26)}

_DISGUISE = re.compile(
    r"[\u0370-\u0373\u0376-\u03bb\u03bd-\u03ff\u0400-\u052f\u0531-\u058f\u13a0-\u13f5"
    r"\u1d00-\u1d2b\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a"
    r"\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)
_MIXED = re.compile(
    rf"(?<!\w)\w*(?:[A-Za-z]{_DISGUISE.pattern}|{_DISGUISE.pattern}[A-Za-z])\w*"
)
_STYLED = re.compile(r"[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a]{3,}")
_ZERO_WIDTH_INSIDE = re.compile(r"[^\W\d_][\u200b-\u200d\u2060-\u2064\ufeff\u180e\u034f]+\w")
_PILED = re.compile(r"[A-Za-z][\u0305\u0306\u0309-\u0326\u0329-\u036f]")
_SPELT = re.compile(r"(?<![a-z0-9])(?:[a-z0-9@$!|][ .\-_*|~]){3,}[a-z0-9@$!](?![a-z0-9])")
_TAIL = re.compile(r"(?:[ .\-][0-9])+$")
"""Digits after spelled-out words: a number of their own."""
_PARTED = re.compile(r"(?<=[a-z])[*_|~^`]+(?=[a-z])")
_TOKEN = re.compile(r"(?<![a-z0-9@$!|€])[a-z0-9@$!|€]*[a-z][a-z0-9@$!|€]*")
_URL_LIKE = re.compile(
    r"(?:https?://|www\.)\S+|(?<!\S)\S+@\S+\.\w+|(?<![\w-])[\w-]+(?:\.[\w-]+)+(?:/\S*)?"
)
_TALL = re.compile(r"[^\W\d_A-Z]I")
_TALL_WORD = re.compile(r"(?<!\w)\w*[^\W\d_A-Z]I\w*")
_REAL_TALL = frozenset({"linkedin"})
_PARTED_END = re.compile(r"(?<=[a-z0-9]) \. ?(?=(?:com|fr|net|info|org|top|xyz|site|online)\b)")
_ODD = re.compile(r"[0-9@$!|€]")


class _Fold(dict[int, str]):
    """What each character becomes, worked out the first time that it is met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _TABLE.get(code)
        if folded is None:
            folded = ""
            for part in unicodedata.normalize("NFKD", character):
                if unicodedata.category(part) not in ("Mn", "Cf", "Me", "Cs"):
                    folded += _TABLE.get(ord(part), part.lower())
            if character.isspace() and character != "\n":
                folded = " "
        self[code] = folded
        return folded


FOLD = _Fold({code: chr(code).lower() for code in range(128)} | {13: "", 9: " "})


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its places the place in the original.

    Args:
        original: as it was written.
        text: what rules read.
        places: place in `original` of each character of `text`; None when they are equal.
        disguises: words of the original that hid other letters, as (start, end) there.
    """

    original: str
    text: str
    places: "array[int] | None"
    disguises: tuple[tuple[int, int], ...] = field(default=())

    def quote(self, start: int, end: int, *, most: int = 120) -> str:
        """The words of the original between two places of the folded text, in one line."""
        if self.places is not None:
            first = self.places[start]
            last = self.places[end - 1] + 1 if end > start else first
        else:
            first, last = start, end
        words = " ".join(self.original[first:last].split())
        return words if len(words) <= most else words[:most].rpartition(" ")[0] or words[:most]


def folded(original: str) -> Folded:
    """Fold a text: characters first, then spelled-out words, then look-alike words."""
    text = original
    tall: tuple[tuple[int, int], ...] = ()
    if _TALL.search(original):
        text, tall = _shortened(original)
    text = text.translate(FOLD)
    places = None if len(text) == len(original) and original.isascii() else _places(original)
    disguises = tall if original.isascii() else (*tall, *_disguised(original))
    return _repaired(Folded(original, text, places, disguises))


def _shortened(original: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Capital I inside a small word read as l; told where that makes a word of lures."""
    found = []

    def small(m: re.Match[str]) -> str:
        word = m.group()
        if word.lower() in _REAL_TALL:
            return word
        short = word[0] + word[1:].replace("I", "l")
        if short.translate(FOLD) in WORDS:
            found.append(m.span())
        return short

    return _TALL_WORD.sub(small, original), tuple(found)


_ENDLESS = re.compile(r"(?<!\S)(\S{600})\S+")


def within(text: str) -> str:
    """The text with its endless words cut: no word has 600 letters, and patterns would try each."""
    return _ENDLESS.sub(r"\1", text)


def fold(text: str) -> str:
    """The folded characters alone."""
    return text.translate(FOLD)


def _places(original: str) -> "array[int] | None":
    sizes = {character: len(FOLD[ord(character)]) for character in set(original)}
    if all(size == 1 for size in sizes.values()):
        return None
    places = array("q")
    for place, character in enumerate(original):
        places.extend([place] * sizes[character])
    return places


def _disguised(original: str) -> tuple[tuple[int, int], ...]:
    found = [
        m.span()
        for pattern in (_MIXED, _STYLED, _ZERO_WIDTH_INSIDE, _PILED)
        for m in pattern.finditer(original)
    ]
    return tuple(found)


def _repaired(read: Folded) -> Folded:
    """Put right the words that are spelled out or written with look-alike letters."""
    changes = [
        *_defanged(read.text),
        *_spelt(read.text),
        *_parted(read.text),
        *_lookalike_words(read.text),
    ]
    if not changes:
        return read
    changes.sort()
    places = read.places if read.places is not None else array("q", range(len(read.text)))
    text, kept = "", array("q")
    disguises = list(read.disguises)
    at = 0
    for start, end, word, disguise in changes:
        if start < at:
            continue
        text += read.text[at:start] + word
        kept.extend(places[at:start])
        span = end - start
        kept.extend(
            places[start + min(n * span // max(len(word), 1), span - 1)]
            for n in range(len(word))
        )
        if disguise:
            disguises.append((places[start], places[end - 1] + 1))
        at = end
    text += read.text[at:]
    kept.extend(places[at:])
    return Folded(read.original, text, kept, tuple(disguises))


Change = tuple[int, int, str, bool]


def _defanged(text: str) -> list[Change]:
    """Addresses that a reporter made harmless: hxxp, [.] and (.)."""
    if "hxxp" not in text and "[" not in text and "(." not in text and " ." not in text:
        return []
    found = [(m.start(), m.end(), "http", False) for m in re.finditer("hxxp", text)]
    for m in re.finditer(r"\[\.\]|\(\.\)|\[dot\]|\[:\]", text):
        found.append((m.start(), m.end(), ":" if ":" in m.group() else ".", False))
    found += [(m.start(), m.end(), ".", False) for m in _PARTED_END.finditer(text)]
    return found


def _spelt(text: str) -> list[Change]:
    found: list[Change] = []
    for m in _SPELT.finditer(text):
        written = _TAIL.sub("", m.group())
        run = re.sub(r"[ .\-_*|~]", "", written)
        letters = sum(c.isalpha() for c in run)
        if letters * 2 < len(run):
            continue
        plain = run if run.isalpha() else BY_SKELETON.get(skeleton(run), run)
        words, known = parted(plain)
        acronym = "." in written and " " not in written and len(run) <= 6
        found.append((m.start(), m.start() + len(written), words, known >= 4 and not acronym))
    return found


def _parted(text: str) -> list[Change]:
    if not _PARTED.search(text):
        return []
    found: list[Change] = []
    for m in re.finditer(r"[a-z]+(?:[*_|~^`]+[a-z]+)+", text):
        word = re.sub(r"[^a-z]", "", m.group())
        if word in WORDS and len(word) > 3:
            found.append((m.start(), m.end(), word, True))
    return found


def _lookalike_words(text: str) -> list[Change]:
    found: list[Change] = []
    skip: list[tuple[int, int]] | None = None
    for m in _TOKEN.finditer(text):
        word = m.group()
        if word in WORDS or len(word) < 3:
            continue
        meant = _meant(word)
        if meant is None:
            continue
        if skip is None:
            skip = [u.span() for u in _URL_LIKE.finditer(text)]
        if any(start <= m.start() < end for start, end in skip):
            continue
        start = m.start() + (len(word) - len(word.lstrip("!|")))
        found.append((start, m.end(), meant, bool(_ODD.search(word))))
    return found


def _meant(word: str) -> str | None:
    """The word that a look-alike spelling stands for, None where it is no such thing."""
    odd = _ODD.search(word)
    core = word.rstrip("!|") if odd else word
    if not odd and (len(word) < 5 or not set(word) & set("ilrv")):
        return None
    if odd and sum(c.isalpha() for c in core) < 2:
        return None
    if core in WORDS or not core:
        return None
    meant = BY_SKELETON.get(skeleton(core))
    if meant is None or meant == core:
        return None
    return meant + word[len(core) :] if len(core) < len(word) else meant
