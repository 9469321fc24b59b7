"""Documents with real ports: HTML by Jinja, PDF by Typst."""

from pathlib import Path

from tocsin.adapters.pages import Templates
from tocsin.adapters.typst_pages import TypstPrinter
from tocsin.core.errors import InputError
from tocsin.core.records import Says
from tocsin.flow.documents import Final
from tocsin.flow.documents import documents as run_documents
from tocsin.wiring.world import Document, open_world


def documents(root: Path, final: str, by: str) -> Document:
    """Draft the documents of the case; make one final if it is named.

    Raises:
        InputError: a final document without the name of who makes it final.
    """
    if final and not by.strip():
        raise InputError(
            Says("--by est vide", "--by is empty"),
            next_step=Says("Dites qui le rend définitif.", "Say who makes it final."),
            where="--by",
        )
    with open_world(root, write=True) as (world, _):
        wish = Final(id=final, by=by.strip()) if final else None
        return run_documents(world, Templates(), TypstPrinter(), wish)
