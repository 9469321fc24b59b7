"""Every question of the inquiry gets its answer: known, likely, or unknown and why."""

from collections.abc import Callable, Mapping

from tocsin.act.report import answers_data, answers_duties, answers_intrusion, answers_limits
from tocsin.act.report.findings import Findings
from tocsin.act.report.page import Answer, Link, Reply
from tocsin.act.report.questions import GROUPS, Group
from tocsin.act.report.sentences import because_of, listed, say
from tocsin.act.report.words import SECTIONS, UNKNOWN
from tocsin.core.records import Says

RULES: Mapping[str, Callable[[Findings], Reply]] = {
    "Q01": answers_intrusion.accounts_used,
    "Q02": answers_intrusion.how_obtained,
    "Q03": answers_intrusion.whose_sessions,
    "Q04": answers_intrusion.first_and_last,
    "Q05": answers_intrusion.account_status,
    "Q06": answers_intrusion.other_accounts,
    "Q07": answers_intrusion.is_it_over,
    "Q08": answers_data.what_was_run,
    "Q09": answers_data.whose_records,
    "Q10": answers_data.which_fields,
    "Q11": answers_data.seen_or_taken,
    "Q12": answers_data.what_presence_tells,
    "Q13": answers_data.not_reached,
    "Q14": answers_data.controllers,
    "Q15": answers_data.special_care,
    "Q16": answers_limits.blind,
    "Q17": answers_limits.before_which_date,
    "Q18": answers_limits.what_would_change,
    "Q19": answers_duties.published,
    "Q20": answers_duties.care,
    "Q21": answers_duties.severity,
    "Q22": answers_limits.measures,
    "Q23": answers_limits.weakness,
    "Q24": answers_duties.duties,
    "Q25": answers_duties.persons_told,
    "Q26": answers_duties.communiques,
    "Q27": answers_duties.help_given,
}
"""One rule a question: findings in, reply out."""


def answers(findings: Findings) -> tuple[tuple[Group, tuple[Answer, ...]], ...]:
    """The groups in order, each with an answer to every one of its questions."""
    author = _author(findings)
    return tuple(
        (
            group,
            tuple(
                _answer(id_, question, RULES[id_](findings), author)
                for id_, question in group.questions
            ),
        )
        for group in GROUPS
    )


def _answer(id_: str, question: Says, reply: Reply, author: Says) -> Answer:
    conclusion, because = reply.conclusion, reply.because
    if conclusion == (UNKNOWN,) and len(because) == 1:
        conclusion = (
            Says(
                f"Inconnu, {because_of(because[0].fr)}.", f"Unknown, because {because[0].en}."
            ),
        )
        because = ()
    return Answer(
        id=id_,
        question=question,
        conclusion=conclusion,
        confidence=reply.confidence,
        because=because,
        evidence=tuple(link(target) for target in reply.evidence),
        author=author,
        plot=reply.plot,
    )


def link(target: str) -> Link:
    """A link to a section, by its anchor."""
    number, title = SECTIONS[target]
    return Link(target=target, says=title, ref=f"§\u00a0{number}")


def _author(findings: Findings) -> Says:
    reviewers = dict.fromkeys(s.decided_by for s in findings.suspicions if s.decided_by)
    if not reviewers:
        return say("Tocsin (calcul, non revu)", "Tocsin (computed, not reviewed)")
    return say(
        "Tocsin ; sessions revues par {who}",
        "Tocsin; sessions reviewed by {who}",
        who=listed(reviewers),
    )
