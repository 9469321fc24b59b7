"""The keys of a case, kept outside it: age identity, signing key, key of the pseudonyms."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tocsin.adapters.signing import Signer
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.records import Says

KEY_DIR_VARIABLE = "TOCSIN_KEY_DIR"

DESTROYED = "destroyed"
"""What stands in the folder once the case was closed."""


def key_folder() -> Path:
    """Where keys live: TOCSIN_KEY_DIR, else the user's configuration folder."""
    given = os.environ.get(KEY_DIR_VARIABLE)
    if given:
        return Path(given)
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(config) / "tocsin" / "keys"


def pseudonym(key: str, value: str) -> str:
    """A keyed digest of a value, HMAC-SHA-256 cut to 32 hex digits; the key is hex."""
    return hmac.new(bytes.fromhex(key), value.encode(), hashlib.sha256).hexdigest()[:32]


class Keyring:
    """The keys of one case, in a folder of its own named by the case's id."""

    def __init__(self, case_id: str) -> None:
        self.folder = key_folder() / case_id

    def make(self) -> tuple[str, str]:
        """Make the keys; return the age recipient and the public signing key.

        Called again for the same case it returns the same: `open` may be run twice.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.folder / "age.key").exists():
            self._keep("age.key", str(pyrage.x25519.Identity.generate()).encode())
        if not (self.folder / "signing.key").exists():
            private = Ed25519PrivateKey.generate().private_bytes(
                Encoding.Raw, PrivateFormat.Raw, NoEncryption()
            )
            self._keep("signing.key", private.hex().encode())
        if not (self.folder / "pseudonym.key").exists():
            self._keep("pseudonym.key", secrets.token_hex(32).encode())
        return str(self._identity().to_public()), self._public()

    def present(self) -> bool:
        """Whether the case's keys are where they are looked for."""
        return (self.folder / "age.key").exists()

    def destroy(self) -> tuple[str, ...]:
        """Overwrite and remove what opens the vault and makes pseudonyms; return the names.

        The signing key stays: what was sealed can still be shown to be the case's.
        """
        gone = []
        for name in ("age.key", "pseudonym.key"):
            path = self.folder / name
            if path.exists():
                with path.open("r+b") as file:
                    file.write(os.urandom(max(path.stat().st_size, 1)))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()
                gone.append(name)
        if gone:
            self._keep(DESTROYED, b"the case was closed")
        return tuple(gone)

    def recipient(self) -> pyrage.x25519.Recipient:
        """The public half of the case's age key."""
        return self._identity().to_public()

    def decrypt(self, sealed: bytes) -> bytes:
        """Open what was encrypted for the case."""
        opened: bytes = pyrage.decrypt(sealed, [self._identity()])
        return opened

    def pseudonym(self, value: str) -> str:
        """A keyed digest, HMAC-SHA-256 cut to 32 hex digits: it cannot be enumerated."""
        return pseudonym(self.pseudonym_key(), value)

    def pseudonym_key(self) -> str:
        """The key of the pseudonyms, hex: only a bundle with identities carries it."""
        return self._text("pseudonym.key")

    def signing_key(self) -> Path:
        """The file of the case's private signing key."""
        return self.folder / "signing.key"

    def signer(self) -> Signer:
        """What signs in the case's name."""
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._text("signing.key")))
        return Signer(private)

    def _identity(self) -> pyrage.x25519.Identity:
        return pyrage.x25519.Identity.from_str(self._text("age.key"))

    def _public(self) -> str:
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._text("signing.key")))
        raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"ed25519:{raw.hex()}"

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text().strip()
        except OSError as error:
            if (self.folder / DESTROYED).exists():
                raise RefusedError(
                    Says(
                        "l'affaire est close et sa clé détruite",
                        "the case is closed and its key destroyed",
                    ),
                    next_step=Says(
                        "Les empreintes et les comptes se lisent encore : tocsin status CASE.",
                        "Digests and counts can still be read: tocsin status CASE.",
                    ),
                    where=str(self.folder),
                ) from error
            raise InputError(
                Says(
                    f"la clé {name} du dossier ne peut pas être lue",
                    f"the case's key {name} cannot be read",
                ),
                next_step=Says(
                    f"Remettez le dossier des clés, ou indiquez-le dans {KEY_DIR_VARIABLE}.",
                    f"Put the key folder back, or set {KEY_DIR_VARIABLE} to where it is.",
                ),
                where=str(self.folder),
            ) from error

    def _keep(self, name: str, value: bytes) -> None:
        aside = self.folder / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, value + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        aside.replace(self.folder / name)
