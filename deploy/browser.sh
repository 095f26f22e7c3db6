#!/bin/sh
# Finds Chromium for the browser tests, or installs Debian's; says clearly what to do where neither works.
# RENKE_BROWSER names another Chromium or Chrome.
set -u

find_browser() {
    for name in "${RENKE_BROWSER:-}" chromium chromium-browser google-chrome; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

find_browser && exit 0
if command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests …"
    as_root apt-get -qq update >/dev/null 2>&1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
        chromium fonts-noto-cjk >/dev/null 2>&1
fi
find_browser && exit 0
cat >&2 <<'MESSAGE'
The browser tests need Chromium, and it could not be installed here. Install it as root
(Debian, Ubuntu: apt-get install chromium), or name a Chromium or Chrome: RENKE_BROWSER=/path/to/chrome make test
MESSAGE
exit 1
