"""The sections of estate.toml that lead outside: mail, sms, targets, approvers."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import msgspec

from tocsin.core.errors import InputError
from tocsin.core.outgoing import (
    Address,
    Approver,
    Dkim,
    Mail,
    Outgoing,
    Sms,
    Target,
    TargetKind,
)
from tocsin.core.records import Says

At = tuple[str | int, ...]
Fail = Callable[[At, Says], InputError]
"""Makes the InputError of a place in the document, with its line and column."""

SCHEMES = {
    "mail": ("smtp", "smtps"),
    "sms": ("https", "http", "smpp"),
    TargetKind.KEYCLOAK: ("https", "http"),
    TargetKind.GLEWLWYD: ("https", "http"),
    TargetKind.LDAP: ("ldaps", "ldap"),
    TargetKind.HAPROXY: ("unix", "tcp"),
    TargetKind.WEBHOOK: ("https", "http"),
}
"""Schemes that each section understands; `http` is for this machine alone."""

REQUIRED = {TargetKind.KEYCLOAK: ("realm",), TargetKind.LDAP: ("base",)}
FLAVOURS = ("openldap", "ad")
OPTIONS = (
    "realm",
    "base",
    "flavour",
    "auth_realm",
    "client_id",
    "match",
    "address_list",
    "session_list",
)
"""What only some kinds have: the contract's realm, base, flavour, then optional ones."""


class DkimSection(msgspec.Struct):
    """`[mail] dkim`."""

    domain: str
    selector: str
    key_file: str


class MailSection(msgspec.Struct):
    """`[mail]`."""

    smtp: str
    user: str = ""
    password_env: str = ""
    dkim: DkimSection | None = None
    bounces: str = ""
    accepted_log: str = ""
    ca_file: str = ""


class SmsSection(msgspec.Struct):
    """`[sms]`."""

    gateway: str
    secret_env: str = ""
    user: str = ""
    sender: str = ""
    receipts: str = ""


class TargetSection(msgspec.Struct):
    """One `[[target]]`."""

    id: str
    kind: TargetKind
    url: str
    ca_file: str = ""
    user: str = ""
    secret_env: str = ""
    services: list[str] = []
    realm: str = ""
    base: str = ""
    flavour: str = ""
    auth_realm: str = ""
    client_id: str = ""
    match: str = ""
    address_list: str = ""
    session_list: str = ""


class ApproverSection(msgspec.Struct):
    """One `[[approver]]`."""

    name: str
    key: str


class OutgoingSections(msgspec.Struct):
    """The optional sections, as they are written."""

    mail: MailSection | None = None
    sms: SmsSection | None = None
    target: list[TargetSection] = []
    approver: list[ApproverSection] = []


def check(read: OutgoingSections, services: Iterable[str], fail: Fail) -> None:
    """Refuse what cannot be meant, with its place. Nothing on the disk is looked at."""
    if read.mail:
        _check_mail(read.mail, fail)
    if read.sms:
        _address(read.sms.gateway, "sms", ("sms", "gateway"), fail)
        _variable(read.sms.secret_env, ("sms", "secret_env"), fail)
        _no_way_up(read.sms.receipts, ("sms", "receipts"), fail)
        if read.sms.sender and not re.fullmatch(
            r"\+\d{3,15}|[A-Za-z0-9 ]{1,11}", read.sms.sender
        ):
            raise fail(
                ("sms", "sender"),
                Says(
                    "11 lettres et chiffres au plus, ou un numéro avec +",
                    "up to 11 letters and digits, or a number with +",
                ),
            )
    known = set(services)
    seen: set[str] = set()
    for i, target in enumerate(read.target):
        if not target.id or target.id in seen:
            raise fail(
                ("target", i, "id"),
                Says(
                    f"l'identifiant {target.id} est vide ou figure deux fois",
                    f"the id {target.id} is empty or stands twice",
                ),
            )
        seen.add(target.id)
        _check_target(target, known, ("target", i), fail)
    _check_approvers(read.approver, fail)


def approvers(read: OutgoingSections) -> tuple[Approver, ...]:
    """Those who may approve."""
    return tuple(Approver(name=one.name.strip(), key=one.key) for one in read.approver)


def outgoing(
    read: OutgoingSections, *, file: str, digest: str, folder: Path, fail: Fail
) -> Outgoing:
    """The sections as values; every path is looked at on the disk and made full."""
    return Outgoing(
        file=file,
        digest=digest,
        mail=_mail(read.mail, folder, fail) if read.mail else None,
        sms=Sms(
            gateway=_address(read.sms.gateway, "sms", ("sms", "gateway"), fail),
            secret_env=read.sms.secret_env,
            user=read.sms.user,
            sender=read.sms.sender,
            receipts=_within(folder, read.sms.receipts, ("sms", "receipts"), fail),
        )
        if read.sms
        else None,
        targets=tuple(
            _target(one, folder, ("target", i), fail) for i, one in enumerate(read.target)
        ),
    )


