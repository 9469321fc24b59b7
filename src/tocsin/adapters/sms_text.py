"""The alphabets of SMS: GSM 7-bit where it holds the text, else UCS-2.

Source: 3GPP TS 23.038, section 6.2.1 (default alphabet and its extension table).
"""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet, in the order of its codes."""

EXTENDED = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
ESCAPE = 0x1B

_CODES = {letter: bytes((code,)) for code, letter in enumerate(BASIC) if code != ESCAPE} | {
    letter: bytes((ESCAPE, code)) for letter, code in EXTENDED.items()
}


def gsm(text: str) -> bytes | None:
    """The text in the default alphabet, one septet a byte; None if it has another letter."""
    try:
        return b"".join(_CODES[letter] for letter in text)
    except KeyError:
        return None


def ucs2(text: str) -> bytes:
    """The text in UCS-2, big end first (letters beyond it as surrogate pairs)."""
    return text.encode("utf-16-be")
