"""What the operator of a case adds to the directory: its names, domains, numbers, notices."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from tocsin.act.phishing.operator import operator_body
from tocsin.adapters.case_folder import CaseFolder, SystemClock
from tocsin.adapters.estate_toml import read_estate
from tocsin.core.messages import Senders
from tocsin.wiring.sent_notices import sent_notices


def with_operator(senders: Senders, root: Path) -> Senders:
    """The directory with the operator of a case in it. Opens no vault."""
    case = CaseFolder(root, clock=SystemClock(), write=False)
    try:
        estate = read_estate(case.estate_text(), file="estate.toml")
        operator = estate.operator
        host = urlsplit(operator.public.get("url", "")).hostname or ""
        mail = operator.sender.get("email", "").rpartition("@")[2]
        domains = tuple(
            dict.fromkeys(
                senders.registrable(h.lower()) or h.lower() for h in (host, mail) if h
            )
        )
        numbers = tuple(
            re.sub(r"\D", "", n)
            for n in (operator.public.get("phone", ""), operator.dpo.get("phone", ""))
            if n
        )
        body = operator_body(estate, domains, numbers)
        by_token = dict(senders.by_token) | dict.fromkeys(body.tokens, body.id)
        return replace(
            senders,
            notices=sent_notices(root),
            bodies={**senders.bodies, body.id: body},
            by_word={**senders.by_word, **dict.fromkeys(body.words, body)},
            by_token=dict(sorted(by_token.items(), key=lambda p: (-len(p[0]), p[0]))),
            by_domain={
                **senders.by_domain,
                **{d: senders.by_domain.get(d, frozenset()) | {body.id} for d in domains},
            },
        )
    finally:
        case.close()
