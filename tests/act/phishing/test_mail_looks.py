"""How a mail looks to its reader, and what its looks betray."""

import pytest

from tocsin.act.phishing.facts import facts
from tocsin.act.phishing.mail_looks import looks
from tocsin.act.phishing.tongue import speaks_english
from tocsin.act.phishing.verdict import check
from tocsin.core.messages import Attachment, Link, Message
from tocsin.wiring.senders import known_senders

PLAIN = {
    "channel": "mail",
    "text": "Bonjour, voici la photo du jardin.",
    "sender_address": "a@jardin.example",
}
PICTURE = (Link(target="https://ailleurs.example/x", shown="", origin="html"),)


@pytest.fixture(scope="module")
def senders():
    return known_senders()


def signs(senders, **said):
    return {why.signal for why in looks(facts(Message(**{**PLAIN, **said}), senders))}


@pytest.mark.parametrize(
    ("said", "sign"),
    [
        pytest.param({"unseen": 900}, "words_out_of_sight", id="words pushed away"),
        pytest.param(
            {"pictures": 1, "links": PICTURE, "text": ""}, "picture_for_words", id="a picture"
        ),
        pytest.param(
            {"attachments": (Attachment(name="Facture.HTML", kind="text/html"),)},
            "attached_page",
            id="a page as an attachment",
        ),
        pytest.param(
            {
                "subject": "Votre compte est suspendu",
                "text": "",
                "attachments": (Attachment(name="avis.pdf", kind="application/pdf"),),
            },
            "said_in_a_file",
            id="an alarm whose words stand in a file",
        ),
        pytest.param(
            {"sender_name": "clinique.example support", "recipients": ("x@clinique.example",)},
            "own_house",
            id="the reader's own domain in the name",
        ),
        pytest.param(
            {
                "subject": "x@clinique.example : action requise",
                "recipients": ("x@clinique.example",),
                "links": PICTURE,
            },
            "own_address",
            id="the reader's address in the subject",
        ),
    ],
)
def test_the_looks_of_a_lure_are_signs(said, sign, senders):
    assert sign in signs(senders, **said)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"unseen": 20}, id="a blank at the foot"),
        pytest.param({"pictures": 1, "links": PICTURE, "text": "mot " * 60}, id="words too"),
        pytest.param(
            {"attachments": (Attachment(name="jardin.jpg", kind="image/jpeg"),)}, id="a photo"
        ),
        pytest.param(
            {"sender_name": "gmail.com", "recipients": ("x@gmail.com",)}, id="a shared domain"
        ),
        pytest.param(
            {
                "sender_name": "clinique.example",
                "sender_address": "it@mail.clinique.example",
                "recipients": ("x@clinique.example",),
            },
            id="a colleague",
        ),
    ],
)
def test_ordinary_looks_are_no_signs(said, senders):
    assert signs(senders, **said) == set()


def test_each_sign_of_looks_quotes_something(senders):
    message = Message(**{**PLAIN, "unseen": 900, "pictures": 1, "links": PICTURE, "text": ""})
    assert all(why.quote for why in looks(facts(message, senders)))


BILL = {
    "channel": "mail",
    "subject": "Update your payment method",
    "text": "We could not process your last payment. Please update your card to keep watching.",
    "sender_address": "info@films.example",
    "links": (Link(target="https://www.films.example/pay", shown="Update", origin="html"),),
}


def test_words_tell_less_where_the_provider_confirms_a_sender_and_links_stay_there(senders):
    bare = check(Message(**BILL), senders).probability
    home = check(Message(**BILL, authentication={"dmarc": "pass"}), senders).probability
    away = {
        **BILL,
        "links": (Link(target="https://other.example/pay", shown="", origin="html"),),
    }
    assert home < bare
    assert check(Message(**away, authentication={"dmarc": "pass"}), senders).probability > home


def test_words_tell_nothing_of_a_proven_official_sender(senders):
    site = "https://www.netflix.com/pay"
    said = {
        **BILL,
        "sender_address": "info@netflix.com",
        "links": (Link(target=site, shown="", origin="html"),),
    }
    proven = check(Message(**said, authentication={"dmarc": "pass"}), senders)
    assert (proven.verdict, proven.probability < 0.05) == ("no_sign", True)


@pytest.mark.parametrize(
    ("words", "english"),
    [
        ("your parcel could not be delivered", True),
        ("votre colis n'a pas pu etre livre", False),
        ("ihr paket konnte nicht zugestellt werden und wartet", False),
        ("su paquete no ha sido entregado por una direccion", False),
        ("paypal netflix", False),
        ("", False),
    ],
)
def test_a_tongue_is_told_by_its_small_words(words, english):
    assert speaks_english(words.split()) is english


def test_an_english_mail_keeps_its_reading_with_an_office_disclaimer_below(senders):
    lure = (
        "Your mailbox is full. Sign in below to keep your messages, or they are deleted today."
    )
    below = (
        "\n\nThis e-mail and any files are confidential and intended solely for the reader. "
        * 4
    )
    alone, hung = (
        check(Message(channel="mail", subject="Mailbox full", text=text), senders)
        for text in (lure, lure + below)
    )
    assert hung.probability == pytest.approx(alone.probability, abs=0.1)
