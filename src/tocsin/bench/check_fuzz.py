"""Mutated messages against `check`: none may stop it, none may hold it up.

    python -m tocsin.bench.check_fuzz SECONDS [FILE…]

Seeds are the fictive messages, mails made here, and the files named (.eml, .msg, .zip of mails).
A message that stops the check is left in `tocsin-crash.bin`, and the error goes through.
"""

import random
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, process_time

from tocsin.bench import check_sets as sets
from tocsin.core.errors import InputError
from tocsin.wiring.messages import check_message

HEADER = b"From: Caisse <info@caisse.example>\nTo: c@courriel.example\nSubject: Votre dossier\n"
PARTS = (
    b"Content-Type: text/html; charset=utf-8\n\n<p>Cliquez <a href='http://a.example'>ici</a></p>",
    b"Content-Type: text/plain; charset=utf-7\nContent-Transfer-Encoding: base64\n\nQ2xpcXVleg==",
    b'Content-Type: application/zip; name="a.zip"\nContent-Transfer-Encoding: base64\n\nUEsDBBQA',
    b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgoAAAANSUhEUgAAAAEAAAAB",
    b"Content-Type: message/rfc822\n\n" + HEADER + b"\nvoici",
    b"Content-Type: application/pdf; name*=utf-8''%FF%FE.pdf\n\n%PDF-1.7",
)
WORDS = (
    b"Content-Type: multipart/mixed; boundary=",
    b"Content-Type: text/html; charset=x-unknown",
    b"Content-Transfer-Encoding: quoted-printable",
    b"=?utf-8?b?////?=",
    b"=?x?q?=GG?=",
    b"--b\n",
    b"<div style='height:9000000px'>",
    b"<a href='http://[::1'><img>",
    b"<style>.a{margin-top:99999px}</style>",
    b"http://xn--a.example/@@/%00",
    "\u202e\u200b\U0001d5ee\u0301".encode(),
    b"\x00",
    b"\xff\xfe",
    b"De : x\nObjet : y\n" * 3,
    b"mot de passe RIB carte Vitale ",
    b"a" * 5_000,
    b"&#x110000;",
)


def mails() -> list[bytes]:
    """Mails made here: every kind of part, deep, wide, and with a very long header."""
    wide = b"".join(b"--b\n" + part + b"\n" for part in PARTS) + b"--b--\n"
    head = HEADER + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    deep = PARTS[0]
    for level in range(60):
        edge = b"b%d" % level
        kind = b"Content-Type: multipart/mixed; boundary=" + edge
        deep = kind + b"\n\n--" + edge + b"\n" + deep + b"\n--" + edge + b"--\n"
    return [
        head + wide,
        HEADER + deep,
        head + wide * 60,
        HEADER.replace(b"dossier", b"dossier " * 20_000) + PARTS[0],
        HEADER + b"".join(b"X-%d: %s\n" % (n, b"v" * 90) for n in range(2_000)) + b"\ncorps",
        HEADER + b"Content-Type: text/html\n\n" + b"<div>" * 20_000 + b"fin",
    ]


def seeds(files: Sequence[Path]) -> list[bytes]:
    """What mutations start from."""
    found = mails()
    for name in sets.FICTIVE:
        found += [s.message.text.encode() for s in sets.fictive(name)[::4]]
    for file in files:
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as packed:
                found += [packed.read(n) for n in packed.namelist()[::4] if n[-1] != "/"]
        else:
            found.append(file.read_bytes())
    return found


def mutated(chance: random.Random, of: Sequence[bytes]) -> bytes:
    """A message with a few changes, or bytes that are no message."""
    if chance.random() < 0.03:
        return chance.randbytes(chance.randrange(4_000))
    raw = bytearray(chance.choice(of))
    for _ in range(chance.randrange(1, 9)):
        _change(chance, raw, of)
    return bytes(raw[:2_000_000])


def _change(chance: random.Random, raw: bytearray, of: Sequence[bytes]) -> None:
    at = chance.randrange(len(raw) + 1)
    end = min(len(raw), at + chance.randrange(1, 300))
    kind = chance.randrange(7)
    if kind == 0:
        raw[at:at] = chance.choice(WORDS) * chance.choice((1, 1, 1, 40))
    elif kind == 1:
        del raw[at:end]
    elif kind == 2:
        raw[at:at] = raw[at:end] * chance.choice((1, 3, 50))
    elif kind == 3 and at < len(raw):
        raw[at] = chance.randrange(256)
    elif kind == 4:
        other = chance.choice(of)
        start = chance.randrange(len(other) + 1)
        raw[at:end] = other[start : start + 2_000]
    elif kind == 5:
        raw[at:end] = chance.randbytes(end - at)
    else:
        del raw[at:]


def run(*, seconds: float, files: Sequence[Path] = (), seed: int = 1) -> dict[str, float]:
    """Check mutated messages for some time.

    Returns:
        How many were tried, how many were refused with a next step, the slowest in CPU seconds.
    """
    chance, of = random.Random(seed), seeds(files)  # noqa: S311  (no secret is drawn)
    tried = refused = 0
    slowest = 0.0
    until = monotonic() + seconds
    while monotonic() < until:
        raw = mutated(chance, of)
        channel = chance.choice(("", "", "mail", "sms", "call", "web"))
        began, whole = process_time(), False
        try:
            check_message(raw, channel=channel)
            whole = True
        except InputError:
            refused, whole = refused + 1, True
        finally:
            if not whole:
                Path("tocsin-crash.bin").write_bytes(raw)
        tried, slowest = tried + 1, max(slowest, process_time() - began)
    return {"tried": tried, "refused": refused, "slowest_s": round(slowest, 3)}


if __name__ == "__main__":
    print(run(seconds=float(sys.argv[1]), files=[Path(f) for f in sys.argv[2:]]))  # noqa: T201
