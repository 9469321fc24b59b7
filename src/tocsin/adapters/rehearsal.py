"""The sink of a rehearsal: takes everything, lets nothing leave, fails as the world does."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tocsin.core.notices import Meanwhile, Outcome, Parcel, State, nothing

KEPT = 300
"""Messages of a channel that are kept to be looked at; all are counted."""

SHARES: Mapping[str, tuple[tuple[float, State, str], ...]] = {
    "mail": (
        (0.015, State.PERMANENT, "550 5.1.1"),
        (0.005, State.PERMANENT, "552 5.2.2"),
        (0.010, State.TEMPORARY, "450 4.2.0"),
        (0.002, State.UNCERTAIN, "answer lost"),
    ),
    "sms": (
        (0.030, State.PERMANENT, "http 404"),
        (0.010, State.TEMPORARY, "http 503"),
    ),
}
"""How often a first try fails, and how: in the order of what senders report of directories
that are a few years old. A second try after a temporary failure is taken."""


class Sink:
    """A carrier to nowhere. The same notice meets the same fate at each rehearsal."""

    def __init__(self, channel: str, folder: Path, suffix: str) -> None:
        self._shares = SHARES.get(channel, ())
        self._folder, self._suffix = folder, suffix
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._kept = 0
        self._seen: set[str] = set()

    def ready(self, parcel: Parcel) -> None:
        """See the port: a sink is always ready."""
        del parcel

    def send(self, parcel: Parcel, meanwhile: Meanwhile = nothing) -> Outcome:
        """See the port."""
        del meanwhile
        if self._kept < KEPT and parcel.notice not in self._seen:
            self._kept += 1
            file = self._folder / f"{parcel.notice}{self._suffix}"
            file.write_bytes(parcel.content)
            file.chmod(0o600)
        again = parcel.notice in self._seen
        self._seen.add(parcel.notice)
        chance = int(hashlib.sha256(parcel.notice.encode()).hexdigest()[:8], 16) / 2**32
        for share, state, evidence in self._shares:
            if chance < share and not (again and state is State.TEMPORARY):
                return Outcome(state=state, evidence=evidence)
            chance -= share
        return Outcome(state=State.SENT, evidence="rehearsed")

    def close(self) -> None:
        """See the port."""
