"""The respondents' door: no sign-in, no session, no script needed, nothing from elsewhere."""

from app.respond import reporting
from app.respond.handing import WAITED
from app.respond.lane import Lane
from app.respond.reception import init_respond
from app.respond.views import blueprint

__all__ = ["WAITED", "Lane", "blueprint", "init_respond", "reporting"]
