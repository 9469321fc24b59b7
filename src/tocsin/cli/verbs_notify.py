"""The verbs of notices: `tocsin act CASE notify …`."""

from pathlib import Path

import click

from tocsin.cli import shown_notices as shown
from tocsin.cli.door import as_json, examples, finish
from tocsin.cli.words import say
from tocsin.core.errors import InputError
from tocsin.core.records import Says

BY = click.option("--by", default="", metavar="NAME", help=say("qui décide", "who decides"))
WHY = click.option("--why", default="", metavar="TEXT", help=say("pourquoi", "why"))

OUT = click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=say("dossier hors du dossier d'affaire", "folder outside the case"),
)


@click.group(
    help=say(
        "Avis aux personnes : chacune une fois, dans des mots que personne ne prend pour un "
        "hameçonnage.",
        "Notices to persons: to each once, in words that nobody takes for phishing.",
    ),
)
def notify() -> None:
    """Group of the verbs on notices."""


@notify.command(
    help=say(
        "Prépare la campagne de la dernière portée : qui est prévenu, par quel canal, dans "
        "quels mots. Sans --include-possible, seules les personnes sûrement ou probablement "
        "touchées le sont.",
        "Plans the campaign of the latest scope: who is told, over which channel, in which "
        "words. Without --include-possible only persons certainly or probably reached are.",
    ),
    epilog=examples(
        "tocsin act affaire notify plan",
        'tocsin act affaire notify plan --include-possible --by "D. Délégué" --why "prudence"',
    ),
)
@click.option(
    "--include-possible",
    is_flag=True,
    help=say(
        "prévenir aussi les personnes peut-être touchées ; le coût en lettres est affiché",
        "tell persons possibly reached too; the cost in letters is shown",
    ),
)
@BY
@WHY
@click.option(
    "--templates",
    type=click.Path(path_type=Path, file_okay=False),
    help=say("dossier de modèles à vous", "folder of templates of yours"),
)
@click.option(
    "--measure",
    multiple=True,
    metavar="TEXT",
    help=say(
        "mesure prise, à écrire dans l'avis (« français | english »)",
        'measure taken, to be written in the notice ("français | english")',
    ),
)
@as_json
@click.pass_obj
def plan(
    case: Path,
    *,
    include_possible: bool,
    by: str,
    why: str,
    templates: Path | None,
    measure: tuple[str, ...],
    as_json: bool,
) -> None:
    """Plan a campaign."""
    from tocsin.wiring import notices  # noqa: PLC0415 - loaded only when asked

    if include_possible and not (by.strip() and why.strip()):
        raise InputError(
            Says(
                "--include-possible est le choix motivé d'une personne nommée",
                "--include-possible is a named human's reasoned choice",
            ),
            next_step=Says("Donnez --by NAME et --why TEXT.", "Give --by NAME and --why TEXT."),
        )
    possible = {"by": by, "why": why} if include_possible else {}
    found = notices.plan(case, possible=possible, templates=templates, measures=measure)
    finish(found, shown.planned, plain=as_json)


@notify.command(
    help=say(
        "Signe l'empreinte de cette campagne-là : ses destinataires, ses mots, sa révision.",
        "Signs the digest of this very campaign: its recipients, its words, its revision.",
    ),
    epilog=examples("tocsin act affaire notify approve notice-1-0123456789 --key ma-cle.pem"),
)
@click.argument("campaign")
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=say("votre clé privée", "your private key"),
)
@as_json
@click.pass_obj
def approve(case: Path, campaign: str, key: Path, *, as_json: bool) -> None:
    """Approve a campaign."""
    from tocsin.wiring import notices  # noqa: PLC0415 - loaded only when asked

    finish(notices.approve(case, campaign, key), shown.approved, plain=as_json)


@notify.command(
    help=say(
        "Répète une campagne sans que rien ne parte : mêmes lignes, mêmes mots, pannes "
        "réalistes, lecteurs fictifs. Le coffre reste fermé.",
        "Rehearses a campaign while nothing leaves: the same rows and words, realistic "
        "failures, fictive readers. The vault stays closed.",
    ),
    epilog=examples("tocsin act affaire notify rehearse --out repetition"),
)
@click.argument("campaign", required=False, default="")
@OUT
@as_json
@click.pass_obj
def rehearse(case: Path, campaign: str, out: Path, *, as_json: bool) -> None:
    """Rehearse a campaign."""
    from tocsin.wiring import notices_paper  # noqa: PLC0415 - loaded only when asked

    finish(notices_paper.rehearse(case, campaign, out), shown.stands, plain=as_json)


