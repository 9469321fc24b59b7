"""What a message claims and wants, in the words of the contract."""

import re

from tocsin.act.phishing.facts import Facts
from tocsin.act.phishing.grounds import untrusted
from tocsin.act.phishing.rules import health_speaks
from tocsin.act.phishing.schemes import COURIER_SELF
from tocsin.core.messages import ASKS, CLAIMS

_FILLS = re.compile(
    r"rempli\w*|formulaire|compl(?:ete[rz]|etion)\b|renseigne[rz]|saisi\w+|(?:met(?:tre|tez|s)|mise)[- ](?:les |la |le |l')?a jour|actualis\w+"
    r"|\b(?:re)?(?:confirm|verifi|valid|activ)e[rz]\b|confirmation de (?:vos|votre)|identifi(?:er|ez)\b|inscri(?:re|vez)|indiquez|echange[rz]|corrige[rz]"
    r"|\b(?:verify|confirm|update|validate|complete|fill|submit|enter)\b|(?:log|sign) ?in"
)
"""Words that want something filled in or confirmed, not only looked at."""


def asks_of(f: Facts) -> tuple[str, ...]:
    """What the message wants, in the order of ASKS."""
    found = {one.ask for one in f.secrets.asked}
    found |= f.asks.keys() & {"messaging", "install", "transfer"}
    if untrusted(f) or f.hidden_link is not None:
        found.add("click")
        found |= f.asks.keys() & {"pay"}
        if "form" in f.asks and _FILLS.search(f.read.text):
            found.add("form")
    if "messaging" not in found:
        if "call" in f.asks and f.numbers:
            found.add("call")
        if "reply" in f.asks:
            found.add("reply")
    return tuple(ask for ask in ASKS if ask in found)


def claims_of(f: Facts) -> tuple[str, ...]:
    """Whom the message claims to come from, in the order of CLAIMS."""
    moved = f.asks.get("messaging", (-1, -1))
    claims = [c for c in f.claims if not moved[0] <= c.start < moved[1]]
    found = {c.body.claim for c in claims if c.strong} or {c.body.claim for c in claims}
    if f.professional is not None and health_speaks(f):
        found.add("health")
    if "relative" in f.pretexts:
        found.add("relative")
    if COURIER_SELF.search(f.read.text):
        found.add("courier")
    if not found and "investment" in f.pretexts:
        found.add("investment")
    return tuple(claim for claim in CLAIMS if claim in found)
