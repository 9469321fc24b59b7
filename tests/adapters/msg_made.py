"""Writes a small Outlook message: an OLE compound file, its streams in the mini stream.

Source: [MS-CFB] and [MS-OXMSG].
"""

import struct

SECTOR, MINI = 512, 64
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def msg(*, subject, body, html="", sender="", headers=""):
    """The bytes of a message with these properties."""
    texts = {0x0037: subject, 0x1000: body, 0x0C1A: sender, 0x001A: "IPM.Note"}
    texts |= {0x007D: headers} if headers else {}
    streams = {
        f"__substg1.0_{tag:04X}001F": value.encode("utf-16-le") for tag, value in texts.items()
    }
    properties = b"\0" * 32
    for tag, value in texts.items():
        properties += struct.pack(
            "<HHIIi", 0x001F, tag, 6, len(value.encode("utf-16-le")) + 2, 0
        )
    if html:
        streams["__substg1.0_10130102"] = html.encode()
        properties += struct.pack("<HHIIi", 0x0102, 0x1013, 6, len(html.encode()), 0)
    streams["__properties_version1.0"] = properties
    streams["__nameid_version1.0"] = None
    return _compound(dict(sorted(streams.items(), key=lambda p: (len(p[0]), p[0].upper()))))


def _compound(streams):
    mini, mini_fat, entries = b"", [], []
    for name, data in streams.items():
        start = len(mini_fat) if data else END
        count = -(-len(data or b"") // MINI)
        mini += (data or b"").ljust(count * MINI, b"\0")
        mini_fat += [start + n + 1 for n in range(count - 1)] + ([END] if count else [])
        entries.append((name, 2 if data is not None else 1, start, len(data or b"")))
    tables, fat = [], []
    root_at = _put(tables, fat, mini)
    mini_at = _put(tables, fat, struct.pack(f"<{len(mini_fat)}I", *mini_fat), fill=b"\xff")
    rows = [_entry("Root Entry", 5, root_at, len(mini), child=1)]
    for n, (name, kind, start, size) in enumerate(entries, start=1):
        right = n + 1 if n < len(entries) else FREE
        rows.append(_entry(name, kind, start, size, right=right))
    rows += [_entry("", 0, 0, 0)] * (-len(rows) % 4)
    first = _put(tables, fat, b"".join(rows))
    place = len(tables)
    fat.append(FAT)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(SECTOR, b"\xff")
    assert len(table) == SECTOR
    minis = -(-len(mini_fat) * 4 // SECTOR)
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, first, 0,
        4096, mini_at, minis, END, 0, place,
    ).ljust(SECTOR, b"\xff")  # fmt: skip
    return header + b"".join(tables) + table


def _put(tables, fat, data, fill=b"\0"):
    """Put bytes in whole sectors, chained; say where they begin."""
    start, count = len(tables), -(-len(data) // SECTOR)
    for n in range(count):
        tables.append(data[n * SECTOR : (n + 1) * SECTOR].ljust(SECTOR, fill))
        fat.append(start + n + 1 if n < count - 1 else END)
    return start


def _entry(name, kind, start, size, *, right=FREE, child=FREE):
    raw = name.encode("utf-16-le")
    names = (raw, len(raw) + 2 if name else 0)
    links = (kind, 1, FREE, right, child, b"", 0, 0, 0)
    return struct.pack("<64sHBBIII16sIQQIQ", *names, *links, start, size)
