"""A mail: what it is made of, and that nothing from outside gets into a header."""

import email
import email.policy
from base64 import b64encode
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from made import HEAD, TEMPLATES, told

from tocsin.act.notices import mail
from tocsin.act.notices.wording import as_text, notice
from tocsin.adapters.dkim import DkimSigner
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.outgoing import Dkim

AT = datetime(2025, 9, 10, 12, tzinfo=UTC)
SHOWN = notice(TEMPLATES["notice.fr"], HEAD, told())


def made(**more):
    base = {
        "sender": ("information@grades-demo.invalid", "GRADeS Démonstration"),
        "to": ("jeanne@exemple.invalid", "Jeanne Éloïse MARTIN"),
        "shown": SHOWN,
        "text": as_text(SHOWN),
        "message_id": "<0123456789abcdef0123456789abcdef@grades-demo.invalid>",
        "at": AT,
    }
    return mail.message(**(base | more))


def parsed(content):
    return email.message_from_bytes(content, policy=email.policy.default)


def test_a_mail_is_plain_text_in_one_part_with_nothing_attached():
    read = parsed(made())
    assert read.get_content_type() == "text/plain"
    assert not read.is_multipart()
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content().replace("\r\n", "\n") == as_text(SHOWN)


def test_names_with_accents_come_back_whole():
    read = parsed(made())
    assert read["To"].addresses[0].display_name == "Jeanne Éloïse MARTIN"
    assert read["From"].addresses[0].display_name == "GRADeS Démonstration"


def test_lines_are_as_short_as_the_standard_asks():
    assert max(len(line) for line in made().split(b"\r\n")) <= 78
    assert b"\n" not in made().replace(b"\r\n", b"")


@pytest.mark.parametrize("evil", ["\r\nBcc: x@y.invalid", "\n", "\x00", "\r"])
def test_a_line_feed_in_a_header_is_refused(evil):
    for more in (
        {"to": ("jeanne@exemple.invalid", f"Jeanne{evil}")},
        {"to": (f"jeanne@exemple.invalid{evil}", "Jeanne")},
        {"sender": ("a@b.invalid", f"Nous{evil}")},
        {"message_id": f"<a@b>{evil}"},
    ):
        with pytest.raises(RefusedError):
            made(**more)


@pytest.mark.parametrize("address", ["a@b.invalid, c@d.invalid", "a@b.invalid;c", "<a@b>"])
def test_an_address_that_names_several_readers_is_refused(address):
    with pytest.raises(RefusedError):
        made(to=(address, ""))


printable = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=90)


@given(printable)
def test_any_printable_name_comes_back_and_adds_no_header(name):
    read = parsed(made(to=("jeanne@exemple.invalid", name.strip())))
    assert len(read.keys()) == 10
    assert [str(a.addr_spec) for a in read["To"].addresses] == ["jeanne@exemple.invalid"]


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def key(request, tmp_path_factory):
    """A signer, and what the DNS would say of its public half."""
    private = (
        generate_private_key(65537, 2048)
        if request.param == "rsa"
        else Ed25519PrivateKey.generate()
    )
    file = tmp_path_factory.mktemp("key") / "dkim.pem"
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if request.param == "rsa":
        public = private.public_key().public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
    else:
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    record = f"v=DKIM1; k={request.param}; p=".encode() + b64encode(public)
    signer = DkimSigner(Dkim(domain="grades-demo.invalid", selector="s1", key_file=str(file)))
    return signer, lambda name, timeout=5: record


def test_another_implementation_verifies_the_signature(key):
    signer, dns = key
    assert dkim.verify(signer.signed(made()), dnsfunc=dns)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: ", b"Subject: x"),
        (b"courriel", b"courrier"),
        (b"\r\nTo: ", b"\r\nTo: x"),
        (b"\r\nSubject: ", b"\r\nFrom: other@x.invalid\r\nSubject: "),
    ],
)
def test_a_changed_message_no_longer_verifies(key, old, new):
    signer, dns = key
    signed = signer.signed(made())
    assert old in signed
    assert not dkim.verify(signed.replace(old, new, 1), dnsfunc=dns)


@given(st.lists(st.sampled_from(["a", " ", "\t", "\n", ".", "é"]), max_size=40).map("".join))
def test_any_body_is_signed_as_others_read_it(text):
    private = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    signer = DkimSigner.__new__(DkimSigner)
    signer._key = private
    signer._begin = "v=1; a=ed25519-sha256; c=relaxed/relaxed; d=a.invalid; s=s"
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    record = b"v=DKIM1; k=ed25519; p=" + b64encode(public)
    signed = signer.signed(made(text=text))
    assert dkim.verify(signed, dnsfunc=lambda name, timeout=5: record)


def test_a_weak_or_broken_key_is_refused(tmp_path):
    weak = tmp_path / "weak.pem"
    weak.write_bytes(
        generate_private_key(65537, 1024).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
    )
    for file in (weak, tmp_path / "absent.pem"):
        with pytest.raises(InputError):
            DkimSigner(Dkim(domain="a.invalid", selector="s", key_file=str(file)))
