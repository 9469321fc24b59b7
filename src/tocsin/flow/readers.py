"""The readers of the five formats, as values."""

from collections.abc import Mapping
from functools import partial

from tocsin.core.records import Source
from tocsin.core.tables import Step
from tocsin.core.vocabulary import TrailFormat
from tocsin.trail import atna, fhir, keycloak, tabular, weblog
from tocsin.trail.atna_messages import messages
from tocsin.trail.documents import cut_json
from tocsin.trail.lines import cut_lines
from tocsin.trail.reader import Opening, Reader


def _keycloak(source: Source, _: Opening) -> tuple[Step, ...]:
    return keycloak.steps(source, known_users=True)


def _tabular(source: Source, opening: Opening) -> tuple[Step, ...]:
    return tabular.steps(
        source,
        header=opening.first_line,
        header_position=opening.first_position,
        file=opening.file,
    )


READERS: Mapping[TrailFormat, Reader] = {
    TrailFormat.FHIR: Reader(
        cut=cut_json,
        steps=lambda source, opening: fhir.steps(source, opening.first_line),
        streams=True,
        left=fhir.LEFT_SIZES,
        leaves=fhir.leaves,
        completes=fhir.completes,
    ),
    TrailFormat.ATNA: Reader(
        cut=lambda chunks: messages(cut_lines(chunks)),
        decode=lambda source: partial(atna.read_batch, how=atna.reading(source)),
        numbered=True,
    ),
    TrailFormat.KEYCLOAK: Reader(
        cut=cut_lines,
        steps=_keycloak,
        carries=((keycloak.USERS_SEEN, keycloak.KNOWN_USERS),),
    ),
    TrailFormat.WEBLOG: Reader(
        cut=cut_lines, steps=lambda source, _: weblog.steps(source), streams=True
    ),
    TrailFormat.CSV: Reader(cut=cut_lines, steps=_tabular, header=True),
}
"""How each format is read."""
