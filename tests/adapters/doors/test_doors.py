"""One suite for every door: look, close, look, close again, reopen, look, close again."""

import json
from dataclasses import replace

import pytest
from door_words import order_of, target_of
from glewlwyd_started import glewlwyd
from haproxy_started import CONFIG, haproxy
from keycloak import KeycloakAdmin
from keycloak_emulated import ADMIN, SECRET, keycloak
from real_servers import certificate
from samba_started import samba
from slapd_started import slapd
from webhook_receiver import SECRET as SHARED
from webhook_receiver import webhook

from tocsin.adapters.glewlwyd_admin import GlewlwydDoor
from tocsin.adapters.haproxy_runtime import HaproxyDoor
from tocsin.adapters.keycloak_admin import ENROL_ACTIONS, KeycloakDoor
from tocsin.adapters.ldap_directory import LdapDoor
from tocsin.adapters.signed_webhook import WebhookDoor
from tocsin.adapters.signing import new_key, read_key
from tocsin.core.orders import UntriedError

NAMES = ("d.un", "10000000001")


def goes_and_comes(door, order, names=NAMES, *, shut=lambda: None, opened=lambda: None):
    """The life of an order at a door; `shut` and `opened` ask the server another way."""
    before = door.look(order, names)
    assert before.closed is False
    opened()
    order = replace(order, before={**before.found, "was_closed": False})
    for _ in range(2):  # once even twice
        door.close(order, names)
        assert door.look(order, names).closed is True
        shut()
    for _ in range(2):
        door.reopen(order, names)
        assert door.look(order, names).closed is False
        opened()
    door.close(order, names)
    assert door.look(order, names).closed is True
    shut()
    door.reopen(order, names)


# HAProxy ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    with haproxy(tmp_path_factory.mktemp("haproxy")) as started:
        yield started


def test_haproxy_refuses_an_address_and_lets_it_in_again(proxy):
    door = HaproxyDoor(target_of("haproxy", proxy.url))
    goes_and_comes(
        door,
        order_of("deny", address="198.51.100.7"),
        shut=lambda: same(proxy.status(address="198.51.100.7"), 403),
        opened=lambda: same(proxy.status(address="198.51.100.7"), 200),
    )
    assert proxy.status(address="198.51.100.8") == 200


def test_haproxy_refuses_one_session_and_no_other(proxy):
    door = HaproxyDoor(target_of("haproxy", proxy.url))
    goes_and_comes(
        door,
        order_of("deny", session="a8f85eda-3ec2"),
        shut=lambda: same(proxy.status(session="a8f85eda-3ec2"), 403),
        opened=lambda: same(proxy.status(session="a8f85eda-3ec2"), 200),
    )


def test_haproxy_leaves_denied_what_was_denied_before(proxy):
    door = HaproxyDoor(target_of("haproxy", proxy.url))
    order = order_of("deny", address="198.51.100.9")
    door.close(order, NAMES)
    seen = door.look(order, NAMES)
    assert seen.closed
    order = replace(order, before=seen.found)
    door.close(order, NAMES)
    door.reopen(order, NAMES)
    assert proxy.status(address="198.51.100.9") == 403


@pytest.mark.parametrize(
    ("file", "lines", "found"),
    [
        pytest.param("addresses.acl", "", True, id="the only list of addresses, empty"),
        pytest.param("addresses.acl", "192.0.2.1\n", False, id="in use, its purpose unknown"),
        pytest.param("internal.acl", "", False, id="named as one that lets pass"),
        pytest.param("blocked.acl", "192.0.2.1\n", True, id="named as one that refuses"),
    ],
)
def test_haproxy_a_list_is_used_only_if_it_can_be_one_that_refuses(
    tmp_path_factory, file, lines, found
):
    tmp_path = tmp_path_factory.mktemp("ha")  # the path of a socket is short
    (tmp_path / file).write_text(lines)
    config = CONFIG.partition("  http-request set-src")[0]
    config += f"  http-request deny if {{{{ src -f {tmp_path}/{file} }}}}\n"
    config += "  http-request return status 200 content-type text/plain string ok\n"
    with haproxy(tmp_path, config=config) as proxy:
        door = HaproxyDoor(target_of("haproxy", proxy.url))
        order = order_of("deny", address="198.51.100.7")
        if not found:
            with pytest.raises(UntriedError, match="no lists"):
                door.look(order, NAMES)
            return
        goes_and_comes(door, order)
        door.close(order, NAMES)
        later = HaproxyDoor(target_of("haproxy", proxy.url))
        kept = replace(order, before={"list": file})
        assert later.look(kept, NAMES).closed is True  # no longer empty, and known


