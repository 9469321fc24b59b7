"""The verbs that seal a case and check the work elsewhere."""

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say

FAILED = 3
"""Exit code of a verification that found a difference (contract, section 3)."""

MAX_LISTED = 20


@click.command(
    help=say(
        "Scelle le dossier dans une archive unique : empreinte de chaque fichier, arbre de "
        "Merkle (RFC 9162), signature Ed25519, horodatage RFC 3161 si une autorité est "
        "configurée. Sans --identities, l'archive ne porte ni traces brutes, ni annuaire, ni "
        "texte saisi ; avec, elle porte tout EN CLAIR : transmettez-la chiffrée.",
        "Seals the case in one archive: a digest of each file, a Merkle tree (RFC 9162), an "
        "Ed25519 signature, an RFC 3161 time-stamp where an authority is configured. Without "
        "--identities it carries no raw trail, no directory and nothing typed; with it, it "
        "carries everything IN THE CLEAR: send it encrypted.",
    ),
    epilog=examples(
        "tocsin bundle affaire affaire.tar",
        "tocsin bundle affaire expert.tar --identities --key ma-cle.pem",
        "TOCSIN_TSA_URL=https://horodatage.example tocsin bundle affaire affaire.tar",
    ),
)
@click.argument("case", type=click.Path(path_type=Path, file_okay=False))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--identities",
    is_flag=True,
    help=say(
        "avec traces brutes et annuaire, pour tout recalculer",
        "with raw trails and directory, so that everything can be recomputed",
    ),
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    help=say(
        "clé privée qui signe (sinon celle du dossier)", "key that signs (else the case's)"
    ),
)
@as_json
def bundle(
    case: Path, file: Path, *, identities: bool, key: Path | None, as_json: bool
) -> None:
    """Seal a case."""
    from tocsin.wiring.sealing import bundle as seal  # noqa: PLC0415 - loaded only when asked

    finish(seal(case, file, identities=identities, key=key), _sealed, plain=as_json)


@click.command(
    help=say(
        "Recalcule un dossier, ou une archive scellée, des octets bruts à chaque chiffre, "
        "et dit PASS ou FAIL pour chaque affirmation ; sort avec le code 3 s'il y a un écart.",
        "Recomputes a case, or a sealed archive, from raw bytes to every figure, and says PASS "
        "or FAIL of each claim; exits with 3 where something differs.",
    ),
    epilog=examples(
        "tocsin verify affaire",
        "tocsin verify affaire.tar --key ed25519:0f3c…",
    ),
)
@click.argument("path", metavar="CASE|FILE", type=click.Path(path_type=Path))
@click.option(
    "--key",
    default="",
    metavar="PUBLIC",
    help=say(
        "clé publique à laquelle on se fie (ed25519:…)",
        "public key that is trusted (ed25519:…)",
    ),
)
@as_json
def verify(path: Path, *, key: str, as_json: bool) -> None:
    """Check the work."""
    from tocsin.wiring.verifying import verify as check  # noqa: PLC0415 - loaded when asked

    found = check(path, key=key)
    finish(found, _verified, plain=as_json)
    if found["result"] == "FAIL":
        sys.exit(FAILED)


def _sealed(found: dict[str, Any], out: Console) -> None:
    out.print(say(f"Archive scellée : {found['file']}", f"Sealed archive: {found['file']}"))
    out.print(say(f"  racine {found['root']}", f"  root {found['root']}"))
    out.print(say(f"  signée par {found['key']}", f"  signed by {found['key']}"))
    out.print(
        say(
            f"Donnez la clé par une autre voie, puis ailleurs : tocsin verify {found['file']} "
            f"--key {found['key']}",
            f"Give the key by another way, then elsewhere: tocsin verify {found['file']} "
            f"--key {found['key']}",
        )
    )


def _verified(found: dict[str, Any], out: Console) -> None:
    listed = found["claims"]
    count = {word: sum(c["result"] == word for c in listed) for word in _WORDS}
    out.print(
        say(
            f"{found['result']} : {count['PASS']} affirmations vérifiées, {count['FAIL']} "
            f"fausses, {count['NOT_CHECKED']} non vérifiables ici",
            f"{found['result']}: {count['PASS']} claims hold, {count['FAIL']} do not, "
            f"{count['NOT_CHECKED']} cannot be checked here",
        )
    )
    for word in ("FAIL", "NOT_CHECKED"):
        shown = [c for c in listed if c["result"] == word]
        for one in shown[:MAX_LISTED]:
            out.print(f"  {word:<12}{one['claim']}")
            if one["expected"]:
                out.print(say("    attendu  ", "    expected ") + one["expected"])
            out.print(say("    trouvé   ", "    found    ") + one["found"])
        if len(shown) > MAX_LISTED:
            out.print(f"  … {len(shown) - MAX_LISTED}")


_WORDS = ("PASS", "FAIL", "NOT_CHECKED")
