"""DKIM signatures: relaxed/relaxed, RSA-2048 with SHA-256 or Ed25519.

Source:
    RFC 6376 (DKIM), RFC 8463 (Ed25519-SHA256), RFC 8301 (at least RSA-1024, SHA-256 only).
"""

import base64
import hashlib
import re
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.outgoing import Dkim
from tocsin.core.records import Says

SIGNED = ("from", "to", "subject", "date", "message-id", "mime-version", "content-type",
          "content-transfer-encoding", "content-language", "auto-submitted")  # fmt: skip
"""Header fields that are signed; From stands twice in `h=`, so that none can be added."""

SMALLEST_RSA_BITS = 2048

_BLANKS = re.compile(rb"[ \t]{2,}|\t")
_SPACES = re.compile(rb"  +")  # two as they are: found ten times as fast as ` {2,}`
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_FIELD = re.compile(rb"\r\n(?![ \t])")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,200}")


class DkimSigner:
    """Signs messages for one domain and selector."""

    def __init__(self, settings: Dkim) -> None:
        for name, value in (("domain", settings.domain), ("selector", settings.selector)):
            if not _NAME.fullmatch(value):
                raise InputError(
                    Says(
                        f"le {name} de dkim n'est pas un nom de domaine",
                        f"the dkim {name} is not a domain name",
                    ),
                    next_step=Says(
                        "Corrigez [mail] dkim dans le fichier estate.toml.",
                        "Correct [mail] dkim in the estate file.",
                    ),
                    where=name,
                )
        self._key = _read(Path(settings.key_file))
        rsa = isinstance(self._key, RSAPrivateKey)
        self._begin = (
            f"v=1; a={'rsa' if rsa else 'ed25519'}-sha256; c=relaxed/relaxed; "
            f"d={settings.domain}; s={settings.selector}"
        )

    def signed(self, message: bytes) -> bytes:
        """The message with its DKIM-Signature on top.

        Args:
            message: bytes with CR LF line ends, headers and body parted by an empty line.
        """
        head, _, body = message.partition(b"\r\n\r\n")
        fields = _fields(head)
        names = [name for name in SIGNED if name in fields]
        chosen = [*names, "from"]
        body_hash = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
        value = f"{self._begin};\r\n h={':'.join(chosen)};\r\n bh={body_hash};\r\n b="
        lines = [relaxed_field(name, fields[name]) for name in names]
        lines.append(relaxed_field("dkim-signature", value.encode()))
        signature = base64.b64encode(self._sign(b"\r\n".join(lines))).decode()
        folded = "\r\n ".join(signature[i : i + 72] for i in range(0, len(signature), 72))
        return f"DKIM-Signature: {value}{folded}\r\n".encode() + message

    def _sign(self, content: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(content, PKCS1v15(), SHA256())
        return self._key.sign(hashlib.sha256(content).digest())  # RFC 8463, 3


def relaxed_field(name: str, value: bytes) -> bytes:
    """A header field, relaxed (RFC 6376, 3.4.2), without its line end."""
    if b"\r" in value or b"\t" in value or b"  " in value:
        unfolded = _FOLD.sub(b"", value)
        value = _BLANKS.sub(b" ", unfolded)
    return name.lower().encode() + b":" + value.strip(b" \t")


def relaxed_body(body: bytes) -> bytes:
    """A body, relaxed (RFC 6376, 3.4.4)."""
    lines = _SPACES.sub(b" ", body.replace(b"\t", b" ")).replace(b" \r\n", b"\r\n")
    if not lines.endswith(b"\r\n"):
        lines = lines.rstrip(b" ") + b"\r\n"
    kept = lines.rstrip(b"\r\n")
    return kept + b"\r\n" if kept else b""


def _fields(head: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for field in _FIELD.split(head):
        name, _, value = field.partition(b":")
        found[name.decode("ascii").strip().lower()] = value
    return found


def _read(file: Path) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError(
            Says(
                f"la clé DKIM ne peut pas être lue : {cause(error).fr}",
                f"the DKIM key cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Mettez une clé privée en PEM, RSA-2048 ou Ed25519, sans mot de passe.",
                "Put a private key in PEM, RSA-2048 or Ed25519, without password.",
            ),
            where=str(file),
        ) from error
    if isinstance(key, RSAPrivateKey) and key.key_size >= SMALLEST_RSA_BITS:
        return key
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise InputError(
        Says(
            "la clé DKIM n'est ni RSA d'au moins 2048 bits, ni Ed25519",
            "the DKIM key is neither RSA of 2048 bits or more nor Ed25519",
        ),
        next_step=Says(
            "Créez-en une de cette sorte, et publiez sa moitié publique dans le DNS.",
            "Make one of these, and publish its public half in the DNS.",
        ),
        where=str(file),
    )