def test_haproxy_never_touches_a_list_that_lets_pass(proxy):
    door = HaproxyDoor(target_of("haproxy", proxy.url, address_list="no_such.acl"))
    with pytest.raises(UntriedError, match="no lists"):
        door.close(order_of("deny", address="198.51.100.7"), NAMES)


@pytest.mark.parametrize("key", ["a b", "a;show info", "a\nshow info", "", "é", "x" * 600])
def test_a_session_key_is_never_a_command(proxy, key):
    door = HaproxyDoor(target_of("haproxy", proxy.url))
    with pytest.raises(UntriedError):
        door.close(order_of("deny", session=key), NAMES)


# LDAP ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def openldap(tmp_path_factory):
    with slapd(tmp_path_factory.mktemp("slapd")) as started:
        yield started


def ldap_door(server, **more):
    return LdapDoor(target_of("ldap", server.url, user=server.admin, base=server.base, **more))


def test_openldap_locks_an_account_and_its_password_no_longer_opens(openldap, secret):
    secret(openldap.password)
    goes_and_comes(
        ldap_door(openldap),
        order_of("disable"),
        shut=lambda: same(openldap.bind(), 49),  # invalidCredentials
        opened=lambda: same(openldap.bind(), 0),
    )


def test_openldap_is_spoken_to_under_tls_where_the_authority_is_named(openldap, secret):
    secret(openldap.password)
    goes_and_comes(ldap_door(openldap, ca_file=openldap.ca_file), order_of("disable"))


def test_openldap_with_another_authority_is_not_spoken_to(openldap, secret, tmp_path):
    secret(openldap.password)
    other, _ = certificate(tmp_path / "other", "127.0.0.1")
    with pytest.raises(UntriedError, match="certificate"):
        ldap_door(openldap, ca_file=str(other)).close(order_of("disable"), NAMES)
    assert openldap.bind() == 0


def test_openldap_demands_a_new_password(openldap, secret):
    secret(openldap.password)
    goes_and_comes(
        ldap_door(openldap),
        order_of("enrol"),
        shut=lambda: same(openldap.read(), 50),  # insufficientAccess, but to change it
        opened=lambda: same(openldap.read(), 0),
    )


def test_openldap_a_lock_that_the_policy_does_not_heed_is_no_closed_door(openldap, secret):
    secret(openldap.password)
    door, order = ldap_door(openldap), order_of("disable", account="d.sourd")
    door.close(order, ("d.sourd",))
    assert openldap.bind("Autre Fictive") == 0
    assert door.look(order, ("d.sourd",)).closed is False


def test_ldap_an_account_that_is_nobody_or_several_is_left_alone(openldap, secret):
    secret(openldap.password)
    door = ldap_door(openldap)
    for names in (("nobody",), ("d.un", "d.sourd")):
        with pytest.raises(UntriedError, match="entries"):
            door.close(order_of("disable"), names)
    assert openldap.bind() == 0


@pytest.mark.parametrize("name", ["*", "d.un)(uid=*", "\\2a", "", "d.un\0"])
def test_ldap_a_name_is_never_a_filter(openldap, secret, name):
    secret(openldap.password)
    with pytest.raises(UntriedError, match="0 entries"):
        ldap_door(openldap).look(order_of("disable"), (name,))


def test_ldap_a_wrong_secret_changes_nothing_and_is_not_told(openldap, secret):
    secret("not-the-password")
    with pytest.raises(UntriedError, match="result 49") as caught:
        ldap_door(openldap).close(order_of("disable"), NAMES)
    assert "not-the-password" not in str(caught.value)


@pytest.fixture(scope="module")
def ad(tmp_path_factory):
    with samba(tmp_path_factory.mktemp("samba")) as started:
        yield started


@pytest.mark.slow
def test_active_directory_disables_an_account(ad, secret):
    secret(ad.password)
    door = ldap_door(ad, flavour="ad", ca_file=ad.ca_file)

    def shut():
        code, said = ad.bind()
        assert code == 49
        assert "data 533" in said  # ERROR_ACCOUNT_DISABLED

    goes_and_comes(door, order_of("disable"), shut=shut, opened=lambda: same(ad.bind()[0], 0))


