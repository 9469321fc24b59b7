"""Progress on standard error: a moving line for a person, plain lines for a log."""

import sys
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

PLAIN_EVERY_S = 10.0
"""Without a terminal, the seconds between two lines of the same stage."""


class TerminalProgress:
    """Implements the Progress port; never writes on standard output."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True)
        self._quiet = quiet
        self._live: Progress | None = None
        self._words = ""
        self._said = 0.0
        if not quiet and sys.stderr.isatty():
            self._live = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[amount]}"),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            self._live.start()
            self._task = self._live.add_task("", total=None, amount="")

    def stage(self, words: str) -> None:
        """See the port."""
        self._words = words
        if self._live:
            self._live.reset(self._task, total=None, description=words, amount="")
        elif not self._quiet:
            self._console.print(f"… {words}", highlight=False, markup=False)
            self._said = monotonic()

    def advance(self, done: int, total: int | None, unit: str) -> None:
        """See the port."""
        amount = f"{done:,} {unit}".replace(",", " ")
        if self._live:
            self._live.update(self._task, completed=done, total=total, amount=amount)
        elif not self._quiet and monotonic() - self._said > PLAIN_EVERY_S:
            self._said = monotonic()
            self._console.print(f"  {self._words}: {amount}", highlight=False, markup=False)

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._live:
            self._live.stop()
