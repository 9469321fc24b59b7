"""What the estate says of the outside, read anew at each use and journalled by its digest."""

from pathlib import Path

from tocsin.adapters.case_folder import CaseFolder
from tocsin.adapters.estate_toml import read_outgoing
from tocsin.core.outgoing import Outgoing


def outgoing_of(case: CaseFolder, *, why: str) -> Outgoing:
    """Read mail, sms and targets from the estate file's present place; say so in the journal.

    Args:
        case: the case, open for writing.
        why: what it is read for: `notify`, `contain`.
    """
    found = read_outgoing(Path(str(case.facts["estate"])))
    case.note("outgoing_read", {"estate_sha256": found.digest, "why": why})
    return found
