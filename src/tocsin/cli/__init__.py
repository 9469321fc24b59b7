"""The door for people and scripts: `tocsin VERB`. Each verb is a few lines over `wiring`."""

import logging

import click

from tocsin.cli.door import run
from tocsin.cli.frame import Frame
from tocsin.cli.lazy import LazyGroup
from tocsin.cli.words import say

VERBS = {
    "demo": "verbs_whole:demo",
    "open": "verbs_case:open_",
    "record": "verbs_hour:record",
    "ingest": "verbs_case:ingest",
    "detect": "verbs_case:detect",
    "explain": "verbs_case:explain",
    "lines": "verbs_lines:lines",
    "review": "verbs_case:review",
    "ask": "verbs_answers:ask",
    "answer": "verbs_answers:answer",
    "scope": "verbs_case:scope",
    "people": "verbs_scope:people",
    "diff": "verbs_scope:diff",
    "packages": "verbs_scope:packages",
    "decide": "verbs_hour:decide",
    "act": "verbs_act:act",
    "investigate": "verbs_whole:investigate",
    "close": "verbs_hour:close",
    "indicators": "verbs_indicators:indicators",
    "status": "verbs_case:status",
    "bundle": "verbs_seal:bundle",
    "verify": "verbs_seal:verify",
    "key": "verbs_key:key",
    "estate": "verbs_whole:estate",
    "simulate": "verbs_whole:simulate",
    "check": "verbs_messages:check",
    "reports": "verbs_reports:reports",
    "canary": "verbs_canary:canary",
    "bench": "verbs_bench:bench",
}
"""Each verb and where it stands: a verb's module is loaded only when it is asked for."""


@click.group(
    cls=LazyGroup,
    verbs=VERBS,
    help=say(
        "Tocsin : de l'alerte à l'avis. Quelles sessions n'étaient pas celles du "
        "professionnel, les données de qui ont été atteintes, et avec quelle certitude.",
        "Tocsin: from the alert to the notice. Which sessions were not the professional's, "
        "whose data was reached, and how surely.",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog=say(
        "Pour commencer : tocsin demo. Une commande interrompue se relance telle quelle.",
        "To begin: tocsin demo. A command that was cut short is simply run again.",
    ),
)
@click.version_option(package_name="tocsin", prog_name="tocsin")
@click.option(
    "--lang",
    type=click.Choice(["fr", "en"]),
    help=say("langue des phrases (sinon celle du poste)", "language (else the locale's)"),
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="warning",
    show_default=True,
    help=say("détail du journal technique", "detail of the technical log"),
)
def group(lang: str | None, log_level: str) -> None:
    """Set up what all verbs share. `lang` was read before the commands were made."""
    del lang
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(name)s %(message)s")


def main() -> None:
    """The console script."""
    click.Context.formatter_class = Frame  # of every verb, loaded or not yet
    run(group)
