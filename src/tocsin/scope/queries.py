"""A logged query, read: what it asks for, which page of it, and what cannot be told.

    GET https://host/fhir/Patient?family=mar&given=jean&_count=20&_offset=40&_sort=family
    /Patient/_search \\n\\n birthdate=ge1980-05&gender=female
    family=mar&_page=2                          (query string of a web log)
    https://host/fhir?_getpages=7c3a&_getpagesoffset=20      (opaque page token)

Source: HL7 FHIR R4, search (http://hl7.org/fhir/R4/search.html).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tocsin.scope.folding import fold

AFTER = "~"
"""Sorts after every character of an ISO date and before the next date."""

LAST = "\U0010ffff"
"""Sorts after every string that begins with what stands before it."""


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """One alternative of a clause.

    Args:
        column: family, given, city, postal, sex, birth, identifier, phone, email or person.
        op: starts, contains, exact (words), is (the rest), within (birth dates).
        value: what is compared; for `within`, four bounds: the least and greatest first day
            (greatest excluded), the least and greatest last day, '' where there is none.
    """

    column: str
    op: str
    value: tuple[str, ...]


Clause = tuple[Term, ...]
"""Alternatives: a person answers a clause by answering any of its terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a logged query asks for.

    Args:
        clauses: all must be answered.
        sort: (column, descending) in order, as far as the order is known; () = unsorted.
        count: rows of a page, None where the query does not say, 0 = it shows no row.
        offset: rows before the page.
        page: page number from 1, None where the query does not say.
        ignored: how many parameters were not understood, so that the answer may be narrower.
        token: opaque page token, '' if none.
        token_offset: rows before the page, where the token says so.
        readable: False where the text is no query that can be replayed.
        rows_are_persons: False where the rows are other resources about the persons.
    """

    clauses: tuple[Clause, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    count: int | None = None
    offset: int = 0
    page: int | None = None
    ignored: int = 0
    token: str = ""
    token_offset: int | None = None
    readable: bool = True
    rows_are_persons: bool = True


UNREADABLE = Query(readable=False)

_NEUTRAL = frozenset(
    (
        *("_format", "_pretty", "_elements", "_total", "_contained", "_containedtype"),
        *("_bundletype", "_outputformat", "_type", "_include", "_revinclude"),
    )
)
"""Parameters that change how an answer looks, or add to it: the persons are the same."""

_TOKENS = frozenset(
    (
        *("_getpages", "_getpagesoffset", "_pageid", "_pagetoken", "_page_token", "pagetoken"),
        *("page_token", "ct", "_cursor", "cursor", "_token", "token", "_continuation"),
        *("continuationtoken", "_continuationtoken", "searchid", "_searchid", "_snapshot"),
    )
)
"""Parameters that name a page in the server's own way."""

_SORTS = {"birthdate": "birth", "family": "family", "given": "given", "_id": "person"}

_SEXES = {
    "male": "M",
    "female": "F",
    "other": "U",
    "unknown": "U",
    "m": "M",
    "f": "F",
    "u": "U",
}

_DATE = re.compile(r"(eq|ge|le|gt|lt)?(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?", re.DOTALL)
_RESOURCE = re.compile(r"[A-Z][A-Za-z]+")
_PLAIN = re.compile(r"[\w/:.$%~+-]*", re.ASCII)
_COMMA = re.compile(r"(?<!\\),")
_METHOD = re.compile(r"(?:GET|POST|HEAD)\s+(.+?)(?:\s+HTTP/\S+)?", re.IGNORECASE)


def parse(text: str) -> Query:
    """Read a logged query. Nothing is refused: what is not understood is said so."""
    head, _, rest = text.strip().replace("\r\n", "\n").partition("\n")
    request = _METHOD.fullmatch(head.strip())
    target = request.group(1) if request else head.strip()
    path, _, asked = target.partition("?")
    if "=" in path and "/" not in path.partition("=")[0]:
        path, asked = "", target  # a bare query string
    body = rest.rpartition("\n")[2].strip() if "=" in rest else ""
    if body and ":" in body.partition("=")[0].strip():
        body = ""  # a header, not a form
    if not _PLAIN.fullmatch(path):
        return UNREADABLE
    resource, person = _aimed_at(path)
    pairs = list(_pairs(asked)) + list(_pairs(body))
    read = _Reading(resource=resource)
    if person:
        read.clauses.append((Term("person", "is", (person,)),))
    for name, value in pairs:
        read.take(name, value)
    return read.query()


