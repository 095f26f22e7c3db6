"""The contract, OpenAPI 3.1, from the code: addresses, what they take and answer, what a token must be for."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from flask_smorest import Api

from app.access import PUBLIC, scope_of, users_of
from app.api.door import OFTEN, SCHEME, WITH_TOKEN, blueprint, problem_name
from app.api.names import CONVERTERS
from app.api.problems import MEDIA, TYPE
from app.api.shapes import ProblemShape
from app.edge import Renke
from surveys import VERSION

ABOUT = """Reads what a survey of social recognition is made of, how far it has come, and what may be published of it.

Every request but two carries a personal token: `Authorization: Bearer renke_…`. A token is made on the page of one's
own account (or by `flask account token add`), is shown once, and never gives more than its account has: its role, its
region, and the scopes it was made for. What lies outside the region is unknown, in the same words as what is not there.

Lists are read in parts: `limit` rows, and `next` is the `cursor` of the part that follows. Answers have an `ETag`; with
`If-None-Match` whatever has not changed is `304`. Refusals are `application/problem+json` (RFC 9457) with a stable
`code`, in the language of `Accept-Language` (zh-CN or en). Figures are shown as the publication rule lets them be."""
RETRY = {"Retry-After": {"schema": {"type": "string"}, "description": "seconds"}}
CHALLENGED = {"WWW-Authenticate": {"schema": {"type": "string"}}}
LENGTH = {"Content-Range": {"schema": {"type": "string"}, "description": "`bytes */N`: of how many bytes the file is"}}
HEADERS: dict[int, dict[str, Any]] = {401: CHALLENGED, 416: LENGTH, 429: RETRY, 503: RETRY}
EXAMPLE = {
    "type": f"{TYPE}api.query",
    "title": "参数不对",
    "status": 422,
    "detail": "参数不对；哪些参数、应当怎样，见 errors。",
    "code": "api.query",
    "errors": [{"code": "api.query.value", "detail": "应为：1–200", "in": "query", "name": "limit"}],
}
KEPT = "contract"  # in what the application keeps
DESCRIBED = (*OFTEN, *WITH_TOKEN, 404, 409, 410, 416)


class Contract(Api):  # type: ignore[misc]  # the library is not typed
    """Without the library's own answers, which are not ours, and without its pages, which load scripts."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Refusals are told by `app.api.problems`."""

    def _register_etag_headers(self) -> None:
        """Each answer describes its own."""

    def _register_pagination_header(self) -> None:
        """Lists are read by cursor."""

    def _register_responses(self) -> None:
        """The refusals of this API instead of those of the library."""
        for status in DESCRIBED:
            content = {MEDIA: {"schema": ProblemShape, "example": EXAMPLE}}
            described = {"description": HTTPStatus(status).phrase, "content": content}
            if status in HEADERS:
                described["headers"] = HEADERS[status]
            self.spec.components.response(problem_name(status), described)


def contract_of(app: Renke) -> bytes:
    """The document as JSON. It is made when it is first asked for: most processes never are."""
    if KEPT not in app.extensions:
        document = _describe(app)
        app.extensions[KEPT] = json.dumps(document, ensure_ascii=False, indent=1).encode()
    found: bytes = app.extensions[KEPT]
    return found


def _describe(app: Renke) -> dict[str, Any]:
    options = {"title": "Renke 认可", "version": f"v1, Renke {VERSION}", "openapi_version": "3.1.0"}
    named = MarshmallowPlugin(schema_name_resolver=lambda shape: _name_of(shape).removesuffix("Shape"))
    contract = Contract(app, spec_kwargs={**options, "info": {"description": ABOUT}, "marshmallow_plugin": named})
    for converter in CONVERTERS.values():
        contract.register_converter(converter, _describe_converter)
    contract.spec.components.security_scheme(
        SCHEME, {"type": "http", "scheme": "bearer", "description": "a personal token, `renke_…`"}
    )
    blueprint.register_views_in_doc(contract, app, contract.spec, name=blueprint.name, parameters=None)
    document: dict[str, Any] = contract.spec.to_dict()
    _describe_access(app, document)
    return document


def _name_of(shape: Any) -> str:
    return shape.__name__ if isinstance(shape, type) else type(shape).__name__


def _describe_converter(converter: Any) -> dict[str, Any]:
    described: dict[str, Any] = converter.described
    return described


def _describe_access(app: Renke, document: dict[str, Any]) -> None:
    """What a token must be for, from what each view names."""
    for operation in _all(document):
        endpoint = f"{blueprint.name}.{operation['operationId']}"
        if PUBLIC in users_of(app, endpoint):
            operation["security"] = []
            continue
        scope = scope_of(app, endpoint)
        operation["security"] = [{SCHEME: [scope] if scope else []}]
        for status in WITH_TOKEN:
            reference = {"$ref": f"#/components/responses/{problem_name(status)}"}
            operation["responses"].setdefault(str(status), reference)
        operation["responses"] = dict(sorted(operation["responses"].items()))


def _all(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values() if "responses" in operation]
