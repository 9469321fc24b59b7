"""What somebody received, in every shape: read as values, nothing opened, nothing fatal."""

import io

import pytest
from tests.adapters.msg_made import msg

from tocsin.adapters.message_files import read_message
from tocsin.core.errors import InputError

MAIL = b"""From: =?utf-8?q?Assurance_Maladie?= <info@suivi.example>
To: camille@courriel.example
Reply-To: autre@ailleurs.example
Subject: =?utf-8?b?UmVtYm91cnNlbWVudA==?=
Received: from x by mx.fournisseur.example
Authentication-Results: mx.fournisseur.example; spf=pass; dkim=fail; dmarc=fail
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Votre <b>remboursement</b> attend.<span style="display:none">texte sans rapport</span>
<a href="http://remb.example/x">https://www.ameli.fr</a></p>
"""


def test_a_mail_is_read_as_its_reader_sees_it():
    m = read_message(MAIL)
    assert (m.channel, m.subject, m.sender_name) == (
        "mail",
        "Remboursement",
        "Assurance Maladie",
    )
    assert m.sender_address == "info@suivi.example"
    assert m.reply_to == "autre@ailleurs.example"
    assert m.recipients == ("camille@courriel.example",)
    assert "sans rapport" not in m.text
    assert m.hidden > 10
    assert m.links[0].target == "http://remb.example/x"
    assert m.links[0].shown == "https://www.ameli.fr"
    assert m.authentication == {"spf": "pass", "dkim": "fail", "dmarc": "fail"}


def test_a_pass_that_another_server_wrote_proves_nothing():
    forged = MAIL.replace(b"mx.fournisseur.example; spf=pass", b"mx.menteur.test; spf=pass")
    assert "spf" not in read_message(forged).authentication


def test_a_mail_that_a_reporter_attached_is_the_one_that_is_read():
    outer = (
        b"From: camille@courriel.example\nSubject: a signaler\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nvoici\n"
        b"--b\nContent-Type: message/rfc822\n\n" + MAIL + b"\n--b--\n"
    )
    assert read_message(outer).subject == "Remboursement"


def test_an_outlook_message_is_read():
    raw = msg(
        subject="Remboursement en attente",
        body="Cliquez ici : http://remb.example",
        sender="Ameli",
        headers="From: Ameli <a@b.example>\r\nTo: c@d.example\r\nSubject: Remboursement\r\n",
    )
    m = read_message(raw)
    assert m.channel == "mail"
    assert m.subject.startswith("Remboursement")
    assert "remb.example" in m.text
    assert m.sender_address == "a@b.example"


def test_a_broken_outlook_message_says_what_to_do():
    with pytest.raises(InputError, match="cannot be read"):
        read_message(msg(subject="x", body="y")[:700])


def test_a_qr_code_in_a_picture_is_a_link():
    zxingcpp = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    code = zxingcpp.create_barcode("http://paiement.example/x", zxingcpp.BarcodeFormat.QRCode)
    picture = image.fromarray(zxingcpp.write_barcode_to_image(code, scale=6))
    out = io.BytesIO()
    picture.save(out, "PNG")
    assert [link.target for link in read_message(out.getvalue()).links] == [
        "http://paiement.example/x"
    ]


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("Votre colis est bloqué", "sms"),
        ("Une dame m'a appelé et voulait mon code", "call"),
        ("De : Ameli <a@b.example>\nObjet : Remboursement\n\nBonjour", "mail"),
    ],
)
def test_the_channel_is_guessed(text, channel):
    assert read_message(text.encode()).channel == channel


def test_a_pasted_mail_gives_its_sender_and_subject():
    m = read_message(b"De : Ameli <a@b.example>\nObjet : Remboursement\n\nBonjour")
    assert (m.subject, m.sender_address, m.text) == ("Remboursement", "a@b.example", "Bonjour")


@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 50, b"\xff\xfe\xfd", b"From: \n\n", b"=?x?Q?=3?="]
)
def test_nothing_malformed_stops_the_reading(raw):
    read_message(raw)
    read_message(
        b"From: a@b.example\nSubject: " + raw.replace(b"\n", b"") + b"\nTo: c@d.example\n\nx"
    )


def test_a_channel_that_does_not_exist_is_an_input_error():
    with pytest.raises(InputError, match="fax"):
        read_message(b"Bonjour", channel="fax")


FORWARDED = "De : Ameli <info@carte.example>\nEnvoyé : lundi\nÀ : C\nObjet : Carte\n\nCliquez."


@pytest.mark.parametrize("shape", ["mail", "outlook", "pasted"])
def test_a_mail_passed_on_is_the_one_inside_in_every_shape(shape):
    raw = {
        "mail": f"From: c@x.example\nTo: d@x.fr\nSubject: TR: Carte\n\n{FORWARDED}".encode(),
        "outlook": msg(subject="TR: Carte", body=FORWARDED, sender="Camille"),
        "pasted": f"Objet : TR: Carte\nDe : Camille\n{FORWARDED}".encode(),
    }[shape]
    m = read_message(raw)
    assert (m.subject, m.sender_address, m.text.strip()) == (
        "Carte",
        "info@carte.example",
        "Cliquez.",
    )


@pytest.mark.parametrize("raw", [b"", b"\x81\x00\xfe nothing of Outlook" * 40])
def test_a_file_called_msg_that_is_none_is_refused_and_not_read_as_a_text(raw):
    with pytest.raises(InputError):
        read_message(raw, name="courrier.MSG")
