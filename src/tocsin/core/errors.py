"""The errors, by remedy: what the reader can do decides the class and the exit code.

TocsinError
├── InputError     fix what you gave            exit 2
├── RefusedError   a rule forbids it            exit 3
└── OutsideError   something outside failed;    exit 4
                   it may be tried again
Anything else is a bug (exit 1) and propagates.
"""

from tocsin.core.records import Says


class TocsinError(Exception):
    """The root of every error that Tocsin raises on purpose.

    Args:
        what: one sentence, what is wrong. Never a person's name, date or contact.
        next_step: one sentence, what the person on call should do next.
        where: file, line and column, or the name of the thing, '' when there is none.

    As text it is the English sentence, for logs; the door prints the reader's.
    """

    exit_code = 1

    def __init__(self, what: Says, *, next_step: Says, where: Says | str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step
        self.where = where

    def __str__(self) -> str:
        where = self.where.en if isinstance(self.where, Says) else self.where
        place = f" ({where})" if where else ""
        return f"{self.what.en}{place}. {self.next_step.en}"

    def __reduce__(self) -> tuple[object, ...]:
        """How it passes from one process to another: with its next step."""
        return _again, (type(self), self.what, self.next_step, self.where)


def _again(
    kind: type[TocsinError], what: Says, next_step: Says, where: Says | str
) -> TocsinError:
    return kind(what, next_step=next_step, where=where)


class InputError(TocsinError):
    """What was given cannot be used as it is."""

    exit_code = 2


class RefusedError(TocsinError):
    """A rule of the house or of the law forbids it."""

    exit_code = 3


class OutsideError(TocsinError):
    """Something outside failed; trying again may help."""

    exit_code = 4
