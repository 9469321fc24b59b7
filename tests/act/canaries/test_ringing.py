"""Canaries: nobody, unguessable, and rung only by somebody."""

from dataclasses import replace

import pytest

from tocsin.act.canaries.identities import Wanted, directory_row, identity
from tocsin.act.canaries.ringing import reached, touch
from tocsin.act.phishing.verdict import check
from tocsin.adapters.official_senders import official_senders
from tocsin.core.messages import Message

WANTED = Wanted(
    service="portal", controller="990000176", postal_code="99016", city="Fictiville-1",
    token="0123456789abcdef0123456789abcdef",
)  # fmt: skip
CANARY = identity(WANTED, domain="canaris.example", phone="0199001234", year=2026)
LURE = Message(
    channel="mail",
    subject="Confirmez",
    text="Votre compte est suspendu, confirmez vos informations : https://verif-compte.example",
    sender_address="info@verif-compte.example",
    recipients=(CANARY.email,),
)


def stage_of(message):
    ((canary, by),) = reached(message, [CANARY])
    return touch(message, check(message, official_senders()), canary, by).stage


def test_a_canary_is_flagged_out_of_care_and_nobody_can_guess_its_mailbox():
    row = directory_row(CANARY)
    assert row["identity_status"] == "FICT"
    assert WANTED.token[:10] in row["email"]
    other = identity(
        replace(WANTED, token="f" * 32), domain="canaris.example", phone="", year=2026
    )
    assert other.email != CANARY.email


def test_a_lure_at_the_mailbox_rings_in_one_pass():
    assert stage_of(LURE) == "confirmed"


def test_words_that_name_the_canary_ring():
    words = f"Bonjour {CANARY.first_names} {CANARY.birth_name}, à bientôt"
    assert stage_of(replace(LURE, text=words)) == "confirmed"


@pytest.mark.parametrize(
    "robot",
    [
        {"automatic": True},
        {"sender_address": "mailer-daemon@relay.example"},
        {"text": "", "subject": "", "links": ()},
    ],
)
def test_a_robot_never_rings(robot):
    assert stage_of(replace(LURE, **robot)) == "ignored"


def test_plain_words_wait_for_a_human():
    assert stage_of(replace(LURE, text="Bonjour, c'est un essai", subject="")) == "touched"


def test_a_message_to_another_reaches_no_canary():
    assert reached(replace(LURE, recipients=("camille@courriel.example",)), [CANARY]) == ()


def test_an_sms_reaches_the_canary_by_its_number():
    sms = Message(channel="sms", text="Bonjour")
    ((_, by),) = reached(sms, [CANARY], to="+33 1 99 00 12 34")
    assert by == "number"
