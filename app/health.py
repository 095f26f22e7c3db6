"""For load balancers: alive without the database, ready with it."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from app.access import allow
from app.edge import here
from surveys import schema

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allow("public")
def alive() -> str:
    return "ok"


@blueprint.get("/readyz")
@allow("public")
def ready() -> tuple[str, int]:
    """503 until the database answers and every migration has run."""
    try:
        current = schema.is_current(here().database)
    except Exception:  # whatever keeps the database from answering, the balancer only needs the status
        current = False
    return ("ok", 200) if current else ("not ready", 503)


@blueprint.get("/")
@allow("public")
def front() -> Response:
    """People who type the bare address have a slip in their hand."""
    return redirect(url_for("respond.enter"))
