"""The port of printed papers: what the corridor asks where a page must be a PDF."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Printer(Protocol):
    """Sets values in a template as a tagged PDF (PDF/UA-1)."""

    def pdf(self, template: str, values: Mapping[str, object], *, at: datetime) -> bytes:
        """The PDF's bytes.

        Args:
            template: name of a template of the project, such as `paper.typ`.
            values: what it reads: texts, numbers, lists, mappings. They are never read as
                markup.
            at: the instant that the file carries: the same values give the same bytes.
        """
        ...
