"""What every address of the API shares: who comes with which token, whose campaigns it may see, and how it answers.

Closed by default, as the console is: a view that names nobody answers nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from itertools import product
from typing import Any, TypeVar

from flask import Flask, g, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema

from app.access import PUBLIC, scope_of, users_of
from app.api.problems import CODES, RefusedError, entry, takes
from app.api.queries import Nothing
from app.api.shapes import UnderwayShape
from app.edge import PROGRAMS, here
from surveys import regions
from surveys.accounts import tokens
from surveys.accounts.tokens import READERS as READERS
from surveys.accounts.tokens import Bearer
from surveys.campaigns import CampaignView, get_campaign
from surveys.errors import SurveyError, shorten
from surveys.exports import FORMATS
from surveys.regions import RegionView, is_within

View = TypeVar("View", bound=Callable[..., Any])
HOME = f"{PROGRAMS}/v1"
SCHEME = "token"  # as the contract calls it
CHALLENGE = 'Bearer realm="renke"'
OFTEN = (406, 422, 500, 503)  # what any address may answer
WITH_TOKEN = (401, 403, 429)  # and any that asks for a token
blueprint = Blueprint("api", __name__, url_prefix=HOME)


def init_door(app: Flask) -> None:
    app.before_request(_guard)
    app.after_request(_mark)


def bearer() -> Bearer:
    """Whoever comes with the token of this request."""
    found: Bearer = g.bearer
    return found


def find_campaign(session: Any, name: str) -> CampaignView:
    """The campaign of this name inside the token's region; what lies outside is unknown, in the same words."""
    campaign = get_campaign(session, name=name, now=here().clock())
    if not is_within(campaign.county_path, bearer().region_path):
        raise SurveyError("campaign.unknown", "missing", name=shorten(name))
    return campaign


def find_region(session: Any, code: str | None) -> RegionView:
    """The region with this code inside the token's; that of the token itself where none is named."""
    region = regions.find_region(session, code=code or bearer().region)
    if region is None or not is_within(region.path, bearer().region_path):
        raise SurveyError("region.unknown", "missing", region=shorten(code))
    return region


def at(address: str, **options: Any) -> Callable[[View], View]:
    """For a view that is found at this address, below that of the API."""
    placed: Callable[[View], View] = blueprint.route(address, **options)
    return placed


def answers(
    shape: type[Schema],
    *,
    asks: type[Schema] = Nothing,
    also: tuple[int, ...] = (),
    headers: Mapping[str, Any] | None = None,
) -> Callable[[View], View]:
    """For a view that gives JSON of this shape: what it asks for in the address, and what else it may answer.

    Stands below `at` and `allow`. A view that asks for nothing is called without a query.
    """

    def wrap(view: View) -> View:
        made: Any = view if asks is not Nothing else _without_query(view)
        made = blueprint.arguments(asks, location="query", unknown=RAISE)(made)
        made = blueprint.response(200, shape, headers={**MARKED, **(headers or {})})(made)
        described: View = _described(made, also)
        return described

    return wrap


def gives_file(*, asks: type[Schema], waits: bool = False) -> Callable[[View], View]:
    """For a view that gives a file, whole or in part, of the format that the address names.

    `waits` where it may have to be made first.
    """
    kinds = tuple(dict.fromkeys(each.kind for each in FORMATS.values()))

    def wrap(view: View) -> View:
        made: Any = blueprint.arguments(asks, location="query", unknown=RAISE)(view)
        for status, kind in product((200, 206), kinds):
            made = blueprint.alt_response(status, schema=BINARY, content_type=kind, headers=MARKED, success=True)(made)
        if waits:
            made = blueprint.alt_response(202, schema=UnderwayShape, success=True, headers=LATER)(made)
        made.gives = kinds
        described: View = _described(made, (404, 409, 416))
        return described

    return wrap


def _described(made: Any, also: tuple[int, ...]) -> Any:
    for status in sorted({*OFTEN, *also}):
        made = blueprint.alt_response(status, problem_name(status))(made)
    made = blueprint.alt_response(304, description=HTTPStatus(304).phrase)(made)
    return blueprint.doc(operationId=made.__name__)(made)


BINARY = {"type": "string", "format": "binary"}
LATER = {"Retry-After": {"schema": {"type": "string"}, "description": "seconds"}}
MARKED = {"ETag": {"schema": {"type": "string"}, "description": "for `If-None-Match` of the next request"}}


def problem_name(status: int) -> str:
    """The name of a refusal in the contract."""
    return "Problem" + "".join(word.title() for word in HTTPStatus(status).phrase.split())


def _without_query(view: View) -> View:
    @wraps(view)
    def call(_query: object, **given: Any) -> Any:
        return view(**given)

    return call  # type: ignore[return-value]


def _guard() -> None:
    if request.endpoint is None:
        return  # no such address, or not by this method: the problem says so
    allowed = users_of(here(), request.endpoint)
    if not allowed:
        raise RefusedError(403, CODES[403])
    if PUBLIC not in allowed:
        _admit(allowed, scope_of(here(), request.endpoint))
    if not takes(getattr(here().view_functions[request.endpoint], "gives", ())):
        raise RefusedError(406, CODES[406])
    repeated = [name for name, values in request.args.lists() if len(values) > 1]
    if repeated:
        errors = [entry("api.query.repeated", "query", name) for name in repeated]
        raise RefusedError(422, CODES[422], errors=errors)


def _admit(allowed: frozenset[str], scope: str) -> None:
    found = _find_bearer()
    if found.account.role not in allowed:
        raise RefusedError(403, "api.token.role")
    if scope and scope not in found.scopes:
        challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'
        raise RefusedError(403, "api.token.scope", headers={"WWW-Authenticate": challenge}, scope=scope)
    g.bearer = found


def _find_bearer() -> Bearer:
    """By the token in the header, and nowhere else: addresses are written down by whatever lies between."""
    app, given = here(), request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise RefusedError(401, "api.token.missing", headers={"WWW-Authenticate": CHALLENGE})
    with app.database.read() as session:
        found = tokens.find_bearer(session, token=given.token, now=app.clock(), secret=app.settings.secret)
    if found is None:
        app.extensions["limits"].count_token()
        challenge = f'{CHALLENGE}, error="invalid_token"'
        raise RefusedError(401, "api.token.unknown", headers={"WWW-Authenticate": challenge})
    if found.used_on != app.today():
        with app.database.begin() as session:
            tokens.note_token(session, number=found.number, today=app.today())
    return found


def _mark(response: Any) -> Any:
    """What was read before and has not changed is not sent again. Who may not read it any more is told so first."""
    if response.status_code == HTTPStatus.OK and request.method in ("GET", "HEAD"):
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.setdefault("Vary", "Authorization")
        if not response.is_streamed:
            response.add_etag()
            response.make_conditional(request)
    return response
