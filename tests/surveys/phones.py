"""A phone with an authenticator, written down from RFC 6238 and not taken from the library that judges it."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime


def code_at(key: str, moment: datetime) -> str:
    """The six digits that a phone with this key shows at a moment."""
    secret = base64.b32decode(key.replace(" ", ""))
    step = int(moment.timestamp()) // 30
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**6).zfill(6)
