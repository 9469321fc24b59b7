"""Keys of named humans: Ed25519, made once, that sign a digest for one purpose."""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tocsin.core.causes import cause
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.outgoing import Approval
from tocsin.core.records import Says

LARGEST_KEY_FILE_BYTES = 4096

MADE_BY = Says(
    "Nommez le fichier que `tocsin key new FILE` a créé.",
    "Name the file that `tocsin key new FILE` made.",
)


def new_key(file: Path) -> str:
    """Make a key: the private half in the file (PKCS#8 PEM, mode 0600); return the public one.

    Raises:
        InputError: something stands there already, or the folder cannot be written.
    """
    private = Ed25519PrivateKey.generate()
    text = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    aside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, text)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.link(aside, file)  # unlike a rename, never over what stands there
    except FileExistsError as error:
        raise InputError(
            Says(
                "un fichier s'y trouve déjà ; une clé n'est jamais écrasée",
                "a file stands there already; a key is never overwritten",
            ),
            next_step=Says("Nommez un nouveau fichier.", "Name a new file."),
            where=str(file),
        ) from error
    except OSError as error:
        raise InputError(
            Says(
                f"la clé ne peut pas être écrite : {cause(error).fr}",
                f"the key cannot be written: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un fichier dans un dossier qui existe et où vous pouvez écrire.",
                "Name a file in a folder that exists and that you may write.",
            ),
            where=str(file),
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    return spelt(private.public_key())


def spelt(public: Ed25519PublicKey) -> str:
    """A public key as the contract spells it: `ed25519:` and 64 hex digits."""
    return f"ed25519:{public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()}"


class Signer:
    """A private key read from its file; signs a digest for one purpose."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.key = spelt(private.public_key())

    def sign(self, digest: str, *, purpose: str) -> Approval:
        """Sign that digest for that purpose, and for nothing else."""
        signature = self._private.sign(_message(purpose, digest)).hex()
        return Approval(purpose=purpose, digest=digest, key=self.key, signature=signature)

    def sign_bytes(self, content: bytes) -> bytes:
        """The bare signature of these bytes, 64 bytes."""
        return self._private.sign(content)


def read_key(file: Path) -> Signer:
    """The private key of a file that `tocsin key new` made (or a case's own signing.key).

    Raises:
        InputError: it is not there, or it is not such a key.
        RefusedError: others than its owner may read it.
    """
    try:
        mode = file.stat().st_mode
        with file.open("rb") as stream:
            content = stream.read(LARGEST_KEY_FILE_BYTES + 1)
    except OSError as error:
        why = cause(error)
        raise InputError(
            Says(
                f"la clé privée ne peut pas être lue : {why.fr}",
                f"the private key cannot be read: {why.en}",
            ),
            next_step=MADE_BY,
            where=str(file),
        ) from error
    if mode & 0o077:
        raise RefusedError(
            Says(
                "d'autres que son propriétaire peuvent lire cette clé privée",
                "others than its owner may read this private key",
            ),
            next_step=Says(
                f"Lancez : chmod 600 {file} - ou, si d'autres l'ont lue, créez "
                "une nouvelle clé.",
                f"Run: chmod 600 {file} - or, if others did read it, make a new key.",
            ),
            where=str(file),
        )
    try:
        return Signer(_private(content))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _not_a_key(file) from error


def verifies(approval: Approval) -> bool:
    """Whether the signature is that of the key on that purpose and digest."""
    message = _message(approval.purpose, approval.digest)
    try:
        return verifies_bytes(approval.key, bytes.fromhex(approval.signature), message)
    except ValueError:
        return False


def verifies_bytes(key: str, signature: bytes, content: bytes) -> bool:
    """Whether it is the bare signature of these bytes by that public key (`ed25519:…`)."""
    try:
        raw = bytes.fromhex(key.removeprefix("ed25519:"))
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(content: bytes) -> Ed25519PrivateKey:
    if content.startswith(b"-----BEGIN"):
        private = load_pem_private_key(content, password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise TypeError
        return private
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(content.decode("ascii").strip()))


def _message(purpose: str, digest: str) -> bytes:
    """What is signed: no signature for one purpose can pass for another."""
    return f"tocsin\n{purpose}\n{digest}\n".encode()


def _not_a_key(file: Path) -> InputError:
    return InputError(
        Says(
            "ce n'est pas une clé privée que Tocsin sait lire",
            "this is not a private key that Tocsin can read",
        ),
        next_step=MADE_BY,
        where=str(file),
    )
