"""Whether the volume under a folder is encrypted, as far as the system tells."""

from pathlib import Path


def encryption_of(folder: Path) -> str:
    """`yes` where the device under the folder is dm-crypt, else `unknown`."""
    device = folder.resolve().stat().st_dev
    name = f"{device >> 8 & 0xFFF}:{device & 0xFF}"
    uuid = Path("/sys/dev/block") / name / "dm" / "uuid"
    try:
        return "yes" if uuid.read_text().startswith("CRYPT-") else "unknown"
    except OSError:
        return "unknown"
