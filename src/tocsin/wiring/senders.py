"""The directory that messages are checked against, with the text model beside it."""

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from tocsin.adapters.official_senders import official_senders
from tocsin.core.messages import Senders

if TYPE_CHECKING:
    from tocsin.act.phishing.text_model import TextModel


@cache
def known_senders() -> Senders:
    """The shipped directory; the text model is loaded at the first English mail only."""
    return replace(official_senders(), leaning=_leaning)


def _leaning(subject: str, text: str) -> float | None:
    """What the text model thinks of an English mail; None for other tongues."""
    from tocsin.act.phishing import text_model  # noqa: PLC0415  (numpy is seldom needed)

    words = text_model.words_of(subject, text)
    if len(words) < 5 or not text_model.is_english(words):
        return None
    return text_model.leaning(_model(), words)


@cache
def _model() -> "TextModel":
    from tocsin.act.phishing import text_model  # noqa: PLC0415
    from tocsin.adapters.text_weights import text_weights  # noqa: PLC0415

    weights, step, constant, version = text_weights()
    return text_model.TextModel(weights=weights, step=step, constant=constant, version=version)
