"""Who may use what, read from the code: every address of all applications, with the roles and whose data it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.access import PUBLIC, scope_of, users_of
from app.edge import Renke
from surveys.accounts import ROLES

METHODS = ("GET", "POST")
REGION = {"name": "campaign", "code": "county"}  # arguments of an address that belong to a region
OF_REGIONS = ("console.", "api.")  # endpoints whose arguments do


@dataclass(frozen=True)
class Route:
    """An address with a method.

    `users` are roles, or `public`; `about` is what of it must lie in one's own subtree; `scope` is what a token must
    be for.
    """

    method: str
    address: str
    endpoint: str
    users: frozenset[str]
    about: str
    scope: str = ""


def list_routes(app: Renke) -> tuple[Route, ...]:
    """Every address of an application that somebody may use, in their order."""
    return tuple(sorted(_routes(app), key=lambda each: (each.address, each.method)))


def _routes(app: Renke) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        users = users_of(app, rule.endpoint)
        about = next((word for argument, word in REGION.items() if argument in rule.arguments), "")
        for method in METHODS:
            if users and method in (rule.methods or ()):
                inside = about if rule.endpoint.startswith(OF_REGIONS) else ""
                yield Route(method, rule.rule, rule.endpoint, users, inside, scope_of(app, rule.endpoint))


def as_markdown(app: Renke) -> str:
    """The matrix as tables: the desk by role, the API by role and scope, then what is for everybody."""
    every = [*list_routes(app), *list_routes(app.api), *list_routes(app.front)]
    desk, programs = ([each for each in list_routes(its) if PUBLIC not in each.users] for its in (app, app.api))
    heads = ["method", "address", "within the subtree", *ROLES]
    rows = [[each.method, f"`{each.address}`", each.about, *_marks(each)] for each in desk]
    of_tokens = [["GET", f"`{each.address}`", each.about, each.scope, *_marks(each)] for each in programs]
    everybody = [[each.method, f"`{each.address}`"] for each in every if PUBLIC in each.users]
    return "\n\n".join(
        (
            _table(heads, rows),
            "For programs, with a token of an account of this role; a scope is what the token must be for:",
            _table([*heads[:3], "scope", *ROLES], of_tokens),
            "For everybody, without an account:",
            _table(heads[:2], everybody),
        )
    )


def _marks(route: Route) -> list[str]:
    return ["yes" if role in route.users else "" for role in ROLES]


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
