#!/bin/sh
# Installs what the tests can drive. Needs Debian and root; elsewhere it says so and stops.
set -eu
if command -v chromium >/dev/null 2>&1; then
    echo "chromium is there"
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "chromium is absent and cannot be installed here: the tests that need it will skip" >&2
    exit 0
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
