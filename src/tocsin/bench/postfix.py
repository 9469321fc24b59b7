"""A real Postfix on the loopback, with its own queue, log and mailbox, for one run."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from tocsin.core.errors import OutsideError
from tocsin.core.records import Says

MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.test.invalid
mydestination =
mynetworks = 127.0.0.0/8
maillog_file = {root}/log/mail.log
maillog_file_prefixes = {root}, /var, /dev/stdout
smtpd_recipient_restrictions = {checks}permit_mynetworks, reject
smtpd_client_connection_count_limit = 200
smtpd_peername_lookup = no
smtpd_banner = mx.test.invalid ESMTP
virtual_mailbox_domains = static:all
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
default_destination_concurrency_limit = 20
always_add_missing_headers = no
alias_maps =
alias_database =
append_dot_mydomain = no
{more}
"""
MASTER = """\
{port} inet n - n - 100 smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running instance."""

    root: Path
    port: int

    @property
    def log(self) -> Path:
        """Its log."""
        return self.root / "log/mail.log"

    def delivered(self, *, seconds: float = 60) -> dict[str, bytes]:
        """Every mail in the mailbox by file name, once the queue has stayed empty a while."""
        self.drained(seconds=seconds)
        box = self.root / "mail/inbox"
        files = [*box.glob("new/*"), *box.glob("cur/*")] if box.is_dir() else []
        return {file.name: file.read_bytes() for file in files}

    def drained(self, *, seconds: float = 60) -> None:
        """Wait until the queue has stayed empty a while."""
        until, quiet = time.monotonic() + seconds, 0
        while quiet < 3 and time.monotonic() < until:
            quiet = 0 if self._queued() else quiet + 1
            time.sleep(0.15)

    def since(self, before: dict[str, bytes], *, expect: int = 0) -> list[EmailMessage]:
        """The mails that came after; waits a while for as many as are expected."""
        until = time.monotonic() + 30
        while True:
            found = [m for name, m in self.delivered().items() if name not in before]
            if len(found) >= expect or time.monotonic() > until:
                return [message_from_bytes(m, policy=policy.default) for m in found]

    def _queued(self) -> bool:
        return any(
            file.is_file()
            for name in ("incoming", "active", "maildrop")
            for file in (self.root / "spool" / name).rglob("*")
        )

    def stop(self) -> None:
        """Stop it."""
        command("-c", str(self.root / "etc"), "stop")


def missing() -> bool:
    """Whether an instance cannot be run here: Postfix wants root."""
    return shutil.which("postfix") is None or os.getuid() != 0


def command(*words: str) -> None:
    """Run Postfix's own command."""
    subprocess.run(  # noqa: S603
        ["postfix", *words],  # noqa: S607
        check=True,
        capture_output=True,
        timeout=60,
    )


@contextmanager
def running(*, checks: str = "", more: str = "", **files: str) -> Iterator[Postfix]:
    """An instance in a folder of its own that other users may pass through."""
    with TemporaryDirectory(prefix="tocsin-mx-", dir="/tmp") as name:
        root = Path(name)
        root.chmod(0o755)
        server = start(root, checks=checks, more=more, **files)
        try:
            yield server
        finally:
            server.stop()


def start(root: Path, *, checks: str = "", more: str = "", **files: str) -> Postfix:
    """Start an instance below `root`.

    Args:
        root: an empty folder; `{root}` in what follows.
        checks: restrictions before its own.
        more: lines of main.cf.
        files: written beside main.cf.
    """
    if missing():
        raise OutsideError(
            Says(
                "Postfix n'est pas là, ou vous n'êtes pas root",
                "Postfix is not here, or this is not root",
            ),
            next_step=Says(
                "Lancez `make servers` en root, puis mesurez à nouveau.",
                "Run `make servers` as root, then measure again.",
            ),
        )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("etc", "spool", "data", "log", "mail"):
        (root / name).mkdir(parents=True)
    shutil.chown(root / "data", "postfix")
    (root / "mail").chmod(0o777)
    for name, text in files.items():
        (root / "etc" / name).write_text(text)
    nobody = pwd.getpwnam("nobody")
    uid, gid = nobody.pw_uid, nobody.pw_gid
    given = {"checks": checks.format(root=root), "more": more.format(root=root)}
    (root / "etc/main.cf").write_text(MAIN.format(root=root, uid=uid, gid=gid, **given))
    (root / "etc/master.cf").write_text(MASTER.format(port=f"127.0.0.1:{port}"))
    command("-c", str(root / "etc"), "start")
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return Postfix(root=root, port=port)
        time.sleep(0.1)
    raise RuntimeError((root / "log/mail.log").read_text())
