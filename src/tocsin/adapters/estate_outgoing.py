"""The sections of estate.toml that lead outside: mail, sms, targets, approvers."""

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tocsin.adapters.estate_addresses import At, Fail, address, no_way_up, within
from tocsin.core.outgoing import (
    Approver,
    Dkim,
    Mail,
    Outgoing,
    Sms,
    Target,
    TargetKind,
)
from tocsin.core.records import Says

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
        address(read.sms.gateway, SCHEMES["sms"], ("sms", "gateway"), fail)
        _variable(read.sms.secret_env, ("sms", "secret_env"), fail)
        no_way_up(read.sms.receipts, ("sms", "receipts"), fail)
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
            gateway=address(read.sms.gateway, SCHEMES["sms"], ("sms", "gateway"), fail),
            secret_env=read.sms.secret_env,
            user=read.sms.user,
            sender=read.sms.sender,
            receipts=within(folder, read.sms.receipts, ("sms", "receipts"), fail),
        )
        if read.sms
        else None,
        targets=tuple(
            _target(one, folder, ("target", i), fail) for i, one in enumerate(read.target)
        ),
    )


def _check_mail(mail: MailSection, fail: Fail) -> None:
    address(mail.smtp, SCHEMES["mail"], ("mail", "smtp"), fail)
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
        no_way_up(getattr(mail, name), ("mail", name), fail)
    if mail.dkim:
        no_way_up(mail.dkim.key_file, ("mail", "dkim"), fail)


def _check_target(target: TargetSection, services: set[str], at: At, fail: Fail) -> None:
    address(target.url, SCHEMES[target.kind], (*at, "url"), fail)
    _variable(target.secret_env, (*at, "secret_env"), fail)
    no_way_up(target.ca_file, (*at, "ca_file"), fail)
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


def _mail(read: MailSection, folder: Path, fail: Fail) -> Mail:
    dkim = read.dkim
    return Mail(
        smtp=address(read.smtp, SCHEMES["mail"], ("mail", "smtp"), fail),
        user=read.user,
        password_env=read.password_env,
        dkim=Dkim(
            domain=dkim.domain,
            selector=dkim.selector,
            key_file=within(folder, dkim.key_file, ("mail", "dkim"), fail),
        )
        if dkim
        else None,
        bounces=within(folder, read.bounces, ("mail", "bounces"), fail),
        accepted_log=within(folder, read.accepted_log, ("mail", "accepted_log"), fail),
        ca_file=within(folder, read.ca_file, ("mail", "ca_file"), fail),
    )


def _target(read: TargetSection, folder: Path, at: At, fail: Fail) -> Target:
    found = address(read.url, SCHEMES[read.kind], (*at, "url"), fail)
    if found.scheme == "unix" and Path(found.path).is_symlink():
        raise fail(
            (*at, "url"), Says("la socket est un lien symbolique", "the socket is a symlink")
        )
    return Target(
        id=read.id,
        kind=read.kind,
        address=found,
        ca_file=within(folder, read.ca_file, (*at, "ca_file"), fail),
        user=read.user,
        secret_env=read.secret_env,
        services=tuple(read.services),
        settings=tuple((name, getattr(read, name)) for name in OPTIONS if getattr(read, name)),
    )