def _aimed_at(path: str) -> tuple[str, str]:
    """The resource that a path searches, and the person that it names ('' = none)."""
    parts = [unquote(part) for part in path.split("/") if part]
    if "Patient" in parts:
        after = parts[parts.index("Patient") + 1 :]
        named = after[0] if after and after[0][:1] not in ("_", "$") else ""
        inner = [p for p in after[1:] if _RESOURCE.fullmatch(p)]
        return (inner[-1] if named and inner else "Patient"), named
    found = [part for part in parts if _RESOURCE.fullmatch(part)]
    return (found[-1] if found else "Patient"), ""


def unquote(text: str) -> str:
    """Percent-encoded text, decoded as UTF-8; what cannot be is replaced."""
    if "%" not in text:
        return text
    raw = re.sub(
        rb"%([0-9A-Fa-f]{2})",
        lambda m: bytes.fromhex(m.group(1).decode("ascii")),
        text.encode("utf-8", "surrogatepass"),
    )
    return raw.decode("utf-8", "replace")


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    for piece in text.partition("#")[0].split("&"):
        name, _, value = piece.partition("=")
        if name:
            yield unquote(name.replace("+", " ")), unquote(value.replace("+", " ")).strip()


@dataclass(slots=True)
class _Reading:
    """A query while its parameters are read, one after the other."""

    resource: str
    clauses: list[Clause] = field(default_factory=list)
    sort: list[tuple[str, bool]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    token: list[str] = field(default_factory=list)
    ignored: int = 0
    sort_known: bool = True

    def take(self, name: str, value: str) -> None:
        lower = name.lower()
        if lower.partition(":")[0] in _NEUTRAL or not value:
            self.ignored += "include" in lower and ("*" in value or ":link" in value)
            return
        if lower in ("_count", "_offset", "_page"):
            self._number(lower, value)
        elif lower in _TOKENS:
            self._token(lower, value)
        elif lower == "_sort" or lower.startswith("_sort:"):
            self._sort(lower, value)
        elif lower == "_summary":
            self._summary(value)
        else:
            self._filter(name, value)

    def query(self) -> Query:
        other = self.resource != "Patient"
        ignored = self.ignored
        if other:
            # Other filters choose among the resources of the persons named, not among persons.
            ignored = 0 if self.clauses else max(1, ignored)
        return Query(
            clauses=tuple(sorted(set(_merge_dates(self.clauses)))),
            sort=tuple(self.sort),
            count=self.numbers.get("_count"),
            offset=self.numbers.get("_offset", 0),
            page=self.numbers.get("_page"),
            ignored=ignored,
            token="&".join(self.token),
            token_offset=self.numbers.get("_getpagesoffset"),
            rows_are_persons=not other,
        )

    def _number(self, name: str, value: str) -> None:
        if value.isascii() and value.isdigit() and len(value) < 12:
            self.numbers[name] = max(1, int(value)) if name == "_page" else int(value)
        elif name == "_count":
            self.ignored += 1
        else:
            self.token.append(value)

    def _token(self, name: str, value: str) -> None:
        if name == "_getpagesoffset" and value.isascii() and value.isdigit():
            self.numbers[name] = int(value[:12])
        else:
            self.token.append(value)

    def _sort(self, name: str, value: str) -> None:
        if name != "_sort":
            self.sort_known = False
        for key in value.split(","):
            column = _SORTS.get(key.strip().lstrip("-"))
            self.sort_known = self.sort_known and column is not None
            if self.sort_known and column and column not in [c for c, _ in self.sort]:
                self.sort.append((column, key.strip().startswith("-")))

    def _summary(self, value: str) -> None:
        if value == "count":
            self.numbers["_count"] = 0

    def _filter(self, name: str, value: str) -> None:
        read = _PERSON_FILTERS if self.resource == "Patient" else _REFERENCES
        bare, _, modifier = name.partition(":")
        make = read.get(bare)
        clause = make(_alternatives(value), modifier) if make else None
        if clause is None:
            self.ignored += 1
        elif clause:
            self.clauses.append(clause)


def _alternatives(value: str) -> list[str]:
    parts = _COMMA.split(value) if "," in value else [value]
    return [re.sub(r"\\([,|$\\])", r"\1", part).strip() for part in parts if part.strip()]


# Filters: alternatives and modifier in; a clause, () = no constraint, None = not understood

_Filter = Callable[[list[str], str], Clause | None]


def _words(*columns: str) -> _Filter:
    def read(values: list[str], modifier: str) -> Clause | None:
        op = {"": "starts", "exact": "exact", "contains": "contains"}.get(modifier)
        if op is None or (op != "exact" and not all(fold(v) for v in values)):
            return None
        return tuple(
            sorted(
                Term(column, op, (value if op == "exact" else fold(value),))
                for value in values
                for column in columns
            )
        )

    return read


def _equals(column: str, clean: Callable[[str], str]) -> _Filter:
    def read(values: list[str], modifier: str) -> Clause | None:
        cleaned = sorted({clean(value) for value in values})
        if modifier not in ("", "Patient") or not all(cleaned):
            return None
        return tuple(Term(column, "is", (value,)) for value in cleaned)

    return read


def phone_key(text: str) -> str:
    """The digits of a French phone number, the country code written as 0."""
    digits = "".join(c for c in text.replace("(0)", "") if c.isdigit())
    for code, length in (("0033", 13), ("33", 11)):
        if digits.startswith(code) and len(digits) == length:
            return "0" + digits[len(code) :]
    return digits


def _born(values: list[str], modifier: str) -> Clause | None:
    found = [_DATE.fullmatch(value) for value in values]
    if modifier or not all(found):
        return None
    return tuple(sorted(_within(*match.groups()) for match in found if match))


def _within(prefix: str | None, year: str, month: str | None, day: str | None) -> Term:
    """Bounds of (first day, last day) of the birth date as the directory knows it."""
    first = f"{year}-{month or '01'}-{day or '01'}"
    last = f"{year}-{month or '12'}-{day or '31'}"
    bounds = {
        "ge": ("", "", first, ""),
        "gt": ("", "", last + AFTER, ""),
        "le": ("", last + AFTER, "", ""),
        "lt": ("", first, "", ""),
    }
    return Term("birth", "within", bounds.get(prefix or "eq", (first, "", "", last + AFTER)))


def _merge_dates(clauses: list[Clause]) -> list[Clause]:
    """Repeated birth dates narrow one interval: `ge…&le…` is one clause."""
    dates = [c[0].value for c in clauses if len(c) == 1 and c[0].column == "birth"]
    rest = [c for c in clauses if len(c) != 1 or c[0].column != "birth"]
    if not dates:
        return rest
    least = [max(d[i] for d in dates) for i in (0, 2)]
    most = [min((d[i] for d in dates if d[i]), default="") for i in (1, 3)]
    merged = Term("birth", "within", (least[0], most[0], least[1], most[1]))
    return [*rest, (merged,)]


def _sexes(values: list[str], modifier: str) -> Clause | None:
    found = {_SEXES.get(value.lower(), "") for value in values}
    if modifier or "" in found:
        return None
    return tuple(Term("sex", "is", (sex,)) for sex in sorted(found))


def _last_part(text: str) -> str:
    return text.rstrip("/").rpartition("/")[2]


def _token_value(text: str) -> str:
    return "".join(text.rpartition("|")[2].split())


_PERSON_FILTERS: dict[str, _Filter] = {
    "family": _words("family"),
    "given": _words("given"),
    "name": _words("family", "given"),
    "address-city": _words("city"),
    "address-postalcode": _words("postal"),
    "birthdate": _born,
    "gender": _sexes,
    "identifier": _equals("identifier", _token_value),
    "phone": _equals("phone", phone_key),
    "email": _equals("email", lambda text: text.rpartition("|")[2].lower()),
    "_id": _equals("person", _last_part),
}

_REFERENCES: dict[str, _Filter] = {
    "patient": _equals("person", _last_part),
    "subject": _equals("person", _last_part),
}
