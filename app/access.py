"""Who may use what. Closed by default: a view that names nobody answers nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.edge import here
from surveys.accounts import ROLES
from surveys.accounts.tokens import SCOPES

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SET_UP = "console.second_factor_set_up"
WITHOUT_SECOND_FACTOR = (SET_UP, "console.set_second_factor", "security.logout")
LIBRARY_VIEWS = {"security.login": (PUBLIC,), "security.logout": ROLES, "static": (PUBLIC,)}


def allow(*users: str, scope: str = "") -> Callable[[View], View]:
    """Name who may use a view: roles of surveys.accounts, or `public`. `scope` is what a token must be for."""
    unknown = {*users, *filter(None, [scope])} - {PUBLIC, *ROLES, *SCOPES}
    if unknown or not users:
        raise ValueError(f"no such users: {sorted(unknown)}")

    def mark(view: View) -> View:
        view.allowed, view.scope = frozenset(users), scope  # type: ignore[attr-defined]
        return view

    return mark


def init_access(app: Flask) -> None:
    app.before_request(_guard)


def users_of(app: Flask, endpoint: str) -> frozenset[str]:
    """Who may use an endpoint; nobody where it names nobody."""
    named = LIBRARY_VIEWS.get(endpoint)
    return frozenset(named) if named else getattr(app.view_functions[endpoint], "allowed", frozenset())


def scope_of(app: Flask, endpoint: str) -> str:
    """What a token must be for so that it opens an endpoint; empty where any does, or none is asked for."""
    return getattr(app.view_functions[endpoint], "scope", "")


def scope() -> str:
    """The subtree that the account in front of us may see."""
    return str(current_user.account.region_path)


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # no such address: the error page says so
    allowed = users_of(here(), request.endpoint)
    if PUBLIC in allowed:
        return None
    if not allowed:
        abort(403)
    if not current_user.is_authenticated:
        wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
        return redirect(url_for("security.login", next=wanted))
    if current_user.account.must_set_up and request.endpoint not in WITHOUT_SECOND_FACTOR:
        return redirect(url_for(SET_UP), 303)
    if current_user.account.role not in allowed:
        abort(403)
    if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
        abort(404)  # nothing has such a name, and PostgreSQL would not even look
    return None
