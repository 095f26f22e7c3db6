"""The respondents' door: no sign-in, no session, no script, nothing from elsewhere."""

from app.respond.views import blueprint

__all__ = ["blueprint"]
