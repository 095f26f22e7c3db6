"""Passwords as they are compared and kept."""

from __future__ import annotations

from flask_security import hash_password
from flask_security.proxies import _security


def normalized(password: str) -> str:
    """The same letters, however a keyboard puts them together; as the library does at sign-in."""
    return str(_security.password_util.normalize(password))


def hashed(password: str) -> str:
    """Argon2, of a password that somebody chose. Takes its time, so never inside a transaction."""
    return str(hash_password(normalized(password)))
