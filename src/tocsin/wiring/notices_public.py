"""The public communication of a campaign, written for a named human to read and publish."""

from pathlib import Path

from tocsin.act.notices.public import as_page, of_all, public
from tocsin.act.notices.wording import as_text
from tocsin.adapters.notice_templates import LANGUAGES
from tocsin.adapters.print_folder import PrintFolder
from tocsin.core.errors import RefusedError
from tocsin.core.records import Says
from tocsin.flow import notices_ledger
from tocsin.flow.notices_case import Campaigns
from tocsin.wiring.notices import named_or_latest, outbox_of, templates_of
from tocsin.wiring.world import Document, open_world


def write_public(root: Path, campaign: str, out: Path) -> Document:
    """Write the public communication in three languages, as text and as a page.

    The words are those of the campaign, checked by the linter when it was planned. Nobody is
    named, and the vault stays closed.

    Raises:
        RefusedError: the campaign rests on a PROPOSITION, or is older than these templates.
        InputError: the folder stands inside the case.
    """
    with open_world(root, write=False) as (world, case), outbox_of(case) as outbox:
        folder = PrintFolder(out, case=case.root)
        campaigns = Campaigns(world, outbox)
        kept = named_or_latest(campaigns, campaign)
        told = of_all(campaigns.rows(kept.campaign))
        templates = templates_of(case, kept)
        names = [f"public.{language}" for language in LANGUAGES]
        if kept.manifest.proposition or told is None or not set(names) <= set(templates):
            raise RefusedError(
                Says(
                    "cette campagne ne donne pas d'information publique : elle repose sur une "
                    "PROPOSITION, ne concerne personne, ou a été préparée sans ces modèles",
                    "this campaign makes no public communication: it rests on a PROPOSITION, "
                    "concerns nobody, or was planned without these templates",
                ),
                next_step=Says(
                    "Relisez les sessions et la portée, puis refaites le plan.",
                    "Review the sessions and the scope, then plan again.",
                ),
                where=kept.campaign,
            )
        files = []
        for name in names:
            shown = public(templates[name], kept.manifest.letterhead, told)
            for ending, text in ((".txt", as_text(shown)), (".html", as_page(shown))):
                folder.save(f"{name}{ending}", text.encode())
                files.append(f"{name}{ending}")
        overall = notices_ledger.document(world, campaigns, outbox, kept)["overall"]
        facts = {"campaign": kept.campaign, "files": len(files)}
        world.case.note("public_communication_written", facts)
        return {
            "campaign": kept.campaign,
            "out": str(out),
            "files": files,
            "unreachable": overall["unreachable"],
            "needed": bool(overall["unreachable"]),
        }
