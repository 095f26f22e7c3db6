"""The respondents' door."""

from flask import Blueprint

from app.access import allow

blueprint = Blueprint("respond", __name__, url_prefix="/r")


@blueprint.get("/")
@allow("public")
def enter() -> str:
    return "…"
