"""Browsers that have signed in before (OWASP: device cookies).

A browser that did so once carries a word that nobody can make up, for each of its accounts. What it fails counts by
itself, so that strangers who hammer an account keep its owner out of nothing.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable

from surveys.digests import SHORT, keyed

NONCE = 12  # bytes
MOST = 5  # accounts that one browser is known to
BETWEEN, WITHIN = "~", "."


def find_device(*, name: str, cookie: str, secret: bytes) -> str | None:
    """The word of this browser for the account called `name`, if it has one that is ours."""
    for part in cookie.split(BETWEEN)[:MOST]:
        nonce, _, seal = part.partition(WITHIN)
        if hmac.compare_digest(seal.encode(), _seal(name, nonce, secret).encode()):
            return nonce
    return None


def add_device(*, name: str, cookie: str, secret: bytes, draw: Callable[[int], bytes]) -> str:
    """The cookie with a fresh word for the account called `name`, the newest first; one it had is replaced."""
    had = find_device(name=name, cookie=cookie, secret=secret)
    others = [part for part in cookie.split(BETWEEN) if part and part.partition(WITHIN)[0] != had]
    nonce = _text(draw(NONCE))
    return BETWEEN.join([f"{nonce}{WITHIN}{_seal(name, nonce, secret)}", *others][:MOST])


def _seal(name: str, nonce: str, secret: bytes) -> str:
    return _text(keyed(secret, "device", name, nonce)[:SHORT])


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