@notify.command(
    help=say(
        "Écrit l'information publique (RGPD 34(3)(c)) pour qui n'a pu être joint : "
        "français, anglais, facile à lire ; texte et page. À relire avant de publier.",
        "Writes the public communication (GDPR 34(3)(c)) for whoever could not be "
        "reached: French, English, easy to read; text and page. To be read before publishing.",
    ),
    epilog=examples("tocsin act affaire notify public --out a-publier"),
)
@click.argument("campaign", required=False, default="")
@OUT
@as_json
@click.pass_obj
def public(case: Path, campaign: str, out: Path, *, as_json: bool) -> None:
    """Write the public communication."""
    from tocsin.wiring import notices_public  # noqa: PLC0415 - loaded only when asked

    finish(notices_public.write_public(case, campaign, out), shown.public, plain=as_json)


@notify.command(
    help=say(
        "Écrit les lettres à imprimer, par lots avec leur bordereau, hors du dossier.",
        "Writes the letters to be printed, in batches with their manifest, outside the case.",
    ),
    epilog=examples(
        "tocsin act affaire notify letters notice-1-0123456789 --out imprimeur",
        "tocsin act affaire notify letters notice-1-0123456789 --out lettres --per-file 1",
    ),
)
@click.argument("campaign")
@OUT
@click.option(
    "--per-file",
    type=click.IntRange(1, 500),
    default=100,
    show_default=True,
    help=say("lettres par fichier au plus", "letters of one file at most"),
)
@click.option(
    "--untagged",
    is_flag=True,
    help=say(
        "sans les balises PDF/UA : plus rapide, pour un imprimeur seulement",
        "without the tags of PDF/UA: faster, for a printer only",
    ),
)
@as_json
@click.pass_obj
def letters(
    case: Path, campaign: str, out: Path, *, per_file: int, untagged: bool, as_json: bool
) -> None:
    """Print letters."""
    from tocsin.wiring import notices_paper  # noqa: PLC0415 - loaded only when asked

    found = notices_paper.print_letters(
        case, campaign, out, per_file=per_file, tagged=not untagged
    )
    finish(found, shown.printed, plain=as_json)


