"""Where a fault of estate.toml stands, by line and column, and what it is in both languages."""

import re

from tocsin.core.errors import InputError
from tocsin.core.records import Says

Path = tuple[str | int, ...]
"""The way to a value of the document, from the top."""

NEXT_STEP = Says(
    "Corrigez le fichier à cet endroit, puis relancez la même commande.",
    "Correct the estate file there, then run the same command again.",
)

KINDS = {
    "str": "un texte",
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "true ou false",
    "array": "une liste",
    "object": "une table",
    "datetime": "un instant",
    "date": "une date",
    "time": "une heure",
    "null": "rien",
}
"""How a kind of value is called in French, by its name in msgspec."""

OF_MSGSPEC = (
    (r"Object missing required field `(.*)`", "le champ obligatoire `{}` manque"),
    (r"Object contains unknown field `(.*)`", "le champ `{}` est inconnu"),
    (r"Invalid enum value (.*)", "la valeur {} n'est pas admise"),
)
"""What msgspec says of a value, and the same in French."""

OF_TOML = (
    ("Expected '='", "un signe = est attendu après le nom"),
    ("Cannot overwrite", "une valeur est donnée deux fois"),
    ("Cannot declare", "une table est donnée deux fois"),
    ("Cannot mutate", "une table close est modifiée plus loin"),
    ("Duplicate inline table key", "un nom est donné deux fois"),
    ("Unclosed array", "une liste n'est pas fermée"),
    ("Unclosed inline table", "une table n'est pas fermée"),
    ("Unterminated string", "un texte n'est pas fermé par son guillemet"),
    ("Expected ']", "un crochet ] est attendu"),
    ("Expected newline", "une fin de ligne est attendue"),
    ("Illegal character", "un caractère n'est pas admis"),
    ("Found invalid character", "un caractère n'est pas admis"),
    ("Unescaped", "une barre oblique inverse doit être doublée"),
    ("Invalid initial character", "un nom commence par un caractère qui n'est pas admis"),
    ("Invalid value", "une valeur n'est pas lisible"),
    ("Invalid statement", "une ligne n'est pas lisible"),
    ("Invalid date", "une date n'est pas du calendrier"),
)
"""How tomllib begins what it says, and the same in French."""


def of_msgspec(words: str) -> Says:
    """What msgspec says of a value, in both languages."""
    english = f"{words[:1].lower()}{words[1:]}"
    for pattern, french in OF_MSGSPEC:
        found = re.fullmatch(pattern, words)
        if found:
            return Says(french.format(found[1]), english)
    found = re.fullmatch(r"Expected `(.*)`, got `(.*)`", words)
    if found:
        wanted, got = (_kinds(part) for part in found.groups())
        return Says(f"{wanted} est attendu ici, et non {got}", english)
    return Says("la valeur n'a pas la forme attendue", english)


def of_toml(words: str) -> Says:
    """What tomllib says of a document, in both languages."""
    for head, french in OF_TOML:
        if words.startswith(head):
            return Says(french, words)
    return Says("une ligne n'est pas lisible", words)


def place(file: str, line: object = None, column: object = None) -> Says:
    """The place in the file, or its end."""
    if line is None:
        return Says(f"{file}, fin du fichier", f"{file}, end of file")
    return Says(
        f"{file}, ligne {line}, colonne {column}", f"{file}, line {line}, column {column}"
    )


def _kinds(part: str) -> str:
    return " ou ".join(KINDS.get(one.strip(), f"`{one.strip()}`") for one in part.split("|"))


def path_of(text: str) -> Path:
    """The path that msgspec writes after its sentence."""
    parts = re.findall(r"\.([A-Za-z0-9_\-]+)|\[(\d+)\]", text.rstrip("`"))
    return tuple(name or int(index) for name, index in parts)


class Complaint:
    """Makes the InputError of a path in the document, with its line and column."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.splitlines()
        self._file = file

    def __call__(self, path: Path, words: Says) -> InputError:
        line, column = self._locate(path)
        dotted = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(
            "."
        )
        return InputError(
            Says(
                f"{dotted or 'estate.toml'} : {words.fr}",
                f"{dotted or 'the estate'}: {words.en}",
            ),
            next_step=NEXT_STEP,
            where=place(self._file, line, column),
        )

    def _locate(self, path: Path) -> tuple[int, int]:
        """The line and column of the deepest part of the path that can be found."""
        counts: dict[str, int] = {}
        here: Path = ()
        best, best_depth = (1, 1), 0
        for number, text in enumerate(self._lines, 1):
            header = re.match(r"\s*\[\[?([A-Za-z0-9_.\-]+)\]\]?", text)
            if header:
                here = _header_path(header[1], counts, array="[[" in text)
                key_path, column = here, text.index("[") + 1
            else:
                key = re.match(r"\s*([A-Za-z0-9_\-]+)\s*=", text)
                if not key:
                    continue
                key_path, column = (*here, key[1]), text.index(key[1]) + 1
            depth = _shared(key_path, path)
            if depth == len(key_path) and depth > best_depth:
                best, best_depth = (number, column), depth
        return best


def _header_path(name: str, counts: dict[str, int], *, array: bool) -> Path:
    path: list[str | int] = []
    parts = name.split(".")
    for i, part in enumerate(parts):
        path.append(part)
        key = ".".join(str(p) for p in path)
        if i == len(parts) - 1 and array:
            counts[key] = counts.get(key, -1) + 1
        if key in counts:
            path.append(counts[key])
    return tuple(path)


def _shared(one: Path, other: Path) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