@pytest.mark.slow
def test_active_directory_demands_a_new_password(ad, secret):
    secret(ad.password)
    door = ldap_door(ad, flavour="ad", ca_file=ad.ca_file)

    def shut():
        code, said = ad.bind()
        assert code == 49
        assert "data 773" in said  # ERROR_PASSWORD_MUST_CHANGE

    goes_and_comes(door, order_of("enrol"), shut=shut, opened=lambda: same(ad.bind()[0], 0))


@pytest.mark.slow
def test_active_directory_without_its_authority_is_not_spoken_to(ad, secret):
    secret(ad.password)
    with pytest.raises(UntriedError, match="certificate"):
        ldap_door(ad, flavour="ad").look(order_of("disable"), NAMES)


# Providers of identity ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    with glewlwyd(tmp_path_factory.mktemp("glewlwyd")) as started:
        yield started


@pytest.fixture
def glewlwyd_door(provider, secret):
    secret("password")
    return GlewlwydDoor(target_of("glewlwyd", provider.url, user="admin"))


def test_glewlwyd_disables_a_user_who_then_cannot_log_in(provider, glewlwyd_door):
    goes_and_comes(
        glewlwyd_door,
        order_of("disable"),
        shut=lambda: same(provider.log_in(), ""),
        opened=lambda: differs(provider.log_in(), ""),
    )
    admin = provider.log_in("admin", "password")
    _, _, body = provider.call("GET", "/user/d.un", cookie=admin)
    assert b"Personne Fictive" in body  # nothing of the user was lost


def test_glewlwyd_ends_sessions_and_refresh_tokens(provider, glewlwyd_door):
    cookie, token = provider.log_in(), provider.refresh_token()
    assert (provider.inside(cookie), provider.refreshed(token)) == (200, 200)
    order = order_of("revoke")
    before = glewlwyd_door.look(order, NAMES)
    assert before.closed is False
    order = replace(order, before=before.found)
    glewlwyd_door.close(order, NAMES)
    assert provider.inside(cookie) == 401
    assert provider.refreshed(token) != 200
    assert glewlwyd_door.look(order, NAMES).closed is True
    provider.log_in()  # a later session is told, and is not the one that was ended
    seen = glewlwyd_door.look(order, NAMES)
    assert seen.closed is True
    assert "1 begun since" in seen.says.en
    glewlwyd_door.reopen(order, NAMES)
    assert cookie not in str(before.found)


@pytest.fixture
def realm(secret):
    secret(SECRET)
    with keycloak() as started:
        yield started


def keycloak_door(realm):
    return KeycloakDoor(target_of("keycloak", realm.url, user=ADMIN, realm="essai"))


@pytest.mark.parametrize("do", ["disable", "enrol"])
def test_keycloak_emulated_closes_and_puts_back_the_whole_user(realm, do):
    user = dict(realm.user)
    goes_and_comes(keycloak_door(realm), order_of(do))
    assert realm.user == user


def test_keycloak_emulated_keeps_the_actions_that_were_demanded_before(realm):
    door, order = keycloak_door(realm), order_of("enrol")
    order = replace(order, before=door.look(order, NAMES).found)
    door.close(order, NAMES)
    assert set(realm.user["requiredActions"]) == {"VERIFY_EMAIL", *ENROL_ACTIONS}
    door.reopen(order, NAMES)
    assert realm.user["requiredActions"] == ["VERIFY_EMAIL"]


def test_keycloak_emulated_ends_sessions_and_offline_tokens(realm):
    realm.log_in()
    realm.offline.append("portail")
    door, order = keycloak_door(realm), order_of("revoke")
    before = door.look(order, NAMES)
    assert before.closed is False
    order = replace(order, before=before.found)
    door.close(order, NAMES)
    assert (realm.sessions, realm.offline) == ([], [])
    realm.log_in()
    seen = door.look(order, NAMES)
    assert seen.closed is True
    assert "1 begun since" in seen.says.en


def test_the_emulation_answers_another_client_of_keycloak_as_well(realm):
    admin = KeycloakAdmin(
        server_url=f"{realm.url}/",
        username=ADMIN,
        password=SECRET,
        realm_name="essai",
        user_realm_name="master",
    )
    user = admin.get_user_id("d.un")
    realm.log_in()
    realm.offline.append("portail")
    assert len(admin.get_sessions(user_id=user)) == 1
    keycloak_door(realm).close(order_of("revoke"), NAMES)
    assert admin.get_sessions(user_id=user) == []
    assert admin.user_consents(user_id=user) == []
    admin.update_user(user_id=user, payload={**admin.get_user(user), "enabled": False})
    assert keycloak_door(realm).look(order_of("disable"), NAMES).closed is True


