"""Takes what is personal out of what citizens paste, before anything is kept.

What is left serves to recognise a campaign: its words, without names, numbers, dates or addresses.
The lure's own hosts, numbers and senders are kept apart, as indicators.
"""

import re
import zlib

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[\w.+%=-]{1,64}@[\w-]+(?:\.[\w-]+)+"), "[courriel]"),
    (re.compile(r"(?:h(?:tt|xx)ps?\s?(?:\[:\]|:)//|www\.)\S+", re.IGNORECASE), "[lien]"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){3,7}(?:[ ]?[A-Z0-9]{1,4})?\b"), "[IBAN]"),
    (
        re.compile(
            r"\b[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d{2})?\b"
        ),
        "[NIR]",
    ),
    (re.compile(r"\b(?:\d[ -]?){13,19}\b"), "[carte]"),
    (
        re.compile(r"(?<!\w)(?:\+\d{1,3}|00\d{2}|0)[ .-]?\(?0?\)?\d(?:[ .-]?\d){7,9}(?!\w)"),
        "[numéro]",
    ),
    (re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"), "[date]"),
    (
        re.compile(
            r"\b\d{1,2} (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)(?: \d{4})?\b",
            re.IGNORECASE,
        ),
        "[date]",
    ),
    (
        re.compile(
            r"\b(\d{1,4}(?: bis| ter)?,? (?:rue|avenue|av\.?|boulevard|bd|place|chemin|impasse|allée|allee|route|quai|square)) [^\n,.;]{2,50}",
            re.IGNORECASE,
        ),
        "[adresse]",
    ),
    (re.compile(r"\b\d{5} [A-ZÉÈ][\w'-]+(?:[ -][A-ZÉÈ][\w'-]+)*"), "[ville]"),
    (
        re.compile(
            r"\b((?:[Mm]onsieur|[Mm]adame|[Mm]ademoiselle|M\.|MM?\.?|Mme|Mlle|Mr|Mrs|Ms|Dr|[Dd]octeur|[Pp]rofesseur|[Mm]aître))[ \t]+[A-ZÀ-Ý][\w'’-]*(?:[ \t-]+[A-ZÀ-Ý][\w'’-]*){0,3}"
        ),
        r"\1 [nom]",
    ),
    (
        re.compile(
            r"\b((?:[Bb]onjour|BONJOUR|[Bb]onsoir|[Ss]alut|[Cc]oucou|[Cc]her|[Cc]hère|[Dd]ear|[Hh]ello|[Hh]i))[ \t]+(?![Mm]adame|[Mm]onsieur|[Mm]aman|[Pp]apa|[Cc]lient|[Uu]tilisateur|\[)[A-ZÀ-Ý][\w'’-]+(?:[ \t-]+[A-ZÀ-Ý][\w'’-]+){0,2}"
        ),
        r"\1 [nom]",
    ),
    (
        re.compile(
            r"\b((?:[Jj]e m'appelle|[Mm]on nom est|[Jj]e suis|[Cc]'est|[Nn]om ?:|[Pp]rénom ?:|[Ss]igné)) [A-ZÀ-Ý][\w'’-]+(?:[ \t-]+[A-ZÀ-Ý][\w'’-]+){0,2}"
        ),
        r"\1 [nom]",
    ),
    (re.compile(r"\b(?=[A-Z0-9-]*\d)[A-Z0-9][A-Z0-9-]{5,}\b"), "[référence]"),
    (re.compile(r"\d{4,}"), "[n°]"),
)
"""What is taken out, in order; the first that matches wins."""


def redacted(text: str) -> str:
    """The words without what could name a person or lead to one."""
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    return text


_BLANK = re.compile(r"\[[\wéà°]+\]|\d+")


def shingles(folded: str, *, words: int = 4) -> tuple[int, ...]:
    """The runs of words that near-duplicates share, as checksums: no words can be read in them.

    Marks and digits are blanked first. A text of fewer words is one run.
    """
    plain = re.findall(r"[a-z#]+", _BLANK.sub(" # ", folded))
    if not plain:
        return ()
    last = max(1, len(plain) - words + 1)
    runs = {" ".join(plain[n : n + words]) for n in range(min(last, MOST_RUNS))}
    return tuple(sorted(zlib.crc32(run.encode()) for run in runs))


MOST_RUNS = 400