def _check_mail(mail: MailSection, fail: Fail) -> None:
    _address(mail.smtp, "mail", ("mail", "smtp"), fail)
    _variable(mail.password_env, ("mail", "password_env"), fail)
    if mail.user and not mail.password_env:
        raise fail(
            ("mail", "user"),
            Says(
                "un utilisateur sans password_env, la variable de son mot de passe",
                "a user without password_env, its password's variable",
            ),
        )
    for name in ("bounces", "accepted_log", "ca_file"):
        _no_way_up(getattr(mail, name), ("mail", name), fail)
    if mail.dkim:
        _no_way_up(mail.dkim.key_file, ("mail", "dkim"), fail)


def _check_target(target: TargetSection, services: set[str], at: At, fail: Fail) -> None:
    _address(target.url, target.kind, (*at, "url"), fail)
    _variable(target.secret_env, (*at, "secret_env"), fail)
    _no_way_up(target.ca_file, (*at, "ca_file"), fail)
    for name in target.services:
        if name not in services:
            raise fail(
                (*at, "services"),
                Says(
                    f"ce fichier estate.toml n'a pas de service {name}",
                    f"there is no service {name} in this estate",
                ),
            )
    for name in REQUIRED.get(target.kind, ()):
        if not getattr(target, name):
            raise fail(
                at,
                Says(
                    f"une cible {target.kind} demande {name}",
                    f"a {target.kind} target needs {name}",
                ),
            )
    if target.flavour and target.flavour not in FLAVOURS:
        raise fail(
            (*at, "flavour"),
            Says(
                f"doit être l'un de {', '.join(FLAVOURS)}",
                f"must be one of {', '.join(FLAVOURS)}",
            ),
        )


def _check_approvers(listed: list[ApproverSection], fail: Fail) -> None:
    names: set[str] = set()
    keys: set[str] = set()
    for i, one in enumerate(listed):
        if not re.fullmatch(r"ed25519:[0-9a-f]{64}", one.key):
            raise fail(
                ("approver", i, "key"),
                Says(
                    "n'est pas une clé publique telle que `tocsin key new FILE` l'affiche",
                    "not a public key as `tocsin key new FILE` prints it",
                ),
            )
        if not one.name.strip() or one.name.strip() in names:
            raise fail(
                ("approver", i, "name"),
                Says(
                    "le nom est vide ou figure deux fois", "the name is empty or stands twice"
                ),
            )
        if one.key in keys:
            raise fail(
                ("approver", i, "key"),
                Says(
                    "la clé figure deux fois : chaque personne a la sienne",
                    "the key stands twice: each human has their own",
                ),
            )
        names.add(one.name.strip())
        keys.add(one.key)


def _variable(name: str, at: At, fail: Fail) -> None:
    if name and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise fail(
            at,
            Says(
                "c'est le nom d'une variable d'environnement qui s'écrit ici, jamais le secret",
                "the name of an environment variable stands here, never the secret",
            ),
        )


def _no_way_up(path: str, at: At, fail: Fail) -> None:
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


def _address(url: str, section: str, at: At, fail: Fail) -> Address:
    """The address, taken apart; user, query and fragment have no place in it."""
    schemes = SCHEMES[section]
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


def _mail(read: MailSection, folder: Path, fail: Fail) -> Mail:
    dkim = read.dkim
    return Mail(
        smtp=_address(read.smtp, "mail", ("mail", "smtp"), fail),
        user=read.user,
        password_env=read.password_env,
        dkim=Dkim(
            domain=dkim.domain,
            selector=dkim.selector,
            key_file=_within(folder, dkim.key_file, ("mail", "dkim"), fail),
        )
        if dkim
        else None,
        bounces=_within(folder, read.bounces, ("mail", "bounces"), fail),
        accepted_log=_within(folder, read.accepted_log, ("mail", "accepted_log"), fail),
        ca_file=_within(folder, read.ca_file, ("mail", "ca_file"), fail),
    )


def _target(read: TargetSection, folder: Path, at: At, fail: Fail) -> Target:
    address = _address(read.url, read.kind, (*at, "url"), fail)
    if address.scheme == "unix" and Path(address.path).is_symlink():
        raise fail(
            (*at, "url"), Says("la socket est un lien symbolique", "the socket is a symlink")
        )
    return Target(
        id=read.id,
        kind=read.kind,
        address=address,
        ca_file=_within(folder, read.ca_file, (*at, "ca_file"), fail),
        user=read.user,
        secret_env=read.secret_env,
        services=tuple(read.services),
        settings=tuple((name, getattr(read, name)) for name in OPTIONS if getattr(read, name)),
    )


def _within(folder: Path, path: str, at: At, fail: Fail) -> str:
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
