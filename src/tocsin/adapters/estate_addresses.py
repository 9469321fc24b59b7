"""Addresses and paths that an estate names: taken apart, and kept inside its folder."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from tocsin.core.errors import InputError
from tocsin.core.outgoing import Address
from tocsin.core.records import Says

At = tuple[str | int, ...]
Fail = Callable[[At, Says], InputError]
"""Makes the InputError of a place in the document, with its line and column."""


def no_way_up(path: str, at: At, fail: Fail) -> None:
    """Refuse a path that leads out of the estate's folder, or holds a control character."""
    if path.startswith("~") or ".." in path.replace("\\", "/").split("/"):
        raise fail(
            at,
            Says(
                "le chemin sort du dossier du fichier estate.toml",
                "the path leads out of the estate's folder",
            ),
        )
    if any(ord(sign) < 32 for sign in path):
        raise fail(
            at,
            Says(
                "le chemin contient un caractère de contrôle",
                "the path holds a control character",
            ),
        )


def address(url: str, schemes: tuple[str, ...], at: At, fail: Fail) -> Address:
    """The address, taken apart; user, query and fragment have no place in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError as error:
        raise fail(at, Says("n'est pas une adresse", "not an address")) from error
    if parts.scheme not in schemes or re.search(r"[\s\x00-\x1f\x7f\\]", url):
        raise fail(
            at,
            Says(
                f"doit être une adresse {' ou '.join(f'{s}://…' for s in schemes)}",
                f"must be an address {' or '.join(f'{s}://…' for s in schemes)}",
            ),
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise fail(
            at,
            Says(
                "une adresse ne contient ni utilisateur, ni secret, ni requête, ni fragment",
                "an address holds no user, no secret, no query and no fragment",
            ),
        )
    _complete(parts, port, at, fail)
    found = Address(
        url=url.rstrip("/"),
        scheme=parts.scheme,
        host="" if parts.scheme == "unix" else parts.hostname or "",
        port=port,
        path=parts.path,
    )
    if found.scheme == "http" and not found.loopback:
        raise fail(
            at,
            Says(
                "http est en clair, et seulement pour cette machine : écrivez https",
                "http is in clear, and only for this machine: write https",
            ),
        )
    return found


def _complete(parts: SplitResult, port: int, at: At, fail: Fail) -> None:
    if parts.scheme == "unix":
        if parts.netloc or len(parts.path) < 2:
            raise fail(
                at,
                Says(
                    "écrivez une socket unix:///chemin/de/la/socket",
                    "write a socket as unix:///path/of/the/socket",
                ),
            )
    elif not parts.hostname:
        raise fail(at, Says("l'adresse ne nomme aucune machine", "the address names no host"))
    elif parts.scheme == "tcp" and not port:
        raise fail(at, Says("écrivez tcp://machine:port", "write tcp://host:port"))


def within(folder: Path, path: str, at: At, fail: Fail) -> str:
    """The full path, inside the estate's folder and through no symlink; '' stays ''.

    It need not be there yet: a log may not have been written.
    """
    if not path:
        return ""
    root = folder.resolve()
    full = root / path
    if not full.is_relative_to(root):
        given = Path(path)
        if not given.is_relative_to(folder.absolute()):
            raise fail(
                at,
                Says(
                    "le chemin sort du dossier du fichier estate.toml",
                    "the path leads out of the estate's folder",
                ),
            )
        full = root / given.relative_to(folder.absolute())
    step = root
    for part in full.relative_to(root).parts:
        step /= part
        if step.is_symlink():
            raise fail(
                at,
                Says(
                    "le chemin passe par un lien symbolique", "the path goes through a symlink"
                ),
            )
    return str(full)