def test_keycloak_emulated_lets_a_service_account_in_too(realm):
    realm.grants = ("client_credentials",)
    assert keycloak_door(realm).look(order_of("disable"), NAMES).closed is False


def test_keycloak_emulated_is_found_by_any_name_and_by_none_that_only_looks_alike(realm):
    door = keycloak_door(realm)
    assert door.look(order_of("disable"), ("10000000001", "d.un")).closed is False
    assert door.look(order_of("disable"), ("D.UN@essai.example",)).closed is False
    with pytest.raises(UntriedError, match="no single user"):
        door.look(order_of("disable"), ("d.u", "d.un@essai.exampl"))


def test_keycloak_emulated_a_wrong_secret_is_said_and_not_told(realm, secret):
    secret("not-the-secret")
    with pytest.raises(UntriedError, match="does not let Tocsin in") as caught:
        keycloak_door(realm).close(order_of("disable"), NAMES)
    assert "not-the-secret" not in str(caught.value)
    assert realm.user["enabled"] is True


# The operator's own ---------------------------------------------------------------------------


@pytest.fixture
def receiver():
    with webhook() as started:
        yield started


def test_a_webhook_is_spoken_to_under_tls_with_its_authority_alone(secret, tmp_path):
    secret(SHARED)
    cert, key = certificate(tmp_path / "tls", "127.0.0.1")
    other, _ = certificate(tmp_path / "other", "127.0.0.1")
    with webhook(tls=(cert, key)) as receiver:
        for ca_file in ("", str(other)):
            door = WebhookDoor(target_of("webhook", receiver.url, ca_file=ca_file), bytes)
            with pytest.raises(UntriedError, match="certificate"):
                door.close(order_of("disable"), NAMES)
        assert receiver.done == []
        door = WebhookDoor(target_of("webhook", receiver.url, ca_file=str(cert)), bytes)
        goes_and_comes(door, order_of("disable"))


@pytest.mark.parametrize("do", ["revoke", "disable", "enrol"])
def test_a_webhook_does_each_order_once(receiver, secret, do):
    secret(SHARED)
    door = WebhookDoor(target_of("webhook", receiver.url), lambda _: b"")
    goes_and_comes(door, order_of(do))
    assert [what for what, _ in receiver.done] == ["close", "open", "close", "open"]


def test_a_webhook_without_a_secret_is_signed_by_the_case(receiver, tmp_path):
    receiver.public = new_key(tmp_path / "key.pem")
    signer = read_key(tmp_path / "key.pem")
    door = WebhookDoor(target_of("webhook", receiver.url, secret_env=""), signer.sign_bytes)
    goes_and_comes(door, order_of("deny", address="198.51.100.7"))


def test_a_webhook_that_does_not_tell_its_state_leaves_the_question_open(receiver, secret):
    secret(SHARED)
    receiver.silent = True
    door = WebhookDoor(target_of("webhook", receiver.url), lambda _: b"")
    door.close(order_of("disable"), NAMES)
    assert door.look(order_of("disable"), NAMES).closed is None


def test_a_webhook_that_was_never_taught_to_tell_its_state_can_still_close(receiver, secret):
    secret(SHARED)
    taught = receiver.answer

    def untaught(said, key, signature):
        asked = json.loads(said)["ask"]
        return (400, {}) if asked == "state" else taught(said, key, signature)

    receiver.answer = untaught
    door = WebhookDoor(target_of("webhook", receiver.url), lambda _: b"")
    assert door.look(order_of("disable"), NAMES).closed is None
    door.close(order_of("disable"), NAMES)
    assert receiver.closed


def test_a_webhook_that_refuses_the_signature_has_done_nothing(receiver, secret):
    secret("another secret")
    door = WebhookDoor(target_of("webhook", receiver.url), lambda _: b"")
    with pytest.raises(UntriedError, match="401"):
        door.close(order_of("disable"), NAMES)
    assert receiver.done == []


def same(found, wanted):
    assert found == wanted


def differs(found, unwanted):
    assert found != unwanted
