"""Headers that every answer carries: nothing from elsewhere, no framing, no address handed on."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from app.inlined import SCRIPT, STYLE

POLICY = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
IN_FRONT = (
    ("Content-Security-Policy", POLICY.format(script=SCRIPT.source, style=STYLE.source)),
    *ALWAYS,
    ("Cache-Control", "no-store"),
)


def init_front_headers(app: Flask) -> None:
    """Respondents' pages: the one style and the one script that stand in them, by what they are."""
    app.after_request(_protect_front)


def init_desk_headers(app: Flask) -> None:
    """The console: files of our own, and what carries this answer's one-time word."""
    app.after_request(_protect_desk)
    app.jinja_env.globals["nonce"] = nonce


def init_api_headers(app: Flask) -> None:
    """What programs read: nothing of it runs, and what was asked for with a token is asked for again each time."""
    app.after_request(_protect_api)


def nonce() -> str:
    """The one-time word that lets an inlined script or style of this page run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(12)
    return str(g.nonce)


class Complete(Response):
    """An answer that brings all its headers along, `IN_FRONT` among them."""


def _protect_front(response: Response) -> Response:
    if not isinstance(response, Complete):
        response.headers.extend(IN_FRONT)
    return response


def _protect_api(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    for name, value in ALWAYS:
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _protect_desk(response: Response) -> Response:
    word = f" 'nonce-{g.nonce}'" if "nonce" in g else ""
    policy = POLICY.format(script=f"'self'{word}", style=f"'self' {STYLE.source}{word}")
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in ALWAYS:
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
