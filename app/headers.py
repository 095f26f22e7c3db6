"""Headers that every answer carries: nothing from elsewhere, no framing, no address handed on."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request


def init_headers(app: Flask) -> None:
    app.after_request(_protect)
    app.jinja_env.globals["nonce"] = nonce


def nonce() -> str:
    """The one-time word that lets an inlined script or style of this page run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(12)
    return str(g.nonce)


def _protect(response: Response) -> Response:
    word = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    policy = (
        f"default-src 'none'; script-src 'self'{word}; style-src 'self'{word}; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("X-Frame-Options", "DENY")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
