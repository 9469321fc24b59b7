"""A mail passed on: the message inside is the one that is judged."""

import pytest

from tocsin.adapters.forwarded_mail import forwarded
from tocsin.core.messages import Message

INSIDE = "Votre carte expire. Cliquez ici : http://carte.example"
_ABOVE = {
    "French": ("De : Ameli <info@carte.example>", "Envoyé : lundi", "À : C", "Objet : Carte"),
    "English": ("From: Ameli <info@carte.example>", "Sent: Monday", "To: C", "Subject: Carte"),
    "German": (
        "Von: Ameli <info@carte.example>",
        "Gesendet: Montag",
        "An: C",
        "Betreff: Carte",
    ),
    "Thunderbird": (
        "-------- Message transféré --------",
        "Sujet : Carte",
        "Date : lundi",
        "De : Ameli <info@carte.example>",
        "Pour : C",
    ),
}
HEADS = {program: "\n".join(lines) + "\n" for program, lines in _ABOVE.items()}


def outer(text, subject="TR: Carte à renouveler"):
    return Message(
        channel="mail",
        subject=subject,
        text=text,
        sender_name="Camille",
        sender_address="camille@courriel.example",
        reply_to="camille@courriel.example",
        authentication={"dmarc": "pass"},
        bulk=True,
    )


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_mail_passed_on_is_read_as_the_one_inside(head):
    m = forwarded(outer(f"Est-ce vrai ?\n\n{head}\n{INSIDE}"))
    assert (m.subject, m.sender_name, m.sender_address) == (
        "Carte",
        "Ameli",
        "info@carte.example",
    )
    assert m.text.strip() == INSIDE
    assert (m.reply_to, m.authentication, m.bulk) == ("", {}, False)


def test_a_mail_passed_on_without_the_address_has_no_sender_address():
    head = "De : Ameli\nEnvoyé : lundi\nÀ : Camille\nObjet : Carte\n"
    m = forwarded(outer(f"{head}\n{INSIDE}"))
    assert (m.sender_name, m.sender_address) == ("Ameli", "")


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(
            outer(f"{HEADS['French']}\n{INSIDE}", subject="RE: Carte"), id="an answer"
        ),
        pytest.param(outer(INSIDE), id="no header lines"),
        pytest.param(outer("De : vous\nA : moi"), id="two lines"),
        pytest.param(
            outer("mot " * 100 + f"\n{HEADS['French']}\n{INSIDE}"), id="a letter of one's own"
        ),
        pytest.param(outer(""), id="nothing"),
    ],
)
def test_a_mail_that_passes_none_on_stays_as_it_is(message):
    assert forwarded(message) == message
