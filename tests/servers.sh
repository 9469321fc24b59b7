#!/bin/sh
# Installs what the tests can drive. Needs Debian and root; elsewhere it says so and stops.
set -eu
wanted=""
need() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }
need chromium chromium
need pdftotext poppler-utils
if [ -z "$wanted" ]; then
    echo "all is there"
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "absent, and cannot be installed here:$wanted: the tests that need it will skip" >&2
    exit 0
fi
apt-get update -qq
# shellcheck disable=SC2086  # a list of packages
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
