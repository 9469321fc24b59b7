"""The verb `reports`: messages that persons report, in campaigns."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say
from tocsin.wiring import reports as wired

EXPORTS = ("takedown", "signal-spam", "misp", "stix")


@click.group(
    help=say(
        "Les messages signalés, réunis en campagnes : depuis quand, combien, chez qui, et si "
        "elles se servent de ce qui a été volé. Les mots gardés sont caviardés, 90 jours.",
        "Reported messages, gathered into campaigns: since when, how many, at whom, and "
        "whether they use what was stolen. Words are kept redacted, for 90 days.",
    )
)
@click.argument("case", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def reports(context: click.Context, case: Path) -> None:
    """Group of the verbs on reported messages; the case is theirs in `context.obj`."""
    context.obj = case


@reports.command(
    "import",
    help=say(
        "Fait entrer des messages : NDJSON ou CSV (text, channel, at, sender, reporter), "
        "dossier de messages, ou un seul message.",
        "Brings messages in: NDJSON or CSV (text, channel, at, sender, reporter), a folder of "
        "messages, or one message.",
    ),
    epilog=examples("tocsin reports affaire import signalements.ndjson"),
)
@click.argument("file", type=click.Path(path_type=Path))
@as_json
@click.pass_obj
def import_(case: Path, file: Path, *, as_json: bool) -> None:
    """Bring reports in."""
    finish(wired.import_reports(case, file), _shown, plain=as_json)


@reports.command(
    "list",
    help=say("Les campagnes, la plus grande d'abord.", "The campaigns, largest first."),
    epilog=examples("tocsin reports affaire list --json"),
)
@as_json
@click.pass_obj
def list_(case: Path, *, as_json: bool) -> None:
    """Tell the campaigns."""
    finish(wired.list_campaigns(case), _shown, plain=as_json)


@reports.command(
    help=say(
        "Écrit les campagnes pour ceux qui peuvent les arrêter ; jamais de personne dedans.",
        "Writes the campaigns for those who can stop them; never a person inside.",
    ),
    epilog=examples(
        "tocsin reports affaire export --format takedown --out fermetures.csv",
        "tocsin reports affaire export --format stix --out campagnes.json",
    ),
)
@click.option(
    "--format", "shape", type=click.Choice(EXPORTS), default="takedown", show_default=True
)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
@as_json
@click.pass_obj
def export(case: Path, shape: str, out: Path, *, as_json: bool) -> None:
    """Export the campaigns."""
    finish(wired.export_campaigns(case, shape, out), _exported, plain=as_json)


def _shown(found: dict[str, Any], out: Console) -> None:
    if "new" in found:
        out.print(
            say(
                f"{found['new']} signalements ajoutés, {found['repeated']} déjà connus",
                f"{found['new']} reports added, {found['repeated']} already known",
            )
        )
    out.print(
        say(
            f"{found['reports']} signalements, {len(found['campaigns'])} campagnes, "
            f"{len(found['alerts'])} alertes",
            f"{found['reports']} reports, {len(found['campaigns'])} campaigns, "
            f"{len(found['alerts'])} alerts",
        )
    )
    for one in found["campaigns"][:20]:
        _one(one, out)


def _one(one: dict[str, Any], out: Console) -> None:
    share = "" if one["share_in_scope"] is None else f"{one['share_in_scope']:.0%}"
    alert = say("ALERTE ", "ALERT ") if one["alert"] else ""
    hosts = ", ".join(h.replace(".", "[.]") for h in one["hosts"][:3])
    out.print(
        f"  {alert}{one['campaign']}  {one['reports']}  {one['first_at'][:10]} → "
        f"{one['last_at'][:10]}  {one['verdict']}  {', '.join(one['claims'])}  {hosts}"
    )
    if share:
        out.print(
            say(
                f"    {share} des personnes qui signalent sont dans le périmètre de l'incident",
                f"    {share} of the reporters are in the scope of the incident",
            )
        )
    if one["uses_stolen"]:
        used = ", ".join(one["uses_stolen"])
        out.print(
            say(f"    se sert de données atteintes : {used}", f"    uses reached data: {used}")
        )


def _exported(found: dict[str, Any], out: Console) -> None:
    out.print(say(f"Écrit : {found['file']}", f"Written: {found['file']}"))
