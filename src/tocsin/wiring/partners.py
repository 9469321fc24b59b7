"""Indicators with real files: out to partners, in from them."""

import json
from pathlib import Path

from tocsin.act.partners.indicators import Tlp
from tocsin.core.causes import cause
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.flow.partners import export as run_export
from tocsin.flow.partners import take
from tocsin.wiring.world import Document, open_world

LARGEST_BYTES = 32 * 1024 * 1024


def export(root: Path, tlp: str, kind: str, out: Path | None) -> Document:
    """Write the indicators in the case, and a copy where it is asked."""
    with open_world(root, write=True) as (world, case):
        found = run_export(world, Tlp(tlp))
        if out is not None:
            kept = case.read_json(f"act/indicators/{kind}.json")
            try:
                out.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
            except OSError as error:
                raise InputError(
                    Says(
                        f"le fichier ne peut pas être écrit : {cause(error).fr}",
                        f"the file cannot be written: {cause(error).en}",
                    ),
                    next_step=Says(
                        "Nommez un fichier dans un dossier où vous pouvez écrire.",
                        "Name a file in a folder that can be written.",
                    ),
                    where=str(out),
                ) from error
        return {**found, "out": str(out) if out else None}


def import_(root: Path, file: Path) -> Document:
    """Take the indicators of a partner's file."""
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise InputError(
                Says("le fichier dépasse 32 Mo", "the file is larger than 32 MB"),
                next_step=Says(
                    "Donnez les indicateurs d'une seule campagne.",
                    "Give the indicators of one campaign.",
                ),
                where=str(file),
            )
        text = file.read_bytes()
    except OSError as error:
        raise InputError(
            Says(
                f"le fichier ne peut pas être lu : {cause(error).fr}",
                f"the file cannot be read: {cause(error).en}",
            ),
            next_step=Says(
                "Nommez un paquet STIX 2.1 ou un événement MISP.",
                "Name a STIX 2.1 bundle or a MISP event.",
            ),
            where=str(file),
        ) from error
    with open_world(root, write=True) as (world, case):
        case.keep_evidence(text)
        return take(world, text, name=file.name)
