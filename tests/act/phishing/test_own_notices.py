"""The operator's own notices: known by code or words, and worst when a slot was changed."""

from dataclasses import replace

import pytest

from tocsin.act.phishing.own_notices import numbers_in, runs_of
from tocsin.act.phishing.verdict import check
from tocsin.adapters.official_senders import official_senders
from tocsin.core.messages import Message, SentNotice

NOTICE = (
    "Entre le 2 et le 5 septembre, une personne non autorisée a utilisé le compte d'un "
    "professionnel de santé. Elle a vu votre nom, votre prénom et votre date de naissance. Ce "
    "message ne vous demande rien. Pour vérifier qu'il vient de nous, appelez le "
    "02 99 00 00 09 et donnez la référence {code}."
)
SENT = SentNotice(
    id="notice-1",
    sent_on="2025-09-12",
    runs=runs_of(iter([NOTICE])),
    numbers=numbers_in(NOTICE),
    is_reference=lambda code: code == "K7PM-22QD-9XYZ",
)


@pytest.fixture(scope="module")
def senders():
    return replace(official_senders(), notices=(SENT,))


def signals_of(text, senders):
    checked = check(Message(channel="mail", text=text), senders)
    return checked, {one.signal for one in checked.signals}


@pytest.mark.parametrize("code", ["K7PM-22QD-9XYZ", "AAAA-BBBB-CCCC"])
def test_a_notice_is_known_by_its_code_or_by_its_words(code, senders):
    checked, signals = signals_of(NOTICE.replace("{code}", code), senders)
    assert checked.verdict == "no_sign"
    assert "own_notice" in signals
    assert "sûr" not in checked.reasons[0].says.fr


@pytest.mark.parametrize(
    "change",
    [
        "Confirmez ici : https://avis-verif.example/x",
        "Rappelez le 06 39 98 12 34.",
        "Envoyez-nous votre numéro de sécurité sociale.",
    ],
)
def test_the_words_of_a_notice_with_a_changed_slot_are_the_worst_lure(change, senders):
    text = f"{NOTICE.replace('{code}', 'K7PM-22QD-9XYZ')}\n{change}"
    checked, signals = signals_of(text, senders)
    assert checked.verdict == "phishing"
    assert "own_notice_changed" in signals


def test_other_words_are_no_notice(senders):
    _, signals = signals_of(
        "Bonjour, votre rendez-vous est confirmé lundi à 10 heures.", senders
    )
    assert not signals & {"own_notice", "own_notice_changed"}
