"""What leaves the house: where notices go, what containment acts on, who may approve."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class TargetKind(StrEnum):
    """Kinds of target on which containment acts (contract, section 1)."""

    KEYCLOAK = "keycloak"
    GLEWLWYD = "glewlwyd"
    LDAP = "ldap"
    HAPROXY = "haproxy"
    WEBHOOK = "webhook"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: localhost, ::1, 127.0.0.0/8 written as an address."""
    if host in ("localhost", "::1"):
        return True
    parts = host.split(".")
    return len(parts) == 4 and parts[0] == "127" and all(part.isdigit() for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A network address of the estate, taken apart: nothing else may be reached.

    `host` is '' and `path` the socket where the scheme is `unix`. `port` is 0 where the
    address does not say it.
    """

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def loopback(self) -> bool:
        """Whether it stays on this machine."""
        return self.scheme == "unix" or is_loopback(self.host)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    """How mails are signed; `key_file` is a full path, checked to stand in the estate."""

    domain: str
    selector: str
    key_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Where mails leave. Paths are full, '' where there is none."""

    smtp: Address
    user: str
    password_env: str
    dkim: Dkim | None
    bounces: str
    accepted_log: str
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """Where text messages leave. `sender` is what a message shows, '' for the gateway's own.

    `receipts` is the full path of the receipts that a gateway's hook writes, '' where none.
    """

    gateway: Address
    secret_env: str
    user: str = ""
    sender: str = ""
    receipts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A thing outside on which containment acts.

    `services` are the services that closing an account here closes; () = all. `settings` holds
    what only one kind has: realm, base, flavour and the optional keys of the documentation.
    """

    id: str
    kind: TargetKind
    address: Address
    ca_file: str
    user: str
    secret_env: str
    services: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()

    def setting(self, name: str, default: str = "") -> str:
        """What the estate says under that name, else the default."""
        return dict(self.settings).get(name) or default


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What the estate file says today of the outside, and the digest of the file read."""

    file: str
    digest: str
    mail: Mail | None
    sms: Sms | None
    targets: tuple[Target, ...]


# Who may approve ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """A named human whose key was enrolled in the estate when the case was opened."""

    name: str
    key: str  # ed25519:… , the public half


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A signature on the digest of one thing, for one purpose (`notify`, `contain`)."""

    purpose: str
    digest: str
    key: str
    signature: str


Verifies = Callable[[Approval], bool]
"""Whether the signature is that of the key on that purpose and digest."""


def approved_by(
    approvals: Iterable[Approval],
    enrolled: Iterable[Approver],
    *,
    purpose: str,
    digest: str,
    verifies: Verifies,
) -> tuple[str, ...]:
    """The names of the distinct enrolled humans who signed exactly that digest, sorted.

    A signature for another purpose, of another digest, by a key that is not enrolled, or that
    does not verify counts for nothing. Two keys of one name are one human.
    """
    names = {approver.key: approver.name for approver in enrolled}
    return tuple(
        sorted(
            {
                names[one.key]
                for one in approvals
                if one.key in names
                and one.purpose == purpose
                and one.digest == digest
                and verifies(one)
            }
        )
    )
