"""Keyed digests: what is kept instead of a secret, and what derives from one. Labels keep their uses apart."""

from __future__ import annotations

import hmac

SHORT = 16  # bytes kept of a digest where it only has to be unique


def keyed(secret: bytes, label: str, *parts: bytes | str | int) -> bytes:
    """HMAC-SHA256 of `parts` for one use. Each part carries its length, so that no two lists of parts are alike."""
    message = bytearray(b"renke/" + label.encode() + b"\0")
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        message += len(data).to_bytes(4, "big") + data
    return hmac.digest(secret, bytes(message), "sha256")
