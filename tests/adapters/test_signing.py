import stat
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.adapters.signing import new_key, read_key, verifies
from tocsin.core.errors import InputError, RefusedError
from tocsin.core.outgoing import Approver, approved_by

DIGEST = "ab" * 32


def test_a_new_key_is_its_owners_alone_and_signs(tmp_path):
    public = new_key(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert [f.name for f in tmp_path.iterdir()] == ["key.pem"]
    assert read_key(tmp_path / "key.pem").key == public
    assert public.startswith("ed25519:")
    assert len(public) == len("ed25519:") + 64


def test_a_key_is_never_overwritten(tmp_path):
    new_key(tmp_path / "key.pem")
    before = (tmp_path / "key.pem").read_bytes()
    with pytest.raises(InputError, match="never overwritten"):
        new_key(tmp_path / "key.pem")
    (tmp_path / "link.pem").symlink_to(tmp_path / "absent")
    with pytest.raises(InputError):
        new_key(tmp_path / "link.pem")
    assert (tmp_path / "key.pem").read_bytes() == before
    assert sorted(f.name for f in tmp_path.iterdir()) == ["key.pem", "link.pem"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        new_key(tmp_path / "absent" / "key.pem")


def test_a_key_that_others_may_read_is_refused(tmp_path):
    new_key(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o640)
    with pytest.raises(RefusedError, match="others"):
        read_key(tmp_path / "key.pem")


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN PRIVATE KEY-----\nAA\n"])
def test_what_is_no_key_is_refused(tmp_path, content):
    (tmp_path / "key.pem").write_bytes(content)
    (tmp_path / "key.pem").chmod(0o600)
    with pytest.raises(InputError, match="not a private key"):
        read_key(tmp_path / "key.pem")


def test_the_key_of_a_case_signs_too(tmp_path):
    (tmp_path / "signing.key").write_text("11" * 32 + "\n")
    (tmp_path / "signing.key").chmod(0o600)
    assert verifies(read_key(tmp_path / "signing.key").sign(DIGEST, purpose="notify"))


@given(where=st.sampled_from(["purpose", "digest", "key", "signature"]), n=st.integers(0, 5))
def test_a_signature_holds_for_its_purpose_and_digest_alone(where, n, tmp_path_factory):
    signed = read_key(key_in(tmp_path_factory)).sign(DIGEST, purpose="notify")
    assert verifies(signed)
    value = getattr(signed, where)
    changed = value[: -1 - n] + ("0" if value[-1 - n] != "0" else "1") + value[len(value) - n :]
    assert not verifies(replace(signed, **{where: changed}))


def test_only_distinct_enrolled_humans_count(tmp_path):
    keys = {}
    for name in ("a", "b", "stranger"):
        new_key(tmp_path / name)
        keys[name] = read_key(tmp_path / name)
    enrolled = (Approver(name="Ann", key=keys["a"].key), Approver(name="Bo", key=keys["b"].key))
    signed = {name: key.sign(DIGEST, purpose="contain") for name, key in keys.items()}

    def named(*approvals, digest=DIGEST, purpose="contain"):
        return approved_by(
            approvals, enrolled, purpose=purpose, digest=digest, verifies=verifies
        )

    assert named(signed["b"], signed["a"], signed["a"]) == ("Ann", "Bo")
    assert named(signed["stranger"]) == ()
    assert named(signed["a"], digest="cd" * 32) == ()
    assert named(signed["a"], purpose="notify") == ()
    assert named(replace(signed["stranger"], key=keys["a"].key)) == ()


def test_openssl_reads_the_private_half(tmp_path):
    public = new_key(tmp_path / "key.pem")
    done = subprocess.run(
        ["openssl", "pkey", "-in", str(tmp_path / "key.pem"), "-noout", "-text"],
        capture_output=True,
        text=True,
        check=True,
    )
    printed = done.stdout.partition("pub:")[2].replace(":", "").split()
    assert "".join(printed) == public.removeprefix("ed25519:")


def key_in(factory):
    file = factory.mktemp("key") / "key.pem"
    new_key(file)
    return file
