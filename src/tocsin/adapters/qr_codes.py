"""Addresses in QR codes of images: the one file that knows the decoder."""

import io
import struct
import warnings

from tocsin.core.messages import Link

MOST_BYTES, MOST_SIDE, MOST_PIXELS = 4_000_000, 900, 40_000_000
MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")


def is_image(raw: bytes) -> bool:
    """Whether bytes begin like a picture that is read here."""
    return raw.startswith(MAGIC)


def qr_links(raw: bytes) -> list[Link]:
    """The texts of the QR codes in a picture; none where it cannot be read."""
    if not is_image(raw) or not 100 < len(raw) <= MOST_BYTES:
        return []
    import zxingcpp  # noqa: PLC0415  (slow to load, seldom needed)
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(raw)) as picture:
                if picture.width * picture.height > MOST_PIXELS or min(picture.size) < 40:
                    return []
                picture.draft("L", (MOST_SIDE, MOST_SIDE))
                small = picture.convert("L")
                small.thumbnail((MOST_SIDE, MOST_SIDE))
                codes = zxingcpp.read_barcodes(
                    small, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
                )
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        IndexError,
        KeyError,
        OverflowError,
        EOFError,
        ZeroDivisionError,
        MemoryError,
        RuntimeError,
        struct.error,
    ):
        return []
    return [
        Link(target=code.text.strip()[:2000], shown="QR", origin="qr")
        for code in codes
        if code.text
    ]
