"""The directory that messages are checked against, with the text models beside it."""

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from tocsin.act.phishing.tongue import speaks_english
from tocsin.adapters.official_senders import official_senders
from tocsin.core.messages import Senders

if TYPE_CHECKING:
    from tocsin.act.phishing.text_model import TextModel


@cache
def known_senders() -> Senders:
    """The shipped directory; a text model is loaded at the first message in its tongue only."""
    return replace(official_senders(), leaning=_leaning, french=_french)


def _leaning(subject: str, text: str) -> float | None:
    """What the text model thinks of an English mail; None for other tongues."""
    from tocsin.act.phishing import text_model  # noqa: PLC0415  (numpy is seldom needed)

    if not speaks_english(text_model.words_of(subject, text)):
        return None
    read = text_model.english_features(subject, text)
    return text_model.leaning_of(_model("english-mail"), read)


def _french(text: str) -> float | None:
    """What the text model thinks of a French message; None for other tongues."""
    from tocsin.act.phishing import text_model  # noqa: PLC0415

    if not text_model.is_french(text_model.words_of("", text)):
        return None
    return text_model.leaning_of(_model("french-messages"), text_model.french_features(text))


@cache
def _model(name: str) -> "TextModel":
    from tocsin.act.phishing import text_model  # noqa: PLC0415
    from tocsin.adapters.text_weights import text_weights  # noqa: PLC0415

    weights, step, constant, version = text_weights(name)
    return text_model.TextModel(weights=weights, step=step, constant=constant, version=version)
