"""OpenLDAP with its password policy, really started."""

import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from real_servers import answers, certificate, free_port, program, running

BASE = "dc=essai,dc=example"
ADMIN = f"cn=admin,{BASE}"
PASSWORD = "admin-essai"

CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
TLSCACertificateFile {folder}/tls/cert.pem
TLSCertificateFile {folder}/tls/cert.pem
TLSCertificateKeyFile {folder}/tls/key.pem
database mdb
suffix "{base}"
rootdn "{admin}"
rootpw {password}
directory {folder}/db
maxsize 10485760
overlay ppolicy
ppolicy_default "cn=policy,{base}"
ppolicy_use_lockout
"""

ENTRIES = """\
dn: {base}
objectClass: dcObject
objectClass: organization
dc: essai
o: Essai

dn: cn=policy,{base}
objectClass: person
objectClass: pwdPolicy
cn: policy
sn: policy
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMustChange: TRUE

dn: cn=deaf,{base}
objectClass: person
objectClass: pwdPolicy
cn: deaf
sn: deaf
pwdAttribute: userPassword
pwdLockout: FALSE

dn: cn=Personne Fictive,{base}
objectClass: inetOrgPerson
cn: Personne Fictive
sn: Fictive
uid: d.un
mail: d.un@essai.example
userPassword: motdepasse

dn: cn=Autre Fictive,{base}
objectClass: inetOrgPerson
cn: Autre Fictive
sn: Fictive
uid: d.sourd
userPassword: motdepasse
pwdPolicySubentry: cn=deaf,{base}
"""


@dataclass(frozen=True)
class Directory:
    url: str
    base: str
    admin: str
    password: str
    ca_file: str

    def bind(self, name="Personne Fictive"):
        """The result code of a login of that person."""
        return self._as(name, "ldapwhoami")

    def read(self, name="Personne Fictive"):
        """The result code of a reading by that person, once logged in."""
        return self._as(name, "ldapsearch", "-s", "base", "-b", self.base, "1.1")

    def _as(self, name, tool, *more):
        person = ("-D", f"cn={name},{self.base}", "-w", "motdepasse")
        words = [program(tool, package="ldap-utils"), "-x", "-H", self.url, *person, *more]
        return subprocess.run(words, capture_output=True, timeout=20, check=False).returncode


@contextmanager
def slapd(folder: Path):
    words = program("slapd", package="OpenLDAP")
    port = free_port()
    said = {"folder": folder, "base": BASE, "admin": ADMIN, "password": PASSWORD}
    (folder / "db").mkdir()
    cert, _ = certificate(folder / "tls", "127.0.0.1")
    (folder / "slapd.conf").write_text(CONFIG.format(**said))
    (folder / "entries.ldif").write_text(ENTRIES.format(**said))
    url = f"ldap://127.0.0.1:{port}"
    with running(
        [words, "-d", "0", "-f", str(folder / "slapd.conf"), "-h", url],
        log=folder / "slapd.log",
        there=lambda: answers("127.0.0.1", port),
        what="OpenLDAP",
    ):
        subprocess.run(
            [
                program("ldapadd", package="ldap-utils"),
                *("-x", "-H", url, "-D", ADMIN, "-w", PASSWORD),
                *("-f", str(folder / "entries.ldif")),
            ],
            check=True,
            capture_output=True,
            timeout=20,
        )
        yield Directory(url=url, base=BASE, admin=ADMIN, password=PASSWORD, ca_file=str(cert))
