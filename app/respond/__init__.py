"""The respondents' door: no sign-in, no session, no script needed, nothing from elsewhere."""

from app.respond import reporting
from app.respond.lane import Lane
from app.respond.reception import init_respond
from app.respond.views import blueprint

__all__ = ["Lane", "blueprint", "init_respond", "reporting"]
