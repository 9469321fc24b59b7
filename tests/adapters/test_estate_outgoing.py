import pytest

from tocsin.adapters.estate_toml import read_estate, read_outgoing
from tocsin.adapters.secrets_named import secret
from tocsin.core.errors import InputError

OUTSIDE = """
[mail]
smtp = "smtp://127.0.0.1:2525"
user = ""
password_env = "TOCSIN_SMTP_PASSWORD"
dkim = {domain = "essai.example", selector = "t1", key_file = "mail/dkim.pem"}
bounces = "mail/bounces"
accepted_log = "mail/accepted.log"

[sms]
gateway = "https://sms.example/send"
secret_env = "TOCSIN_SMS_SECRET"

[[target]]
id = "idp"
kind = "keycloak"
url = "https://idp.example/auth/"
realm = "essai"
user = "admin"
secret_env = "TOCSIN_IDP_SECRET"
services = ["orientation"]
[[target]]
id = "proxy"
kind = "haproxy"
url = "unix:///run/haproxy/admin.sock"

[[approver]]
name = "A. Essai"
key = "ed25519:KEY"
""".replace("KEY", "ab" * 32)


@pytest.fixture
def text(estate):
    whole = (estate / "estate.toml").read_text() + OUTSIDE
    (estate / "estate.toml").write_text(whole)
    return whole


def test_what_leads_outside_is_read_as_the_contract_writes_it(estate, text):
    found = read_outgoing(estate / "estate.toml")
    assert (found.mail.smtp.host, found.mail.smtp.port) == ("127.0.0.1", 2525)
    assert found.mail.dkim.key_file == str(estate.resolve() / "mail/dkim.pem")
    assert found.mail.accepted_log == str(estate.resolve() / "mail/accepted.log")
    assert found.sms.gateway.url == "https://sms.example/send"
    keycloak, proxy = found.targets
    assert keycloak.address.url == "https://idp.example/auth"
    assert keycloak.setting("realm") == "essai"
    assert keycloak.services == ("orientation",)
    assert (proxy.address.scheme, proxy.address.path) == ("unix", "/run/haproxy/admin.sock")
    (one,) = read_estate(text, file="estate.toml").approvers
    assert one.name == "A. Essai"


def test_an_estate_without_these_sections_has_none(estate):
    found = read_outgoing(estate / "estate.toml")
    assert (found.mail, found.sms, found.targets) == (None, None, ())


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        pytest.param('"keycloak"', '"keyclock"', id="no such kind"),
        pytest.param('url = "https://idp', 'url = "http://idp', id="in clear over a network"),
        pytest.param('url = "https://idp', 'url = "file://idp', id="no such scheme"),
        pytest.param("https://idp.example", "http://127.evil.example", id="looks local"),
        pytest.param("https://idp.example", "http://127.0.0.1.evil.example", id="looks local"),
        pytest.param('url = "https://idp', 'url = "https://me:pass@idp', id="secret in it"),
        pytest.param('"https://idp.example/auth/"', '"https:///x"', id="no host"),
        pytest.param('"https://idp.example/auth/"', '"https://h:99999/x"', id="no such port"),
        pytest.param("unix:///run", "unix://run", id="a socket without its slash"),
        pytest.param("smtp://127", "mail://127", id="no mail scheme"),
        pytest.param('"https://sms.example/send"', '"http://sms.example"', id="sms in clear"),
        pytest.param('["orientation"]', '["autre"]', id="unknown service"),
        pytest.param('"TOCSIN_IDP_SECRET"', '"pass word!"', id="a secret, not its name"),
        pytest.param('bounces = "mail', 'bounces = "../mail', id="up and out"),
        pytest.param('"ed25519:abab', '"ed25519:xxab', id="not a key"),
        pytest.param('name = "A. Essai"', 'name = " "', id="nobody"),
    ],
)
def test_an_error_is_told_at_open_with_its_line(text, good, bad):
    line = text[: text.index(good)].count("\n") + 1
    with pytest.raises(InputError) as caught:
        read_estate(text.replace(good, bad), file="estate.toml")
    assert f"line {line}, column 1" in caught.value.where.en


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('[[target]]\nid = "idp"\nkind = "webhook"\nurl = "https://a.example"\n', "twice"),
        ('[[target]]\nid = "k"\nkind = "keycloak"\nurl = "https://a.example"\n', "realm"),
        ('[[target]]\nid = "l"\nkind = "ldap"\nurl = "ldaps://a.example"\n', "base"),
        ('[[approver]]\nname = "B"\nkey = "ed25519:' + "ab" * 32 + '"\n', "twice"),
        ('[[approver]]\nname = "A. Essai"\nkey = "ed25519:' + "cd" * 32 + '"\n', "twice"),
    ],
)
def test_what_cannot_be_meant_is_refused(text, more, words):
    with pytest.raises(InputError, match=words):
        read_estate(text + more, file="estate.toml")


def test_a_path_that_leads_out_or_through_a_symlink_is_refused(estate, text):
    file = estate / "estate.toml"
    file.write_text(text.replace('"mail/bounces"', '"/etc"'))
    with pytest.raises(InputError, match="leads out"):
        read_outgoing(file)
    file.write_text(text.replace('"mail/bounces"', f'"{estate.resolve()}/mail/b"'))
    assert read_outgoing(file).mail.bounces.endswith("mail/b")
    (estate / "mail").symlink_to("/etc")
    with pytest.raises(InputError, match="symlink") as caught:
        read_outgoing(file)
    assert "line" in caught.value.where.en


def test_a_socket_that_is_a_symlink_is_refused(estate, text, tmp_path):
    link = tmp_path / "link.sock"
    link.symlink_to(tmp_path / "other.sock")
    file = estate / "estate.toml"
    file.write_text(text.replace("/run/haproxy/admin.sock", str(link)))
    with pytest.raises(InputError, match="symlink"):
        read_outgoing(file)


def test_a_secret_comes_from_its_variable_alone(monkeypatch):
    assert secret("") == ""
    monkeypatch.delenv("TOCSIN_ABSENT", raising=False)
    with pytest.raises(InputError, match="TOCSIN_ABSENT"):
        secret("TOCSIN_ABSENT")
    monkeypatch.setenv("TOCSIN_ABSENT", "s3cret")
    assert secret("TOCSIN_ABSENT") == "s3cret"
