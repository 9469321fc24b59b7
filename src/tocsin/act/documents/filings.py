"""What is filed: notice to controllers, CNIL, register, health authority, NIS2, complaint."""

from collections.abc import Callable, Iterator, Mapping

from tocsin.act.documents import gdpr, security
from tocsin.act.documents.facts import Known
from tocsin.act.documents.fields import Paper
from tocsin.core.incident import OPERATOR, Party


def filings(facts: Known) -> tuple[Paper, ...]:
    """Every filing that the clocks of the case call for, in the order of the duties."""
    made: list[Paper] = []
    for party in (*facts.controllers, _operator(facts)):
        for duty, makers in MAKERS.items():
            if facts.clock(duty, party.id) is None:
                continue
            made += [one for maker in makers for one in maker(facts, party)]
    if not any(p.id == "complaint" for p in made):
        made += security.complaint(
            facts, _operator(facts)
        )  # it may complain without an insurance
    return tuple(made)


def _operator(facts: Known) -> Party:
    return Party(id=OPERATOR, name=facts.estate.operator.name)


MAKERS: Mapping[str, tuple[Callable[[Known, Party], Iterator[Paper]], ...]] = {
    "gdpr-33-2": (gdpr.notice,),
    "gdpr-33-1": (gdpr.cnil,),
    "gdpr-33-5": (gdpr.register,),
    "csp-l1111-8-2": (security.health,),
    "nis2-23-4-a": (security.warning,),
    "nis2-23-4-b": (security.notification,),
    "nis2-23-4-d": (security.final_report,),
    "insurance-l12-10-1": (security.complaint,),
}
"""What each duty has drafted."""