@notify.command(
    help=say(
        "Les lettres de ce bordereau ont été remises à la poste.",
        "The letters of this manifest were handed to the post.",
    ),
    epilog=examples(
        'tocsin act affaire notify posted imprimeur/manifest.csv --by "R. Postier"'
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--by", required=True, metavar="NAME", help=say("qui le dit", "who says so"))
@as_json
@click.pass_obj
def posted(case: Path, file: Path, by: str, *, as_json: bool) -> None:
    """Letters were posted."""
    from tocsin.wiring import notices_paper  # noqa: PLC0415 - loaded only when asked

    finish(notices_paper.posted(case, file, by=by), shown.stands, plain=as_json)


@notify.command(
    help=say(
        "Des lettres sont revenues : une référence par ligne.",
        "Letters came back: one reference a line.",
    ),
    epilog=examples('tocsin act affaire notify returned retours.csv --by "R. Postier"'),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--by", required=True, metavar="NAME", help=say("qui le dit", "who says so"))
@as_json
@click.pass_obj
def returned(case: Path, file: Path, by: str, *, as_json: bool) -> None:
    """Letters came back."""
    from tocsin.wiring import notices_paper  # noqa: PLC0415 - loaded only when asked

    finish(notices_paper.returned(case, file, by=by), shown.stands, plain=as_json)


@notify.command(
    help=say(
        "Envoie une campagne que deux personnes enrôlées ont approuvée. Interrompue, elle se "
        "relance telle quelle : personne n'est prévenu deux fois.",
        "Sends a campaign that two enrolled humans approved. Cut short, it is simply run "
        "again: nobody is told twice.",
    ),
    epilog=examples("tocsin act affaire notify send notice-1-0123456789 --connections 4"),
)
@click.argument("campaign")
@click.option(
    "--connections",
    type=click.IntRange(1, 32),
    help=say(
        "connexions au serveur au plus (2 pour le courriel, 1 pour les SMS si rien n'est dit)",
        "most connections to the server (2 for mail and 1 for SMS where none is given)",
    ),
)
@click.option(
    "--per-minute",
    type=click.IntRange(0),
    default=0,
    help=say(
        "envois par minute au plus (0 : sans limite)", "most tries a minute (0: no limit)"
    ),
)
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    help=say(
        "secondes d'attente d'un nouvel essai ou du journal du serveur",
        "seconds to wait for a retry or for the server's log",
    ),
)
@as_json
@click.pass_obj
def send(
    case: Path, campaign: str, *, connections: int | None, per_minute: int, patience: float,
    as_json: bool,
) -> None:  # fmt: skip
    """Send a campaign."""
    from tocsin.wiring import notices_send  # noqa: PLC0415 - loaded only when asked

    pace = notices_send.Pace(
        connections=connections or 0, per_minute=per_minute, patience_s=patience
    )
    finish(notices_send.send(case, campaign, pace), shown.stands, plain=as_json)


@notify.command(
    help=say(
        "Dit où en est chaque personne : portée = prévenues + exclues + injoignables + en "
        "attente + incertaines.",
        "Says where each person stands: scoped = told + excluded + unreachable + pending + "
        "uncertain.",
    ),
    epilog=examples("tocsin act affaire notify status"),
)
@click.argument("campaign", required=False, default="")
@as_json
@click.pass_obj
def status(case: Path, campaign: str, *, as_json: bool) -> None:
    """Where each person stands."""
    from tocsin.wiring import notices  # noqa: PLC0415 - loaded only when asked

    finish(notices.status(case, campaign), shown.stands, plain=as_json)


@notify.command(
    help=say(
        "Lit les retours et le journal du serveur, répare ce qui est resté en plan, et dit où "
        "en est chaque personne. Une personne nommée peut trancher ce qu'aucun journal ne dit.",
        "Reads bounces and the server's log, mends what is stuck, and says where each person "
        "stands. A named human may settle what no log tells.",
    ),
    epilog=examples(
        "tocsin act affaire notify reconcile",
        'tocsin act affaire notify reconcile --uncertain taken --by "R. Postier" --why "vu"',
    ),
)
@click.argument("campaign", required=False, default="")
@click.option(
    "--uncertain",
    type=click.Choice(["taken", "not-taken"]),
    help=say("ce qu'il en est des incertains", "what became of the uncertain ones"),
)
@BY
@WHY
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    help=say("secondes d'attente du journal", "seconds to wait for the log"),
)
@as_json
@click.pass_obj
def reconcile(
    case: Path, campaign: str, *, uncertain: str | None, by: str, why: str, patience: float,
    as_json: bool,
) -> None:  # fmt: skip
    """Settle what can be, then say where each person stands."""
    from tocsin.wiring import notices_send  # noqa: PLC0415 - loaded only when asked

    found = notices_send.reconcile(
        case, campaign, word=uncertain or "", by=by, why=why, patience_s=patience
    )
    finish(found, shown.stands, plain=as_json)


@notify.command(
    help=say(
        "Dit à qui répond au téléphone si une référence est bien celle d'un de nos avis.",
        "Tells whoever answers the phone whether a reference is that of a notice of ours.",
    ),
    epilog=examples("tocsin act affaire notify lookup 7YBF-E9K4-78F3"),
)
@click.argument("code")
@BY
@as_json
@click.pass_obj
def lookup(case: Path, code: str, *, by: str, as_json: bool) -> None:
    """Who calls about a notice."""
    from tocsin.wiring import notices  # noqa: PLC0415 - loaded only when asked

    finish(notices.lookup(case, code, by=by), shown.looked_up, plain=as_json)


@notify.command(
    help=say(
        "Une personne nommée décide de personnes qui attendent (homonymes, adresses "
        "partagées) ; refaites ensuite le plan.",
        "A named human decides of persons who wait (homonyms, shared addresses); plan again "
        "afterwards.",
    ),
    epilog=examples(
        'tocsin act affaire notify rule P0001234 --do letter --by "D. Délégué" --why "vérifié"'
    ),
)
@click.argument("persons", nargs=-1, required=True)
@click.option(
    "--do",
    required=True,
    type=click.Choice(["tell", "mail", "sms", "letter", "exclude"]),
    help=say("ce qui est décidé", "what is decided"),
)
@click.option("--by", required=True, metavar="NAME", help=say("qui décide", "who decides"))
@click.option("--why", required=True, metavar="TEXT", help=say("pourquoi", "why"))
@as_json
@click.pass_obj
def rule(
    case: Path, persons: tuple[str, ...], do: str, by: str, why: str, *, as_json: bool
) -> None:
    """Decide of persons who wait."""
    from tocsin.wiring import notices  # noqa: PLC0415 - loaded only when asked

    finish(notices.rule(case, persons, do, by=by, why=why), shown.ruled, plain=as_json)
