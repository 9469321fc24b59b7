"""Mails over TLS to a real Postfix: only to a server that shows who it is."""

import ipaddress
from datetime import UTC, datetime, timedelta

import postfix_server
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from tocsin.adapters.smtp_carrier import SmtpAccount, SmtpCarrier
from tocsin.core.errors import RefusedError
from tocsin.core.notices import Parcel
from tocsin.core.outgoing import Address

pytestmark = pytest.mark.slow

NUMBER = "2130706433"
"""127.0.0.1 for the resolver, and elsewhere for the estate: STARTTLS is demanded."""

TLS = """\
smtpd_tls_cert_file = {root}/etc/cert.pem
smtpd_tls_key_file = {root}/etc/key.pem
smtpd_tls_security_level = encrypt
"""
AT_ONCE = TLS + "smtpd_tls_wrappermode = yes\n"


class Authority:
    """A throw-away authority that certifies names."""

    def __init__(self, name):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.pem = self._signed(self.name, self.key, x509.BasicConstraints(True, 0), [])

    def certified(self, *names):
        """A certificate of these names, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx")])
        listed = [
            x509.IPAddress(ipaddress.ip_address(name))
            if name[:1].isdigit() and "." in name
            else x509.DNSName(name)
            for name in names
        ]
        pem = self._signed(subject, key, x509.BasicConstraints(False, None), listed)
        return pem, key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ).decode()

    def _signed(self, subject, key, constraints, names):
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(constraints, critical=True)
        )
        if names:
            built = built.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return built.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def sent(server, ca_file, *, scheme, host, notice="a" * 32):
    url = f"{scheme}://{host}:{server.port}"
    address = Address(url=url, scheme=scheme, host=host, port=server.port, path="")
    carrier = SmtpCarrier(
        SmtpAccount(address=address, sender="a@o.invalid", ca_file=str(ca_file))
    )
    parcel = Parcel(notice=notice, to="x@y.invalid", content=b"Subject: x\r\n\r\nx\r\n")
    try:
        carrier.ready(parcel)
        return str(carrier.send(parcel).state)
    finally:
        carrier.close()


@pytest.mark.parametrize(
    ("scheme", "host", "settings"),
    [
        pytest.param("smtp", NUMBER, TLS, id="STARTTLS"),
        pytest.param("smtps", "127.0.0.1", AT_ONCE, id="TLS at once"),
    ],
)
def test_a_mail_leaves_over_tls_and_only_to_a_server_that_shows_who_it_is(
    tmp_path, scheme, host, settings
):
    ours, other = Authority("ours"), Authority("another")
    for name, one in (("ours", ours), ("another", other)):
        (tmp_path / name).write_text(one.pem)
    cert, key = ours.certified(NUMBER, "127.0.0.1")
    with postfix_server.running(more=settings, **{"cert.pem": cert, "key.pem": key}) as server:
        place = {"scheme": scheme, "host": host}
        assert sent(server, tmp_path / "ours", **place) == "sent"
        with pytest.raises(RefusedError, match="certificate does not hold"):
            sent(server, tmp_path / "another", **place)
        with pytest.raises(RefusedError, match="ca_file"):
            sent(server, "", **place)
        assert len(server.since({}, expect=1)) == 1


@pytest.mark.parametrize(
    ("scheme", "host", "settings"),
    [("smtp", NUMBER, TLS), ("smtps", "127.0.0.1", AT_ONCE)],
    ids=["STARTTLS", "TLS at once"],
)
def test_a_certificate_of_another_name_is_refused(tmp_path, scheme, host, settings):
    ours = Authority("ours")
    (tmp_path / "ours").write_text(ours.pem)
    cert, key = ours.certified("mx.elsewhere.invalid")
    with (
        postfix_server.running(more=settings, **{"cert.pem": cert, "key.pem": key}) as server,
        pytest.raises(RefusedError, match="certificate does not hold"),
    ):
        sent(server, tmp_path / "ours", scheme=scheme, host=host)
