"""Names of notices: the code that a person can have checked, and the identity of a message.

Both come from a secret of the case, so that nobody else can make them, and from the campaign
and the person, so that they are the same at each try.
"""

import hashlib
import hmac

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""31 signs that are not taken for one another: without 0, 1, I, O and U."""

LENGTH = 11
"""Signs before the check sign, 54 bits: of a million codes, one guess in 10^10 finds one."""


def code(secret: bytes, campaign: str, person: str) -> str:
    """The reference printed in the notice: three groups of four signs, the last a check."""
    number = int.from_bytes(_digest(secret, f"code|{campaign}|{person}")[:10], "big")
    signs = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    signs.append(_check(signs))
    text = "".join(signs)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def read(spoken: str) -> str | None:
    """A code as it is dictated or typed, put in its form; None where a sign is wrong."""
    signs = [sign for sign in spoken.upper() if sign.isalnum()]
    if len(signs) != LENGTH + 1 or any(sign not in ALPHABET for sign in signs):
        return None
    if signs[-1] != _check(signs[:-1]):
        return None
    text = "".join(signs)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def notice_id(secret: bytes, campaign: str, person: str, channel: str) -> str:
    """The identity of one message: the same at each try, and nobody else can make it."""
    return _digest(secret, f"notice|{campaign}|{person}|{channel}").hex()[:32]


def message_id(notice: str, domain: str) -> str:
    """The Message-ID of a mail (RFC 5322, 3.6.4), the same at each try."""
    return f"<{notice}@{domain}>"


def _check(signs: list[str]) -> str:
    """A sign that one wrong or two swapped neighbours change: weighted sum modulo 31."""
    total = sum((i + 2) * ALPHABET.index(sign) for i, sign in enumerate(signs))
    return ALPHABET[total % len(ALPHABET)]


def _digest(secret: bytes, text: str) -> bytes:
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()
