#!/bin/sh
# Installs what the tests can drive. Needs Debian and root; elsewhere it says so and stops.
set -eu
wanted=""
need() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }
need chromium chromium
need pdftotext poppler-utils
# What notices leave by and containment acts on: the tests start them themselves, on loopback, in folders of their own.
PATH="$PATH:/usr/sbin"
need postfix postfix
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted="$wanted postgresql"
need haproxy haproxy
need slapd slapd
need ldapsearch ldap-utils
need glewlwyd glewlwyd
need samba samba-ad-dc
need samba-tool samba
[ -d /usr/share/samba/setup ] || wanted="$wanted samba-ad-provision python3-samba samba-dsdb-modules"
need java openjdk-17-jre-headless
if [ -z "$wanted" ]; then
    echo "all is there"
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "absent, and cannot be installed here:$wanted: the tests that need it will skip" >&2
    exit 0
fi
apt-get update -qq
# No server starts by itself because its package is installed.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
# shellcheck disable=SC2086  # a list of packages
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Options::="--path-include=/usr/share/doc/glewlwyd/*" $wanted >/dev/null
